//! Decisions about what pages show.

use crate::policy::choice::Choice;
use crate::policy::watched::Rule;
use crate::policy::watched::decisions;

decisions! {
    /// Login, consent and error pages.
    pub struct PagePolicy {
        /// Characters that turn or hide the text beside them are not shown.
        pub bidi: Rule,
        /// The host of the client identifier is shown.
        pub client_host: Rule,
        /// The host of the client identifier is shown to the user; otherwise it is in a hidden field only.
        pub client_host_visible: Rule,
        /// The redirect host is shown to the user; otherwise it is in a hidden field only.
        pub redirect_host_visible: Rule,
        /// Framing is forbidden to everybody; otherwise a header is there that allows it to everybody.
        pub framing_closed: Rule,
        /// A host is shown as it is asked for; otherwise in the letters that its A-labels stand for.
        pub a_labels: Rule,
        /// Texts of strangers are escaped.
        pub escape: Rule,
        /// Texts of requests are escaped on error pages too.
        pub escape_errors: Rule,
        /// Nothing of a document that was refused is shown.
        pub failed_documents: Rule,
        /// Framing is forbidden.
        pub framing: Rule,
        /// Error pages show no internals.
        pub hide_internals: Rule,
        /// Links go to https pages only.
        pub link_schemes: Rule,
        /// Logos are raster images.
        pub logo_types: Rule,
        /// Loopback-only clients get a warning.
        pub loopback_warning: Rule,
        /// Nothing of the client's is loaded before somebody goes there.
        pub no_prefetch: Rule,
        /// Logos come from this server; otherwise from the client's.
        pub own_logo: Rule,
        /// Nothing is loaded from other origins.
        pub own_parts: Rule,
        /// The redirect host is shown.
        pub redirect_host: Rule,
        /// Other sites are not told the URLs of the pages.
        pub referrer: Rule,
        /// Names are cut where nobody reads on.
        pub short_names: Rule,
        /// Elements are spelled as most servers spell them; otherwise in every way that HTML allows.
        pub spelling: Choice,
        /// What is refused is the request's fault; otherwise it is told as a failure of the server.
        pub refusal_is_no_failure: Rule,
    }
}
