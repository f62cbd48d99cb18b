//! The box: namespaces, routes, resolver and trust, so that every address of the world is this machine.

mod doctor;
mod enter;
mod network;
mod surroundings;

pub use doctor::Finding;
pub use doctor::State;
pub use doctor::doctor;
pub use enter::PROBE;
pub use enter::enter;
pub use enter::is_inside;
pub use surroundings::Surroundings;
