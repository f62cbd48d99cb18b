//! A table of mutants: what a server gives to whom it should not, and what it tells whoever asks wrongly.

use crate::policy::Check;
use crate::policy::EndpointFault;
use crate::policy::ManagementFault;
use crate::policy::Mutant;
use crate::policy::OfParts;
use crate::policy::RegistrationFault;

/// One row for each.
pub(crate) const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "unknown-client-redeems",
        summary: "redeems a code for a client that nobody knows",
        apply: |policy| *policy.endpoint = EndpointFault::UnknownRedeems,
    },
    Mutant {
        name: "code-of-parts",
        summary: "puts codes together of an identifier, a session and a client, and looks at each alone",
        apply: |policy| *policy.strength.of_parts = OfParts::Codes,
    },
    Mutant {
        name: "refresh-token-of-parts",
        summary: "puts refresh tokens together of an identifier, a session and a client, and looks at each alone",
        apply: |policy| *policy.strength.of_parts = OfParts::RefreshTokens,
    },
    Mutant {
        name: "request-uri-of-parts",
        summary: "puts references to pushed requests together of an identifier and a client, and looks at each alone",
        apply: |policy| *policy.strength.of_parts = OfParts::RequestUris,
    },
    Mutant {
        name: "management-token-of-parts",
        summary: "puts registration tokens together of a secret and a client, and looks at each alone",
        apply: |policy| *policy.management.fault = ManagementFault::TokenOfParts,
    },
    Mutant {
        name: "registration-absent-as-null",
        summary: "tells null for members that a client did not register",
        apply: |policy| *policy.registration.fault = RegistrationFault::AbsentAsNull,
    },
    Mutant {
        name: "registration-loses-scope",
        summary: "loses the scope that a client registered and then allows it none",
        apply: |policy| *policy.registration.fault = RegistrationFault::ScopeLost,
    },
    Mutant {
        name: "registration-widens-scope",
        summary: "registers every client for all scopes",
        apply: |policy| *policy.registration.fault = RegistrationFault::ScopeWidened,
    },
    Mutant {
        name: "registration-takes-provisioned-members",
        summary: "takes the lifetime of tokens, which it tells of itself, from whoever registers",
        apply: |policy| *policy.registration.fault = RegistrationFault::TakesProvisioned,
    },
    Mutant {
        name: "registered-links-any-scheme",
        summary: "registers whatever a client calls its pages, and links to it",
        apply: |policy| {
            *policy.registration.fault = RegistrationFault::ScriptUris;
            *policy.pages.link_schemes = Check::Skip;
        },
    },
    Mutant {
        name: "registration-refuses-foreign-grant-types",
        summary: "refuses a registration that names a grant type of others beside the usual ones",
        apply: |policy| *policy.registration.fault = RegistrationFault::RefusesForeignGrants,
    },
    Mutant {
        name: "registration-takes-over",
        summary: "takes a registration with the software identifier of a client for a newer version of it",
        apply: |policy| *policy.registration.fault = RegistrationFault::TakesOver,
    },
    Mutant {
        name: "registration-takes-lifetimes",
        summary: "takes the lifetime of tokens from whoever registers, and does not tell it",
        apply: |policy| *policy.registration.fault = RegistrationFault::TakesLifetimes,
    },
    Mutant {
        name: "registration-takes-audiences",
        summary: "takes whom access tokens are for from whoever registers, and does not tell it",
        apply: |policy| *policy.registration.fault = RegistrationFault::TakesAudiences,
    },
    Mutant {
        name: "registration-takes-consent-members",
        summary: "asks no user about a client that says of itself that nobody need be asked",
        apply: |policy| *policy.registration.fault = RegistrationFault::TakesConsentMembers,
    },
    Mutant {
        name: "update-takes-provisioned-members",
        summary: "takes the lifetime of tokens, which it tells of itself, from an update",
        apply: |policy| *policy.management.fault = ManagementFault::TakesProvisioned,
    },
    Mutant {
        name: "registration-fails-at-null",
        summary: "answers 500 to a registration with a null",
        apply: |policy| *policy.registration.fault = RegistrationFault::FailsAtNull,
    },
    Mutant {
        name: "registration-response-names-compared-undecoded",
        summary: "registers no redirect URI with a response parameter in its query, unless its name is encoded",
        apply: |policy| *policy.registration.fault = RegistrationFault::ResponseNames,
    },
    Mutant {
        name: "registration-wants-usual-members",
        summary: "refuses a registration without a member that may be left out",
        apply: |policy| *policy.registration.fault = RegistrationFault::WantsUsualMembers,
    },
    Mutant {
        name: "registration-refuses-private-use-schemes",
        summary: "refuses a registration that lists a private-use scheme beside others",
        apply: |policy| *policy.registration.fault = RegistrationFault::RefusesPrivateUse,
    },
    Mutant {
        name: "registration-error-pages",
        summary: "refuses a registration with a page where the client takes pages",
        apply: |policy| *policy.registration.fault = RegistrationFault::ErrorPages,
    },
    Mutant {
        name: "registration-errors-traced",
        summary: "shows a stack trace to who registers with a body that cannot be read",
        apply: |policy| *policy.registration.fault = RegistrationFault::ErrorsTraced,
    },
    Mutant {
        name: "logout-redirects-anywhere",
        summary: "sends whoever is logged out to whatever address the request names",
        apply: |policy| *policy.endpoint = EndpointFault::LogoutAnywhere,
    },
    Mutant {
        name: "logout-unasked",
        summary: "logs users out without a question",
        apply: |policy| *policy.endpoint = EndpointFault::LogoutUnasked,
    },
    Mutant {
        name: "token-error-pages",
        summary: "answers a wrong token request with a page where the client takes pages",
        apply: |policy| *policy.endpoint = EndpointFault::ErrorPages,
    },
    Mutant {
        name: "token-errors-empty",
        summary: "tells a client that it does not know 401 and nothing else",
        apply: |policy| *policy.endpoint = EndpointFault::ErrorsEmpty,
    },
    Mutant {
        name: "token-errors-redirect",
        summary: "sends a client that it does not know to a page",
        apply: |policy| *policy.endpoint = EndpointFault::ErrorsRedirect,
    },
    Mutant {
        name: "token-errors-traced",
        summary: "shows a stack trace to who names no client at an endpoint for programs",
        apply: |policy| *policy.endpoint = EndpointFault::ErrorsTraced,
    },
    Mutant {
        name: "token-takes-usual-documents-only",
        summary: "gives codes to public clients whose documents say more than most, and no tokens",
        apply: |policy| *policy.endpoint = EndpointFault::TokenWantsUsual,
    },
    Mutant {
        name: "token-pages",
        summary: "shows tokens on a page where the client takes pages",
        apply: |policy| *policy.endpoint = EndpointFault::TokenPages,
    },
    Mutant {
        name: "registration-any-types",
        summary: "registers members whatever their type is",
        apply: |policy| *policy.registration.fault = RegistrationFault::AnyTypes,
    },
    Mutant {
        name: "code-loses-scope",
        summary: "redeems a code for less scope than was agreed to",
        apply: |policy| *policy.endpoint = EndpointFault::ScopeDropped,
    },
    Mutant {
        name: "authorization-errors-traced",
        summary: "shows a stack trace to who asks for authorization without a client",
        apply: |policy| *policy.endpoint = EndpointFault::AuthorizationTraced,
    },
    Mutant {
        name: "management-errors-traced",
        summary: "shows a stack trace to who updates a client with a value of the wrong type",
        apply: |policy| *policy.management.fault = ManagementFault::ErrorsTraced,
    },
    Mutant {
        name: "registration-refuses-pages",
        summary: "refuses a registration with 406 where the client takes pages",
        apply: |policy| *policy.registration.fault = RegistrationFault::RefusesPages,
    },
    Mutant {
        name: "session-in-address",
        summary: "writes the session into the address after the login",
        apply: |policy| *policy.endpoint = EndpointFault::SessionInUrl,
    },
];
