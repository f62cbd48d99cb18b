//! What a check expects: its type, by subject.

pub(crate) mod conditions;
pub mod kinds;
pub mod seen;
pub mod service;
