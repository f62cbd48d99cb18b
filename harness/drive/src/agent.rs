//! The browser's part: redirects by hand, cookies, login and consent.

use std::collections::BTreeMap;

use cimdspec_model::observation::Arrival;
use cimdspec_model::profile::Profile;
use cimdspec_model::scenario::step::Decision;
use cimdspec_model::scenario::step::Until;
use url::Url;

use crate::cookie::Jar;
use crate::form::Button;
use crate::form::FieldKind;
use crate::form::Form;
use crate::form::forms;
use crate::form::link;
use crate::login::by_command;
use crate::response::Asked;
use crate::response::answered_by;
use crate::talk::Talk;
use crate::wire::Answer;
use crate::wire::Ask;
use crate::wire::encoded;

/// A user agent with its user.
pub(crate) struct Agent<'a> {
    pub(crate) profile: &'a Profile,
    /// Whether a URL is the target's.
    pub(crate) owns: &'a (dyn Fn(&Url) -> bool + Sync),
    pub(crate) decide: Decision,
    pub(crate) until: Until,
    /// The other site whose page sends the first form, if one does.
    pub(crate) elsewhere: Option<String>,
    /// What was asked for, as far as it is known: by it an answer is told that goes to a place without a host.
    pub(crate) asked: Asked,
}

/// Where the agent begins.
pub(crate) enum Begin {
    /// At a page on which it stopped before.
    Page(Box<Stopped>),
    /// At a URL.
    Url(Box<Url>),
}

/// A page on which the agent stopped, and how it came there.
#[derive(Clone)]
pub(crate) struct Stopped {
    ask: Ask,
    answer: Answer,
}

/// What a walk came to.
pub(crate) struct Walk {
    pub(crate) arrival: Arrival,
    pub(crate) sent: Sent,
    /// The page on which it ended, if it did.
    pub(crate) stopped: Option<Stopped>,
}

/// Where the agent was sent, with its secrets: what the flow goes on with.
#[derive(Debug, Default)]
pub(crate) struct Sent {
    pub(crate) parameters: Vec<(String, String)>,
}

const MOST_HOPS: usize = 20;
const MOST_LOGINS: usize = 4;
const MOST_DECISIONS: usize = 3;
const PASSWORD: &str = "[password]";

/// What the agent does with a response.
enum Next {
    Ask(Box<Ask>),
    Leave(String),
    /// The operator's program logs in, then the same is asked again.
    LogIn,
    /// The agent goes no further: it stands on a page of this kind.
    Stay(Arrival),
}

/// What the agent did so far.
#[derive(Default)]
struct Done {
    logins: usize,
    decisions: usize,
    by_command: bool,
}

impl Agent<'_> {
    /// Goes on until it is sent away or knows no further.
    pub(crate) async fn walk(&self, talk: &Talk, jar: &mut Jar, begin: Begin) -> Walk {
        let ended = |arrival| Walk {
            arrival,
            sent: Sent::default(),
            stopped: None,
        };
        let mut done = Done::default();
        let (mut ask, mut cross_site) = match begin {
            Begin::Url(url) => (Ask::get(*url), false),
            Begin::Page(page) => match self.first_press(&page, jar, &mut done) {
                Ok(ask) => (ask, self.elsewhere.is_some()),
                Err(reason) => return ended(Arrival::Impossible { reason }),
            },
        };
        let mut last = ended(Arrival::Page);
        for _ in 0..MOST_HOPS {
            let mut with_cookies = ask.clone().header("accept", "text/html, */*;q=0.5");
            let cookies = match std::mem::take(&mut cross_site) {
                true => jar.header_from_elsewhere(&ask.url, &ask.method),
                false => jar.header(&ask.url),
            };
            if let Some(cookies) = cookies {
                with_cookies = with_cookies.header("cookie", &cookies);
            }
            let Ok(answer) = talk.exchange(&with_cookies).await else {
                break;
            };
            for (_, cookie) in answer.headers.iter().filter(|(name, _)| name == "set-cookie") {
                jar.take(&ask.url, cookie);
            }
            match self.next(&ask, &answer, &mut done) {
                Next::Ask(next) => ask = *next,
                Next::Leave(location) => {
                    let (arrival, sent) = left(talk, &location, &self.asked);
                    return Walk {
                        arrival,
                        sent,
                        stopped: None,
                    };
                }
                Next::LogIn => {
                    done.by_command = true;
                    if let Err(reason) = by_command(&self.profile.login.command, &ask.url, jar).await {
                        return ended(Arrival::Impossible { reason });
                    }
                }
                Next::Stay(arrival) => {
                    let was_denied = self.decide == Decision::Deny && done.decisions > 0;
                    last = Walk {
                        stopped: Some(Stopped { ask, answer }),
                        ..ended(if was_denied { Arrival::Denied } else { arrival })
                    };
                    break;
                }
            }
        }
        last
    }

    /// The request that goes on from a page; from another site's page nothing more than this is pressed.
    fn first_press(&self, page: &Stopped, jar: &Jar, done: &mut Done) -> Result<Ask, String> {
        let Next::Ask(ask) = self.next(&page.ask, &page.answer, done) else {
            return Err("the page of the earlier step has nothing to press".to_owned());
        };
        let Some(origin) = &self.elsewhere else {
            return Ok(*ask);
        };
        if jar.header(&ask.url).is_none() {
            return Err("the browser has no session at the target".to_owned());
        }
        (done.logins, done.decisions, done.by_command) = (MOST_LOGINS, MOST_DECISIONS, true);
        let mut ask = *ask;
        ask.headers.retain(|(name, _)| name != "origin");
        Ok(ask
            .header("origin", origin)
            .header("referer", &format!("{origin}/")))
    }

    fn next(&self, ask: &Ask, answer: &Answer, done: &mut Done) -> Next {
        let may_log_in = !self.profile.login.command.is_empty() && !done.by_command;
        let asks_password = || forms(&answer.body).iter().any(Form::asks_password);
        if self.until == Until::Login && (answer.status == 401 || (answer.status == 200 && asks_password())) {
            return Next::Stay(Arrival::Login);
        }
        match answer.status {
            300..=399 => match answer.header("location") {
                Some(location) => self.redirected(ask, answer.status, location),
                None => Next::Stay(Arrival::Page),
            },
            401 if may_log_in => Next::LogIn,
            200..=299 if may_log_in && asks_password() => Next::LogIn,
            200..=299 | 401 if is_html(answer) => self.filled(ask, answer, done),
            _ => Next::Stay(Arrival::Page),
        }
    }

    fn redirected(&self, ask: &Ask, status: u16, location: &str) -> Next {
        if self.asked.is_answered_at(location) {
            return Next::Leave(location.to_owned());
        }
        let own = ask.url.join(location).ok().filter(|url| (self.owns)(url));
        let Some(url) = own else {
            return Next::Leave(location.to_owned());
        };
        let next = match status {
            307 | 308 => Ask { url, ..ask.clone() },
            _ => Ask::get(url),
        };
        Next::Ask(Box::new(next))
    }

    /// Fills the page's login form, or presses its button; a form with the answer in it goes to the client.
    fn filled(&self, ask: &Ask, answer: &Answer, done: &mut Done) -> Next {
        let forms = forms(&answer.body);
        if let Some(location) = forms
            .iter()
            .find_map(|form| answered_by(&ask.url, form, self.owns))
        {
            return Next::Leave(location);
        }
        if let Some(login) = forms.iter().find(|form| self.is_login(form)) {
            if self.until == Until::Login || done.logins == MOST_LOGINS || !self.knows(login) {
                return Next::Stay(Arrival::Login);
            }
            done.logins += 1;
            let button = login.button(&self.profile.login.button).or(login.buttons.first());
            return self.submitted(ask, login, button, &self.profile.login.fields);
        }
        if answer.status == 401 || done.decisions == MOST_DECISIONS {
            return Next::Stay(Arrival::Page);
        }
        let words = |decision| match decision {
            Decision::Approve => &self.profile.consent.approve,
            Decision::Deny => &self.profile.consent.deny,
        };
        let pressed = |decision| {
            forms
                .iter()
                .find_map(|form| Some((form, form.button(words(decision))?)))
        };
        let is_consent = pressed(Decision::Approve)
            .or_else(|| pressed(Decision::Deny))
            .is_some();
        if is_consent && self.until == Until::Consent {
            return Next::Stay(Arrival::Consent);
        }
        match pressed(self.decide) {
            Some((form, button)) => {
                done.decisions += 1;
                self.submitted(ask, form, Some(button), &self.profile.consent.fields)
            }
            None => self.linked(ask, &answer.body, words(self.decide), done),
        }
    }

    /// Follows the link of the decision, where a page has a link for it and no button.
    fn linked(&self, ask: &Ask, html: &str, words: &[String], done: &mut Done) -> Next {
        let target = link(html, words).and_then(|target| ask.url.join(&target).ok());
        match target.filter(|url| (self.owns)(url)) {
            Some(url) => {
                done.decisions += 1;
                Next::Ask(Box::new(Ask::get(url)))
            }
            None => Next::Stay(Arrival::Page),
        }
    }

    /// Whether the profile has something for every password that a form asks for.
    fn knows(&self, form: &Form) -> bool {
        form.fields
            .iter()
            .filter(|field| field.kind == FieldKind::Password)
            .all(|field| self.profile.login.fields.contains_key(&field.name))
    }

    /// A form with a password, or one that asks for the user's name first.
    fn is_login(&self, form: &Form) -> bool {
        let wanted = |name: &str| self.profile.login.fields.contains_key(name);
        form.asks_password()
            || form
                .fields
                .iter()
                .any(|field| field.kind == FieldKind::Shown && wanted(&field.name))
    }

    fn submitted(
        &self,
        ask: &Ask,
        form: &Form,
        button: Option<&Button>,
        typed: &BTreeMap<String, String>,
    ) -> Next {
        let action = button
            .and_then(|button| button.action.as_deref())
            .unwrap_or(&form.action);
        let own = ask.url.join(action).ok().filter(|url| (self.owns)(url));
        let Some(mut url) = own else {
            return Next::Stay(Arrival::Page);
        };
        url.set_fragment(None);
        let mut pairs = Vec::new();
        let mut shown = Vec::new();
        for field in &form.fields {
            let value = match field.kind {
                FieldKind::Hidden => &field.value,
                FieldKind::Password | FieldKind::Shown => typed.get(&field.name).unwrap_or(&field.value),
            };
            pairs.push((field.name.clone(), value.clone()));
            let visible = match field.kind {
                FieldKind::Password => PASSWORD.to_owned(),
                FieldKind::Hidden | FieldKind::Shown => value.clone(),
            };
            shown.push((field.name.clone(), visible));
        }
        if let Some(button) = button.filter(|button| !button.name.is_empty()) {
            let pair = (button.name.clone(), button.value.clone());
            pairs.push(pair.clone());
            shown.push(pair);
        }
        if !form.posts {
            url.set_query(Some(&encoded(&pairs)));
            return Next::Ask(Box::new(Ask::get(url)));
        }
        let origin = ask.url.origin().ascii_serialization();
        let posted = Ask::form(url, &pairs).header("origin", &origin);
        Next::Ask(Box::new(Ask {
            pace: None,
            shown: Some(encoded(&shown).replace("%5Bpassword%5D", PASSWORD)),
            ..posted
        }))
    }
}

fn is_html(answer: &Answer) -> bool {
    answer
        .header("content-type")
        .is_none_or(|media| media.to_ascii_lowercase().contains("html"))
}

/// The target let the agent go: the raw location, and the parameters of its query and fragment.
fn left(talk: &Talk, location: &str, asked: &Asked) -> (Arrival, Sent) {
    let end = location.find(['?', '#']).unwrap_or(location.len());
    let (to, rest) = location.split_at(end);
    let (query, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let pairs = |text: &str| -> Vec<(String, String)> {
        url::form_urlencoded::parse(text.trim_start_matches('?').as_bytes())
            .into_owned()
            .collect()
    };
    let mut parameters = pairs(query);
    parameters.extend(pairs(fragment));
    let redactor = talk.redactor();
    let shown = parameters
        .iter()
        .map(|(name, value)| (name.clone(), redactor.parameter(name, value)))
        .collect();
    let arrival = Arrival::Sent {
        to: redactor.text(to),
        landing: asked.landing(to),
        parameters: shown,
    };
    (arrival, Sent { parameters })
}

impl Sent {
    /// The last value of a response parameter: one of the redirect URI itself comes before it.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters
            .iter()
            .rfind(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }
}
