//! The server under test: how it is found, what it says of itself, whose it is.

pub(crate) mod clock;
pub(crate) mod documents;
pub(crate) mod facts;
pub(crate) mod initial_token;
pub(crate) mod issuer_url;
pub(crate) mod mcp;
pub(crate) mod ownership;
pub(crate) mod passing;
pub(crate) mod paths;
pub(crate) mod probe;
pub(crate) mod proof;
pub(crate) mod self_check;
pub(crate) mod server;
pub(crate) mod shown;
