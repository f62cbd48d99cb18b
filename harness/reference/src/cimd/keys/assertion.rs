//! Client assertions (RFC 7523): asymmetric algorithms only, every claim checked.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use jsonwebtoken::DecodingKey;
use jsonwebtoken::Validation;
use jsonwebtoken::decode;
use jsonwebtoken::decode_header;
use jsonwebtoken::jwk::Jwk;
use ring::hmac;
use serde_json::Value;

use crate::policy::AssertionPolicy;

/// An assertion that was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedAssertion {
    /// Its id.
    pub jti: String,
    /// When it expires, in seconds since 1970.
    pub exp: u64,
}

const LONGEST_AHEAD: u64 = 600;
const SKEW: u64 = 5;
const TYPES: [&str; 3] = ["jwt", "client-authentication+jwt", "oauth-client-auth+jwt"];
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
];

/// Verifies an assertion of a client.
///
/// # Errors
/// The rule that is broken.
pub fn verify_assertion(
    policy: &AssertionPolicy,
    assertion: &str,
    client_id: &str,
    audiences: &[String],
    keys: &Value,
    now: u64,
) -> Result<VerifiedAssertion, &'static str> {
    let claims = claims(assertion).ok_or("the assertion is malformed")?;
    let header = part(assertion, 0).ok_or("the assertion is malformed")?;
    if header.get("crit").is_some() && policy.critical.on() {
        return Err("the assertion has critical header members that are not understood");
    }
    if !is_client_assertion(&header) && policy.typed.on() {
        return Err("the token is of another type than a client assertion");
    }
    if !signed(policy, assertion, keys) {
        return Err("the signature is not the client's");
    }
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    if text("iss") != Some(client_id) && policy.issuer.on() {
        return Err("the issuer is not the client");
    }
    if text("sub") != Some(client_id) && policy.subject.on() {
        return Err("the subject is not the client");
    }
    let audience = match claims.get("aud") {
        Some(Value::String(one)) => vec![one.as_str()],
        Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if policy.audience.on()
        && !audience
            .iter()
            .any(|told| audiences.iter().any(|known| known == told))
    {
        return Err("the audience is not this server");
    }
    let seconds = |name: &str| claims.get(name).and_then(Value::as_u64);
    let exp = match seconds("exp") {
        None if !policy.expires.on() => now + SKEW,
        told => told.unwrap_or(0),
    };
    if (exp.saturating_add(SKEW) < now || exp > now + LONGEST_AHEAD) && policy.expiry.on() {
        return Err("the assertion has expired, or expires too late");
    }
    if policy.not_before.on()
        && claims.get("nbf").is_some()
        && seconds("nbf").is_none_or(|nbf| nbf > now + SKEW)
    {
        return Err("the assertion is not valid yet");
    }
    let jti = text("jti")
        .filter(|jti| !jti.is_empty())
        .ok_or("the assertion has no `jti`")?
        .to_owned();
    Ok(VerifiedAssertion { jti, exp })
}

fn signed(policy: &AssertionPolicy, assertion: &str, keys: &Value) -> bool {
    let told_algorithm = part(assertion, 0)
        .and_then(|header| header.get("alg").cloned())
        .unwrap_or_default();
    let unsigned = told_algorithm == "none";
    if !policy.signature.on() || (unsigned && !policy.unsigned.on()) {
        return !unsigned || !policy.unsigned.on();
    }
    let in_capitals = !unsigned && is_none(&told_algorithm);
    if in_capitals && !policy.none_in_capitals.on() {
        return true;
    }
    if told_algorithm == "HS256" && !policy.no_mac.on() {
        return is_mac(assertion, keys, |key| Some(pem_of(key)?.into_bytes()));
    }
    if told_algorithm == "HS256" && !policy.no_symmetric_key.on() {
        let octets = |key: &Value| URL_SAFE_NO_PAD.decode(key.get("k")?.as_str()?).ok();
        return is_mac(assertion, keys, octets);
    }
    let Ok(header) = decode_header(assertion) else {
        return false;
    };
    let is_taken = header.alg == Algorithm::ES256 || policy.listed_algorithms.on();
    if !ALGORITHMS.contains(&header.alg) || !is_taken {
        return false;
    }
    let mut validation = Validation::new(header.alg);
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    let keys = keys
        .get("keys")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default();
    keys.iter()
        .filter(|key| header.kid.is_none() || key.get("kid").and_then(Value::as_str) == header.kid.as_deref())
        .filter(|key| !policy.key_algorithm.on() || key.get("alg").is_none_or(|told| *told == told_algorithm))
        .filter(|key| !policy.key_use.on() || key.get("use").is_none_or(|told| told == "sig"))
        .filter_map(|key| serde_json::from_value::<Jwk>(key.clone()).ok())
        .filter_map(|key| DecodingKey::from_jwk(&key).ok())
        .any(|key| decode::<Value>(assertion, &key, &validation).is_ok())
}

/// The algorithm that the header of an assertion tells.
pub(crate) fn algorithm_of(assertion: &str) -> Option<String> {
    let told = part(assertion, 0)?.get("alg")?.as_str()?.to_owned();
    Some(told)
}

fn is_none(algorithm: &Value) -> bool {
    algorithm
        .as_str()
        .is_some_and(|told| told.eq_ignore_ascii_case("none"))
}

/// Whether an assertion has a MAC by a secret that a mutant takes from a key of the set.
fn is_mac(assertion: &str, keys: &Value, secret_of: impl Fn(&Value) -> Option<Vec<u8>>) -> bool {
    let Some((signed, mac)) = assertion.rsplit_once('.') else {
        return false;
    };
    let mac = URL_SAFE_NO_PAD.decode(mac).unwrap_or_default();
    let keys = keys.get("keys").and_then(Value::as_array);
    keys.into_iter().flatten().filter_map(secret_of).any(|secret| {
        let secret = hmac::Key::new(hmac::HMAC_SHA256, &secret);
        hmac::verify(&secret, signed.as_bytes(), &mac).is_ok()
    })
}

/// The PEM of a P-256 key, as libraries read it from a file.
fn pem_of(key: &Value) -> Option<String> {
    const BEFORE_THE_POINT: &str = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE";
    const LINE: usize = 64;
    let coordinate = |name: &str| URL_SAFE_NO_PAD.decode(key.get(name)?.as_str()?).ok();
    let point = [coordinate("x")?, coordinate("y")?].concat();
    let coded = format!("{BEFORE_THE_POINT}{}", STANDARD.encode(point));
    let (first, second) = coded.split_at_checked(LINE)?;
    Some(format!(
        "-----BEGIN PUBLIC KEY-----\n{first}\n{second}\n-----END PUBLIC KEY-----\n"
    ))
}

/// Whether the type that a header tells, if it tells one, is that of a client assertion (RFC 8725 section 3.11).
fn is_client_assertion(header: &Value) -> bool {
    let Some(told) = header.get("typ") else {
        return true;
    };
    let told = told.as_str().unwrap_or_default().to_ascii_lowercase();
    TYPES.contains(&told.strip_prefix("application/").unwrap_or(&told))
}

fn claims(assertion: &str) -> Option<Value> {
    part(assertion, 1).filter(Value::is_object)
}

/// A part of a JWT: its header (0) or its claims (1).
pub(crate) fn part(assertion: &str, index: usize) -> Option<Value> {
    let bytes = URL_SAFE_NO_PAD.decode(assertion.split('.').nth(index)?).ok()?;
    serde_json::from_slice(&bytes).ok()
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
    use serde_json::json;

    use super::*;
    use crate::policy::Check;

    const CLIENT: &str = "https://h.example/p";
    const NOW: u64 = 1_800_000_000;

    struct Signer {
        private: EncodingKey,
        set: Value,
    }

    fn signer() -> Signer {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let pair =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).unwrap();
        let point = pair.public_key().as_ref();
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let key = json!({ "kty": "EC", "crv": "P-256", "x": text(&point[1..33]), "y": text(&point[33..65]), "kid": "k" });
        Signer {
            private: EncodingKey::from_ec_der(pkcs8.as_ref()),
            set: json!({ "keys": [key] }),
        }
    }

    fn claims_with(change: Value) -> Value {
        let mut claims =
            json!({ "iss": CLIENT, "sub": CLIENT, "aud": "https://as.example", "exp": NOW + 60, "jti": "1" });
        for (name, value) in change.as_object().unwrap() {
            claims[name] = value.clone();
        }
        claims
    }

    fn verify(
        policy: &AssertionPolicy,
        signer: &Signer,
        header: &Header,
        change: Value,
    ) -> Result<VerifiedAssertion, &'static str> {
        let assertion = encode(header, &claims_with(change), &signer.private).unwrap();
        verify_assertion(
            policy,
            &assertion,
            CLIENT,
            &["https://as.example".to_owned()],
            &signer.set,
            NOW,
        )
    }

    #[test]
    fn each_broken_claim_is_named() {
        let signer = signer();
        let header = Header::new(Algorithm::ES256);
        let judged = |change| verify(&AssertionPolicy::default(), &signer, &header, change);
        let good = VerifiedAssertion {
            jti: "1".to_owned(),
            exp: NOW + 60,
        };
        assert_eq!(judged(json!({})), Ok(good.clone()));
        assert_eq!(
            judged(json!({ "aud": ["https://x.example", "https://as.example"] })),
            Ok(good)
        );
        let expired = "the assertion has expired, or expires too late";
        for (change, reason) in [
            (json!({ "iss": "x" }), "the issuer is not the client"),
            (json!({ "sub": null }), "the subject is not the client"),
            (
                json!({ "aud": "https://x.example" }),
                "the audience is not this server",
            ),
            (json!({ "exp": NOW - 60 }), expired),
            (json!({ "exp": NOW + 601 }), expired),
            (json!({ "exp": u64::MAX }), expired),
            (json!({ "exp": null }), expired),
            (json!({ "nbf": NOW + 60 }), "the assertion is not valid yet"),
            (json!({ "nbf": "later" }), "the assertion is not valid yet"),
            (json!({ "jti": null }), "the assertion has no `jti`"),
            (json!({ "jti": "" }), "the assertion has no `jti`"),
        ] {
            assert_eq!(judged(change.clone()), Err(reason), "{change}");
        }
    }

    #[test]
    fn a_token_of_another_type_or_key_is_refused() {
        let signer = signer();
        let typed = |told: Option<&str>| {
            let mut header = Header::new(Algorithm::ES256);
            header.typ = told.map(str::to_owned);
            verify(&AssertionPolicy::default(), &signer, &header, json!({})).map(|_| ())
        };
        assert_eq!(typed(None), Ok(()));
        assert_eq!(typed(Some("client-authentication+jwt")), Ok(()));
        let wrong = Err("the token is of another type than a client assertion");
        assert_eq!(typed(Some("at+jwt")), wrong);
        assert_eq!(typed(Some("dpop+jwt")), wrong);
        for (member, value) in [("alg", "ES384"), ("use", "enc"), ("kty", "RSA")] {
            let mut other = Signer {
                private: signer.private.clone(),
                set: signer.set.clone(),
            };
            other.set["keys"][0][member] = json!(value);
            let header = Header::new(Algorithm::ES256);
            assert_eq!(
                verify(&AssertionPolicy::default(), &other, &header, json!({})),
                Err("the signature is not the client's"),
                "{member}"
            );
        }
    }

    #[test]
    fn unsigned_and_symmetric_assertions_are_refused() {
        let signer = signer();
        let parts = |header: Value| {
            let text = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
            format!("{}.{}.", text(&header), text(&claims_with(json!({}))))
        };
        let judged = |policy: &AssertionPolicy, assertion: &str| {
            verify_assertion(
                policy,
                assertion,
                CLIENT,
                &["https://as.example".to_owned()],
                &signer.set,
                NOW,
            )
        };
        let unsigned = parts(json!({ "alg": "none" }));
        let wrong = Err("the signature is not the client's");
        assert_eq!(judged(&AssertionPolicy::default(), &unsigned), wrong);
        assert_eq!(
            judged(&AssertionPolicy::default(), &parts(json!({ "alg": "NONE" }))),
            wrong
        );
        let mutant = AssertionPolicy {
            unsigned: Check::Skip.into(),
            ..AssertionPolicy::default()
        };
        assert!(judged(&mutant, &unsigned).is_ok());
        let mutant = AssertionPolicy {
            none_in_capitals: Check::Skip.into(),
            ..AssertionPolicy::default()
        };
        assert_eq!(judged(&mutant, &unsigned), wrong);
        assert!(judged(&mutant, &parts(json!({ "alg": "NONE" }))).is_ok());
        let forged = encode(
            &Header::new(Algorithm::HS256),
            &claims_with(json!({})),
            &EncodingKey::from_secret(b"x"),
        );
        assert_eq!(judged(&AssertionPolicy::default(), &forged.unwrap()), wrong);
        assert_eq!(
            judged(
                &AssertionPolicy::default(),
                &parts(json!({ "alg": "ES256", "crit": ["x"] }))
            ),
            Err("the assertion has critical header members that are not understood")
        );
    }
}
