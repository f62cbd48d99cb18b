//! Keys that sign: the algorithms that a client may use, and what is published of a key.

use cimdspec_world::RsaKey;
use std::borrow::Cow;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use ring::rand::SystemRandom;
use ring::signature::ECDSA_P256_SHA256_FIXED_SIGNING;
use ring::signature::EcdsaKeyPair;
use ring::signature::Ed25519KeyPair;
use ring::signature::KeyPair;
use ring::signature::RSA_PKCS1_SHA256;
use ring::signature::RSA_PSS_SHA256;
use ring::signature::RsaEncoding;
use rsa::pkcs8::LineEnding;
use rsa::pkcs8::ObjectIdentifier;
use rsa::pkcs8::der::Any;
use rsa::pkcs8::der::Encode;
use rsa::pkcs8::der::EncodePem;
use rsa::pkcs8::der::asn1::BitString;
use rsa::pkcs8::der::asn1::Null;
use rsa::pkcs8::spki::AlgorithmIdentifier;
use rsa::pkcs8::spki::SubjectPublicKeyInfoOwned;
use serde_json::Value;
use serde_json::json;

use crate::error::DriveError;
use crate::keys::rsa::Which;
use crate::keys::rsa::of_this_process;

/// An algorithm with which the harness signs (RFC 7518 section 3.1, RFC 8037).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Algorithm {
    EdDsa,
    Es256,
    Ps256,
    Rs256,
}

/// A form of a public key that a library has taken for the secret of a MAC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PublicForm {
    /// `SubjectPublicKeyInfo`.
    Der,
    /// The JWK as it is published.
    Jwk,
    /// PEM without the line break at its end.
    Pem,
    /// PEM with it.
    PemLine,
    /// The key's own bytes: a point, or the numbers of RSA.
    Raw,
}

/// A key pair with its identifier.
pub(crate) struct SigningKey {
    pub(crate) kid: Cow<'static, str>,
    algorithm: Algorithm,
    pair: Pair,
    private: String,
}

/// A key pair.
pub(crate) enum Pair {
    Edwards(Ed25519KeyPair),
    Elliptic(EcdsaKeyPair),
    Rsa(Arc<RsaKey>),
}

/// Where the private scalar stands in the PKCS #8 form that ring writes for P-256.
const SCALAR: std::ops::Range<usize> = 36..68;
const SEED: usize = 32;
/// The object identifiers of RFC 5480 section 2.1.1, RFC 8410 section 3 and RFC 8017 appendix A.1.
const ELLIPTIC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

impl Algorithm {
    /// All of them, the one that most servers have first.
    pub(crate) const ALL: [Self; 4] = [Self::Es256, Self::Rs256, Self::Ps256, Self::EdDsa];

    /// Its name in the header of a JWT.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::EdDsa => "EdDSA",
            Self::Es256 => "ES256",
            Self::Ps256 => "PS256",
            Self::Rs256 => "RS256",
        }
    }

    /// Those of a list that are known here.
    pub(crate) fn among(listed: &[Value]) -> Vec<Self> {
        let is_listed = |algorithm: &Self| listed.iter().any(|name| name == algorithm.name());
        Self::ALL.into_iter().filter(is_listed).collect()
    }
}

impl SigningKey {
    /// A fresh key; of RSA, one of this process.
    pub(crate) fn generate(
        algorithm: Algorithm,
        kid: &'static str,
        which: Which,
    ) -> Result<Self, DriveError> {
        let bug = |reason: String| DriveError::Bug { reason };
        let (pair, private) = match algorithm {
            Algorithm::EdDsa => edwards().map_err(bug)?,
            Algorithm::Es256 => elliptic().map_err(bug)?,
            Algorithm::Ps256 | Algorithm::Rs256 => {
                let key = of_this_process(which).map_err(bug)?;
                let private = URL_SAFE_NO_PAD.encode(&key.private);
                (Pair::Rsa(key), private)
            }
        };
        Ok(Self {
            kid: Cow::Borrowed(kid),
            algorithm,
            pair,
            private,
        })
    }

    /// A key that somebody gave us, to sign with; its private part is never published.
    pub(crate) fn given(algorithm: Algorithm, kid: String, pair: Pair) -> Self {
        Self {
            kid: Cow::Owned(kid),
            algorithm,
            pair,
            private: String::new(),
        }
    }

    /// The public JWK.
    pub(crate) fn public(&self) -> Value {
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let mut key = match &self.pair {
            Pair::Edwards(pair) => {
                json!({ "kty": "OKP", "crv": "Ed25519", "x": text(pair.public_key().as_ref()) })
            }
            Pair::Elliptic(pair) => {
                // An uncompressed point: one byte of form, then both coordinates.
                let point = pair.public_key().as_ref();
                let (x, y) = point.get(1..).unwrap_or_default().split_at(point.len() / 2);
                json!({ "kty": "EC", "crv": "P-256", "x": text(x), "y": text(y) })
            }
            Pair::Rsa(key) => json!({ "kty": "RSA", "n": text(&key.modulus), "e": text(&key.exponent) }),
        };
        key["alg"] = json!(self.algorithm.name());
        key["use"] = json!("sig");
        key["kid"] = json!(self.kid);
        key
    }

    /// The JWK with its private part.
    pub(crate) fn with_private(&self) -> Value {
        let mut key = self.public();
        key["d"] = Value::String(self.private.clone());
        key
    }

    /// A header that names the key and this type, with these members too.
    pub(crate) fn header(&self, told: &str, more: Value) -> Value {
        let mut header = json!({ "alg": self.algorithm.name(), "typ": told, "kid": self.kid });
        if let (Some(header), Value::Object(more)) = (header.as_object_mut(), more) {
            header.extend(more);
        }
        header
    }

    /// A JWT whose header names this key identifier.
    pub(crate) fn sign(&self, kid: &str, claims: &Value) -> Result<String, String> {
        self.sign_with(&self.header("JWT", json!({ "kid": kid })), claims)
    }

    /// A JWT with this header.
    pub(crate) fn sign_with(&self, header: &Value, claims: &Value) -> Result<String, String> {
        let input = signing_input(header, claims);
        let signature = self.signature(input.as_bytes())?;
        Ok(format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// A MAC with a form of the public key as its secret, as a server makes it that lets the header choose.
    pub(crate) fn authenticated(&self, form: PublicForm, claims: &Value) -> Result<String, String> {
        let header = self.header("JWT", json!({ "alg": "HS256" }));
        Ok(authenticated(&self.form(form)?, &header, claims))
    }

    /// How many bytes its signatures have.
    pub(crate) fn signature_length(&self) -> usize {
        match &self.pair {
            Pair::Edwards(_) | Pair::Elliptic(_) => 64,
            Pair::Rsa(key) => key.modulus.len(),
        }
    }

    fn form(&self, form: PublicForm) -> Result<Vec<u8>, String> {
        let pem = || {
            let info = self.public_key_info()?;
            info.to_pem(LineEnding::LF)
        };
        let made = match form {
            PublicForm::Der => self.public_key_info().and_then(|info| info.to_der()),
            PublicForm::Jwk => Ok(self.public().to_string().into_bytes()),
            PublicForm::Pem => pem().map(|text| text.trim_end().as_bytes().to_vec()),
            PublicForm::PemLine => pem().map(String::into_bytes),
            PublicForm::Raw => Ok(self.raw().to_vec()),
        };
        made.map_err(|error| error.to_string())
    }

    /// The public key's own bytes.
    fn raw(&self) -> &[u8] {
        match &self.pair {
            Pair::Edwards(pair) => pair.public_key().as_ref(),
            Pair::Elliptic(pair) => pair.public_key().as_ref(),
            Pair::Rsa(key) => key.pair.public_key().as_ref(),
        }
    }

    /// The public key with the algorithm that it is for (RFC 5280 section 4.1.2.7).
    fn public_key_info(&self) -> rsa::pkcs8::der::Result<SubjectPublicKeyInfoOwned> {
        let (oid, parameters) = match &self.pair {
            Pair::Edwards(_) => (ED25519, None),
            Pair::Elliptic(_) => (ELLIPTIC, Some(Any::from(P256))),
            Pair::Rsa(_) => (RSA, Some(Any::from(Null))),
        };
        Ok(SubjectPublicKeyInfoOwned {
            algorithm: AlgorithmIdentifier { oid, parameters },
            subject_public_key: BitString::from_bytes(self.raw())?,
        })
    }

    fn signature(&self, input: &[u8]) -> Result<Vec<u8>, String> {
        let random = SystemRandom::new();
        let lost = |_| "the assertion could not be signed".to_owned();
        match &self.pair {
            Pair::Edwards(pair) => Ok(pair.sign(input).as_ref().to_vec()),
            Pair::Elliptic(pair) => pair
                .sign(&random, input)
                .map(|signature| signature.as_ref().to_vec())
                .map_err(lost),
            Pair::Rsa(key) => {
                let padding: &'static dyn RsaEncoding = match self.algorithm {
                    Algorithm::Ps256 => &RSA_PSS_SHA256,
                    Algorithm::EdDsa | Algorithm::Es256 | Algorithm::Rs256 => &RSA_PKCS1_SHA256,
                };
                let mut signature = vec![0; key.modulus.len()];
                key.pair
                    .sign(padding, &random, input, &mut signature)
                    .map_err(lost)?;
                Ok(signature)
            }
        }
    }
}

/// A JWT with a MAC by this secret.
pub(crate) fn authenticated(secret: &[u8], header: &Value, claims: &Value) -> String {
    let input = signing_input(header, claims);
    let mac = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), input.as_bytes());
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(mac.as_ref()))
}

/// A JWT with `alg` `none`.
pub(crate) fn unsigned(claims: &Value) -> String {
    format!(
        "{}.",
        signing_input(&json!({ "alg": "none", "typ": "JWT" }), claims)
    )
}

/// What is signed: header and claims.
pub(crate) fn signing_input(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}

fn edwards() -> Result<(Pair, String), String> {
    let seed = ring::rand::generate::<[u8; SEED]>(&SystemRandom::new())
        .map_err(|_| "the machine gave no random bytes".to_owned())?
        .expose();
    let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|error| error.to_string())?;
    Ok((Pair::Edwards(pair), URL_SAFE_NO_PAD.encode(seed)))
}

fn elliptic() -> Result<(Pair, String), String> {
    let random = SystemRandom::new();
    let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).map_err(|error| error.to_string())?;
    let pair =
        EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random).map_err(|error| error.to_string())?;
    let scalar = document.as_ref().get(SCALAR);
    let scalar = scalar.ok_or("the private key has an unknown form")?;
    Ok((Pair::Elliptic(pair), URL_SAFE_NO_PAD.encode(scalar)))
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::DecodingKey;
    use jsonwebtoken::Validation;
    use jsonwebtoken::decode;
    use jsonwebtoken::decode_header;
    use jsonwebtoken::jwk::Jwk;

    use super::*;

    fn key(algorithm: Algorithm) -> SigningKey {
        SigningKey::generate(algorithm, "k", Which::Client).unwrap()
    }

    #[test]
    fn what_a_key_signs_verifies_by_what_it_publishes() {
        for algorithm in Algorithm::ALL {
            let key = key(algorithm);
            let jwt = key.sign("k", &json!({ "sub": "c" })).unwrap();
            let told = decode_header(&jwt).unwrap();
            let mut rules = Validation::new(told.alg);
            rules.required_spec_claims.clear();
            rules.validate_exp = false;
            let public: Jwk = serde_json::from_value(key.public()).unwrap();
            let public = DecodingKey::from_jwk(&public).unwrap();
            let claims = decode::<Value>(&jwt, &public, &rules).unwrap().claims;
            assert_eq!(claims["sub"], "c", "{algorithm:?}");
            let (_, signature) = jwt.rsplit_once('.').unwrap();
            let length = URL_SAFE_NO_PAD.decode(signature).unwrap().len();
            assert_eq!(length, key.signature_length(), "{algorithm:?}");
        }
    }

    #[test]
    fn the_private_part_belongs_to_the_public_one() {
        let elliptic = key(Algorithm::Es256);
        let scalar = URL_SAFE_NO_PAD.decode(&elliptic.private).unwrap();
        let Pair::Elliptic(pair) = &elliptic.pair else {
            unreachable!("ES256 has such a pair");
        };
        EcdsaKeyPair::from_private_key_and_public_key(
            &ECDSA_P256_SHA256_FIXED_SIGNING,
            &scalar,
            pair.public_key().as_ref(),
            &SystemRandom::new(),
        )
        .unwrap();
        let public = elliptic.public();
        for coordinate in ["x", "y"] {
            let bytes = URL_SAFE_NO_PAD.decode(public[coordinate].as_str().unwrap());
            assert_eq!(bytes.unwrap().len(), SEED);
        }
        let edwards = key(Algorithm::EdDsa);
        let seed = URL_SAFE_NO_PAD.decode(&edwards.private).unwrap();
        let again = Ed25519KeyPair::from_seed_unchecked(&seed).unwrap();
        let x = edwards.public()["x"].as_str().unwrap().to_owned();
        assert_eq!(x, URL_SAFE_NO_PAD.encode(again.public_key().as_ref()));
    }

    #[test]
    fn the_algorithms_are_those_that_are_listed() {
        let of = |names: &[&str]| Algorithm::among(&names.iter().map(|name| json!(name)).collect::<Vec<_>>());
        assert_eq!(of(&["RS256", "PS256"]), [Algorithm::Rs256, Algorithm::Ps256]);
        assert_eq!(
            of(&["EdDSA", "PS256", "ES256"]),
            [Algorithm::Es256, Algorithm::Ps256, Algorithm::EdDsa]
        );
        assert_eq!(of(&["ES512"]), []);
    }

    #[test]
    fn each_form_of_a_public_key_is_another_secret() {
        for algorithm in [Algorithm::Es256, Algorithm::Rs256] {
            let key = key(algorithm);
            let forms = [
                PublicForm::Der,
                PublicForm::Jwk,
                PublicForm::Pem,
                PublicForm::PemLine,
                PublicForm::Raw,
            ];
            let mut macs: Vec<String> = forms
                .iter()
                .map(|form| key.authenticated(*form, &json!({})).unwrap())
                .collect();
            macs.sort();
            macs.dedup();
            assert_eq!(macs.len(), forms.len(), "{algorithm:?}");
            let text = String::from_utf8(key.form(PublicForm::PemLine).unwrap()).unwrap();
            assert!(text.ends_with("-----END PUBLIC KEY-----\n"));
        }
        assert_eq!(key(Algorithm::Es256).form(PublicForm::Der).unwrap().len(), 91);
        assert_eq!(key(Algorithm::Rs256).form(PublicForm::Der).unwrap().len(), 294);
    }
}
