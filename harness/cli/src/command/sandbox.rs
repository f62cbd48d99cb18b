//! `cimdspec sandbox`: a program, or a shell, inside the sandbox.

use std::process::Command;
use std::process::ExitCode;

use cimdspec_world::Temporary;
use cimdspec_world::sandbox::Surroundings;
use cimdspec_world::sandbox::adopt_orphans;
use cimdspec_world::sandbox::end_all;
use cimdspec_world::tls::Authority;
use rustix::process::Pid;
use rustix::process::Signal;
use rustix::process::kill_process;
use tokio::signal::unix::SignalKind;

use crate::exit::Exit;
use crate::exit::Stop;
use crate::output::say;
use crate::session::stage::BOX;
use crate::signals::Signals;

/// Runs the command with the sandbox's names and authority; the world itself is built by a `cimdspec run` inside.
///
/// Signals of the terminal reach the command directly, for it is in our process group.
pub(crate) async fn shell(command: Vec<String>) -> Result<ExitCode, Stop> {
    let stop = |error: &dyn ToString| Stop::new(Exit::Environment, error.to_string());
    let folder = Temporary::new().map_err(|error| stop(&error))?;
    let authority = Authority::kept(folder.path()).map_err(|error| stop(&error))?;
    let surroundings = Surroundings::prepare(&authority.pem()).map_err(|error| stop(&error))?;
    let shell = || vec![std::env::var("SHELL").unwrap_or_else(|_| "/bin/sh".to_owned())];
    let command = if command.is_empty() {
        say(
            "a shell in the sandbox: every address is this machine, and `cimdspec run` builds the world here; `exit` leaves",
        );
        shell()
    } else {
        command
    };
    adopt_orphans();
    let mut child = Command::new(&command[0])
        .args(&command[1..])
        .envs(surroundings.environment())
        .env(BOX, folder.path())
        .spawn()
        .map_err(|error| stop(&format!("failed to start `{}`: {error}", command[0])))?;
    let id = child.id();
    let ended = tokio::task::spawn_blocking(move || child.wait());
    let ended = tokio::select! {
        ended = ended => ended,
        // The command decides what an interrupt means.
        never = pass_on_signals(id) => never,
    };
    let status = ended
        .map_err(|error| stop(&error))?
        .map_err(|error| stop(&error))?;
    end_all();
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

/// Ctrl-C reaches the command from the terminal; what is sent to us alone is passed on to it.
async fn pass_on_signals<T>(command: u32) -> T {
    let command = i32::try_from(command).ok().and_then(Pid::from_raw);
    let mut signals = Signals::heard();
    loop {
        let came = signals.next().await;
        if let Some(command) = command
            && came != SignalKind::interrupt()
            && let Some(came) = Signal::from_named_raw(came.as_raw_value())
        {
            let _ = kill_process(command, came);
        }
    }
}
