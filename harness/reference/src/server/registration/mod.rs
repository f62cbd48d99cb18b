//! Dynamic registration and its management (RFC 7591, RFC 7592).

pub(crate) mod information;
pub(crate) mod initial;
pub(crate) mod manage;
pub(crate) mod register;
pub(crate) mod rules;
pub(crate) mod shown;
pub(crate) mod statement;
pub(crate) mod update;
