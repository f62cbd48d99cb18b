//! The world of a run, and the part of it that belongs to one case.

mod build;
mod case;
mod environment;
mod front;
mod public;
mod upstream;

pub use build::World;
#[cfg(test)]
pub(crate) use build::ZONE;
pub use case::CaseWorld;
pub use case::HostAddress;
pub use case::HostPlan;
pub use environment::Environment;
pub use environment::HostsBy;
pub use environment::NamesOf;
pub use environment::Reach;
pub use environment::Setting;
pub use environment::TlsEnd;
pub use front::Front;
pub use front::Scheme;
pub use public::PublicPlace;
pub use public::PublicPlan;
pub use public::PublicZone;
