//! From the arguments to the command, in the right order: arguments, sandbox, runtime, command.

use std::process::ExitCode;

use cimdspec_world::sandbox;
use clap::error::ErrorKind;

use crate::args::arguments::Command;
use crate::args::arguments::RunArguments;
use crate::args::parsed::of_words;
use crate::args::parsed::parsed;
use crate::command::catalogue;
use crate::command::certify;
use crate::command::diff;
use crate::command::doctor;
use crate::command::dry_run;
use crate::command::explain;
use crate::command::fuzz;
use crate::command::hold;
use crate::command::init;
use crate::command::inspect;
use crate::command::merge;
use crate::command::prove;
use crate::command::replay;
use crate::command::report;
use crate::command::run;
use crate::command::serve;
use crate::command::shell;
use crate::command::site;
use crate::command::trust;
use crate::command::verify;
use crate::exit::Exit;
use crate::exit::Stop;
use crate::output::say;
use crate::session::config;
use crate::session::prepared;
use crate::signals::unless_interrupted;

/// What blocks is name lookups, content codings and the files of programs that we start: few at once, and short.
const MOST_BLOCKING: usize = 8;

/// Runs the program; call it before any thread exists.
pub fn main() -> ExitCode {
    if std::env::var_os(sandbox::PROBE).is_some() {
        return told(probe().map(ExitCode::from));
    }
    let arguments = match parsed() {
        Ok(arguments) => arguments,
        Err(error) => {
            let _ = error.print();
            let shown = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            return if shown {
                ExitCode::SUCCESS
            } else {
                Exit::Usage.into()
            };
        }
    };
    told(dispatch(arguments.command.unwrap_or_else(|| {
        Command::Run(Box::new(RunArguments::standard()))
    })))
}

impl RunArguments {
    /// What `run` without arguments means.
    fn standard() -> Self {
        match of_words(["cimdspec", "run"]).map(|arguments| arguments.command) {
            Ok(Some(Command::Run(arguments))) => *arguments,
            _ => Self::default(),
        }
    }
}

fn told(ended: Result<ExitCode, Stop>) -> ExitCode {
    match ended {
        Ok(code) => code,
        Err(stop) => {
            say(&format!("cimdspec: {stop}"));
            stop.exit.into()
        }
    }
}

fn dispatch(command: Command) -> Result<ExitCode, Stop> {
    // What runs in a sandbox of the user's is none of ours.
    if !matches!(command, Command::Sandbox { .. }) {
        sandbox::use_small_pages();
    }
    sandbox::raise_descriptors();
    let ended = match command {
        Command::Sandbox { command } => {
            enter()?;
            return runtime()?.block_on(crate::command::sandbox::shell(command));
        }
        Command::Run(arguments) => {
            let arguments = config::of_run(*arguments)?;
            let Some(prepared) = prepared::of_run(arguments)? else {
                return Ok(Exit::Clean.into());
            };
            if prepared.arguments.dry_run {
                return dry_run::dry_run(&prepared).map(ExitCode::from);
            }
            runtime()?.block_on(run::run(prepared))
        }
        Command::Init(arguments) => {
            let init = init::prepare(*arguments)?;
            runtime()?.block_on(unless_interrupted(init::init(init)))
        }
        Command::Prove(arguments) => {
            enter()?;
            runtime()?.block_on(unless_interrupted(prove::prove(arguments)))
        }
        Command::Hold(arguments) => {
            let (prepared, plan) = hold::prepare(*arguments)?;
            runtime()?.block_on(hold::hold(prepared, &plan))
        }
        Command::Fuzz(arguments) => {
            let fuzzing = fuzz::prepare(*arguments)?;
            if fuzzing.is_dry_run() {
                return fuzzing.announced().map(ExitCode::from);
            }
            runtime()?.block_on(fuzz::fuzz(fuzzing))
        }
        Command::Replay(arguments) => {
            let replaying = replay::prepare(*arguments)?;
            runtime()?.block_on(unless_interrupted(replay::replay(replaying)))
        }
        Command::Serve(arguments) => runtime()?.block_on(serve::serve(arguments)),
        Command::Report(arguments) => report::report(&arguments),
        Command::Site(arguments) => site::site(&arguments),
        Command::Merge(arguments) => merge::merge(&arguments),
        Command::List(arguments) => inspect::list(&arguments),
        Command::Explain { id, beside } => explain::explain(&id, &beside.with_scenarios),
        Command::Check { files, beside } => inspect::check(&files, &beside.with_scenarios),
        Command::Diff { before, after } => diff::diff(&before, &after),
        Command::Doctor(arguments) => match doctor::names_a_server(&arguments) {
            true => {
                let prepared = doctor::prepare(*arguments)?;
                runtime()?.block_on(doctor::server(prepared))
            }
            false => Ok(doctor::machine()),
        },
        Command::Keygen(arguments) => certify::keygen(&arguments.out),
        Command::Certify(arguments) => certify::certify(&arguments),
        Command::Verify(arguments) => verify::verify(&arguments),
        Command::Catalogue(arguments) => catalogue::catalogue(&arguments),
        Command::Completions { shell } => Ok(shell::completions(shell)),
        Command::Man { out } => shell::man(out.as_deref()),
        Command::Schema { check } => inspect::schema(check),
        Command::Trust { authority } => trust::trust(authority),
    };
    ended.map(ExitCode::from)
}

fn enter() -> Result<(), Stop> {
    sandbox::enter().map_err(|error| Stop::new(Exit::Environment, error))
}

/// A probe: enters the sandbox, puts everything in place, and ends.
fn probe() -> Result<Exit, Stop> {
    sandbox::answer_probe().map_err(|error| Stop::new(Exit::Environment, error))?;
    Ok(Exit::Clean)
}

fn runtime() -> Result<tokio::runtime::Runtime, Stop> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(MOST_BLOCKING)
        .build()
        .map_err(|error| Stop::new(Exit::Fault, format!("failed to start: {error}")))
}
