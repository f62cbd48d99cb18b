//! Our own authoritative name server: it knows only what it was told, forwards nothing, and reports each query.

mod server;
#[cfg(test)]
mod tests;
mod zone;

pub use server::Lookup;
pub use server::LookupObserver;
pub use server::Server;
pub use server::Transport;
pub use server::respond;
pub use zone::Zone;
