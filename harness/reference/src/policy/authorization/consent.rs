//! Decisions about the user's part: who is asked, when, and by whose page.

use crate::policy::watched::Rule;
use crate::policy::watched::Watched;
use crate::policy::watched::decisions;

decisions! {
    /// Login, consent and the way back.
    pub struct ConsentPolicy at consent {
        /// Errors are redirected only after somebody logged in.
        pub errors_after_login: Rule
            => "errors-redirect-before-login" "redirects errors to a client before anybody logged in",
        /// The page shows what was judged; otherwise the document as it is a moment later.
        pub one_document: Rule
            => "page-of-another-document" "fetches the document again for the page, and shows what it says then",
        /// A decision counts only in the browser that asked for it.
        pub own_browser: Rule
            => "consent-without-csrf-protection" "takes a decision from any site's page",
        /// For what an earlier consent still counts.
        pub remembered: Watched<Remembered>,
        /// Forms are answered with 303; otherwise with 307, so that they are sent again.
        pub see_other: Rule
            => "redirects-with-307" "answers forms of the user with 307",
        /// The code goes where the page said; otherwise to the document's first redirect URI of that moment.
        pub snapshot: Rule
            => "refetches-between-page-and-code" "sends the code where the document says at that moment, not where the page said",
    }
}

/// For what an earlier consent of the same user still counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Remembered {
    /// For nothing: the user is asked each time.
    #[default]
    Nothing,
    /// Whoever is logged in is never asked.
    Everything,
    /// For any client with the redirect URI whose name reads alike.
    Name,
    /// For any client with the redirect URI.
    RedirectUri,
    /// For the client, whatever its redirect URI.
    Client,
    /// For the client with the redirect URI, whatever the scope.
    ClientAndRedirectUri,
    /// For the same request of a client on a loopback address.
    Loopback,
}
