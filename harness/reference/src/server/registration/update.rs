//! Updates of a registration (RFC 7592 section 2.2).

use axum::response::Response;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::faults::provisioned::keep_of_update;
use crate::faults::registration::accepted_only;
use crate::faults::registration::traced;
use crate::faults::registration::updated;
use crate::policy::ManagementFault;
use crate::server::choice::without_defaults;
use crate::server::client::Method as AuthMethod;
use crate::server::client::same;
use crate::server::registration::information::kept_of;
use crate::server::registration::information::new_secret;
use crate::server::registration::information::token_of_parts;
use crate::server::registration::register::read;
use crate::server::registration::register::refusal;
use crate::server::registration::register::refused_as;
use crate::server::registration::register::unauthorized;
use crate::server::registration::rules::accepted;
use crate::server::registration::rules::method_of;
use crate::server::registration::rules::unchecked;
use crate::server::registration::shown::PLACE;
use crate::server::registration::shown::show;
use crate::server::registration::shown::shown;
use crate::server::registration::statement::heard;
use crate::server::state::State;
use crate::server::state::hash;
use crate::server::store::Registered;

/// Members that an update must not hold (RFC 7592 section 2.2).
const FORBIDDEN: [&str; 4] = [
    "registration_access_token",
    "registration_client_uri",
    "client_secret_expires_at",
    "client_id_issued_at",
];

/// Replaces the metadata of a client, for whoever used this token.
pub(crate) fn update(state: &State, client: Registered, body: &[u8], used: &str) -> Response {
    let rules = &state.policy.management;
    let refuse = |description: &str| refusal(state, 400, "invalid_client_metadata", description);
    let sent = match read(state, body) {
        Ok(sent) => sent,
        Err(refused) => return *refused,
    };
    let client = updated(state, client, &sent);
    if rules.matching_client_id.on()
        && !rules.fault.is(ManagementFault::UpdateTakesClientId)
        && sent.get("client_id") != Some(&json!(client.id))
    {
        return refuse("`client_id` is missing or another's");
    }
    if rules.forbidden_members.on()
        && !rules.fault.is(ManagementFault::ServerMembersTaken)
        && let Some(name) = FORBIDDEN.iter().find(|name| sent.contains_key(**name))
    {
        return refuse(&format!("`{name}` cannot be set"));
    }
    let mut secret_hash = client.secret_hash.clone();
    if let Some(secret) = sent.get("client_secret") {
        let chosen = hash(secret.as_str().unwrap_or_default());
        let matches = secret_hash.as_deref().is_some_and(|known| same(known, &chosen));
        if !matches && rules.chosen_secret.on() {
            return refuse("`client_secret` is another than the current one");
        }
        secret_hash = secret_hash.map(|_| chosen);
    }
    let mut metadata = if rules.validate.on() {
        let heard = heard(state, sent.clone());
        match heard.and_then(|heard| accepted(&state.policy, &heard)) {
            Ok(metadata) => metadata,
            Err(refused) => {
                if rules.fault.is(ManagementFault::RefusedYetMade) {
                    let metadata = unchecked(&sent);
                    let _ = state.store.put_client(&Registered { metadata, ..client });
                }
                if rules.fault.is(ManagementFault::ErrorsTraced) && refused.1.contains("is no string") {
                    return traced(400);
                }
                return refused_as(state, refused);
            }
        }
    } else {
        unchecked(&sent)
    };
    keep_of_update(&state.policy, &sent, &mut metadata);
    without_defaults(&state.policy, &sent, &mut metadata);
    if !rules.replace.on() {
        for (name, value) in &client.metadata {
            metadata.entry(name.clone()).or_insert(value.clone());
        }
    }
    if rules.fault.is(ManagementFault::UpdateForgetsRedirectUris) {
        metadata.insert("redirect_uris".to_owned(), json!([]));
    }
    let before = client.clone();
    let secret = fitting_secret(state, &metadata, &mut secret_hash);
    let (token, token_hash) = next_token(state, &client, &sent);
    let mut client = Registered {
        metadata,
        secret_hash,
        token_hash,
        ..client
    };
    if rules.fault.is(ManagementFault::UpdateNotKept) {
        return show(state, &client, used);
    }
    let stored = match rules.token_taken_at_once.on() {
        true => state.store.replace_client(&client, &before.token_hash),
        false => state.store.put_client(&client).map(|()| true),
    };
    match stored {
        Ok(true) => {}
        // Another update was faster, and has replaced the token.
        Ok(false) => return unauthorized(state),
        Err(_) => return refusal(state, 500, "server_error", "the client could not be stored"),
    }
    let token = Some(token).filter(|_| !rules.fault.is(ManagementFault::UpdateWithoutToken));
    let shown = |client: &Registered, secret, token| {
        let without = match rules.fault.is(ManagementFault::UpdateWithoutPlace) {
            true => PLACE,
            false => "",
        };
        shown(state, client, secret, token, without)
    };
    match rules.fault.among([
        ManagementFault::UpdateAccepted,
        ManagementFault::UpdateTellsOld,
        ManagementFault::UpdateTakesClientId,
    ]) {
        Some(ManagementFault::UpdateAccepted) => accepted_only(shown(&client, secret, token)),
        Some(ManagementFault::UpdateTellsOld) => shown(&before, secret, token),
        Some(ManagementFault::UpdateTakesClientId) => {
            if let Some(chosen) = sent.get("client_id").and_then(Value::as_str) {
                chosen.clone_into(&mut client.id);
            }
            shown(&client, secret, token)
        }
        _ => shown(&client, secret, token),
    }
}

/// A secret for a client that has become confidential; that of one that has become public is forgotten.
fn fitting_secret(
    state: &State,
    metadata: &Map<String, Value>,
    secret_hash: &mut Option<String>,
) -> Option<String> {
    let method = metadata.get("token_endpoint_auth_method").and_then(method_of);
    let fault = &state.policy.management.fault;
    match method {
        Some(AuthMethod::SecretBasic | AuthMethod::SecretPost)
            if secret_hash.is_none() && !fault.is(ManagementFault::NoSecretLater) =>
        {
            let secret = new_secret(state, &Map::new());
            *secret_hash = Some(hash(&secret));
            Some(secret)
        }
        Some(AuthMethod::None) if fault.is(ManagementFault::SecretKept) => Some(state.random()),
        Some(AuthMethod::None | AuthMethod::PrivateKeyJwt) => {
            *secret_hash = None;
            None
        }
        _ => None,
    }
}

/// The registration token after an update, and what is kept of it: each update replaces it.
fn next_token(state: &State, client: &Registered, sent: &Map<String, Value>) -> (String, String) {
    let chosen = sent.get("registration_access_token").and_then(Value::as_str);
    let fault = state.policy.management.fault.among([
        ManagementFault::ServerMembersTaken,
        ManagementFault::NewTokenDead,
        ManagementFault::FormerTokenAccepted,
        ManagementFault::UpdateWithoutToken,
    ]);
    match (fault, chosen) {
        (Some(ManagementFault::ServerMembersTaken), Some(chosen)) => (chosen.to_owned(), hash(chosen)),
        (Some(ManagementFault::NewTokenDead | ManagementFault::UpdateWithoutToken), _) => {
            (state.random(), client.token_hash.clone())
        }
        (Some(ManagementFault::FormerTokenAccepted), _) => {
            let token = state.random();
            let both = format!("{} {}", hash(&token), client.token_hash);
            (token, both)
        }
        _ => {
            let token = token_of_parts(state, &client.id, state.random());
            let kept = hash(kept_of(state, &token));
            (token, kept)
        }
    }
}
