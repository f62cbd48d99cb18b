//! A table of mutants: what registered clients are given, and who may register.

use crate::policy::ManagementFault;
use crate::policy::Mutant;
use crate::policy::RegistrationFault;

/// One row for each.
pub(crate) const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "delete-keeps-access-tokens",
        summary: "leaves the access tokens of a client that it deletes",
        apply: |policy| *policy.management.fault = ManagementFault::DeleteKeepsAccessTokens,
    },
    Mutant {
        name: "delete-unsupported-501",
        summary: "has no deletion and says so with 501",
        apply: |policy| *policy.management.fault = ManagementFault::NoDeletion,
    },
    Mutant {
        name: "management-token-in-body",
        summary: "takes a registration token from the body too",
        apply: |policy| *policy.management.fault = ManagementFault::TokenInBody,
    },
    Mutant {
        name: "management-initial-token-accepted",
        summary: "takes an initial access token for the registration token of every client",
        apply: |policy| *policy.management.fault = ManagementFault::InitialTokenAccepted,
    },
    Mutant {
        name: "update-by-body-id",
        summary: "updates the client that the body names",
        apply: |policy| *policy.management.fault = ManagementFault::BodyNamesClient,
    },
    Mutant {
        name: "update-refused-yet-made",
        summary: "refuses an update and makes it",
        apply: |policy| *policy.management.fault = ManagementFault::RefusedYetMade,
    },
    Mutant {
        name: "no-redirect-uris-means-any",
        summary: "lets a client without redirect URIs use any",
        apply: |policy| *policy.registration.fault = RegistrationFault::AnyRedirectUri,
    },
    Mutant {
        name: "registration-dies-of-json",
        summary: "registers nobody any more whose body it could not read",
        apply: |policy| *policy.registration.fault = RegistrationFault::DiesOfJson,
    },
    Mutant {
        name: "registration-fetches-thrice",
        summary: "fetches every URI of a registration three times",
        apply: |policy| *policy.registration.fault = RegistrationFault::FetchesThrice,
    },
    Mutant {
        name: "registered-jwks-uri-not-guarded",
        summary: "fetches the keys of a registered client without the guard",
        apply: |policy| *policy.registration.fault = RegistrationFault::KeysUnguarded,
    },
    Mutant {
        name: "registered-keyless-is-public",
        summary: "asks a registered client that has no key for no assertion",
        apply: |policy| *policy.registration.fault = RegistrationFault::KeylessIsPublic,
    },
    Mutant {
        name: "registration-token-without-place",
        summary: "gives a registration token and does not tell the place",
        apply: |policy| *policy.registration.fault = RegistrationFault::NoPlace,
    },
    Mutant {
        name: "registration-unknown-method-silently-public",
        summary: "makes a client public whose method it does not know, and tells another",
        apply: |policy| *policy.registration.fault = RegistrationFault::SilentlyPublic,
    },
];
