//! Plan and ledger in, findings out.
//!
//! This room is pure, total and deterministic: it never does I/O, never panics on any observation, and the same
//! input always gives the same findings. It knows no scenario by name; what is right stands in the plan.
//!
//! ```
//! use cimdspec_judge::Seen;
//! assert!(Seen::Granted.is_granted());
//! ```

mod control;
mod denial;
mod disposition;
mod expectation;
mod finding;
mod foundation;
mod grounds;
mod html;
mod likeness;
mod own;
mod published;
mod reach;
mod reading;
mod settle;
mod timing;
mod trace;
mod traffic;
mod words;

pub use disposition::Calibration;
pub use disposition::Seen;
pub use disposition::disposition;
pub use finding::Input;
pub use finding::judge;
pub use finding::not_judged;
pub use foundation::foundation;
pub use published::Issuer;
pub use reach::is_early;
pub use settle::is_certain;
pub use settle::settle;
