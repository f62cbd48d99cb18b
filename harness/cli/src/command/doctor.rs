//! `cimdspec doctor`: whether this machine carries a run, and whether a server can be tested.

use cimdspec_drive::Probed;
use cimdspec_judge::Origin;
use cimdspec_model::plan::Need;
use cimdspec_world::Temporary;
use cimdspec_world::sandbox;
use cimdspec_world::sandbox::State;

use crate::args::arguments::DoctorArguments;
use crate::command::init::probed;
use crate::exit::Exit;
use crate::exit::Stop;
use crate::output::last_lines;
use crate::output::show;
use crate::session::config;
use crate::session::prepared;
use crate::session::prepared::Prepared;

/// Says what this machine supports.
pub(crate) fn machine() -> Exit {
    let findings = sandbox::doctor();
    let ready = findings.iter().all(|finding| finding.state == State::Ready);
    for finding in &findings {
        show_row(finding.state == State::Ready, finding.name, &finding.detail);
        if let Some(remedy) = &finding.remedy {
            show(&format!("         remedy: {remedy}"));
        }
    }
    let last = if ready {
        "everything runs here"
    } else {
        "the sandbox cannot be made; `--env loopback` works everywhere"
    };
    show(last);
    if ready { Exit::Clean } else { Exit::Environment }
}

/// Whether a server is named to look at.
pub(crate) fn names_a_server(arguments: &DoctorArguments) -> bool {
    let run = &arguments.run;
    run.profile.is_some() || run.issuer.is_some() || run.mcp.is_some() || !run.command.is_empty()
}

/// Finds mistakes in the arguments before anything is built.
pub(crate) fn prepare(arguments: DoctorArguments) -> Result<Prepared, Stop> {
    prepared::prepare(config::of_look(arguments.run)?)
}

/// Starts the server, finds its metadata, logs in and asks for one grant of each kind; nothing else.
pub(crate) async fn server(prepared: Prepared) -> Result<Exit, Stop> {
    let folder = Temporary::new().map_err(|error| Stop::new(Exit::Environment, error))?;
    let (stage, subject) = prepared.staged(&folder.path().join("server.log")).await?;
    show_row(
        true,
        "server",
        &format!("{} is up at {}", subject.name, subject.target.issuer()),
    );
    let found = probed(&stage, &subject, &prepared).await;
    let offers = (
        subject.target.offers(Need::Cimd),
        subject.target.offers(Need::Dcr),
    );
    let lines = subject.last_lines();
    subject.end().await;
    let found = found?;
    for (origin, name, offered, code) in [
        (
            Origin::Document,
            "documents",
            offers.0 && found.takes_documents,
            found.codes.0,
        ),
        (Origin::Registration, "registrations", offers.1, found.codes.1),
    ] {
        match (offered, code) {
            (false, _) => show_row(true, name, "not offered"),
            (true, true) => show_row(true, name, "a right request ends with a code"),
            (true, false) => without_code(&found, origin, name),
        }
    }
    Ok(concluded(&found, &lines))
}

fn without_code(found: &Probed, origin: Origin, name: &str) {
    match found.obstacles.get(&origin) {
        Some(obstacle) => {
            show_row(false, name, &obstacle.cause);
            show(&format!("         remedy: {}", obstacle.remedy));
        }
        None => show_row(false, name, "a right request did not end with a code"),
    }
}

fn concluded(found: &Probed, lines: &[String]) -> Exit {
    if found.obstacle.is_none() {
        show("the server can be tested");
        return Exit::Clean;
    }
    if !lines.is_empty() {
        show(&format!("         {}", last_lines(lines, "           ")));
    }
    show("no right request was granted: a run would stop here");
    Exit::Inconclusive
}

fn show_row(is_ready: bool, name: &str, detail: &str) {
    let mark = if is_ready { "ready  " } else { "missing" };
    show(&format!("{mark}  {name:18} {detail}"));
}
