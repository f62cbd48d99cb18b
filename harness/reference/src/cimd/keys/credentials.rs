//! How a document says that its client authenticates (CIMD -03 section 6), and where its keys are.

use serde_json::Map;
use serde_json::Value;

use crate::cimd::document::rules::AuthMethod;
use crate::cimd::document::rules::KeySource;
use crate::cimd::document::rules::refuse;
use crate::cimd::document::rules::string;
use crate::cimd::document::rules::strings;
use crate::cimd::keys::jwk::acceptable;
use crate::cimd::refusal::Refusal;
use crate::policy::CredentialPolicy;
use crate::policy::DocumentPolicy;

pub(crate) const METHOD: &str = "token_endpoint_auth_method";
pub(crate) const METHODS: &str = "token_endpoint_auth_methods_supported";

const CHOICES: [AuthMethod; 4] = [
    AuthMethod::None,
    AuthMethod::PrivateKeyJwt,
    AuthMethod::SecretBasic,
    AuthMethod::SecretPost,
];

/// The method of a client and its keys.
pub(crate) fn credentials(
    policy: &DocumentPolicy,
    rules: &CredentialPolicy,
    members: &Map<String, Value>,
) -> Result<(AuthMethod, Option<KeySource>), Refusal> {
    let auth = auth_method(policy, rules, members)?;
    let tells_none = !members.contains_key(METHOD) && !members.contains_key(METHODS);
    if auth == AuthMethod::None && tells_none && !rules.absent_is_none.on() {
        // Nothing that such a client could send is ever right.
        return Ok((AuthMethod::PrivateKeyJwt, None));
    }
    let has_none = members.get("jwks").and_then(|set| set.get("keys")) == Some(&Value::Array(Vec::new()));
    if has_none && !rules.keys_needed.on() {
        return Ok((AuthMethod::None, None));
    }
    let keys = keys(policy, rules, members)?;
    match (auth, &keys) {
        (AuthMethod::PrivateKeyJwt, None) if !rules.keys_needed.on() => Ok((AuthMethod::None, None)),
        (AuthMethod::PrivateKeyJwt, None) => refuse("it has no keys"),
        _ => Ok((auth, keys)),
    }
}

/// How the client authenticates: as its method says, or else by one of those that it supports.
fn auth_method(
    policy: &DocumentPolicy,
    rules: &CredentialPolicy,
    members: &Map<String, Value>,
) -> Result<AuthMethod, Refusal> {
    let told = string(policy, members, METHOD)?;
    let listed = strings(policy, members, METHODS)?.filter(|_| rules.list_counts.on() || told.is_some());
    let possible = |method: &str| possible_method(policy, rules, method);
    if let Some(told) = told {
        return possible(&told);
    }
    let Some(listed) = listed else {
        return match policy.absent_method.on() {
            false => refuse("it does not tell its authentication method"),
            true => Ok(AuthMethod::None),
        };
    };
    let mut methods = Vec::new();
    for method in &listed {
        methods.push(possible(method).unwrap_or(AuthMethod::Unsupported));
    }
    let chosen = CHOICES.into_iter().find(|method| methods.contains(method));
    Ok(chosen.unwrap_or(AuthMethod::Unsupported))
}

fn possible_method(
    policy: &DocumentPolicy,
    rules: &CredentialPolicy,
    method: &str,
) -> Result<AuthMethod, Refusal> {
    match method {
        "none" => Ok(AuthMethod::None),
        "private_key_jwt" => Ok(AuthMethod::PrivateKeyJwt),
        "client_secret_basic" | "client_secret_post" | "client_secret_jwt" => {
            match (policy.secret_methods.on(), policy.secret_without_effect.on()) {
                (true, _) => refuse("its authentication method is not possible for a client with a document"),
                (false, true) => Ok(AuthMethod::None),
                (false, false) if method == "client_secret_basic" => Ok(AuthMethod::SecretBasic),
                (false, false) => Ok(AuthMethod::SecretPost),
            }
        }
        _ if !rules.unknown_refused.on() => Ok(AuthMethod::None),
        _ => Ok(AuthMethod::Unsupported),
    }
}

fn keys(
    policy: &DocumentPolicy,
    rules: &CredentialPolicy,
    members: &Map<String, Value>,
) -> Result<Option<KeySource>, Refusal> {
    match (members.get("jwks"), string(policy, members, "jwks_uri")?) {
        (None, None) => Ok(None),
        (_, Some(_)) if !policy.jwks_uri.on() => refuse("its keys are elsewhere"),
        (None, Some(uri)) => Ok(Some(KeySource::Uri(uri))),
        (Some(set), None) => acceptable(policy, set).map(|()| Some(KeySource::Inline(set.clone()))),
        (Some(set), Some(uri)) if !rules.one_source.on() => Ok(Some(KeySource::Both(set.clone(), uri))),
        (Some(_), Some(_)) => refuse("it has both `jwks` and `jwks_uri`"),
    }
}
