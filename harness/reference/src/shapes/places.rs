//! A table of shapes: where a server and its metadata are found.

use crate::policy::IssuerForm;
use crate::policy::Way;
use crate::shapes::Shape;

/// One row for each.
pub(super) const SHAPES: &[Shape] = &[
    Shape {
        name: "openid-document-only",
        summary: "publishes its metadata as `openid-configuration` only (MCP has clients look at both places)",
        profile: "",
        apply: |policy| *policy.choice.places.both_documents = Way::Other,
    },
    Shape {
        name: "registration-in-openid-only",
        summary: "names its registration endpoint in `openid-configuration` only",
        profile: "",
        apply: |policy| *policy.choice.places.registration_in_both = Way::Other,
    },
    Shape {
        name: "issuer-with-slash",
        summary: "has an issuer that ends with a slash (RFC 8414 section 3 removes it before it inserts)",
        profile: "",
        apply: |policy| *policy.choice.places.issuer = IssuerForm::Slash,
    },
    Shape {
        name: "issuer-with-path",
        summary: "has an issuer with a path, and all endpoints below it",
        profile: "",
        apply: |policy| *policy.choice.places.issuer = IssuerForm::Path,
    },
];
