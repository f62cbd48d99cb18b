//! The hosts behind the one listener: who is meant, what is served, and how the bytes arrive.

mod attribution;
mod coded;
mod connection;
mod front;
mod hostile;
mod http;
mod polite;
mod registry;

pub(crate) use attribution::Attribution;
pub(crate) use connection::Shared;
pub(crate) use connection::accept_loop;
pub use front::CLIENT_ADDRESS;
pub(crate) use registry::Registry;
