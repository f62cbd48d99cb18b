//! A table of mutants: what the user's browser is asked, shown and told.

use crate::policy::Check;
use crate::policy::Mutant;
use crate::policy::Remembered;
use crate::policy::UriComparison;

/// One row for each.
pub(crate) const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "last-parameter-wins",
        summary: "takes the last of repeated parameters",
        apply: |policy| {
            *policy.authorize.repeated_parameters = Check::Skip;
            *policy.authorize.first_counts = Check::Skip;
        },
    },
    Mutant {
        name: "loopback-hosts-interchangeable",
        summary: "takes localhost, 127.0.0.1 and [::1] for the same host",
        apply: |policy| *policy.redirect.comparison = UriComparison::LoopbackHosts,
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
        name: "consent-remembered-by-name",
        summary: "remembers a consent for every registered client whose name reads alike, with the redirect URI",
        apply: |policy| *policy.consent.remembered = Remembered::Name,
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
];
