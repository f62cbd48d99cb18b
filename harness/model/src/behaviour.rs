//! How a host and a name behave: what the world does, told without any I/O.

use std::net::IpAddr;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

/// How one host behaves on TLS and HTTP. Pages are tried in order; a path that none names is a 404.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct HostBehaviour {
    /// What the host does during the TLS handshake.
    pub tls: TlsBehaviour,
    /// What it serves.
    pub pages: Vec<Page>,
}

/// What a host does in the TLS handshake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TlsBehaviour {
    /// A valid certificate of the run's authority.
    #[default]
    Good,
    /// A certificate whose validity ended yesterday.
    Expired,
    /// A certificate whose validity begins tomorrow.
    NotYetValid,
    /// A certificate for another name.
    WrongName,
    /// A certificate that signs itself.
    SelfSigned,
    /// A certificate of an authority that nobody trusts.
    UnknownAuthority,
    /// Answers with TLS 1.1 whatever the client offers.
    BelowTls12,
    /// Accepts the connection and says nothing.
    StallInHandshake,
    /// Speaks plain HTTP on the TLS port.
    PlainHttp,
    /// Accepts the connection and resets it at once.
    Reset,
    /// Answers the hello with a fatal alert.
    Alert,
    /// A certificate that names the host as its common name only, where no verifier looks any more.
    CommonNameOnly,
    /// A certificate for clients, not for servers.
    ForClients,
    /// A certificate signed by another host's, which is no authority.
    LeafAsAuthority,
    /// A certificate whose wildcard stands for two labels of the host.
    WildcardTooWide,
}

/// What a host serves at a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// The exact request target (path and query), or `None` for every path.
    pub target: Option<String>,
    /// The status code.
    pub status: u16,
    /// Header fields, in order; `content-length` and `transfer-encoding` are the delivery's.
    pub headers: Vec<(String, String)>,
    /// The content after `coding` was applied.
    pub body: Vec<u8>,
    /// Whether the body is sent gzip-coded; the header field is added by the world.
    pub coding: Coding,
    /// How the bytes arrive.
    pub delivery: Delivery,
}

/// The content coding of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Coding {
    /// As it is.
    #[default]
    Identity,
    /// gzip, with `content-encoding: gzip`.
    Gzip,
}

/// How the bytes of a response arrive. Everything but `Polite` is spoken on the raw socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Delivery {
    /// At once, with a true `content-length`.
    #[default]
    Polite,
    /// The status line and headers drip: so many bytes each interval.
    DripHeaders {
        /// Bytes in one write.
        bytes: usize,
        /// The pause between writes.
        every: Duration,
    },
    /// The body drips.
    DripBody {
        /// Bytes in one write.
        bytes: usize,
        /// The pause between writes.
        every: Duration,
    },
    /// The request is read, then nothing is sent.
    StallBeforeHeaders,
    /// Half of the headers, then nothing.
    StallInHeaders,
    /// The headers and half of the body, then nothing.
    StallInBody,
    /// Chunks for ever, after the body as its first chunk.
    Endless,
    /// Header fields for ever.
    EndlessHeaders,
    /// The body in chunked coding, well formed.
    Chunked,
    /// Chunk sizes that are no numbers.
    BadChunking,
    /// Chunked, and closed before the last chunk.
    UnfinishedChunks,
    /// `content-length` promises more bytes than are sent before the close.
    LengthTooLong,
    /// `content-length` promises less than is sent: the true body is twice as long (padded with spaces).
    LengthTooShort,
    /// Neither length nor chunks: the close ends the body.
    CloseDelimited,
    /// Half of the body, then a TCP reset.
    ResetInBody,
    /// The response carries header fields of this many bytes in all before the body.
    GiantHeaders {
        /// Bytes of header fields.
        bytes: usize,
    },
    /// The request is read and the connection closed without a byte.
    CloseWithoutAnswer,
    /// The body is all of the answer, status line and header fields too, byte for byte; then the close.
    Raw,
}

/// How one name is answered: turns in order; each counts the queries of one record type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameBehaviour {
    /// Seconds that the records may be kept.
    pub ttl: u32,
    /// What is answered, turn by turn; never empty, the last turn has no end.
    pub turns: Vec<Turn>,
}

/// One turn: how queries are answered until so many queries (of one type) have come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// The number of the last query (of each type, counted from 1) that this turn answers; `None` for the last turn.
    pub until: Option<u32>,
    /// What is said.
    pub say: Say,
    /// How long the answer is held back.
    pub delay: Duration,
}

/// What a name server says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Say {
    /// These addresses: the v4 ones to A, the v6 ones to AAAA.
    Addresses(Vec<IpAddr>),
    /// A CNAME to this name; the answer carries the target's records too when this server knows them.
    Alias(String),
    /// The name does not exist.
    NxDomain,
    /// The server failed.
    ServFail,
    /// The query is refused.
    Refused,
    /// No answer at all.
    Silence,
}
