//! The cache of documents (CIMD -02 section 5.2).

use crate::policy::watched::Rule;
use crate::policy::watched::Watched;
use crate::policy::watched::decisions;

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
        /// For how many documents there is room.
        pub room: Watched<Room>,
        /// `s-maxage` comes before `max-age`: this cache serves many users.
        pub shared_lifetime: Rule
            => "cache-ignores-s-maxage" "lets max-age win over s-maxage",
        /// A stale document is not used in place of a fetch that fails.
        pub stale: Rule
            => "cache-serves-stale-on-error" "uses a stale document when it cannot be fetched",
    }
}

/// For how many documents there is room: all of it is lawful.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Room {
    /// For sixteen.
    Few,
    /// For some hundreds.
    Hundreds,
    /// For thousands.
    #[default]
    Thousands,
}
