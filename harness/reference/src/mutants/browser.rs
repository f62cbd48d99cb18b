//! A table of mutants: what the user's browser is asked, shown and told.

use crate::mutants::Mutant;
use crate::policy::Check;
use crate::policy::Remembered;
use crate::policy::UriComparison;

/// One row for each.
pub(super) const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "last-parameter-wins",
        summary: "takes the last of repeated parameters",
        apply: |policy| {
            *policy.authorize.repeated_parameters = Check::Skip;
            *policy.authorize.first_counts = Check::Skip;
        },
    },
    Mutant {
        name: "par-overridden-by-query",
        summary: "lets the query replace parameters of a pushed request",
        apply: |policy| *policy.authorize.par_alone = Check::Skip,
    },
    Mutant {
        name: "page-of-another-document",
        summary: "fetches the document again for the page, and shows what it says then",
        apply: |policy| *policy.consent.one_document = Check::Skip,
    },
    Mutant {
        name: "loopback-hosts-interchangeable",
        summary: "takes localhost, 127.0.0.1 and [::1] for the same host",
        apply: |policy| *policy.redirect.comparison = UriComparison::LoopbackHosts,
    },
    Mutant {
        name: "accepts-schemes-without-period",
        summary: "redirects to private-use schemes that belong to nobody",
        apply: |policy| *policy.redirect.nobodys_scheme = Check::Skip,
    },
    Mutant {
        name: "redirect-query-dropped",
        summary: "replaces the query of a redirect URI",
        apply: |policy| *policy.authorize.query_retained = Check::Skip,
    },
    Mutant {
        name: "redirect-query-rewritten",
        summary: "decodes and encodes the query of a redirect URI anew",
        apply: |policy| *policy.authorize.query_literal = Check::Skip,
    },
    Mutant {
        name: "response-mode-skips-redirect-check",
        summary: "does not check the redirect URI where a response mode is named",
        apply: |policy| *policy.authorize.response_modes = Check::Skip,
    },
    Mutant {
        name: "redirects-with-307",
        summary: "answers forms of the user with 307",
        apply: |policy| *policy.consent.see_other = Check::Skip,
    },
    Mutant {
        name: "errors-redirect-before-login",
        summary: "redirects errors to a client before anybody logged in",
        apply: |policy| *policy.consent.errors_after_login = Check::Skip,
    },
    Mutant {
        name: "consent-skipped-when-logged-in",
        summary: "asks nobody who is logged in",
        apply: |policy| *policy.consent.remembered = Remembered::Everything,
    },
    Mutant {
        name: "consent-remembered-by-redirect",
        summary: "remembers a consent for every client with the redirect URI",
        apply: |policy| *policy.consent.remembered = Remembered::RedirectUri,
    },
    Mutant {
        name: "consent-remembered-for-loopback",
        summary: "remembers a consent to a client on a loopback address",
        apply: |policy| *policy.consent.remembered = Remembered::Loopback,
    },
    Mutant {
        name: "consent-survives-redirect-change",
        summary: "remembers a consent whatever the redirect URI",
        apply: |policy| *policy.consent.remembered = Remembered::Client,
    },
    Mutant {
        name: "consent-ignores-scope",
        summary: "remembers a consent whatever the scope",
        apply: |policy| *policy.consent.remembered = Remembered::ClientAndRedirectUri,
    },
    Mutant {
        name: "consent-without-csrf-protection",
        summary: "takes a decision from any site's page",
        apply: |policy| *policy.consent.own_browser = Check::Skip,
    },
    Mutant {
        name: "refetches-between-page-and-code",
        summary: "sends the code where the document says at that moment, not where the page said",
        apply: |policy| *policy.consent.snapshot = Check::Skip,
    },
    Mutant {
        name: "consent-bidi-unmarked",
        summary: "shows names with characters that turn or hide the text beside them",
        apply: |policy| *policy.pages.bidi = Check::Skip,
    },
    Mutant {
        name: "consent-name-unbounded",
        summary: "shows names of any length",
        apply: |policy| *policy.pages.short_names = Check::Skip,
    },
    Mutant {
        name: "error-page-unescaped",
        summary: "shows what a request says as HTML where it refuses it",
        apply: |policy| *policy.pages.escape_errors = Check::Skip,
    },
    Mutant {
        name: "error-page-shows-name",
        summary: "shows the name that a refused document gives",
        apply: |policy| *policy.pages.failed_documents = Check::Skip,
    },
    Mutant {
        name: "consent-links-any-scheme",
        summary: "links to whatever a client calls its pages",
        apply: |policy| *policy.pages.link_schemes = Check::Skip,
    },
    Mutant {
        name: "consent-prefetches-links",
        summary: "has the browser look up and load the client's pages ahead",
        apply: |policy| *policy.pages.no_prefetch = Check::Skip,
    },
    Mutant {
        name: "logo-served-as-is",
        summary: "shows whatever is served as the logo",
        apply: |policy| *policy.pages.logo_types = Check::Skip,
    },
    Mutant {
        name: "no-referrer-policy",
        summary: "lets browsers tell the URLs of its pages to other sites",
        apply: |policy| *policy.pages.referrer = Check::Skip,
    },
    Mutant {
        name: "fetch-carries-user-data",
        summary: "tells the client's host who asks",
        apply: |policy| *policy.authorize.private = Check::Skip,
    },
    Mutant {
        name: "cache-per-session",
        summary: "fetches documents anew for every user",
        apply: |policy| *policy.cache.all_users = Check::Skip,
    },
];
