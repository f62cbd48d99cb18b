//! What a check is: clauses, scenarios, plans, observations, verdicts and the report document.
//!
//! Pure data: this room does no I/O, is never async and imports no other room. A scenario file becomes a
//! [`scenario::variants::Scenario`], each variant of it a [`plan::Plan`]; what a run saw becomes an
//! [`observation::Case`], and what was concluded a [`verdict::Finding`].
//!
//! ```
//! use cimdspec_model::name::HostLabel;
//! assert!(HostLabel::parse("docs").is_ok());
//! assert!(HostLabel::parse("Docs!").is_err());
//! ```

mod addresses;
pub mod baseline;
pub mod behaviour;
pub mod compared;
pub mod config;
mod curl;
pub mod day;
pub mod decision;
pub mod deviations;
pub mod diagnostic;
pub mod expect;
pub mod forecast;
pub mod gate;
pub mod json;
pub mod made;
pub mod merge;
pub mod name;
pub mod observation;
pub mod parts;
pub mod place;
pub mod plan;
pub mod profile;
pub mod quantity;
pub mod reason;
pub mod reference;
pub mod report;
pub mod requirement;
pub mod scenario;
pub mod shell;
pub mod text;
pub mod verb;
pub mod verdict;
