//! Plan and ledger in, findings out.
//!
//! This room is pure, total and deterministic: it never does I/O, never panics on any observation, and the same
//! input always gives the same findings. It knows no scenario by name; what is right stands in the plan.
//!
//! ```
//! use cimdspec_judge::Seen;
//! assert!(Seen::Granted.is_granted());
//! ```

mod absent;
mod because;
mod control;
mod denial;
mod disposition;
mod expectation;
#[cfg(test)]
mod fabricated;
mod failure;
mod finding;
mod foundation;
mod grounds;
mod hanging;
mod likeness;
mod own;
mod published;
mod reach;
mod refusal;
mod service;
mod settle;
mod spelling;
mod timing;
mod trace;
mod traffic;
mod witness;
mod words;

pub use disposition::Calibration;
pub use disposition::Seen;
pub use disposition::disposition;
pub use failure::Failure;
pub use failure::failures;
pub use finding::Input;
pub use finding::judge;
pub use finding::not_judged;
pub use foundation::foundation;
pub use published::Issuer;
pub use reach::is_early;
pub use refusal::Refusal;
pub use refusal::refusals;
pub use service::Base;
pub use service::Watched;
pub use service::blame;
pub use service::id_of_the_run;
pub use service::of_the_run;
pub use settle::Doubt;
pub use settle::doubt;
pub use settle::is_disputed;
pub use settle::settle;
pub use settle::settle_dispute;
pub use settle::settle_odd;
pub use words::step as evidence_of;
