//! A table of mutants that fail a client which does everything right, or take one of whom they know nothing.

use crate::policy::ChallengeRule;
use crate::policy::Denial;
use crate::policy::LinkRule;
use crate::policy::Mutant;

/// One row for each.
pub(crate) const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "unknown-challenge-method-taken",
        summary: "reads a PKCE method that it does not know as plain",
        apply: |policy| *policy.authorize.challenge = ChallengeRule::AnyMethod,
    },
    Mutant {
        name: "denial-is-server-error",
        summary: "tells a denial as `server_error`",
        apply: |policy| *policy.authorize.denial = Denial::OtherError,
    },
    Mutant {
        name: "denial-ignored",
        summary: "gives a code to a client whose user said no",
        apply: |policy| *policy.authorize.denial = Denial::Ignored,
    },
    Mutant {
        name: "fetches-links",
        summary: "fetches what the members of a document link to, without the guard",
        apply: |policy| *policy.document.links = LinkRule::Fetched,
    },
    Mutant {
        name: "fetches-links-without-bounds",
        summary: "fetches what the members of a document link to, wherever that redirects to and however large it is",
        apply: |policy| *policy.document.links = LinkRule::FetchedWithoutBounds,
    },
];
