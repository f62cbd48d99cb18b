//! A table of mutants: what registered clients are given, and who may register.

use crate::mutants::Mutant;
use crate::policy::Check;
use crate::policy::ManagementFault;
use crate::policy::RegistrationFault;

/// One row for each.
pub(super) const MUTANTS: &[Mutant] = &[
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
        name: "registration-token-without-place",
        summary: "gives a registration token and does not tell the place",
        apply: |policy| *policy.registration.fault = RegistrationFault::NoPlace,
    },
    Mutant {
        name: "registration-unknown-method-silently-public",
        summary: "makes a client public whose method it does not know, and tells another",
        apply: |policy| *policy.registration.fault = RegistrationFault::SilentlyPublic,
    },
    Mutant {
        name: "registered-client-late",
        summary: "knows a client some seconds after its registration",
        apply: |policy| *policy.service.at_once = Check::Skip,
    },
    Mutant {
        name: "token-refuses-secret-clients",
        summary: "refuses the token requests of clients with secrets",
        apply: |policy| *policy.service.secret_clients = Check::Skip,
    },
    Mutant {
        name: "metadata-flag-false",
        summary: "says that it takes no documents, and takes them",
        apply: |policy| *policy.metadata.flag_true = Check::Skip,
    },
    Mutant {
        name: "code-bound-for-public-only",
        summary: "binds the codes of public clients only",
        apply: |policy| *policy.token.code_bound_for_all = Check::Skip,
    },
    Mutant {
        name: "refresh-bound-for-public-only",
        summary: "binds the refresh tokens of public clients only",
        apply: |policy| *policy.token.refresh_bound_for_all = Check::Skip,
    },
    Mutant {
        name: "code-reuse-keeps-access-token",
        summary: "ends only the refresh token when a code is used again",
        apply: |policy| *policy.token.code_reuse_ends_access = Check::Skip,
    },
    Mutant {
        name: "pkce-compared-as-plain",
        summary: "takes the challenge itself for its verifier",
        apply: |policy| *policy.token.challenge_method_kept = Check::Skip,
    },
    Mutant {
        name: "registered-grants-ignored",
        summary: "gives tokens by grants that a client did not register",
        apply: |policy| *policy.token.registered_grants = Check::Skip,
    },
];
