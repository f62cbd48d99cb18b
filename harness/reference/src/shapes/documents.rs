//! A table of shapes: which documents are taken, and how many are kept.

use crate::policy::Check;
use crate::policy::Room;
use crate::policy::Way;
use crate::shapes::Shape;

/// One row for each.
pub(super) const SHAPES: &[Shape] = &[
    Shape {
        name: "little-room",
        summary: "keeps sixteen documents, and forgets the one that was not used for longest",
        profile: "",
        apply: |policy| *policy.cache.room = Room::Few,
    },
    Shape {
        name: "cache-of-256",
        summary: "keeps 256 documents, fewer than a whole run has, and forgets the one that was not used for longest",
        profile: "",
        apply: |policy| *policy.cache.room = Room::Hundreds,
    },
    Shape {
        name: "same-site-redirects",
        summary: "wants all redirect URIs of a document on the host of its identifier",
        profile: "",
        apply: |policy| *policy.redirect.any_host = Way::Other,
    },
    Shape {
        name: "needs-members",
        summary: "refuses documents and registrations without `application_type` and `scope`, and names one of them at a time",
        profile: "name = \"reference\"\nclaims = [\"everything\"]\n[login.fields]\nusername = \"alice\"\npassword = \"wonderland\"\n\
                  [document]\napplication_type = \"web\"\nscope = \"read\"\n\
                  [registration]\napplication_type = \"web\"\nscope = \"read\"\n",
        apply: |policy| *policy.document.few_members = Way::Other,
    },
    Shape {
        name: "listed-domains-only",
        summary: "takes documents from the domain cimdspec.dev only, and says so",
        profile: "",
        apply: |policy| *policy.choice.requests.documents_anywhere = Way::Other,
    },
    Shape {
        name: "known-members-only",
        summary: "refuses documents with members that it does not know, which no text forbids",
        profile: "",
        apply: |policy| *policy.document.foreign_members = Check::Skip,
    },
    Shape {
        name: "wrong-types-ignored",
        summary: "takes a value of the wrong type for a missing one, where a member may be missing",
        profile: "",
        apply: |policy| *policy.document.wrong_types = Check::Skip,
    },
];
