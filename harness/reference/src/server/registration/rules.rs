//! The rules of registration metadata (RFC 7591 section 2), for create and update alike.

use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use url::Url;

use crate::cimd::NEEDED;
use crate::cimd::NOBODYS_SCHEME;
use crate::cimd::acceptable_redirect_uri;
use crate::cimd::is_loopback_uri;
use crate::cimd::missing_member;
use crate::cimd::private_or_symmetric;
use crate::faults::provisioned::kept_silently;
use crate::faults::provisioned::tell_provisioned;
use crate::policy::Check;
use crate::policy::Policy;
use crate::policy::RedirectPolicy;
use crate::policy::RegistrationFault;
use crate::policy::RegistrationPolicy;
use crate::policy::UriComparison;
use crate::server::choice::has_grant;
use crate::server::choice::understood;
use crate::server::client::Method;
use crate::server::registration::statement::STATEMENT;

/// Why metadata was refused: error code and words.
pub(crate) type Refused = (&'static str, String);

const REDIRECT: &str = "invalid_redirect_uri";
pub(crate) const METADATA: &str = "invalid_client_metadata";
/// What a mutant keeps of a method that it does not know: it tells another.
pub(crate) const SILENTLY_PUBLIC: &str = "silently-public";
const MOST_REDIRECT_URIS: usize = 20;
const LONGEST_TEXT: usize = 2048;
/// Members that the server assigns; a client that sends them is not heard.
pub(crate) const ASSIGNED: [&str; 6] = [
    "client_id",
    "client_secret",
    "client_id_issued_at",
    "client_secret_expires_at",
    "registration_access_token",
    "registration_client_uri",
];
const TEXTS: [&str; 8] = [
    "client_name",
    "client_uri",
    "logo_uri",
    "tos_uri",
    "policy_uri",
    "scope",
    "software_id",
    "software_version",
];
/// Members that are shown to people as links or images.
const LINKS: [&str; 4] = ["client_uri", "logo_uri", "tos_uri", "policy_uri"];
const KNOWN: [&str; 11] = [
    "redirect_uris",
    "grant_types",
    "response_types",
    "token_endpoint_auth_method",
    "jwks",
    "jwks_uri",
    "contacts",
    "require_pushed_authorization_requests",
    "token_endpoint_auth_signing_alg",
    LOGOUT,
    STATEMENT,
];
/// Where users are sent after they were logged out.
const LOGOUT: &str = "post_logout_redirect_uris";
/// Members that nearly every client sends.
const USUAL: [&str; 4] = [
    "client_name",
    "grant_types",
    "response_types",
    "token_endpoint_auth_method",
];

/// The metadata that is registered: checked, defaults filled in, unknown members left out.
pub(crate) fn accepted(whole: &Policy, sent: &Map<String, Value>) -> Result<Map<String, Value>, Refused> {
    let policy = &whole.registration;
    let fault = &policy.fault;
    if fault.is(RegistrationFault::WantsUsualMembers) && USUAL.iter().any(|name| !sent.contains_key(*name)) {
        return Err((METADATA, "a usual member is missing".to_owned()));
    }
    if let Some(missing) = missing_member(&whole.document, sent) {
        return Err((METADATA, format!("`{missing}` is missing")));
    }
    let typed = !fault.is(RegistrationFault::AnyTypes);
    let mut metadata = Map::new();
    for (name, value) in &understood(whole, sent) {
        if value.is_null() && fault.is(RegistrationFault::AbsentAsNull) {
            continue;
        }
        let base = name.split('#').next().unwrap_or_default();
        let text = TEXTS.contains(&base);
        if text && value.as_str().is_none_or(|text| text.len() > LONGEST_TEXT) && typed {
            return Err((
                METADATA,
                format!("`{name}` is no string of at most {LONGEST_TEXT} bytes"),
            ));
        }
        if name.contains('#') && policy.fault.is(RegistrationFault::RefusesLocalized) {
            return Err((METADATA, format!("`{name}` is not known")));
        }
        let is_link = LINKS.contains(&base) && !policy.fault.is(RegistrationFault::ScriptUris);
        if is_link && !value.as_str().is_some_and(is_web) {
            return Err((METADATA, format!("`{name}` is no URL of a web page")));
        }
        if base == "contacts" && !is_list_of_texts(value) && typed {
            return Err((METADATA, format!("`{name}` is no array of strings")));
        }
        let is_needed = whole.document.few_members.other() && NEEDED.contains(&base);
        if text || KNOWN.contains(&base) || is_needed {
            metadata.insert(name.clone(), value.clone());
        } else if !ASSIGNED.contains(&base) && !policy.unknown_members.on() {
            return Err((METADATA, format!("`{name}` is not known")));
        }
    }
    let takes_any = fault.among([
        RegistrationFault::RespellsRedirectUris,
        RegistrationFault::TellsNoRedirectUris,
    ]);
    match takes_any.filter(|_| is_list_of_uris(policy, &metadata)) {
        Some(RegistrationFault::RespellsRedirectUris) => respell(&mut metadata),
        Some(_) => {}
        None => {
            if let Some(usable) = redirect_uris(policy, &metadata)? {
                metadata.insert("redirect_uris".to_owned(), Value::Array(usable));
            }
        }
    }
    if whole.choice.registration.loopback.other() && names_loopback(&metadata) {
        return Err((REDIRECT, "a redirect URI is on loopback".to_owned()));
    }
    logout_uris(policy, &metadata)?;
    match fault.among([RegistrationFault::ScopeLost, RegistrationFault::ScopeWidened]) {
        Some(RegistrationFault::ScopeLost) => _ = metadata.insert("scope".to_owned(), json!("")),
        Some(RegistrationFault::ScopeWidened) => {
            metadata.insert("scope".to_owned(), json!("read write"));
        }
        _ => {}
    }
    let mut supported = vec!["authorization_code", "client_credentials", "refresh_token"];
    supported.retain(|grant| has_grant(whole, grant));
    if names_foreign_grant(&metadata, &supported) && fault.is(RegistrationFault::RefusesForeignGrants) {
        return Err((METADATA, "a grant type is not supported".to_owned()));
    }
    let grants = list(&metadata, "grant_types", &["authorization_code"], &supported)?;
    let responses = list(&metadata, "response_types", &["code"], &["code"])?;
    if !policy.fault.is(RegistrationFault::InconsistentTypes)
        && responses.contains(&json!("code"))
        && !grants.contains(&json!("authorization_code"))
    {
        return Err((METADATA, "`code` needs the grant `authorization_code`".to_owned()));
    }
    let only = whole.choice.registration.methods.only();
    let mut method = metadata
        .get("token_endpoint_auth_method")
        .cloned()
        .unwrap_or(json!(only.unwrap_or("client_secret_basic")));
    if method_of(&method).is_none() && policy.fault.is(RegistrationFault::SilentlyPublic) {
        method = json!(SILENTLY_PUBLIC);
    }
    let is_taken = method == SILENTLY_PUBLIC || policy.fault.is(RegistrationFault::KeepsUnknownMethod);
    let is_other = only.is_some_and(|only| method != only);
    if (method_of(&method).is_none() && !is_taken) || is_other {
        return Err((
            METADATA,
            "`token_endpoint_auth_method` is not supported".to_owned(),
        ));
    }
    let is_held = method_of(&method) == Some(Method::PrivateKeyJwt)
        || !policy.fault.is(RegistrationFault::KeyRulesForKeyClients);
    if is_held {
        keys(policy, &metadata, &method)?;
    }
    kept_silently(whole, sent, &mut metadata);
    for (name, value) in [
        ("grant_types", Value::Array(grants)),
        ("response_types", Value::Array(responses)),
        ("token_endpoint_auth_method", method),
    ] {
        metadata.insert(name.to_owned(), value);
    }
    Ok(metadata)
}

/// Whether a member has another type than its own.
pub(crate) fn has_wrong_types(sent: &Map<String, Value>) -> bool {
    sent.iter().any(|(name, value)| match name.as_str() {
        "client_name" | "jwks_uri" | "token_endpoint_auth_method" => !value.is_string(),
        "contacts" | "grant_types" | "response_types" => !is_list_of_texts(value),
        "jwks" => !value.is_object(),
        _ => false,
    })
}

fn is_list_of_texts(value: &Value) -> bool {
    value
        .as_array()
        .is_some_and(|items| items.iter().all(Value::is_string))
}

/// The method that a metadata value names.
pub(crate) fn method_of(value: &Value) -> Option<Method> {
    match value.as_str()? {
        "none" => Some(Method::None),
        "client_secret_basic" => Some(Method::SecretBasic),
        "client_secret_post" => Some(Method::SecretPost),
        "private_key_jwt" => Some(Method::PrivateKeyJwt),
        _ => None,
    }
}

/// The metadata as they were sent, without the server's own: what mutants keep.
pub(crate) fn unchecked(sent: &Map<String, Value>) -> Map<String, Value> {
    let mut metadata = sent.clone();
    ASSIGNED.iter().for_each(|name| _ = metadata.remove(*name));
    metadata
}

fn is_web(uri: &str) -> bool {
    let lower = uri.to_ascii_lowercase();
    lower.starts_with("https://") || lower.starts_with("http://")
}

fn is_short(policy: &RegistrationPolicy, list: &[Value]) -> bool {
    list.len() <= MOST_REDIRECT_URIS || policy.fault.is(RegistrationFault::UnboundedLists)
}

/// The redirect URIs that are registered, where there are any: one whose scheme is nobody's is left aside, as in documents.
fn redirect_uris(
    policy: &RegistrationPolicy,
    metadata: &Map<String, Value>,
) -> Result<Option<Vec<Value>>, Refused> {
    let uris = match metadata.get("redirect_uris") {
        Some(Value::Array(uris)) if is_short(policy, uris) => uris.as_slice(),
        None if !policy.missing_redirect_uris.on() || policy.fault.is(RegistrationFault::AnyRedirectUri) => {
            return Ok(None);
        }
        _ => {
            return Err((
                REDIRECT,
                "`redirect_uris` is missing or no array of at most 20".to_owned(),
            ));
        }
    };
    if uris.is_empty() && policy.missing_redirect_uris.on() {
        return Err((REDIRECT, "`redirect_uris` is empty".to_owned()));
    }
    let rules = RedirectPolicy {
        fragment: policy.fragment_redirect_uris.clone(),
        http: policy.http_redirect_uris.clone(),
        script: policy.script_redirect_uris.clone(),
        wildcard: policy.wildcard_redirect_uris.clone(),
        comparison: match policy.fault.is(RegistrationFault::Patterns) {
            true => UriComparison::Patterns.into(),
            false => UriComparison::Exact.into(),
        },
        response_names: match policy.fault.is(RegistrationFault::ResponseNames) {
            true => Check::Skip.into(),
            false => Check::Enforce.into(),
        },
        parsed: match policy.fault.is(RegistrationFault::UnparsedRedirectUris) {
            true => Check::Skip.into(),
            false => Check::Enforce.into(),
        },
        ..RedirectPolicy::default()
    };
    let mut usable = Vec::new();
    for uri in uris {
        let uri = uri
            .as_str()
            .ok_or_else(|| (REDIRECT, "a redirect URI is no string".to_owned()))?;
        if uri.len() > LONGEST_TEXT {
            return Err((REDIRECT, "a redirect URI is too long".to_owned()));
        }
        let is_private_use = !uri.to_ascii_lowercase().starts_with("http");
        if is_private_use && policy.fault.is(RegistrationFault::RefusesPrivateUse) {
            return Err((REDIRECT, NOBODYS_SCHEME.to_owned()));
        }
        match acceptable_redirect_uri(&rules, uri) {
            Ok(()) => usable.push(json!(uri)),
            Err(NOBODYS_SCHEME) => {}
            Err(reason) => return Err((REDIRECT, reason.to_owned())),
        }
    }
    if usable.is_empty() && !uris.is_empty() {
        return Err((REDIRECT, NOBODYS_SCHEME.to_owned()));
    }
    Ok(Some(usable))
}

/// Logout addresses are web pages or on loopback, and never scripts.
fn logout_uris(policy: &RegistrationPolicy, metadata: &Map<String, Value>) -> Result<(), Refused> {
    let uris = match metadata.get(LOGOUT) {
        None => return Ok(()),
        Some(Value::Array(uris)) if is_short(policy, uris) => uris,
        Some(_) => return Err((METADATA, format!("`{LOGOUT}` is no array of at most 20"))),
    };
    let rules = RedirectPolicy::default();
    let is_right = |uri: &Value| {
        uri.as_str()
            .is_some_and(|uri| uri.len() <= LONGEST_TEXT && acceptable_redirect_uri(&rules, uri).is_ok())
    };
    match uris.iter().all(is_right) || !policy.logout_uris.on() {
        true => Ok(()),
        false => Err((METADATA, format!("`{LOGOUT}` has a URI that is not taken"))),
    }
}

/// What mutants tell beside what was registered.
pub(crate) fn odd_members(policy: &Policy, sent: &Map<String, Value>, told: &mut Map<String, Value>) {
    if policy.registration.fault.is(RegistrationFault::AbsentAsNull) {
        for name in TEXTS.iter().chain(&["contacts", "jwks_uri"]) {
            told.entry(*name).or_insert(Value::Null);
        }
    }
    let is_taken = policy.registration.fault.is(RegistrationFault::TakesProvisioned);
    tell_provisioned(policy, Some(sent).filter(|_| is_taken), told);
}

/// Whether the redirect URIs are such a list as is registered, whatever they say.
fn is_list_of_uris(policy: &RegistrationPolicy, metadata: &Map<String, Value>) -> bool {
    let uris = metadata.get("redirect_uris").and_then(Value::as_array);
    uris.is_some_and(|uris| !uris.is_empty() && is_short(policy, uris) && uris.iter().all(Value::is_string))
}

/// The redirect URIs as a browser reads them: what a mutant registers.
fn respell(metadata: &mut Map<String, Value>) {
    let uris = metadata.get_mut("redirect_uris").and_then(Value::as_array_mut);
    for uri in uris.into_iter().flatten() {
        if let Some(read) = uri.as_str().and_then(|uri| Url::parse(uri).ok()) {
            *uri = json!(String::from(read));
        }
    }
}

/// Whether a grant type is none that the server has.
fn names_foreign_grant(metadata: &Map<String, Value>, supported: &[&str]) -> bool {
    let grants = metadata.get("grant_types").and_then(Value::as_array);
    let mut grants = grants.into_iter().flatten().filter_map(Value::as_str);
    grants.any(|grant| !supported.contains(&grant))
}

fn names_loopback(metadata: &Map<String, Value>) -> bool {
    let uris = metadata.get("redirect_uris").and_then(Value::as_array);
    let mut uris = uris.into_iter().flatten().filter_map(Value::as_str);
    uris.any(is_loopback_uri)
}

fn list(
    metadata: &Map<String, Value>,
    name: &str,
    default: &[&str],
    supported: &[&str],
) -> Result<Vec<Value>, Refused> {
    match metadata.get(name) {
        None => Ok(default.iter().map(|item| json!(item)).collect()),
        Some(Value::Array(items)) if items.iter().all(Value::is_string) => {
            let kept: Vec<Value> = items
                .iter()
                .filter(|item| item.as_str().is_some_and(|item| supported.contains(&item)))
                .cloned()
                .collect();
            if kept.is_empty() {
                Err((METADATA, format!("`{name}` has nothing that is supported")))
            } else {
                Ok(kept)
            }
        }
        Some(_) => Err((METADATA, format!("`{name}` is no array of strings"))),
    }
}

fn keys(policy: &RegistrationPolicy, metadata: &Map<String, Value>, method: &Value) -> Result<(), Refused> {
    let (set, uri) = (metadata.get("jwks"), metadata.get("jwks_uri"));
    if set.is_some() && uri.is_some() && policy.jwks_with_jwks_uri.on() {
        return Err((METADATA, "`jwks` and `jwks_uri` exclude each other".to_owned()));
    }
    let typed = !policy.fault.is(RegistrationFault::AnyTypes);
    if uri.is_some_and(|uri| uri.as_str().is_none_or(|uri| !uri.starts_with("https://"))) && typed {
        return Err((METADATA, "`jwks_uri` is no https URL".to_owned()));
    }
    if let Some(set) = set {
        if set.get("keys").is_none_or(|keys| !keys.is_array()) && typed {
            return Err((METADATA, "`jwks` is no JWK Set".to_owned()));
        }
        let (private, symmetric) = private_or_symmetric(set);
        if (private || symmetric) && policy.private_keys.on() {
            return Err((METADATA, "`jwks` holds private or symmetric keys".to_owned()));
        }
    }
    let is_needed = !policy.fault.is(RegistrationFault::KeylessIsPublic);
    if method_of(method) == Some(Method::PrivateKeyJwt) && set.is_none() && uri.is_none() && is_needed {
        return Err((
            METADATA,
            "`private_key_jwt` needs `jwks` or `jwks_uri`".to_owned(),
        ));
    }
    Ok(())
}
