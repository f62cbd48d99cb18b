//! What all verbs have: the step that holds one, what is asked of it, and the parts that several have.

pub(super) mod act;
pub(super) mod authentication;
pub(super) mod client;
pub(super) mod contract;
pub(super) mod of_token;
pub(super) mod references;
pub(super) mod step;
pub(super) mod swap;
