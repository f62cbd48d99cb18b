//! The client's keys of a run, and the assertions that are signed with them.

use std::sync::OnceLock;
use std::time::Duration;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cimdspec_judge::Origin;
use cimdspec_model::verb::Authentication;
use ring::rand::SystemRandom;
use serde_json::Value;
use serde_json::json;

use crate::calibration::assertions::Manner;
use crate::calibration::assertions::Manners;
use crate::keys::rsa::Which;
use crate::keys::signing::Algorithm;
use crate::keys::signing::PublicForm;
use crate::keys::signing::SigningKey;
use crate::keys::signing::authenticated;
use crate::keys::signing::signing_input;
use crate::keys::signing::unsigned;

/// Keys that live as long as the run.
pub(crate) struct Keys {
    /// The client's. The algorithm that the target takes decides which of them is used.
    client: Ring,
    /// Those of somebody else.
    other: Ring,
    /// The client's, for clients that say their algorithm.
    of_algorithms: Ring,
    /// How assertions are made.
    pub(crate) manners: Manners,
}

/// One key for each algorithm, made when it is first used: a run of a few cases needs few of them.
struct Ring {
    kid: fn(Algorithm) -> &'static str,
    which: Which,
    keys: [OnceLock<SigningKey>; Algorithm::ALL.len()],
}

/// The claims of an assertion, as far as they vary.
pub(crate) struct Assertion<'a> {
    pub(crate) client_id: &'a str,
    /// Where the client's keys are known from.
    pub(crate) origin: Origin,
    pub(crate) audience: &'a str,
    /// The place to which a header may link, at the host `keys`.
    pub(crate) links: Option<&'a str>,
    /// What is wrong with it, if anything.
    pub(crate) fault: Option<Authentication>,
}

const CLIENT_KID: &str = "cimdspec-client";
const OTHER_KID: &str = "cimdspec-other";
const LIFETIME: Duration = Duration::from_secs(60);
const ANOTHER_SERVER: &str = "https://another-server.example/";
const ANOTHER_CLIENT: &str = "https://another-client.example/client.json";
/// Beyond the difference of clocks that servers allow, and short of the lifetimes that they refuse.
const NOT_YET: Duration = Duration::from_secs(420);
const TEN_YEARS: Duration = Duration::from_secs(10 * 365 * 24 * 3600);
const LONG_AGO: Duration = Duration::from_secs(3600);
const SYMMETRIC_KEY: &[u8] = b"cimdspec-symmetric-key-0123456789";
const SYMMETRIC_KID: &str = "cimdspec-symmetric";

impl Ring {
    fn new(kid: fn(Algorithm) -> &'static str, which: Which) -> Self {
        let keys = Algorithm::ALL.map(|_| OnceLock::new());
        Self { kid, which, keys }
    }

    fn key(&self, algorithm: Algorithm) -> Result<&SigningKey, String> {
        let place = Algorithm::ALL.iter().position(|known| *known == algorithm);
        let place = place.and_then(|place| self.keys.get(place));
        let place = place.ok_or_else(|| format!("there is no key for {}", algorithm.name()))?;
        if let Some(known) = place.get() {
            return Ok(known);
        }
        let made = SigningKey::generate(algorithm, (self.kid)(algorithm), self.which)
            .map_err(|error| error.to_string())?;
        Ok(place.get_or_init(|| made))
    }
}

impl Keys {
    /// Fresh keys. Those are used first that a target with this list takes most likely.
    pub(crate) fn generate(listed: Option<&Value>) -> Self {
        let of_algorithm = |algorithm| match algorithm {
            Algorithm::EdDsa => "cimdspec-eddsa",
            Algorithm::Es256 => "cimdspec-es256",
            Algorithm::Ps256 => "cimdspec-ps256",
            Algorithm::Rs256 => "cimdspec-rs256",
        };
        Self {
            client: Ring::new(|_| CLIENT_KID, Which::Client),
            other: Ring::new(|_| OTHER_KID, Which::Other),
            of_algorithms: Ring::new(of_algorithm, Which::Client),
            manners: Manners::new(Manner::likeliest(listed)),
        }
    }

    fn client(&self, origin: Origin) -> Result<&SigningKey, String> {
        self.client.key(self.manners.of(origin).algorithm)
    }

    fn other(&self, origin: Origin) -> Result<&SigningKey, String> {
        self.other.key(self.manners.of(origin).algorithm)
    }

    /// The JSON Web Key Set that `@keys/<name>` stands for with clients of this origin, if there is one of this name.
    pub(crate) fn set(&self, name: &str, origin: Origin) -> Result<Option<Value>, String> {
        let key = match name {
            "client" => self.client(origin)?.public(),
            "client-for-encryption" => saying(self.client(origin)?.public(), "use", "enc"),
            "client-of-another-algorithm" => saying(self.client(origin)?.public(), "alg", "ES384"),
            "client-private" => self.client(origin)?.with_private(),
            "other" => self.other(origin)?.public(),
            "renewed" => saying(self.other(origin)?.public(), "kid", &self.client(origin)?.kid),
            "symmetric" => json!({
                "kty": "oct",
                "kid": SYMMETRIC_KID,
                "alg": "HS256",
                "k": URL_SAFE_NO_PAD.encode(SYMMETRIC_KEY),
            }),
            name => {
                let named = |algorithm: &Algorithm| {
                    name.strip_prefix("client-")
                        .is_some_and(|rest| rest == algorithm.name().to_ascii_lowercase())
                };
                match Algorithm::ALL.into_iter().find(named) {
                    Some(algorithm) => self.of_algorithms.key(algorithm)?.public(),
                    None => return Ok(None),
                }
            }
        };
        Ok(Some(json!({ "keys": [key] })))
    }

    /// A statement signed with a key of which no server knows.
    pub(crate) fn statement(&self, claims: &Value) -> Result<String, String> {
        let other = self.other(Origin::Registration)?;
        other.sign(&other.kid, claims)
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
        let (client, other) = (self.client(wanted.origin)?, self.other(wanted.origin)?);
        let told = self.manners.of(wanted.origin).told;
        let header = |more: Value| client.header(told, more);
        let confused = |form| client.authenticated(form, &claims);
        let typed = |told: &str| client.sign_with(&header(json!({ "typ": told })), &claims);
        match wanted.fault {
            Some(Authentication::AssertionCritical) => {
                let demanded = json!({ "crit": ["urn:cimdspec:unknown"], "urn:cimdspec:unknown": true });
                client.sign_with(&header(demanded), &claims)
            }
            Some(Authentication::AssertionType) => typed("at+jwt"),
            Some(Authentication::AssertionProofType) => typed("dpop+jwt"),
            Some(Authentication::AssertionLogoutType) => typed("logout+jwt"),
            Some(Authentication::AssertionExplicitType) => typed("client-authentication+jwt"),
            Some(Authentication::AssertionUnknownKey) => client.sign_with(
                &header(json!({ "kid": format!("cimdspec-{}", random()?) })),
                &claims,
            ),
            Some(Authentication::AssertionGarbage) => {
                let input = signing_input(&header(json!({})), &claims);
                Ok(format!("{input}.{}", URL_SAFE_NO_PAD.encode(b"no signature")))
            }
            Some(Authentication::AssertionEddsa) => self.by(Algorithm::EdDsa, told, &claims),
            Some(Authentication::AssertionEs256) => self.by(Algorithm::Es256, told, &claims),
            Some(Authentication::AssertionPs256) => self.by(Algorithm::Ps256, told, &claims),
            Some(Authentication::AssertionRs256) => self.by(Algorithm::Rs256, told, &claims),
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
                let zeros = vec![0; client.signature_length()];
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
                client.sign_with(&untyped, &claims)
            }
            Some(Authentication::AssertionKeyLinks) => {
                let origin = wanted.links.ok_or("the scenario has no host `keys`")?;
                let links = json!({
                    "jku": format!("{origin}/keys.json"),
                    "x5u": format!("{origin}/certificate.pem"),
                    "kid": other.kid,
                });
                other.sign_with(&header(links), &claims)
            }
            // It names the published key, so that the signature is what is wrong.
            Some(Authentication::AssertionWrongKey) => other.sign_with(&header(json!({})), &claims),
            Some(Authentication::AssertionOtherKey) => {
                other.sign_with(&header(json!({ "kid": other.kid })), &claims)
            }
            _ => client.sign_with(&header(json!({})), &claims),
        }
    }

    /// An assertion signed by the key of this algorithm.
    fn by(&self, algorithm: Algorithm, told: &str, claims: &Value) -> Result<String, String> {
        let key = self.of_algorithms.key(algorithm)?;
        key.sign_with(&key.header(told, json!({})), claims)
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
#[path = "kept_tests.rs"]
mod tests;
