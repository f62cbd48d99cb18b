//! What is found out of a target before anything is judged: one file for each thing.

pub(crate) mod assertions;
pub(crate) mod capacity;
pub(crate) mod keys;
pub(crate) mod samples;
