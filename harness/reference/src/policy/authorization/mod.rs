//! Decisions about authorization: endpoints, pages, tokens and what the server says of itself.

pub(super) mod authorize;
pub(super) mod consent;
pub(super) mod credentials;
pub(super) mod fault;
pub(super) mod log;
pub(super) mod metadata;
pub(super) mod pages;
pub(super) mod service;
pub(super) mod strength;
pub(super) mod token;
