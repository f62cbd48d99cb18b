//! Decisions about clients that register, and about redirect URIs.

pub(super) mod initial;
pub(super) mod management;
pub(super) mod redirect;
pub(super) mod register;
pub(super) mod statement;
