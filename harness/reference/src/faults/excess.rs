//! What the fetches of mutants do beside fetching.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::cimd::fetch::guarded::Errand;
use crate::cimd::fetch::guarded::Fetched;
use crate::cimd::fetch::guarded::Fetcher;
use crate::cimd::fetch::guarded::target_of;
use crate::cimd::identifier::Destination;
use crate::cimd::refusal::Refusal;
use crate::policy::Excess;
use crate::policy::FetchPolicy;
use crate::policy::Watched;

const ATTEMPTS_OF_MUTANT: usize = 12;
/// Header fields that link, for the mutant that follows them.
const LINKING: [&str; 4] = ["content-location", "link", "location", "refresh"];

/// How long a mutant waits before it refuses what is too large.
const PAUSE_OF_MUTANT: Duration = Duration::from_secs(33);

/// What is too large is refused; by a mutant after a pause.
pub(crate) async fn give_up(policy: &FetchPolicy, fetched: &Result<Fetched, Refusal>) {
    let is_too_large = match fetched {
        Err(Refusal::TooLarge) => true,
        Err(Refusal::Http(reason)) => reason.contains("too large"),
        _ => false,
    };
    if is_too_large && !policy.refused_at_once.on() {
        tokio::time::sleep(PAUSE_OF_MUTANT).await;
    }
}

/// A refusal that says the name which the refused document gives, as the mutant shows it.
pub(crate) fn named(refusal: Refusal, response: &Fetched) -> Refusal {
    let document: Option<Value> = serde_json::from_slice(&response.body).ok();
    let name = document
        .as_ref()
        .and_then(|document| document.get("client_name")?.as_str());
    match (refusal, name) {
        (Refusal::Document(reason), Some(name)) => Refusal::Document(format!("{name}: {reason}")),
        (refusal, _) => refusal,
    }
}

impl Fetcher {
    /// Once; the mutants that cannot have enough, a dozen times.
    pub(crate) async fn often(
        &self,
        destination: Destination,
        errand: Errand<'_>,
    ) -> Result<Fetched, Refusal> {
        if self.policy.excess.is(Excess::Head) {
            let head = Errand { head: true, ..errand };
            let told = self.request(&destination, errand.guarded, head).await?;
            if told.response.status().is_client_error() {
                return Err(Refusal::Status(told.response.status().as_u16()));
            }
        }
        let mut fetched = self.follow(destination.clone(), errand).await;
        if matches!(fetched, Err(Refusal::Status(401 | 407))) && self.policy.excess.is(Excess::Challenged) {
            let answer = Errand {
                challenged: true,
                ..errand
            };
            fetched = self.follow(destination.clone(), answer).await;
        }
        for _ in 1..ATTEMPTS_OF_MUTANT {
            let again = self.policy.excess.is(Excess::Repeats)
                || fetched.is_err() && self.policy.excess.is(Excess::Retries);
            if !again {
                break;
            }
            fetched = self.follow(destination.clone(), errand).await;
        }
        if let Ok(found) = &fetched
            && self.policy.excess.is(Excess::Links)
        {
            let links = found
                .headers
                .iter()
                .filter(|(name, _)| LINKING.contains(&name.as_str()));
            for destination in links.filter_map(|(_, value)| target_of(&destination, linked(value)?)) {
                let _ = self.request(&destination, false, errand).await;
            }
        }
        fetched
    }
}

/// A header field that tells of the user or of the server.
pub(crate) fn of_the_user(excess: &Watched<Excess>) -> Option<(&'static str, &'static str)> {
    match excess.among([
        Excess::Address,
        Excess::Authorization,
        Excess::Cookie,
        Excess::Referrer,
    ])? {
        Excess::Address => Some(("x-forwarded-for", "198.51.100.7")),
        Excess::Authorization => Some(("authorization", "Basic Y2ltZHNwZWM6bXV0YW50")),
        Excess::Cookie => Some(("cookie", "session=of-the-user")),
        Excess::Referrer => Some(("referer", "https://inside.example/authorize")),
        _ => None,
    }
}

/// The target and the header field that stands in it behind a line break.
pub(crate) fn injected(excess: &Watched<Excess>, target: &str) -> (String, Option<(String, String)>) {
    let parts = target
        .split_once("%0d%0a")
        .filter(|_| excess.is(Excess::LineBreaks));
    match parts.map(|(target, line)| (target, line.split_once(':'))) {
        Some((target, Some((name, value)))) => {
            let field = (name.to_owned(), value.trim_start_matches("%20").to_owned());
            (target.to_owned(), Some(field))
        }
        _ => (target.to_owned(), None),
    }
}

/// The credentials of mutants: the userinfo of an identifier, and the server's own for a challenge.
pub(crate) fn credentials(to: &Destination, challenged: bool) -> Vec<(String, String)> {
    let basic = |user: &str| format!("Basic {}", STANDARD.encode(user));
    let userinfo = to.userinfo.as_deref().map(|user| match user.contains(':') {
        true => basic(user),
        false => basic(&format!("{user}:")),
    });
    let own = challenged.then(|| basic("server:of-its-own"));
    let to_host = userinfo.or(own.clone());
    let fields = [("authorization", to_host), ("proxy-authorization", own)];
    let sent = fields
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    sent.collect()
}

/// The URL in a linking header field.
fn linked(value: &str) -> Option<&str> {
    let url = &value[value.find("https://")?..];
    url.split(['>', ';', '"', ' ']).next()
}
