//! Mutants: how a document is fetched.

use std::time::Duration;

use crate::policy::Check;
use crate::policy::Deadline;
use crate::policy::Mutant;
use crate::policy::Redirects;
use crate::policy::SizeRule;
use crate::policy::StatusRule;

/// One row for each.
pub(crate) const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "follows-redirects",
        summary: "follows redirects, each target under the guard",
        apply: |policy| *policy.fetch.redirects = Redirects::FollowGuarded,
    },
    Mutant {
        name: "follows-redirects-id-of-final-url",
        summary: "follows redirects and takes the document for that of the last URL",
        apply: |policy| *policy.fetch.redirects = Redirects::FollowAsItself,
    },
    Mutant {
        name: "redirects-recurse",
        summary: "follows redirects under the guard, and fetches once for each concurrent request",
        apply: |policy| {
            *policy.fetch.redirects = Redirects::FollowGuarded;
            *policy.fetch.single_flight = Check::Skip;
        },
    },
    Mutant {
        name: "follows-same-origin-redirects",
        summary: "follows redirects to the same origin",
        apply: |policy| *policy.fetch.redirects = Redirects::FollowSameOrigin,
    },
    Mutant {
        name: "follows-redirects-unguarded",
        summary: "follows redirects and guards the first URL only",
        apply: |policy| *policy.fetch.redirects = Redirects::FollowUnguarded,
    },
    Mutant {
        name: "accepts-any-2xx",
        summary: "takes any 2xx status for success",
        apply: |policy| *policy.fetch.status = StatusRule::Any2xx,
    },
    Mutant {
        name: "accepts-any-status",
        summary: "does not look at the status",
        apply: |policy| *policy.fetch.status = StatusRule::Any,
    },
    Mutant {
        name: "no-size-limit",
        summary: "reads documents of any size",
        apply: |policy| *policy.fetch.size = SizeRule::Unbounded,
    },
    Mutant {
        name: "size-limit-by-content-length-only",
        summary: "trusts content-length for the size limit",
        apply: |policy| *policy.fetch.size = SizeRule::TrustContentLength,
    },
    Mutant {
        name: "size-limit-before-decoding",
        summary: "counts bytes before decoding",
        apply: |policy| *policy.fetch.size = SizeRule::BeforeDecoding,
    },
    Mutant {
        name: "truncates-at-limit",
        summary: "uses what fits into the limit",
        apply: |policy| *policy.fetch.size = SizeRule::Truncate,
    },
    Mutant {
        name: "no-fetch-deadline",
        summary: "waits for a document as long as it takes",
        apply: |policy| *policy.fetch.deadline = Deadline::Never,
    },
    Mutant {
        name: "deadline-per-read",
        summary: "bounds each read but not the whole fetch",
        apply: |policy| *policy.fetch.deadline = Deadline::EachRead(Duration::from_secs(5)),
    },
    Mutant {
        name: "one-fetch-at-a-time",
        summary: "fetches one document at a time",
        apply: |policy| *policy.fetch.workers = Some(1),
    },
    Mutant {
        name: "size-limit-as-recommended",
        summary: "refuses documents above the recommended five kilobytes",
        apply: |policy| *policy.fetch.size = SizeRule::Recommended,
    },
    Mutant {
        name: "size-limit-of-a-thousand-bytes",
        summary: "refuses documents above a thousand bytes",
        apply: |policy| *policy.fetch.size = SizeRule::Thousand,
    },
];
