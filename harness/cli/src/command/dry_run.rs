//! `cimdspec run --dry-run`: what would be sent, without a packet.

use cimdspec_model::forecast::Forecast;
use cimdspec_report::forecast;
use cimdspec_report::forecast_json;

use crate::args::arguments::Format;
use crate::exit::Exit;
use crate::exit::Stop;
use crate::output::paint;
use crate::output::show;
use crate::session::prepared::Prepared;

/// Prints what the run would send.
pub(crate) fn dry_run(prepared: &Prepared) -> Result<Exit, Stop> {
    let arguments = &prepared.arguments;
    if arguments.gates.quick {
        let told = "`--dry-run` cannot forecast `--quick`: which variants it runs depends on what the server supports\nhint: \
                    leave `--quick` out; a quick run sends less";
        return Err(Stop::new(Exit::Usage, told));
    }
    let profile = &prepared.chosen.profile;
    let environment = prepared.setting.environment();
    let found = Forecast {
        target: prepared.subject_name(),
        issuer: arguments.issuer.clone(),
        ..cimdspec_drive::forecast(&prepared.plans, environment, profile, arguments.jobs)
    };
    match arguments.format {
        Format::Human => show(&forecast(&found, paint())),
        Format::Json => show(&forecast_json(&found).map_err(|error| Stop::new(Exit::Fault, error))?),
    }
    Ok(Exit::Clean)
}
