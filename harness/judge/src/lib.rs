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
mod finding;
mod foundation;
mod grounds;
mod likeness;
mod own;
mod reach;
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
pub use finding::Input;
pub use finding::judge;
pub use finding::not_judged;
pub use foundation::foundation;
pub use reach::is_early;
pub use settle::is_certain;
pub use settle::settle;
