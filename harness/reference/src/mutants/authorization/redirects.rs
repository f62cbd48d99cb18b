//! Mutants: which redirect URIs are taken, and how they are compared.

use crate::policy::Mutant;
use crate::policy::RegistrationFault;
use crate::policy::SiteRule;
use crate::policy::UriComparison;

/// One row for each.
pub(crate) const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "redirect-not-checked",
        summary: "redirects to any URI",
        apply: |policy| *policy.redirect.comparison = UriComparison::Never,
    },
    Mutant {
        name: "site-compared-as-text",
        summary: "takes redirect URIs of the client's site only, and looks for its name anywhere in them",
        apply: |policy| *policy.redirect.site = SiteRule::AsText,
    },
    Mutant {
        name: "site-of-first-listed-only",
        summary: "takes redirect URIs of the document's host only, and looks at the first of the list",
        apply: |policy| *policy.redirect.site = SiteRule::FirstOfList,
    },
    Mutant {
        name: "site-of-first-asked-only",
        summary: "takes redirect URIs of the document's host only, and looks at the first that is asked for",
        apply: |policy| *policy.redirect.site = SiteRule::FirstAsked,
    },
    Mutant {
        name: "redirect-contained",
        summary: "takes a redirect URI that has a registered one in it",
        apply: |policy| *policy.redirect.comparison = UriComparison::Contains,
    },
    Mutant {
        name: "redirect-root-means-all",
        summary: "takes a registered root of a site for all of the site",
        apply: |policy| *policy.redirect.comparison = UriComparison::RootIsAll,
    },
    Mutant {
        name: "redirect-loopback-ignores-scheme",
        summary: "compares loopback redirect URIs without scheme and port",
        apply: |policy| *policy.redirect.comparison = UriComparison::LoopbackSchemes,
    },
    Mutant {
        name: "redirect-as-regular-expression",
        summary: "reads registered redirect URIs as regular expressions",
        apply: |policy| {
            *policy.redirect.comparison = UriComparison::Patterns;
            *policy.registration.fault = RegistrationFault::Patterns;
        },
    },
    Mutant {
        name: "redirect-prefix-match",
        summary: "compares redirect URIs by prefix",
        apply: |policy| *policy.redirect.comparison = UriComparison::Prefix,
    },
    Mutant {
        name: "redirect-host-only-match",
        summary: "compares redirect URIs by host only",
        apply: |policy| *policy.redirect.comparison = UriComparison::HostOnly,
    },
    Mutant {
        name: "redirect-ignores-case",
        summary: "compares redirect URIs without case",
        apply: |policy| *policy.redirect.comparison = UriComparison::IgnoringCase,
    },
    Mutant {
        name: "redirect-ignores-port",
        summary: "compares redirect URIs without ports",
        apply: |policy| *policy.redirect.comparison = UriComparison::IgnoringPort,
    },
    Mutant {
        name: "redirect-ignores-query",
        summary: "compares redirect URIs without the query",
        apply: |policy| *policy.redirect.comparison = UriComparison::IgnoringQuery,
    },
    Mutant {
        name: "redirect-ignores-fragment",
        summary: "compares redirect URIs without the fragment",
        apply: |policy| *policy.redirect.comparison = UriComparison::IgnoringFragment,
    },
    Mutant {
        name: "redirect-ignores-userinfo",
        summary: "compares redirect URIs without userinfo",
        apply: |policy| *policy.redirect.comparison = UriComparison::IgnoringUserinfo,
    },
    Mutant {
        name: "redirect-ignores-path-parameters",
        summary: "compares redirect URIs without `;` parameters",
        apply: |policy| *policy.redirect.comparison = UriComparison::IgnoringPathParameters,
    },
    Mutant {
        name: "redirect-ignores-scheme",
        summary: "compares redirect URIs without the scheme",
        apply: |policy| *policy.redirect.comparison = UriComparison::IgnoringScheme,
    },
    Mutant {
        name: "redirect-decoded-before-compare",
        summary: "compares redirect URIs after percent-decoding",
        apply: |policy| *policy.redirect.comparison = UriComparison::DecodedFirst,
    },
    Mutant {
        name: "redirect-splits-on-space",
        summary: "compares redirect URIs as a list split at spaces",
        apply: |policy| *policy.redirect.comparison = UriComparison::SplitOnSpace,
    },
    Mutant {
        name: "redirect-trims-space",
        summary: "compares redirect URIs without spaces around it",
        apply: |policy| *policy.redirect.comparison = UriComparison::Trimmed,
    },
];
