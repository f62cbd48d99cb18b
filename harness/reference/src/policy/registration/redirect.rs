//! Redirect URIs of documents and requests.

use crate::policy::choice::Choice;
use crate::policy::watched::Rule;
use crate::policy::watched::Watched;
use crate::policy::watched::decisions;

decisions! {
    /// Redirect URIs (RFC 9700 section 2.1, RFC 8252).
    pub struct RedirectPolicy at redirect {
        /// Redirect URIs of a document may have any host; otherwise that of its identifier only, which is as lawful.
        pub any_host: Choice,
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
