//! What an HTML page looks like, where no person reads it.

pub(crate) mod signature;
pub(crate) mod trace;
