//! Fuzzing over the wire: worlds are made, walked and judged; what breaks a law is confirmed, made smaller and kept.

pub(crate) mod confirm;
pub(crate) mod corpus;
pub(crate) mod engine;
pub(crate) mod found;
pub(crate) mod tally;
pub(crate) mod target;
