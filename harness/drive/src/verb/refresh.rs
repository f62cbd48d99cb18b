//! The verb `refresh`, and what brings a refresh token.

use cimdspec_model::name::StepName;
use cimdspec_model::observation::Arrival;
use cimdspec_model::plan::Plan;
use cimdspec_model::verb::Act;
use cimdspec_model::verb::Introspect;
use cimdspec_model::verb::Refresh;
use cimdspec_model::verb::Revoke;
use cimdspec_model::verb::TokenKind;

use crate::case::context::CaseContext;
use crate::http::exchange::Talk;
use crate::target::facts::Lack;
use crate::verb::authorize::Parameters;
use crate::verb::authorize::pairs;
use crate::verb::authorize::parameter;
use crate::verb::form::Changes;

const SCOPE: &str = "scope";

impl CaseContext {
    /// Uses a refresh token.
    pub(crate) async fn refresh(
        &self,
        talk: &Talk,
        name: &StepName,
        act: &Refresh,
    ) -> Result<Arrival, String> {
        let known = self.memory().refresh_tokens.get(&act.token).cloned();
        let known = known.ok_or_else(|| format!("step `{}` gave no tokens", act.token))?;
        let Some(mut token) = known.token else {
            return self.without_refresh_token(&act.token);
        };
        if let Some(swap) = &act.swap {
            let other = self
                .memory()
                .refresh_tokens
                .get(&swap.with)
                .and_then(|other| other.token.clone());
            match self.exchanged("refresh-token", swap, &token, other)? {
                Ok(exchanged) => token = exchanged,
                Err(arrival) => return Ok(arrival),
            }
        }
        let client = match &act.client {
            Some(written) => self.reference(Some(written), name)?,
            None => known.client,
        };
        let parameters = pairs(&[("grant_type", "refresh_token"), ("refresh_token", &token)]);
        let changes = Changes::of(&act.set, &act.omit, act.auth);
        self.redeem(talk, name, parameters, client, changes, Some(token))
            .await
    }

    /// What becomes of a step that needs the refresh token that this one did not give.
    pub(crate) fn without_refresh_token(&self, step: &StepName) -> Result<Arrival, String> {
        match self.target.facts().lacking(Lack::RefreshTokens(self.origin())) {
            Some(reason) => Ok(Arrival::Inapplicable { reason }),
            None => Err(format!("step `{step}` gave no refresh token")),
        }
    }

    /// The parameters that bring a refresh token, as the calibration saw, where the document of the client lets it ask for them.
    pub(super) fn refreshing(&self, client_id: &str) -> Parameters {
        let found = self.target.facts().found().refresh;
        let memory = self.memory();
        let said = memory
            .documents
            .get(client_id)
            .and_then(|document| document.get(SCOPE)?.as_str());
        let wanted = parameter(&found, SCOPE);
        match said.zip(wanted) {
            Some((said, wanted)) if !has_words(said, &wanted) => Parameters::new(),
            _ => found,
        }
    }

    /// Adds the words to a scope of the step's own that bring a refresh token, where the plan is about one.
    pub(super) fn ask_for_refresh(&self, parameters: &mut Parameters, refreshing: &[(String, String)]) {
        let own = parameters
            .iter_mut()
            .find(|(name, _)| name == SCOPE && is_refreshed(&self.plan));
        if let Some((scope, bringing)) = own.zip(parameter(refreshing, SCOPE)) {
            let usual = self.target.profile().request.scope.clone().unwrap_or_default();
            scope.1 = with_words(&scope.1, &bringing, &usual);
        }
    }
}

/// Whether a plan is about a refresh token.
fn is_refreshed(plan: &Plan) -> bool {
    plan.steps.iter().any(|step| match &step.act {
        Act::Refresh(_) => true,
        Act::Introspect(Introspect(act)) | Act::Revoke(Revoke(act)) => act.kind == TokenKind::Refresh,
        _ => false,
    })
}

/// Whether a scope has all words of another.
fn has_words(scope: &str, other: &str) -> bool {
    other
        .split(' ')
        .all(|word| scope.split(' ').any(|known| known == word))
}

/// A scope with the words of another that are not usual.
fn with_words(scope: &str, other: &str, usual: &str) -> String {
    let mut words: Vec<&str> = scope.split(' ').filter(|word| !word.is_empty()).collect();
    for word in other.split(' ') {
        if !words.contains(&word) && usual.split(' ').all(|known| known != word) {
            words.push(word);
        }
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_gets_what_brings_a_refresh_token_and_nothing_else() {
        let with = |scope| with_words(scope, "read write openid offline_access", "read write");
        assert_eq!(with("read"), "read openid offline_access");
        assert_eq!(with("offline_access read"), "offline_access read openid");
        assert_eq!(with(""), "openid offline_access");
        assert!(has_words("read openid offline_access", "openid offline_access"));
        assert!(!has_words("read", "read offline_access"));
    }
}
