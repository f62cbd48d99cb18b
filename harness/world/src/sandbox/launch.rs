//! Launching the server under test: its own process group, its log, its end, and that of all it started.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;

use rustix::process::Pid;
use rustix::process::Signal;
use rustix::process::WaitOptions;
use rustix::process::getpid;
use rustix::process::kill_process;
use rustix::process::kill_process_group;
use rustix::process::set_child_subreaper;
use rustix::process::set_parent_process_death_signal;
use rustix::process::waitpid;
use tokio::io::AsyncBufReadExt;
use tokio::io::AsyncRead;
use tokio::io::AsyncReadExt;
use tokio::io::BufReader;
use tokio::process::Child;
use tokio::process::Command;

use super::log::Log;
use super::memory;
use crate::error::LaunchError;

/// Takes the secrets out of a line.
pub type Redact = Arc<dyn Fn(&str) -> String + Send + Sync>;

/// Is told a line.
pub type Hear = Arc<dyn Fn(&str) + Send + Sync>;

/// How a server is launched.
#[derive(Clone)]
pub struct Launch {
    /// The program and its arguments.
    pub command: Vec<String>,
    /// Where it is started.
    pub directory: PathBuf,
    /// What is added to its environment.
    pub environment: Vec<(String, String)>,
    /// Where its output is written.
    pub log: PathBuf,
    /// What happens to each line before it is written.
    pub redact: Redact,
    /// Who is told each line as it came.
    pub hear: Hear,
}

/// A launched server. Dropping it kills it.
pub struct Launched {
    launch: Launch,
    child: Mutex<Option<Child>>,
    log: Arc<Log>,
    starts: AtomicU64,
}

const LONGEST_LINE: u64 = 4096;
/// After this a server that was asked to end is killed.
const GRACE: Duration = Duration::from_secs(5);
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);
/// Each round ends the processes that the one before made orphans.
const MOST_ROUNDS: usize = 100;

impl Launched {
    /// Starts the server.
    ///
    /// # Errors
    /// [`LaunchError`] when the log cannot be written or the program not be started.
    pub fn start(launch: Launch) -> Result<Self, LaunchError> {
        let log = Log::open(&launch.log, Arc::clone(&launch.redact), Arc::clone(&launch.hear))?;
        adopt_orphans();
        let launched = Self {
            launch,
            child: Mutex::new(None),
            log,
            starts: AtomicU64::new(0),
        };
        launched.spawn()?;
        Ok(launched)
    }

    /// How often it was started.
    pub fn starts(&self) -> u64 {
        self.starts.load(Ordering::Relaxed)
    }

    /// How it ended, in words; `None` while it runs.
    pub fn ended(&self) -> Option<String> {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        match child.as_mut()?.try_wait() {
            Ok(None) => None,
            Ok(Some(status)) => Some(in_words(status)),
            Err(error) => Some(error.to_string()),
        }
    }

    /// The last lines that it wrote.
    pub fn last_lines(&self) -> Vec<String> {
        self.log.last_lines()
    }

    /// Starts it anew: what is left of it is ended first.
    ///
    /// # Errors
    /// [`LaunchError::Start`] when the program cannot be started.
    pub async fn restart(&self) -> Result<(), LaunchError> {
        self.stop().await;
        // What the dead one wrote is told with its death.
        self.log.forget();
        self.spawn()
    }

    /// Ends it with all its children: politely first, then not.
    pub async fn stop(&self) {
        let child = self.child.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(mut child) = child {
            let group = child.id().and_then(pid);
            if let Some(group) = group {
                let _ = kill_process_group(group, Signal::TERM);
            }
            if tokio::time::timeout(GRACE, child.wait()).await.is_err()
                && let Some(group) = group
            {
                let _ = kill_process_group(group, Signal::KILL);
                let _ = child.wait().await;
            }
            if let Some(group) = group {
                let _ = kill_process_group(group, Signal::KILL);
            }
        }
        for _ in 0..MOST_ROUNDS {
            if !end_orphans() {
                break;
            }
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
    }

    fn spawn(&self) -> Result<(), LaunchError> {
        let Launch {
            command,
            directory,
            environment,
            ..
        } = &self.launch;
        let failed = |reason: String| LaunchError::Start {
            command: command.join(" "),
            directory: directory.display().to_string(),
            reason,
        };
        let (program, arguments) = command
            .split_first()
            .ok_or_else(|| failed("no program is named".to_owned()))?;
        let mut standard = std::process::Command::new(located(program, directory));
        standard
            .args(arguments)
            .current_dir(directory)
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        die_with_us(&mut standard);
        let mut child = Command::from(standard)
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| failed(error.to_string()))?;
        if let Some(output) = child.stdout.take() {
            tokio::spawn(keep(output, Arc::clone(&self.log)));
        }
        if let Some(output) = child.stderr.take() {
            tokio::spawn(keep(output, Arc::clone(&self.log)));
        }
        *self.child.lock().unwrap_or_else(PoisonError::into_inner) = Some(child);
        self.starts.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

impl Drop for Launched {
    fn drop(&mut self) {
        let child = self
            .child
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(group) = child.and_then(|child| child.id()).and_then(pid) {
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

/// A program with a slash in its name is meant from the directory, any other from the path.
fn located(program: &str, directory: &Path) -> PathBuf {
    match program.contains('/') {
        true => directory.join(program),
        false => PathBuf::from(program),
    }
}

#[expect(
    unsafe_code,
    reason = "what runs between fork and exec may use few calls only"
)]
fn die_with_us(command: &mut std::process::Command) {
    let ask = || {
        memory::as_the_machine();
        set_parent_process_death_signal(Some(Signal::KILL)).map_err(std::io::Error::from)
    };
    // SAFETY: the closure makes two system calls, allocates nothing and takes no lock.
    unsafe { command.pre_exec(ask) };
}

/// Copies lines to the log.
async fn keep(output: impl AsyncRead + Unpin, log: Arc<Log>) {
    let mut reader = BufReader::new(output);
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = (&mut reader)
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut line)
            .await;
        if !matches!(read, Ok(length) if length > 0) {
            return log.flush();
        }
        log.take(String::from_utf8_lossy(&line).trim_end());
    }
}

/// Makes orphans of what we start our children, so that they can be ended.
pub fn adopt_orphans() {
    let _ = set_child_subreaper(Some(getpid()));
}

/// Ends every process that was started below us and is still there.
pub fn end_all() {
    for _ in 0..MOST_ROUNDS {
        if !end_orphans() {
            break;
        }
        std::thread::sleep(BETWEEN_LOOKS);
    }
}

/// Kills the processes that became our children; whether there were any.
fn end_orphans() -> bool {
    let ours = getpid().as_raw_nonzero().get();
    let Ok(children) = std::fs::read_to_string(format!("/proc/{ours}/task/{ours}/children")) else {
        return false;
    };
    let mut any = false;
    for orphan in children.split_whitespace().filter_map(|id| pid(id.parse().ok()?)) {
        any = true;
        let _ = kill_process(orphan, Signal::KILL);
        let _ = waitpid(Some(orphan), WaitOptions::NOHANG);
    }
    any
}

fn pid(id: u32) -> Option<Pid> {
    Pid::from_raw(i32::try_from(id).ok()?)
}

fn in_words(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt;
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("it ended with exit code {code}"),
        (None, Some(signal)) => format!("it was ended by signal {signal}"),
        (None, None) => "it ended".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::log::LARGEST_LOG;
    use super::super::log::LINES_KEPT;
    use super::*;

    fn launched(script: &str, directory: &Path) -> Launched {
        Launched::start(Launch {
            command: ["sh", "-c", script].map(str::to_owned).to_vec(),
            directory: directory.to_owned(),
            environment: vec![("WORD".to_owned(), "said".to_owned())],
            log: directory.join("log"),
            redact: Arc::new(|line| line.replace("secret", "[secret]")),
            hear: Arc::new(|_| ()),
        })
        .unwrap()
    }

    async fn until(mut reached: impl FnMut() -> bool) {
        for _ in 0..500 {
            if reached() {
                return;
            }
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
        panic!("it was never reached");
    }

    fn is_alive(id: &str) -> bool {
        std::fs::read_to_string(format!("/proc/{id}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
    }

    #[tokio::test]
    async fn output_is_kept_without_secrets_and_the_end_is_told() {
        let directory = tempfile::tempdir().unwrap();
        let server = launched("echo a secret $WORD; exit 3", directory.path());
        let log = directory.path().join("log");
        until(|| server.ended().is_some() && std::fs::read_to_string(&log).is_ok_and(|log| !log.is_empty()))
            .await;
        assert_eq!(server.ended().unwrap(), "it ended with exit code 3");
        assert_eq!(server.last_lines(), ["a [secret] said"]);
        let log = std::fs::read_to_string(log).unwrap();
        assert_eq!(log, "a [secret] said\n");
    }

    #[tokio::test]
    async fn a_child_in_a_session_of_its_own_is_ended_too() {
        let directory = tempfile::tempdir().unwrap();
        let script = "setsid sh -c 'echo $$ > child; exec sleep 600' & trap '' TERM; sleep 600 & wait; wait";
        let server = launched(script, directory.path());
        let child = directory.path().join("child");
        let id = || {
            std::fs::read_to_string(&child)
                .unwrap_or_default()
                .trim()
                .to_owned()
        };
        until(|| !id().is_empty()).await;
        assert!(is_alive(&id()));
        server.stop().await;
        until(|| !is_alive(&id())).await;
    }

    #[tokio::test]
    async fn a_flood_of_output_is_bounded() {
        let directory = tempfile::tempdir().unwrap();
        let server = launched(
            "head -c 30000000 /dev/zero | tr '\\0' x; echo; echo end",
            directory.path(),
        );
        until(|| server.last_lines().last().is_some_and(|line| line == "end")).await;
        assert!(server.last_lines().len() <= LINES_KEPT);
        assert!(
            std::fs::metadata(directory.path().join("log")).unwrap().len() <= LARGEST_LOG + LONGEST_LINE + 1
        );
    }
}
