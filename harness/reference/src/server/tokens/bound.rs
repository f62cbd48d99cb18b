//! What a code or a refresh token is bound to.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::Digest;
use sha2::Sha256;
use url::Url;

use crate::policy::Check;
use crate::server::client::same;

/// How long a verifier may be (RFC 7636 section 4.1).
const VERIFIER: std::ops::RangeInclusive<usize> = 43..=128;

/// Whether the verifier is that of the challenge.
pub(crate) fn verified(
    method_kept: Check,
    challenge: Option<&(String, String)>,
    verifier: Option<&str>,
) -> bool {
    match (challenge, verifier) {
        (None, None) => true,
        (Some((challenge, method)), Some(verifier)) if VERIFIER.contains(&verifier.len()) => {
            match method.as_str() {
                "S256" if method_kept.on() || challenge != verifier => {
                    same(challenge, &URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)))
                }
                _ => same(challenge, verifier),
            }
        }
        _ => false,
    }
}

/// Whether an identifier is the one that something was given to.
pub(crate) fn is_of(given_to: &str, id: &str, exactly: Check) -> bool {
    let normalised = |id: &str| Url::parse(id).map_or_else(|_| id.to_owned(), String::from);
    given_to == id || (!exactly.on() && normalised(given_to) == normalised(id))
}
