//! A table of mutants.

use crate::mutants::Mutant;
use crate::policy::ChallengeRule;
use crate::policy::Check;
use crate::policy::Issuer;
use crate::policy::IssuerShown;
use crate::policy::Way;

/// One row for each.
pub(super) const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "redirects-errors-to-unverified-uri",
        summary: "redirects errors to a redirect URI that it did not verify",
        apply: |policy| *policy.authorize.errors_stay_here = Check::Skip,
    },
    Mutant {
        name: "par-does-not-check-redirect-uri",
        summary: "does not check the redirect URI of pushed requests",
        apply: |policy| *policy.authorize.par_redirect_uri = Check::Skip,
    },
    Mutant {
        name: "token-scope-untold",
        summary: "does not tell the scope of its tokens",
        apply: |policy| *policy.token.scope_told = Check::Skip,
    },
    Mutant {
        name: "par-outlives",
        summary: "says that a pushed request lives for two seconds, and takes it later",
        apply: |policy| {
            *policy.choice.requests.pushed_lifetime = Way::Other;
            *policy.authorize.par_expires = Check::Skip;
        },
    },
    Mutant {
        name: "par-reusable",
        summary: "lets a pushed request be used again",
        apply: |policy| *policy.authorize.par_once = Check::Skip,
    },
    Mutant {
        name: "par-not-bound-to-client",
        summary: "lets a client use another's pushed request",
        apply: |policy| *policy.authorize.par_bound = Check::Skip,
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
        name: "state-not-echoed",
        summary: "does not give state back",
        apply: |policy| *policy.authorize.state = Check::Skip,
    },
    Mutant {
        name: "repeated-parameters-accepted",
        summary: "takes the first of repeated parameters",
        apply: |policy| *policy.authorize.repeated_parameters = Check::Skip,
    },
    Mutant {
        name: "pkce-not-verified",
        summary: "does not compare the verifier",
        apply: |policy| *policy.token.verifier = Check::Skip,
    },
    Mutant {
        name: "code-reusable",
        summary: "redeems a code twice",
        apply: |policy| *policy.token.code_once = Check::Skip,
    },
    Mutant {
        name: "code-reuse-keeps-tokens",
        summary: "keeps the tokens of a code that is used again",
        apply: |policy| *policy.token.code_reuse_revokes = Check::Skip,
    },
    Mutant {
        name: "code-not-bound-to-client",
        summary: "redeems another client's code",
        apply: |policy| *policy.token.code_bound_to_client = Check::Skip,
    },
    Mutant {
        name: "code-not-bound-to-redirect-uri",
        summary: "redeems a code with another redirect URI",
        apply: |policy| *policy.token.code_bound_to_redirect_uri = Check::Skip,
    },
    Mutant {
        name: "refresh-not-rotated",
        summary: "keeps a refresh token for ever",
        apply: |policy| *policy.token.refresh_rotates = Check::Skip,
    },
    Mutant {
        name: "refresh-reuse-keeps-family",
        summary: "keeps the family of a refresh token that is used again",
        apply: |policy| *policy.token.refresh_reuse_revokes = Check::Skip,
    },
    Mutant {
        name: "refresh-not-bound-to-client",
        summary: "takes another client's refresh token",
        apply: |policy| *policy.token.refresh_bound_to_client = Check::Skip,
    },
    Mutant {
        name: "token-endpoint-fails-without-document",
        summary: "answers 500 to token requests of a client whose document is gone",
        apply: |policy| *policy.token.gone_clients = Check::Skip,
    },
    Mutant {
        name: "token-response-cacheable",
        summary: "does not forbid storing token responses",
        apply: |policy| *policy.token.no_store = Check::Skip,
    },
    Mutant {
        name: "consent-name-unescaped",
        summary: "shows the client's name as HTML",
        apply: |policy| *policy.pages.escape = Check::Skip,
    },
    Mutant {
        name: "consent-hides-client-host",
        summary: "does not show the client's host",
        apply: |policy| *policy.pages.client_host = Check::Skip,
    },
    Mutant {
        name: "consent-decodes-a-labels",
        summary: "shows the client's host in the letters that its A-labels stand for",
        apply: |policy| *policy.pages.a_labels = Check::Skip,
    },
    Mutant {
        name: "consent-hides-redirect-host",
        summary: "does not show the redirect host",
        apply: |policy| *policy.pages.redirect_host = Check::Skip,
    },
    Mutant {
        name: "consent-without-loopback-warning",
        summary: "does not warn of loopback clients",
        apply: |policy| *policy.pages.loopback_warning = Check::Skip,
    },
    Mutant {
        name: "consent-framable",
        summary: "lets its pages be framed",
        apply: |policy| *policy.pages.framing = Check::Skip,
    },
    Mutant {
        name: "logo-hot-linked",
        summary: "lets the browser fetch the client's logo",
        apply: |policy| *policy.pages.own_logo = Check::Skip,
    },
    Mutant {
        name: "error-page-shows-internals",
        summary: "shows addresses and connection errors to strangers",
        apply: |policy| *policy.pages.hide_internals = Check::Skip,
    },
    Mutant {
        name: "metadata-flag-missing",
        summary: "does not tell that it takes metadata documents",
        apply: |policy| *policy.metadata.flag = Check::Skip,
    },
    Mutant {
        name: "metadata-flag-is-string",
        summary: "tells it as a string",
        apply: |policy| *policy.metadata.flag_boolean = Check::Skip,
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
    Mutant {
        name: "metadata-without-pkce-methods",
        summary: "does not tell its challenge methods",
        apply: |policy| *policy.metadata.challenge_methods = Check::Skip,
    },
    Mutant {
        name: "registration-answers-200",
        summary: "answers a registration with 200",
        apply: |policy| *policy.registration.answers_created = Check::Skip,
    },
    Mutant {
        name: "registration-omits-secret-expiry",
        summary: "leaves client_secret_expires_at out",
        apply: |policy| *policy.registration.secret_expiry = Check::Skip,
    },
    Mutant {
        name: "registration-omits-defaults",
        summary: "does not tell the defaults that it filled in",
        apply: |policy| *policy.registration.defaults = Check::Skip,
    },
    Mutant {
        name: "registration-cacheable",
        summary: "does not forbid storing registrations",
        apply: |policy| *policy.registration.no_store = Check::Skip,
    },
    Mutant {
        name: "registration-issues-secret-for-none",
        summary: "gives public clients a secret",
        apply: |policy| *policy.registration.secret_for_none = Check::Skip,
    },
    Mutant {
        name: "registration-ids-look-like-urls",
        summary: "gives ids that look like URLs",
        apply: |policy| *policy.registration.ids = Check::Skip,
    },
    Mutant {
        name: "registration-honours-chosen-client-id",
        summary: "lets a client choose its id",
        apply: |policy| *policy.registration.chosen_client_id = Check::Skip,
    },
    Mutant {
        name: "registration-accepts-form-bodies",
        summary: "registers form bodies",
        apply: |policy| *policy.registration.json_only = Check::Skip,
    },
    Mutant {
        name: "registration-malformed-json-answers-500",
        summary: "fails on malformed JSON",
        apply: |policy| *policy.registration.malformed = Check::Skip,
    },
    Mutant {
        name: "registration-wrong-error-code",
        summary: "says invalid_request for everything",
        apply: |policy| *policy.registration.error_codes = Check::Skip,
    },
    Mutant {
        name: "registration-error-as-html",
        summary: "answers errors with HTML",
        apply: |policy| *policy.registration.error_json = Check::Skip,
    },
    Mutant {
        name: "registration-accepts-missing-redirect-uris",
        summary: "registers clients without redirect URIs",
        apply: |policy| *policy.registration.missing_redirect_uris = Check::Skip,
    },
    Mutant {
        name: "registration-accepts-fragment-redirect-uris",
        summary: "registers redirect URIs with a fragment",
        apply: |policy| *policy.registration.fragment_redirect_uris = Check::Skip,
    },
    Mutant {
        name: "registration-accepts-script-redirect-uris",
        summary: "registers javascript: and data: redirect URIs",
        apply: |policy| *policy.registration.script_redirect_uris = Check::Skip,
    },
    Mutant {
        name: "registration-accepts-wildcard-redirect-uris",
        summary: "registers redirect URIs with a wildcard and honours it",
        apply: |policy| *policy.registration.wildcard_redirect_uris = Check::Skip,
    },
    Mutant {
        name: "registration-accepts-http-redirect-uris",
        summary: "registers plain http redirect URIs",
        apply: |policy| *policy.registration.http_redirect_uris = Check::Skip,
    },
    Mutant {
        name: "registration-accepts-jwks-with-jwks-uri",
        summary: "registers jwks with jwks_uri",
        apply: |policy| *policy.registration.jwks_with_jwks_uri = Check::Skip,
    },
    Mutant {
        name: "registration-accepts-private-keys",
        summary: "registers private keys",
        apply: |policy| *policy.registration.private_keys = Check::Skip,
    },
    Mutant {
        name: "registration-refuses-unknown-members",
        summary: "refuses members that it does not know",
        apply: |policy| *policy.registration.unknown_members = Check::Skip,
    },
    Mutant {
        name: "registration-unbounded-body",
        summary: "reads registrations of any size",
        apply: |policy| *policy.registration.bounded = Check::Skip,
    },
    Mutant {
        name: "management-token-not-checked",
        summary: "lets anyone manage a registration",
        apply: |policy| *policy.management.token = Check::Skip,
    },
    Mutant {
        name: "management-foreign-token-accepted",
        summary: "takes any client's registration token",
        apply: |policy| *policy.management.token_bound = Check::Skip,
    },
    Mutant {
        name: "management-unknown-client-404",
        summary: "answers 404 for unknown clients",
        apply: |policy| *policy.management.unknown_is_unauthorized = Check::Skip,
    },
    Mutant {
        name: "management-cacheable",
        summary: "does not forbid storing registrations that are read",
        apply: |policy| *policy.management.no_store = Check::Skip,
    },
    Mutant {
        name: "read-omits-metadata",
        summary: "tells only a part of a registration",
        apply: |policy| *policy.management.read_all = Check::Skip,
    },
    Mutant {
        name: "update-accepts-chosen-secret",
        summary: "lets a client choose its secret",
        apply: |policy| *policy.management.chosen_secret = Check::Skip,
    },
    Mutant {
        name: "update-keeps-omitted-members",
        summary: "keeps members that an update leaves out",
        apply: |policy| *policy.management.replace = Check::Skip,
    },
    Mutant {
        name: "update-ignores-client-id-mismatch",
        summary: "does not compare client_id in an update",
        apply: |policy| *policy.management.matching_client_id = Check::Skip,
    },
    Mutant {
        name: "update-skips-validation",
        summary: "does not validate updates",
        apply: |policy| *policy.management.validate = Check::Skip,
    },
    Mutant {
        name: "update-accepts-forbidden-members",
        summary: "takes updates with members that the server owns",
        apply: |policy| *policy.management.forbidden_members = Check::Skip,
    },
    Mutant {
        name: "delete-answers-200",
        summary: "answers a deletion with 200",
        apply: |policy| *policy.management.delete_no_content = Check::Skip,
    },
    Mutant {
        name: "delete-keeps-client",
        summary: "keeps a deleted client",
        apply: |policy| *policy.management.delete_client = Check::Skip,
    },
    Mutant {
        name: "delete-keeps-grants",
        summary: "keeps the grants of a deleted client",
        apply: |policy| *policy.management.delete_grants = Check::Skip,
    },
    Mutant {
        name: "delete-keeps-management-token",
        summary: "lets the registration token of a deleted client read on",
        apply: |policy| *policy.management.delete_token = Check::Skip,
    },
];
