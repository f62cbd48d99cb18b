//! Systems without network namespaces: everything says so.

use super::finding::Finding;
use super::finding::finding;
use crate::error::SandboxError;

/// Set when the process shall only try the box and exit.
pub const PROBE: &str = "CIMDSPEC_PROBE";

const REMEDY: &str = "use a Linux machine or container, or `--env loopback`";

/// Stands in for the files of the box, which cannot be made here.
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

/// Whether this process is inside the box; never, here.
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
