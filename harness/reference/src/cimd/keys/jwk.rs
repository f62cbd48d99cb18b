//! Public keys of clients: what a JWK Set may hold.

use serde_json::Value;

use crate::cimd::refusal::Refusal;
use crate::policy::DocumentPolicy;

const PRIVATE_MEMBERS: [&str; 7] = ["d", "p", "q", "dp", "dq", "qi", "oth"];

/// Whether a set holds private members, and whether it holds symmetric keys.
pub(crate) fn private_or_symmetric(set: &Value) -> (bool, bool) {
    let keys = set
        .get("keys")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default();
    let private = keys
        .iter()
        .any(|key| PRIVATE_MEMBERS.iter().any(|member| key.get(member).is_some()));
    let symmetric = keys
        .iter()
        .any(|key| key.get("k").is_some() || key.get("kty") == Some(&Value::from("oct")));
    (private, symmetric)
}

/// Judges a JWK Set.
///
/// # Errors
/// [`Refusal::Document`] with what is wrong.
pub fn acceptable(policy: &DocumentPolicy, set: &Value) -> Result<(), Refusal> {
    let refuse = |reason: &str| Err(Refusal::Document(reason.to_owned()));
    let Some(keys) = set.get("keys").and_then(Value::as_array) else {
        return refuse("`jwks` is no JWK Set");
    };
    if keys.is_empty() {
        return refuse("`jwks` has no key");
    }
    if keys
        .iter()
        .any(|key| !key.get("kty").is_some_and(Value::is_string))
    {
        return refuse("`jwks` holds what is no key");
    }
    let (private, symmetric) = private_or_symmetric(set);
    if private && policy.private_keys.on() {
        return refuse("`jwks` holds private keys");
    }
    if symmetric && policy.symmetric_keys.on() {
        return refuse("`jwks` holds symmetric keys");
    }
    Ok(())
}
