//! `cimdspec run --dry-run`: what would be sent, without a packet.

use cimdspec_report::forecast;
use cimdspec_report::forecast_json;

use crate::args::arguments::Format;
use crate::exit::Exit;
use crate::exit::Stop;
use crate::output::paint;
use crate::output::show;
use crate::session::prepared::Prepared;

/// Tells what the run would send.
pub(crate) fn dry_run(prepared: &Prepared) -> Result<Exit, Stop> {
    let arguments = &prepared.arguments;
    let profile = &prepared.chosen.profile;
    let told = cimdspec_drive::forecast(
        &prepared.plans,
        prepared.setting.environment(),
        profile,
        arguments.jobs,
    );
    let told = cimdspec_model::forecast::Forecast {
        target: prepared.subject_name(),
        issuer: arguments.issuer.clone(),
        ..told
    };
    match arguments.format {
        Format::Human => show(&forecast(&told, paint())),
        Format::Json => show(&forecast_json(&told).map_err(|error| Stop::new(Exit::Fault, error))?),
    }
    Ok(Exit::Clean)
}
