//! The sandbox: namespaces, routes, resolver and trust, so that every address of the world is this machine.

#[cfg(target_os = "linux")]
mod contain;
mod descriptors;
#[cfg(target_os = "linux")]
mod doctor;
#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(target_os = "linux")]
mod enter;
mod finding;
#[cfg(target_os = "linux")]
mod launch;
#[cfg(target_os = "linux")]
mod listening;
#[cfg(target_os = "linux")]
mod log;
#[cfg(target_os = "linux")]
mod memory;
#[cfg(target_os = "linux")]
mod network;
#[cfg(target_os = "linux")]
mod probe;
#[cfg(target_os = "linux")]
mod reach;
#[cfg(target_os = "linux")]
mod remedy;
#[cfg(target_os = "linux")]
mod surroundings;
#[cfg(target_os = "linux")]
mod trust;
#[cfg(target_os = "linux")]
mod user;

pub use descriptors::raise_descriptors;
#[cfg(target_os = "linux")]
pub use doctor::doctor;
#[cfg(not(target_os = "linux"))]
pub use elsewhere::Launch;
#[cfg(not(target_os = "linux"))]
pub use elsewhere::Launched;
#[cfg(not(target_os = "linux"))]
pub use elsewhere::PROBE;
#[cfg(not(target_os = "linux"))]
pub use elsewhere::Redact;
#[cfg(not(target_os = "linux"))]
pub use elsewhere::Surroundings;
#[cfg(not(target_os = "linux"))]
pub use elsewhere::User;
#[cfg(not(target_os = "linux"))]
pub use elsewhere::adopt_orphans;
#[cfg(not(target_os = "linux"))]
pub use elsewhere::answer_probe;
#[cfg(not(target_os = "linux"))]
pub use elsewhere::doctor;
#[cfg(not(target_os = "linux"))]
pub use elsewhere::end_all;
#[cfg(not(target_os = "linux"))]
pub use elsewhere::enter;
#[cfg(not(target_os = "linux"))]
pub use elsewhere::enter_in_place;
#[cfg(not(target_os = "linux"))]
pub use elsewhere::is_inside;
#[cfg(not(target_os = "linux"))]
pub use elsewhere::listening_ports;
#[cfg(not(target_os = "linux"))]
pub use elsewhere::probe;
#[cfg(not(target_os = "linux"))]
pub use elsewhere::use_small_pages;
#[cfg(target_os = "linux")]
pub use enter::enter;
#[cfg(target_os = "linux")]
pub use enter::enter_in_place;
#[cfg(target_os = "linux")]
pub use enter::is_inside;
pub use finding::Finding;
pub use finding::State;
#[cfg(target_os = "linux")]
pub use launch::Launch;
#[cfg(target_os = "linux")]
pub use launch::Launched;
#[cfg(target_os = "linux")]
pub use launch::Redact;
#[cfg(target_os = "linux")]
pub use launch::adopt_orphans;
#[cfg(target_os = "linux")]
pub use launch::end_all;
#[cfg(target_os = "linux")]
pub use listening::listening_ports;
#[cfg(target_os = "linux")]
pub use memory::use_small_pages;
#[cfg(target_os = "linux")]
pub use probe::PROBE;
#[cfg(target_os = "linux")]
pub use probe::answer_probe;
#[cfg(target_os = "linux")]
pub use probe::probe;
#[cfg(target_os = "linux")]
pub use surroundings::Surroundings;
#[cfg(target_os = "linux")]
pub use user::User;
