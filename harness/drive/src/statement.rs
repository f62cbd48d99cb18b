//! Software statements (RFC 7591 section 2.3) that no server has a reason to believe.

use std::collections::BTreeMap;

use cimdspec_model::name::HostLabel;
use cimdspec_model::plan::Plan;
use serde_json::Value;
use serde_json::json;

use crate::keys::Keys;

/// The secret that a statement claims for its client: the one that the harness sends as a wrong one.
const CLAIMED_SECRET: &str = "cimdspec-not-the-secret-of-this-client";

/// Whether a plan names a statement: to make them takes signatures.
pub(crate) fn are_named(plan: &Plan) -> bool {
    let named = |text: serde_json::Result<String>| text.is_ok_and(|text| text.contains("\"@statement/"));
    named(serde_json::to_string(&plan.steps)) || named(serde_json::to_string(&plan.registration))
}

/// The statements of a case by the names that scenarios use; they speak of the application's host, and the issuer is the
/// host `statements` where there is one.
pub(crate) fn statements(
    keys: &Keys,
    origins: &BTreeMap<HostLabel, String>,
) -> Result<BTreeMap<String, Value>, String> {
    let origin = |label: &str| {
        let found = origins.iter().find(|(known, _)| known.as_str() == label);
        found.map(|(_, origin)| origin.as_str())
    };
    let app = origin("app").unwrap_or("https://app.example");
    let mut claims = json!({
        "iss": origin("statements").unwrap_or(app),
        "software_id": "cimdspec-statement",
        "client_name": "Named by its statement",
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
        .map(|(name, statement)| (format!("statement/{name}"), Value::String(statement)))
        .collect())
}
