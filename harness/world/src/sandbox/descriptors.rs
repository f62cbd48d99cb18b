//! How many files may be open: as many as the machine lets us, and for a launched server as many as it let us at first.

use std::sync::OnceLock;

use rustix::process::Resource;
use rustix::process::Rlimit;
use rustix::process::getrlimit;
use rustix::process::setrlimit;

static BEFORE: OnceLock<Rlimit> = OnceLock::new();
/// All cases of a run wait at once, and each connection of theirs takes a descriptor.
const WANTED: u64 = 32 * 1024;

/// Raises the limit as far as it is wanted and allowed.
pub fn raise_descriptors() {
    let before = BEFORE.get_or_init(|| getrlimit(Resource::Nofile));
    let current = before.current.unwrap_or(u64::MAX);
    let allowed = before.maximum.unwrap_or(u64::MAX);
    if current < WANTED {
        let raised = Rlimit {
            current: Some(WANTED.min(allowed)),
            maximum: before.maximum,
        };
        // Where it stays, fewer connections are taken at once.
        let _ = setrlimit(Resource::Nofile, raised);
    }
}

/// What held before.
#[cfg(target_os = "linux")]
pub(super) fn before() -> Option<Rlimit> {
    BEFORE.get().copied()
}
