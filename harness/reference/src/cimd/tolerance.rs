//! What published documents hold that this server has no use for; its mutants are too strict and refuse real clients.

use serde_json::Map;
use serde_json::Value;

use super::document::refuse;
use super::refusal::Refusal;
use crate::policy::DocumentPolicy;

const GRANTS: [&str; 2] = ["authorization_code", "refresh_token"];
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
    if !policy.foreign_members.on() && members.keys().any(unknown) {
        return refuse("it has members that this server does not know");
    }
    let grants = members.get("grant_types").and_then(Value::as_array);
    let foreign = |grant: &Value| grant.as_str().is_some_and(|grant| !GRANTS.contains(&grant));
    if !policy.foreign_grants.on() && grants.is_some_and(|grants| grants.iter().any(foreign)) {
        return refuse("it has grant types that this server does not have");
    }
    Ok(())
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
        let member = json!({ "client_id": "x", "x_unknown": 1 });
        let grant = json!({ "grant_types": ["authorization_code", "urn:x:grant"] });
        let ordinary = json!({ "client_id": "x", "grant_types": ["refresh_token"] });
        let lenient = DocumentPolicy::default();
        let members = DocumentPolicy {
            foreign_members: Check::Skip,
            ..DocumentPolicy::default()
        };
        let grants = DocumentPolicy {
            foreign_grants: Check::Skip,
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
