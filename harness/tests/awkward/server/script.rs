//! Pages that a script makes: one empty page, its script, and the requests that the script sends.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::Uri;
use axum::http::header::AUTHORIZATION;
use axum::http::header::CONTENT_TYPE;
use axum::response::Html;
use axum::response::IntoResponse;
use axum::response::Response;
use serde_json::Value;
use serde_json::json;

use crate::flow::Parameters;
use crate::flow::SESSION;
use crate::flow::Server;
use crate::flow::USERS;
use crate::flow::cookie;
use crate::flow::with_cookie;
use crate::grants::Asked;
use crate::grants::random;
use crate::manner::Manner;
use crate::manner::Rule;
use crate::pages;

/// The sessions, by what their browsers keep.
#[derive(Debug, Default)]
pub(crate) struct Sessions(Mutex<BTreeSet<String>>);

const CODE: &str = include_str!("script.js");

/// What the page sends along, so that nobody frames it or learns its address.
const PROTECTED: [(&str, &str); 3] = [
    ("content-security-policy", "frame-ancestors 'none'"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
];

/// The empty page.
pub(crate) async fn page() -> Response {
    (PROTECTED, Html(pages::shell())).into_response()
}

/// Its script.
pub(crate) async fn code() -> Response {
    ([(CONTENT_TYPE, "text/javascript")], CODE).into_response()
}

/// What the page is about.
pub(crate) async fn load(State(server): State<Arc<Server>>, uri: Uri, fields: HeaderMap) -> Response {
    let parameters = Parameters::of(uri.query().unwrap_or_default());
    let found = match parameters.one("tx") {
        Some(tx) => server
            .grants
            .waiting(tx)
            .map(|asked| (tx.to_owned(), asked))
            .ok_or_else(|| "the request is gone".to_owned()),
        None => server.begun(&parameters).await,
    };
    match found {
        Err(reason) => failed(StatusCode::BAD_REQUEST, &reason),
        Ok((tx, asked)) => {
            let user = server.is_logged_in(&fields).then_some("toy");
            let client = json!({ "id": asked.client_id, "to": asked.redirect_uri });
            Json(json!({ "tx": tx, "user": user, "client": client })).into_response()
        }
    }
}

/// The login of the user.
pub(crate) async fn login(State(server): State<Arc<Server>>, body: String) -> Response {
    let given: Value = serde_json::from_str(&body).unwrap_or_default();
    let given = given["user"].as_str().zip(given["secret"].as_str());
    if !given.is_some_and(|given| USERS.contains(&given)) {
        return failed(StatusCode::UNAUTHORIZED, "nobody is called so");
    }
    let session = random();
    server.sessions.all().insert(session.clone());
    match server.arguments.has(Manner::ScriptTokens) {
        true => Json(json!({ "token": session })).into_response(),
        false => with_cookie(Json(json!({})).into_response(), SESSION, &session),
    }
}

/// The decision of the user.
pub(crate) async fn consent(State(server): State<Arc<Server>>, fields: HeaderMap, body: String) -> Response {
    let media = fields.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if media != Some("application/json") && server.arguments.keeps(Rule::MediaTypeCompared) {
        return failed(StatusCode::UNSUPPORTED_MEDIA_TYPE, "this is no JSON");
    }
    if !server.is_logged_in(&fields) {
        return failed(StatusCode::UNAUTHORIZED, "nobody is logged in");
    }
    let given: Value = serde_json::from_str(&body).unwrap_or_default();
    let asked = server.grants.decided(given["tx"].as_str().unwrap_or_default());
    let to = match (asked, given["approve"].as_bool()) {
        (Some(asked), Some(true)) => {
            let code = server.grants.code(asked.clone());
            server.answered(&asked, "code", &code)
        }
        (Some(asked), _) => server.answered(&asked, "error", "access_denied"),
        (None, _) => return failed(StatusCode::BAD_REQUEST, "the request is gone"),
    };
    Json(json!({ "redirect": to })).into_response()
}

fn failed(status: StatusCode, reason: &str) -> Response {
    (status, Json(json!({ "error": reason }))).into_response()
}

impl Sessions {
    fn all(&self) -> std::sync::MutexGuard<'_, BTreeSet<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Server {
    /// Begins a request that was not looked at before.
    async fn begun(&self, parameters: &Parameters) -> Result<(String, Asked), String> {
        let (_, asked) = self.known(parameters).await?;
        let is_right = parameters.one("response_type") == Some("code")
            && !asked.challenge.is_empty()
            && parameters.one("code_challenge_method") == Some("S256");
        match is_right {
            true => Ok((self.grants.wait(asked.clone()), asked)),
            false => Err("a code by S256 is what there is".to_owned()),
        }
    }

    fn is_logged_in(&self, fields: &HeaderMap) -> bool {
        let session = match self.arguments.has(Manner::ScriptTokens) {
            true => fields
                .get(AUTHORIZATION)
                .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "))
                .map(str::to_owned),
            false => cookie(fields, SESSION),
        };
        session.is_some_and(|session| self.sessions.all().contains(&session))
    }
}
