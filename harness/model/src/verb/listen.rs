//! Waits, and records what the server log has had since the case began.

use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;

use crate::forecast::Kind;
use crate::quantity::Span;
use crate::verb::Channel;
use crate::verb::References;
use crate::verb::Success;
use crate::verb::Verb;

/// Waits this long for lines of the server log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Listen(pub Span);

impl Verb for Listen {
    fn neutral(&self) -> Option<Self> {
        Some(self.clone())
    }

    fn refers<'a>(&'a self, _: &mut References<'a>) {}

    fn success(&self) -> Option<Success> {
        None
    }

    fn requests(&self, _: Channel) -> Vec<(Kind, usize)> {
        Vec::new()
    }

    fn waits(&self) -> Duration {
        self.0.0
    }
}
