//! How the bytes of a response arrive.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::quantity::Span;

/// How the bytes of a response arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Delivery {
    /// At once, with a correct `content-length`.
    #[default]
    Polite,
    /// The status line and the header fields drip, at the `pace`.
    DripHeaders,
    /// The body drips, at the `pace`.
    DripBody,
    /// The host reads the request and sends nothing.
    StallBeforeHeaders,
    /// Half of the header fields, then nothing.
    StallInHeaders,
    /// The header fields and half of the body, then nothing.
    StallInBody,
    /// The body as the first chunk, then more chunks without end.
    Endless,
    /// Header fields without end.
    EndlessHeaders,
    /// Interim responses (103) without end.
    EndlessInterim,
    /// The body in well-formed chunked coding.
    Chunked,
    /// Chunked coding with sizes that are not numbers.
    BadChunking,
    /// Chunked coding that is closed before the last chunk.
    UnfinishedChunks,
    /// The `content-length` promises more bytes than the host sends before it closes.
    LengthTooLong,
    /// The `content-length` promises half of the bytes that the host sends. The second half is spaces.
    LengthTooShort,
    /// Neither a length nor chunks: the close ends the body.
    CloseDelimited,
    /// Half of the body, then a TCP reset.
    ResetInBody,
    /// Header fields of `pad` bytes in all, before the body.
    GiantHeaders,
    /// A header field whose name has `pad` bytes.
    GiantName,
    /// A status line whose reason has `pad` bytes.
    GiantReason,
    /// The host reads the request and closes the connection without a byte.
    CloseWithoutAnswer,
    /// The body is the whole answer, with its status line and header fields. Then the host closes the connection.
    Raw,
}

impl Delivery {
    /// Whether no byte is sent.
    pub fn is_silent(self) -> bool {
        matches!(self, Self::CloseWithoutAnswer | Self::StallBeforeHeaders)
    }

    /// Whether the target waits for something that does not come, or comes slowly.
    pub fn stalls(self) -> bool {
        matches!(
            self,
            Self::DripBody
                | Self::DripHeaders
                | Self::Endless
                | Self::EndlessHeaders
                | Self::EndlessInterim
                | Self::StallBeforeHeaders
                | Self::StallInBody
                | Self::StallInHeaders
        )
    }

    /// Whether the response comes at once and whole, however large it is.
    pub fn is_whole(self) -> bool {
        matches!(self, Self::Polite | Self::Chunked | Self::CloseDelimited)
    }

    /// Whether a part of the response other than its body is giant.
    pub fn is_giant(self) -> bool {
        matches!(self, Self::GiantHeaders | Self::GiantName | Self::GiantReason)
    }
}

/// The pace at which bytes are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pace {
    /// The number of bytes in one write.
    pub bytes: usize,
    /// The pause between two writes.
    pub every: Span,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            bytes: 1,
            every: Span(Duration::from_secs(1)),
        }
    }
}

/// How much of a response arrives at once, and how much of it is giant: each for the deliveries that it concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amounts {
    /// The pace of what drips.
    pub pace: Pace,
    /// The bytes of what is giant.
    pub giant: usize,
}

impl Default for Amounts {
    fn default() -> Self {
        Self {
            pace: Pace::default(),
            giant: 1024 * 1024,
        }
    }
}
