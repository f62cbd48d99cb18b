//! `cimdspec hold`: the world of one variant, for requests of somebody else.

use std::sync::Arc;
use std::time::Duration;

use cimdspec_drive::Held;
use cimdspec_model::plan::Plan;
use cimdspec_world::Environment;
use cimdspec_world::Temporary;

use crate::args::arguments::HoldArguments;
use crate::exit::Exit;
use crate::exit::Stop;
use crate::output::say;
use crate::output::show;
use crate::session::config;
use crate::session::nonce::nonce;
use crate::session::prepared;
use crate::session::prepared::Prepared;
use crate::session::selection;
use crate::session::server::Subject;
use crate::session::stage::BOX;
use crate::session::stage::Stage;
use crate::signals::Signals;
use crate::signals::unless_interrupted;

const USERS: &str = "/proc/self/uid_map";
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);

/// Finds mistakes in the arguments before anything is built.
pub(crate) fn prepare(arguments: HoldArguments) -> Result<(Prepared, Arc<Plan>), Stop> {
    if let Some(pattern) = arguments.run.only.first() {
        let told = format!("`hold` takes one id, and no `--only {pattern}`");
        return Err(Stop::new(Exit::Usage, told));
    }
    let prepared = prepared::prepare(config::of_look(arguments.run)?)?;
    let plan = selection::variant(&prepared.catalogue, &arguments.id)?;
    Ok((prepared, plan))
}

/// Holds the world of the variant until a signal, the deadline or the end of the server.
pub(crate) async fn hold(prepared: Prepared, plan: &Arc<Plan>) -> Result<Exit, Stop> {
    let folder = Temporary::new().map_err(|error| Stop::new(Exit::Environment, error))?;
    let (stage, subject) = unless_interrupted(prepared.staged(&folder.path().join("server.log"))).await?;
    let ended = held(&prepared, plan, &stage, &subject).await;
    subject.end().await;
    ended
}

async fn held(prepared: &Prepared, plan: &Arc<Plan>, stage: &Stage, subject: &Subject) -> Result<Exit, Stop> {
    let mut held = cimdspec_drive::hold(plan, &stage.world, &subject.target, &nonce()).map_err(|why| {
        Stop::new(
            Exit::Environment,
            format!("`{}` cannot be held: {why}", plan.variant),
        )
    })?;
    show(&plan.variant.to_string());
    show(&format!("  {:<13} {}", "server", subject.target.issuer()));
    for (what, which) in held.words() {
        show(&format!("  {what:<13} {which}"));
    }
    show(&format!(
        "  {:<13} {}",
        "authority",
        stage.authority_file.display()
    ));
    if stage.world.environment() == Environment::Sandbox && std::env::var_os(BOX).is_none() {
        show(&format!("  {:<13} {}", "to enter", way_in()));
    }
    let ended = until_over(prepared, subject, &mut held).await;
    held.end().await;
    ended
}

/// The command that enters the sandbox from another terminal.
fn way_in() -> String {
    let map = std::fs::read_to_string(USERS).unwrap_or_default();
    // A user namespace that the sandbox made has one user.
    let user = match map.split_whitespace().nth(2) {
        Some("1") => " --preserve-credentials -U",
        _ => "",
    };
    format!("nsenter -t {}{user} -n -m", std::process::id())
}

/// Prints each arrival as it comes.
async fn until_over(prepared: &Prepared, subject: &Subject, held: &mut Held) -> Result<Exit, Stop> {
    say("  held until Ctrl-C; what arrives:");
    let mut signals = Signals::heard();
    let deadline = prepared.arguments.deadline.map(|span| span.0);
    let mut over = std::pin::pin!(async move {
        match deadline {
            Some(deadline) => tokio::time::sleep(deadline).await,
            None => std::future::pending().await,
        }
    });
    loop {
        let ended = tokio::select! {
            () = tokio::time::sleep(BETWEEN_LOOKS) => None,
            () = &mut over => Some(Ok(Exit::Clean)),
            _ = signals.next() => Some(Ok(Exit::Interrupted)),
        };
        held.news().iter().for_each(|line| show(&format!("  {line}")));
        let died = || subject.launched.as_ref().and_then(|launched| launched.ended());
        if let Some(ended) = ended {
            return ended;
        }
        if let Some(how) = died() {
            let told = format!("the server ended: {how}");
            return Err(Stop::new(Exit::Environment, told));
        }
    }
}
