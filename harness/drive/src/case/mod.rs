//! One case: what it knows, how its hosts behave, its walk from step to step.

pub(crate) mod behaviour;
pub(crate) mod client;
pub(crate) mod context;
pub(crate) mod home;
pub(crate) mod parts;
pub(crate) mod walk;
