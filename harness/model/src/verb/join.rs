//! Waits until background steps have ended.

use serde::Deserialize;
use serde::Serialize;

use crate::forecast::Kind;
use crate::name::StepName;
use crate::verb::Channel;
use crate::verb::References;
use crate::verb::Success;
use crate::verb::Verb;

/// Waits until these background steps have ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Join(pub Vec<StepName>);

impl Verb for Join {
    fn neutral(&self) -> Option<Self> {
        Some(self.clone())
    }

    fn refers<'a>(&'a self, to: &mut References<'a>) {
        self.0.iter().for_each(|step| to.step(step));
    }

    fn success(&self) -> Option<Success> {
        None
    }

    fn requests(&self, _: Channel) -> Vec<(Kind, usize)> {
        Vec::new()
    }
}
