//! Software statements (RFC 7591 section 2.3): those of one publisher are trusted, whose key is made at start.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::Algorithm;
use jsonwebtoken::DecodingKey;
use jsonwebtoken::Validation;
use jsonwebtoken::decode;
use jsonwebtoken::jwk::Jwk;
use ring::rand::SystemRandom;
use ring::signature::ECDSA_P256_SHA256_FIXED_SIGNING;
use ring::signature::EcdsaKeyPair;
use ring::signature::KeyPair;
use serde_json::Map;
use serde_json::Value;

use crate::cimd::part_of_jwt as part;
use crate::error::ReferenceError;
use crate::server::registration::rules::ASSIGNED;
use crate::server::registration::rules::METADATA;
use crate::server::registration::rules::Refused;
use crate::server::state::State;
use crate::server::state::now;

/// The publisher whose statements the server trusts.
pub struct Publisher {
    private_key: String,
    public_key: DecodingKey,
}

/// The member that a statement is sent in.
pub(crate) const STATEMENT: &str = "software_statement";
const INVALID: &str = "invalid_software_statement";
const ISSUER: &str = "https://publisher.example/";
const SKEW: u64 = 5;
const LINE: usize = 64;
/// Claims about the statement and not about the client (RFC 7519 section 4.1).
const OF_THE_TOKEN: [&str; 7] = ["aud", "exp", "iat", "iss", "jti", "nbf", "sub"];

impl Publisher {
    /// A publisher with a fresh key.
    ///
    /// # Errors
    /// [`ReferenceError`] when the machine gives no random bytes.
    pub(crate) fn generate() -> Result<Self, ReferenceError> {
        let lost = |reason: String| ReferenceError::Key { reason };
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let document =
            EcdsaKeyPair::generate_pkcs8(algorithm, &random).map_err(|error| lost(error.to_string()))?;
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random)
            .map_err(|error| lost(error.to_string()))?;
        let coded = STANDARD.encode(document.as_ref());
        let lines: Vec<String> = coded
            .as_bytes()
            .chunks(LINE)
            .map(|line| String::from_utf8_lossy(line).into_owned())
            .collect();
        Ok(Self {
            private_key: format!(
                "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
                lines.join("\n")
            ),
            public_key: DecodingKey::from_ec_der(pair.public_key().as_ref()),
        })
    }

    /// Its name in statements.
    pub fn issuer(&self) -> &'static str {
        ISSUER
    }

    /// What it signs with, as PEM of PKCS #8, for those who speak for it.
    pub fn private_key(&self) -> &str {
        &self.private_key
    }
}

/// The metadata with what a trusted statement says of them; a statement of somebody else is left out.
pub(crate) fn heard(state: &State, mut sent: Map<String, Value>) -> Result<Map<String, Value>, Refused> {
    let Some(statement) = sent.remove(STATEMENT) else {
        return Ok(sent);
    };
    let rules = &state.policy.statement;
    let refused = |reason: &str| {
        let code = if rules.own_error.on() { INVALID } else { METADATA };
        Err((code, reason.to_owned()))
    };
    let Some(text) = statement.as_str() else {
        return refused("`software_statement` is no string");
    };
    let claims = match part(text, 1) {
        Some(Value::Object(claims)) => claims,
        _ => return refused("`software_statement` is no JWT"),
    };
    match claims.get("iss") {
        Some(issuer) if issuer == ISSUER => {}
        Some(_) if rules.issuer.on() => return Ok(sent),
        None if rules.issuer_named.on() => return refused("the statement names no issuer"),
        _ => {}
    }
    if let Err(reason) = judged(state, text, &claims) {
        return refused(reason);
    }
    let said = claims
        .into_iter()
        .filter(|(name, _)| !ASSIGNED.contains(&name.as_str()) && !OF_THE_TOKEN.contains(&name.as_str()));
    match rules.precedence.on() {
        true => sent.extend(said),
        false => said.for_each(|(name, value)| {
            sent.entry(name).or_insert(value);
        }),
    }
    sent.insert(STATEMENT.to_owned(), statement);
    Ok(sent)
}

/// What is told of a client that registered with a statement.
pub(crate) fn told_of(state: &State, told: &mut Map<String, Value>) {
    let Some(Value::String(statement)) = told.get(STATEMENT).cloned() else {
        return;
    };
    let rules = &state.policy.statement;
    if !rules.values_told.on()
        && let Some(Value::Object(claims)) = part(&statement, 1)
    {
        told.retain(|name, _| !claims.contains_key(name));
    }
    if !rules.returned.on() {
        told.remove(STATEMENT);
    } else if !rules.returned_whole.on()
        && let Some((unsigned, _)) = statement.rsplit_once('.')
    {
        told.insert(STATEMENT.to_owned(), Value::String(format!("{unsigned}.")));
    }
}

/// Whether a statement in the publisher's name is its.
fn judged(state: &State, statement: &str, claims: &Map<String, Value>) -> Result<(), &'static str> {
    let rules = &state.policy.statement;
    let header = part(statement, 0).ok_or("the statement has no header")?;
    if header.get("crit").is_some() && rules.critical.on() {
        return Err("the statement has critical header members that are not understood");
    }
    if !is_signed(state, statement, &header) {
        return Err("the signature of the statement is not its issuer's");
    }
    let seconds = |name: &str| claims.get(name).map(|value| value.as_u64().unwrap_or(0));
    if seconds("exp").is_some_and(|exp| exp.saturating_add(SKEW) < now()) && rules.expiry.on() {
        return Err("the statement has expired");
    }
    if seconds("nbf").is_some_and(|nbf| nbf > now() + SKEW) && rules.not_before.on() {
        return Err("the statement is not valid yet");
    }
    let is_for_us = match claims.get("aud") {
        None => true,
        Some(Value::Array(many)) => many.iter().any(|one| *one == *state.issuer),
        Some(one) => *one == *state.issuer,
    };
    if !is_for_us && rules.audience.on() {
        return Err("the statement is for another audience");
    }
    Ok(())
}

fn is_signed(state: &State, statement: &str, header: &Value) -> bool {
    let rules = &state.policy.statement;
    if header.get("alg").is_some_and(|told| told == "none") {
        return !rules.unsigned.on();
    }
    let mut validation = Validation::new(Algorithm::ES256);
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    let is_by = |key: &DecodingKey| decode::<Value>(statement, key, &validation).is_ok();
    if is_by(&state.publisher.public_key) {
        return true;
    }
    let carried = header
        .get("jwk")
        .and_then(|key| serde_json::from_value::<Jwk>(key.clone()).ok())
        .and_then(|key| DecodingKey::from_jwk(&key).ok());
    match carried {
        Some(key) => !rules.known_key.on() && is_by(&key),
        None => !rules.signature.on(),
    }
}

/// The metadata with what its software statement claims, whoever signed it: what a mutant believes.
pub(crate) fn with_statement(mut sent: Map<String, Value>) -> Map<String, Value> {
    let statement = sent.get(STATEMENT).and_then(Value::as_str);
    if let Some(Value::Object(claims)) = statement.and_then(|statement| part(statement, 1)) {
        sent.extend(claims);
    }
    sent
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::EncodingKey;
    use jsonwebtoken::Header;
    use jsonwebtoken::encode;
    use serde_json::json;

    use super::*;

    #[test]
    fn what_the_publisher_signs_verifies() {
        let publisher = Publisher::generate().unwrap();
        let coded: String = publisher
            .private_key()
            .lines()
            .filter(|line| !line.starts_with('-'))
            .collect();
        let private = EncodingKey::from_ec_der(&STANDARD.decode(coded).unwrap());
        let statement = encode(
            &Header::new(Algorithm::ES256),
            &json!({ "iss": publisher.issuer() }),
            &private,
        )
        .unwrap();
        let mut validation = Validation::new(Algorithm::ES256);
        validation.required_spec_claims.clear();
        assert!(decode::<Value>(&statement, &publisher.public_key, &validation).is_ok());
        let another = Publisher::generate().unwrap();
        assert!(decode::<Value>(&statement, &another.public_key, &validation).is_err());
    }
}
