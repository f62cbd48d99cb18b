//! A value of which one part is exchanged.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::name::StepName;

/// Exchanges one part of a value for the same part of another value of its kind.
///
/// The value is a code, a refresh token, a `request_uri` or a registration access token. A server may build it of parts
/// (an identifier, a session, a client) and not bind them to each other. Parts are what `.`, `~`, `|`, `$`, `,` or `:`
/// joins. Three or more parts of letters and digits may also be joined by `-` or `_`. The members of JSON in base64 are
/// parts, too. Nothing of the scenario is applicable if the value has no such part, or if the result would be a value
/// that the server issued.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Swap {
    /// The number of the part, counted from 1.
    pub part: usize,
    /// The step whose value has the other part.
    #[schemars(with = "String")]
    pub with: StepName,
}
