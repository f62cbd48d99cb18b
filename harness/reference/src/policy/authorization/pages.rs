//! Decisions about what pages show.

use crate::policy::choice::Choice;
use crate::policy::watched::Rule;
use crate::policy::watched::decisions;

decisions! {
    /// Login, consent and error pages.
    pub struct PagePolicy at pages {
        /// Characters that turn or hide the text beside them are not shown.
        pub bidi: Rule
            => "consent-bidi-unmarked" "shows names with characters that turn or hide the text beside them",
        /// The host of the client identifier is shown.
        pub client_host: Rule
            => "consent-hides-client-host" "does not show the client's host",
        /// The host of the client identifier is shown to the user; otherwise it is in a hidden field only.
        pub client_host_visible: Rule
            => "consent-host-in-hidden-field" "has the client's host in a hidden field and shows it to nobody",
        /// The redirect host is shown to the user; otherwise it is in a hidden field only.
        pub redirect_host_visible: Rule
            => "redirect-host-in-hidden-field" "has the redirect host in a hidden field and shows it to nobody",
        /// Framing is forbidden to everybody; otherwise a header is there that allows it to everybody.
        pub framing_closed: Rule
            => "consent-framable-by-anybody" "has a rule about framing that allows it to everybody",
        /// A host is shown as it is asked for; otherwise in the letters that its A-labels stand for.
        pub a_labels: Rule
            => "consent-decodes-a-labels" "shows hosts in the letters that their A-labels stand for",
        /// Texts of strangers are escaped.
        pub escape: Rule
            => "consent-name-unescaped" "shows the client's name as HTML",
        /// Texts of requests are escaped on error pages too.
        pub escape_errors: Rule
            => "error-page-unescaped" "shows what a request says as HTML where it refuses it",
        /// Nothing of a document that was refused is shown.
        pub failed_documents: Rule
            => "error-page-shows-name" "shows the name that a refused document gives",
        /// Framing is forbidden.
        pub framing: Rule
            => "consent-framable" "lets its pages be framed",
        /// Error pages show no internals.
        pub hide_internals: Rule
            => "error-page-shows-internals" "shows addresses and connection errors to strangers",
        /// Links go to https pages only.
        pub link_schemes: Rule
            => "consent-links-any-scheme" "links to whatever a client calls its pages",
        /// Logos are raster images.
        pub logo_types: Rule
            => "logo-served-as-is" "shows whatever is served as the logo",
        /// Loopback-only clients get a warning.
        pub loopback_warning: Rule
            => "consent-without-loopback-warning" "does not warn of loopback clients",
        /// Nothing of the client's is loaded before somebody goes there.
        pub no_prefetch: Rule
            => "consent-prefetches-links" "has the browser look up and load the client's pages ahead",
        /// Logos come from this server; otherwise from the client's.
        pub own_logo: Rule
            => "logo-hot-linked" "lets the browser fetch the client's logo",
        /// Nothing is loaded from other origins.
        pub own_parts: Rule
            => "page-loads-third-party" "loads a script of another origin on its pages",
        /// The redirect host is shown.
        pub redirect_host: Rule
            => "consent-hides-redirect-host" "does not show the redirect host",
        /// Other sites are not told the URLs of the pages.
        pub referrer: Rule
            => "no-referrer-policy" "lets browsers tell the URLs of its pages to other sites",
        /// Names are cut where nobody reads on.
        pub short_names: Rule
            => "consent-name-unbounded" "shows names of any length",
        /// Elements are spelled as most servers spell them; otherwise in every way that HTML allows.
        pub spelling: Choice,
        /// What is refused is the request's fault; otherwise it is told as a failure of the server.
        pub refusal_is_no_failure: Rule
            => "refusals-are-server-errors" "answers what it refuses with 500",
    }
}
