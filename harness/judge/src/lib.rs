//! Plan and ledger in, findings out.
//!
//! This room is pure, total and deterministic: it never does I/O, never panics on any observation, and the same
//! input always gives the same findings. It knows no scenario by name; what is right stands in the plan.
//!
//! ```
//! use cimdspec_judge::Seen;
//! assert!(Seen::Granted.is_granted());
//! ```

mod because;
mod disposition;
mod expect;
#[cfg(test)]
mod fabricated;
mod failure;
mod finding;
mod guard;
mod history;
mod input;
mod ledger;
mod merge;
mod page;
mod published;
mod refusal;
mod samples;
mod service;
mod spelling;
mod traffic;
mod words;

pub use disposition::Calibration;
pub use disposition::Seen;
pub use disposition::disposition;
pub use failure::Failure;
pub use failure::failures;
pub use finding::judge;
pub use finding::not_judged;
pub use guard::foundation::foundation;
pub use guard::progress::is_early;
pub use history::of_step as evidence_of;
pub use input::Input;
pub use ledger::Basis;
pub use ledger::Concluded;
pub use ledger::Derivation;
pub use ledger::Head;
pub use ledger::Judged;
pub use ledger::LEDGER_VERSION;
pub use ledger::Line;
pub use ledger::Missing;
pub use ledger::Rederive;
pub use merge::Doubt;
pub use merge::Round;
pub use merge::doubt;
pub use merge::in_round;
pub use merge::is_disputed;
pub use merge::settle;
pub use merge::settle_dispute;
pub use merge::settle_odd;
pub use page::signature::Signature;
pub use page::signature::says;
pub use page::signature::signature;
pub use page::trace::trace;
pub use published::Issuer;
pub use refusal::Refusal;
pub use refusal::is_by_the_book;
pub use refusal::refusals;
pub use samples::Origin;
pub use samples::Samples;
pub use service::Base;
pub use service::Watched;
pub use service::blame;
pub use service::id_of_the_run;
pub use service::of_the_run;
pub use words::event as event_in_words;
