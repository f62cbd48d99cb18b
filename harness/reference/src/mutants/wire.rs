//! Mutants of the fetch on the wire: what is asked for, where, and what is told of the answer.

use crate::mutants::Mutant;
use crate::policy::Check;
use crate::policy::LengthRule;

/// One row for each.
pub(super) const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "fetch-ends-at-interim-answer",
        summary: "takes an interim answer for the last",
        apply: |policy| *policy.fetch.interim = Check::Skip,
    },
    Mutant {
        name: "interim-answers-unbounded",
        summary: "passes over as many interim answers as come",
        apply: |policy| *policy.fetch.interim_bounded = Check::Skip,
    },
    Mutant {
        name: "first-length-counts",
        summary: "believes the first of several content lengths",
        apply: |policy| *policy.fetch.lengths = LengthRule::First,
    },
    Mutant {
        name: "length-before-coding",
        summary: "believes the content length of an answer that says it is chunked",
        apply: |policy| *policy.fetch.lengths = LengthRule::BeforeCoding,
    },
    Mutant {
        name: "normalises-before-fetch",
        summary: "decodes letters and joins doubled slashes in the path before it fetches",
        apply: |policy| *policy.url.target_as_sent = Check::Skip,
    },
    Mutant {
        name: "query-stripped-before-fetch",
        summary: "fetches the document without the query of its identifier",
        apply: |policy| *policy.url.query_sent = Check::Skip,
    },
    Mutant {
        name: "port-ignored",
        summary: "connects to the port of https whatever port the identifier names",
        apply: |policy| *policy.url.port = Check::Skip,
    },
    Mutant {
        name: "error-page-quotes-document",
        summary: "shows what the document's host sent on its error page",
        apply: |policy| *policy.document.not_quoted = Check::Skip,
    },
    Mutant {
        name: "unknown-coding-ignored",
        summary: "reads a document with a content coding that it does not know as if it had none",
        apply: |policy| *policy.fetch.codings = Check::Skip,
    },
    Mutant {
        name: "reads-html-as-document",
        summary: "takes HTML pages and images whose text is JSON for documents",
        apply: |policy| *policy.document.media_type = Check::Skip,
    },
    Mutant {
        name: "fetches-request-uri",
        summary: "fetches the `request_uri` and the `resource` of a request without the guard",
        apply: |policy| *policy.authorize.request_uri_left_alone = Check::Skip,
    },
    Mutant {
        name: "refusals-are-server-errors",
        summary: "answers what it refuses with 500",
        apply: |policy| *policy.pages.refusal_is_no_failure = Check::Skip,
    },
];
