//! A table of mutants of dynamic registration and its management.

use crate::policy::ManagementFault;
use crate::policy::Mutant;
use crate::policy::RegistrationFault;
use crate::policy::Way;

/// One row for each.
pub(crate) const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "registration-dies-of-size",
        summary: "registers nothing any more of what was in a body that was too large",
        apply: |policy| *policy.registration.fault = RegistrationFault::DiesOfSize,
    },
    Mutant {
        name: "registration-any-method",
        summary: "registers whatever the method is",
        apply: |policy| *policy.registration.fault = RegistrationFault::AnyMethod,
    },
    Mutant {
        name: "registration-errors-reflect",
        summary: "shows the client's name as HTML when it refuses it",
        apply: |policy| *policy.registration.fault = RegistrationFault::ErrorsReflect,
    },
    Mutant {
        name: "expired-secret-works",
        summary: "takes a secret after its expiry",
        apply: |policy| *policy.registration.fault = RegistrationFault::ExpiredSecretWorks,
    },
    Mutant {
        name: "registration-fetches-uris",
        summary: "fetches every URI of a registration, without the guard",
        apply: |policy| *policy.registration.fault = RegistrationFault::FetchesUris,
    },
    Mutant {
        name: "registration-reuses-ids",
        summary: "gives the identifier of a deleted client to the next one",
        apply: |policy| *policy.registration.fault = RegistrationFault::IdsAgain,
    },
    Mutant {
        name: "registration-ids-count-up",
        summary: "counts its clients and shows the number as their identifier",
        apply: |policy| *policy.registration.fault = RegistrationFault::IdsCountUp,
    },
    Mutant {
        name: "registration-inconsistent-types",
        summary: "registers the response type code without its grant",
        apply: |policy| *policy.registration.fault = RegistrationFault::InconsistentTypes,
    },
    Mutant {
        name: "registration-keeps-unknown-method",
        summary: "registers an authentication method that it does not know",
        apply: |policy| *policy.registration.fault = RegistrationFault::KeepsUnknownMethod,
    },
    Mutant {
        name: "registration-refuses-localized",
        summary: "refuses members with a language tag",
        apply: |policy| *policy.registration.fault = RegistrationFault::RefusesLocalized,
    },
    Mutant {
        name: "management-uri-relative",
        summary: "tells the place of a registration without scheme and host",
        apply: |policy| *policy.registration.fault = RegistrationFault::RelativePlace,
    },
    Mutant {
        name: "registration-accepts-script-uris",
        summary: "registers links with any scheme",
        apply: |policy| *policy.registration.fault = RegistrationFault::ScriptUris,
    },
    Mutant {
        name: "registration-secret-expired-at-birth",
        summary: "tells an expiry in the past with a new secret",
        apply: |policy| *policy.registration.fault = RegistrationFault::SecretExpiredAtBirth,
    },
    Mutant {
        name: "registration-secret-never-expires",
        summary: "gives secrets that never expire",
        apply: |policy| *policy.registration.fault = RegistrationFault::SecretNeverExpires,
    },
    Mutant {
        name: "registration-short-secrets",
        summary: "gives secrets of 48 bits",
        apply: |policy| *policy.registration.fault = RegistrationFault::ShortSecrets,
    },
    Mutant {
        name: "statement-unverified",
        summary: "believes a software statement without verifying it",
        apply: |policy| *policy.registration.fault = RegistrationFault::StatementBelieved,
    },
    Mutant {
        name: "registration-takes-server-members",
        summary: "takes a registration token of the client's choice",
        apply: |policy| *policy.registration.fault = RegistrationFault::TakesServerMembers,
    },
    Mutant {
        name: "registration-tells-half",
        summary: "tells half of the registered metadata",
        apply: |policy| *policy.registration.fault = RegistrationFault::TellsHalf,
    },
    Mutant {
        name: "management-tokens-count-up",
        summary: "counts its registration tokens",
        apply: |policy| *policy.registration.fault = RegistrationFault::TokensCountUp,
    },
    Mutant {
        name: "registration-unbounded-lists",
        summary: "registers lists of any length",
        apply: |policy| *policy.registration.fault = RegistrationFault::UnboundedLists,
    },
    Mutant {
        name: "access-token-manages",
        summary: "takes an access token for a registration token",
        apply: |policy| *policy.management.fault = ManagementFault::AccessTokenAccepted,
    },
    Mutant {
        name: "management-any-method-reads",
        summary: "answers POST and PATCH as it answers GET",
        apply: |policy| *policy.management.fault = ManagementFault::AnyMethodReads,
    },
    Mutant {
        name: "document-client-manageable",
        summary: "shows a client that has a document at its configuration endpoint",
        apply: |policy| *policy.management.fault = ManagementFault::DocumentClients,
    },
    Mutant {
        name: "rotated-token-lives",
        summary: "takes a registration token that it has replaced",
        apply: |policy| *policy.management.fault = ManagementFault::FormerTokenAccepted,
    },
    Mutant {
        name: "update-gives-no-secret",
        summary: "lets an update make a client confidential and gives it no secret",
        apply: |policy| *policy.management.fault = ManagementFault::NoSecretLater,
    },
    Mutant {
        name: "update-keeps-secret-of-public-client",
        summary: "lets an update make a client public and tells it a secret",
        apply: |policy| *policy.management.fault = ManagementFault::SecretKept,
    },
    Mutant {
        name: "client-secret-manages",
        summary: "takes the client's secret for its registration token",
        apply: |policy| *policy.management.fault = ManagementFault::SecretAccepted,
    },
    Mutant {
        name: "update-takes-server-members",
        summary: "takes a registration token of the client's choice in an update",
        apply: |policy| *policy.management.fault = ManagementFault::ServerMembersTaken,
    },
    Mutant {
        name: "management-token-prefix-accepted",
        summary: "compares the first half of a registration token",
        apply: |policy| *policy.management.fault = ManagementFault::TokenPrefix,
    },
    Mutant {
        name: "management-token-in-query",
        summary: "takes a registration token from the query too",
        apply: |policy| *policy.management.fault = ManagementFault::TokenInQuery,
    },
    Mutant {
        name: "registration-refuses-server-members",
        summary: "refuses a registration with members that the server assigns",
        apply: |policy| *policy.choice.registration.ignores_assigned = Way::Other,
    },
    Mutant {
        name: "registration-same-secret",
        summary: "gives all clients the same secret",
        apply: |policy| *policy.registration.fault = RegistrationFault::SameSecret,
    },
    Mutant {
        name: "registration-keeps-first-redirect-uri",
        summary: "registers the first redirect URI only",
        apply: |policy| *policy.registration.fault = RegistrationFault::FirstRedirectUri,
    },
    Mutant {
        name: "management-new-token-dead",
        summary: "tells a new registration token and keeps the old",
        apply: |policy| *policy.management.fault = ManagementFault::NewTokenDead,
    },
    Mutant {
        name: "management-any-place",
        summary: "reads the places of clients that do not exist",
        apply: |policy| *policy.management.fault = ManagementFault::AnyPlace,
    },
    Mutant {
        name: "registration-forgets-scope",
        summary: "gives clients more scope than they registered",
        apply: |policy| *policy.registration.fault = RegistrationFault::ScopeForgotten,
    },
    Mutant {
        name: "registration-bare-media-type-only",
        summary: "refuses a registration whose media type has a parameter",
        apply: |policy| *policy.registration.fault = RegistrationFault::BareMediaType,
    },
    Mutant {
        name: "management-token-introspected",
        summary: "tells that a registration token is an access token",
        apply: |policy| *policy.management.fault = ManagementFault::TokenIntrospected,
    },
    Mutant {
        name: "unknown-client-told",
        summary: "answers a client that does not exist otherwise than one with a wrong secret",
        apply: |policy| *policy.management.fault = ManagementFault::TellsUnknown,
    },
    Mutant {
        name: "update-fetches-uris",
        summary: "fetches every URI of an update, without the guard",
        apply: |policy| *policy.management.fault = ManagementFault::UpdateFetchesUris,
    },
    Mutant {
        name: "registration-flood-deletes",
        summary: "deletes all clients of redirect URIs that are registered very often",
        apply: |policy| *policy.registration.fault = RegistrationFault::FloodDeletes,
    },
    Mutant {
        name: "registration-hangs-on-malformed-json",
        summary: "never answers a registration that is no JSON",
        apply: |policy| *policy.registration.fault = RegistrationFault::HangsOnJson,
    },
    Mutant {
        name: "registration-refuses-all",
        summary: "refuses every registration, with 400",
        apply: |policy| *policy.registration.fault = RegistrationFault::RefusesAll,
    },
    Mutant {
        name: "update-refuses-own-answer",
        summary: "refuses updates that name the secret which the registration told",
        apply: |policy| *policy.management.fault = ManagementFault::OwnAnswerRefused,
    },
    Mutant {
        name: "registration-one-at-a-time",
        summary: "reads one registration after the other",
        apply: |policy| *policy.registration.fault = RegistrationFault::OneAtATime,
    },
];
