//! DPoP proofs (RFC 9449 section 4): a key that is proven with a request.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use jsonwebtoken::DecodingKey;
use jsonwebtoken::Validation;
use jsonwebtoken::decode;
use jsonwebtoken::jwk::Jwk;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use sha2::Digest;
use sha2::Sha256;

use crate::cimd::keys::assertion::part;
use crate::cimd::keys::jwk::private_or_symmetric;

/// The algorithms of proofs, by name.
pub(crate) const ALGORITHMS: [(&str, Algorithm); 3] = [
    ("ES256", Algorithm::ES256),
    ("EdDSA", Algorithm::EdDSA),
    ("RS256", Algorithm::RS256),
];
/// How far the clocks of both sides may be apart.
const WINDOW: u64 = 60;

/// A proof that was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Proof {
    /// Its id.
    pub(crate) jti: String,
    /// The thumbprint of its key (RFC 7638).
    pub(crate) thumbprint: String,
    /// Until when it could be used again.
    pub(crate) until: u64,
}

/// Verifies the proof of a POST to a URL.
///
/// # Errors
/// The rule that is broken.
pub(crate) fn verify_proof(proof: &str, url: &str, now: u64) -> Result<Proof, &'static str> {
    let header = part(proof, 0).ok_or("the proof is malformed")?;
    if header.get("typ") != Some(&json!("dpop+jwt")) {
        return Err("the token is of another type than a proof");
    }
    if header.get("crit").is_some() {
        return Err("the proof has critical header members that are not understood");
    }
    let key = header.get("jwk").ok_or("the proof has no key")?;
    if private_or_symmetric(&json!({ "keys": [key] })) != (false, false) {
        return Err("the key of the proof is not public");
    }
    let claims = signed(proof, &header, key).ok_or("the signature is not that of the key")?;
    let text = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default();
    if text("htm") != "POST" {
        return Err("the proof is for another method");
    }
    if text("htu").split(['?', '#']).next() != Some(url) {
        return Err("the proof is for another URL");
    }
    let made = claims.get("iat").and_then(Value::as_u64).unwrap_or(0);
    if made.abs_diff(now) > WINDOW {
        return Err("the proof was made too long ago");
    }
    match text("jti") {
        "" => Err("the proof has no `jti`"),
        jti => Ok(Proof {
            jti: jti.to_owned(),
            thumbprint: thumbprint(key).ok_or("the key of the proof is not complete")?,
            until: made + 2 * WINDOW,
        }),
    }
}

/// The claims, if the key signed them.
fn signed(proof: &str, header: &Value, key: &Value) -> Option<Value> {
    let told = header.get("alg")?.as_str()?;
    let (_, algorithm) = ALGORITHMS.into_iter().find(|(name, _)| *name == told)?;
    let mut validation = Validation::new(algorithm);
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    let key = serde_json::from_value::<Jwk>(key.clone()).ok()?;
    let key = DecodingKey::from_jwk(&key).ok()?;
    decode::<Value>(proof, &key, &validation)
        .ok()
        .map(|read| read.claims)
}

/// The thumbprint of a key: the hash of its required members, sorted by name.
fn thumbprint(key: &Value) -> Option<String> {
    let required: &[&str] = match key.get("kty")?.as_str()? {
        "EC" => &["crv", "kty", "x", "y"],
        "OKP" => &["crv", "kty", "x"],
        "RSA" => &["e", "kty", "n"],
        _ => return None,
    };
    let mut members = Map::new();
    for name in required {
        members.insert((*name).to_owned(), key.get(*name)?.clone());
    }
    let canonical = Value::Object(members).to_string();
    Some(URL_SAFE_NO_PAD.encode(Sha256::digest(canonical)))
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::EncodingKey;
    use jsonwebtoken::Header;
    use jsonwebtoken::encode;
    use ring::rand::SystemRandom;
    use ring::signature::ECDSA_P256_SHA256_FIXED_SIGNING;
    use ring::signature::EcdsaKeyPair;
    use ring::signature::KeyPair;

    use super::*;

    const TOKEN: &str = "https://as.example/token";
    const NOW: u64 = 1_800_000_000;

    /// What is said of a proof with this change in its claims.
    fn judged(change: Value) -> Result<String, &'static str> {
        let (algorithm, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), &random).unwrap();
        let point = pair.public_key().as_ref();
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let key = json!({ "kty": "EC", "crv": "P-256", "x": text(&point[1..33]), "y": text(&point[33..65]) });
        let header = Header {
            typ: Some("dpop+jwt".to_owned()),
            jwk: serde_json::from_value(key).ok(),
            ..Header::new(Algorithm::ES256)
        };
        let mut claims = json!({ "htm": "POST", "htu": TOKEN, "iat": NOW, "jti": "1" });
        for (name, value) in change.as_object().unwrap() {
            claims[name] = value.clone();
        }
        let private = EncodingKey::from_ec_der(pkcs8.as_ref());
        let proof = encode(&header, &claims, &private).unwrap();
        verify_proof(&proof, TOKEN, NOW).map(|proof| proof.jti)
    }

    #[test]
    fn each_broken_claim_of_a_proof_is_named() {
        assert_eq!(judged(json!({})), Ok("1".to_owned()));
        assert_eq!(
            judged(json!({ "htu": format!("{TOKEN}?a=b") })),
            Ok("1".to_owned())
        );
        for (change, reason) in [
            (json!({ "htm": "GET" }), "the proof is for another method"),
            (
                json!({ "htu": "https://as.example/par" }),
                "the proof is for another URL",
            ),
            (json!({ "iat": NOW - 61 }), "the proof was made too long ago"),
            (json!({ "jti": null }), "the proof has no `jti`"),
        ] {
            assert_eq!(judged(change), Err(reason));
        }
    }

    #[test]
    fn the_thumbprint_is_that_of_rfc_7638() {
        let key = json!({
            "kty": "RSA",
            "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
            "e": "AQAB",
            "alg": "RS256",
            "kid": "2011-04-29"
        });
        assert_eq!(
            thumbprint(&key).as_deref(),
            Some("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")
        );
    }

    #[test]
    fn what_is_no_proof_is_refused() {
        let told = |header: Value| {
            let header = URL_SAFE_NO_PAD.encode(header.to_string());
            verify_proof(&format!("{header}.e30.AA"), "https://as.example/token", 0).unwrap_err()
        };
        assert_eq!(
            told(json!({ "typ": "jwt" })),
            "the token is of another type than a proof"
        );
        assert_eq!(told(json!({ "typ": "dpop+jwt" })), "the proof has no key");
        let secret = json!({ "typ": "dpop+jwt", "jwk": { "kty": "oct", "k": "AA" } });
        assert_eq!(told(secret), "the key of the proof is not public");
        let unsigned = json!({ "typ": "dpop+jwt", "alg": "none", "jwk": { "kty": "EC" } });
        assert_eq!(told(unsigned), "the signature is not that of the key");
    }
}
