//! A conformant authorization server of our own, and the table of its mutants.
//!
//! It takes clients by Client ID Metadata Documents (draft -02) and by Dynamic Client Registration (RFC 7591, 7592).
//! Every decision that a specification constrains is one field of one [`Policy`]; a [`Mutant`] is a single deviation
//! from it, and a [`Shape`] is conformant as well: it goes another way where the texts allow several. This crate is an island: it must never import another room, so that a shared mistake cannot hide.
//!
//! ```
//! use cimdspec_reference::{Policy, mutant};
//! let mut policy = Policy::default();
//! (mutant("client-id-not-compared").unwrap().apply)(&mut policy);
//! assert_ne!(policy, Policy::default());
//! ```

pub mod cimd;
mod error;
mod faults;
mod mutants;
pub mod policy;
mod server;
mod shapes;

pub use error::ReferenceError;
pub use mutants::mutant;
pub use mutants::mutants;
pub use policy::Mutant;
pub use policy::Policy;
pub use server::InitialTokens;
pub use server::Options;
pub use server::Publisher;
pub use server::Server;
pub use server::ServerLog;
pub use server::Upstream;
pub use shapes::Shape;
pub use shapes::shape;
pub use shapes::shapes;
