//! Initial access tokens (RFC 7591 section 3): one for all registrations, or a new one for each.

use std::process::Stdio;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cimdspec_model::profile::InitialTokens;
use cimdspec_model::verb::InitialToken;
use tokio::io::AsyncReadExt;
use tokio::process::Command;

use crate::case::context::CaseContext;
use crate::http::client::Ask;
use crate::verb::authorize::pairs;

/// No program or endpoint that gives a token may take longer.
const DEADLINE: Duration = Duration::from_secs(30);
const LONGEST: u64 = 64 * 1024;
const AUTHORIZATION: &str = "authorization";
const NONE: &str = "the profile has no `initial_access_token`";

impl CaseContext {
    /// The token that opens a registration: a new one, where the profile says how one is had.
    pub(crate) async fn initial_token(&self) -> Result<Option<String>, String> {
        let profile = self.target.profile();
        let how = &profile.initial_tokens;
        let token = match how.is_told() {
            false => profile.initial_access_token.clone(),
            true if how.command.is_empty() => Some(self.by_credentials(how).await?),
            true => Some(printed(&how.command).await?),
        };
        self.learn("initial-access-token", token.as_deref());
        Ok(token)
    }

    /// The request with the initial access token of the profile, or with what is sent instead of it.
    pub(crate) async fn with_initial_token(
        &self,
        mut ask: Ask,
        sent: Option<InitialToken>,
    ) -> Result<Ask, String> {
        let token = match sent {
            None => self.initial_token().await?,
            Some(InitialToken::Expired) => {
                let expired = self.target.profile().expired_initial_access_token.clone();
                Some(expired.ok_or("the profile has no `expired_initial_access_token`")?)
            }
            Some(InitialToken::InQuery) => {
                let token = self.initial_token().await?.ok_or(NONE)?;
                ask.url.query_pairs_mut().append_pair("access_token", &token);
                None
            }
            Some(InitialToken::Truncated) => Some(first_half(&self.initial_token().await?.ok_or(NONE)?)),
        };
        self.learn("initial-access-token", token.as_deref());
        Ok(match token {
            Some(token) => ask.header(AUTHORIZATION, &format!("Bearer {token}")),
            None => ask,
        })
    }

    /// A token for a client of the operator.
    async fn by_credentials(&self, how: &InitialTokens) -> Result<String, String> {
        let endpoint = self.target.endpoint("token_endpoint");
        let endpoint = endpoint.ok_or("the target's metadata has no token endpoint of its own")?;
        let client = how.client_id.as_deref().unwrap_or_default();
        let secret = how.client_secret.as_deref().unwrap_or_default();
        self.learn("client-secret", Some(secret));
        let mut parameters = pairs(&[("grant_type", "client_credentials")]);
        parameters.extend(how.scope.iter().map(|scope| ("scope".to_owned(), scope.clone())));
        let coded =
            |text: &str| -> String { url::form_urlencoded::byte_serialize(text.as_bytes()).collect() };
        let basic = STANDARD.encode(format!("{}:{}", coded(client), coded(secret)));
        let ask = Ask::form(endpoint, &parameters).header(AUTHORIZATION, &format!("Basic {basic}"));
        let answer = self
            .target
            .wire()
            .send(&ask.header("accept", "application/json"), DEADLINE)
            .await;
        let answer =
            answer.map_err(|_| "the token endpoint gave no initial access token: no answer".to_owned())?;
        let status = answer.status;
        let told = answer.json();
        let token = told.and_then(|told| told.get("access_token")?.as_str().map(str::to_owned));
        token.ok_or_else(|| {
            format!("the token endpoint gave no initial access token to `{client}` of `[initial_tokens]`: status {status}")
        })
    }
}

/// What a program of the operator prints.
async fn printed(command: &[String]) -> Result<String, String> {
    let (program, arguments) = command
        .split_first()
        .ok_or("`command` of `[initial_tokens]` names no program")?;
    let run = async {
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| format!("failed to start `{program}`: {error}"))?;
        let mut printed = String::new();
        if let Some(stdout) = child.stdout.take() {
            let read = stdout.take(LONGEST).read_to_string(&mut printed).await;
            read.map_err(|error| format!("failed to read what `{program}` prints: {error}"))?;
        }
        child.wait().await.map_err(|error| error.to_string())?;
        match printed.trim() {
            "" => Err(format!("`{program}` of `[initial_tokens]` printed no token")),
            token => Ok(token.to_owned()),
        }
    };
    tokio::time::timeout(DEADLINE, run).await.unwrap_or_else(|_| {
        Err(format!(
            "`{program}` of `[initial_tokens]` did not end within {} s",
            DEADLINE.as_secs()
        ))
    })
}

/// What is sent of a token that is to be cut.
pub(super) fn first_half(token: &str) -> String {
    token.chars().take(token.chars().count() / 2).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(list: &[&str]) -> Vec<String> {
        list.iter().map(|word| (*word).to_owned()).collect()
    }

    #[tokio::test]
    async fn a_program_prints_one_token() {
        assert_eq!(printed(&words(&["echo", "t1"])).await, Ok("t1".to_owned()));
        assert_eq!(
            printed(&words(&["true"])).await.unwrap_err(),
            "`true` of `[initial_tokens]` printed no token"
        );
    }
}
