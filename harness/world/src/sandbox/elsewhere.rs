//! Systems without network namespaces: everything says so.

use super::finding::Finding;
use super::finding::finding;
use crate::error::LaunchError;
use crate::error::SandboxError;

/// Set when the process shall only try the sandbox and exit.
pub const PROBE: &str = "CIMDSPEC_PROBE";

const REMEDY: &str = "use a Linux machine or container, or `--env loopback`";

/// Stands in for the files of the sandbox, which cannot be made here.
#[derive(Debug)]
pub struct Surroundings(());

impl Surroundings {
    /// Refuses.
    ///
    /// # Errors
    /// [`SandboxError::Namespace`] always.
    pub fn prepare(_authority_pem: &str) -> Result<Self, SandboxError> {
        Err(refused())
    }

    /// Nothing.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    /// Nothing.
    pub fn left_out(&self) -> &[String] {
        &[]
    }
}

/// Nothing.
pub fn use_small_pages() {}

/// None is known here.
pub fn listening_ports() -> std::collections::BTreeSet<u16> {
    std::collections::BTreeSet::new()
}

/// Whether this process is inside the sandbox; never, here.
pub fn is_inside() -> bool {
    false
}

/// Refuses.
///
/// # Errors
/// [`SandboxError::Namespace`] always.
pub fn enter() -> Result<(), SandboxError> {
    Err(refused())
}

/// Refuses.
///
/// # Errors
/// [`SandboxError::Namespace`] always.
pub fn enter_in_place() -> Result<(), SandboxError> {
    Err(refused())
}

/// Refuses.
///
/// # Errors
/// [`SandboxError::Namespace`] always.
pub fn probe() -> Result<(), SandboxError> {
    Err(refused())
}

/// Refuses.
///
/// # Errors
/// [`SandboxError::Namespace`] always.
pub fn answer_probe() -> Result<(), SandboxError> {
    Err(refused())
}

/// Tells that the system is another one.
pub fn doctor() -> Vec<Finding> {
    let system = std::env::consts::OS.to_owned();
    vec![finding("Linux", false, system, REMEDY.to_owned())]
}

fn refused() -> SandboxError {
    SandboxError::Namespace {
        reason: format!("`{}` has no network namespaces", std::env::consts::OS),
        remedy: REMEDY.to_owned(),
    }
}

/// Takes the secrets out of a line.
pub type Redact = std::sync::Arc<dyn Fn(&str) -> String + Send + Sync>;

/// Is told a line.
pub type Hear = std::sync::Arc<dyn Fn(&str) + Send + Sync>;

/// How a server would be launched.
#[derive(Clone)]
pub struct Launch {
    /// The program and its arguments.
    pub command: Vec<String>,
    /// Where it is started.
    pub directory: std::path::PathBuf,
    /// What is added to its environment.
    pub environment: Vec<(String, String)>,
    /// As whom it runs.
    pub user: User,
    /// A folder for its home.
    pub folder: std::path::PathBuf,
    /// Folders that it does not see.
    pub hidden: Vec<std::path::PathBuf>,
    /// Folders that it may not write to.
    pub sealed: Vec<std::path::PathBuf>,
    /// Where its output is written.
    pub log: std::path::PathBuf,
    /// What happens to each line before it is written.
    pub redact: Redact,
    /// Who is told each line as it came.
    pub hear: Hear,
}

/// As whom a server would run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User(());

impl User {
    /// The user of the harness.
    pub fn kept() -> Self {
        Self(())
    }

    /// The user of the harness.
    pub fn of(_command: &[String], _directory: &std::path::Path) -> Self {
        Self(())
    }

    /// The user in words.
    pub fn in_words(&self) -> String {
        "the user of the harness".to_owned()
    }

    /// Does nothing.
    ///
    /// # Errors
    /// None.
    pub fn own(&self, _folder: &std::path::Path) -> std::io::Result<()> {
        Ok(())
    }
}

/// Stands in for a launched server, which cannot be had here.
pub struct Launched(());

impl Launched {
    /// Refuses.
    ///
    /// # Errors
    /// [`LaunchError::Start`] always.
    pub fn start(launch: Launch) -> Result<Self, LaunchError> {
        Err(LaunchError::Start {
            command: launch.command.join(" "),
            directory: launch.directory.display().to_string(),
            reason: "servers are launched on Linux only; start it yourself and use `--issuer`".to_owned(),
        })
    }

    /// Never.
    pub fn starts(&self) -> u64 {
        0
    }

    /// Nothing.
    pub fn ended(&self) -> Option<String> {
        None
    }

    /// Nothing.
    pub fn last_lines(&self) -> Vec<String> {
        Vec::new()
    }

    /// Nothing.
    pub fn unreadable(&self) -> Option<String> {
        None
    }

    /// Nothing.
    pub fn given_up(&self) -> Vec<String> {
        Vec::new()
    }

    /// Does nothing.
    ///
    /// # Errors
    /// None.
    #[expect(clippy::unused_async, reason = "the other system's function waits")]
    pub async fn restart(&self) -> Result<(), LaunchError> {
        Ok(())
    }

    /// Does nothing.
    #[expect(clippy::unused_async, reason = "the other system's function waits")]
    pub async fn stop(&self) {}
}

/// Does nothing.
pub fn adopt_orphans() {}

/// Does nothing.
pub fn end_all() {}
