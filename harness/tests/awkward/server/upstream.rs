//! Logging in at an upstream identity provider, by one manner: the browser is sent there, and comes back with a code.

use std::collections::HashMap;
use std::env::VarError;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use url::Url;
use url::form_urlencoded;

use crate::grants::challenge;
use crate::grants::random;

/// The provider, as the environment names it, and who is on the way to it.
pub(crate) struct Upstream {
    authorization: String,
    token: String,
    userinfo: String,
    client_id: String,
    client_secret: String,
    callback: String,
    away: Mutex<HashMap<String, Away>>,
}

/// Somebody who was sent to the provider.
struct Away {
    /// The query of the authorization request to go on with.
    query: String,
    verifier: String,
}

pub(crate) const CALLBACK: &str = "/callback";
const DEADLINE: Duration = Duration::from_secs(10);

impl Upstream {
    /// The provider that the environment names.
    pub(crate) fn of_environment(issuer: &str) -> Result<Self, VarError> {
        let variable = |name: &str| std::env::var(format!("UPSTREAM_{name}"));
        Ok(Self {
            authorization: variable("AUTHORIZATION_ENDPOINT")?,
            token: variable("TOKEN_ENDPOINT")?,
            userinfo: variable("USERINFO_ENDPOINT")?,
            client_id: variable("CLIENT_ID")?,
            client_secret: variable("CLIENT_SECRET")?,
            callback: format!("{issuer}{CALLBACK}"),
            away: Mutex::default(),
        })
    }

    /// Where the browser is sent to log in, and the state that it comes back with.
    pub(crate) fn leave(&self, query: &str) -> (String, String) {
        let (state, verifier) = (random(), random());
        let sent = form_urlencoded::Serializer::new(String::new())
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.client_id)
            .append_pair("redirect_uri", &self.callback)
            .append_pair("scope", "openid email")
            .append_pair("state", &state)
            .append_pair("code_challenge", &challenge(&verifier))
            .append_pair("code_challenge_method", "S256")
            .finish();
        let away = Away {
            query: query.to_owned(),
            verifier,
        };
        let mut all = self.away.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(state.clone(), away);
        (format!("{}?{sent}", self.authorization), state)
    }

    /// The query to go on with, once the provider has said who came back.
    pub(crate) async fn come_back(
        &self,
        http: &reqwest::Client,
        state: &str,
        code: &str,
    ) -> Result<String, String> {
        let away = {
            let mut all = self.away.lock().unwrap_or_else(PoisonError::into_inner);
            all.remove(state).ok_or("nobody was sent away with this state")?
        };
        let sent = form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "authorization_code")
            .append_pair("code", code)
            .append_pair("redirect_uri", &self.callback)
            .append_pair("code_verifier", &away.verifier)
            .finish();
        let basic = STANDARD.encode(format!("{}:{}", self.client_id, self.client_secret));
        let ask = http
            .post(address(&self.token)?)
            .header("authorization", format!("Basic {basic}"))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("accept", "application/json")
            .body(sent);
        let tokens = answered(ask).await?;
        let token = tokens["access_token"].as_str().ok_or("no token was given")?;
        let ask = http
            .get(address(&self.userinfo)?)
            .header("authorization", format!("Bearer {token}"));
        let user = answered(ask).await?;
        user["email"].as_str().ok_or("nobody is logged in there")?;
        Ok(away.query)
    }
}

fn address(url: &str) -> Result<Url, String> {
    Url::parse(url).map_err(|error| error.to_string())
}

async fn answered(ask: reqwest::RequestBuilder) -> Result<Value, String> {
    let answer = ask
        .timeout(DEADLINE)
        .send()
        .await
        .map_err(|error| error.to_string())?;
    let body = answer.bytes().await.map_err(|error| error.to_string())?;
    serde_json::from_slice(&body).map_err(|error| error.to_string())
}
