//! A table of shapes: how clients prove themselves by their keys.

use crate::policy::Way;
use crate::shapes::Shape;

/// One row for each.
pub(super) const SHAPES: &[Shape] = &[Shape {
    name: "assertions-of-old",
    summary: "takes assertions by RS256 and for its token endpoint only, and looks at both before it looks for keys (RFC 7523 section 3)",
    profile: "",
    apply: |policy| {
        *policy.choice.assertion.algorithms = Way::Other;
        *policy.choice.assertion.audience = Way::Other;
    },
}];
