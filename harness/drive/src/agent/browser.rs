//! The browser's part: redirects by hand, cookies, login and consent.

use std::collections::BTreeMap;

use cimdspec_model::observation::Arrival;
use cimdspec_model::profile::Profile;
use cimdspec_model::verb::Decision;
use cimdspec_model::verb::Until;
use cimdspec_page::Button;
use cimdspec_page::FieldKind;
use cimdspec_page::Form;
use cimdspec_page::Html;
use url::Url;

use crate::agent::cookie::Jar;
use crate::agent::decision::AsksBoth;
use crate::agent::decision::asks_both;
use crate::agent::decision::button;
use crate::agent::decision::deciding;
use crate::agent::decision::grants;
use crate::agent::decision::has_boxes;
use crate::agent::decision::is_login;
use crate::agent::decision::words;
use crate::agent::elsewhere::LoginElsewhere;
use crate::agent::filling::Boxes;
use crate::agent::filling::Filling;
use crate::agent::filling::place;
use crate::agent::given::unknown;
use crate::agent::navigation::Navigation;
use crate::agent::programs::StandIn;
use crate::agent::script::known::Known;
use crate::agent::script::page::is_scripted;
use crate::http::answer::Answer;
use crate::http::client::Ask;
use crate::http::exchange::Talk;
use crate::http::response::Asked;
use crate::http::response::Sent;
use crate::http::response::answered_by;
use crate::http::response::left;

/// A user agent with its user.
pub(crate) struct Agent<'a> {
    pub(crate) profile: &'a Profile,
    /// Whether a URL is the target's.
    pub(crate) owns: &'a (dyn Fn(&Url) -> bool + Sync),
    /// Where else users log in that a URL is of; the agent follows the target there.
    pub(crate) login_elsewhere: &'a (dyn Fn(&Url) -> Option<LoginElsewhere> + Sync),
    pub(crate) decide: Decision,
    pub(crate) until: Until,
    /// The other site whose page sends the first form, if one does.
    pub(crate) elsewhere: Option<String>,
    /// Who does the user's part where it does not understand the page.
    pub(crate) stand_in: StandIn<'a>,
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
    /// What its script knows, where a script makes the page.
    known: Option<Known>,
}

/// What a walk came to.
pub(crate) struct Walk {
    pub(crate) arrival: Arrival,
    pub(crate) sent: Sent,
    /// The page on which it ended, if it did.
    pub(crate) stopped: Option<Stopped>,
}

const MOST_HOPS: usize = 20;
pub(crate) const MOST_LOGINS: usize = 4;
pub(crate) const MOST_DECISIONS: usize = 3;

/// What the agent does with a response.
pub(crate) enum Next {
    /// It asks for this.
    Ask(Box<Ask>),
    /// It is sent to a place that is none of the target's.
    Leave(String),
    /// The operator's program logs in, and the same is asked again.
    LogIn,
    /// A script makes the page: its requests are played.
    Script,
    /// The agent goes no further: it stands on a page of this kind.
    Stay(Arrival),
}

/// What the agent did so far.
#[derive(Default)]
pub(crate) struct Done {
    pub(crate) logins: usize,
    pub(crate) decisions: usize,
    pub(crate) by_command: bool,
    /// A login page was sent whose buttons may have asked for the decision.
    perhaps_decided: bool,
    /// The denial was a form without a tick.
    denied_without_box: bool,
    /// A page was filled in or pressed.
    pub(crate) pressed: bool,
    /// Cookies of which nobody told whether another site's page sends them along, where one did.
    unsure: Vec<String>,
}

impl Done {
    /// Another site's page asks there with the cookies of this browser.
    pub(crate) fn note_unsure(&mut self, jar: &Jar, url: &Url) {
        let unsure = jar.unsure_from_elsewhere(url).into_iter();
        self.unsure.extend(unsure.map(str::to_owned));
    }
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
        // The script page of an earlier step, on which something follows before anything is asked.
        let mut first = None;
        let (mut ask, mut way) = match begin {
            Begin::Url(url) => (Ask::get(*url), Navigation::opened()),
            Begin::Page(page) => match *page {
                Stopped {
                    ask,
                    answer,
                    known: Some(known),
                } => {
                    let way = Navigation::from_page(&ask.url, &answer.headers);
                    first = Some((answer, known));
                    (ask, way)
                }
                page => match self.first_press(&page, jar, &mut done) {
                    Ok(press) => press,
                    Err(reason) => return ended(Arrival::Impossible { reason }),
                },
            },
        };
        let mut cross_site = self.elsewhere.is_some();
        let mut last = ended(Arrival::Page);
        for _ in 0..MOST_HOPS {
            let (answer, known, next) = match first.take() {
                Some((answer, mut known)) => {
                    let next = self.goes_on_with(talk, jar, &mut known, &mut done).await;
                    (answer, Some(known), next)
                }
                None => {
                    let asked = way.made_by_browser(&ask, |name| self.always_sends(name));
                    let cross_site = std::mem::take(&mut cross_site);
                    let answer = match self.exchanged(talk, jar, &asked, cross_site, &mut done).await {
                        Ok(answer) => answer,
                        Err(None) => break,
                        Err(Some(reason)) => return ended(Arrival::Impossible { reason }),
                    };
                    match self.next(&ask, &answer, &mut done) {
                        Next::Script => {
                            let mut known = Known::of(&ask.url, &answer);
                            let next = self.scripted(talk, jar, &mut known, &mut done).await;
                            (answer, Some(known), next)
                        }
                        next => (answer, None, next),
                    }
                }
            };
            let next = match self.or_program(next, talk, (&ask, &answer), jar, &mut done).await {
                Ok(next) => next,
                Err(reason) => return ended(Arrival::Impossible { reason }),
            };
            match next {
                Next::Ask(next) => {
                    if !(300..400).contains(&answer.status) {
                        way = Navigation::from_page(&ask.url, &answer.headers);
                    }
                    ask = *next;
                }
                Next::Leave(location) => {
                    let (arrival, sent) = left(talk, &location, &self.asked);
                    let doubt = self.doubt(&location, &done);
                    if let Some(reason) =
                        doubt.or_else(|| unknown(&done.unsure).filter(|_| grants(&location)))
                    {
                        return Walk {
                            arrival: Arrival::Impossible { reason },
                            sent,
                            stopped: None,
                        };
                    }
                    return Walk {
                        arrival,
                        sent,
                        stopped: None,
                    };
                }
                Next::LogIn => {}
                // Played above, and nothing that is played is one.
                Next::Script => break,
                Next::Stay(arrival) => {
                    let was_denied = self.decide == Decision::Deny && done.decisions > 0;
                    last = Walk {
                        stopped: Some(Stopped { ask, answer, known }),
                        ..ended(if was_denied { Arrival::Denied } else { arrival })
                    };
                    break;
                }
            }
        }
        last
    }

    /// Asks with the cookies of the browser. Why there is no answer is in words where it says nothing about the target.
    async fn exchanged(
        &self,
        talk: &Talk,
        jar: &mut Jar,
        ask: &Ask,
        cross_site: bool,
        done: &mut Done,
    ) -> Result<Answer, Option<String>> {
        let cookies = match cross_site {
            true => {
                done.note_unsure(jar, &ask.url);
                jar.header_from_elsewhere(&ask.url, &ask.method)
            }
            false => jar.header(&ask.url),
        };
        let answer = talk
            .exchange(&ask.clone().with_cookies(cookies))
            .await
            .map_err(|lost| {
                let who = (self.login_elsewhere)(&ask.url)?;
                Some(format!("{who} did not answer: {}", lost.words()))
            })?;
        jar.take_all(&ask.url, &answer);
        Ok(answer)
    }

    /// Whether the profile has this header field on every request.
    pub(crate) fn always_sends(&self, name: &str) -> bool {
        let mut given = self.profile.headers.keys();
        given.any(|known| known.eq_ignore_ascii_case(name))
    }

    /// Whether a script of the target's may ask there.
    pub(crate) fn may_ask(&self, url: &Url) -> bool {
        (self.owns)(url) || (self.login_elsewhere)(url).is_some()
    }

    /// Whether the operator's program can still log in.
    pub(crate) fn logs_in_by_program(&self, done: &Done) -> bool {
        !self.profile.login.command.is_empty() && !done.by_command
    }

    /// Why a code says nothing of the decision that was to be made.
    fn doubt(&self, location: &str, done: &Done) -> Option<String> {
        let looks_at_decision = self.decide == Decision::Deny || self.until == Until::Consent;
        if !grants(location) || !looks_at_decision {
            return None;
        }
        let told = if done.denied_without_box {
            "nothing to deny with was found on the page, and to send it without a tick was granted: `consent.deny` of the \
             profile names what denies"
        } else if done.perhaps_decided && done.decisions == 0 {
            "the page that asks for the password has two buttons that may decide, too: `login.button` of the profile names \
             the one that logs in"
        } else if self.decide == Decision::Deny && done.decisions == 0 && done.pressed {
            "no page asked for a decision that could be denied"
        } else {
            return None;
        };
        Some(told.to_owned())
    }

    /// The request that goes on from a page; from another site's page nothing more than this is pressed.
    fn first_press(&self, page: &Stopped, jar: &Jar, done: &mut Done) -> Result<(Ask, Navigation), String> {
        let Next::Ask(ask) = self.next(&page.ask, &page.answer, done) else {
            return Err("the page of the earlier step has nothing to press".to_owned());
        };
        let Some(origin) = &self.elsewhere else {
            let way = Navigation::from_page(&page.ask.url, &page.answer.headers);
            return Ok((*ask, way));
        };
        // Where the page asks for a password, no session is what decides.
        if jar.header(&ask.url).is_none() && !Html::read(&page.answer.body).asks_password() {
            return Err("the browser has no session at the target".to_owned());
        }
        (done.logins, done.decisions, done.by_command) = (MOST_LOGINS, MOST_DECISIONS, true);
        let site = Url::parse(origin).map_err(|error| format!("`{origin}` is no site: {error}"))?;
        Ok((*ask, Navigation::from_page(&site, &[])))
    }

    /// What the agent does with the answer to a request.
    pub(crate) fn next(&self, ask: &Ask, answer: &Answer, done: &mut Done) -> Next {
        let may_log_in = self.logs_in_by_program(done);
        let script = self.profile.script.as_ref();
        if script.is_some_and(|script| is_scripted(script, &ask.url, answer)) {
            return Next::Script;
        }
        let asks_password = || Html::read(&answer.body).asks_password();
        if self.until == Until::Login && (answer.status == 401 || (answer.status == 200 && asks_password())) {
            return Next::Stay(Arrival::Login);
        }
        let asks_both = || {
            let forms = Html::read(&answer.body).forms();
            let mut asked = forms.iter().map(|form| asks_both(self.profile, &forms, form));
            asked.any(|asked| asked == AsksBoth::Surely)
        };
        if self.until == Until::Consent
            && matches!(answer.status, 200 | 401)
            && answer.is_html()
            && asks_both()
        {
            return Next::Stay(Arrival::Consent);
        }
        match answer.status {
            300..=399 => match answer.header("location") {
                Some(location) => self.redirected(ask, answer.status, location),
                None => Next::Stay(Arrival::Page),
            },
            401 if may_log_in => Next::LogIn,
            200..=299 if may_log_in && asks_password() => Next::LogIn,
            200..=299 | 401 if answer.is_html() => self.filled(ask, answer, done),
            _ => Next::Stay(Arrival::Page),
        }
    }

    /// The browser is sent there.
    pub(crate) fn redirected(&self, ask: &Ask, status: u16, location: &str) -> Next {
        if self.asked.is_answered_at(location) {
            return Next::Leave(location.to_owned());
        }
        let own = ask.url.join(location).ok().filter(|url| (self.owns)(url));
        let Some(url) = own else {
            return Next::Leave(location.to_owned());
        };
        // A provider asks nobody: to be sent there is to be asked to log in.
        let asks_to_log_in = || matches!((self.login_elsewhere)(&url), Some(LoginElsewhere::Provider(_)));
        if self.until == Until::Login && asks_to_log_in() {
            return Next::Stay(Arrival::Login);
        }
        let next = match status {
            307 | 308 => Ask { url, ..ask.clone() },
            _ => Ask::get(url),
        };
        Next::Ask(Box::new(next))
    }

    /// Fills the page's login form, or presses its button; a form with the answer in it goes to the client.
    fn filled(&self, ask: &Ask, answer: &Answer, done: &mut Done) -> Next {
        let html = Html::read(&answer.body);
        let forms = html.forms();
        if let Some(location) = forms
            .iter()
            .find_map(|form| answered_by(&ask.url, &html, form, self.owns))
        {
            return Next::Leave(location);
        }
        if let Some(login) = forms.iter().find(|form| is_login(self.profile, form)) {
            return self.logged_in(ask, &html, &forms, login, done);
        }
        if answer.status == 401 || done.decisions == MOST_DECISIONS {
            return Next::Stay(Arrival::Page);
        }
        let pressed = |decision| {
            forms
                .iter()
                .find_map(|form| Some((form, button(self.profile, form, decision)?)))
        };
        let has_link = |decision| self.linked(ask, &html, decision).is_some();
        let is_consent = pressed(Decision::Approve).is_some()
            || pressed(Decision::Deny).is_some()
            || (has_link(Decision::Approve) && has_link(Decision::Deny));
        if is_consent && self.until == Until::Consent {
            return Next::Stay(Arrival::Consent);
        }
        let boxed = || pressed(Decision::Approve).filter(|(form, _)| has_boxes(form));
        match (pressed(self.decide), self.linked(ask, &html, self.decide)) {
            (Some((form, button)), _) => self.decided(ask, &html, form, button, done),
            (None, Some(url)) => {
                done.decisions += 1;
                Next::Ask(Box::new(Ask::get(url)))
            }
            (None, None) => match boxed() {
                // Who ticks nothing agrees to nothing, where there is no other way to say so.
                Some((form, button)) => {
                    done.denied_without_box = true;
                    self.decided(ask, &html, form, button, done)
                }
                None => Next::Stay(Arrival::Page),
            },
        }
    }

    /// Fills in a form that asks for a login, and for the decision if it asks for that too.
    fn logged_in(&self, ask: &Ask, html: &Html, forms: &[Form], login: &Form, done: &mut Done) -> Next {
        let both = asks_both(self.profile, forms, login);
        let is_over = done.logins == MOST_LOGINS
            || (both == AsksBoth::Surely && done.decisions == MOST_DECISIONS)
            || !self.knows(login);
        if self.until == Until::Login || is_over {
            return Next::Stay(Arrival::Login);
        }
        done.logins += 1;
        // Where a name alone logs in, a first page that goes on is the commoner one.
        done.perhaps_decided |= both == AsksBoth::Perhaps && login.asks_password();
        if both == AsksBoth::Surely
            && let Some((form, button)) = deciding(self.profile, forms, login, self.decide)
        {
            return self.decided(ask, html, form, button, done);
        }
        done.pressed = true;
        let filling = Filling {
            form: login,
            button: login.button(&self.profile.login.button).or(login.buttons.first()),
            typed: texts(&self.profile.login.fields).collect(),
            boxes: Boxes::Left,
        };
        self.submitted(ask, html, &filling)
    }

    /// Presses the button of the decision.
    fn decided(&self, ask: &Ask, html: &Html, form: &Form, button: &Button, done: &mut Done) -> Next {
        done.decisions += 1;
        done.pressed = true;
        let consent = texts(&self.profile.consent.fields);
        let login = texts(&self.profile.login.fields).filter(|_| is_login(self.profile, form));
        let filling = Filling {
            form,
            button: Some(button),
            typed: match &self.elsewhere {
                // Another site knows no password.
                Some(_) => consent.collect(),
                None => login.chain(consent).collect(),
            },
            boxes: match self.decide {
                Decision::Approve => Boxes::All,
                Decision::Deny => Boxes::None,
            },
        };
        self.submitted(ask, html, &filling)
    }

    /// Where the link of a decision leads, where a page has one.
    fn linked(&self, ask: &Ask, html: &Html, decision: Decision) -> Option<Url> {
        let target = html.link(words(self.profile, decision))?;
        place(&ask.url, html, &target).filter(|url| (self.owns)(url))
    }

    /// Whether the profile has something for every password that a form asks for.
    fn knows(&self, form: &Form) -> bool {
        form.fields
            .iter()
            .filter(|field| field.kind == FieldKind::Password)
            .all(|field| self.profile.login.fields.contains_key(&field.name))
    }

    fn submitted(&self, ask: &Ask, html: &Html, filling: &Filling<'_>) -> Next {
        let own = place(&ask.url, html, filling.action()).filter(|url| (self.owns)(url));
        match own.and_then(|to| filling.ask(to)) {
            Some(ask) => Next::Ask(Box::new(ask)),
            None => Next::Stay(Arrival::Page),
        }
    }
}

fn texts(fields: &BTreeMap<String, String>) -> impl Iterator<Item = (&str, &str)> {
    fields.iter().map(|(name, text)| (name.as_str(), text.as_str()))
}
