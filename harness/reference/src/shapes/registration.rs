//! A table of shapes: what registration may take, and what it may leave untold.

use crate::policy::Way;
use crate::shapes::Shape;

/// One row for each.
pub(super) const SHAPES: &[Shape] = &[
    Shape {
        name: "registration-without-loopback",
        summary: "registers no loopback redirect URIs (RFC 7591 section 3.2.1: it may reject any value)",
        profile: "",
        apply: |policy| *policy.choice.registration.loopback = Way::Other,
    },
    Shape {
        name: "defaults-untold",
        summary: "registers no defaults, and tells none (RFC 7591 section 3.1: it may provision them)",
        profile: "",
        apply: |policy| *policy.choice.registration.defaults = Way::Other,
    },
    Shape {
        name: "names-unknown",
        summary: "does not understand `client_name` and leaves it out (RFC 7591 section 2)",
        profile: "",
        apply: |policy| *policy.choice.registration.names = Way::Other,
    },
    Shape {
        name: "wrong-token-forbidden",
        summary: "answers a wrong registration token with 403 (RFC 6750 section 3.1 says SHOULD of 401)",
        profile: "",
        apply: |policy| *policy.choice.registration.unauthorized = Way::Other,
    },
    Shape {
        name: "loose-json",
        summary: "reads registrations with comments and trailing commas (RFC 8259 section 9)",
        profile: "",
        apply: |policy| *policy.choice.registration.strict_json = Way::Other,
    },
    Shape {
        name: "assigned-members-refused",
        summary: "refuses a registration with members that the server assigns (RFC 7591 section 3.2.1)",
        profile: "",
        apply: |policy| *policy.choice.registration.ignores_assigned = Way::Other,
    },
    Shape {
        name: "secrets-for-all",
        summary: "gives every registered client a secret, says so, and does not understand its keys (RFC 7591 section 3.2.1)",
        profile: "",
        apply: |policy| *policy.choice.registration.own_methods = Way::Other,
    },
    Shape {
        name: "great-numbers",
        summary: "tells a number of its own that no double holds (RFC 8259 section 6)",
        profile: "",
        apply: |policy| *policy.choice.registration.common_numbers = Way::Other,
    },
    Shape {
        name: "strict-registration",
        summary: "is all of these but for numbers and secrets, as servers that keep to the letter are",
        profile: "",
        apply: |policy| {
            let choices = &mut policy.choice.registration;
            *choices.loopback = Way::Other;
            *choices.defaults = Way::Other;
            *choices.names = Way::Other;
            *choices.unauthorized = Way::Other;
            *choices.strict_json = Way::Other;
            *choices.ignores_assigned = Way::Other;
        },
    },
];
