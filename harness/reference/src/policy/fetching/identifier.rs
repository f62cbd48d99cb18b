//! Client identifiers (CIMD -02 section 3).

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
