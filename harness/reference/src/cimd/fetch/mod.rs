//! The guarded fetch: which addresses it may contact, its connection, its content.

pub(crate) mod blocks;
pub(crate) mod connect;
pub(crate) mod content;
pub(crate) mod guard;
pub(crate) mod guarded;
pub(crate) mod tls;
