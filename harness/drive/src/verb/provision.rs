//! Members that the server told of itself, sent back by a stranger with other values.

use cimdspec_model::name::StepName;
use cimdspec_model::observation::Arrival;
use cimdspec_model::verb::Act;
use cimdspec_model::verb::Manage;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::case::client::Registration;
use crate::case::context::CaseContext;
use crate::http::client::Ask;
use crate::http::exchange::Talk;

/// A hundred years: what a lifetime becomes.
const SECONDS: u64 = 100 * 365 * 24 * 3600;
const HOURS: &str = "876000h0m0s";
/// What a text becomes.
const CHOSEN: &str = "chosen-by-the-client";
/// A server that tells more members of itself is asked for these.
const MOST_MEMBERS: usize = 40;

impl CaseContext {
    /// Registers once for each member that the answer of the earlier step provisioned, with another value of it.
    pub(crate) async fn overwritten(
        &self,
        talk: &Talk,
        ask: &Ask,
        members: &Map<String, Value>,
        by: &StepName,
    ) -> Result<Arrival, String> {
        let told = match self.provisioned_by(by)? {
            Ok(told) => told,
            Err(arrival) => return Ok(arrival),
        };
        for (name, value) in told {
            for other in others(&value) {
                let mut members = members.clone();
                members.insert(name.clone(), other);
                let ask = Ask {
                    body: Some(Value::Object(members).to_string()),
                    ..ask.clone()
                };
                let answer = talk.exchange(&ask).await;
                let registered = answer
                    .ok()
                    .filter(|answer| (200..300).contains(&answer.status))
                    .and_then(|answer| Registration::told(answer.json()?));
                // A value of another type may be refused for its type; one that is registered was looked at.
                if let Some(registration) = registered {
                    self.learn("client-secret", registration.client.secret.as_deref());
                    self.learn("registration-token", registration.token.as_deref());
                    self.memory().replaced.push(registration);
                    break;
                }
            }
        }
        Ok(Arrival::Answer)
    }

    /// Updates once for each member that the answer of the earlier step provisioned, with another value of it.
    pub(crate) async fn updated_over(
        &self,
        talk: &Talk,
        step: &StepName,
        act: &Manage,
        own: &str,
        by: &StepName,
    ) -> Result<Arrival, String> {
        let told = match self.provisioned_by(by)? {
            Ok(told) => told,
            Err(arrival) => return Ok(arrival),
        };
        for (name, value) in told {
            for other in others(&value) {
                let alone = Manage {
                    set: [(name.clone(), other)].into(),
                    overwrite: None,
                    ..act.clone()
                };
                Box::pin(self.manage(talk, step, &alone, own)).await?;
            }
        }
        Ok(Arrival::Answer)
    }

    /// The members that the answer of a register step provisioned, or why there is nothing to send.
    fn provisioned_by(&self, by: &StepName) -> Result<Result<Vec<(String, Value)>, Arrival>, String> {
        let told = self.registration(by)?.answer;
        let found: Vec<(String, Value)> = provisioned(&told, &self.sent_by(by)?)
            .into_iter()
            .take(MOST_MEMBERS)
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        Ok(match found.is_empty() {
            true => Err(Arrival::Inapplicable {
                reason: "the answer has no member that neither the request nor a specification has"
                    .to_owned(),
            }),
            false => Ok(found),
        })
    }

    /// The members that a register step sent.
    fn sent_by(&self, name: &StepName) -> Result<Map<String, Value>, String> {
        let mut steps = self.plan.steps.iter().filter(|step| step.name == *name);
        let Some(Act::Register(act)) = steps.next().map(|step| &step.act) else {
            return Err(format!("step `{name}` registered no client"));
        };
        self.registration_sent(act)
    }
}

/// The members of an answer that the request did not have and that no specification gives to clients.
fn provisioned<'a>(told: &'a Map<String, Value>, sent: &Map<String, Value>) -> Vec<(&'a String, &'a Value)> {
    told.iter()
        .filter(|(name, _)| {
            let base = name.split('#').next().unwrap_or_default();
            !sent.contains_key(*name) && !OF_CLIENTS.contains(&base) && !ASSIGNED.contains(&base)
        })
        .collect()
}

/// Other values for a member, of its own type; of each that it might have where that is not told.
fn others(value: &Value) -> Vec<Value> {
    match value {
        Value::Null => vec![
            json!(HOURS),
            json!(SECONDS),
            json!(true),
            json!([CHOSEN]),
            json!(CHOSEN),
        ],
        Value::Bool(value) => vec![json!(!value)],
        Value::Number(_) => vec![json!(SECONDS)],
        Value::String(text) if is_duration(text) => vec![json!(HOURS), json!(CHOSEN)],
        Value::String(text) if is_time(text) => vec![json!("1970-01-01T00:00:00Z"), json!(CHOSEN)],
        Value::String(text) if text.starts_with("https://") => {
            vec![json!("https://chosen-by-the-client.example/"), json!(CHOSEN)]
        }
        Value::String(_) => vec![json!(CHOSEN)],
        Value::Array(_) => vec![json!(["https://chosen-by-the-client.example"]), json!([CHOSEN])],
        Value::Object(_) => vec![json!({ CHOSEN: true })],
    }
}

/// Whether it is a duration as `1h0m0s`.
fn is_duration(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
        && text.ends_with(['h', 'm', 's'])
        && text
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '.' | 'h' | 'm' | 's' | 'n' | 'u'))
}

/// Whether it is a time as `2026-11-29T03:00:00Z`.
fn is_time(text: &str) -> bool {
    let mut bytes = text.bytes();
    text.len() >= 10 && bytes.by_ref().take(4).all(|b| b.is_ascii_digit()) && bytes.next() == Some(b'-')
}

/// What only the server assigns (RFC 7591 section 3.2.1, RFC 7592 section 3); that has checks of its own.
const ASSIGNED: [&str; 6] = [
    "client_id",
    "client_id_issued_at",
    "client_secret",
    "client_secret_expires_at",
    "registration_access_token",
    "registration_client_uri",
];
/// The registry of OAuth Dynamic Client Registration Metadata, without what is assigned.
const OF_CLIENTS: [&str; 71] = [
    "application_type",
    "authorization_details_types",
    "authorization_encrypted_response_alg",
    "authorization_encrypted_response_enc",
    "authorization_signed_response_alg",
    "backchannel_authentication_request_signing_alg",
    "backchannel_client_notification_endpoint",
    "backchannel_logout_session_required",
    "backchannel_logout_uri",
    "backchannel_token_delivery_mode",
    "backchannel_user_code_parameter",
    "claims_redirect_uris",
    "client_name",
    "client_registration_types",
    "client_uri",
    "contacts",
    "default_acr_values",
    "default_max_age",
    "dpop_bound_access_tokens",
    "frontchannel_logout_session_required",
    "frontchannel_logout_uri",
    "grant_types",
    "id_token_encrypted_response_alg",
    "id_token_encrypted_response_enc",
    "id_token_signed_response_alg",
    "initiate_login_uri",
    "introspection_encrypted_response_alg",
    "introspection_encrypted_response_enc",
    "introspection_signed_response_alg",
    "jwks",
    "jwks_uri",
    "logo_uri",
    "nfv_token_encrypted_response_alg",
    "nfv_token_encrypted_response_enc",
    "nfv_token_signed_response_alg",
    "organization_name",
    "policy_uri",
    "post_logout_redirect_uris",
    "redirect_uris",
    "request_object_encryption_alg",
    "request_object_encryption_enc",
    "request_object_signing_alg",
    "request_uris",
    "require_auth_time",
    "require_pushed_authorization_requests",
    "require_signed_request_object",
    "response_modes",
    "response_types",
    "scope",
    "sector_identifier_uri",
    "signed_jwks_uri",
    "software_id",
    "software_statement",
    "software_version",
    "subject_type",
    "tls_client_auth_san_dns",
    "tls_client_auth_san_email",
    "tls_client_auth_san_ip",
    "tls_client_auth_san_uri",
    "tls_client_auth_subject_dn",
    "tls_client_certificate_bound_access_tokens",
    "token_endpoint_auth_method",
    "token_endpoint_auth_methods_supported",
    "token_endpoint_auth_signing_alg",
    "tos_uri",
    "use_mtls_endpoint_aliases",
    "user_info_signed_response_alg",
    "userinfo_encrypted_response_alg",
    "userinfo_encrypted_response_enc",
    "userinfo_signed_response_alg",
    "vp_formats",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_neither_the_request_nor_a_specification_has_was_provisioned() {
        let members = |value: Value| value.as_object().cloned().unwrap_or_default();
        let told = members(json!({
            "client_id": "a", "client_name": "N", "client_name#de": "N", "subject_type": "public", "owner": "", "x_lifetime": 3600,
        }));
        let sent = members(json!({ "client_name": "N" }));
        let names: Vec<&str> = provisioned(&told, &sent)
            .into_iter()
            .map(|(name, _)| name.as_str())
            .collect();
        assert_eq!(names, ["owner", "x_lifetime"]);
    }

    #[test]
    fn a_member_gets_another_value_of_its_own_type() {
        assert_eq!(others(&json!(false)), [json!(true)]);
        assert_eq!(others(&json!(3600)), [json!(SECONDS)]);
        assert_eq!(others(&json!("1h0m0s"))[0], json!(HOURS));
        assert_eq!(
            others(&json!("2026-11-29T03:00:00Z"))[0],
            json!("1970-01-01T00:00:00Z")
        );
        assert_eq!(others(&json!("")), [json!(CHOSEN)]);
        assert_eq!(others(&Value::Null).len(), 5);
    }
}
