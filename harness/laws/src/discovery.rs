//! What a target says of itself: metadata documents, challenges, key sets.

use std::sync::OnceLock;

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::DecodePaddingMode;
use base64::engine::GeneralPurpose;
use base64::engine::GeneralPurposeConfig;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cimdspec_drive::Named;
use cimdspec_drive::can_sign;
use cimdspec_drive::readers::Answer;
use cimdspec_drive::readers::challenge_parameter;
use cimdspec_drive::readers::endpoints;
use cimdspec_drive::readers::protected_resource;
use cimdspec_model::plan::Need;
use cimdspec_model::profile::PrivateKey;
use cimdspec_model::profile::Profile;
use cimdspec_model::profile::Statements;
use cimdspec_reference::cimd::acceptable_keys;
use cimdspec_reference::cimd::verify_assertion;
use cimdspec_reference::policy::AssertionPolicy;
use cimdspec_reference::policy::DocumentPolicy;
use ring::rand::SystemRandom;
use ring::signature::ECDSA_P256_SHA256_FIXED_SIGNING;
use ring::signature::EcdsaKeyPair;
use ring::signature::KeyPair;
use serde_json::Value;
use serde_json::json;
use url::Url;

use crate::agent::client;
use crate::agent::is_loopback;
use crate::bytes::sections;

const HERE: &str = "http://127.0.0.1:8080/tenant";
const THERE: &str = "https://as.test";
const CLIENT: &str = "https://client.test/client.json";
const SERVER: &str = "https://as.test/token";
const NOW: u64 = 1_790_000_000;
/// What is accepted of clocks, and how long an assertion may live (`cimd::keys::assertion`).
const SKEW: u64 = 5;
const LONGEST_AHEAD: u64 = 600;
/// Members that no public key has (RFC 7518 section 6).
const NOT_PUBLIC: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// The sections are answers: `oauth`, `openid-inserted`, `openid`, each a status line and a body; and `resource` and `challenge` of an
/// MCP server. Metadata make a target, or a message; a target on loopback points at no other machine.
pub fn discovery(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let parts = sections(&text);
    let part = |wanted: &str| {
        let mut named = parts.iter().filter(|(name, _)| *name == wanted);
        named.next().map(|(_, body)| *body)
    };
    if let Some(challenge) = part("challenge") {
        for name in ["resource_metadata", "scope"] {
            let value = challenge_parameter(challenge, name);
            assert!(value.is_none_or(|value| challenge.contains(&value)));
        }
    }
    let answer = |body: &str| {
        let (status, body) = body.split_once('\n').unwrap_or(("200", body));
        Answer {
            status: status.trim().parse().unwrap_or(200),
            headers: vec![("server".to_owned(), "a server".to_owned())],
            body: body.to_owned(),
        }
    };
    if let Some(resource) = part("resource")
        && let Err(why) = protected_resource(&answer(resource))
    {
        assert!(!why.is_empty());
    }
    let answers = ["oauth", "openid-inserted", "openid"].map(|name| match part(name) {
        Some(body) => Ok(answer(body)),
        None => Err("nothing listens".to_owned()),
    });
    for named in [Named::At(HERE), Named::Exactly(THERE)] {
        let found = client().discovered(named, Profile::reference(), answers.clone());
        let target = match found {
            Err(told) => {
                assert!(told.to_string().contains("hint: "));
                continue;
            }
            Ok(target) => target,
        };
        assert!(target.published().count() <= answers.len());
        assert!(
            target
                .differences()
                .iter()
                .all(|difference| !difference.is_empty())
        );
        if named == Named::Exactly(THERE) {
            assert_eq!(target.issuer(), THERE);
            continue;
        }
        assert!(target.place() == HERE, "{}", target.place());
        let issuer = Url::parse(target.issuer()).expect("an issuer is a URL");
        assert_eq!(issuer.as_str().trim_end_matches('/'), HERE);
        for endpoint in endpoints(&target) {
            assert!(is_loopback(&endpoint), "{endpoint}");
            assert!(matches!(endpoint.scheme(), "http" | "https"));
        }
        let is_there = target.metadata().get("end_session_endpoint").is_some();
        assert!(is_there || !target.offers(Need::Logout));
        let _ = (
            target.software(),
            target.says_documents(),
            target.offers(Need::PrivateKeyJwt),
        );
    }
}

/// A key of a client with its public coordinates.
struct Key {
    pair: EcdsaKeyPair,
    x: Vec<u8>,
    y: Vec<u8>,
}

fn key() -> &'static Key {
    static KEY: OnceLock<Key> = OnceLock::new();
    KEY.get_or_init(|| {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let made = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("the system has random bytes");
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, made.as_ref(), &random).expect("a key that was made");
        let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
        let (x, y) = (x.to_vec(), y.to_vec());
        Key { pair, x, y }
    })
}

/// An assertion with this header and these claims, signed by the key.
fn assertion(header: &str, claims: &str) -> String {
    let signed = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(claims)
    );
    let signature = key().pair.sign(&SystemRandom::new(), signed.as_bytes());
    let signature = signature.expect("a signature needs random bytes only");
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// An assertion is the client's only if the set has the key that signed it, and its claims are right.
///
/// The sections are `jwks`, in which `$X` and `$Y` stand for the coordinates of the key that signs, `header`, `claims`, and `key`: a private key as
/// an operator gives it.
pub fn jwk_set(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut set = json!({ "keys": [of_the_key()] }).to_string();
    let mut header = json!({ "alg": "ES256", "typ": "JWT" }).to_string();
    let mut claims =
        json!({ "iss": CLIENT, "sub": CLIENT, "aud": SERVER, "exp": NOW + 60, "jti": "1" }).to_string();
    for (name, part) in sections(&text) {
        match name {
            "jwks" => {
                let [x, y] = [&key().x, &key().y].map(|part| URL_SAFE_NO_PAD.encode(part));
                set = part.replace("$X", &x).replace("$Y", &y);
            }
            "header" => header = part.to_owned(),
            "claims" => claims = part.to_owned(),
            "key" => {
                let statements = Statements {
                    issuer: "https://publisher.test".to_owned(),
                    key: PrivateKey::Text(part.to_owned()),
                    kid: None,
                    set: Default::default(),
                };
                if let Err(told) = can_sign(&statements) {
                    let told = told.to_string();
                    assert!(told.contains("hint: "), "{told}");
                }
            }
            _ => {}
        }
    }
    let Ok(set) = serde_json::from_str::<Value>(&set) else {
        return;
    };
    let is_acceptable = acceptable_keys(&DocumentPolicy::default(), &set).is_ok();
    let assertion = assertion(&header, &claims);
    let audiences = [SERVER.to_owned(), THERE.to_owned()];
    let policy = AssertionPolicy::default();
    let verified = verify_assertion(&policy, &assertion, CLIENT, &audiences, &set, NOW);
    if let Ok(verified) = verified {
        assert!(has_the_key(&set), "signed by a key that is not in {set}");
        let claims: Value = serde_json::from_str(&claims).expect("claims that were read are JSON");
        assert_eq!((&claims["iss"], &claims["sub"]), (&json!(CLIENT), &json!(CLIENT)));
        assert_eq!(claims["exp"], json!(verified.exp));
        assert!(verified.exp + SKEW >= NOW && verified.exp <= NOW + LONGEST_AHEAD);
        assert!(!verified.jti.is_empty() && claims["jti"] == json!(verified.jti));
    }
    if is_acceptable {
        for key in set["keys"].as_array().into_iter().flatten() {
            let is_public = NOT_PUBLIC.iter().all(|name| key.get(name).is_none());
            assert!(is_public, "{set}");
        }
    }
}

fn of_the_key() -> Value {
    let [x, y] = [&key().x, &key().y].map(|part| URL_SAFE_NO_PAD.encode(part));
    json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y })
}

/// Whether a set has the key by its coordinates, however they are written.
fn has_the_key(set: &Value) -> bool {
    let config = GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let lenient = GeneralPurpose::new(&URL_SAFE, config);
    let decoded = |key: &Value, name: &str| lenient.decode(key[name].as_str()?).ok();
    let keys = set["keys"].as_array();
    let mut keys = keys.into_iter().flatten();
    keys.any(|one| {
        decoded(one, "x").as_ref() == Some(&key().x) && decoded(one, "y").as_ref() == Some(&key().y)
    })
}
