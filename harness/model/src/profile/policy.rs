//! The policies that a target may declare: stricter or other than common, and allowed by the texts.

/// Every policy with what a target says that declares it.
pub const POLICIES: [(&str, &str); 19] = [
    (
        "cache-floor",
        "keeps a document for a time of its own, however short its lifetime is",
    ),
    (
        "closed-registration",
        "registers clients with an initial access token only",
    ),
    (
        "failure-backoff",
        "does not ask again for up to a minute after a fetch that failed",
    ),
    (
        "ignores-forbidden-members",
        "ignores members that an update must not have instead of refusing them",
    ),
    (
        "json-type-only",
        "takes documents of type application/json only, no other JSON type",
    ),
    (
        "listed-clients-only",
        "takes documents of clients only that its operator has listed",
    ),
    (
        "loopback-port-exact",
        "compares the port of a loopback redirect URI too",
    ),
    (
        "needs-optional-members",
        "refuses documents that lack members which the draft leaves optional",
    ),
    ("no-cache", "keeps no documents"),
    ("no-iss", "returns no `iss` in authorization responses"),
    ("no-loopback-redirects", "takes no loopback redirect URIs"),
    (
        "no-openid-configuration",
        "publishes no OpenID Connect configuration",
    ),
    ("no-query", "refuses client identifiers with a query"),
    ("no-resource-indicators", "does not read the parameter `resource`"),
    (
        "plain-names-only",
        "refuses client names with markup instead of escaping them",
    ),
    (
        "refresh-grace-period",
        "takes a used refresh token again for a short time",
    ),
    ("reusable-request-uri", "takes a pushed request more than once"),
    (
        "same-origin-redirects",
        "takes redirect URIs on the origin of the client identifier only",
    ),
    (
        "sender-constrained-refresh",
        "binds refresh tokens to a key and does not rotate them",
    ),
];

/// The names of all policies.
pub(crate) fn policy_names() -> [&'static str; POLICIES.len()] {
    POLICIES.map(|(name, _)| name)
}

/// Whether a policy of this name exists.
pub(crate) fn is_policy(name: &str) -> bool {
    POLICIES.iter().any(|(known, _)| *known == name)
}
