//! The client's keys of a run, and the assertions that are signed with them.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::time::Duration;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cimdspec_model::scenario::token::Authentication;
use ring::hmac;
use ring::rand::SystemRandom;
use ring::signature::ECDSA_P256_SHA256_FIXED_SIGNING;
use ring::signature::EcdsaKeyPair;
use ring::signature::KeyPair;
use serde_json::Value;
use serde_json::json;

use crate::error::DriveError;

/// Keys that live as long as the run.
pub(crate) struct Keys {
    client: SigningKey,
    other: SigningKey,
    /// Which of [`TYPES`] the assertions say they are.
    said: AtomicUsize,
}

struct SigningKey {
    pair: EcdsaKeyPair,
    kid: &'static str,
    private: String,
}

/// The claims of an assertion, as far as they vary.
pub(crate) struct Assertion<'a> {
    pub(crate) client_id: &'a str,
    pub(crate) audience: &'a str,
    /// The origin of the host `keys`, to which a header may link.
    pub(crate) links: Option<&'a str>,
    /// What is wrong with it, if anything.
    pub(crate) fault: Option<Authentication>,
}

/// What right assertions may say they are: libraries of old know the first only, CIMD -03 wants an explicit one.
pub(crate) const TYPES: [&str; 3] = ["JWT", "client-authentication+jwt", "oauth-client-auth+jwt"];
const LIFETIME: Duration = Duration::from_secs(60);
const ANOTHER_SERVER: &str = "https://another-server.example/";
const ANOTHER_CLIENT: &str = "https://another-client.example/client.json";
/// Beyond the difference of clocks that servers allow, and short of the lifetimes that they refuse.
const NOT_YET: Duration = Duration::from_secs(420);
/// The bytes of a raw ES256 signature.
const ZERO_SIGNATURE: usize = 64;
const TEN_YEARS: Duration = Duration::from_secs(10 * 365 * 24 * 3600);
const LONG_AGO: Duration = Duration::from_secs(3600);
/// Where the private scalar stands in the PKCS #8 form that ring writes for P-256.
const SCALAR: std::ops::Range<usize> = 36..68;

impl Keys {
    /// Fresh keys.
    pub(crate) fn generate() -> Result<Self, DriveError> {
        Ok(Self {
            client: SigningKey::generate("cimdspec-client")?,
            other: SigningKey::generate("cimdspec-other")?,
            said: AtomicUsize::new(0),
        })
    }

    /// Assertions say from now on that they are of this one of [`TYPES`].
    pub(crate) fn say(&self, index: usize) {
        self.said.store(index, Ordering::Relaxed);
    }

    /// What assertions say they are.
    fn said(&self) -> &'static str {
        TYPES
            .get(self.said.load(Ordering::Relaxed))
            .copied()
            .unwrap_or(TYPES[0])
    }

    /// The JSON Web Key Sets that `@keys/…` stands for.
    pub(crate) fn sets(&self) -> BTreeMap<String, Value> {
        let set = |key: Value| json!({ "keys": [key] });
        let octets = json!({
            "kty": "oct",
            "kid": "cimdspec-symmetric",
            "alg": "HS256",
            "k": URL_SAFE_NO_PAD.encode(b"cimdspec-symmetric-key-0123456789"),
        });
        BTreeMap::from([
            ("client".to_owned(), set(self.client.public())),
            (
                "client-for-encryption".to_owned(),
                set(saying(self.client.public(), "use", "enc")),
            ),
            (
                "client-of-another-algorithm".to_owned(),
                set(saying(self.client.public(), "alg", "ES384")),
            ),
            ("client-private".to_owned(), set(self.client.with_private())),
            ("other".to_owned(), set(self.other.public())),
            (
                "renewed".to_owned(),
                set(saying(self.other.public(), "kid", self.client.kid)),
            ),
            ("symmetric".to_owned(), set(octets)),
        ])
    }

    /// A statement signed with a key of which no server knows.
    pub(crate) fn statement(&self, claims: &Value) -> Result<String, String> {
        self.other.sign(self.other.kid, claims)
    }

    /// A statement with `alg` `none`.
    pub(crate) fn unsigned(&self, claims: &Value) -> String {
        format!(
            "{}.",
            signing_input(&json!({ "alg": "none", "typ": "JWT" }), claims)
        )
    }

    /// A signed assertion (RFC 7523).
    pub(crate) fn assertion(&self, wanted: &Assertion<'_>) -> Result<String, String> {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_err(|error| error.to_string())?;
        let issued = match wanted.fault {
            Some(Authentication::AssertionExpired) => now.saturating_sub(LONG_AGO + LIFETIME),
            _ => now,
        };
        let audience = match wanted.fault {
            Some(Authentication::AssertionWrongAudience) => json!(ANOTHER_SERVER),
            Some(Authentication::AssertionManyAudiences) => json!([wanted.audience, ANOTHER_SERVER]),
            _ => json!(wanted.audience),
        };
        let issuer = match wanted.fault {
            Some(Authentication::AssertionIssuer) => ANOTHER_CLIENT,
            _ => wanted.client_id,
        };
        let subject = match wanted.fault {
            Some(Authentication::AssertionWrongSubject) => ANOTHER_CLIENT,
            _ => wanted.client_id,
        };
        let mut claims = json!({
            "iss": issuer,
            "sub": subject,
            "aud": audience,
            "jti": random()?,
            "iat": issued.as_secs(),
            "exp": (issued + LIFETIME).as_secs(),
        });
        match wanted.fault {
            Some(Authentication::AssertionNotYet) => {
                claims["nbf"] = json!((now + NOT_YET).as_secs());
                claims["exp"] = json!((now + NOT_YET + LIFETIME).as_secs());
            }
            Some(Authentication::AssertionDistantExpiry) => {
                claims["exp"] = json!((issued + TEN_YEARS).as_secs())
            }
            Some(Authentication::AssertionWithoutExpiry) => leave_out(&mut claims, "exp"),
            Some(Authentication::AssertionWithoutId) => leave_out(&mut claims, "jti"),
            _ => {}
        }
        let header = |more: Value| {
            let mut header = json!({ "alg": "ES256", "typ": self.said(), "kid": self.client.kid });
            if let (Some(header), Value::Object(more)) = (header.as_object_mut(), more) {
                header.extend(more);
            }
            header
        };
        let typed = |told: &str| self.client.sign_with(&header(json!({ "typ": told })), &claims);
        match wanted.fault {
            Some(Authentication::AssertionCritical) => {
                let demanded = json!({ "crit": ["urn:cimdspec:unknown"], "urn:cimdspec:unknown": true });
                self.client.sign_with(&header(demanded), &claims)
            }
            Some(Authentication::AssertionType) => typed("at+jwt"),
            Some(Authentication::AssertionProofType) => typed("dpop+jwt"),
            Some(Authentication::AssertionLogoutType) => typed("logout+jwt"),
            Some(Authentication::AssertionExplicitType) => typed("client-authentication+jwt"),
            Some(Authentication::AssertionUnknownKey) => self
                .client
                .sign_with(&header(json!({ "kid": "cimdspec-nobody" })), &claims),
            Some(Authentication::AssertionGarbage) => {
                let input = signing_input(&header(json!({})), &claims);
                Ok(format!("{input}.{}", URL_SAFE_NO_PAD.encode(b"no signature")))
            }
            Some(Authentication::AssertionHmac) => Ok(self
                .client
                .authenticated(&header(json!({ "alg": "HS256" })), &claims)),
            Some(Authentication::AssertionZeroSignature) => {
                let input = signing_input(&header(json!({})), &claims);
                Ok(format!("{input}.{}", URL_SAFE_NO_PAD.encode([0; ZERO_SIGNATURE])))
            }
            Some(Authentication::AssertionUnsigned) => Ok(self.unsigned(&claims)),
            Some(Authentication::AssertionUnsignedInCapitals) => Ok(format!(
                "{}.",
                signing_input(&json!({ "alg": "NONE", "typ": "JWT" }), &claims)
            )),
            Some(Authentication::AssertionUntyped) => {
                let mut untyped = header(json!({}));
                leave_out(&mut untyped, "typ");
                self.client.sign_with(&untyped, &claims)
            }
            Some(Authentication::AssertionKeyLinks) => {
                let origin = wanted.links.ok_or("the scenario has no host `keys`")?;
                let links = json!({
                    "jku": format!("{origin}/keys.json"),
                    "x5u": format!("{origin}/certificate.pem"),
                    "kid": self.other.kid,
                });
                self.other.sign_with(&header(links), &claims)
            }
            // It names the published key, so that the signature is what is wrong.
            Some(Authentication::AssertionWrongKey) => self.other.sign_with(&header(json!({})), &claims),
            Some(Authentication::AssertionOtherKey) => self
                .other
                .sign_with(&header(json!({ "kid": self.other.kid })), &claims),
            _ => self.client.sign_with(&header(json!({})), &claims),
        }
    }
}

impl SigningKey {
    fn generate(kid: &'static str) -> Result<Self, DriveError> {
        let bug = |reason: String| DriveError::Bug { reason };
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let document =
            EcdsaKeyPair::generate_pkcs8(algorithm, &random).map_err(|error| bug(error.to_string()))?;
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random)
            .map_err(|error| bug(error.to_string()))?;
        let scalar = document
            .as_ref()
            .get(SCALAR)
            .ok_or_else(|| bug("the private key has an unknown form".to_owned()))?;
        Ok(Self {
            pair,
            kid,
            private: URL_SAFE_NO_PAD.encode(scalar),
        })
    }

    fn public(&self) -> Value {
        // An uncompressed point: one byte of form, then both coordinates.
        let point = self.pair.public_key().as_ref();
        let (x, y) = point.get(1..).unwrap_or_default().split_at(point.len() / 2);
        json!({
            "kty": "EC",
            "crv": "P-256",
            "alg": "ES256",
            "use": "sig",
            "kid": self.kid,
            "x": URL_SAFE_NO_PAD.encode(x),
            "y": URL_SAFE_NO_PAD.encode(y),
        })
    }

    fn with_private(&self) -> Value {
        let mut key = self.public();
        key["d"] = Value::String(self.private.clone());
        key
    }

    /// A MAC with the text of the public key as its secret, as a server makes it that lets the header choose.
    fn authenticated(&self, header: &Value, claims: &Value) -> String {
        let input = signing_input(header, claims);
        let secret = hmac::Key::new(hmac::HMAC_SHA256, self.public().to_string().as_bytes());
        let mac = hmac::sign(&secret, input.as_bytes());
        format!("{input}.{}", URL_SAFE_NO_PAD.encode(mac.as_ref()))
    }

    fn sign(&self, kid: &str, claims: &Value) -> Result<String, String> {
        self.sign_with(&json!({ "alg": "ES256", "typ": "JWT", "kid": kid }), claims)
    }

    fn sign_with(&self, header: &Value, claims: &Value) -> Result<String, String> {
        let input = signing_input(header, claims);
        let signature = self
            .pair
            .sign(&SystemRandom::new(), input.as_bytes())
            .map_err(|_| "the assertion could not be signed".to_owned())?;
        Ok(format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref())))
    }
}

/// A key with another value of a member.
fn saying(mut key: Value, member: &str, value: &str) -> Value {
    key[member] = json!(value);
    key
}

fn leave_out(claims: &mut Value, name: &str) {
    if let Some(claims) = claims.as_object_mut() {
        claims.remove(name);
    }
}

fn signing_input(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}

/// A fresh text of 256 random bits, fit for a state or a code verifier.
pub(crate) fn random() -> Result<String, String> {
    ring::rand::generate::<[u8; 32]>(&SystemRandom::new())
        .map(|bytes| URL_SAFE_NO_PAD.encode(bytes.expose()))
        .map_err(|_| "the machine gave no random bytes".to_owned())
}

/// The S256 challenge of a code verifier (RFC 7636).
pub(crate) fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(ring::digest::digest(&ring::digest::SHA256, verifier.as_bytes()))
}

#[cfg(test)]
mod tests {
    use cimdspec_model::text::KEY_SETS;
    use ring::signature::ECDSA_P256_SHA256_FIXED;
    use ring::signature::UnparsedPublicKey;

    use super::*;

    fn parts(jwt: &str) -> (Value, Value, Vec<u8>) {
        let decoded: Vec<Vec<u8>> = jwt
            .split('.')
            .map(|part| URL_SAFE_NO_PAD.decode(part).unwrap())
            .collect();
        let json = |at: usize| serde_json::from_slice(&decoded[at]).unwrap();
        (json(0), json(1), decoded[2].clone())
    }

    fn assertion(keys: &Keys, fault: Option<Authentication>) -> String {
        let wanted = Assertion {
            client_id: "https://client.test/client.json",
            audience: "https://as.test",
            links: Some("https://keys.test"),
            fault,
        };
        keys.assertion(&wanted).unwrap()
    }

    #[test]
    fn the_private_part_belongs_to_the_public_one() {
        let key = SigningKey::generate("k").unwrap();
        let scalar = URL_SAFE_NO_PAD.decode(&key.private).unwrap();
        EcdsaKeyPair::from_private_key_and_public_key(
            &ECDSA_P256_SHA256_FIXED_SIGNING,
            &scalar,
            key.pair.public_key().as_ref(),
            &SystemRandom::new(),
        )
        .unwrap();
        let public = key.public();
        for coordinate in ["x", "y"] {
            assert_eq!(
                URL_SAFE_NO_PAD
                    .decode(public[coordinate].as_str().unwrap())
                    .unwrap()
                    .len(),
                32
            );
        }
    }

    #[test]
    fn an_assertion_verifies_and_a_faulty_one_differs_in_its_fault() {
        let keys = Keys::generate().unwrap();
        let verifies = |jwt: &str| {
            let (signed, _) = jwt.rsplit_once('.').unwrap();
            UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, keys.client.pair.public_key().as_ref())
                .verify(signed.as_bytes(), &parts(jwt).2)
                .is_ok()
        };
        let good = assertion(&keys, None);
        assert!(verifies(&good));
        let (header, claims, _) = parts(&good);
        assert_eq!(header["kid"], "cimdspec-client");
        assert_eq!(claims["iss"], claims["sub"]);
        assert_eq!(claims["aud"], "https://as.test");
        assert!(!verifies(&assertion(
            &keys,
            Some(Authentication::AssertionWrongKey)
        )));
        let other = assertion(&keys, Some(Authentication::AssertionOtherKey));
        assert_eq!(parts(&other).0["kid"], "cimdspec-other");
        assert!(!verifies(&other));
        let unsigned = parts(&assertion(&keys, Some(Authentication::AssertionUnsigned)));
        assert_eq!((unsigned.0["alg"].as_str(), unsigned.2.len()), (Some("none"), 0));
        let linked = assertion(&keys, Some(Authentication::AssertionKeyLinks));
        assert_eq!(parts(&linked).0["jku"], "https://keys.test/keys.json");
        assert!(!verifies(&linked));
        for fault in [
            Authentication::AssertionUntyped,
            Authentication::AssertionExplicitType,
            Authentication::AssertionDistantExpiry,
        ] {
            assert!(verifies(&assertion(&keys, Some(fault))), "{fault:?}");
        }
        keys.say(1);
        assert_eq!(parts(&assertion(&keys, None)).0["typ"], TYPES[1]);
        let expired = parts(&assertion(&keys, Some(Authentication::AssertionExpired))).1;
        assert!(expired["exp"].as_u64() < claims["iat"].as_u64());
        let subject = parts(&assertion(&keys, Some(Authentication::AssertionWrongSubject))).1;
        assert_ne!(subject["sub"], subject["iss"]);
    }

    #[test]
    fn every_key_set_that_a_scenario_may_name_is_there() {
        let sets = Keys::generate().unwrap().sets();
        assert_eq!(
            sets.keys().collect::<Vec<_>>(),
            KEY_SETS
                .iter()
                .filter(|name| !name.starts_with("statement/"))
                .collect::<Vec<_>>()
        );
    }

    #[test]
    fn the_challenge_is_that_of_the_appendix() {
        assert_eq!(
            challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
        assert_ne!(random().unwrap(), random().unwrap());
    }
}
