//! A table of mutants that fail a client which does everything right, or take one of whom they know nothing.

use crate::mutants::Mutant;
use crate::policy::ChallengeRule;
use crate::policy::Check;
use crate::policy::Denial;
use crate::policy::LinkRule;

/// One row for each.
pub(super) const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "linked-keys-do-not-renew",
        summary: "renews no tokens of clients whose keys are at a URL",
        apply: |policy| *policy.service.linked_keys_renew = Check::Skip,
    },
    Mutant {
        name: "fails-open",
        summary: "takes a client without a document when the fetch fails, with any redirect URI",
        apply: |policy| *policy.fetch.fail_closed = Check::Skip,
    },
    Mutant {
        name: "redirect-uris-not-required",
        summary: "lets a client whose document lists no redirect URIs use any",
        apply: |policy| *policy.redirect.listed = Check::Skip,
    },
    Mutant {
        name: "registered-redirect-uris-not-parsed",
        summary: "takes what a document lists for a redirect URI, whatever it is",
        apply: |policy| *policy.redirect.parsed = Check::Skip,
    },
    Mutant {
        name: "splits-registered-redirect-uris",
        summary: "reads one registered redirect URI with a space as two",
        apply: |policy| *policy.redirect.whole = Check::Skip,
    },
    Mutant {
        name: "retries-over-http",
        summary: "asks again by plain http where https does not work",
        apply: |policy| *policy.fetch.only_tls = Check::Skip,
    },
    Mutant {
        name: "refuses-aliases",
        summary: "refuses names that are aliases of others",
        apply: |policy| *policy.fetch.guard.aliases = Check::Skip,
    },
    Mutant {
        name: "takes-no-documents",
        summary: "tells that it takes clients by their documents, and fetches none",
        apply: |policy| *policy.service.documents = Check::Skip,
    },
    Mutant {
        name: "identifier-normalised",
        summary: "works with what a URL library makes of a client identifier",
        apply: |policy| *policy.url.as_sent = Check::Skip,
    },
    Mutant {
        name: "first-redirect-uri-taken",
        summary: "takes the first of several redirect URIs when a request names none",
        apply: |policy| *policy.authorize.ambiguous_redirect = Check::Skip,
    },
    Mutant {
        name: "only-first-redirect-uri",
        summary: "knows the first redirect URI of a document only",
        apply: |policy| *policy.service.all_redirect_uris = Check::Skip,
    },
    Mutant {
        name: "refuses-several-redirect-uris",
        summary: "refuses documents with several redirect URIs",
        apply: |policy| *policy.service.several_redirect_uris = Check::Skip,
    },
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
        name: "metadata-without-response-types",
        summary: "leaves `response_types_supported` out of the metadata",
        apply: |policy| *policy.metadata.response_types = Check::Skip,
    },
    Mutant {
        name: "metadata-as-text",
        summary: "shows its metadata as plain text",
        apply: |policy| *policy.metadata.json = Check::Skip,
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
    Mutant {
        name: "caches-nothing",
        summary: "fetches a document again at each request, however fresh",
        apply: |policy| *policy.cache.keeps = Check::Skip,
    },
    Mutant {
        name: "cache-key-is-host",
        summary: "keeps documents by host",
        apply: |policy| *policy.cache.key_path = Check::Skip,
    },
    Mutant {
        name: "refuses-chunked",
        summary: "cannot read chunked responses",
        apply: |policy| *policy.fetch.chunked = Check::Skip,
    },
    Mutant {
        name: "par-refuses",
        summary: "offers pushed authorization requests and refuses all",
        apply: |policy| *policy.service.par = Check::Skip,
    },
    Mutant {
        name: "token-refuses-public-clients",
        summary: "gives codes to public clients and no tokens",
        apply: |policy| *policy.service.public_clients = Check::Skip,
    },
    Mutant {
        name: "token-refuses-key-clients",
        summary: "gives codes to clients with keys and no tokens",
        apply: |policy| *policy.service.key_clients = Check::Skip,
    },
    Mutant {
        name: "refresh-refused",
        summary: "gives refresh tokens and redeems none",
        apply: |policy| *policy.service.refresh = Check::Skip,
    },
];
