//! Tests of the rules of a document.

use serde_json::json;

use super::*;
use crate::cimd::keys::credentials::METHOD;
use crate::cimd::keys::credentials::METHODS;
use crate::policy::Check;

const CLIENT: &str = "https://h.example/p";

fn served(policy: &DocumentPolicy, text: &str) -> Result<ClientDocument, Refusal> {
    let response = Fetched {
        address: None,
        headers: Vec::new(),
        body: text.as_bytes().to_vec(),
        not_modified: false,
        moved: None,
    };
    read(
        policy,
        &CredentialPolicy::default(),
        &RedirectPolicy::default(),
        CLIENT,
        &response,
    )
}

fn with(change: Value) -> Result<ClientDocument, Refusal> {
    let mut document =
        json!({ "client_id": CLIENT, "client_name": "C", "redirect_uris": ["https://h.example/cb"] });
    for (name, value) in change.as_object().unwrap() {
        document[name] = value.clone();
    }
    served(&DocumentPolicy::default(), &document.to_string())
}

#[test]
fn each_broken_rule_is_named() {
    let public = json!({ "kty": "EC", "crv": "P-256", "x": "eA", "y": "eQ" });
    let mut private = public.clone();
    private["d"] = json!("ZA");
    for (change, reason) in [
        (
            json!({ "client_id": "https://h.example/P" }),
            "`client_id` is not its URL",
        ),
        (json!({ "client_id": [CLIENT] }), "`client_id` is not its URL"),
        (json!({ "client_id": null }), "`client_id` is not its URL"),
        (json!({ "client_secret": "" }), "it holds a client secret"),
        (
            json!({ "client_secret_expires_at": 0 }),
            "it holds a client secret",
        ),
        (
            json!({ "redirect_uris": [] }),
            "`redirect_uris` is missing or empty",
        ),
        (
            json!({ "redirect_uris": "https://h.example/cb" }),
            "`redirect_uris` is no array of strings",
        ),
        (
            json!({ "redirect_uris": [7] }),
            "`redirect_uris` is no array of strings",
        ),
        (
            json!({ "redirect_uris": ["/cb"] }),
            "a redirect URI is not absolute",
        ),
        (json!({ "client_name": 7 }), "`client_name` is no string"),
        (json!({ "scope": ["a"] }), "`scope` is no string"),
        (
            json!({ "response_types": "code" }),
            "`response_types` is no array of strings",
        ),
        (
            json!({ METHOD: ["none"] }),
            "`token_endpoint_auth_method` is no string",
        ),
        (
            json!({ METHOD: "client_secret_basic" }),
            "its authentication method is not possible for a client with a document",
        ),
        (json!({ METHOD: "private_key_jwt" }), "it has no keys"),
        (json!({ METHODS: ["private_key_jwt"] }), "it has no keys"),
        (
            json!({ "jwks": { "keys": [public] }, "jwks_uri": "https://h.example/k" }),
            "it has both `jwks` and `jwks_uri`",
        ),
        (
            json!({ "jwks": { "keys": [private] } }),
            "`jwks` holds private keys",
        ),
        (
            json!({ "jwks": { "keys": [{ "kty": "oct", "k": "aw" }] } }),
            "`jwks` holds symmetric keys",
        ),
        (
            json!({ "jwks": { "keys": ["key"] } }),
            "`jwks` holds what is no key",
        ),
        (json!({ "jwks": [] }), "`jwks` is no JWK Set"),
    ] {
        assert_eq!(with(change.clone()), Err(wrong(reason)), "{change}");
    }
}

#[test]
fn the_method_is_the_one_told_or_else_a_supported_one() {
    let auth = |change| with(change).map(|document| document.auth);
    let keys = json!({ "keys": [{ "kty": "EC", "crv": "P-256", "x": "eA", "y": "eQ" }] });
    assert_eq!(auth(json!({})), Ok(AuthMethod::None));
    assert_eq!(
        auth(json!({ METHODS: ["client_secret_post", "x_unknown"] })),
        Ok(AuthMethod::Unsupported)
    );
    assert_eq!(
        auth(json!({ METHOD: "tls_client_auth" })),
        Ok(AuthMethod::Unsupported)
    );
    assert_eq!(
        auth(json!({ METHODS: ["private_key_jwt", "none"] })),
        Ok(AuthMethod::None)
    );
    assert_eq!(
        auth(json!({ METHODS: ["private_key_jwt"], "jwks": keys })),
        Ok(AuthMethod::PrivateKeyJwt)
    );
    assert_eq!(
        auth(json!({ METHOD: "private_key_jwt", METHODS: ["none", "private_key_jwt"], "jwks": keys })),
        Ok(AuthMethod::PrivateKeyJwt)
    );
}

#[test]
fn a_member_that_is_there_twice_is_refused() {
    let twice = r#"{"client_id": "https://h.example/p", "client\u005fid": "https://h.example/p",
        "redirect_uris": ["https://h.example/cb"]}"#;
    assert_eq!(
        served(&DocumentPolicy::default(), twice),
        Err(wrong("a member is there twice"))
    );
    assert!(with(json!({ "x": [{ "a": 1 }, { "a": 1 }] })).is_ok());
}

#[test]
fn only_the_lenient_mutant_reads_comments_and_trailing_commas() {
    let text = r#"// one
        {"client_id": "https://h.example/p", /* two */ "client_name": "a,] // \" */ b",
        "redirect_uris": ["https://h.example/cb" , ],
        }"#;
    assert_eq!(
        served(&DocumentPolicy::default(), text),
        Err(wrong("it is not JSON"))
    );
    let lenient = DocumentPolicy {
        strict_json: Check::Skip.into(),
        ..DocumentPolicy::default()
    };
    let name = served(&lenient, text).map(|document| document.client_name);
    assert_eq!(name, Ok(Some("a,] // \" */ b".to_owned())));
}
