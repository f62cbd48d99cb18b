//! Decisions about identifiers, documents and redirect URIs.

use crate::policy::choice::Choice;
use crate::policy::watched::Rule;
use crate::policy::watched::Watched;
use crate::policy::watched::decisions;

decisions! {
    /// Client identifier URLs (CIMD -02 section 3).
    pub struct UrlPolicy {
        /// The identifier is what was sent; otherwise what a URL library makes of it.
        pub as_sent: Rule,
        /// What is no `https://` is refused; otherwise slashes are put in order first.
        pub authority: Rule,
        /// A backslash is refused; otherwise it is read as a slash.
        pub backslash: Rule,
        /// Control characters and spaces are refused; otherwise they are stripped before the URL is used.
        pub control_characters: Rule,
        /// `.` and `..` path segments are refused.
        pub dot_segments: Rule,
        /// `%2e` path segments are refused; otherwise they are resolved as a URL library does.
        pub encoded_dot_segments: Rule,
        /// Fragments.
        pub fragment: Watched<FragmentRule>,
        /// Loopback hosts are judged like others; otherwise what they have over http is taken, from whatever port: an
        /// exception for development that is always on.
        pub loopback_hosts: Rule,
        /// Addresses in other spellings than dotted decimal are refused; otherwise they are read and not checked.
        pub numeric_hosts: Rule,
        /// Addresses as hosts, the root path and encoded letters are judged like others; otherwise the server fails at them.
        pub odd_ones: Rule,
        /// A path must be there.
        pub path: Rule,
        /// The port of the identifier is connected to; otherwise always that of https.
        pub port: Rule,
        /// A port that is none is refused; otherwise that of https is meant.
        pub port_is_one: Rule,
        /// The query is part of what is asked for; otherwise it is left out.
        pub query_sent: Rule,
        /// What follows a `;` in the path is asked for too; otherwise it is left out.
        pub parameters_sent: Rule,
        /// Only https.
        pub scheme: Rule,
        /// The path is asked for as it was sent; otherwise letters are decoded and doubled slashes joined first.
        pub target_as_sent: Rule,
        /// What is done with userinfo.
        pub userinfo: Watched<UserinfoRule>,
        /// Addresses with a zone are refused; otherwise they are connected to and not judged.
        pub zones: Rule,
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
    pub struct DocumentPolicy {
        /// A document need not tell its authentication method; otherwise it is refused.
        pub absent_method: Rule,
        /// A secret in a document has no effect; otherwise it authenticates the client.
        pub secret_without_effect: Rule,
        /// `client_id` in an array is refused; otherwise its first item counts.
        pub array_client_id: Rule,
        /// A document is an object; otherwise the first item of an array is taken.
        pub array_root: Rule,
        /// A document has a name (MCP); otherwise it may do without.
        pub client_name: Rule,
        /// No `client_secret`.
        pub client_secret: Rule,
        /// How `client_id` is compared.
        pub comparison: Watched<IdComparison>,
        /// Contacts are not shown; otherwise they are, as HTML.
        pub contacts: Rule,
        /// A member that is there twice is refused; otherwise the last one counts.
        pub duplicate_members: Rule,
        /// Grant types that this server does not have are ignored; otherwise refused.
        pub foreign_grants: Rule,
        /// Members that this server does not know are ignored; otherwise refused.
        pub foreign_members: Rule,
        /// Response types that this server does not have are ignored; otherwise refused.
        pub foreign_responses: Rule,
        /// A client gets what its grant types allow; otherwise all that there is.
        pub grant_types: Rule,
        /// A document may keep its keys at `jwks_uri`; otherwise it is refused.
        pub jwks_uri: Rule,
        /// The keys at `jwks_uri` are fetched; otherwise the client has none.
        pub jwks_uri_fetched: Rule,
        /// Members in other languages are not shown; otherwise they are, as HTML.
        pub localized_members: Rule,
        /// The members that must be there are enough; otherwise response types are asked for too.
        pub minimal: Rule,
        /// What is done with policy, terms, home page and other links.
        pub links: Watched<LinkRule>,
        /// More specific JSON types than `application/json` are taken.
        pub json_types: Rule,
        /// HTML pages and images are refused whatever they hold.
        pub media_type: Rule,
        /// A missing `client_id` is refused.
        pub missing_client_id: Rule,
        /// A document is one value; otherwise what follows the first is left aside.
        pub one_value: Rule,
        /// Any text can be kept; otherwise the server fails on some.
        pub odd_texts: Rule,
        /// Private members of keys are refused.
        pub private_keys: Rule,
        /// A client gets no more scope than its document names.
        pub scope: Rule,
        /// Shared-secret methods are refused; otherwise such a client is treated as public.
        pub secret_methods: Rule,
        /// JSON is read strictly; otherwise comments and trailing commas are taken out first.
        pub strict_json: Rule,
        /// Texts are data; otherwise templates and lookups in them are carried out.
        pub strings_inert: Rule,
        /// Software statements are ignored; otherwise believed, whoever signed them.
        pub statement_ignored: Rule,
        /// The issuer of a statement is not asked; otherwise it is, under the guard of documents.
        pub statement_issuer: Rule,
        /// What is wrong with a document is told in words of this server; otherwise the document is quoted.
        pub not_quoted: Rule,
        /// `oct` keys are refused.
        pub symmetric_keys: Rule,
        /// A value of an unexpected type is a refusal; otherwise the server fails.
        pub unexpected_types: Rule,
        /// A value of the wrong type is refused; otherwise it is taken for missing.
        pub wrong_types: Rule,
        /// Documents are UTF-8; otherwise the encoding is guessed.
        pub utf8: Rule,
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
    pub struct CachePolicy {
        /// `Age` counts against the lifetime.
        pub age: Rule,
        /// Directives are read without case; otherwise in lower case only.
        pub directive_case: Rule,
        /// A document is kept for all users.
        pub all_users: Rule,
        /// A fresh document is not fetched again.
        pub keeps: Rule,
        /// The key contains the path; otherwise only the host.
        pub key_path: Rule,
        /// Failed fetches are not kept.
        pub errors: Rule,
        /// `Expires` is respected; otherwise what has no `Cache-Control` is kept.
        pub expires: Rule,
        /// Documents expire.
        pub expiry: Rule,
        /// Invalid documents are not kept.
        pub invalid: Rule,
        /// An invalid document ends the use of the one before; otherwise that one is used on.
        pub invalid_ends: Rule,
        /// A document that was fetched takes the place of the one before; otherwise that one is used on.
        pub replaced: Rule,
        /// The key tells letters of different case apart.
        pub key_case: Rule,
        /// The key is the identifier as sent; otherwise what a URL library makes of it.
        pub key_as_sent: Rule,
        /// The key contains the query.
        pub key_query: Rule,
        /// The key is the whole identifier; otherwise its first 255 characters, as a column of a table holds them.
        pub key_whole: Rule,
        /// A lifetime is as long as it says; otherwise twice as long.
        pub lifetime: Rule,
        /// Logos are kept as long as their document.
        pub logos: Rule,
        /// Failed lookups are not kept.
        pub lookups: Rule,
        /// `no-store` and `no-cache` are respected.
        pub no_store: Rule,
        /// A conditional fetch that is answered with 304 renews the document; otherwise it is an error.
        pub not_modified: Rule,
        /// A cache header that cannot be read keeps nothing; otherwise the document is refused.
        pub odd_lifetimes: Rule,
        /// There is room for thousands of documents; otherwise for few, which is as lawful.
        pub room: Choice,
        /// `s-maxage` comes before `max-age`: this cache serves many users.
        pub shared_lifetime: Rule,
        /// A stale document is not used in place of a fetch that fails.
        pub stale: Rule,
    }
}

decisions! {
    /// Redirect URIs (RFC 9700 section 2.1, RFC 8252).
    pub struct RedirectPolicy {
        /// How a requested URI is compared with a registered one.
        pub comparison: Watched<UriComparison>,
        /// `file:` URIs are refused.
        pub file: Rule,
        /// A fragment is refused.
        pub fragment: Rule,
        /// http is refused but for loopback hosts.
        pub http: Rule,
        /// Whether URIs of other sites are taken.
        pub site: Watched<SiteRule>,
        /// `localhost` is a loopback host; otherwise only the addresses are.
        pub localhost: Rule,
        /// A scheme without a period is never redirected to.
        pub nobodys_scheme: Rule,
        /// Logout addresses of documents are held to the rules of redirect URIs; otherwise to none.
        pub logout: Rule,
        /// The port of a loopback URI may differ; otherwise it is compared too.
        pub loopback_port: Rule,
        /// There must be redirect URIs; otherwise a client without any may use all.
        pub listed: Rule,
        /// Registered URIs are parsed; otherwise only scripts and files are looked for.
        pub parsed: Rule,
        /// A registered URI is one URI; otherwise it is split at spaces.
        pub whole: Rule,
        /// A private-use scheme does not spoil a document; otherwise it is refused.
        pub private_use: Rule,
        /// Script and data URIs are refused.
        pub script: Rule,
        /// A response parameter in the query is the client's own affair; otherwise it is refused where it is not encoded.
        pub response_names: Rule,
        /// `*` is refused; otherwise it is a pattern.
        pub wildcard: Rule,
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
    pub struct AssertionPolicy {
        /// The algorithm is the one that the client said it signs with.
        pub algorithm_as_told: Rule,
        /// The audience is this server.
        pub audience: Rule,
        /// Header members that are said to be critical and are not known are a reason to refuse.
        pub critical: Rule,
        /// An expiry is there and not past.
        pub expiry: Rule,
        /// An expiry has to be there; otherwise an assertion without one never expires.
        pub expires: Rule,
        /// A key with an algorithm of its own verifies by no other.
        pub key_algorithm: Rule,
        /// A key for encryption verifies nothing.
        pub key_use: Rule,
        /// `client_assertion_type` is the one of RFC 7523.
        pub parameter: Rule,
        /// The issuer is the client.
        pub issuer: Rule,
        /// It is verified by public keys only; otherwise their text is taken for a shared secret where the header says so.
        pub no_mac: Rule,
        /// Every algorithm that is listed is taken; otherwise only ES256.
        pub listed_algorithms: Rule,
        /// It is verified by public keys only; otherwise by the symmetric keys of a set too.
        pub no_symmetric_key: Rule,
        /// What the header links to is not visited; otherwise it is, without the guard and for nothing.
        pub links_not_visited: Rule,
        /// Keys that the header links to are not fetched; otherwise they are believed.
        pub links_ignored: Rule,
        /// `alg: none` is refused however it is spelled; otherwise only in lower case.
        pub none_in_capitals: Rule,
        /// What is valid later is refused.
        pub not_before: Rule,
        /// One method at a time.
        pub one_method: Rule,
        /// The keys are those of the client that is named; otherwise of whoever issued the assertion.
        pub own_keys: Rule,
        /// An assertion is used once.
        pub replay: Rule,
        /// A client with keys must send one.
        pub required: Rule,
        /// The signature is verified.
        pub signature: Rule,
        /// The subject is the client.
        pub subject: Rule,
        /// Other types of JWT are refused.
        pub typed: Rule,
        /// `alg: none` is refused.
        pub unsigned: Rule,
    }
}
