//! What is found out of a target before anything is judged: one file for each thing.

pub(crate) mod assertions;
pub(crate) mod calibrator;
pub(crate) mod capacity;
pub(crate) mod documents;
pub(crate) mod idle;
pub(crate) mod keys;
pub(crate) mod obstacle;
pub(crate) mod refresh;
pub(crate) mod registrations;
pub(crate) mod said;
pub(crate) mod samples;
