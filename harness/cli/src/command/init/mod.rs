//! `cimdspec init`: finds out what a server wants, and writes its profile.

mod browse;
mod learn;
mod wishes;
mod written;

use std::path::Path;
use std::path::PathBuf;

use cimdspec_drive::Probed;
use cimdspec_model::profile::PrivateKey;
use cimdspec_model::profile::Profile;
use cimdspec_model::profile::Start;
use cimdspec_model::shell::quoted;
use cimdspec_world::Setting;
use cimdspec_world::Temporary;

use crate::args::arguments::InitArguments;
use crate::args::environment::EnvironmentName;
use crate::command::init::browse::Browsing;
use crate::command::init::learn::Learner;
use crate::command::init::written::written;
use crate::exit::Exit;
use crate::exit::Stop;
use crate::output::last_lines;
use crate::output::say;
use crate::output::show;
use crate::session::law;
use crate::session::prepared;
use crate::session::prepared::Prepared;
use crate::session::server::Subject;
use crate::session::stage::Stage;

/// A probing whose arguments are right.
pub(crate) struct Init {
    pub(crate) prepared: Prepared,
    out: Option<PathBuf>,
    /// The browser that walks first, if one does.
    browsing: Option<Browsing>,
}

/// Finds mistakes in the arguments before anything is built.
pub(crate) fn prepare(arguments: InitArguments) -> Result<Init, Stop> {
    let InitArguments {
        login,
        browser,
        browser_program,
        out,
        force,
        run,
    } = arguments;
    if let Some(out) = out.as_ref().filter(|out| out.exists() && !force) {
        let message = format!(
            "`{}` is there already\nhint: `--force` replaces it",
            out.display()
        );
        return Err(Stop::new(Exit::Usage, message));
    }
    if run.gates.config.is_some() {
        let told = "`init` reads no config file\nhint: leave `--config` out; `init` writes the profile that a config file names";
        return Err(Stop::new(Exit::Usage, told));
    }
    let mut fields = Vec::new();
    for field in &login {
        let Some((name, value)) = field.split_once('=') else {
            let told = format!("`{field}` is no field\nhint: write `--login NAME=VALUE`");
            return Err(Stop::new(Exit::Usage, told));
        };
        fields.push((name.to_owned(), value.to_owned()));
    }
    let mut prepared = prepared::prepare(run)?;
    prepared.chosen.profile.login.fields.extend(fields);
    let browsing = browser.then_some(Browsing {
        program: browser_program,
    });
    Ok(Init {
        prepared,
        out,
        browsing,
    })
}

/// Probes the server and writes its profile.
pub(crate) async fn init(init: Init) -> Result<Exit, Stop> {
    let Init {
        mut prepared,
        out,
        browsing,
    } = init;
    let folder = Temporary::new().map_err(|error| Stop::new(Exit::Environment, error))?;
    let (stage, subject) = prepared
        .staged_by_trying(&folder.path().join("server.log"))
        .await?;
    say(&format!(
        "probing {} at {}",
        subject.name,
        subject.target.issuer()
    ));
    say(&format!(
        "  our hosts are {}: a server that lists whom it fetches from has to allow them",
        stage.world.whereabouts()
    ));
    let learned = learned(Learner::new(&stage, &subject, &prepared), browsing.as_ref()).await;
    let claims = claimed(&subject, &prepared);
    let lines = subject.last_lines();
    subject.end().await;
    let (profile, probed) = learned?;
    let profile = as_given(profile, &prepared, out.as_deref());
    let text = written(&profile, &probed, &claims?).map_err(|told| Stop::new(Exit::Fault, told))?;
    match &out {
        None => show(text.trim_end()),
        Some(path) => {
            std::fs::write(path, &text).map_err(|error| {
                Stop::new(
                    Exit::Environment,
                    format!("failed to write `{}`: {error}", path.display()),
                )
            })?;
            say(&format!("wrote {}", path.display()));
        }
    }
    let is_alone = !profile.login.fields.is_empty() && profile.login.second.is_empty();
    if is_alone && probed.obstacle.is_none() {
        say(
            "for checks about two people, `[login.second]` may name a second user: the fields that are other ones than the first user's",
        );
    }
    Ok(ended(&probed, &lines, &next(&prepared, out.as_deref())))
}

/// What is learned by trying; with a browser, first what the scripts of its pages send, which is then played by fresh clients.
async fn learned(learner: Learner<'_>, browsing: Option<&Browsing>) -> Result<(Profile, Probed), Stop> {
    let Some(browsing) = browsing else {
        return learner.learn().await;
    };
    let profile = learner.target().profile().clone();
    let script = browse::recipe(&learner, &profile, browsing).await?;
    say("the recipe is played:");
    let (profile, probed) = learner.by(script).learn().await?;
    match &probed.obstacle {
        None => Ok((profile, probed)),
        Some(obstacle) => {
            let told = format!(
                "the recipe brings no code: {}\nhint: {}",
                obstacle.cause, obstacle.remedy
            );
            Err(Stop::new(Exit::Inconclusive, told))
        }
    }
}

/// What the calibration of a run finds out with the profile as it is.
pub(crate) async fn probed(stage: &Stage, subject: &Subject, prepared: &Prepared) -> Result<Probed, Stop> {
    Learner::new(stage, subject, prepared).probed().await
}

/// The last lines on the screen: what to run next, or what is in the way.
fn ended(probed: &Probed, lines: &[String], next: &str) -> Exit {
    let Some(obstacle) = &probed.obstacle else {
        let kinds = match probed.codes {
            (true, true) => "documents and registrations",
            (true, false) => "documents",
            _ => "registrations",
        };
        say(&format!("a code came back by {kinds}\nnext: {next}"));
        return Exit::Clean;
    };
    say(&format!(
        "no code came back: {}\n  {}",
        obstacle.cause, obstacle.remedy
    ));
    if !lines.is_empty() {
        say(&format!("  {}", last_lines(lines, "    ")));
    }
    Exit::Inconclusive
}

/// The command that tests the server by the profile: it has what a profile does not say.
fn next(prepared: &Prepared, out: Option<&Path>) -> String {
    let file = out.map_or("FILE".to_owned(), |path| quoted(&path.display().to_string()));
    let arguments = &prepared.arguments;
    let mut next = format!("cimdspec run --profile {file}");
    if arguments.env == Some(EnvironmentName::Loopback) {
        next.push_str(" --env loopback");
    }
    for (switch, is_on) in [
        ("authorized", arguments.authorized),
        ("in-place", arguments.in_place),
        ("keep-user", arguments.keep_user),
    ] {
        if is_on {
            next.push_str(&format!(" --{switch}"));
        }
    }
    let authority = arguments
        .authority
        .as_ref()
        .map(|folder| folder.display().to_string());
    let upstream = arguments.upstream.map(|address| address.to_string());
    for (flag, value) in [("authority", authority), ("upstream", upstream)] {
        if let Some(value) = value {
            next.push_str(&format!(" --{flag} {}", quoted(&value)));
        }
    }
    next
}

/// What the server claims, as a profile has it.
fn claimed(subject: &Subject, prepared: &Prepared) -> Result<String, Stop> {
    let by_mcp = prepared.arguments.mcp.is_some();
    law::of(&prepared.catalogue, &subject.target, by_mcp, &[]).map(|judged| law::written(&judged))
}

/// The profile with what was given on the command line: without it, the next run would not know whom to test.
fn as_given(mut profile: Profile, prepared: &Prepared, out: Option<&Path>) -> Profile {
    let arguments = &prepared.arguments;
    let given = &prepared.chosen.profile;
    profile.start.clone_from(&given.start);
    if let Some(start) = &mut profile.start {
        start.directory = directory(start, &prepared.chosen.folder, out);
    }
    if matches!(prepared.setting, Setting::Public(_)) {
        profile.public = prepared.public.table(folder_of(out));
    }
    profile.mcp.clone_from(&arguments.mcp);
    profile.issuer = match arguments.mcp {
        // An MCP server names its issuer.
        Some(_) => None,
        None => arguments.issuer.clone(),
    };
    if let (Some(statements), Some(key)) = (&mut profile.statements, &prepared.chosen.key_file) {
        statements.key = PrivateKey::File(key.display().to_string());
    }
    if profile.name.is_empty() {
        profile.name = profile
            .issuer
            .clone()
            .or_else(|| profile.mcp.clone())
            .unwrap_or_else(|| "server".to_owned());
    }
    profile
}

/// The folder that a profile will be in.
fn folder_of(out: Option<&Path>) -> &Path {
    match out.and_then(Path::parent) {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Where the server is started, for a profile in another folder than the one that its command is written for.
fn directory(start: &Start, folder: &Path, out: Option<&Path>) -> Option<String> {
    let is_beside = out
        .map(|out| folder_of(Some(out)))
        .and_then(|parent| std::fs::canonicalize(parent).ok())
        .is_none_or(|parent| parent == folder);
    match (&start.directory, is_beside) {
        (own, true) => own.clone(),
        (Some(own), false) => Some(folder.join(own).display().to_string()),
        (None, false) => Some(folder.display().to_string()),
    }
}
