//! A table of shapes: what registration may take, and what it may leave untold.

use super::Shape;
use crate::policy::Way;

/// One row for each.
pub(super) const SHAPES: &[Shape] = &[Shape {
    name: "registration-without-loopback",
    summary: "registers no loopback redirect URIs (RFC 7591 section 3.2.1: it may reject any value)",
    profile: "",
    apply: |policy| *policy.choice.registration.loopback = Way::Other,
}];
