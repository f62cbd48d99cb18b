//! Software statements (RFC 7591 section 2.3): such as no server has a reason to believe, and such as the target trusts.

use std::collections::BTreeMap;
use std::time::Duration;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cimdspec_model::name::HostLabel;
use serde_json::Value;
use serde_json::json;

use crate::keys::kept::Keys;
use crate::keys::kept::random;
use crate::keys::publisher::Publisher;
use crate::keys::signing::unsigned;

/// The secret that a statement claims for its client: the one that the harness sends as a wrong one.
const CLAIMED_SECRET: &str = "cimdspec-not-the-secret-of-this-client";

/// The name that statements claim for their client.
const CLAIMED_NAME: &str = "Named by its statement";
/// What the names of statements begin with, among those of key sets.
pub(crate) const FOLDER: &str = "statement/";

const ANOTHER_SERVER: &str = "https://another-server.example/";
/// A member of a header that nobody understands.
const UNKNOWN: &str = "urn:cimdspec:unknown";
const LIFETIME: Duration = Duration::from_secs(3600);

/// The statements of a case by the names that scenarios use; they speak of the application's host, and the issuer is the
/// host `statements` where there is one.
pub(crate) fn statements(
    keys: &Keys,
    origins: &BTreeMap<HostLabel, String>,
) -> Result<BTreeMap<String, Value>, String> {
    let app = application(origins);
    let mut claims = json!({
        "iss": origin_of(origins, "statements").unwrap_or(app),
        "software_id": "cimdspec-statement",
        "client_name": CLAIMED_NAME,
        "redirect_uris": [format!("{app}/of-the-statement")],
    });
    let unknown = keys.statement(&claims)?;
    let unsigned = keys.unsigned(&claims);
    // Only the secret is claimed: the other members stay as registered, so that the client can be used.
    claims = json!({
        "iss": claims["iss"],
        "software_id": "cimdspec-statement",
        "client_secret": CLAIMED_SECRET,
    });
    let secret = keys.statement(&claims)?;
    let broken = match unknown.rsplit_once('.') {
        Some((said, signature)) => format!("{said}.{}", signature.chars().rev().collect::<String>()),
        None => unknown.clone(),
    };
    let named = [
        ("broken", broken),
        ("no-jwt", "this is no statement".to_owned()),
        ("secret", secret),
        ("unknown-issuer", unknown),
        ("unsigned", unsigned),
    ];
    let named = named.into_iter();
    Ok(named
        .map(|(name, statement)| (format!("{FOLDER}{name}"), Value::String(statement)))
        .collect())
}

/// The statements by the publisher that the target trusts: a right one, and such as have one fault.
pub(crate) fn trusted(
    publisher: &Publisher,
    origins: &BTreeMap<HostLabel, String>,
) -> Result<BTreeMap<String, Value>, String> {
    let app = application(origins);
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_err(|error| error.to_string())?;
    let mut claims = Value::Object(publisher.claims.clone());
    for (name, value) in [
        ("iss", json!(publisher.issuer)),
        ("iat", json!(now.as_secs())),
        ("exp", json!((now + LIFETIME).as_secs())),
        ("jti", json!(random()?)),
        // A client of its own: a server may give all clients of one software the same identifier.
        ("software_id", json!(format!("{app}/software"))),
    ] {
        claims[name] = value;
    }
    let modest = claims.clone();
    let mut with_secret = claims.clone();
    with_secret["client_secret"] = json!(CLAIMED_SECRET);
    claims["client_name"] = json!(CLAIMED_NAME);
    claims["redirect_uris"] = json!([format!("{app}/of-the-statement")]);
    let with = |name: &str, value: Value| {
        let mut claims = claims.clone();
        claims[name] = value;
        claims
    };
    let mut without_issuer = claims.clone();
    if let Some(claims) = without_issuer.as_object_mut() {
        claims.remove("iss");
    }
    let mut not_yet = with("nbf", json!((now + LIFETIME).as_secs()));
    not_yet["exp"] = json!((now + 2 * LIFETIME).as_secs());
    let mut expired = with("exp", json!(now.saturating_sub(LIFETIME).as_secs()));
    expired["iat"] = json!(now.saturating_sub(2 * LIFETIME).as_secs());
    let sign = |claims: &Value| publisher.signed(json!({}), claims);
    let another_issuer = with("iss", json!(origin_of(origins, "statements").unwrap_or(app)));
    let named = [
        ("trusted", sign(&claims)?),
        ("trusted-altered", altered(&sign(&modest)?, &claims)?),
        (
            "trusted-another-audience",
            sign(&with("aud", json!(ANOTHER_SERVER)))?,
        ),
        ("trusted-another-issuer", sign(&another_issuer)?),
        (
            "trusted-critical",
            publisher.signed(json!({ "crit": [UNKNOWN], UNKNOWN: true }), &claims)?,
        ),
        ("trusted-expired", sign(&expired)?),
        ("trusted-key-in-header", publisher.with_its_own_key(&claims)?),
        ("trusted-not-yet", sign(&not_yet)?),
        ("trusted-secret", sign(&with_secret)?),
        ("trusted-unsigned", unsigned(&claims)),
        ("trusted-without-issuer", sign(&without_issuer)?),
        ("trusted-wrong-key", publisher.forged(&claims)?),
    ];
    let named = named.into_iter();
    Ok(named
        .map(|(name, statement)| (format!("{FOLDER}{name}"), Value::String(statement)))
        .collect())
}

/// A statement with its signature and other claims.
fn altered(statement: &str, claims: &Value) -> Result<String, String> {
    let parts: Vec<&str> = statement.split('.').collect();
    let [header, _, signature] = parts.as_slice() else {
        return Err("a statement has not three parts".to_owned());
    };
    let claims = URL_SAFE_NO_PAD.encode(claims.to_string());
    Ok(format!("{header}.{claims}.{signature}"))
}

fn origin_of<'a>(origins: &'a BTreeMap<HostLabel, String>, label: &str) -> Option<&'a str> {
    let found = origins.iter().find(|(known, _)| known.as_str() == label);
    found.map(|(_, origin)| origin.as_str())
}

fn application(origins: &BTreeMap<HostLabel, String>) -> &str {
    origin_of(origins, "app").unwrap_or("https://app.example")
}
