//! The initial access token of a target (RFC 7591 section 3): one for all registrations, or a new one for each.

use std::time::Duration;

use cimdspec_model::profile::InitialTokens;

use crate::case::client::Client;
use crate::http::client::Ask;
use crate::program::Program;
use crate::target::server::Target;

/// No program or endpoint that gives a token may take longer.
const DEADLINE: Duration = Duration::from_secs(30);

impl Target {
    /// The token that opens a registration: a new one, where the profile says how one is had.
    pub(crate) async fn initial_token(&self) -> Result<Option<String>, String> {
        let how = &self.profile().initial_tokens;
        Ok(match how.command.first() {
            Some(_) => Some(by_program(&how.command, self.programs().environment()).await?),
            None if how.is_told() => Some(self.by_credentials(how).await?),
            None => self.profile().initial_access_token.clone(),
        })
    }

    /// A token for a client of the operator.
    async fn by_credentials(&self, how: &InitialTokens) -> Result<String, String> {
        let endpoint = self.endpoint("token_endpoint");
        let endpoint = endpoint.ok_or("the target's metadata has no token endpoint of its own")?;
        let client = Client {
            id: how.client_id.clone().unwrap_or_default(),
            secret: how.client_secret.clone(),
            method: "client_secret_basic".to_owned(),
        };
        let mut parameters = vec![("grant_type".to_owned(), "client_credentials".to_owned())];
        parameters.extend(how.scope.iter().map(|scope| ("scope".to_owned(), scope.clone())));
        let mut ask = Ask::form(endpoint, &parameters).header("accept", "application/json");
        if let Some(basic) = client
            .basic(client.secret.as_deref().unwrap_or_default())
            .authorization
        {
            ask = ask.header("authorization", &basic);
        }
        let answer = self.wire().send(&ask, DEADLINE).await;
        let answer =
            answer.map_err(|_| "the token endpoint gave no initial access token: no answer".to_owned())?;
        let told = answer.json();
        let token = told.and_then(|told| told.get("access_token")?.as_str().map(str::to_owned));
        token.ok_or_else(|| {
            format!(
                "the token endpoint gave no initial access token to `{}` of `[initial_tokens]`: status {}",
                client.id, answer.status
            )
        })
    }
}

async fn by_program(command: &[String], environment: &[(String, String)]) -> Result<String, String> {
    let program = Program {
        what: "program of `[initial_tokens]`",
        command,
        argument: None,
        environment: environment.to_vec(),
        input: None,
        deadline: DEADLINE,
    };
    let printed = program.printed().await?;
    let program = command.first().map_or("", String::as_str);
    match printed.trim() {
        "" => Err(format!("`{program}` of `[initial_tokens]` printed no token")),
        token => Ok(token.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_program_prints_one_token() {
        assert_eq!(
            by_program(&["echo".to_owned(), "t1".to_owned()], &[]).await,
            Ok("t1".to_owned())
        );
        assert_eq!(
            by_program(&["true".to_owned()], &[]).await.unwrap_err(),
            "`true` of `[initial_tokens]` printed no token"
        );
        assert_eq!(
            by_program(&["false".to_owned()], &[]).await.unwrap_err(),
            "the program of `[initial_tokens]` `false` ended with exit status: 1"
        );
    }
}
