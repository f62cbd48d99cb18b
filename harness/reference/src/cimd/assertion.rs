//! Client assertions (RFC 7523): asymmetric algorithms only, every claim checked.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use jsonwebtoken::DecodingKey;
use jsonwebtoken::Validation;
use jsonwebtoken::decode;
use jsonwebtoken::decode_header;
use jsonwebtoken::jwk::Jwk;
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
    if !signed(policy, assertion, keys) {
        return Err("the signature is not the client's");
    }
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    if policy.subject.on() && (text("iss") != Some(client_id) || text("sub") != Some(client_id)) {
        return Err("issuer and subject are not the client");
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
    let exp = seconds("exp").unwrap_or(0);
    if policy.expiry.on() && (exp + SKEW < now || exp > now + LONGEST_AHEAD) {
        return Err("the assertion has expired, or expires too late");
    }
    if seconds("nbf").is_some_and(|nbf| nbf > now + SKEW) {
        return Err("the assertion is not valid yet");
    }
    let jti = text("jti").ok_or("the assertion has no `jti`")?.to_owned();
    Ok(VerifiedAssertion { jti, exp })
}

fn signed(policy: &AssertionPolicy, assertion: &str, keys: &Value) -> bool {
    let unsigned = part(assertion, 0).is_some_and(|head| head.get("alg") == Some(&Value::from("none")));
    if !policy.signature.on() || (unsigned && !policy.unsigned.on()) {
        return !unsigned || !policy.unsigned.on();
    }
    let Ok(header) = decode_header(assertion) else {
        return false;
    };
    if !ALGORITHMS.contains(&header.alg) {
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
        .filter_map(|key| serde_json::from_value::<Jwk>(key.clone()).ok())
        .filter_map(|key| DecodingKey::from_jwk(&key).ok())
        .any(|key| decode::<Value>(assertion, &key, &validation).is_ok())
}

fn claims(assertion: &str) -> Option<Value> {
    part(assertion, 1).filter(Value::is_object)
}

fn part(assertion: &str, index: usize) -> Option<Value> {
    let bytes = URL_SAFE_NO_PAD.decode(assertion.split('.').nth(index)?).ok()?;
    serde_json::from_slice(&bytes).ok()
}
