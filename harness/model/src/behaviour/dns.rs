//! How a lookup fails.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

/// How a lookup fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DnsFault {
    /// The answer is not a DNS message.
    Garbage,
    /// The name does not exist.
    Nxdomain,
    /// The name server refuses the query.
    Refused,
    /// The name server fails.
    Servfail,
    /// The address record has three bytes.
    ShortAddress,
    /// There is no answer.
    Silence,
    /// The answer is marked as truncated and has no records, also over TCP.
    Truncated,
    /// The answer has another identifier than the query.
    WrongId,
}
