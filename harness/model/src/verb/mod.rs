//! What a step does: its type, by subject.

pub mod arrange;
pub mod registration;
pub mod step;
pub mod token;
