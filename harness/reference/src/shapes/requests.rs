//! A table of shapes: how requests are read, and who is told what.

use crate::policy::Check;
use crate::policy::Denial;
use crate::policy::EndpointFault;
use crate::policy::RefreshGiven;
use crate::policy::SizeRule;
use crate::policy::Way;
use crate::shapes::Shape;

/// One row for each.
pub(super) const SHAPES: &[Shape] = &[
    Shape {
        name: "denial-stays",
        summary: "tells a client nothing when its user says no (RFC 9700 section 4.11.2)",
        profile: "",
        apply: |policy| *policy.authorize.denial = Denial::Here,
    },
    Shape {
        name: "first-value-counts",
        summary: "reads the first of repeated parameters (RFC 6749 section 3.1 binds who sends)",
        profile: "",
        apply: |policy| {
            *policy.authorize.repeated_parameters = Check::Skip;
            *policy.endpoint = EndpointFault::RepeatedTaken;
        },
    },
    Shape {
        name: "first-redirect-uri",
        summary: "takes the first registered redirect URI where none is named (RFC 6749 section 3.1.2.3 binds the client)",
        profile: "",
        apply: |policy| *policy.authorize.ambiguous_redirect = Check::Skip,
    },
    Shape {
        name: "programs-to-login",
        summary: "sends programs to a login page that ask for what is not there, and manages registrations by reads only",
        profile: "",
        apply: |policy| *policy.choice.requests.told_to_programs = Way::Other,
    },
    Shape {
        name: "documents-cut-off",
        summary: "reads a document up to its limit or to where the message ends, and uses what it has",
        profile: "",
        apply: |policy| {
            *policy.fetch.size = SizeRule::Truncate;
            *policy.fetch.whole_body = Check::Skip;
        },
    },
    Shape {
        name: "pushed-requests-used-at-once",
        summary: "lets a pushed request live for two seconds (RFC 9126 section 2.2 leaves the lifetime to the server)",
        profile: "",
        apply: |policy| *policy.choice.requests.pushed_lifetime = Way::Other,
    },
    Shape {
        name: "par-only",
        summary: "takes pushed requests only, and says so (RFC 9126 section 5)",
        profile: "",
        apply: |policy| *policy.choice.requests.pushed_if_wanted = Way::Other,
    },
    Shape {
        name: "known-after-authorization",
        summary: "knows a client with a document only after it asked for authorization, and elsewhere then",
        profile: "",
        apply: |policy| *policy.choice.requests.known_at_once = Way::Other,
    },
    Shape {
        name: "no-refresh-tokens",
        summary: "has no refresh tokens (RFC 6749 section 1.5 makes them optional)",
        profile: "",
        apply: |policy| *policy.choice.refresh = RefreshGiven::Never,
    },
    Shape {
        name: "refresh-for-offline-access",
        summary: "gives refresh tokens only with the scope `offline_access`, which it lists",
        profile: "",
        apply: |policy| *policy.choice.refresh = RefreshGiven::ForOfflineAccess,
    },
    Shape {
        name: "dpop-required",
        summary: "gives tokens only for a key that is proven at the token endpoint (RFC 9449)",
        profile: "",
        apply: |policy| *policy.choice.bearer_tokens = Way::Other,
    },
    Shape {
        name: "no-query",
        summary: "takes no client identifier with a query (CIMD -02 section 3 says SHOULD NOT of it)",
        profile: "",
        apply: |policy| *policy.choice.requests.identifier_query = Way::Other,
    },
];
