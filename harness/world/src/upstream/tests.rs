//! The provider, asked as servers ask it.

use std::sync::Arc;
use std::sync::Mutex;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cimdspec_model::profile::Upstream;
use cimdspec_model::profile::UpstreamKind;
use cimdspec_model::profile::UpstreamUser;
use ring::digest;
use ring::signature::RSA_PKCS1_2048_8192_SHA256;
use ring::signature::RsaPublicKeyComponents;
use serde_json::Value;
use url::Url;
use url::form_urlencoded;

use super::message::Asked;
use super::message::Said;
use super::places::Places;
use super::provider::Provider;
use super::provider::UpstreamPlan;

const CALLBACK: &str = "https://as.test/callback";
const OPENID: (&str, &str) = ("idp.cimdspec.dev", "/token");
const GITHUB: (&str, &str) = ("github.com", "/login/oauth/access_token");
const GOOGLE: (&str, &str) = ("oauth2.googleapis.com", "/token");

fn provider() -> Provider {
    let bob = UpstreamUser {
        sub: "bob".to_owned(),
        email: "bob@example.com".to_owned(),
        name: "Bob".to_owned(),
    };
    let mut users = Upstream::default().users;
    users.push(bob);
    Provider::new(UpstreamPlan {
        kinds: UpstreamKind::ALL.to_vec(),
        users,
        client_id: "server".to_owned(),
        client_secret: Some("hush hush".to_owned()),
        client_origin: "https://as.test".to_owned(),
        hide: Arc::new(|_, _| {}),
    })
    .unwrap()
}

fn query(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

fn get(url: &str, authorization: &str) -> Asked {
    let url = Url::parse(url).unwrap();
    Asked {
        method: "GET".to_owned(),
        host: url.host_str().unwrap().to_owned(),
        path: url.path().to_owned(),
        query: url.query().unwrap_or_default().to_owned(),
        authorization: authorization.to_owned(),
        ..Asked::default()
    }
}

fn post((host, path): (&str, &str), pairs: &[(&str, &str)]) -> Asked {
    Asked {
        method: "POST".to_owned(),
        host: host.to_owned(),
        path: path.to_owned(),
        content_type: "application/x-www-form-urlencoded".to_owned(),
        body: query(pairs),
        ..Asked::default()
    }
}

fn header<'a>(said: &'a Said, name: &str) -> Option<&'a str> {
    let mut headers = said.headers.iter();
    headers
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value.as_str())
}

fn json(said: &Said) -> Value {
    serde_json::from_str(&said.body).unwrap()
}

/// The parameters that the user comes back with.
fn came_back(said: &Said) -> Vec<(String, String)> {
    assert_eq!(said.status, 302, "{}", said.body);
    let to = Url::parse(header(said, "location").unwrap()).unwrap();
    assert_eq!(&to[..url::Position::AfterPath], CALLBACK);
    to.query_pairs().into_owned().collect()
}

/// An authorization request with these parameters too.
fn asked_for(provider: &Provider, kind: UpstreamKind, more: &[(&str, &str)]) -> Said {
    let mut pairs = vec![
        ("response_type", "code"),
        ("client_id", "server"),
        ("redirect_uri", CALLBACK),
        ("state", "s1"),
        ("scope", "openid email"),
    ];
    pairs.retain(|(name, _)| more.iter().all(|(other, _)| other != name));
    pairs.extend(more);
    let url = format!("{}?{}", Places::of(kind).authorization, query(&pairs));
    provider.answer(&get(&url, ""))
}

fn code(provider: &Provider, kind: UpstreamKind, more: &[(&str, &str)]) -> String {
    let told = came_back(&asked_for(provider, kind, more));
    let [(name, code), (state, s1)] = told.as_slice() else {
        panic!("{told:?}")
    };
    assert_eq!(
        (name.as_str(), state.as_str(), s1.as_str()),
        ("code", "state", "s1")
    );
    code.clone()
}

/// A token request with the client's secret in its body, and these parameters too.
fn redeemed(provider: &Provider, at: (&str, &str), code: &str, more: &[(&str, &str)]) -> Said {
    let mut pairs = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("client_id", "server"),
        ("client_secret", "hush hush"),
    ];
    pairs.retain(|(name, _)| more.iter().all(|(other, _)| other != name));
    pairs.extend(more);
    provider.answer(&post(at, &pairs))
}

/// The claims of a JWT whose signature is that of the published key.
fn verified(provider: &Provider, kind: UpstreamKind, token: &str) -> Value {
    let set = json(&provider.answer(&get(Places::of(kind).jwks.unwrap(), "")));
    let number = |name: &str| {
        URL_SAFE_NO_PAD
            .decode(set["keys"][0][name].as_str().unwrap())
            .unwrap()
    };
    let (text, signature) = token.rsplit_once('.').unwrap();
    let key = RsaPublicKeyComponents {
        n: number("n"),
        e: number("e"),
    };
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    key.verify(&RSA_PKCS1_2048_8192_SHA256, text.as_bytes(), &signature)
        .unwrap();
    let claims = text.split_once('.').unwrap().1;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap()
}

#[test]
fn a_user_is_logged_in_and_told_of_by_openid_connect() {
    let provider = provider();
    let code = code(&provider, UpstreamKind::Openid, &[("nonce", "n1")]);
    let said = redeemed(&provider, OPENID, &code, &[]);
    assert_eq!(said.status, 200, "{}", said.body);
    let tokens = json(&said);
    let claims = verified(
        &provider,
        UpstreamKind::Openid,
        tokens["id_token"].as_str().unwrap(),
    );
    for (name, value) in [
        ("iss", "https://idp.cimdspec.dev"),
        ("aud", "server"),
        ("sub", "alice"),
        ("email", "alice@example.com"),
        ("name", "Alice"),
        ("nonce", "n1"),
    ] {
        assert_eq!(claims[name], value, "{name}");
    }
    let access = tokens["access_token"].as_str().unwrap();
    assert_eq!(
        verified(&provider, UpstreamKind::Openid, access)["client_id"],
        "server"
    );
    let userinfo = Places::of(UpstreamKind::Openid).userinfo;
    let user = json(&provider.answer(&get(userinfo, &format!("Bearer {access}"))));
    assert_eq!(
        (&user["sub"], &user["email_verified"]),
        (&claims["sub"], &Value::Bool(true))
    );
    let wrong = provider.answer(&get(userinfo, "Bearer nothing"));
    assert_eq!(wrong.status, 401);
    assert!(
        header(&wrong, "www-authenticate")
            .unwrap()
            .contains("invalid_token")
    );
}

#[test]
fn a_code_is_taken_once_and_from_who_asked_for_it() {
    let provider = provider();
    let kind = UpstreamKind::Openid;
    let verifier = "v".repeat(43);
    let digest = digest::digest(&digest::SHA256, verifier.as_bytes());
    let challenge = URL_SAFE_NO_PAD.encode(digest);
    let pkce = [
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
    ];
    let right = code(&provider, kind, &pkce);
    let said = redeemed(&provider, OPENID, &right, &[("code_verifier", &verifier)]);
    assert_eq!(said.status, 200, "{}", said.body);
    let refused = |said: Said, status: u16, error: &str| {
        assert_eq!(
            (said.status, json(&said)["error"].as_str()),
            (status, Some(error))
        );
    };
    let again = redeemed(&provider, OPENID, &right, &[("code_verifier", &verifier)]);
    refused(again, 400, "invalid_grant");
    for (asked, sent) in [
        (&pkce[..], ("code_verifier", "another")),
        (&pkce[..], ("x", "no verifier")),
        (&[][..], ("code_verifier", "uncalled for")),
        (&[][..], ("redirect_uri", "https://as.test/other")),
    ] {
        let code = code(&provider, kind, asked);
        refused(redeemed(&provider, OPENID, &code, &[sent]), 400, "invalid_grant");
    }
    let github = code(&provider, UpstreamKind::Github, &[]);
    refused(redeemed(&provider, OPENID, &github, &[]), 400, "invalid_grant");
    let other = redeemed(&provider, OPENID, "x", &[("grant_type", "password")]);
    refused(other, 400, "unsupported_grant_type");
}

#[test]
fn the_client_proves_itself_by_its_secret() {
    let provider = provider();
    let wrong = code(&provider, UpstreamKind::Openid, &[]);
    let said = redeemed(&provider, OPENID, &wrong, &[("client_secret", "no")]);
    assert_eq!(
        (said.status, json(&said)["error"].as_str()),
        (401, Some("invalid_client"))
    );
    // The code was not used up by it.
    let pairs = [
        ("grant_type", "authorization_code"),
        ("code", wrong.as_str()),
        ("redirect_uri", CALLBACK),
    ];
    let basic = |text: &str| Asked {
        authorization: format!("Basic {}", STANDARD.encode(text)),
        ..post(OPENID, &pairs)
    };
    assert_eq!(provider.answer(&basic("server:no")).status, 401);
    assert_eq!(provider.answer(&basic("server:hush+hush")).status, 200);
}

#[test]
fn a_hint_names_the_user() {
    let provider = provider();
    for hint in ["bob", "bob@example.com"] {
        let code = code(&provider, UpstreamKind::Google, &[("login_hint", hint)]);
        let tokens = json(&redeemed(&provider, GOOGLE, &code, &[]));
        let claims = verified(
            &provider,
            UpstreamKind::Google,
            tokens["id_token"].as_str().unwrap(),
        );
        assert_eq!(
            (claims["sub"].as_str(), claims["iss"].as_str()),
            (Some("bob"), Some("https://accounts.google.com"))
        );
        let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
        let user = json(&provider.answer(&get("https://www.googleapis.com/oauth2/v2/userinfo", &bearer)));
        assert_eq!((&user["id"], &user["email"]), (&claims["sub"], &claims["email"]));
        let refresh = tokens["refresh_token"].as_str().unwrap();
        let more = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
        assert_eq!(redeemed(&provider, GOOGLE, "", &more).status, 200);
    }
}

#[test]
fn github_answers_by_a_form_unless_json_is_asked_for() {
    let provider = provider();
    let asked = [("scope", "user:email"), ("response_type", "")];
    let first = code(&provider, UpstreamKind::Github, &asked);
    let said = redeemed(
        &provider,
        GITHUB,
        &first,
        &[("grant_type", ""), ("redirect_uri", "")],
    );
    let tokens: Vec<(String, String)> = form_urlencoded::parse(said.body.as_bytes())
        .into_owned()
        .collect();
    let (_, token) = tokens.iter().find(|(name, _)| name == "access_token").unwrap();
    assert!(token.starts_with("gho_"));
    let user = provider.answer(&get("https://api.github.com/user", &format!("token {token}")));
    assert_eq!(json(&user)["login"], "alice");
    assert_eq!(header(&user, "x-oauth-scopes"), Some("user:email"));
    let emails = json(&provider.answer(&get(
        "https://api.github.com/user/emails",
        &format!("Bearer {token}"),
    )));
    assert_eq!(emails[0]["email"], "alice@example.com");
    assert_eq!(
        provider.answer(&get("https://api.github.com/user", "")).status,
        401
    );
    let second = code(&provider, UpstreamKind::Github, &asked);
    let body = serde_json::json!({ "client_id": "server", "client_secret": "hush hush", "code": second });
    let by_json = || Asked {
        accept: "application/json".to_owned(),
        content_type: "application/json".to_owned(),
        body: body.to_string(),
        ..post(GITHUB, &[])
    };
    assert!(json(&provider.answer(&by_json()))["access_token"].is_string());
    let again = provider.answer(&by_json());
    assert_eq!(
        (again.status, json(&again)["error"].as_str()),
        (200, Some("bad_verification_code"))
    );
}

#[test]
fn nobody_is_sent_to_a_place_that_is_not_the_clients() {
    let provider = provider();
    for (sent, words) in [
        (("client_id", "another"), "knows no client `another`"),
        (("redirect_uri", "https://app.test/cb"), "is not registered"),
        (
            ("redirect_uri", "http://as.test/callback"),
            "below `https://as.test`",
        ),
    ] {
        let said = asked_for(&provider, UpstreamKind::Openid, &[sent]);
        assert_eq!(said.status, 400);
        assert!(said.body.contains(words), "{}", said.body);
    }
    let said = asked_for(&provider, UpstreamKind::Openid, &[("response_type", "token")]);
    assert_eq!(came_back(&said)[0].1, "unsupported_response_type");
}

#[test]
fn what_is_given_out_is_hidden_first_and_can_be_revoked() {
    let hidden = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&hidden);
    let plan = UpstreamPlan {
        client_secret: None,
        hide: Arc::new(move |kind, secret: &str| told.lock().unwrap().push((kind, secret.to_owned()))),
        ..provider().plan
    };
    let provider = Provider::new(plan).unwrap();
    let secret = provider.secret().to_owned();
    let code = code(&provider, UpstreamKind::Openid, &[]);
    let own = [("client_secret", secret.as_str())];
    let tokens = json(&redeemed(&provider, OPENID, &code, &own));
    let hidden = hidden.lock().unwrap().clone();
    let token = |name: &str| ("upstream-token", tokens[name].as_str().unwrap().to_owned());
    for expected in [
        ("upstream-secret", secret.clone()),
        ("upstream-code", code),
        token("access_token"),
        token("id_token"),
        token("refresh_token"),
    ] {
        assert!(hidden.contains(&expected), "{}", expected.0);
    }
    let access = token("access_token").1;
    let ask = |path, with_secret: &str| {
        let pairs = [
            ("token", access.as_str()),
            ("client_id", "server"),
            ("client_secret", with_secret),
        ];
        provider.answer(&post((OPENID.0, path), &pairs))
    };
    assert_eq!(ask("/introspect", "no").status, 401);
    assert_eq!(json(&ask("/introspect", &secret))["active"], true);
    assert_eq!(ask("/revoke", &secret).status, 200);
    assert_eq!(json(&ask("/introspect", &secret))["active"], false);
}

#[test]
fn the_documents_of_discovery_say_where_all_is() {
    let provider = provider();
    for url in [
        "https://idp.cimdspec.dev/.well-known/openid-configuration",
        "https://idp.cimdspec.dev/.well-known/oauth-authorization-server",
        "https://accounts.google.com/.well-known/openid-configuration",
    ] {
        let metadata = json(&provider.answer(&get(url, "")));
        let issuer = metadata["issuer"].as_str().unwrap();
        assert!(url.starts_with(issuer));
        for endpoint in ["authorization", "token", "userinfo", "revocation"] {
            let at = metadata[format!("{endpoint}_endpoint")].as_str().unwrap();
            assert_ne!(provider.answer(&get(at, "")).status, 404, "{at}");
        }
        assert_eq!(
            provider
                .answer(&get(metadata["jwks_uri"].as_str().unwrap(), ""))
                .status,
            200
        );
    }
    assert_eq!(provider.answer(&get("https://github.com/", "")).status, 404);
    assert_eq!(
        provider
            .answer(&get("https://github.com/login/oauth/access_token", ""))
            .status,
        405
    );
}
