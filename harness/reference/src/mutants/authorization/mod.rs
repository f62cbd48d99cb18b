//! Mutants of requests, answers, codes and tokens.

pub(crate) mod browser;
pub(crate) mod discovery;
pub(crate) mod endpoints;
pub(crate) mod halves;
pub(crate) mod inbound;
pub(crate) mod logs;
pub(crate) mod redirects;
pub(crate) mod service;
pub(crate) mod strangers;
pub(crate) mod strength;
