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

mod again;
mod agent;
mod authorize;
mod bases;
mod calibration;
mod capacity;
mod client;
mod cookie;
mod decision;
mod der;
mod documents;
mod error;
mod filling;
mod forecast;
mod heard;
mod home;
mod hostile;
mod keeper;
mod key_calibration;
mod keys;
mod lacking;
mod login;
mod logout;
mod look;
mod looked;
mod management;
mod manner;
mod mcp;
mod pace;
mod pages;
mod parts;
mod patience;
mod place;
mod probe;
mod proof;
mod provision;
mod publisher;
mod reach;
mod redact;
mod refused;
mod registration;
mod response;
mod rsa;
mod run;
mod scene;
mod signing;
mod statement;
mod strength;
mod talk;
mod target;
mod token;
mod waited;
mod walk;
mod watch;
mod wire;

pub use error::DriveError;
pub use forecast::forecast;
pub use heard::Heard;
pub use home::comes_home;
pub use mcp::Protected;
pub use probe::Page;
pub use probe::Probed;
pub use probe::probe;
pub use proof::Places;
pub use proof::Proof;
pub use proof::Token;
pub use proof::is_here;
pub use publisher::can_sign;
pub use redact::Secrets;
pub use run::Controls;
pub use run::Job;
pub use run::Load;
pub use run::Looks;
pub use run::Progress;
pub use run::Summary;
pub use run::Walked;
pub use run::run;
pub use target::Named;
pub use target::Target;
pub use wire::Trust;
