//! The log of a launched server: its lines are held back until what they may tell is known, and written without it.

use std::collections::VecDeque;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::Weak;
use std::time::Duration;
use std::time::Instant;

use super::launch::Hear;
use super::launch::Redact;
use crate::error::LaunchError;

/// What a server printed.
pub(super) struct Log {
    redact: Redact,
    hear: Hear,
    lines: Mutex<Lines>,
}

struct Lines {
    file: std::fs::File,
    taken: u64,
    /// Lines that are not written yet, as they came.
    held: VecDeque<(Instant, String)>,
    last: VecDeque<String>,
}

pub(super) const LINES_KEPT: usize = 40;
pub(super) const LARGEST_LOG: u64 = 16 * 1024 * 1024;
/// A server may print a code before it sends it: so long we wait to learn that it is one.
const HELD: Duration = Duration::from_secs(5);
const BETWEEN_RELEASES: Duration = Duration::from_millis(500);

impl Log {
    /// Opens the file, and releases lines from time to time for as long as somebody holds the log.
    pub(super) fn open(path: &Path, redact: Redact, hear: Hear) -> Result<Arc<Self>, LaunchError> {
        let file = std::fs::File::create(path).map_err(|error| LaunchError::Log {
            path: path.display().to_string(),
            reason: error.to_string(),
        })?;
        let log = Arc::new(Self {
            redact,
            hear,
            lines: Mutex::new(Lines {
                file,
                taken: 0,
                held: VecDeque::new(),
                last: VecDeque::new(),
            }),
        });
        tokio::spawn(release(Arc::downgrade(&log)));
        Ok(log)
    }

    /// Takes a line.
    pub(super) fn take(&self, line: &str) {
        (self.hear)(line);
        let mut lines = self.lock();
        if lines.taken < LARGEST_LOG {
            lines.taken += line.len() as u64 + 1;
            lines.held.push_back((Instant::now(), line.to_owned()));
        }
        if lines.last.len() == LINES_KEPT {
            lines.last.pop_front();
        }
        lines.last.push_back(line.to_owned());
    }

    /// The last lines, without what is known to be secret by now.
    pub(super) fn last_lines(&self) -> Vec<String> {
        let last: Vec<String> = self.lock().last.iter().cloned().collect();
        last.iter().map(|line| (self.redact)(line)).collect()
    }

    /// Begins anew with the last lines.
    pub(super) fn forget(&self) {
        self.lock().last.clear();
    }

    /// Writes what is held, however young.
    pub(super) fn flush(&self) {
        self.write(Duration::ZERO);
    }

    fn write(&self, age: Duration) {
        let mut lines = self.lock();
        while let Some((at, _)) = lines.held.front()
            && at.elapsed() >= age
            && let Some((_, line)) = lines.held.pop_front()
        {
            let text = (self.redact)(&line);
            // A full disk must not end the run.
            let _ = writeln!(lines.file, "{text}");
        }
    }

    fn lock(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        self.flush();
    }
}

async fn release(log: Weak<Log>) {
    loop {
        tokio::time::sleep(BETWEEN_RELEASES).await;
        match log.upgrade() {
            Some(log) => log.write(HELD),
            None => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_secret_that_is_learned_late_is_not_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let known = Arc::new(Mutex::new(String::from("nothing yet")));
        let knows = Arc::clone(&known);
        let redact: Redact = Arc::new(move |line| line.replace(knows.lock().unwrap().as_str(), "[code]"));
        let heard = Arc::new(Mutex::new(Vec::new()));
        let ear = Arc::clone(&heard);
        let hear: Hear = Arc::new(move |line| ear.lock().unwrap().push(line.to_owned()));
        let log = Log::open(&path, redact, hear).unwrap();
        log.take("issued 4711");
        assert_eq!(*heard.lock().unwrap(), ["issued 4711"]);
        log.write(HELD);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "");
        "4711".clone_into(&mut known.lock().unwrap());
        assert_eq!(log.last_lines(), ["issued [code]"]);
        drop(log);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "issued [code]\n");
    }
}
