//! A table of rows: shapes that are servers of another kind, not only with other pages or answers.

use super::Row;

/// Where a server and its metadata are found.
const PLACES: &[&str] = &["cimd/metadata/*", "code/*", "dcr/register/created", "mcp/*"];

/// One for each shape.
pub(super) const KINDS: &[Row] = &[
    Row {
        shape: "openid-document-only",
        only: PLACES,
        noted: &[],
    },
    Row {
        shape: "registration-in-openid-only",
        only: PLACES,
        noted: &["cimd/metadata/documents-agree[member=registration_endpoint]#same"],
    },
    Row {
        shape: "issuer-with-slash",
        only: PLACES,
        noted: &[],
    },
    Row {
        shape: "issuer-with-path",
        only: PLACES,
        noted: &[],
    },
    Row {
        shape: "cache-of-256",
        only: &[],
        noted: &[],
    },
    Row {
        shape: "listed-domains-only",
        only: &[
            "cimd/document/*",
            "cimd/identifier/*",
            "consent/*",
            "dcr/register/created",
            "redirect/*",
        ],
        noted: &[],
    },
    Row {
        shape: "registration-only",
        only: &["cimd/*", "code/*", "dcr/*", "mcp/*", "redirect/*"],
        // A server that takes no documents goes against a SHOULD of MCP.
        noted: &["mcp/registration#documents-offered"],
    },
    Row {
        shape: "secret-post-only",
        only: &["code/*", "dcr/*", "redirect/*"],
        noted: &[],
    },
    Row {
        shape: "public-clients-only",
        only: &["code/*", "dcr/*", "redirect/*"],
        noted: &[],
    },
    Row {
        shape: "one-use-initial-token",
        only: &[
            "dcr/manage/*",
            "dcr/register/redirect/*",
            "redirect/*client=registered*",
        ],
        noted: &[],
    },
    Row {
        shape: "known-after-authorization",
        only: &["cimd/fetch/*", "code/*", "interop/*", "parts/*"],
        noted: &[],
    },
    Row {
        shape: "no-refresh-tokens",
        only: &[
            "authentication/*",
            "cimd/credentials/*",
            "code/*",
            "dcr/manage/*",
            "keys/*",
            "parts/*",
        ],
        noted: &[],
    },
    Row {
        shape: "refresh-for-offline-access",
        only: &[
            "code/refresh/*",
            "code/revocation/*",
            "parts/*",
            "vendor-shapes/*",
        ],
        noted: &[],
    },
    Row {
        shape: "needs-members",
        only: &["cimd/fetch/*", "code/*", "consent/*", "dcr/*", "redirect/*"],
        noted: &[],
    },
    Row {
        shape: "own-login-elsewhere",
        only: &["code/*", "consent/*", "redirect/*"],
        noted: &[],
    },
    Row {
        shape: "closes-after-500",
        only: &["code/*", "errors/*", "redirect/*"],
        noted: &[],
    },
    Row {
        shape: "same-site-redirects",
        only: &[
            "cimd/changes-in-session/*",
            "cimd/fetch/*",
            "cimd/identifier/*",
            "code/*",
            "parts/*",
            "redirect/*",
            "vendor-shapes/*",
        ],
        noted: &[],
    },
    Row {
        shape: "par-only",
        only: &[
            "cimd/changes-in-session/*",
            "cimd/credentials/*",
            "code/*",
            "redirect/*",
            "vendor-shapes/*",
        ],
        noted: &[],
    },
    Row {
        shape: "temporary-failures",
        only: &["dcr/*", "races/*", "redirect/*client=registered*"],
        noted: &[],
    },
    Row {
        shape: "three-a-minute",
        only: &["code/*", "consent/*", "dcr/register/*"],
        noted: &[],
    },
];

/// Shapes that a run still accuses, or on which it concludes nothing, with some scenarios that show it. A row that is green is moved.
pub(super) const OPEN: &[Row] = &[Row {
    shape: "dpop-required",
    only: &["code/token/granted"],
    noted: &[],
}];

/// Shapes that no run of these tests takes: they take minutes, or their server is not embedded. The tests of the reference
/// show what they do.
pub(super) const UNRUN: &[&str] = &["slow-start"];
