//! What can keep this room from its work.

/// Why a target could not be driven.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DriveError {
    /// The run's own preparation failed.
    #[error("failed to prepare the client's part: {reason}")]
    Bug {
        /// In words.
        reason: String,
    },
    /// A header field of the profile cannot be sent.
    #[error(
        "failed to send the header field `{name}` of the profile\nhint: names are tokens, values one line of visible characters"
    )]
    Header {
        /// Its name.
        name: String,
    },
    /// The issuer is no URL that a server can have.
    #[error("failed to read the issuer `{issuer}`\nhint: give an https URL without user, query and fragment")]
    Issuer {
        /// As given.
        issuer: String,
    },
    /// An MCP server does not say who authorizes for it.
    #[error("failed to find the authorization server of `{url}`; tried {}\nhint: it has to publish RFC 9728 metadata; or name the issuer by `--issuer`", tried.join("; "))]
    Mcp {
        /// As given.
        url: String,
        /// Each place with what came back.
        tried: Vec<String>,
    },
    /// No metadata document was found.
    #[error("failed to find the metadata of `{issuer}`; tried {}\nhint: the server has to publish RFC 8414 metadata and to be up", tried.join("; "))]
    Metadata {
        /// As given.
        issuer: String,
        /// Each address with what came back.
        tried: Vec<String>,
        /// Whether a server answered at any of them.
        answered: bool,
    },
    /// The key of the software statements cannot be used.
    #[error(
        "failed to read the private key of the software statements: {reason}\nhint: give a PEM file (PKCS #8, or PKCS #1 for RSA) or a JWK of P-256, Ed25519 or RSA; `openssl pkcs8 -topk8 -nocrypt` writes one"
    )]
    PrivateKey {
        /// In words.
        reason: String,
    },
    /// The token of the target's operator was not found.
    #[error("failed to find the proof that the server is yours; looked at {}", looked.join("; "))]
    Unproven {
        /// Each place with what came back.
        looked: Vec<String>,
    },
}

impl DriveError {
    /// Whether a server answered, and its answer was no metadata.
    pub fn is_answered(&self) -> bool {
        matches!(self, Self::Metadata { answered: true, .. })
    }
}

/// What rustls says of a connection that ends without a farewell, for example where our front got no HTTP.
const CUT_OFF: &str = "without sending TLS close_notify";

/// An error with its causes, without the URL, which may hold secrets.
pub(crate) fn causes(error: &(dyn std::error::Error + 'static)) -> String {
    let mut words = Vec::new();
    let mut next = error.source();
    while let Some(cause) = next {
        words.push(cause.to_string());
        next = cause.source();
    }
    if words.last().is_some_and(|last| last.contains(CUT_OFF)) {
        return "it was closed before the answer was complete, or the answer was no HTTP".to_owned();
    }
    match words.is_empty() {
        true => "the request failed".to_owned(),
        false => words.join(": "),
    }
}
