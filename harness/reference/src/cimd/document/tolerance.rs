//! What published documents hold that this server has no use for; its mutants are too strict and refuse real clients.

use serde_json::Map;
use serde_json::Value;

use crate::cimd::document::rules::refuse;
use crate::cimd::document::text::has_odd_text;
use crate::cimd::refusal::Refusal;
use crate::policy::DocumentPolicy;

const GRANTS: [&str; 2] = ["authorization_code", "refresh_token"];
const RESPONSES: [&str; 1] = ["code"];
/// Members that some servers need.
pub(crate) const NEEDED: [&str; 2] = ["application_type", "scope"];
const MEMBERS: [&str; 16] = [
    "client_id",
    "client_name",
    "client_secret",
    "client_secret_expires_at",
    "client_uri",
    "grant_types",
    "jwks",
    "jwks_uri",
    "logo_uri",
    "policy_uri",
    "redirect_uris",
    "response_types",
    "scope",
    "token_endpoint_auth_method",
    "token_endpoint_auth_signing_alg",
    "tos_uri",
];

/// Lets through what a document holds beside what this server uses (RFC 7591 section 2).
pub(crate) fn tolerable(policy: &DocumentPolicy, members: &Map<String, Value>) -> Result<(), Refusal> {
    let unknown = |name: &String| !MEMBERS.contains(&name.as_str());
    if members.keys().any(unknown) && !policy.foreign_members.on() {
        return refuse("it has members that this server does not know");
    }
    let has_foreign = |name: &str, known: &[&str]| {
        let told = members.get(name).and_then(Value::as_array);
        let foreign = |value: &Value| value.as_str().is_some_and(|value| !known.contains(&value));
        told.is_some_and(|told| told.iter().any(foreign))
    };
    if has_foreign("grant_types", &GRANTS) && !policy.foreign_grants.on() {
        return refuse("it has grant types that this server does not have");
    }
    if has_foreign("response_types", &RESPONSES) && !policy.foreign_responses.on() {
        return refuse("it has response types that this server does not have");
    }
    if members.values().any(has_odd_text) && !policy.odd_texts.on() {
        return Err(Refusal::Failure);
    }
    if let Some(missing) = missing_member(policy, members) {
        return refuse(&format!("`{missing}` is missing"));
    }
    let name = members.get("client_name").filter(|name| !name.is_null());
    if name.is_none() && policy.client_name.on() {
        return refuse("`client_name` is missing");
    }
    if !members.contains_key("response_types") && !policy.minimal.on() {
        return refuse("`response_types` is missing");
    }
    Ok(())
}

/// A member that this server needs and does not find, where it needs more than others do.
pub(crate) fn missing_member(policy: &DocumentPolicy, members: &Map<String, Value>) -> Option<&'static str> {
    let is_missing = |name: &&str| members.get(*name).and_then(Value::as_str).is_none();
    NEEDED
        .into_iter()
        .find(is_missing)
        .filter(|_| policy.few_members.other())
}

/// What mutants show as HTML: contacts, and members in other languages.
pub(crate) fn shown_unchecked(policy: &DocumentPolicy, members: &Map<String, Value>) -> Vec<String> {
    let localized = members
        .iter()
        .filter(|(name, _)| name.contains('#') && !policy.localized_members.on())
        .map(|(_, value)| value);
    let contacts = members
        .get("contacts")
        .and_then(Value::as_array)
        .filter(|_| !policy.contacts.on());
    localized
        .chain(contacts.into_iter().flatten())
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::policy::Check;

    #[test]
    fn only_the_strict_mutants_refuse_what_the_server_has_no_use_for() {
        let refused = |policy: &DocumentPolicy, document: Value| {
            tolerable(policy, document.as_object().unwrap())
                .err()
                .map(|refusal| refusal.to_string())
        };
        let member = json!({ "client_id": "x", "client_name": "X", "x_unknown": 1 });
        let grant = json!({ "client_name": "X", "grant_types": ["authorization_code", "urn:x:grant"] });
        let ordinary = json!({ "client_id": "x", "client_name": "X", "grant_types": ["refresh_token"] });
        let lenient = DocumentPolicy::default();
        let members = DocumentPolicy {
            foreign_members: Check::Skip.into(),
            ..DocumentPolicy::default()
        };
        let grants = DocumentPolicy {
            foreign_grants: Check::Skip.into(),
            ..DocumentPolicy::default()
        };
        for document in [&member, &grant, &ordinary] {
            assert_eq!(refused(&lenient, document.clone()), None);
        }
        assert!(refused(&members, member.clone()).is_some_and(|told| told.contains("members")));
        assert!(refused(&grants, grant.clone()).is_some_and(|told| told.contains("grant types")));
        assert_eq!(refused(&members, grant), None);
        assert_eq!(refused(&grants, member), None);
        assert_eq!(refused(&members, ordinary), None);
    }
}
