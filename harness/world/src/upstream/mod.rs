//! The upstream identity provider: what servers that log their users in elsewhere send them to.
//!
//! It logs its users in by itself, checks what a real provider checks, and knows nothing of cases.

mod authorize;
mod documents;
mod keys;
mod memory;
mod message;
mod places;
mod provider;
mod service;
#[cfg(test)]
mod tests;
mod token;
mod users;

pub use places::Places;
pub(crate) use places::hosts;
pub use provider::Hide;
pub use provider::UPSTREAM_CODE;
pub use provider::UpstreamPlan;

pub(crate) use keys::make_key;
pub(crate) use provider::Provider;
pub(crate) use service::accept_loop;
