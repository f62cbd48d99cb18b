//! The endpoints: metadata, the authorization request with login and consent, the token.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::Uri;
use axum::http::header::CACHE_CONTROL;
use axum::http::header::COOKIE;
use axum::http::header::LOCATION;
use axum::http::header::SET_COOKIE;
use axum::response::Html;
use axum::response::IntoResponse;
use axum::response::Response;
use serde_json::Value;
use serde_json::json;
use url::form_urlencoded;

use crate::answer::flood;
use crate::client::Client;
use crate::crowd::Crowd;
use crate::fetch::Documents;
use crate::grants::Asked;
use crate::grants::Grants;
use crate::grants::challenge;
use crate::grants::random;
use crate::manner::Arguments;
use crate::manner::Manner;
use crate::manner::Rule;
use crate::pages;
use crate::registration::Registrations;
use crate::script;
use crate::script::Sessions;
use crate::upstream::Upstream;

/// The whole server.
pub(crate) struct Server {
    pub(crate) issuer: String,
    pub(crate) documents: Documents,
    /// Where users log in, by one manner.
    pub(crate) upstream: Option<Upstream>,
    pub(crate) grants: Grants,
    pub(crate) crowd: Crowd,
    pub(crate) arguments: Arc<Arguments>,
    pub(crate) registrations: Registrations,
    /// Who is logged in, where a script makes the pages.
    pub(crate) sessions: Sessions,
}

/// Its users, each with what logs them in.
pub(crate) const USERS: [(&str, &str); 2] = [("toy", "story"), ("tale", "told")];
pub(crate) const SESSION: &str = "session=";
/// The cookie of who is on the way to the upstream identity provider.
const AWAY: &str = "away=";
const ELSEWHERE: &str = "https://help.toy-server.example/error";

/// Parameters of a query or a form.
pub(crate) struct Parameters(Vec<(String, String)>);

impl Parameters {
    pub(crate) fn of(text: &str) -> Self {
        Self(form_urlencoded::parse(text.as_bytes()).into_owned().collect())
    }

    /// The value of a parameter that stands there exactly once.
    pub(crate) fn one(&self, name: &str) -> Option<&str> {
        let mut found = self.0.iter().filter(|(known, _)| known == name);
        let first = found.next()?;
        found.next().is_none().then_some(first.1.as_str())
    }
}

/// The metadata (RFC 8414).
pub(crate) async fn metadata(State(server): State<Arc<Server>>) -> Response {
    let has = |manner| server.arguments.has(manner);
    if has(Manner::OpenidOnly) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let mut metadata = server.metadata();
    if let Some(members) = metadata
        .as_object_mut()
        .filter(|_| has(Manner::RegistrationInOpenidOnly))
    {
        members.remove("registration_endpoint");
    }
    Json(metadata).into_response()
}

/// The metadata of OpenID Connect, by some manners.
pub(crate) async fn openid(State(server): State<Arc<Server>>) -> Response {
    let has = |manner| server.arguments.has(manner);
    if has(Manner::LoginAtOpenidPlace) {
        return redirect(&format!("{}/login", server.issuer));
    }
    match has(Manner::OpenidOnly) || has(Manner::RegistrationInOpenidOnly) {
        true => Json(server.metadata()).into_response(),
        false => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The authorization request.
pub(crate) async fn authorize(State(server): State<Arc<Server>>, uri: Uri, fields: HeaderMap) -> Response {
    let query = uri.query().unwrap_or_default();
    let session = cookie(&fields, SESSION);
    if let Some(upstream) = server.upstream.as_ref().filter(|_| session.is_none()) {
        let (to, state) = upstream.leave(query);
        return with_cookie(redirect(&to), AWAY, &state);
    }
    if server.arguments.logs_in() && session.is_none() {
        return match server.arguments.has(Manner::BlankPages) {
            true => Html(pages::script("")).into_response(),
            false => Html(pages::login(query)).into_response(),
        };
    }
    if server.arguments.answers_by_script() {
        return script::page().await;
    }
    let parameters = Parameters::of(query);
    match server.known(&parameters).await {
        Err(reason) => server.refused(&reason),
        Ok((client, asked)) => {
            let session = session.filter(|_| server.arguments.has(Manner::OneRequestInASession));
            let asked = Asked { session, ..asked };
            server.decided(client, asked, &parameters)
        }
    }
}

/// The value of the cookie that begins so.
pub(crate) fn cookie(fields: &HeaderMap, begins: &str) -> Option<String> {
    let mut cookies = fields
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|cookies| cookies.split("; "));
    cookies.find_map(|cookie| Some(cookie.strip_prefix(begins)?.to_owned()))
}

impl Server {
    /// Its issuer as it calls itself.
    fn own_issuer(&self) -> String {
        let slash = match self.arguments.has(Manner::SlashAfterIssuer) {
            true => "/",
            false => "",
        };
        format!("{}{slash}", self.issuer)
    }

    fn metadata(&self) -> Value {
        let at = |path: &str| format!("{}{path}", self.issuer);
        let mut metadata = json!({
            "issuer": self.own_issuer(),
            "authorization_endpoint": at("/authorize"),
            "token_endpoint": at("/token"),
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code"],
            "token_endpoint_auth_methods_supported": ["none"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": true,
            "client_id_metadata_document_supported": true,
        });
        if self.arguments.registers() {
            metadata["registration_endpoint"] = json!(at("/register"));
        }
        metadata
    }

    /// The client and its redirect URI: until they are known, nobody is sent anywhere.
    pub(crate) async fn known(&self, parameters: &Parameters) -> Result<(Client, Asked), String> {
        let client_id = parameters.one("client_id").ok_or("one client_id is needed")?;
        let redirect_uri = parameters
            .one("redirect_uri")
            .ok_or("one redirect_uri is needed")?;
        let client = match self.registrations.client(client_id) {
            Some(client) => client,
            None => self.documents.client(client_id).await?,
        };
        let is_listed = client.redirect_uris.iter().any(|uri| uri == redirect_uri);
        let forgets = self.arguments.has(Manner::ForgetsInACrowd) && self.crowd.is_there().await;
        if self.arguments.keeps(Rule::RedirectUriCompared) && !is_listed && !forgets {
            return Err("the redirect URI is not the client's".to_owned());
        }
        let asked = Asked {
            client_id: client_id.to_owned(),
            redirect_uri: redirect_uri.to_owned(),
            challenge: parameters.one("code_challenge").unwrap_or_default().to_owned(),
            state: parameters.one("state").map(str::to_owned),
            session: None,
        };
        Ok((client, asked))
    }

    fn decided(&self, client: Client, asked: Asked, parameters: &Parameters) -> Response {
        if parameters.one("response_type") != Some("code") {
            return self.sent(&asked, "error", "unsupported_response_type");
        }
        if asked.challenge.is_empty() || parameters.one("code_challenge_method") != Some("S256") {
            return self.sent(&asked, "error", "invalid_request");
        }
        if self.arguments.has(Manner::AutoConsent) {
            return self.granted(asked);
        }
        let (client_id, redirect_uri) = (asked.client_id.clone(), asked.redirect_uri.clone());
        let key = self.grants.wait(asked);
        if self.arguments.has(Manner::BlankPages) {
            return Html(pages::script(&key)).into_response();
        }
        let deny = match self.arguments.has(Manner::OddDenyWord) {
            true => "lieber-nicht",
            false => "deny",
        };
        if self.arguments.has(Manner::ScriptPages) {
            return redirect(&format!("/ui/page?tx={key}"));
        }
        Html(pages::consent(
            &client.name,
            &client_id,
            &redirect_uri,
            &key,
            deny,
        ))
        .into_response()
    }

    /// Whether a client is one with a document, or one that was not deleted.
    fn is_there(&self, client_id: &str) -> bool {
        client_id.starts_with("https://") || self.registrations.client(client_id).is_some()
    }

    fn granted(&self, asked: Asked) -> Response {
        let code = self.grants.code(asked.clone());
        self.sent(&asked, "code", &code)
    }

    /// Sends the user agent to the client.
    fn sent(&self, asked: &Asked, name: &str, value: &str) -> Response {
        redirect(&self.answered(asked, name, value))
    }

    /// Where the client gets its answer.
    pub(crate) fn answered(&self, asked: &Asked, name: &str, value: &str) -> String {
        let mut parameters = form_urlencoded::Serializer::new(String::new());
        parameters.append_pair(name, value);
        if let Some(state) = &asked.state {
            parameters.append_pair("state", state);
        }
        parameters.append_pair("iss", &self.own_issuer());
        let joint = if asked.redirect_uri.contains('?') {
            '&'
        } else {
            '?'
        };
        format!("{}{joint}{}", asked.redirect_uri, parameters.finish())
    }

    /// Goes on with a request after its user has logged in.
    fn logged_in(&self, query: &str) -> Response {
        let on = redirect(&format!("{}/authorize?{query}", self.issuer));
        match self.arguments.has(Manner::LaxSession) {
            true => with_cookie(on, SESSION, &format!("{}; SameSite=Lax", random())),
            false => with_cookie(on, SESSION, &random()),
        }
    }

    /// Refuses a request, in its manner.
    fn refused(&self, reason: &str) -> Response {
        let query: String = form_urlencoded::Serializer::new(String::new())
            .append_pair("reason", reason)
            .finish();
        match &self.arguments {
            manners if manners.has(Manner::ErrorRedirect) => redirect(&format!("/error?{query}")),
            manners if manners.has(Manner::ErrorRedirectElsewhere) => {
                redirect(&format!("{ELSEWHERE}?{query}"))
            }
            manners if manners.has(Manner::EndlessRefusals) => {
                (StatusCode::BAD_REQUEST, flood()).into_response()
            }
            manners if manners.has(Manner::ErrorPage200) => Html(pages::told(reason)).into_response(),
            _ => (StatusCode::BAD_REQUEST, Html(pages::told(reason))).into_response(),
        }
    }
}

/// The decision of the user.
pub(crate) async fn consent(State(server): State<Arc<Server>>, fields: HeaderMap, body: String) -> Response {
    let form = Parameters::of(&body);
    if server.arguments.has(Manner::LaxSession) && cookie(&fields, SESSION).is_none() {
        return server.refused("nobody is logged in");
    }
    match (
        server.grants.decided(form.one("request").unwrap_or_default()),
        form.one("decision"),
    ) {
        (Some(asked), Some("approve")) => server.granted(asked),
        (Some(asked), _) => server.sent(&asked, "error", "access_denied"),
        (None, _) => server.refused("the request is gone"),
    }
}

/// The login of the user.
pub(crate) async fn login(State(server): State<Arc<Server>>, body: String) -> Response {
    let form = Parameters::of(&body);
    let query = form.one("query").unwrap_or_default();
    let given = form.one("user").zip(form.one("secret"));
    if !given.is_some_and(|given| USERS.contains(&given)) {
        return Html(pages::login(query)).into_response();
    }
    server.logged_in(query)
}

/// The way back from the upstream identity provider.
pub(crate) async fn callback(State(server): State<Arc<Server>>, uri: Uri, fields: HeaderMap) -> Response {
    let told = Parameters::of(uri.query().unwrap_or_default());
    let (state, code) = (told.one("state"), told.one("code"));
    let is_own = state.is_some() && cookie(&fields, AWAY).as_deref() == state;
    let (Some(upstream), Some(state), Some(code), true) = (&server.upstream, state, code, is_own) else {
        return server.refused("this browser was not sent to the identity provider");
    };
    match upstream.come_back(server.documents.http(), state, code).await {
        Ok(query) => server.logged_in(&query),
        Err(reason) => server.refused(&format!("the identity provider said: {reason}")),
    }
}

pub(crate) fn with_cookie(mut response: Response, begins: &str, value: &str) -> Response {
    if let Ok(cookie) = format!("{begins}{value}; Path=/; Secure; HttpOnly").parse() {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// The page that all refusals lead to, by one manner.
pub(crate) async fn error(uri: Uri) -> Html<String> {
    let parameters = Parameters::of(uri.query().unwrap_or_default());
    Html(pages::told(parameters.one("reason").unwrap_or_default()))
}

/// The token request.
pub(crate) async fn token(State(server): State<Arc<Server>>, body: String) -> Response {
    let form = Parameters::of(&body);
    let code = form.one("code").unwrap_or_default();
    if server.arguments.has(Manner::CannotSerialize) && server.crowd.is_there().await {
        let told = Json(json!({ "error": "unable to serialize" }));
        return (StatusCode::BAD_REQUEST, told).into_response();
    }
    let asked = match (
        form.one("grant_type"),
        server.arguments.keeps(Rule::CodesTakenOnce),
    ) {
        (Some("authorization_code"), true) => server.grants.redeemed(code),
        (Some("authorization_code"), false) => server.grants.known(code),
        _ => None,
    };
    let is_right = |asked: &Asked| {
        form.one("client_id") == Some(&asked.client_id)
            && server.is_there(&asked.client_id)
            && form
                .one("redirect_uri")
                .is_none_or(|uri| uri == asked.redirect_uri)
            && form.one("code_verifier").map(challenge).as_ref() == Some(&asked.challenge)
    };
    let no_store = [(CACHE_CONTROL, "no-store")];
    match asked.filter(is_right) {
        Some(_) => {
            let token = json!({ "access_token": random(), "token_type": "Bearer", "expires_in": 300 });
            (no_store, Json(token)).into_response()
        }
        None => {
            let error = json!({ "error": "invalid_grant" });
            let status = match server.arguments.has(Manner::TokenErrorsAre500) {
                true => StatusCode::INTERNAL_SERVER_ERROR,
                false => StatusCode::BAD_REQUEST,
            };
            (status, no_store, Json(error)).into_response()
        }
    }
}

fn redirect(location: &str) -> Response {
    (StatusCode::FOUND, [(LOCATION, location)]).into_response()
}
