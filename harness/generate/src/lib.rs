//! Hostile worlds from numbers.
//!
//! A [`Tape`] of numbers becomes a [`World`]: a known-good world with a few differences from it, and the steps of a
//! client in it. The world is a scenario like those of the catalogue, and its checks are [`Law`]s, each tied to a clause.
//! So what is found is a finding with the level of its clause, and a file that is run again.
//!
//! This room is pure: it knows no server, reads no file and never waits. Each tape makes a valid world, and the same tape
//! always makes the same one. A tape of zeros is the known-good world, so a smaller tape is a simpler one.
//!
//! ```
//! use cimdspec_generate::Tape;
//! assert_eq!(Tape::of(vec![0, 1, 0, 0]).to_string(), "cimdspec tape 1: 0 1");
//! ```

mod dictionary;
mod draft;
mod family;
mod key;
mod law;
mod nearest;
mod route;
mod shrink;
mod signature;
mod tape;
mod world;

pub use key::Key;
pub use law::Law;
pub use signature::Signature;
pub use tape::Tape;
pub use tape::TapeError;
pub use tape::VERSION;
pub use world::Generator;
pub use world::World;
