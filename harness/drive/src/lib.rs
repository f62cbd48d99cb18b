//! Speaks OAuth to the target and walks plans.
//!
//! This room sends what a plan says, does the browser's part, and records what came back without its secrets. It
//! must never judge an answer, never speak to anything but the target (and a resolver, for the proof that the target is
//! its operator's), and never let a secret into a record.
//!
//! ```no_run
//! # async fn example() -> Result<(), cimdspec_drive::DriveError> {
//! use cimdspec_drive::Named;
//! use cimdspec_drive::Target;
//! use cimdspec_model::plan::Need;
//! use cimdspec_model::profile::Profile;
//! use cimdspec_drive::Trust;
//! let trust = Trust { pem: "", system: true };
//! let target = Target::discover(Named::At("https://localhost:8443"), Profile::reference(), trust).await?;
//! println!("{} registers clients: {}", target.issuer(), target.offers(Need::Dcr));
//! # Ok(())
//! # }
//! ```

mod agent;
mod calibration;
mod case;
mod error;
mod http;
mod keys;
mod program;
pub mod readers;
mod redact;
mod run;
mod target;
mod verb;

pub use error::DriveError;
pub use http::client::Trust;
pub use keys::publisher::can_sign;
pub use redact::Secrets;
pub use redact::server_log::LogCapture;
pub use redact::shown_secret;
pub use run::applicability::is_patient;
pub use run::enough::Enough;
pub use run::estimate::fitting;
pub use run::estimate::forecast;
pub use run::explore::Beside;
pub use run::explore::Explored;
pub use run::explore::Explorer;
pub use run::hold::Held;
pub use run::hold::hold;
pub use run::opened::Opened;
pub use run::opened::Passed;
pub use run::opened::opened;
pub use run::quick::Extent;
pub use run::quick::LeftOut;
pub use run::schedule::Attempts;
pub use run::schedule::Controls;
pub use run::schedule::IfNotGranted;
pub use run::schedule::Job;
pub use run::schedule::Load;
pub use run::schedule::Progress;
pub use run::schedule::Recording;
pub use run::schedule::Summary;
pub use run::schedule::Walked;
pub use run::schedule::run;
pub use target::clock::Clocks;
pub use target::facts::Found;
pub use target::mcp::Protected;
pub use target::ownership::Places;
pub use target::ownership::is_here;
pub use target::paths::paths;
pub use target::probe::Probed;
pub use target::probe::Reached;
pub use target::probe::Tried;
pub use target::probe::attempt;
pub use target::probe::probe;
pub use target::proof::Proof;
pub use target::proof::Token;
pub use target::self_check::Astray;
pub use target::self_check::comes_home;
pub use target::self_check::in_words;
pub use target::server::Named;
pub use target::server::Target;
