//! The server: endpoints, state, store and pages.

pub(crate) mod authorize;
pub(crate) mod choice;
pub(crate) mod client;
pub(crate) mod log;
pub(crate) mod login;
pub(crate) mod metadata;
pub(crate) mod par;
pub(crate) mod provider;
pub(crate) mod registration;
pub(crate) mod reply;
pub(crate) mod start;
pub(crate) mod state;
pub(crate) mod store;
pub(crate) mod tokens;
pub(crate) mod traffic;
pub(crate) mod user;

pub use crate::server::registration::initial::InitialTokens;
pub use crate::server::registration::statement::Publisher;
pub use log::ServerLog;
pub use provider::Upstream;
pub use start::Options;
pub use start::Server;
