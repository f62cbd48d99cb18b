//! The server: endpoints, state, store and pages.

pub(crate) mod authorize;
pub(crate) mod bound;
pub(crate) mod choice;
pub(crate) mod client;
pub(crate) mod consent;
pub(crate) mod entry;
pub(crate) mod information;
pub(crate) mod initial;
pub(crate) mod issued;
pub(crate) mod log;
pub(crate) mod logout;
pub(crate) mod manage;
pub(crate) mod metadata;
pub(crate) mod pages;
pub(crate) mod par;
pub(crate) mod question;
pub(crate) mod register;
pub(crate) mod registration;
pub(crate) mod reply;
pub(crate) mod spelling;
pub(crate) mod start;
pub(crate) mod state;
pub(crate) mod statement;
pub(crate) mod store;
pub(crate) mod token;
pub(crate) mod update;

pub use initial::InitialTokens;
pub use log::ServerLog;
pub use start::Options;
pub use start::Server;
pub use statement::Publisher;
