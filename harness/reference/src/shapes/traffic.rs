//! A table of shapes: how much a server serves at once, and what it does where that is too much.

use crate::policy::Way;
use crate::shapes::Shape;

/// One row for each.
pub(super) const SHAPES: &[Shape] = &[
    Shape {
        name: "three-a-minute",
        summary: "serves three authorization requests and three registrations a minute for each address, and says when to come again",
        profile: "",
        apply: |policy| *policy.choice.traffic.unlimited = Way::Other,
    },
    Shape {
        name: "temporary-failures",
        summary: "refuses some registrations and updates while others are written, with 400 and an error of its own",
        profile: "",
        apply: |policy| *policy.choice.traffic.writes_together = Way::Other,
    },
    Shape {
        name: "closes-after-500",
        summary: "closes the connection after a failure, and after some other answers, without `Connection: close`",
        profile: "",
        apply: |policy| *policy.choice.traffic.connections_kept = Way::Other,
    },
    Shape {
        name: "slow-start",
        summary: "listens at once and answers with 503 for 40 seconds",
        profile: "",
        apply: |policy| *policy.choice.traffic.starts_at_once = Way::Other,
    },
];
