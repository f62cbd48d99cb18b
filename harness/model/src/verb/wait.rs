//! Waits.

use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;

use crate::forecast::Kind;
use crate::quantity::Span;
use crate::verb::Burden;
use crate::verb::Channel;
use crate::verb::References;
use crate::verb::Success;
use crate::verb::Verb;

/// Waits this long.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Wait(pub Span);

impl Verb for Wait {
    fn neutral(&self) -> Option<Self> {
        None
    }

    fn refers<'a>(&'a self, _: &mut References<'a>) {}

    fn success(&self) -> Option<Success> {
        None
    }

    fn requests(&self, _: Channel) -> Vec<(Kind, usize)> {
        Vec::new()
    }

    fn changes(&self) -> Option<&'static str> {
        Some("time passes")
    }

    fn burden(&self) -> Burden {
        Burden::Holding
    }

    fn waits(&self) -> Duration {
        self.0.0
    }
}
