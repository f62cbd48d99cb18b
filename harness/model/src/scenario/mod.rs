//! The scenario as people write it: verbs, expectations, the strict parser, the matrix and the lowering.

pub mod catalogue;
pub(crate) mod cited;
pub mod follow;
pub(crate) mod lower;
pub(crate) mod matrix;
pub mod moved;
pub(crate) mod only;
pub mod print;
pub(crate) mod raw;
pub(crate) mod raw_check;
pub mod schema;
pub(crate) mod shared;
pub(crate) mod substitute;
pub(crate) mod verify;
pub mod witness;
