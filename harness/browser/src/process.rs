//! The process of the browser: its start without a network, and its end.

use std::env;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use rustix::process::Pid;
use rustix::process::Signal;
use rustix::process::kill_process;
use tempfile::TempDir;
use tokio::io::AsyncBufReadExt;
use tokio::io::AsyncReadExt;
use tokio::io::BufReader;
use tokio::process::Child;
use tokio::process::ChildStderr;
use tokio::process::ChildStdin;
use tokio::process::ChildStdout;
use tokio::process::Command;

use crate::error::BrowserError;
use crate::program::Options;
use crate::program::arguments;

/// The script that stands between the harness and the browser.
const LAUNCH: &str = include_str!("launch.sh");
/// Its exit code where the machine refuses the namespaces.
const NO_NAMESPACE: i32 = 97;
/// How long the processes have to end after they were told to.
const GRACE: Duration = Duration::from_secs(5);
const BETWEEN: Duration = Duration::from_millis(5);
const LINES_KEPT: usize = 4;
const LONGEST_LINE: u64 = 500;
/// It always complains that it finds no bus.
const NOISE: &str = "ERROR:dbus/";

/// The started browser. Dropping it ends it and removes its folder.
#[derive(Debug)]
pub(crate) struct Process {
    child: Mutex<Child>,
    program: String,
    said: Arc<Mutex<Vec<String>>>,
    _folder: TempDir,
}

/// Where its commands are written and its answers are read.
pub(crate) struct Ends {
    pub(crate) commands: ChildStdin,
    pub(crate) answers: ChildStdout,
}

impl Process {
    /// Starts it; that it answers is for the caller to see.
    pub(crate) fn start(options: &Options) -> Result<(Self, Ends), BrowserError> {
        let located = options.located()?;
        let program = located.display().to_string();
        let failed = |reason: String| BrowserError::Start {
            program: program.clone(),
            reason,
        };
        let folder = tempfile::Builder::new()
            .prefix("cimdspec-browser-")
            .tempdir()
            .map_err(|error| failed(error.to_string()))?;
        let mut child = Command::new("sh")
            .args(["-c", LAUNCH, "sh"])
            .arg(folder.path())
            .arg(&located)
            .args(arguments(folder.path()))
            .env_clear()
            .env("PATH", env::var_os("PATH").unwrap_or_default())
            .env("HOME", folder.path())
            .env("TMPDIR", folder.path())
            .env("LANG", "C.UTF-8")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // An interrupt of the terminal is for the harness, which ends the browser in its own time.
            .process_group(0)
            .spawn()
            .map_err(|error| failed(error.to_string()))?;
        let (Some(commands), Some(answers), Some(talk)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(failed("it has no pipes".to_owned()));
        };
        let said = Arc::new(Mutex::new(Vec::new()));
        tokio::spawn(keep(talk, Arc::clone(&said)));
        let process = Self {
            child: Mutex::new(child),
            program,
            said,
            _folder: folder,
        };
        Ok((process, Ends { commands, answers }))
    }

    /// Why it does not answer any more: for the time after its pipe was closed.
    pub(crate) async fn obituary(&self) -> BrowserError {
        let code = self.exit().await;
        let said = self
            .said
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .join("; ");
        match code {
            Some(NO_NAMESPACE) => BrowserError::NoNamespace { reason: said },
            Some(126 | 127) => BrowserError::Start {
                program: self.program.clone(),
                reason: said,
            },
            Some(code) if said.is_empty() => BrowserError::Died {
                how: format!("exit code {code}"),
            },
            Some(code) => BrowserError::Died {
                how: format!("exit code {code}; its last lines: {said}"),
            },
            None => BrowserError::Died {
                how: "it closed its pipe".to_owned(),
            },
        }
    }

    /// The exit code, once it has ended; `None` when it does not end.
    pub(crate) async fn exit(&self) -> Option<i32> {
        let end = Instant::now() + GRACE;
        while Instant::now() < end {
            if let Some(code) = self.ended() {
                return Some(code);
            }
            tokio::time::sleep(BETWEEN).await;
        }
        None
    }

    #[cfg(test)]
    pub(crate) fn folder(&self) -> &std::path::Path {
        self._folder.path()
    }

    /// Ends it at once; it is gone soon after.
    pub(crate) fn kill(&self) {
        let child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        // An id that is still ours: a child that was waited for has none.
        let id = child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        if let Some(id) = id {
            let _ = kill_process(id, Signal::TERM);
        }
    }

    fn ended(&self) -> Option<i32> {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        let status = child.try_wait().ok().flatten()?;
        Some(status.code().unwrap_or(-1))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
        let end = Instant::now() + GRACE;
        while self.ended().is_none() && Instant::now() < end {
            thread::sleep(BETWEEN);
        }
    }
}

/// Keeps the last lines that it wrote: they say why it ended.
async fn keep(talk: ChildStderr, said: Arc<Mutex<Vec<String>>>) {
    let mut reader = BufReader::new(talk);
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = (&mut reader)
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut line)
            .await;
        if !matches!(read, Ok(length) if length > 0) {
            return;
        }
        let line = String::from_utf8_lossy(&line);
        if line.contains(NOISE) {
            continue;
        }
        let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
        if said.len() == LINES_KEPT {
            said.remove(0);
        }
        said.push(line.trim_end().to_owned());
    }
}
