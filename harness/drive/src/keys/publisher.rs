//! The issuer of software statements that a target trusts: its operator lets us speak for it.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cimdspec_model::profile::PrivateKey;
use cimdspec_model::profile::Statements;
use cimdspec_world::RsaKey;
use ring::rand::SystemRandom;
use ring::rsa;
use ring::signature::ECDSA_P256_SHA256_FIXED_SIGNING;
use ring::signature::EcdsaKeyPair;
use ring::signature::Ed25519KeyPair;
use ring::signature::RsaKeyPair;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::error::DriveError;
use crate::keys::rsa::Which;
use crate::keys::signing::Algorithm;
use crate::keys::signing::Pair;
use crate::keys::signing::SigningKey;

/// Who signs statements that the target believes, and somebody who only says so.
pub(crate) struct Publisher {
    pub(crate) issuer: String,
    key: SigningKey,
    /// Another key under the same name.
    stranger: SigningKey,
    /// Claims that every statement has.
    pub(crate) claims: Map<String, Value>,
}

/// The forms of PEM that are read.
const PKCS8: &str = "PRIVATE KEY";
const PKCS1: &str = "RSA PRIVATE KEY";

/// Finds out whether statements can be signed as a profile says.
///
/// # Errors
/// [`DriveError::PrivateKey`] when its key is none that we can sign with.
pub fn can_sign(statements: &Statements) -> Result<(), DriveError> {
    Publisher::of(statements).map(|_| ())
}

impl Publisher {
    /// The publisher of a profile whose key was read.
    pub(crate) fn of(statements: &Statements) -> Result<Self, DriveError> {
        let PrivateKey::Text(text) = &statements.key else {
            let reason = "its file was not read".to_owned();
            return Err(DriveError::Bug { reason });
        };
        let (algorithm, pair, kid) = read(text).map_err(|reason| DriveError::PrivateKey { reason })?;
        let kid = statements.kid.clone().or(kid).unwrap_or_default();
        Ok(Self {
            issuer: statements.issuer.clone(),
            key: SigningKey::given(algorithm, kid, pair),
            stranger: SigningKey::generate(algorithm, "cimdspec-stranger", Which::Other)?,
            claims: statements.set.clone().into_iter().collect(),
        })
    }

    /// A statement with these claims, and with these members in its header too.
    pub(crate) fn signed(&self, more: Value, claims: &Value) -> Result<String, String> {
        self.key.sign_with(&self.header(&self.key, more), claims)
    }

    /// The same by another key that calls itself the publisher's.
    pub(crate) fn forged(&self, claims: &Value) -> Result<String, String> {
        self.stranger
            .sign_with(&self.header(&self.key, json!({})), claims)
    }

    /// The same by another key that is in the header.
    pub(crate) fn with_its_own_key(&self, claims: &Value) -> Result<String, String> {
        let mut header = self.header(&self.stranger, json!({ "jwk": self.stranger.public() }));
        if let Some(header) = header.as_object_mut() {
            header.remove("kid");
        }
        self.stranger.sign_with(&header, claims)
    }

    /// A header; it names no key where the profile names none.
    fn header(&self, key: &SigningKey, more: Value) -> Value {
        let mut header = key.header("JWT", more);
        if let Some(header) = header.as_object_mut().filter(|_| key.kid.is_empty()) {
            header.remove("kid");
        }
        header
    }
}

type Read = (Algorithm, Pair, Option<String>);

/// The key of a text, whether it is PEM or a JWK, with the identifier that it tells.
fn read(text: &str) -> Result<Read, String> {
    if text.trim_start().starts_with('{') {
        let key: Value = serde_json::from_str(text).map_err(|error| format!("it is no JSON: {error}"))?;
        let (algorithm, pair) = of_jwk(&key)?;
        let kid = key.get("kid").and_then(Value::as_str).map(str::to_owned);
        return Ok((algorithm, pair, kid));
    }
    let (algorithm, pair) = of_pem(text)?;
    Ok((algorithm, pair, None))
}

fn of_pem(text: &str) -> Result<(Algorithm, Pair), String> {
    let (form, der) = block(text).ok_or("it is neither PEM nor a JWK")?;
    let random = SystemRandom::new();
    match form.as_str() {
        PKCS1 => RsaKeyPair::from_der(&der)
            .map(of_rsa)
            .map_err(|error| error.to_string()),
        PKCS8 => {
            let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
            if let Ok(pair) = EcdsaKeyPair::from_pkcs8(algorithm, &der, &random) {
                return Ok((Algorithm::Es256, Pair::Elliptic(pair)));
            }
            if let Ok(pair) = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der) {
                return Ok((Algorithm::EdDsa, Pair::Edwards(pair)));
            }
            RsaKeyPair::from_pkcs8(&der)
                .map(of_rsa)
                .map_err(|_| "it is no key of P-256, Ed25519 or RSA".to_owned())
        }
        other => Err(format!("`{other}` is no form of a private key that is read here")),
    }
}

/// The words and the bytes of the first block of PEM (RFC 7468) that is a private key.
fn block(text: &str) -> Option<(String, Vec<u8>)> {
    let (_, rest) = text.split_once("-----BEGIN ")?;
    let (form, rest) = rest.split_once("-----")?;
    // What `openssl ecparam -genkey` writes before its key.
    if form == "EC PARAMETERS" {
        return block(rest);
    }
    let (coded, _) = rest.split_once("-----END ")?;
    let coded: String = coded.split_whitespace().collect();
    Some((form.to_owned(), STANDARD.decode(coded).ok()?))
}

fn of_jwk(key: &Value) -> Result<(Algorithm, Pair), String> {
    let part = |name: &str| {
        let coded = key.get(name).and_then(Value::as_str);
        coded
            .and_then(|coded| URL_SAFE_NO_PAD.decode(coded).ok())
            .ok_or_else(|| format!("it has no `{name}`"))
    };
    let word = |name: &str| key.get(name).and_then(Value::as_str).unwrap_or_default();
    match (word("kty"), word("crv")) {
        ("EC", "P-256") => {
            let point = [vec![4], part("x")?, part("y")?].concat();
            let pair = EcdsaKeyPair::from_private_key_and_public_key(
                &ECDSA_P256_SHA256_FIXED_SIGNING,
                &part("d")?,
                &point,
                &SystemRandom::new(),
            );
            pair.map(|pair| (Algorithm::Es256, Pair::Elliptic(pair)))
                .map_err(|error| error.to_string())
        }
        ("OKP", "Ed25519") => Ed25519KeyPair::from_seed_and_public_key(&part("d")?, &part("x")?)
            .map(|pair| (Algorithm::EdDsa, Pair::Edwards(pair)))
            .map_err(|error| error.to_string()),
        ("RSA", _) => {
            let components = rsa::KeyPairComponents {
                public_key: rsa::PublicKeyComponents {
                    n: part("n")?,
                    e: part("e")?,
                },
                d: part("d")?,
                p: part("p")?,
                q: part("q")?,
                dP: part("dp")?,
                dQ: part("dq")?,
                qInv: part("qi")?,
            };
            let pair = RsaKeyPair::from_components(&components).map(of_rsa);
            let told = pair.map_err(|error| error.to_string())?;
            Ok(match word("alg") {
                "PS256" => (Algorithm::Ps256, told.1),
                _ => told,
            })
        }
        _ => Err("it is no key of P-256, Ed25519 or RSA".to_owned()),
    }
}

fn of_rsa(pair: RsaKeyPair) -> (Algorithm, Pair) {
    let public: rsa::PublicKeyComponents<Vec<u8>> = pair.public().into();
    let key = RsaKey {
        modulus: public.n,
        exponent: public.e,
        private: Vec::new(),
        pair,
    };
    (Algorithm::Rs256, Pair::Rsa(Arc::new(key)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// Made for this test with `openssl genpkey`.
    const ED25519: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIN4tDzQUh5xQQ/3/Op4otIEUjcrsBpqrhfKZYKp+UrZz\n-----END PRIVATE KEY-----\n";
    /// The key of RFC 8037 appendix A.1.
    const JWK: &str = r#"{"kty":"OKP","crv":"Ed25519","kid":"one","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

    fn statements(key: &str, kid: Option<&str>) -> Statements {
        Statements {
            issuer: "https://publisher.example".to_owned(),
            key: PrivateKey::Text(key.to_owned()),
            kid: kid.map(str::to_owned),
            set: BTreeMap::new(),
        }
    }

    fn header_of(statement: &str) -> Value {
        let coded = statement.split('.').next().unwrap();
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(coded).unwrap()).unwrap()
    }

    #[test]
    fn a_key_of_pem_and_one_of_json_sign() {
        let of = |key, kid| {
            let publisher = Publisher::of(&statements(key, kid)).unwrap();
            header_of(&publisher.signed(json!({}), &json!({ "iss": "x" })).unwrap())
        };
        assert_eq!(of(ED25519, None), json!({ "alg": "EdDSA", "typ": "JWT" }));
        assert_eq!(of(ED25519, Some("k"))["kid"], "k");
        assert_eq!(of(JWK, None)["kid"], "one");
        assert_eq!(of(JWK, Some("two"))["kid"], "two");
    }

    #[test]
    fn a_key_that_nobody_can_sign_with_is_told() {
        let told = |key: &str| match can_sign(&statements(key, None)) {
            Err(DriveError::PrivateKey { reason }) => reason,
            other => unreachable!("{other:?}"),
        };
        assert_eq!(told("secret"), "it is neither PEM nor a JWK");
        assert_eq!(told(r#"{"kty":"EC","crv":"P-256"}"#), "it has no `x`");
        assert_eq!(
            told(r#"{"kty":"oct","k":"AA"}"#),
            "it is no key of P-256, Ed25519 or RSA"
        );
        let public = ED25519.replace("PRIVATE", "PUBLIC");
        assert_eq!(
            told(&public),
            "`PUBLIC KEY` is no form of a private key that is read here"
        );
    }

    #[test]
    fn a_forged_statement_names_the_right_key() {
        let publisher = Publisher::of(&statements(JWK, None)).unwrap();
        let claims = json!({ "iss": "x" });
        let (good, forged) = (
            publisher.signed(json!({}), &claims).unwrap(),
            publisher.forged(&claims).unwrap(),
        );
        assert_eq!(header_of(&good), header_of(&forged));
        assert_ne!(good, forged);
        let own = header_of(&publisher.with_its_own_key(&claims).unwrap());
        assert_eq!((own.get("kid"), own["jwk"]["kty"].as_str()), (None, Some("OKP")));
    }
}
