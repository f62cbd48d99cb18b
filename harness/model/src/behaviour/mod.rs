//! How a host and a name behave: what the world does, told without any I/O.

pub mod body;
pub mod delivery;
pub mod dns;

use std::net::IpAddr;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::behaviour::body::Body;
use crate::behaviour::delivery::Amounts;
use crate::behaviour::delivery::Delivery;
use crate::behaviour::dns::DnsFault;

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
    /// A certificate that expired yesterday.
    Expired,
    /// A certificate that becomes valid tomorrow.
    NotYetValid,
    /// A certificate for another name.
    WrongName,
    /// A self-signed certificate.
    SelfSigned,
    /// A certificate of an authority that the target does not trust.
    UnknownAuthority,
    /// The host answers with TLS 1.1, whatever the target offers.
    BelowTls12,
    /// The host accepts the connection and sends nothing.
    StallInHandshake,
    /// The host speaks plain HTTP on the TLS port.
    PlainHttp,
    /// The host accepts the connection and resets it at once.
    Reset,
    /// The host answers the ClientHello with a fatal alert.
    Alert,
    /// A certificate that has the host's name only as its common name, which verifiers no longer read.
    CommonNameOnly,
    /// A certificate for TLS clients, not for servers.
    ForClients,
    /// A certificate that is signed with the certificate of another host, which is not an authority.
    LeafAsAuthority,
    /// A certificate whose wildcard would have to match two labels of the host's name.
    WildcardTooWide,
    /// A valid certificate. The host also requests a certificate of the target, but does not require one.
    AsksCertificate,
    /// A certificate of an authority that may sign only for another domain.
    ConstrainedElsewhere,
    /// A certificate of an intermediate authority that expired yesterday.
    IntermediateExpired,
    /// A certificate of an intermediate authority that the host does not send.
    IntermediateMissing,
    /// A certificate below two intermediate authorities, of which the first allows no authority below it.
    PathTooLong,
}

/// What a host serves at a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// The exact request target (path and query), or `None` for every path.
    pub target: Option<String>,
    /// The methods that are answered so, others with 405; all when it is empty.
    pub methods: Vec<String>,
    /// The status code.
    pub status: u16,
    /// Header fields, in order; `content-length` and `transfer-encoding` are the delivery's.
    pub headers: Vec<(String, String)>,
    /// The content before `coding` is applied.
    pub body: Body,
    /// The coding in which the body is sent; the header field is added by the world.
    pub coding: Coding,
    /// How the bytes arrive. Everything but `Polite` is spoken on the raw socket.
    pub delivery: Delivery,
    /// How many at once, and how many of what is giant.
    #[serde(default)]
    pub amounts: Amounts,
    /// What a conditional request gets.
    pub validators: Validators,
    /// Whether the pages of this target are served by turns.
    #[serde(default)]
    pub by_turns: bool,
}

/// How a host answers a request with `If-None-Match` or `If-Modified-Since`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Validators {
    /// The host answers as if the fields were absent.
    #[default]
    Ignored,
    /// If one of them matches the page's `etag` or `last-modified` header, the host answers 304 without a body. Any
    /// other request gets the page.
    Honoured,
}

impl Page {
    /// What a request with these conditional fields gets: this page, or a 304 with its header fields (RFC 9110 section 13).
    pub fn answering(&self, none_match: Option<&str>, modified_since: Option<&str>) -> Self {
        let field = |name: &str| {
            let known = self
                .headers
                .iter()
                .find(|(known, _)| known.eq_ignore_ascii_case(name));
            known.map(|(_, value)| value.trim())
        };
        let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
        // The entity tag decides where both are sent.
        let matches = match (none_match, field("etag")) {
            (Some(sent), Some(tag)) => sent.split(',').any(|sent| opaque(sent) == opaque(tag)),
            (Some(_), None) => false,
            (None, _) => modified_since.is_some() && modified_since.map(str::trim) == field("last-modified"),
        };
        let mut page = self.clone();
        if self.validators == Validators::Honoured && self.status == 200 && matches {
            page.status = 304;
            page.body = Body::default();
            page.coding = Coding::Identity;
            page.headers
                .retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
        }
        page
    }
}

/// The byte order mark.
const MARK: char = '\u{feff}';

/// The character encoding of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// UTF-8.
    #[default]
    Utf8,
    /// UTF-8 with a byte order mark.
    Utf8Bom,
    /// UTF-16 with the least significant byte first, with a byte order mark.
    Utf16le,
    /// UTF-16 with the most significant byte first, with a byte order mark.
    Utf16be,
    /// UTF-32 with the least significant byte first, with a byte order mark.
    Utf32le,
    /// UTF-32 with the most significant byte first, with a byte order mark.
    Utf32be,
    /// ISO 8859-1. A character that it does not have becomes a question mark.
    Latin1,
    /// UTF-8 in which each slash takes two bytes instead of one.
    Overlong,
}

impl Encoding {
    /// The bytes of a text, after the byte order mark where the encoding has one.
    pub fn bytes(self, text: String) -> Vec<u8> {
        match self {
            Self::Utf8 | Self::Latin1 | Self::Overlong => self.unmarked(text),
            Self::Utf8Bom | Self::Utf16le | Self::Utf16be | Self::Utf32le | Self::Utf32be => {
                self.unmarked(format!("{MARK}{text}"))
            }
        }
    }

    /// The bytes of a text that does not stand at the beginning.
    pub fn unmarked(self, text: String) -> Vec<u8> {
        let narrow = |c: char| u8::try_from(u32::from(c)).unwrap_or(b'?');
        match self {
            Self::Utf8 | Self::Utf8Bom => text.into_bytes(),
            Self::Utf16le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Self::Utf16be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            Self::Utf32le => text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect(),
            Self::Utf32be => text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect(),
            Self::Latin1 => text.chars().map(narrow).collect(),
            Self::Overlong => {
                let bytes = text.bytes().map(|byte| match byte {
                    b'/' => vec![0xc0, 0x80 | b'/'],
                    byte => vec![byte],
                });
                bytes.flatten().collect()
            }
        }
    }
}

/// The content coding of a body. The host adds the field `content-encoding`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Coding {
    /// No coding.
    #[default]
    Identity,
    /// Brotli (RFC 7932).
    Br,
    /// gzip.
    Gzip,
    /// gzip, applied twice.
    GzipTwice,
    /// Zstandard (RFC 8878).
    Zstd,
}

impl Coding {
    /// The value of the `content-encoding` field.
    pub fn field(self) -> Option<&'static str> {
        match self {
            Self::Identity => None,
            Self::Br => Some("br"),
            Self::Gzip => Some("gzip"),
            Self::GzipTwice => Some("gzip, gzip"),
            Self::Zstd => Some("zstd"),
        }
    }
}

/// How one name is answered: turns in order; each counts the queries of one record type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameBehaviour {
    /// Seconds that the records may be kept.
    pub ttl: u32,
    /// The addresses that its HTTPS record hints at; without any it has no such record.
    pub hints: Vec<IpAddr>,
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
    /// No answer of use: the lookup fails.
    Fault(DnsFault),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_validator_that_matches_is_answered_with_304() {
        let page = Page {
            target: None,
            methods: Vec::new(),
            status: 200,
            headers: vec![
                ("content-type".to_owned(), "application/json".to_owned()),
                ("etag".to_owned(), "\"v1\"".to_owned()),
                (
                    "last-modified".to_owned(),
                    "Sun, 06 Nov 1994 08:49:37 GMT".to_owned(),
                ),
            ],
            body: Body::from("{}"),
            coding: Coding::Identity,
            delivery: Delivery::Polite,
            amounts: Amounts::default(),
            validators: Validators::Honoured,
            by_turns: false,
        };
        let status = |none_match, since| page.answering(none_match, since).status;
        let then = Some("Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(status(Some("\"v0\", W/\"v1\""), None), 304);
        assert_eq!(status(None, then), 304);
        assert_eq!(status(None, None), 200);
        assert_eq!(status(Some("\"v0\""), then), 200);
        assert_eq!(status(None, Some("Sun, 06 Nov 1994 08:49:38 GMT")), 200);
        let bare = page.answering(Some("\"v1\""), None);
        assert!(bare.body.is_empty() && bare.headers.iter().all(|(name, _)| name != "content-type"));
        let ignoring = Page {
            validators: Validators::Ignored,
            ..page.clone()
        };
        assert_eq!(ignoring.answering(Some("\"v1\""), None), ignoring);
    }

    #[test]
    fn each_encoding_has_its_own_bytes() {
        for (encoding, bytes) in [
            (Encoding::Utf8, vec![0xc3, 0xa9, b'/']),
            (Encoding::Utf8Bom, vec![0xef, 0xbb, 0xbf, 0xc3, 0xa9, b'/']),
            (Encoding::Utf16le, vec![0xff, 0xfe, 0xe9, 0, b'/', 0]),
            (Encoding::Utf16be, vec![0xfe, 0xff, 0, 0xe9, 0, b'/']),
            (Encoding::Latin1, vec![0xe9, b'/']),
            (Encoding::Overlong, vec![0xc3, 0xa9, 0xc0, 0xaf]),
        ] {
            assert_eq!(encoding.bytes("é/".to_owned()), bytes, "{encoding:?}");
        }
        assert_eq!(
            Encoding::Utf32be.bytes("/".to_owned()),
            [0, 0, 0xfe, 0xff, 0, 0, 0, b'/']
        );
        assert_eq!(
            Encoding::Utf32le.bytes("/".to_owned()),
            [0xff, 0xfe, 0, 0, b'/', 0, 0, 0]
        );
    }
}
