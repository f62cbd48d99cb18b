//! Evidence on the disk: the ledger of a run, bundles that are signed, and judging both again.
//!
//! A bundle is data of a stranger. Reading one trusts nothing in it, never writes a file, and is bounded in every size.
//! What a person must know of it is in `docs/certify.md`.
//!
//! ```
//! use cimdspec_evidence::digest;
//! assert!(digest::of(b"").starts_with("e3b0c442"));
//! ```

pub mod bundle;
pub mod certify;
mod complete;
pub mod digest;
mod dsse;
mod error;
pub mod key;
pub mod ledger;
pub mod partial;
mod rederived;
mod statement;
pub mod verify;

pub use dsse::Envelope;
pub use error::EvidenceError;
pub use statement::Claim;
pub use statement::schema;
