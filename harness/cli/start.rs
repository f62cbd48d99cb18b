//! From the arguments to the command, in the right order: arguments, box, runtime, command.

use std::process::ExitCode;

use cimdspec_world::sandbox;
use clap::Parser;
use clap::error::ErrorKind;

use crate::arguments::Arguments;
use crate::arguments::Command;
use crate::arguments::EnvironmentName;
use crate::arguments::RunArguments;
use crate::exit::Exit;
use crate::exit::Stop;
use crate::explain;
use crate::look;
use crate::prove;
use crate::run;
use crate::serve;
use crate::talk::say;

/// Runs the program; call it before any thread exists.
pub fn main() -> ExitCode {
    if std::env::var_os(sandbox::PROBE).is_some() {
        return told(probe());
    }
    let arguments = match Arguments::try_parse() {
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
    told(dispatch(
        arguments
            .command
            .unwrap_or(Command::Run(RunArguments::standard())),
    ))
}

impl RunArguments {
    /// What `run` without arguments means.
    fn standard() -> Self {
        match Arguments::parse_from(["cimdspec", "run"]).command {
            Some(Command::Run(arguments)) => arguments,
            _ => Self::default(),
        }
    }
}

fn told(ended: Result<Exit, Stop>) -> ExitCode {
    match ended {
        Ok(exit) => exit.into(),
        Err(stop) => {
            say(&format!("cimdspec: {stop}"));
            stop.exit.into()
        }
    }
}

fn dispatch(command: Command) -> Result<Exit, Stop> {
    match command {
        Command::Run(arguments) => {
            run::prepare(&arguments)?;
            enter(arguments.env)?;
            runtime()?.block_on(run::run(arguments))
        }
        Command::Prove(arguments) => {
            prove::prepare(&arguments)?;
            enter(EnvironmentName::Sandbox)?;
            runtime()?.block_on(prove::prove(arguments))
        }
        Command::Serve(arguments) => runtime()?.block_on(serve::serve(arguments)),
        Command::List(arguments) => look::list(&arguments),
        Command::Explain { id } => explain::explain(&id),
        Command::Check { files } => look::check(&files),
        Command::Doctor => Ok(look::doctor()),
        Command::Schema { check } => look::schema(check),
    }
}

fn enter(environment: EnvironmentName) -> Result<(), Stop> {
    match environment {
        EnvironmentName::Loopback => Ok(()),
        EnvironmentName::Sandbox => sandbox::enter().map_err(|error| Stop::new(Exit::Environment, error)),
    }
}

/// A probe: enters the box, puts everything in place, and ends.
fn probe() -> Result<Exit, Stop> {
    sandbox::answer_probe().map_err(|error| Stop::new(Exit::Environment, error))?;
    Ok(Exit::Clean)
}

fn runtime() -> Result<tokio::runtime::Runtime, Stop> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Stop::new(Exit::Fault, format!("failed to start: {error}")))
}
