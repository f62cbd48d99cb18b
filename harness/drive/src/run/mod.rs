//! The run: which plans apply, when each is walked and walked again, and what holds over all of them.

pub(crate) mod announced;
pub(crate) mod applicability;
pub(crate) mod attempt;
pub(crate) mod bases;
pub(crate) mod behind_a_name;
pub(crate) mod breaker;
pub(crate) mod enough;
pub(crate) mod estimate;
pub(crate) mod explore;
pub(crate) mod failures;
pub(crate) mod fitness;
pub(crate) mod hold;
pub(crate) mod opened;
pub(crate) mod politeness;
pub(crate) mod quick;
pub(crate) mod refusals;
pub(crate) mod retry;
pub(crate) mod schedule;
pub(crate) mod shared;
pub(crate) mod supervisor;
