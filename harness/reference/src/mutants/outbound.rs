//! A table of mutants.

use std::time::Duration;

use super::Mutant;
use crate::cimd::Block;
use crate::policy::Check;
use crate::policy::Deadline;
use crate::policy::FragmentRule;
use crate::policy::IdComparison;
use crate::policy::Redirects;
use crate::policy::SizeRule;
use crate::policy::StatusRule;
use crate::policy::UriComparison;

/// One row for each.
pub(super) const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "accepts-http-client-id",
        summary: "takes http URLs as client identifiers",
        apply: |policy| policy.url.scheme = Check::Skip,
    },
    Mutant {
        name: "accepts-userinfo",
        summary: "takes client identifiers with userinfo and fetches without it",
        apply: |policy| policy.url.userinfo = Check::Skip,
    },
    Mutant {
        name: "accepts-fragment",
        summary: "takes client identifiers with a fragment, but an empty one",
        apply: |policy| policy.url.fragment = FragmentRule::AcceptFilled,
    },
    Mutant {
        name: "accepts-empty-fragment",
        summary: "takes client identifiers with an empty fragment",
        apply: |policy| policy.url.fragment = FragmentRule::AcceptEmpty,
    },
    Mutant {
        name: "accepts-missing-path",
        summary: "takes client identifiers without a path",
        apply: |policy| policy.url.path = Check::Skip,
    },
    Mutant {
        name: "accepts-dot-segments",
        summary: "takes client identifiers with dot segments",
        apply: |policy| policy.url.dot_segments = Check::Skip,
    },
    Mutant {
        name: "accepts-encoded-dot-segments",
        summary: "takes `%2e` segments and lets a URL library resolve them",
        apply: |policy| policy.url.encoded_dot_segments = Check::Skip,
    },
    Mutant {
        name: "accepts-backslash",
        summary: "reads a backslash as a slash",
        apply: |policy| policy.url.backslash = Check::Skip,
    },
    Mutant {
        name: "strips-control-characters",
        summary: "strips control characters and spaces before it uses the URL",
        apply: |policy| policy.url.control_characters = Check::Skip,
    },
    Mutant {
        name: "accepts-numeric-hosts",
        summary: "reads hosts as inet_aton does, after the guard looked for dotted decimals",
        apply: |policy| policy.url.numeric_hosts = Check::Skip,
    },
    Mutant {
        name: "address-not-checked",
        summary: "contacts any address",
        apply: |policy| policy.fetch.guard.exists = Check::Skip,
    },
    Mutant {
        name: "only-rfc1918-checked",
        summary: "refuses private IPv4 addresses and nothing else",
        apply: |policy| policy.fetch.guard.forgotten = all_but(&[Block::Private]),
    },
    Mutant {
        name: "only-ipv4-checked",
        summary: "judges IPv4 addresses only",
        apply: |policy| policy.fetch.guard.v6 = Check::Skip,
    },
    Mutant {
        name: "only-literals-checked",
        summary: "judges literal hosts but not what names resolve to",
        apply: |policy| policy.fetch.guard.names = Check::Skip,
    },
    Mutant {
        name: "checks-first-answer-only",
        summary: "judges the first answer and contacts them all",
        apply: |policy| policy.fetch.guard.all_answers = Check::Skip,
    },
    Mutant {
        name: "resolve-twice",
        summary: "judges one lookup and connects by another",
        apply: |policy| policy.fetch.guard.pinned = Check::Skip,
    },
    Mutant {
        name: "mapped-not-unwrapped",
        summary: "takes IPv4-mapped addresses for global ones",
        apply: |policy| policy.fetch.guard.forgotten = vec![Block::Mapped],
    },
    Mutant {
        name: "nat64-not-checked",
        summary: "forgets NAT64 (64:ff9b::/96)",
        apply: |policy| policy.fetch.guard.forgotten = vec![Block::Nat64],
    },
    Mutant {
        name: "six-to-four-not-checked",
        summary: "forgets 6to4 (2002::/16, 192.88.99.0/24)",
        apply: |policy| policy.fetch.guard.forgotten = vec![Block::SixToFour],
    },
    Mutant {
        name: "isatap-not-checked",
        summary: "forgets ISATAP interface identifiers",
        apply: |policy| policy.fetch.guard.forgotten = vec![Block::Isatap],
    },
    Mutant {
        name: "compatible-not-checked",
        summary: "forgets IPv4-compatible addresses (::/96)",
        apply: |policy| policy.fetch.guard.forgotten = vec![Block::Compatible],
    },
    Mutant {
        name: "link-local-not-checked",
        summary: "forgets link-local addresses and cloud metadata services",
        apply: |policy| policy.fetch.guard.forgotten = vec![Block::LinkLocal],
    },
    Mutant {
        name: "loopback-not-checked",
        summary: "forgets loopback",
        apply: |policy| policy.fetch.guard.forgotten = vec![Block::Loopback],
    },
    Mutant {
        name: "shared-address-space-not-checked",
        summary: "forgets 100.64.0.0/10",
        apply: |policy| policy.fetch.guard.forgotten = vec![Block::SharedAddressSpace],
    },
    Mutant {
        name: "reserved-not-checked",
        summary: "forgets 240.0.0.0/4",
        apply: |policy| policy.fetch.guard.forgotten = vec![Block::Reserved],
    },
    Mutant {
        name: "documentation-not-checked",
        summary: "forgets the documentation blocks",
        apply: |policy| policy.fetch.guard.forgotten = vec![Block::Documentation],
    },
    Mutant {
        name: "unique-local-not-checked",
        summary: "forgets fc00::/7",
        apply: |policy| policy.fetch.guard.forgotten = vec![Block::UniqueLocal],
    },
    Mutant {
        name: "private-not-checked",
        summary: "forgets the private IPv4 blocks",
        apply: |policy| policy.fetch.guard.forgotten = vec![Block::Private],
    },
    Mutant {
        name: "this-network-not-checked",
        summary: "forgets 0.0.0.0/8 and ::",
        apply: |policy| policy.fetch.guard.forgotten = vec![Block::ThisNetwork],
    },
    Mutant {
        name: "benchmarking-not-checked",
        summary: "forgets the benchmarking blocks",
        apply: |policy| policy.fetch.guard.forgotten = vec![Block::Benchmarking],
    },
    Mutant {
        name: "site-local-not-checked",
        summary: "forgets fec0::/10",
        apply: |policy| policy.fetch.guard.forgotten = vec![Block::SiteLocal],
    },
    Mutant {
        name: "global-anycast-not-checked",
        summary: "forgets the AS112 and AMT anycast blocks",
        apply: |policy| policy.fetch.guard.forgotten = vec![Block::GlobalAnycast],
    },
    Mutant {
        name: "later-registry-blocks-not-checked",
        summary: "forgets what IANA listed after RFC 6890",
        apply: |policy| policy.fetch.guard.forgotten = vec![Block::LaterRegistry],
    },
    Mutant {
        name: "ietf-protocol-not-checked",
        summary: "forgets 192.0.0.0/24 and 2001::/23",
        apply: |policy| policy.fetch.guard.forgotten = vec![Block::IetfProtocol],
    },
    Mutant {
        name: "non-global-v6-not-checked",
        summary: "forgets what lies outside of 2000::/3 without a name of its own",
        apply: |policy| policy.fetch.guard.forgotten = vec![Block::OtherV6],
    },
    Mutant {
        name: "jwks-uri-not-guarded",
        summary: "asks the guard for documents but not for jwks_uri",
        apply: |policy| policy.fetch.guard_for_keys = Check::Skip,
    },
    Mutant {
        name: "logo-uri-not-guarded",
        summary: "asks the guard for documents but not for logo_uri",
        apply: |policy| policy.fetch.guard_for_logos = Check::Skip,
    },
    Mutant {
        name: "follows-redirects",
        summary: "follows redirects, each target under the guard",
        apply: |policy| policy.fetch.redirects = Redirects::FollowGuarded,
    },
    Mutant {
        name: "follows-same-origin-redirects",
        summary: "follows redirects to the same origin",
        apply: |policy| policy.fetch.redirects = Redirects::FollowSameOrigin,
    },
    Mutant {
        name: "follows-redirects-unguarded",
        summary: "follows redirects and guards the first URL only",
        apply: |policy| policy.fetch.redirects = Redirects::FollowUnguarded,
    },
    Mutant {
        name: "accepts-any-2xx",
        summary: "takes any 2xx status for success",
        apply: |policy| policy.fetch.status = StatusRule::Any2xx,
    },
    Mutant {
        name: "accepts-any-status",
        summary: "does not look at the status",
        apply: |policy| policy.fetch.status = StatusRule::Any,
    },
    Mutant {
        name: "tls-not-verified",
        summary: "accepts any certificate",
        apply: |policy| policy.fetch.tls_chain = Check::Skip,
    },
    Mutant {
        name: "tls-name-not-verified",
        summary: "accepts certificates for other names",
        apply: |policy| policy.fetch.tls_name = Check::Skip,
    },
    Mutant {
        name: "tls-expiry-not-verified",
        summary: "accepts certificates that are not valid now",
        apply: |policy| policy.fetch.tls_dates = Check::Skip,
    },
    Mutant {
        name: "no-size-limit",
        summary: "reads documents of any size",
        apply: |policy| policy.fetch.size = SizeRule::Unbounded,
    },
    Mutant {
        name: "size-limit-by-content-length-only",
        summary: "trusts content-length for the size limit",
        apply: |policy| policy.fetch.size = SizeRule::TrustContentLength,
    },
    Mutant {
        name: "size-limit-before-decoding",
        summary: "counts bytes before decoding",
        apply: |policy| policy.fetch.size = SizeRule::BeforeDecoding,
    },
    Mutant {
        name: "truncates-at-limit",
        summary: "uses what fits into the limit",
        apply: |policy| policy.fetch.size = SizeRule::Truncate,
    },
    Mutant {
        name: "no-fetch-deadline",
        summary: "waits for a document as long as it takes",
        apply: |policy| policy.fetch.deadline = Deadline::Never,
    },
    Mutant {
        name: "deadline-per-read",
        summary: "bounds each read but not the whole fetch",
        apply: |policy| policy.fetch.deadline = Deadline::EachRead(Duration::from_secs(5)),
    },
    Mutant {
        name: "one-fetch-at-a-time",
        summary: "fetches one document at a time",
        apply: |policy| policy.fetch.isolation = Check::Skip,
    },
    Mutant {
        name: "no-single-flight",
        summary: "fetches once for each concurrent request",
        apply: |policy| policy.fetch.single_flight = Check::Skip,
    },
    Mutant {
        name: "short-body-accepted",
        summary: "uses a body that ends before its length",
        apply: |policy| policy.fetch.whole_body = Check::Skip,
    },
    Mutant {
        name: "client-id-not-compared",
        summary: "does not compare the document's client_id",
        apply: |policy| policy.document.comparison = IdComparison::Never,
    },
    Mutant {
        name: "client-id-compared-ignoring-case",
        summary: "compares client_id without case",
        apply: |policy| policy.document.comparison = IdComparison::IgnoringCase,
    },
    Mutant {
        name: "client-id-compared-normalised",
        summary: "compares client_id after normalising both",
        apply: |policy| policy.document.comparison = IdComparison::Normalised,
    },
    Mutant {
        name: "client-id-trailing-slash-ignored",
        summary: "compares client_id without a trailing slash",
        apply: |policy| policy.document.comparison = IdComparison::TrailingSlash,
    },
    Mutant {
        name: "client-id-host-only-compared",
        summary: "compares the hosts of client_id only",
        apply: |policy| policy.document.comparison = IdComparison::HostOnly,
    },
    Mutant {
        name: "client-id-may-be-missing",
        summary: "accepts documents without client_id",
        apply: |policy| policy.document.missing_client_id = Check::Skip,
    },
    Mutant {
        name: "client-id-may-be-array",
        summary: "takes the first item of an array for client_id",
        apply: |policy| policy.document.array_client_id = Check::Skip,
    },
    Mutant {
        name: "accepts-json-array-root",
        summary: "takes the first item of an array for the document",
        apply: |policy| policy.document.array_root = Check::Skip,
    },
    Mutant {
        name: "lenient-json",
        summary: "reads JSON with comments and trailing commas",
        apply: |policy| policy.document.strict_json = Check::Skip,
    },
    Mutant {
        name: "accepts-client-secret-member",
        summary: "accepts documents with client_secret",
        apply: |policy| policy.document.client_secret = Check::Skip,
    },
    Mutant {
        name: "accepts-secret-methods",
        summary: "treats shared-secret methods as none",
        apply: |policy| policy.document.secret_methods = Check::Skip,
    },
    Mutant {
        name: "accepts-private-keys",
        summary: "accepts private keys in jwks",
        apply: |policy| policy.document.private_keys = Check::Skip,
    },
    Mutant {
        name: "accepts-symmetric-keys",
        summary: "accepts symmetric keys in jwks",
        apply: |policy| policy.document.symmetric_keys = Check::Skip,
    },
    Mutant {
        name: "cache-never-expires",
        summary: "keeps documents for ever",
        apply: |policy| policy.cache.expiry = Check::Skip,
    },
    Mutant {
        name: "cache-ignores-no-store",
        summary: "keeps documents that say no-store",
        apply: |policy| policy.cache.no_store = Check::Skip,
    },
    Mutant {
        name: "caches-errors",
        summary: "keeps failed fetches",
        apply: |policy| policy.cache.errors = Check::Skip,
    },
    Mutant {
        name: "caches-invalid-documents",
        summary: "keeps invalid documents",
        apply: |policy| policy.cache.invalid = Check::Skip,
    },
    Mutant {
        name: "cache-key-ignores-case",
        summary: "shares the cache between identifiers that differ in case",
        apply: |policy| policy.cache.key_case = Check::Skip,
    },
    Mutant {
        name: "cache-key-ignores-query",
        summary: "shares the cache between identifiers that differ in the query",
        apply: |policy| policy.cache.key_query = Check::Skip,
    },
    Mutant {
        name: "reads-any-encoding",
        summary: "guesses the encoding of a document",
        apply: |policy| policy.document.utf8 = Check::Skip,
    },
    Mutant {
        name: "duplicate-members-accepted",
        summary: "takes the last of two members with one name",
        apply: |policy| policy.document.duplicate_members = Check::Skip,
    },
    Mutant {
        name: "client-name-optional",
        summary: "accepts documents without a name",
        apply: |policy| policy.document.client_name = Check::Skip,
    },
    Mutant {
        name: "needs-response-types",
        summary: "refuses documents without response types",
        apply: |policy| policy.document.minimal = Check::Skip,
    },
    Mutant {
        name: "fails-on-unexpected-types",
        summary: "answers 500 when a value of a document has an unexpected type",
        apply: |policy| policy.document.unexpected_types = Check::Skip,
    },
    Mutant {
        name: "ignores-wrong-types",
        summary: "takes a value of the wrong type for a missing one",
        apply: |policy| policy.document.wrong_types = Check::Skip,
    },
    Mutant {
        name: "fails-on-odd-texts",
        summary: "answers 500 when a text of a document has a NUL in it",
        apply: |policy| policy.document.odd_texts = Check::Skip,
    },
    Mutant {
        name: "refuses-foreign-response-types",
        summary: "refuses documents that name response types beside its own",
        apply: |policy| policy.document.foreign_responses = Check::Skip,
    },
    Mutant {
        name: "grant-types-ignored",
        summary: "gives clients what their grant types do not name",
        apply: |policy| policy.document.grant_types = Check::Skip,
    },
    Mutant {
        name: "scope-member-ignored",
        summary: "gives clients more scope than their documents name",
        apply: |policy| policy.document.scope = Check::Skip,
    },
    Mutant {
        name: "localized-members-unchecked",
        summary: "shows members in other languages as HTML",
        apply: |policy| policy.document.localized_members = Check::Skip,
    },
    Mutant {
        name: "contacts-unescaped",
        summary: "shows the contacts of a client as HTML",
        apply: |policy| policy.document.contacts = Check::Skip,
    },
    Mutant {
        name: "templates-evaluated",
        summary: "carries out templates and lookups in the texts of a document",
        apply: |policy| policy.document.strings_inert = Check::Skip,
    },
    Mutant {
        name: "cache-ignores-age",
        summary: "does not count the age of a response",
        apply: |policy| policy.cache.age = Check::Skip,
    },
    Mutant {
        name: "cache-ignores-expires",
        summary: "keeps documents whose Expires is past",
        apply: |policy| policy.cache.expires = Check::Skip,
    },
    Mutant {
        name: "cache-ignores-s-maxage",
        summary: "lets max-age win over s-maxage",
        apply: |policy| policy.cache.shared_lifetime = Check::Skip,
    },
    Mutant {
        name: "cache-lifetime-doubled",
        summary: "keeps documents twice as long as they say",
        apply: |policy| policy.cache.lifetime = Check::Skip,
    },
    Mutant {
        name: "cache-reads-lower-case-only",
        summary: "knows cache directives in lower case only",
        apply: |policy| policy.cache.directive_case = Check::Skip,
    },
    Mutant {
        name: "cache-refuses-odd-lifetimes",
        summary: "refuses documents whose lifetime is no number that it can hold",
        apply: |policy| policy.cache.odd_lifetimes = Check::Skip,
    },
    Mutant {
        name: "cache-key-normalised",
        summary: "normalises identifiers before it looks into its cache",
        apply: |policy| policy.cache.key_as_sent = Check::Skip,
    },
    Mutant {
        name: "cache-serves-stale-on-error",
        summary: "uses a stale document when it cannot be fetched",
        apply: |policy| policy.cache.stale = Check::Skip,
    },
    Mutant {
        name: "caches-failed-lookups",
        summary: "remembers that a name did not resolve",
        apply: |policy| policy.cache.lookups = Check::Skip,
    },
    Mutant {
        name: "not-modified-is-an-error",
        summary: "refuses a client whose document did not change",
        apply: |policy| policy.cache.not_modified = Check::Skip,
    },
    Mutant {
        name: "logo-refetched",
        summary: "fetches the logo at each request",
        apply: |policy| policy.cache.logos = Check::Skip,
    },
    Mutant {
        name: "redirect-not-checked",
        summary: "redirects to any URI",
        apply: |policy| policy.redirect.comparison = UriComparison::Never,
    },
    Mutant {
        name: "accepts-script-redirect-uris",
        summary: "accepts javascript: and data: redirect URIs in documents",
        apply: |policy| policy.redirect.script = Check::Skip,
    },
    Mutant {
        name: "accepts-file-redirect-uris",
        summary: "accepts file: redirect URIs in documents",
        apply: |policy| policy.redirect.file = Check::Skip,
    },
    Mutant {
        name: "accepts-fragment-redirect-uris",
        summary: "accepts redirect URIs with a fragment in documents",
        apply: |policy| policy.redirect.fragment = Check::Skip,
    },
    Mutant {
        name: "accepts-wildcard-redirect-uris",
        summary: "takes `*` in a document's redirect URI for a pattern",
        apply: |policy| policy.redirect.wildcard = Check::Skip,
    },
    Mutant {
        name: "accepts-http-redirect-uris",
        summary: "accepts plain http redirect URIs in documents",
        apply: |policy| policy.redirect.http = Check::Skip,
    },
    Mutant {
        name: "accepts-assertion-wrong-key",
        summary: "does not verify the signature of assertions",
        apply: |policy| policy.assertion.signature = Check::Skip,
    },
    Mutant {
        name: "assertion-audience-not-checked",
        summary: "accepts assertions for other audiences",
        apply: |policy| policy.assertion.audience = Check::Skip,
    },
    Mutant {
        name: "assertion-expiry-not-checked",
        summary: "accepts expired assertions",
        apply: |policy| policy.assertion.expiry = Check::Skip,
    },
    Mutant {
        name: "assertion-subject-not-checked",
        summary: "accepts assertions about other subjects",
        apply: |policy| policy.assertion.subject = Check::Skip,
    },
    Mutant {
        name: "assertion-alg-none-accepted",
        summary: "accepts unsigned assertions",
        apply: |policy| policy.assertion.unsigned = Check::Skip,
    },
    Mutant {
        name: "assertion-not-required",
        summary: "lets clients with keys in without an assertion",
        apply: |policy| policy.assertion.required = Check::Skip,
    },
    Mutant {
        name: "assertion-replay-accepted",
        summary: "accepts an assertion twice",
        apply: |policy| policy.assertion.replay = Check::Skip,
    },
    Mutant {
        name: "redirect-prefix-match",
        summary: "compares redirect URIs by prefix",
        apply: |policy| policy.redirect.comparison = UriComparison::Prefix,
    },
    Mutant {
        name: "redirect-host-only-match",
        summary: "compares redirect URIs by host only",
        apply: |policy| policy.redirect.comparison = UriComparison::HostOnly,
    },
    Mutant {
        name: "redirect-ignores-case",
        summary: "compares redirect URIs without case",
        apply: |policy| policy.redirect.comparison = UriComparison::IgnoringCase,
    },
    Mutant {
        name: "redirect-ignores-port",
        summary: "compares redirect URIs without ports",
        apply: |policy| policy.redirect.comparison = UriComparison::IgnoringPort,
    },
    Mutant {
        name: "redirect-ignores-query",
        summary: "compares redirect URIs without the query",
        apply: |policy| policy.redirect.comparison = UriComparison::IgnoringQuery,
    },
    Mutant {
        name: "redirect-ignores-fragment",
        summary: "compares redirect URIs without the fragment",
        apply: |policy| policy.redirect.comparison = UriComparison::IgnoringFragment,
    },
    Mutant {
        name: "redirect-ignores-userinfo",
        summary: "compares redirect URIs without userinfo",
        apply: |policy| policy.redirect.comparison = UriComparison::IgnoringUserinfo,
    },
    Mutant {
        name: "redirect-ignores-path-parameters",
        summary: "compares redirect URIs without `;` parameters",
        apply: |policy| policy.redirect.comparison = UriComparison::IgnoringPathParameters,
    },
    Mutant {
        name: "redirect-ignores-scheme",
        summary: "compares redirect URIs without the scheme",
        apply: |policy| policy.redirect.comparison = UriComparison::IgnoringScheme,
    },
    Mutant {
        name: "redirect-decoded-before-compare",
        summary: "compares redirect URIs after percent-decoding",
        apply: |policy| policy.redirect.comparison = UriComparison::DecodedFirst,
    },
    Mutant {
        name: "redirect-splits-on-space",
        summary: "compares redirect URIs as a list split at spaces",
        apply: |policy| policy.redirect.comparison = UriComparison::SplitOnSpace,
    },
    Mutant {
        name: "redirect-trims-space",
        summary: "compares redirect URIs without spaces around it",
        apply: |policy| policy.redirect.comparison = UriComparison::Trimmed,
    },
    Mutant {
        name: "ignores-jwks-uri",
        summary: "does not fetch the keys of `jwks_uri`",
        apply: |policy| policy.document.jwks_uri_fetched = Check::Skip,
    },
    Mutant {
        name: "refuses-jwks-uri",
        summary: "refuses documents that keep their keys at `jwks_uri`",
        apply: |policy| policy.document.jwks_uri = Check::Skip,
    },
    Mutant {
        name: "refuses-unknown-members",
        summary: "refuses documents with members that it does not know",
        apply: |policy| policy.document.foreign_members = Check::Skip,
    },
    Mutant {
        name: "refuses-foreign-grant-types",
        summary: "refuses documents that name a grant type which it does not have",
        apply: |policy| policy.document.foreign_grants = Check::Skip,
    },
    Mutant {
        name: "refuses-absent-auth-method",
        summary: "refuses documents that do not tell their authentication method",
        apply: |policy| policy.document.absent_method = Check::Skip,
    },
    Mutant {
        name: "refuses-localhost-redirect-uris",
        summary: "refuses documents with redirect URIs on localhost",
        apply: |policy| policy.redirect.localhost = Check::Skip,
    },
    Mutant {
        name: "refuses-private-use-schemes",
        summary: "refuses documents that list a private-use scheme",
        apply: |policy| policy.redirect.private_use = Check::Skip,
    },
    Mutant {
        name: "redirect-port-exact-match",
        summary: "compares the port of loopback redirect URIs too",
        apply: |policy| policy.redirect.loopback_port = Check::Skip,
    },
    Mutant {
        name: "size-limit-as-recommended",
        summary: "refuses documents above the recommended five kilobytes",
        apply: |policy| policy.fetch.size = SizeRule::Recommended,
    },
];

fn all_but(kept: &[Block]) -> Vec<Block> {
    Block::ALL
        .into_iter()
        .filter(|block| !kept.contains(block))
        .collect()
}
