//! The scenario as people write it: verbs, expectations, the strict parser, the matrix and the lowering.

pub mod arrange;
pub mod catalogue;
mod conditions;
pub mod expect;
pub mod follow;
pub(crate) mod lower;
pub(crate) mod matrix;
pub(crate) mod only;
pub mod print;
pub(crate) mod raw;
pub(crate) mod raw_check;
pub mod registration;
pub mod schema;
pub mod seen;
pub mod service;
pub mod step;
pub(crate) mod substitute;
pub mod token;
pub(crate) mod verify;
pub mod witness;
