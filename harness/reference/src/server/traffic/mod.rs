//! What some servers do with requests of any kind, before an endpoint sees them or after.

pub(crate) mod closing;
pub(crate) mod limits;
