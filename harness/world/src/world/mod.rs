//! The world of a run, and the part of it that belongs to one case.

mod build;
mod case;
mod environment;
mod front;

pub use build::World;
pub use case::CaseWorld;
pub use case::HostAddress;
pub use case::HostPlan;
pub use environment::Environment;
pub use front::Front;
pub use front::Scheme;
