//! Launching the server under test: contained, its log, its end, and that of all it started.

use std::fs;
use std::os::unix::fs::PermissionsExt;
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

use rustix::process::DumpableBehavior;
use rustix::process::Pid;
use rustix::process::Signal;
use rustix::process::WaitOptions;
use rustix::process::getpid;
use rustix::process::kill_process;
use rustix::process::kill_process_group;
use rustix::process::set_child_subreaper;
use rustix::process::set_dumpable_behavior;
use rustix::process::waitpid;
use tokio::io::AsyncBufReadExt;
use tokio::io::AsyncRead;
use tokio::io::AsyncReadExt;
use tokio::io::BufReader;
use tokio::process::Child;
use tokio::process::Command;

use super::contain::Apart;
use super::contain::Containment;
use super::contain::REFUSED;
use super::log::Log;
use super::reach::Bind;
use super::reach::Openings;
use super::user::Rights;
use super::user::USERS;
use super::user::User;
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
    /// As whom it runs.
    pub user: User,
    /// A folder that everybody may enter; its home, where it has none, and what it sees of closed folders is made there.
    pub folder: PathBuf,
    /// Folders that it sees empty, beside that of its log.
    pub hidden: Vec<PathBuf>,
    /// Folders that it may not write to; one that has its own in it is passed over.
    pub sealed: Vec<PathBuf>,
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
    /// What stands in for files of the machine where the server runs.
    binds: Vec<Bind>,
    openings: Openings,
    /// How far it is put apart, once it was started.
    apart: Mutex<Option<Apart>>,
}

const LONGEST_LINE: u64 = 4096;
const HOME: &str = "home";
const STAGE: &str = "stage";
const KEEP: &str = "`--keep-user` starts it as the user of the harness";
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
        // The server may be of the same user: what is in our memory and our environment is not for it.
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
        let openings = match launch.user.rights {
            Rights::Other(ids) => Openings::of(&launch.command, &launch.directory, ids),
            Rights::Keep | Rights::Same(_) => Openings::default(),
        };
        let launched = Self {
            binds: prepared(&launch, &openings).map_err(|error| launch.failed(&error.to_string()))?,
            openings,
            apart: Mutex::new(None),
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

    /// What the server's user can read too little of, in words.
    pub fn unreadable(&self) -> Option<String> {
        let launch = &self.launch;
        let Rights::Other(ids) = launch.user.rights else {
            return None;
        };
        let places = match self.apart() {
            Some(Apart::Nothing) => Openings::default().unreadable(&launch.command, &launch.directory, ids),
            _ => self.openings.unreadable(&launch.command, &launch.directory, ids),
        };
        let named: Vec<String> = places.iter().map(|place| format!("`{place}`")).collect();
        (!named.is_empty()).then(|| {
            format!(
                "the server runs as {}, which may not use {}",
                launch.user.in_words(),
                named.join(", ")
            )
        })
    }

    /// What of the containment was given up, in words.
    pub fn given_up(&self) -> Vec<String> {
        let kept = (self.launch.user.rights == Rights::Keep)
            .then(|| format!("containment: the server runs as {}", self.launch.user.in_words()));
        let alone = (self.apart() == Some(Apart::Nothing)).then(|| {
            "containment: this machine allows no namespaces, so the server sees the processes of the machine".to_owned()
        });
        kept.into_iter().chain(alone).collect()
    }

    fn apart(&self) -> Option<Apart> {
        *self.apart.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn spawn(&self) -> Result<(), LaunchError> {
        let rights = self.launch.user.rights;
        let ways = match self.apart() {
            Some(apart) => vec![apart],
            None => Apart::ways(rights).to_vec(),
        };
        let mut refused = self.launch.failed("this machine lets us contain nothing");
        for apart in ways {
            match self.command(apart)?.spawn() {
                Ok(child) => {
                    *self.apart.lock().unwrap_or_else(PoisonError::into_inner) = Some(apart);
                    self.take(child);
                    return Ok(());
                }
                Err(error) => {
                    refused = self.launch.failed(&self.reason(&error));
                    if error.raw_os_error() != Some(REFUSED.raw_os_error()) {
                        break;
                    }
                }
            }
        }
        Err(refused)
    }

    /// Why it could not be started, with what its user may not use.
    fn reason(&self, error: &std::io::Error) -> String {
        match (error.kind(), self.unreadable()) {
            (std::io::ErrorKind::PermissionDenied, Some(unreadable)) => {
                format!("{error}\nhint: {unreadable}; {KEEP}")
            }
            (std::io::ErrorKind::PermissionDenied, None) => match self.launch.user.rights {
                Rights::Other(_) => {
                    format!(
                        "{error}\nhint: it was started as {}; {KEEP}",
                        self.launch.user.in_words()
                    )
                }
                Rights::Keep | Rights::Same(_) => error.to_string(),
            },
            _ => error.to_string(),
        }
    }

    fn command(&self, apart: Apart) -> Result<Command, LaunchError> {
        let launch = &self.launch;
        let (program, arguments) = launch
            .command
            .split_first()
            .ok_or_else(|| launch.failed("no program is named"))?;
        let mut standard = std::process::Command::new(located(program, &launch.directory));
        standard.args(arguments).current_dir(&launch.directory);
        for name in launch.user.forgotten() {
            standard.env_remove(name);
        }
        standard
            .envs(launch.user.environment(&launch.home()))
            .envs(launch.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        // What it is started from and its home stay as they are, even if the log is there, too.
        let not_its_own = |folder: &Path| {
            let folder = fs::canonicalize(folder).ok()?;
            let own = [&launch.directory, &launch.folder];
            (!own.iter().any(|own| own.starts_with(&folder))).then_some(folder)
        };
        let log = launch.log.parent().and_then(not_its_own);
        let hidden: Vec<PathBuf> = launch.hidden.iter().cloned().chain(log).collect();
        let sealed: Vec<PathBuf> = launch
            .sealed
            .iter()
            .filter_map(|folder| not_its_own(folder))
            .collect();
        Containment::new(apart, launch.user.rights, &self.binds, &hidden, &sealed).hold(&mut standard);
        let mut command = Command::from(standard);
        command.kill_on_drop(true);
        Ok(command)
    }

    fn take(&self, mut child: Child) {
        if let Some(output) = child.stdout.take() {
            tokio::spawn(keep(output, Arc::clone(&self.log)));
        }
        if let Some(output) = child.stderr.take() {
            tokio::spawn(keep(output, Arc::clone(&self.log)));
        }
        *self.child.lock().unwrap_or_else(PoisonError::into_inner) = Some(child);
        self.starts.fetch_add(1, Ordering::Relaxed);
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

impl Launch {
    /// The home of a user that has none.
    fn home(&self) -> PathBuf {
        self.folder.join(HOME)
    }

    fn failed(&self, reason: &str) -> LaunchError {
        LaunchError::Start {
            command: self.command.join(" "),
            directory: self.directory.display().to_string(),
            reason: reason.to_owned(),
        }
    }
}

/// Makes the home and the file of users, and what is shown of closed folders.
fn prepared(launch: &Launch, openings: &Openings) -> std::io::Result<Vec<Bind>> {
    let home = launch.home();
    fs::create_dir(&home)?;
    fs::set_permissions(&home, fs::Permissions::from_mode(0o700))?;
    launch.user.own(&home)?;
    let stage = launch.folder.join(STAGE);
    fs::create_dir(&stage)?;
    let mut binds = openings.prepare(&stage)?;
    if let Some(users) = launch.user.users_with_it(&home) {
        let file = stage.join("users");
        fs::write(&file, users)?;
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644))?;
        binds.push((file, PathBuf::from(USERS)));
    }
    Ok(binds)
}

/// A program with a slash in its name is meant from the directory, any other from the path.
pub(super) fn located(program: &str, directory: &Path) -> PathBuf {
    match program.contains('/') {
        true => directory.join(program),
        false => PathBuf::from(program),
    }
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
        let command = ["sh", "-c", script].map(str::to_owned).to_vec();
        Launched::start(Launch {
            user: User::of(&command, directory),
            command,
            directory: directory.to_owned(),
            environment: vec![("WORD".to_owned(), "said".to_owned())],
            folder: directory.to_owned(),
            hidden: Vec::new(),
            sealed: Vec::new(),
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

    /// How many processes of the machine sleep for so long.
    fn sleepers(long: &str) -> usize {
        let line = format!("sleep\0{long}\0");
        let processes = fs::read_dir("/proc").unwrap().flatten();
        let lines = processes.filter_map(|process| fs::read_to_string(process.path().join("cmdline")).ok());
        lines.filter(|found| *found == line).count()
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
        let long = format!("600.{}", std::process::id());
        let script = format!("setsid sh -c 'sleep {long}' & trap '' TERM; sleep {long} & wait; wait");
        let server = launched(&script, directory.path());
        until(|| sleepers(&long) == 2).await;
        server.stop().await;
        assert_eq!(sleepers(&long), 0);
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
