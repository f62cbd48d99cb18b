//! Whether a run can end before its deadline, as far as its pace says: told before anything is sent.

use std::time::Duration;

use cimdspec_drive::fitting;
use cimdspec_model::quantity::Span;

use crate::exit::Exit;
use crate::exit::Stop;
use crate::session::prepared::Prepared;

/// Refuses a run that its pace makes longer than its deadline.
pub(crate) fn fits(prepared: &Prepared) -> Result<(), Stop> {
    let arguments = &prepared.arguments;
    // What a quick run leaves out depends on what the server supports, which is not known yet.
    let Some(deadline) = arguments.deadline.filter(|_| !arguments.gates.quick) else {
        return Ok(());
    };
    let profile = &prepared.chosen.profile;
    let environment = prepared.setting.environment();
    let forecast = cimdspec_drive::forecast(&prepared.plans, environment, profile, arguments.jobs);
    let paced = Duration::from_secs(forecast.duration.paced);
    let Some(fitting) = fitting(&profile.pace, deadline.0).filter(|_| paced > deadline.0) else {
        return Ok(());
    };
    let requests: usize = forecast.requests().values().sum();
    let told = format!(
        "the pace of {} makes this run take at least {} for its {requests} requests, and the deadline is {deadline}\nhint: about \
         {fitting} requests fit into it: choose fewer checks by `--only`, or give it `--deadline {}` or a faster pace",
        profile.pace.words().join(", "),
        minutes(paced),
        minutes(Duration::from_secs(forecast.duration.estimated)),
    );
    Err(Stop::new(Exit::Usage, told))
}

/// A time in whole minutes, where it has more than one.
fn minutes(time: Duration) -> String {
    match time.as_secs() {
        0..=60 => Span(time).to_string(),
        seconds => format!("{}m", seconds.div_ceil(60)),
    }
}
