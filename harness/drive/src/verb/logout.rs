//! The verb `logout`: a client asks that its user be logged out (OpenID Connect RP-Initiated Logout).

use cimdspec_model::name::StepName;
use cimdspec_model::observation::Arrival;
use cimdspec_model::verb::Decision;
use cimdspec_model::verb::Logout;

use crate::agent::browser::Agent;
use crate::agent::browser::Begin;
use crate::agent::programs::Pages;
use crate::case::context::CaseContext;
use crate::http::exchange::Talk;
use crate::http::response::Asked;
use crate::verb::authorize::pairs;
use crate::verb::authorize::set;
use crate::verb::authorize::texts;

/// What the button says with which a user agrees to be logged out.
const WORDS: [&str; 5] = ["log out", "logout", "sign out", "log off", "yes"];

impl CaseContext {
    /// Asks for the logout in the browser of the step, and agrees where somebody is asked.
    pub(crate) async fn logout(&self, talk: &Talk, name: &StepName, act: &Logout) -> Result<Arrival, String> {
        let mut endpoint = self
            .target
            .endpoint("end_session_endpoint")
            .ok_or("the target's metadata has no `end_session_endpoint` of its own")?;
        let client = self.client(&self.reference(act.client.as_ref(), name)?)?;
        let mut parameters = pairs(&[("client_id", &client.id)]);
        if let Some(to) = &act.to {
            set(
                &mut parameters,
                pairs(&[("post_logout_redirect_uri", &self.resolved(to)?)]),
            );
        }
        set(&mut parameters, texts(&act.set, &self.names)?);
        endpoint.query_pairs_mut().extend_pairs(&parameters);
        let mut profile = self.target.profile().clone();
        profile.consent.approve.extend(WORDS.map(str::to_owned));
        let agent = Agent {
            profile: &profile,
            owns: &|url| self.target.owns(url),
            login_elsewhere: &|_| None,
            decide: Decision::Approve,
            until: act.until.unwrap_or_default(),
            elsewhere: None,
            stand_in: self.stand_in(act.session.as_ref(), Pages::Logins),
            asked: Asked {
                redirect_uris: act
                    .to
                    .iter()
                    .map(|to| self.resolved(to))
                    .collect::<Result<_, _>>()?,
                state: None,
            },
        };
        let kept = act
            .session
            .as_ref()
            .and_then(|session| self.memory().sessions.get(session).cloned());
        let mut jar = kept.unwrap_or_default();
        let walk = agent.walk(talk, &mut jar, Begin::Url(Box::new(endpoint))).await;
        if let Some(session) = &act.session {
            self.memory().sessions.insert(session.clone(), jar);
        }
        Ok(walk.arrival)
    }
}
