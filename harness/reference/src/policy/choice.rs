//! What the specifications leave to a server: both ways are lawful, and a shape goes the less usual one.

use super::watched::Watched;
use super::watched::decisions;

/// Which way is gone where both are lawful.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Way {
    /// The usual one.
    #[default]
    Usual,
    /// The other one.
    Other,
}

/// A choice between two lawful ways.
pub type Choice = Watched<Way>;

impl Choice {
    /// Whether the less usual way is gone.
    pub(crate) fn other(&self) -> bool {
        self.is(Way::Other)
    }
}

decisions! {
    /// All choices of the server, by area.
    pub struct ChoicePolicy {
        /// What registration takes and tells.
        pub registration: RegistrationChoices,
    }

    /// What registration takes and tells (RFC 7591, 7592).
    pub struct RegistrationChoices {
        /// Loopback redirect URIs are registered; otherwise refused.
        pub loopback: Choice,
    }
}
