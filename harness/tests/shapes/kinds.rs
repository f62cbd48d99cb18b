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
];

/// Shapes that a run still accuses, or on which it concludes nothing, with some scenarios that show it. A row that is green is moved.
pub(super) const OPEN: &[Row] = &[
    Row {
        shape: "registration-only",
        only: &["cimd/fetch/performed", "code/par/created"],
        noted: &[],
    },
    Row {
        shape: "public-clients-only",
        only: &["dcr/register/redirect/fragment"],
        noted: &[],
    },
    Row {
        shape: "secret-post-only",
        only: &["dcr/register/redirect/fragment"],
        noted: &[],
    },
    Row {
        shape: "one-use-initial-token",
        only: &["dcr/register/redirect/fragment"],
        noted: &[],
    },
    Row {
        shape: "par-only",
        only: &["cimd/metadata/flag-truthful", "redirect/almost-matching"],
        noted: &[],
    },
    Row {
        shape: "known-after-authorization",
        only: &["code/par/*"],
        noted: &[],
    },
    Row {
        shape: "no-refresh-tokens",
        only: &["code/refresh/*"],
        noted: &[],
    },
    Row {
        shape: "refresh-for-offline-access",
        only: &["code/refresh/*"],
        noted: &[],
    },
    Row {
        shape: "same-site-redirects",
        only: &["cimd/fetch/performed", "redirect/almost-matching"],
        noted: &[],
    },
    Row {
        shape: "needs-members",
        only: &["cimd/fetch/performed", "dcr/register/smallest"],
        noted: &[],
    },
    Row {
        shape: "temporary-failures",
        only: &["dcr/register/*"],
        noted: &[],
    },
    Row {
        shape: "own-login-elsewhere",
        only: &["consent/asked", "code/request/denied"],
        noted: &[],
    },
    Row {
        shape: "dpop-required",
        only: &["code/token/granted", "code/refresh/*"],
        noted: &[],
    },
];

/// Shapes on which no run tells enough yet; the tests of the reference show what they do.
pub(super) const UNRUN: &[&str] = &["closes-after-500", "slow-start", "three-a-minute"];
