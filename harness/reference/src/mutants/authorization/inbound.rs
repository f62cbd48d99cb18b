//! A table of mutants.

use crate::policy::ChallengeRule;
use crate::policy::Check;
use crate::policy::Issuer;
use crate::policy::IssuerShown;
use crate::policy::Mutant;
use crate::policy::Way;

/// One row for each.
pub(crate) const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "par-outlives",
        summary: "says that a pushed request lives for two seconds, and takes it later",
        apply: |policy| {
            *policy.choice.requests.pushed_lifetime = Way::Other;
            *policy.authorize.par_expires = Check::Skip;
        },
    },
    Mutant {
        name: "pkce-optional",
        summary: "does not ask for PKCE",
        apply: |policy| *policy.authorize.challenge = ChallengeRule::Optional,
    },
    Mutant {
        name: "pkce-plain-accepted",
        summary: "accepts plain challenges",
        apply: |policy| *policy.authorize.challenge = ChallengeRule::S256OrPlain,
    },
    Mutant {
        name: "iss-missing",
        summary: "leaves the iss parameter out",
        apply: |policy| *policy.authorize.issuer = Issuer::Missing,
    },
    Mutant {
        name: "iss-wrong",
        summary: "sends another iss than its issuer",
        apply: |policy| *policy.authorize.issuer = Issuer::Wrong,
    },
    Mutant {
        name: "metadata-issuer-trailing-slash",
        summary: "tells its issuer with a slash too many",
        apply: |policy| *policy.metadata.issuer = IssuerShown::TrailingSlash,
    },
    Mutant {
        name: "metadata-issuer-of-another",
        summary: "tells an issuer from which nobody comes to its metadata",
        apply: |policy| *policy.metadata.issuer = IssuerShown::Another,
    },
];
