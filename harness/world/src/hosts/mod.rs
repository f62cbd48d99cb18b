//! The hosts behind the one listener: who is meant, what is served, and how the bytes arrive.

mod attribution;
mod coded;
mod connection;
mod front;
mod hostile;
mod http;
mod peeked;
mod polite;
mod registry;

pub use attribution::Attribution;
pub use attribution::named;
pub use attribution::server_name_in;
pub(crate) use connection::Shared;
pub(crate) use connection::accept_loop;
pub use front::CLIENT_ADDRESS;
pub use http::Head;
pub use http::host_in;
pub use http::read_head;
pub use http::without_secrets;
pub use peeked::Peeked;
pub use peeked::SoFar;
pub(crate) use registry::Registry;
