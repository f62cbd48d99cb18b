//! The scenario as people write it: the strict parser, the lowering to plans, and the way back.

pub mod catalogue;
pub mod follow;
pub(crate) mod ids;
pub(crate) mod lower;
pub mod moved;
pub mod print;
pub(crate) mod raw;
pub(crate) mod raw_check;
pub mod schema;
pub mod variants;
pub(crate) mod verify;
pub mod witness;
