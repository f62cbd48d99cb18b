//! The authorization endpoint: the user is logged in at once, and agrees.

use cimdspec_model::profile::UpstreamKind;
use url::Url;

use super::memory::ChallengeMethod;
use super::memory::Grant;
use super::memory::now;
use super::message::Asked;
use super::message::Said;
use super::message::one;
use super::provider::Provider;
use super::provider::UPSTREAM_CODE;
use super::provider::random;

const CODE_SECONDS: u64 = 10 * 60;

impl Provider {
    /// Sends the user back with a code; where the client or its redirect URI is wrong, the user is told so here.
    pub(super) fn authorize(&self, kind: UpstreamKind, asked: &Asked) -> Said {
        let sent = match asked.method.as_str() {
            "POST" => asked.in_body(),
            _ => asked.in_query(),
        };
        let sent = |name: &str| one(&sent, name);
        if sent("client_id") != Some(&self.plan.client_id) {
            let told = format!(
                "This upstream identity provider knows no client `{}`. It knows the server as `{}`.",
                sent("client_id").unwrap_or_default(),
                self.plan.client_id
            );
            return Said::page(400, &told);
        }
        let Some(redirect_uri) = sent("redirect_uri").and_then(|uri| self.registered(uri)) else {
            let told = format!(
                "The redirect URI `{}` is not registered at this upstream identity provider: those of the server are below `{}`.",
                sent("redirect_uri").unwrap_or_default(),
                self.plan.client_origin
            );
            return Said::page(400, &told);
        };
        let back = |told: &[(&str, &str)]| {
            let mut to = redirect_uri.clone();
            let state = sent("state").map(|state| ("state", state));
            let told = told.iter().copied().chain(state);
            to.query_pairs_mut().extend_pairs(told);
            Said::redirect(to.as_str())
        };
        // GitHub's clients leave it out.
        if !matches!(
            (kind, sent("response_type")),
            (_, Some("code")) | (UpstreamKind::Github, None)
        ) {
            return back(&[("error", "unsupported_response_type")]);
        }
        let method = match sent("code_challenge_method") {
            None | Some("plain") => ChallengeMethod::Plain,
            Some("S256") => ChallengeMethod::S256,
            Some(_) => return back(&[("error", "invalid_request")]),
        };
        let Ok(code) = random() else {
            return back(&[("error", "server_error")]);
        };
        let code = self.hidden(UPSTREAM_CODE, code);
        let grant = Grant {
            kind,
            user: self.hinted(sent("login_hint")),
            scope: sent("scope").unwrap_or_default().to_owned(),
            nonce: sent("nonce").map(str::to_owned),
            redirect_uri: sent("redirect_uri").unwrap_or_default().to_owned(),
            challenge: sent("code_challenge").map(|challenge| (challenge.to_owned(), method)),
            until: now() + CODE_SECONDS,
        };
        self.memory().codes.put(&code, grant);
        back(&[("code", &code)])
    }

    /// The redirect URI, if it is one of the client's.
    fn registered(&self, uri: &str) -> Option<Url> {
        let uri = Url::parse(uri).ok()?;
        let is_own = uri.origin().ascii_serialization() == self.plan.client_origin;
        (is_own && uri.fragment().is_none()).then_some(uri)
    }

    /// The place of the user whom a hint names; the first, where it names nobody.
    fn hinted(&self, hint: Option<&str>) -> usize {
        let named = |hint: &str| {
            let mut users = self.plan.users.iter();
            users.position(|user| {
                [&user.sub, &user.email, &user.name]
                    .iter()
                    .any(|own| *own == hint)
            })
        };
        hint.and_then(named).unwrap_or_default()
    }
}
