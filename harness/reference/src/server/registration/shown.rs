//! The client information response of registration management (RFC 7592 section 3).

use axum::response::Response;
use serde_json::json;

use crate::faults::provisioned::tell_provisioned;
use crate::faults::provisioned::told_aloud;
use crate::policy::ManagementFault;
use crate::policy::RegistrationFault;
use crate::server::registration::information::information;
use crate::server::reply::json as answer;
use crate::server::state::State;
use crate::server::store::Registered;

/// What a mutant leaves out.
pub(crate) const PLACE: &str = "registration_client_uri";

/// The answer to a read, with the token that it came with: only its hash is kept (RFC 7592 section 3).
pub(crate) fn show(state: &State, client: &Registered, token: &str) -> Response {
    let fault = &state.policy.management.fault;
    let token = Some(token.to_owned()).filter(|_| !fault.is(ManagementFault::ReadWithoutToken));
    let without = match fault.is(ManagementFault::ReadWithoutPlace) {
        true => PLACE,
        false => "",
    };
    shown(state, client, None, token, without)
}

/// The client information response, with the secret and the token that are new.
pub(crate) fn shown(
    state: &State,
    client: &Registered,
    secret: Option<String>,
    token: Option<String>,
    without: &str,
) -> Response {
    let mut told = client.metadata.clone();
    if !state.policy.management.read_all.on() {
        told.retain(|name, _| name == "client_name");
    }
    if state.policy.management.fault.is(ManagementFault::ReadForgetsName) {
        told.remove("client_name");
    }
    if state
        .policy
        .registration
        .fault
        .is(RegistrationFault::TellsNoRedirectUris)
    {
        told.insert("redirect_uris".to_owned(), json!([]));
    }
    if let Some(token) = token {
        told.insert("registration_access_token".to_owned(), json!(token));
    }
    told_aloud(&state.policy, &mut told);
    tell_provisioned(&state.policy, Some(&client.metadata), &mut told);
    let mut body = information(state, client, told, secret);
    if state.policy.management.fault.is(ManagementFault::NoClientId) {
        body.as_object_mut().map(|members| members.remove("client_id"));
    }
    body.as_object_mut().map(|members| members.remove(without));
    answer(200, &body)
}
