//! The signals that ask the program to end: Ctrl-C, and those of a terminal or a job that goes away.

use std::fs;

use tokio::signal::unix::Signal;
use tokio::signal::unix::SignalKind;
use tokio::signal::unix::signal;

use crate::exit::Exit;
use crate::exit::Stop;

/// Hears the signals from its making on.
pub(crate) struct Signals {
    interrupt: Option<Signal>,
    terminate: Option<Signal>,
    hangup: Option<Signal>,
}

const STATUS: &str = "/proc/self/status";

impl Signals {
    /// Begins to hear them. A hangup that the program was started to ignore, as by `nohup`, stays ignored.
    pub(crate) fn heard() -> Self {
        let listen = |kind| signal(kind).ok();
        let hangup = SignalKind::hangup();
        Self {
            interrupt: listen(SignalKind::interrupt()),
            terminate: listen(SignalKind::terminate()),
            hangup: (!is_ignored(hangup)).then(|| listen(hangup)).flatten(),
        }
    }

    /// Waits for the next one.
    pub(crate) async fn next(&mut self) -> SignalKind {
        tokio::select! {
            () = came(&mut self.interrupt) => SignalKind::interrupt(),
            () = came(&mut self.terminate) => SignalKind::terminate(),
            () = came(&mut self.hangup) => SignalKind::hangup(),
        }
    }
}

/// Runs a command to its end, or until it is interrupted: what it made goes away with it.
pub(crate) async fn unless_interrupted<T>(command: impl Future<Output = Result<T, Stop>>) -> Result<T, Stop> {
    tokio::select! {
        ended = command => ended,
        _ = interrupted() => Err(Stop::new(Exit::Interrupted, "interrupted before there was anything to report")),
    }
}

/// Waits for the first signal.
pub(crate) async fn interrupted() -> SignalKind {
    Signals::heard().next().await
}

async fn came(signal: &mut Option<Signal>) {
    let came = match signal {
        Some(signal) => signal.recv().await,
        None => None,
    };
    if came.is_none() {
        std::future::pending().await
    }
}

/// Whether the signal was ignored when the program began; once we wait for it, it is not.
fn is_ignored(kind: SignalKind) -> bool {
    let status = fs::read_to_string(STATUS).unwrap_or_default();
    ignored(&status) & (1 << (kind.as_raw_value() - 1)) != 0
}

fn ignored(status: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    line.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mask_of_ignored_signals_is_read() {
        assert_eq!(
            ignored("SigBlk:\t0\nSigIgn:\t0000000000001001\nSigCgt:\t0\n"),
            0x1001
        );
        assert_eq!(ignored(""), 0);
    }
}
