//! What the specifications leave to a server: a shape goes the less usual way.

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
        /// What requests and identifiers look like.
        pub requests: RequestChoices,
        /// What registration takes and tells.
        pub registration: RegistrationChoices,
    }

    /// What registration takes and tells (RFC 7591, 7592).
    pub struct RegistrationChoices {
        /// Answers have numbers that a double holds; otherwise one that none does.
        pub common_numbers: Choice,
        /// What a client left out is registered with its default, and told; otherwise it is neither.
        pub defaults: Choice,
        /// Members that the server assigns are passed over; otherwise a reason to refuse.
        pub ignores_assigned: Choice,
        /// Loopback redirect URIs are registered; otherwise refused.
        pub loopback: Choice,
        /// A name is registered; otherwise it is a member that is not understood.
        pub names: Choice,
        /// Clients are of the kind that they ask for; otherwise all get a secret, and their keys are not understood.
        pub own_methods: Choice,
        /// JSON is read as RFC 8259 has it; otherwise with comments and trailing commas.
        pub strict_json: Choice,
        /// A wrong registration token is told by 401; otherwise by 403.
        pub unauthorized: Choice,
    }

    /// What requests and identifiers look like.
    pub struct RequestChoices {
        /// A client identifier may have a query; otherwise none has.
        pub identifier_query: Choice,
        /// A program that asks for what is not there is told so; otherwise it is sent to a login page.
        pub told_to_programs: Choice,
    }
}
