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
use ring::rand::SystemRandom;
use serde_json::Value;
use serde_json::json;

use crate::error::DriveError;
use crate::rsa::Which;
use crate::signing::Algorithm;
use crate::signing::PublicForm;
use crate::signing::SigningKey;
use crate::signing::authenticated;
use crate::signing::signing_input;
use crate::signing::unsigned;

/// Keys that live as long as the run.
pub(crate) struct Keys {
    client: SigningKey,
    other: SigningKey,
    /// One for each algorithm, for clients that tell theirs.
    of_algorithms: Vec<(Algorithm, SigningKey)>,
    /// Which of [`TYPES`] the assertions say they are.
    said: AtomicUsize,
}

/// The claims of an assertion, as far as they vary.
pub(crate) struct Assertion<'a> {
    pub(crate) client_id: &'a str,
    pub(crate) audience: &'a str,
    /// The place to which a header may link, at the host `keys`.
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
const TEN_YEARS: Duration = Duration::from_secs(10 * 365 * 24 * 3600);
const LONG_AGO: Duration = Duration::from_secs(3600);
const SYMMETRIC_KEY: &[u8] = b"cimdspec-symmetric-key-0123456789";
const SYMMETRIC_KID: &str = "cimdspec-symmetric";

impl Keys {
    /// Fresh keys; those of the client are for an algorithm that a server lists, where it lists any that we have.
    pub(crate) fn generate(listed: Option<&Value>) -> Result<Self, DriveError> {
        let algorithm = Algorithm::of_listed(listed).unwrap_or(Algorithm::Es256);
        let of_algorithms = Algorithm::ALL.into_iter().map(|algorithm| {
            let kid = match algorithm {
                Algorithm::EdDsa => "cimdspec-eddsa",
                Algorithm::Es256 => "cimdspec-es256",
                Algorithm::Ps256 => "cimdspec-ps256",
                Algorithm::Rs256 => "cimdspec-rs256",
            };
            Ok((algorithm, SigningKey::generate(algorithm, kid, Which::Client)?))
        });
        Ok(Self {
            client: SigningKey::generate(algorithm, "cimdspec-client", Which::Client)?,
            other: SigningKey::generate(algorithm, "cimdspec-other", Which::Other)?,
            of_algorithms: of_algorithms.collect::<Result<_, DriveError>>()?,
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
            "kid": SYMMETRIC_KID,
            "alg": "HS256",
            "k": URL_SAFE_NO_PAD.encode(SYMMETRIC_KEY),
        });
        let of_algorithms = self.of_algorithms.iter().map(|(algorithm, key)| {
            let name = format!("client-{}", algorithm.name().to_ascii_lowercase());
            (name, set(key.public()))
        });
        let mut sets = BTreeMap::from([
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
                set(saying(self.other.public(), "kid", &self.client.kid)),
            ),
            ("symmetric".to_owned(), set(octets)),
        ]);
        sets.extend(of_algorithms);
        sets
    }

    /// A statement signed with a key of which no server knows.
    pub(crate) fn statement(&self, claims: &Value) -> Result<String, String> {
        self.other.sign(&self.other.kid, claims)
    }

    /// A statement with `alg` `none`.
    pub(crate) fn unsigned(&self, claims: &Value) -> String {
        unsigned(claims)
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
        let header = |more: Value| self.client.header(self.said(), more);
        let confused = |form| Ok(self.client.authenticated(form, &claims));
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
            Some(Authentication::AssertionUnknownKey) => self.client.sign_with(
                &header(json!({ "kid": format!("cimdspec-{}", random()?) })),
                &claims,
            ),
            Some(Authentication::AssertionGarbage) => {
                let input = signing_input(&header(json!({})), &claims);
                Ok(format!("{input}.{}", URL_SAFE_NO_PAD.encode(b"no signature")))
            }
            Some(Authentication::AssertionEddsa) => self.by(Algorithm::EdDsa, &claims),
            Some(Authentication::AssertionEs256) => self.by(Algorithm::Es256, &claims),
            Some(Authentication::AssertionPs256) => self.by(Algorithm::Ps256, &claims),
            Some(Authentication::AssertionRs256) => self.by(Algorithm::Rs256, &claims),
            Some(Authentication::AssertionHmac) => confused(PublicForm::Jwk),
            Some(Authentication::AssertionHmacDer) => confused(PublicForm::Der),
            Some(Authentication::AssertionHmacPem) => confused(PublicForm::Pem),
            Some(Authentication::AssertionHmacPemLine) => confused(PublicForm::PemLine),
            Some(Authentication::AssertionHmacRaw) => confused(PublicForm::Raw),
            Some(Authentication::AssertionSymmetric) => {
                let header = header(json!({ "alg": "HS256", "kid": SYMMETRIC_KID }));
                Ok(authenticated(SYMMETRIC_KEY, &header, &claims))
            }
            Some(Authentication::AssertionZeroSignature) => {
                let input = signing_input(&header(json!({})), &claims);
                let zeros = vec![0; self.client.signature_length()];
                Ok(format!("{input}.{}", URL_SAFE_NO_PAD.encode(zeros)))
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

    /// An assertion signed by the key of this algorithm.
    fn by(&self, algorithm: Algorithm, claims: &Value) -> Result<String, String> {
        let mut keys = self.of_algorithms.iter();
        let (_, key) = keys
            .find(|(known, _)| *known == algorithm)
            .ok_or("there is no key of this algorithm")?;
        key.sign_with(&key.header(self.said(), json!({})), claims)
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
    use jsonwebtoken::DecodingKey;
    use jsonwebtoken::Validation;
    use jsonwebtoken::decode;
    use jsonwebtoken::jwk::Jwk;

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
    fn an_assertion_verifies_and_a_faulty_one_differs_in_its_fault() {
        let keys = Keys::generate(None).unwrap();
        let verifies = |jwt: &str| {
            let mut rules = Validation::new(jsonwebtoken::Algorithm::ES256);
            rules.validate_aud = false;
            let public: Jwk = serde_json::from_value(keys.client.public()).unwrap();
            decode::<Value>(jwt, &DecodingKey::from_jwk(&public).unwrap(), &rules).is_ok()
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
    fn an_assertion_of_an_algorithm_names_the_key_that_is_published_for_it() {
        let keys = Keys::generate(None).unwrap();
        for (auth, name) in [
            (Authentication::AssertionEddsa, "EdDSA"),
            (Authentication::AssertionEs256, "ES256"),
            (Authentication::AssertionPs256, "PS256"),
            (Authentication::AssertionRs256, "RS256"),
        ] {
            let header = parts(&assertion(&keys, Some(auth))).0;
            let set = &keys.sets()[&format!("client-{}", name.to_lowercase())];
            assert_eq!(header["alg"], name);
            assert_eq!(header["kid"], set["keys"][0]["kid"]);
            assert_eq!(set["keys"][0]["alg"], name);
        }
        let symmetric = parts(&assertion(&keys, Some(Authentication::AssertionSymmetric))).0;
        assert_eq!(symmetric["kid"], keys.sets()["symmetric"]["keys"][0]["kid"]);
    }

    #[test]
    fn the_clients_key_is_for_an_algorithm_that_the_server_lists() {
        let keys = Keys::generate(Some(&json!(["RS256", "ES512"]))).unwrap();
        let sets = keys.sets();
        assert_eq!(sets["client"]["keys"][0]["kty"], "RSA");
        assert_ne!(sets["client"]["keys"][0]["n"], sets["other"]["keys"][0]["n"]);
        assert_eq!(parts(&assertion(&keys, None)).0["alg"], "RS256");
    }

    #[test]
    fn every_key_set_that_a_scenario_may_name_is_there() {
        let sets = Keys::generate(None).unwrap().sets();
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
