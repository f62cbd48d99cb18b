//! The key of the provider, and what it signs: RS256, which every reader of OpenID Connect knows.

use std::sync::OnceLock;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::RSA_PKCS1_SHA256;
use serde_json::Value;
use serde_json::json;

use crate::rsa_key::RsaKey;

/// What a JWT is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Typ {
    /// An access token (RFC 9068).
    AccessToken,
    /// An ID token.
    IdToken,
}

/// To make a key takes a moment, so a process makes one.
static KEY: OnceLock<Result<RsaKey, String>> = OnceLock::new();
const KID: &str = "upstream";

/// Makes the key, if there is none yet.
pub(crate) fn make_key() {
    let _ = key();
}

/// The key set that is published.
pub(super) fn published() -> Result<Value, String> {
    let key = key()?;
    let number = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    Ok(json!({ "keys": [{
        "kty": "RSA",
        "use": "sig",
        "alg": "RS256",
        "kid": KID,
        "n": number(&key.modulus),
        "e": number(&key.exponent),
    }] }))
}

/// A signed JWT.
pub(super) fn signed(typ: Typ, claims: &Value) -> Result<String, String> {
    let key = key()?;
    let typ = match typ {
        Typ::AccessToken => "at+jwt",
        Typ::IdToken => "JWT",
    };
    let header = json!({ "alg": "RS256", "kid": KID, "typ": typ });
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", part(&header), part(claims));
    let mut signature = vec![0; key.pair.public().modulus_len()];
    let signed = key.pair.sign(
        &RSA_PKCS1_SHA256,
        &SystemRandom::new(),
        text.as_bytes(),
        &mut signature,
    );
    signed.map_err(|_| "the key did not sign".to_owned())?;
    Ok(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

fn key() -> Result<&'static RsaKey, String> {
    KEY.get_or_init(RsaKey::generate).as_ref().map_err(Clone::clone)
}
