//! Tests of assertions and of what is published of keys.

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

fn set(keys: &Keys, name: &str) -> Value {
    keys.set(name, Origin::Document).unwrap().unwrap()
}

fn assertion(keys: &Keys, fault: Option<Authentication>) -> String {
    let wanted = Assertion {
        client_id: "https://client.test/client.json",
        origin: Origin::Document,
        audience: "https://as.test",
        links: Some("https://keys.test"),
        fault,
    };
    keys.assertion(&wanted).unwrap()
}

#[test]
fn an_assertion_verifies_and_a_faulty_one_differs_in_its_fault() {
    let keys = Keys::generate(Some(&json!(["ES256"])));
    let verifies = |jwt: &str| {
        let mut rules = Validation::new(jsonwebtoken::Algorithm::ES256);
        rules.validate_aud = false;
        let public: Jwk = serde_json::from_value(keys.client(Origin::Document).unwrap().public()).unwrap();
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
    let explicit = Manner::all(Some(&json!(["ES256"])))[2];
    keys.manners.go(Origin::Document, explicit);
    assert_eq!(parts(&assertion(&keys, None)).0["typ"], explicit.told);
    let expired = parts(&assertion(&keys, Some(Authentication::AssertionExpired))).1;
    assert!(expired["exp"].as_u64() < claims["iat"].as_u64());
    let subject = parts(&assertion(&keys, Some(Authentication::AssertionWrongSubject))).1;
    assert_ne!(subject["sub"], subject["iss"]);
}

#[test]
fn an_assertion_of_an_algorithm_names_the_key_that_is_published_for_it() {
    let keys = Keys::generate(None);
    for (auth, name) in [
        (Authentication::AssertionEddsa, "EdDSA"),
        (Authentication::AssertionEs256, "ES256"),
        (Authentication::AssertionPs256, "PS256"),
        (Authentication::AssertionRs256, "RS256"),
    ] {
        let header = parts(&assertion(&keys, Some(auth))).0;
        let set = set(&keys, &format!("client-{}", name.to_lowercase()));
        assert_eq!(header["alg"], name);
        assert_eq!(header["kid"], set["keys"][0]["kid"]);
        assert_eq!(set["keys"][0]["alg"], name);
    }
    let symmetric = parts(&assertion(&keys, Some(Authentication::AssertionSymmetric))).0;
    assert_eq!(symmetric["kid"], set(&keys, "symmetric")["keys"][0]["kid"]);
}

#[test]
fn the_clients_key_is_for_an_algorithm_that_the_server_lists() {
    let keys = Keys::generate(Some(&json!(["RS256", "ES512"])));
    let (client, other) = (set(&keys, "client"), set(&keys, "other"));
    assert_eq!(client["keys"][0]["kty"], "RSA");
    assert_ne!(client["keys"][0]["n"], other["keys"][0]["n"]);
    assert_eq!(parts(&assertion(&keys, None)).0["alg"], "RS256");
}

#[test]
fn a_registered_client_may_sign_by_another_algorithm() {
    let keys = Keys::generate(None);
    let all = Manner::all(None);
    keys.manners.go(Origin::Registration, all[2]);
    let registered = keys.set("client", Origin::Registration).unwrap().unwrap();
    assert_eq!(set(&keys, "client")["keys"][0]["kty"], "RSA");
    assert_eq!(registered["keys"][0]["kty"], "EC");
}

#[test]
fn every_key_set_that_a_scenario_may_name_is_there() {
    let keys = Keys::generate(None);
    for name in KEY_SETS.iter().filter(|name| !name.starts_with("statement/")) {
        assert!(set(&keys, name)["keys"][0]["kid"].is_string(), "{name}");
    }
    assert_eq!(keys.set("nobody", Origin::Document), Ok(None));
}

#[test]
fn the_challenge_is_that_of_the_appendix() {
    assert_eq!(
        challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    );
    assert_ne!(random().unwrap(), random().unwrap());
}
