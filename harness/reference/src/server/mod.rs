//! The server: endpoints, state, store and pages.

mod authorize;
mod bound;
mod choice;
mod client;
mod consent;
mod credulous;
mod entry;
mod further;
mod information;
mod initial;
mod issued;
mod log;
mod logout;
mod manage;
mod metadata;
mod odd;
mod pages;
mod par;
mod parts;
mod question;
mod register;
mod registration;
mod reply;
mod spelling;
mod start;
mod state;
mod statement;
mod store;
mod token;
mod update;

pub use initial::InitialTokens;
pub use log::ServerLog;
pub use start::Options;
pub use start::Server;
pub use statement::Publisher;
