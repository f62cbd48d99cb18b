//! Decisions about identifiers, documents and redirect URIs.

use crate::policy::choice::Choice;
use crate::policy::watched::Rule;
use crate::policy::watched::Watched;
use crate::policy::watched::decisions;

decisions! {
    /// Client identifier URLs (CIMD -02 section 3).
    pub struct UrlPolicy at url {
        /// The identifier is what was sent; otherwise what a URL library makes of it.
        pub as_sent: Rule
            => "identifier-normalised" "works with what a URL library makes of a client identifier",
        /// What is no `https://` is refused; otherwise slashes are put in order first.
        pub authority: Rule
            => "repairs-authority" "puts the slashes before a host in order before it fetches",
        /// A backslash is refused; otherwise it is read as a slash.
        pub backslash: Rule
            => "accepts-backslash" "reads a backslash as a slash",
        /// Control characters and spaces are refused; otherwise they are stripped before the URL is used.
        pub control_characters: Rule
            => "strips-control-characters" "strips control characters and spaces before it uses the URL",
        /// `.` and `..` path segments are refused.
        pub dot_segments: Rule
            => "accepts-dot-segments" "takes client identifiers with dot segments",
        /// `%2e` path segments are refused; otherwise they are resolved as a URL library does.
        pub encoded_dot_segments: Rule
            => "accepts-encoded-dot-segments" "takes `%2e` segments and lets a URL library resolve them",
        /// Fragments.
        pub fragment: Watched<FragmentRule>,
        /// Loopback hosts are judged like others; otherwise what they have over http is taken, from whatever port: an
        /// exception for development that is always on.
        pub loopback_hosts: Rule
            => "loopback-hosts-excepted" "fetches over http from its own machine, whatever the port, as if it were always under development",
        /// Addresses in other spellings than dotted decimal are refused; otherwise they are read and not checked.
        pub numeric_hosts: Rule
            => "accepts-numeric-hosts" "reads hosts as inet_aton does, after the guard looked for dotted decimals",
        /// Addresses as hosts, the root path and encoded letters are judged like others; otherwise the server fails at them.
        pub odd_ones: Rule
            => "odd-identifiers-fail" "fails where an identifier has an address as its host, the path of the root or an encoded letter",
        /// A path must be there.
        pub path: Rule
            => "accepts-missing-path" "takes client identifiers without a path",
        /// The port of the identifier is connected to; otherwise always that of https.
        pub port: Rule
            => "port-ignored" "connects to the port of https whatever port the identifier names",
        /// A port that is none is refused; otherwise that of https is meant.
        pub port_is_one: Rule
            => "port-that-is-none-taken" "takes the port of https where an identifier has one that is none",
        /// The query is part of what is asked for; otherwise it is left out.
        pub query_sent: Rule
            => "query-stripped-before-fetch" "fetches the document without the query of its identifier",
        /// What follows a `;` in the path is asked for too; otherwise it is left out.
        pub parameters_sent: Rule
            => "parameters-stripped-before-fetch" "leaves out what follows a `;` when it fetches a document",
        /// Only https.
        pub scheme: Rule
            => "accepts-http-client-id" "takes http URLs as client identifiers",
        /// The path is asked for as it was sent; otherwise letters are decoded and doubled slashes joined first.
        pub target_as_sent: Rule
            => "normalises-before-fetch" "decodes letters and joins doubled slashes in the path before it fetches",
        /// What is done with userinfo.
        pub userinfo: Watched<UserinfoRule>,
        /// Addresses with a zone are refused; otherwise they are connected to and not judged.
        pub zones: Rule
            => "accepts-zones" "takes addresses with a zone, which its guard does not know",
    }
}

/// What is done with a userinfo component.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UserinfoRule {
    /// It is refused.
    #[default]
    Refuse,
    /// It is left out.
    Drop,
    /// It is sent as credentials, as many HTTP clients do.
    Send,
}

/// What is done with a fragment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FragmentRule {
    /// It is refused, the empty one too.
    #[default]
    Refuse,
    /// Only an empty one is accepted.
    AcceptEmpty,
    /// Any but an empty one is accepted.
    AcceptFilled,
}

decisions! {
    /// The content of documents (CIMD -02 section 4).
    pub struct DocumentPolicy at document {
        /// A document need not tell its authentication method; otherwise it is refused.
        pub absent_method: Rule
            => "refuses-absent-auth-method" "refuses documents that do not tell their authentication method",
        /// A secret in a document has no effect; otherwise it authenticates the client.
        pub secret_without_effect: Rule,
        /// `client_id` in an array is refused; otherwise its first item counts.
        pub array_client_id: Rule
            => "client-id-may-be-array" "takes the first item of an array for client_id",
        /// A document is an object; otherwise the first item of an array is taken.
        pub array_root: Rule
            => "accepts-json-array-root" "takes the first item of an array for the document",
        /// A document has a name (MCP); otherwise it may do without.
        pub client_name: Rule
            => "client-name-optional" "accepts documents without a name",
        /// No `client_secret`.
        pub client_secret: Rule
            => "accepts-client-secret-member" "accepts documents with client_secret",
        /// How `client_id` is compared.
        pub comparison: Watched<IdComparison>,
        /// Contacts are not shown; otherwise they are, as HTML.
        pub contacts: Rule
            => "contacts-unescaped" "shows the contacts of a client as HTML",
        /// A member that is there twice is refused; otherwise the last one counts.
        pub duplicate_members: Rule
            => "duplicate-members-accepted" "takes the last of two members with one name",
        /// Grant types that this server does not have are ignored; otherwise refused.
        pub foreign_grants: Rule
            => "refuses-foreign-grant-types" "refuses documents that name a grant type which it does not have",
        /// Members that this server does not know are ignored; otherwise refused.
        pub foreign_members: Rule
            => "refuses-unknown-members" "refuses documents with members that it does not know",
        /// Response types that this server does not have are ignored; otherwise refused.
        pub foreign_responses: Rule
            => "refuses-foreign-response-types" "refuses documents that name response types beside its own",
        /// A client gets what its grant types allow; otherwise all that there is.
        pub grant_types: Rule
            => "grant-types-ignored" "gives clients what their grant types do not name",
        /// A document may keep its keys at `jwks_uri`; otherwise it is refused.
        pub jwks_uri: Rule
            => "refuses-jwks-uri" "refuses documents that keep their keys at `jwks_uri`",
        /// The keys at `jwks_uri` are fetched; otherwise the client has none.
        pub jwks_uri_fetched: Rule
            => "ignores-jwks-uri" "does not fetch the keys of `jwks_uri`",
        /// Members in other languages are not shown; otherwise they are, as HTML.
        pub localized_members: Rule
            => "localized-members-unchecked" "shows members in other languages as HTML",
        /// The members that must be there are enough; otherwise response types are asked for too.
        pub minimal: Rule
            => "needs-response-types" "refuses documents without response types",
        /// What is done with policy, terms, home page and other links.
        pub links: Watched<LinkRule>,
        /// More specific JSON types than `application/json` are taken.
        pub json_types: Rule
            => "refuses-more-specific-json" "refuses documents of a more specific JSON type",
        /// HTML pages and images are refused whatever they hold.
        pub media_type: Rule
            => "reads-html-as-document" "takes HTML pages and images whose text is JSON for documents",
        /// A missing `client_id` is refused.
        pub missing_client_id: Rule
            => "client-id-may-be-missing" "accepts documents without client_id",
        /// A document is one value; otherwise what follows the first is left aside.
        pub one_value: Rule
            => "reads-first-value-only" "reads the first JSON value of a document and leaves aside what follows",
        /// Any text can be kept; otherwise the server fails on some.
        pub odd_texts: Rule
            => "fails-on-odd-texts" "answers 500 when a text of a document has a NUL in it",
        /// Private members of keys are refused.
        pub private_keys: Rule
            => "accepts-private-keys" "accepts private keys in jwks",
        /// A client gets no more scope than its document names.
        pub scope: Rule
            => "scope-member-ignored" "gives clients more scope than their documents name",
        /// Shared-secret methods are refused; otherwise such a client is treated as public.
        pub secret_methods: Rule
            => "accepts-secret-methods" "treats shared-secret methods as none",
        /// JSON is read strictly; otherwise comments and trailing commas are taken out first.
        pub strict_json: Rule
            => "lenient-json" "reads JSON with comments and trailing commas",
        /// Texts are data; otherwise templates and lookups in them are carried out.
        pub strings_inert: Rule
            => "templates-evaluated" "carries out templates and lookups in the texts of a document",
        /// Software statements are ignored; otherwise believed, whoever signed them.
        pub statement_ignored: Rule
            => "document-statement-unverified" "believes the software statement of a document without verifying it",
        /// The issuer of a statement is not asked; otherwise it is, under the guard of documents.
        pub statement_issuer: Rule
            => "document-statement-issuer-asked" "asks the issuer of a document's software statement",
        /// What is wrong with a document is told in words of this server; otherwise the document is quoted.
        pub not_quoted: Rule
            => "error-page-quotes-document" "shows what the document's host sent on its error page",
        /// `oct` keys are refused.
        pub symmetric_keys: Rule
            => "accepts-symmetric-keys" "accepts symmetric keys in jwks",
        /// A value of an unexpected type is a refusal; otherwise the server fails.
        pub unexpected_types: Rule
            => "fails-on-unexpected-types" "answers 500 when a value of a document has an unexpected type",
        /// A value of the wrong type is refused; otherwise it is taken for missing.
        pub wrong_types: Rule,
        /// Documents are UTF-8; otherwise the encoding is guessed.
        pub utf8: Rule
            => "reads-any-encoding" "guesses the encoding of a document",
    }
}

/// How two client identifiers are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IdComparison {
    /// By simple string comparison (RFC 3986 section 6.2.1).
    #[default]
    Exact,
    /// Without case.
    IgnoringCase,
    /// By host only.
    HostOnly,
    /// After a URL library normalised them.
    Normalised,
    /// Without a trailing slash.
    TrailingSlash,
    /// Not at all.
    Never,
}

decisions! {
    /// The cache of documents (CIMD -02 section 5.2).
    pub struct CachePolicy at cache {
        /// `Age` counts against the lifetime.
        pub age: Rule
            => "cache-ignores-age" "does not count the age of a response",
        /// Directives are read without case; otherwise in lower case only.
        pub directive_case: Rule
            => "cache-reads-lower-case-only" "knows cache directives in lower case only",
        /// A document is kept for all users.
        pub all_users: Rule
            => "cache-per-session" "fetches documents anew for every user",
        /// A fresh document is not fetched again.
        pub keeps: Rule
            => "caches-nothing" "fetches a document again at each request, however fresh",
        /// The key contains the path; otherwise only the host.
        pub key_path: Rule
            => "cache-key-is-host" "keeps documents by host",
        /// Failed fetches are not kept.
        pub errors: Rule
            => "caches-errors" "keeps failed fetches",
        /// `Expires` is respected; otherwise what has no `Cache-Control` is kept.
        pub expires: Rule
            => "cache-ignores-expires" "keeps documents whose Expires is past",
        /// Documents expire.
        pub expiry: Rule
            => "cache-never-expires" "keeps documents for ever",
        /// Invalid documents are not kept.
        pub invalid: Rule
            => "caches-invalid-documents" "keeps invalid documents",
        /// An invalid document ends the use of the one before; otherwise that one is used on.
        pub invalid_ends: Rule
            => "cache-serves-stale-on-invalid" "goes on with the document that it has when the new one is invalid",
        /// A document that was fetched takes the place of the one before; otherwise that one is used on.
        pub replaced: Rule
            => "refetches-and-keeps-old" "fetches a document again and goes on with the one that it has",
        /// The key tells letters of different case apart.
        pub key_case: Rule
            => "cache-key-ignores-case" "shares the cache between identifiers that differ in case",
        /// The key is the identifier as sent; otherwise what a URL library makes of it.
        pub key_as_sent: Rule
            => "cache-key-normalised" "normalises identifiers before it looks into its cache",
        /// The key contains the query.
        pub key_query: Rule
            => "cache-key-ignores-query" "shares the cache between identifiers that differ in the query",
        /// The key is the whole identifier; otherwise its first 255 characters, as a column of a table holds them.
        pub key_whole: Rule
            => "cache-key-cut-off" "looks documents up by the first 255 characters of their identifiers",
        /// A lifetime is as long as it says; otherwise twice as long.
        pub lifetime: Rule
            => "cache-lifetime-doubled" "keeps documents twice as long as they say",
        /// Logos are kept as long as their document.
        pub logos: Rule
            => "logo-refetched" "fetches the logo at each request",
        /// Failed lookups are not kept.
        pub lookups: Rule
            => "caches-failed-lookups" "remembers that a name did not resolve",
        /// `no-store` and `no-cache` are respected.
        pub no_store: Rule
            => "cache-ignores-no-store" "keeps documents that say no-store",
        /// A conditional fetch that is answered with 304 renews the document; otherwise it is an error.
        pub not_modified: Rule
            => "not-modified-is-an-error" "refuses a client whose document did not change",
        /// A cache header that cannot be read keeps nothing; otherwise the document is refused.
        pub odd_lifetimes: Rule
            => "cache-refuses-odd-lifetimes" "refuses documents whose lifetime is no number that it can hold",
        /// There is room for thousands of documents; otherwise for few, which is as lawful.
        pub room: Choice,
        /// `s-maxage` comes before `max-age`: this cache serves many users.
        pub shared_lifetime: Rule
            => "cache-ignores-s-maxage" "lets max-age win over s-maxage",
        /// A stale document is not used in place of a fetch that fails.
        pub stale: Rule
            => "cache-serves-stale-on-error" "uses a stale document when it cannot be fetched",
    }
}

decisions! {
    /// Redirect URIs (RFC 9700 section 2.1, RFC 8252).
    pub struct RedirectPolicy at redirect {
        /// How a requested URI is compared with a registered one.
        pub comparison: Watched<UriComparison>,
        /// `file:` URIs are refused.
        pub file: Rule
            => "accepts-file-redirect-uris" "accepts file: redirect URIs in documents",
        /// A fragment is refused.
        pub fragment: Rule
            => "accepts-fragment-redirect-uris" "accepts redirect URIs with a fragment in documents",
        /// http is refused but for loopback hosts.
        pub http: Rule
            => "accepts-http-redirect-uris" "accepts plain http redirect URIs in documents",
        /// Whether URIs of other sites are taken.
        pub site: Watched<SiteRule>,
        /// `localhost` is a loopback host; otherwise only the addresses are.
        pub localhost: Rule
            => "refuses-localhost-redirect-uris" "refuses documents with redirect URIs on localhost",
        /// A scheme without a period is never redirected to.
        pub nobodys_scheme: Rule
            => "accepts-schemes-without-period" "redirects to private-use schemes that belong to nobody",
        /// Logout addresses of documents are held to the rules of redirect URIs; otherwise to none.
        pub logout: Rule
            => "document-any-logout-uri" "takes any text of a document for a logout address",
        /// The port of a loopback URI may differ; otherwise it is compared too.
        pub loopback_port: Rule
            => "redirect-port-exact-match" "compares the port of loopback redirect URIs too",
        /// There must be redirect URIs; otherwise a client without any may use all.
        pub listed: Rule
            => "redirect-uris-not-required" "lets a client whose document lists no redirect URIs use any",
        /// Registered URIs are parsed; otherwise only scripts and files are looked for.
        pub parsed: Rule
            => "registered-redirect-uris-not-parsed" "takes what a document lists for a redirect URI, whatever it is",
        /// A registered URI is one URI; otherwise it is split at spaces.
        pub whole: Rule
            => "splits-registered-redirect-uris" "reads one registered redirect URI with a space as two",
        /// A private-use scheme does not spoil a document; otherwise it is refused.
        pub private_use: Rule
            => "refuses-private-use-schemes" "refuses documents that list a private-use scheme",
        /// Script and data URIs are refused.
        pub script: Rule
            => "accepts-script-redirect-uris" "accepts javascript: and data: redirect URIs in documents",
        /// A response parameter in the query is the client's own affair; otherwise it is refused where it is not encoded.
        pub response_names: Rule
            => "response-names-compared-undecoded" "refuses redirect URIs with a response parameter in the query, and does not decode its name",
        /// `*` is refused; otherwise it is a pattern.
        pub wildcard: Rule
            => "accepts-wildcard-redirect-uris" "takes `*` in a document's redirect URI for a pattern",
    }
}

/// What is done with what the members of a document link to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LinkRule {
    /// They are left alone.
    #[default]
    LeftAlone,
    /// They are fetched without the guard, within the limits of documents.
    Fetched,
    /// They are fetched without the guard, wherever they redirect to and however large they are.
    FetchedWithoutBounds,
}

/// Whether a redirect URI may be of another site than the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SiteRule {
    /// Of any.
    #[default]
    Any,
    /// It must have the site of the client in it, as text.
    AsText,
    /// The first of the list must be of the document's host.
    FirstOfList,
    /// The first that is asked for must be of the document's host.
    FirstAsked,
}

/// How a requested redirect URI is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "each variant names what is left aside")]
pub enum UriComparison {
    /// By simple string comparison, but for the port of a loopback URI.
    #[default]
    Exact,
    Contains,
    DecodedFirst,
    HostOnly,
    IgnoringCase,
    IgnoringFragment,
    IgnoringPathParameters,
    IgnoringPort,
    IgnoringQuery,
    IgnoringScheme,
    IgnoringUserinfo,
    LoopbackHosts,
    LoopbackSchemes,
    Never,
    Patterns,
    Prefix,
    RootIsAll,
    SplitOnSpace,
    Trimmed,
}

decisions! {
    /// Client assertions (RFC 7523 section 3).
    pub struct AssertionPolicy at assertion {
        /// The algorithm is the one that the client said it signs with.
        pub algorithm_as_told: Rule
            => "signing-alg-ignored" "takes an assertion by another algorithm than the client said that it signs with",
        /// The audience is this server.
        pub audience: Rule
            => "assertion-audience-not-checked" "accepts assertions for other audiences",
        /// Header members that are said to be critical and are not known are a reason to refuse.
        pub critical: Rule
            => "assertion-crit-ignored" "does not look at critical header members",
        /// An expiry is there and not past.
        pub expiry: Rule
            => "assertion-expiry-not-checked" "accepts expired assertions",
        /// An expiry has to be there; otherwise an assertion without one never expires.
        pub expires: Rule
            => "assertion-expiry-optional" "takes an assertion without expiry for one that never expires",
        /// A key with an algorithm of its own verifies by no other.
        pub key_algorithm: Rule
            => "key-alg-ignored" "verifies an assertion by a key that is for another algorithm",
        /// A key for encryption verifies nothing.
        pub key_use: Rule
            => "key-use-ignored" "verifies an assertion by a key that is for encryption",
        /// `client_assertion_type` is the one of RFC 7523.
        pub parameter: Rule
            => "assertion-type-parameter-ignored" "takes an assertion whatever `client_assertion_type` says it is",
        /// The issuer is the client.
        pub issuer: Rule
            => "assertion-issuer-not-checked" "accepts assertions that another client issued",
        /// It is verified by public keys only; otherwise their text is taken for a shared secret where the header says so.
        pub no_mac: Rule
            => "assertion-mac-by-public-key" "lets the header choose a MAC, with the public key as its secret",
        /// Every algorithm that is listed is taken; otherwise only ES256.
        pub listed_algorithms: Rule
            => "key-alg-listed-and-refused" "lists algorithms for assertions and takes ES256 only",
        /// It is verified by public keys only; otherwise by the symmetric keys of a set too.
        pub no_symmetric_key: Rule,
        /// What the header links to is not visited; otherwise it is, without the guard and for nothing.
        pub links_not_visited: Rule
            => "visits-jku" "fetches what the header of an assertion links to, without the guard, and makes nothing of it",
        /// Keys that the header links to are not fetched; otherwise they are believed.
        pub links_ignored: Rule
            => "follows-jku" "verifies an assertion by the keys that its header links to",
        /// `alg: none` is refused however it is spelled; otherwise only in lower case.
        pub none_in_capitals: Rule
            => "assertion-alg-none-in-capitals" "refuses `none` as the algorithm of an assertion and accepts `NONE`",
        /// What is valid later is refused.
        pub not_before: Rule
            => "assertion-not-before-ignored" "accepts assertions before they are valid",
        /// One method at a time.
        pub one_method: Rule
            => "two-methods-accepted" "lets a client authenticate in two ways at once",
        /// The keys are those of the client that is named; otherwise of whoever issued the assertion.
        pub own_keys: Rule
            => "assertion-of-any-client" "verifies an assertion by the keys of its issuer and lets it speak for the client that is named",
        /// An assertion is used once.
        pub replay: Rule
            => "assertion-replay-accepted" "accepts an assertion twice",
        /// A client with keys must send one.
        pub required: Rule
            => "assertion-not-required" "lets clients with keys in without an assertion",
        /// The signature is verified.
        pub signature: Rule
            => "accepts-assertion-wrong-key" "does not verify the signature of assertions",
        /// The subject is the client.
        pub subject: Rule
            => "assertion-subject-not-checked" "accepts assertions about other subjects",
        /// Other types of JWT are refused.
        pub typed: Rule
            => "assertion-type-not-checked" "takes any JWT of the client for an assertion",
        /// `alg: none` is refused.
        pub unsigned: Rule
            => "assertion-alg-none-accepted" "accepts unsigned assertions",
    }
}
