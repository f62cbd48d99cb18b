//! Mutants of registered clients.

pub(crate) mod answers;
pub(crate) mod clients;
pub(crate) mod initial;
pub(crate) mod slips;
pub(crate) mod told;
