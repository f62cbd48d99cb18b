//! The log of the server: what happened, without what authenticates anybody, and one line for each happening.

use std::fmt;
use std::sync::Arc;

use crate::policy::LogFault;
use crate::server::state::State;

/// Is told each line of the log.
#[derive(Clone)]
pub struct ServerLog(Arc<dyn Fn(&str) + Send + Sync>);

impl ServerLog {
    /// A log that tells its lines.
    pub fn to(told: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Arc::new(told))
    }
}

impl Default for ServerLog {
    fn default() -> Self {
        Self::to(|_| ())
    }
}

impl fmt::Debug for ServerLog {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("ServerLog")
    }
}

impl State {
    /// Writes what happened; `secret` is what a mutant with this fault writes beside it.
    pub(super) fn note(&self, what: &str, fault: LogFault, secret: &str) {
        self.write(what);
        if self.policy.log.is(fault) {
            self.write(secret);
        }
    }

    /// Writes what happened with a text of a stranger, which is quoted.
    pub(super) fn note_of_stranger(&self, what: &str, text: &str) {
        match self.policy.log.is(LogFault::LineBreaks) {
            true => self.write(&format!("{what} {text}")),
            false => self.write(&format!("{what} {text:?}")),
        }
    }

    /// As a reader of the log sees it.
    fn write(&self, text: &str) {
        text.split('\n').for_each(|line| (self.log.0)(line));
    }
}
