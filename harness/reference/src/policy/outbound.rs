//! Decisions about identifiers, documents and redirect URIs.

use super::Check;

/// Client identifier URLs (CIMD -02 section 3).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UrlPolicy {
    /// The identifier is what was sent; otherwise what a URL library makes of it.
    pub as_sent: Check,
    /// What is no `https://` is refused; otherwise slashes are put in order first.
    pub authority: Check,
    /// A backslash is refused; otherwise it is read as a slash.
    pub backslash: Check,
    /// Control characters and spaces are refused; otherwise they are stripped before the URL is used.
    pub control_characters: Check,
    /// `.` and `..` path segments are refused.
    pub dot_segments: Check,
    /// `%2e` path segments are refused; otherwise they are resolved as a URL library does.
    pub encoded_dot_segments: Check,
    /// Fragments.
    pub fragment: FragmentRule,
    /// Addresses in other spellings than dotted decimal are refused; otherwise they are read and not checked.
    pub numeric_hosts: Check,
    /// Addresses as hosts, the root path and encoded letters are judged like others; otherwise the server fails at them.
    pub odd_ones: Check,
    /// A path must be there.
    pub path: Check,
    /// The port of the identifier is connected to; otherwise always that of https.
    pub port: Check,
    /// A port that is none is refused; otherwise that of https is meant.
    pub port_is_one: Check,
    /// The query is part of what is asked for; otherwise it is left out.
    pub query_sent: Check,
    /// Only https.
    pub scheme: Check,
    /// The path is asked for as it was sent; otherwise letters are decoded and doubled slashes joined first.
    pub target_as_sent: Check,
    /// What is done with userinfo.
    pub userinfo: UserinfoRule,
    /// Addresses with a zone are refused; otherwise they are connected to and not judged.
    pub zones: Check,
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

/// The content of documents (CIMD -02 section 4).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DocumentPolicy {
    /// A document need not tell its authentication method; otherwise it is refused.
    pub absent_method: Check,
    /// A secret in a document has no effect; otherwise it authenticates the client.
    pub secret_without_effect: Check,
    /// `client_id` in an array is refused; otherwise its first item counts.
    pub array_client_id: Check,
    /// A document is an object; otherwise the first item of an array is taken.
    pub array_root: Check,
    /// A document has a name (MCP); otherwise it may do without.
    pub client_name: Check,
    /// No `client_secret`.
    pub client_secret: Check,
    /// How `client_id` is compared.
    pub comparison: IdComparison,
    /// Contacts are not shown; otherwise they are, as HTML.
    pub contacts: Check,
    /// A member that is there twice is refused; otherwise the last one counts.
    pub duplicate_members: Check,
    /// Grant types that this server does not have are ignored; otherwise refused.
    pub foreign_grants: Check,
    /// Members that this server does not know are ignored; otherwise refused.
    pub foreign_members: Check,
    /// Response types that this server does not have are ignored; otherwise refused.
    pub foreign_responses: Check,
    /// A client gets what its grant types allow; otherwise all that there is.
    pub grant_types: Check,
    /// A document may keep its keys at `jwks_uri`; otherwise it is refused.
    pub jwks_uri: Check,
    /// The keys at `jwks_uri` are fetched; otherwise the client has none.
    pub jwks_uri_fetched: Check,
    /// Members in other languages are not shown; otherwise they are, as HTML.
    pub localized_members: Check,
    /// The members that must be there are enough; otherwise response types are asked for too.
    pub minimal: Check,
    /// What is done with policy, terms, home page and other links.
    pub links: LinkRule,
    /// More specific JSON types than `application/json` are taken.
    pub json_types: Check,
    /// HTML pages and images are refused whatever they hold.
    pub media_type: Check,
    /// A missing `client_id` is refused.
    pub missing_client_id: Check,
    /// A document is one value; otherwise what follows the first is left aside.
    pub one_value: Check,
    /// Any text can be kept; otherwise the server fails on some.
    pub odd_texts: Check,
    /// Private members of keys are refused.
    pub private_keys: Check,
    /// A client gets no more scope than its document names.
    pub scope: Check,
    /// Shared-secret methods are refused; otherwise such a client is treated as public.
    pub secret_methods: Check,
    /// JSON is read strictly; otherwise comments and trailing commas are taken out first.
    pub strict_json: Check,
    /// Texts are data; otherwise templates and lookups in them are carried out.
    pub strings_inert: Check,
    /// Software statements are ignored; otherwise believed, whoever signed them.
    pub statement_ignored: Check,
    /// The issuer of a statement is not asked; otherwise it is, under the guard of documents.
    pub statement_issuer: Check,
    /// What is wrong with a document is told in words of this server; otherwise the document is quoted.
    pub not_quoted: Check,
    /// `oct` keys are refused.
    pub symmetric_keys: Check,
    /// A value of an unexpected type is a refusal; otherwise the server fails.
    pub unexpected_types: Check,
    /// A value of the wrong type is refused; otherwise it is taken for missing.
    pub wrong_types: Check,
    /// Documents are UTF-8; otherwise the encoding is guessed.
    pub utf8: Check,
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

/// The cache of documents (CIMD -02 section 5.2).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CachePolicy {
    /// `Age` counts against the lifetime.
    pub age: Check,
    /// Directives are read without case; otherwise in lower case only.
    pub directive_case: Check,
    /// A document is kept for all users.
    pub all_users: Check,
    /// A fresh document is not fetched again.
    pub keeps: Check,
    /// The key contains the path; otherwise only the host.
    pub key_path: Check,
    /// Failed fetches are not kept.
    pub errors: Check,
    /// `Expires` is respected; otherwise what has no `Cache-Control` is kept.
    pub expires: Check,
    /// Documents expire.
    pub expiry: Check,
    /// Invalid documents are not kept.
    pub invalid: Check,
    /// An invalid document ends the use of the one before; otherwise that one is used on.
    pub invalid_ends: Check,
    /// A document that was fetched takes the place of the one before; otherwise that one is used on.
    pub replaced: Check,
    /// The key tells letters of different case apart.
    pub key_case: Check,
    /// The key is the identifier as sent; otherwise what a URL library makes of it.
    pub key_as_sent: Check,
    /// The key contains the query.
    pub key_query: Check,
    /// The key is the whole identifier; otherwise its first 255 characters, as a column of a table holds them.
    pub key_whole: Check,
    /// A lifetime is as long as it says; otherwise twice as long.
    pub lifetime: Check,
    /// Logos are kept as long as their document.
    pub logos: Check,
    /// Failed lookups are not kept.
    pub lookups: Check,
    /// `no-store` and `no-cache` are respected.
    pub no_store: Check,
    /// A conditional fetch that is answered with 304 renews the document; otherwise it is an error.
    pub not_modified: Check,
    /// A cache header that cannot be read keeps nothing; otherwise the document is refused.
    pub odd_lifetimes: Check,
    /// `s-maxage` comes before `max-age`: this cache serves many users.
    pub shared_lifetime: Check,
    /// A stale document is not used in place of a fetch that fails.
    pub stale: Check,
}

/// Redirect URIs (RFC 9700 section 2.1, RFC 8252).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RedirectPolicy {
    /// How a requested URI is compared with a registered one.
    pub comparison: UriComparison,
    /// `file:` URIs are refused.
    pub file: Check,
    /// A fragment is refused.
    pub fragment: Check,
    /// http is refused but for loopback hosts.
    pub http: Check,
    /// URIs of other sites are taken too; otherwise one must have the site of the client in it, as text.
    pub any_site: Check,
    /// `localhost` is a loopback host; otherwise only the addresses are.
    pub localhost: Check,
    /// A scheme without a period is never redirected to.
    pub nobodys_scheme: Check,
    /// The port of a loopback URI may differ; otherwise it is compared too.
    pub loopback_port: Check,
    /// There must be redirect URIs; otherwise a client without any may use all.
    pub listed: Check,
    /// Registered URIs are parsed; otherwise only scripts and files are looked for.
    pub parsed: Check,
    /// A registered URI is one URI; otherwise it is split at spaces.
    pub whole: Check,
    /// A private-use scheme does not spoil a document; otherwise it is refused.
    pub private_use: Check,
    /// Script and data URIs are refused.
    pub script: Check,
    /// `*` is refused; otherwise it is a pattern.
    pub wildcard: Check,
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

/// How a requested redirect URI is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "each variant names what is left aside")]
pub enum UriComparison {
    /// By simple string comparison, but for the port of a loopback URI.
    #[default]
    Exact,
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
    Never,
    Prefix,
    SplitOnSpace,
    Trimmed,
}

/// Client assertions (RFC 7523 section 3).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AssertionPolicy {
    /// The algorithm is the one that the client said it signs with.
    pub algorithm_as_told: Check,
    /// The audience is this server.
    pub audience: Check,
    /// Header members that are said to be critical and are not known are a reason to refuse.
    pub critical: Check,
    /// An expiry is there and not past.
    pub expiry: Check,
    /// An expiry has to be there; otherwise an assertion without one never expires.
    pub expires: Check,
    /// A key with an algorithm of its own verifies by no other.
    pub key_algorithm: Check,
    /// A key for encryption verifies nothing.
    pub key_use: Check,
    /// `client_assertion_type` is the one of RFC 7523.
    pub parameter: Check,
    /// The issuer is the client.
    pub issuer: Check,
    /// It is verified by public keys only; otherwise their text is taken for a shared secret where the header says so.
    pub no_mac: Check,
    /// Every algorithm that is listed is taken; otherwise only ES256.
    pub listed_algorithms: Check,
    /// It is verified by public keys only; otherwise by the symmetric keys of a set too.
    pub no_symmetric_key: Check,
    /// Keys that the header links to are not fetched; otherwise they are believed.
    pub links_ignored: Check,
    /// `alg: none` is refused however it is spelled; otherwise only in lower case.
    pub none_in_capitals: Check,
    /// What is valid later is refused.
    pub not_before: Check,
    /// One method at a time.
    pub one_method: Check,
    /// The keys are those of the client that is named; otherwise of whoever issued the assertion.
    pub own_keys: Check,
    /// An assertion is used once.
    pub replay: Check,
    /// A client with keys must send one.
    pub required: Check,
    /// The signature is verified.
    pub signature: Check,
    /// The subject is the client.
    pub subject: Check,
    /// Other types of JWT are refused.
    pub typed: Check,
    /// `alg: none` is refused.
    pub unsigned: Check,
}
