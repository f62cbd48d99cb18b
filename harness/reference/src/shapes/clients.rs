//! A table of shapes: which clients a server takes, by which methods and from whom.

use crate::policy::Check;
use crate::policy::MethodsTaken;
use crate::policy::Policy;
use crate::policy::Way;
use crate::shapes::Shape;

/// One row for each.
pub(super) const SHAPES: &[Shape] = &[
    Shape {
        name: "registration-only",
        summary: "takes no documents, and says nothing about them; a URL is an unknown client",
        profile: "",
        apply: without_documents,
    },
    Shape {
        name: "public-clients-only",
        summary: "takes public clients only and lists `none`; who names no method registers that one (RFC 7591 section 3.2.1)",
        profile: "",
        apply: |policy| *policy.choice.registration.methods = MethodsTaken::PublicOnly,
    },
    Shape {
        name: "secret-post-only",
        summary: "takes registered clients by `client_secret_post` only, and so no documents",
        profile: "",
        apply: |policy| {
            without_documents(policy);
            *policy.choice.registration.methods = MethodsTaken::SecretPostOnly;
        },
    },
    Shape {
        name: "one-use-initial-token",
        summary: "wants an initial access token for each registration, which the operator's client `operator` gets by \
                  client credentials for the scope `registration`",
        profile: "name = \"reference\"\nclaims = [\"everything\"]\n[login.fields]\nusername = \"alice\"\npassword = \"wonderland\"\n\
                  [initial_tokens]\nclient_id = \"operator\"\nclient_secret = \"operator-of-wonderland\"\nscope = \"registration\"\n",
        apply: |policy| {
            *policy.initial_token.anybody = Check::Skip;
            *policy.choice.registration.initial_token_reused = Way::Other;
        },
    },
];

/// Takes no documents, and does not say that it would.
fn without_documents(policy: &mut Policy) {
    *policy.service.documents = Check::Skip;
    *policy.metadata.flag = Check::Skip;
}
