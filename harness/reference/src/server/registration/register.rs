//! Dynamic client registration (RFC 7591).

use std::sync::Arc;

use axum::body::Body;
use axum::extract::RawQuery;
use axum::extract::State as Shared;
use axum::http::HeaderMap;
use axum::http::Method as HttpMethod;
use axum::http::header;
use axum::response::Response;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::faults::provisioned::taken_over;
use crate::faults::provisioned::told_aloud;
use crate::faults::registration::blocked;
use crate::faults::registration::error_page;
use crate::faults::registration::is_held_against;
use crate::faults::registration::takes_pages;
use crate::faults::registration::traced;
use crate::policy::LogFault;
use crate::policy::ManagementFault;
use crate::policy::RegistrationFault;
use crate::server::choice::answered;
use crate::server::choice::instead;
use crate::server::choice::loosely_read;
use crate::server::choice::without_defaults;
use crate::server::client::Method;
use crate::server::registration::information::counted;
use crate::server::registration::information::freed_as;
use crate::server::registration::information::information;
use crate::server::registration::information::kept_of;
use crate::server::registration::information::new_secret;
use crate::server::registration::information::token_of_parts;
use crate::server::registration::initial::give_back;
use crate::server::registration::initial::without_initial_token;
use crate::server::registration::rules::ASSIGNED;
use crate::server::registration::rules::Refused;
use crate::server::registration::rules::SILENTLY_PUBLIC;
use crate::server::registration::rules::accepted;
use crate::server::registration::rules::has_wrong_types;
use crate::server::registration::rules::method_of;
use crate::server::registration::rules::odd_members;
use crate::server::registration::rules::unchecked;
use crate::server::registration::statement::heard;
use crate::server::registration::statement::told_of;
use crate::server::registration::statement::with_statement;
use crate::server::reply::bounded;
use crate::server::reply::json as answer;
use crate::server::reply::parameters;
use crate::server::reply::response;
use crate::server::reply::set;
use crate::server::reply::uncached;
use crate::server::state::State;
use crate::server::state::hash;
use crate::server::state::now;
use crate::server::store::Registered;

/// How many clients of one redirect URI are too many for a mutant.
const FLOOD: usize = 60;
/// Takes registrations.
pub(crate) async fn register(
    Shared(state): Shared<Arc<State>>,
    method: HttpMethod,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let answered = decided(&state, method, query, &headers, body).await;
    let fault = &state.policy.registration.fault;
    match answered.status().is_client_error() && fault.is(RegistrationFault::ErrorPages) {
        true if takes_pages(&headers) => error_page(answered.status().as_u16()),
        _ => answered,
    }
}

async fn decided(
    state: &Arc<State>,
    method: HttpMethod,
    query: Option<String>,
    headers: &HeaderMap,
    body: Body,
) -> Response {
    let fault = &state.policy.registration.fault;
    if method != HttpMethod::POST && !fault.is(RegistrationFault::AnyMethod) {
        if let Some(elsewhere) = instead(state) {
            return elsewhere;
        }
        let mut refused = refusal(state, 405, "invalid_request", "registration is by POST");
        set(&mut refused, header::ALLOW, "POST");
        return refused;
    }
    if let Some(refused) = without_initial_token(state, headers, query.as_deref()).await {
        return refused;
    }
    let answered = admitted(state, headers, body).await;
    if !answered.status().is_success() {
        give_back(state, headers);
    }
    answered
}

/// Takes a registration from somebody who may register.
async fn admitted(state: &Arc<State>, headers: &HeaderMap, body: Body) -> Response {
    let fault = &state.policy.registration.fault;
    if fault.is(RegistrationFault::RefusesPages) && takes_pages(headers) {
        return refusal(state, 406, "invalid_request", "only JSON is answered");
    }
    let _turn = match fault.is(RegistrationFault::OneAtATime) {
        true => Some(state.registering.lock().await),
        false => None,
    };
    let Some(body) = bounded(body, state.largest_registration())
        .await
        .filter(|body| !is_held_against(state, body))
    else {
        return refusal(state, 413, "invalid_client_metadata", "the body is too large");
    };
    let media = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let media = match fault.is(RegistrationFault::BareMediaType) {
        true => media.replace(';', "_"),
        false => media.to_owned(),
    };
    let sent = match media
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
        .as_str()
    {
        "application/json" => read(state, &body),
        "application/x-www-form-urlencoded" if !state.policy.registration.json_only.on() => Ok(form(&body)),
        _ => {
            return refusal(
                state,
                415,
                "invalid_client_metadata",
                "the content type is not application/json",
            );
        }
    };
    let sent = match sent {
        Ok(sent) => sent,
        Err(refused) => {
            state.memory().unreadable.push(body.to_vec());
            if fault.is(RegistrationFault::HangsOnJson) {
                std::future::pending::<()>().await;
            }
            return *refused;
        }
    };
    let times = match fault.among([RegistrationFault::FetchesUris, RegistrationFault::FetchesThrice]) {
        Some(RegistrationFault::FetchesUris) => 1,
        Some(RegistrationFault::FetchesThrice) => 3,
        _ => 0,
    };
    for uri in (0..times).flat_map(|_| uris_of(&sent)) {
        state.documents.look_at("registration", &uri).await;
    }
    let sent = match fault.is(RegistrationFault::StatementBelieved) {
        true => Ok(with_statement(sent)),
        false => heard(state, sent),
    };
    let sent = match sent {
        Ok(sent) => sent,
        Err(refused) => return refused_as(state, refused),
    };
    if state.policy.choice.registration.ignores_assigned.other()
        && ASSIGNED.iter().any(|name| sent.contains_key(*name))
    {
        return refusal(state, 400, "invalid_client_metadata", "a member is the server's");
    }
    if fault.is(RegistrationFault::RefusesAll) {
        return refusal(state, 400, "invalid_client_metadata", "nobody is registered");
    }
    if blocked(state, &sent) {
        return refusal(state, 403, "access_denied", "this client was not readable before");
    }
    match accepted(&state.policy, &sent) {
        Ok(metadata) => create(state, &sent, metadata),
        Err(_) if fault.is(RegistrationFault::ErrorsReflect) => {
            let name = sent
                .get("client_name")
                .and_then(Value::as_str)
                .unwrap_or_default();
            response(400, "text/html", format!("<h1>{name} was not registered</h1>"))
        }
        Err(_) if has_wrong_types(&sent) && fault.is(RegistrationFault::KeepsWrongTypes) => {
            let metadata = unchecked(&sent);
            create(state, &sent, metadata)
        }
        Err(refused) => refused_as(state, refused),
    }
}

/// The URIs that a registration names, that of the issuer of its statement too: what a mutant looks at.
pub(crate) fn uris_of(sent: &Map<String, Value>) -> Vec<String> {
    let mut uris = Vec::new();
    let sent = with_statement(sent.clone());
    for value in sent.values() {
        match value {
            Value::String(uri) => uris.push(uri.clone()),
            Value::Array(items) => uris.extend(items.iter().filter_map(Value::as_str).map(str::to_owned)),
            _ => {}
        }
    }
    uris.retain(|uri| uri.starts_with("https://") || uri.starts_with("http://"));
    uris
}

/// A refusal in the shape of the policy.
pub(crate) fn refused_as(state: &State, (code, description): Refused) -> Response {
    let code = if state.policy.registration.error_codes.on() {
        code
    } else {
        "invalid_request"
    };
    refusal(state, status_of_errors(state), code, &description)
}

/// The status of a refusal; a mutant has another.
fn status_of_errors(state: &State) -> u16 {
    match state
        .policy
        .registration
        .fault
        .is(RegistrationFault::ErrorsAre422)
    {
        true => 422,
        false => 400,
    }
}

pub(crate) fn refusal(state: &State, status: u16, code: &str, description: &str) -> Response {
    if !state.policy.registration.error_json.on() {
        return response(status, "text/html", "<h1>Registration failed</h1>".to_owned());
    }
    uncached(answer(
        status,
        &json!({ "error": code, "error_description": description }),
    ))
}

/// The refusal of a registration access token.
pub(crate) fn unauthorized(state: &State) -> Response {
    if state.policy.management.fault.is(ManagementFault::ForbiddenIs404) {
        return refusal(state, 404, "invalid_request", "there is no such client");
    }
    let mut refused = refusal(
        state,
        401,
        "invalid_token",
        "the registration access token is missing or wrong",
    );
    set(
        &mut refused,
        header::WWW_AUTHENTICATE,
        "Bearer error=\"invalid_token\"",
    );
    refused
}

/// The object of a JSON body, or the refusal.
pub(crate) fn read(state: &State, body: &[u8]) -> Result<Map<String, Value>, Box<Response>> {
    let refuse = |description: &str| {
        refusal(
            state,
            status_of_errors(state),
            "invalid_client_metadata",
            description,
        )
    };
    if state.policy.registration.fault.is(RegistrationFault::BrokenJson) {
        let mut values = serde_json::Deserializer::from_slice(body).into_iter::<Map<String, Value>>();
        if let Some(Ok(first)) = values.next() {
            return Ok(first);
        }
    }
    if let Some(members) = loosely_read(&state.policy, body) {
        return Ok(members);
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(members))
            if members.values().any(Value::is_null)
                && state.policy.registration.fault.is(RegistrationFault::FailsAtNull) =>
        {
            Err(Box::new(refusal(
                state,
                500,
                "server_error",
                "a value is missing",
            )))
        }
        Ok(Value::Object(members)) => Ok(members),
        Err(_) if state.policy.registration.fault.is(RegistrationFault::ShowsTrace) => {
            Err(Box::new(refuse(TRACE)))
        }
        Ok(_) => Err(Box::new(refuse("the body is no JSON object"))),
        Err(error) if !state.policy.registration.malformed.on() => Err(Box::new(response(
            500,
            "text/plain",
            format!("internal error: {error}"),
        ))),
        Err(_)
            if state
                .policy
                .registration
                .fault
                .is(RegistrationFault::ErrorsTraced) =>
        {
            Err(Box::new(traced(400)))
        }
        Err(_) => Err(Box::new(refuse("the body is not JSON"))),
    }
}

fn form(body: &[u8]) -> Map<String, Value> {
    parameters(body)
        .into_iter()
        .map(|(name, value)| {
            let list = ["redirect_uris", "grant_types", "response_types"].contains(&name.as_str());
            let value = if list { json!([value]) } else { json!(value) };
            (name, value)
        })
        .collect()
}

fn create(state: &State, sent: &Map<String, Value>, mut metadata: Map<String, Value>) -> Response {
    let rules = &state.policy.registration;
    let whole = metadata.clone();
    if let Some(uris) = metadata.get_mut("redirect_uris").and_then(Value::as_array_mut)
        && rules.fault.is(RegistrationFault::FirstRedirectUri)
    {
        uris.truncate(1);
    }
    let chosen = sent
        .get("client_id")
        .and_then(Value::as_str)
        .filter(|_| !rules.chosen_client_id.on())
        .map(str::to_owned)
        .or_else(|| taken_over(state, &metadata));
    let id = match chosen {
        Some(chosen) => chosen,
        None if !rules.ids.on() => format!("https://clients.example.com/{}", state.random()),
        None if rules.fault.is(RegistrationFault::IdsRepeat) => {
            hash(&Value::Object(metadata.clone()).to_string())
        }
        None if rules.fault.is(RegistrationFault::IdsCountUp) => counted("client"),
        None if rules.fault.is(RegistrationFault::IdsAgain) => {
            let freed = state.memory().freed.remove(&freed_as(&metadata));
            freed.unwrap_or_else(|| state.random())
        }
        None => state.random(),
    };
    let method = metadata.get("token_endpoint_auth_method").and_then(method_of);
    let confidential = matches!(method, Some(Method::SecretBasic | Method::SecretPost));
    let secret = (confidential || !rules.secret_for_none.on()).then(|| new_secret(state, sent));
    let chosen = sent.get("registration_access_token").and_then(Value::as_str);
    let token = match rules.fault.among([
        RegistrationFault::TokensCountUp,
        RegistrationFault::TakesServerMembers,
    ]) {
        Some(RegistrationFault::TokensCountUp) => counted("token"),
        Some(RegistrationFault::TakesServerMembers) => chosen.map_or_else(|| state.random(), str::to_owned),
        _ => token_of_parts(state, &id, state.random()),
    };
    without_defaults(&state.policy, sent, &mut metadata);
    let client = Registered {
        id: id.clone(),
        metadata,
        secret_hash: secret.as_deref().filter(|_| confidential).map(hash),
        token_hash: hash(kept_of(state, &token)),
        issued: now(),
    };
    if state.store.put_client(&client).is_err() {
        return refusal(state, 500, "server_error", "the client could not be stored");
    }
    if rules.fault.is(RegistrationFault::FloodDeletes) && state.store.clients_like(&client) > FLOOD {
        state.store.delete_clients_like(&client);
    }
    let mut told = whole;
    without_defaults(&state.policy, sent, &mut told);
    if rules.fault.is(RegistrationFault::TellsNoRedirectUris) {
        told.insert("redirect_uris".to_owned(), json!([]));
    }
    if !rules.defaults.on() {
        told.retain(|name, _| sent.contains_key(name));
    }
    if rules.fault.is(RegistrationFault::EchoesNothing) {
        told.clear();
    }
    if rules.fault.is(RegistrationFault::TellsHalf) {
        told.retain(|name, _| !TOLD_LESS.contains(&name.as_str()));
    }
    if told.get("token_endpoint_auth_method") == Some(&json!(SILENTLY_PUBLIC)) {
        told.insert(
            "token_endpoint_auth_method".to_owned(),
            json!("client_secret_basic"),
        );
    }
    told_of(state, &mut told);
    odd_members(&state.policy, sent, &mut told);
    told_aloud(&state.policy, &mut told);
    told.insert("registration_access_token".to_owned(), json!(token));
    let mut body = information(state, &client, told, secret);
    let forgotten = match rules.fault.among([
        RegistrationFault::NoClientId,
        RegistrationFault::NoSecret,
        RegistrationFault::NoPlace,
        RegistrationFault::NoToken,
    ]) {
        Some(RegistrationFault::NoClientId) => "client_id",
        Some(RegistrationFault::NoSecret) => "client_secret",
        Some(RegistrationFault::NoPlace) => "registration_client_uri",
        Some(RegistrationFault::NoToken) => "registration_access_token",
        _ => "",
    };
    body.as_object_mut().map(|members| members.remove(forgotten));
    state.note(
        "a client was registered",
        LogFault::RegistrationSecrets,
        &body.to_string(),
    );
    let status = if rules.answers_created.on() { 201 } else { 200 };
    let mut created = response(status, "application/json", answered(&state.policy, &body));
    if rules.fault.is(RegistrationFault::AnswersText) {
        set(&mut created, header::CONTENT_TYPE, "text/plain");
    }
    if rules.no_store.on() {
        uncached(created)
    } else {
        created
    }
}

/// What a mutant shows of a body that it could not read.
const TRACE: &str = "SyntaxError: Unexpected token in JSON at position 1\n    at JSON.parse (<anonymous>)\n    at parse \
    (/srv/authorization/node_modules/body-parser/lib/types/json.js:92:19)";
/// Members that a mutant does not tell.
const TOLD_LESS: [&str; 6] = [
    "client_uri",
    "contacts",
    "logo_uri",
    "policy_uri",
    "scope",
    "tos_uri",
];
