//! Playing the requests of a script: loading, logging in, deciding.

use cimdspec_model::observation::Arrival;
use cimdspec_model::profile::Requests;
use cimdspec_model::profile::Script;
use cimdspec_model::profile::ScriptRequest;
use cimdspec_model::profile::Template;
use cimdspec_model::verb::Decision;
use cimdspec_model::verb::Until;
use serde_json::Value;

use crate::agent::browser::Agent;
use crate::agent::browser::Done;
use crate::agent::browser::MOST_DECISIONS;
use crate::agent::browser::MOST_LOGINS;
use crate::agent::browser::Next;
use crate::agent::cookie::Jar;
use crate::agent::navigation::Navigation;
use crate::agent::script::known::Known;
use crate::agent::script::known::Missing;
use crate::agent::script::known::Sources;
use crate::http::answer::Answer;
use crate::http::client::Ask;
use crate::http::client::encoded;
use crate::http::exchange::Talk;

/// How much of an answer a reason has.
const MOST_TOLD: usize = 120;

/// What the requests of a step came to.
enum Played {
    /// The last answer.
    Answered(Answer),
    /// The browser goes there.
    Goes(String),
    /// No further.
    Ends(Arrival),
}

/// Whether somebody is logged in, as far as the script can tell.
enum Session {
    There,
    Missing,
    /// The page ends before that is known.
    Over(Next),
}

/// Plays a recipe on one page.
pub(crate) struct Player<'a> {
    pub(crate) agent: &'a Agent<'a>,
    pub(crate) script: &'a Script,
    pub(crate) talk: &'a Talk,
}

impl Player<'_> {
    /// What the browser does on a page that it has just opened.
    pub(crate) async fn open(&self, known: &mut Known, jar: &mut Jar, done: &mut Done) -> Next {
        loop {
            match self.session(known, jar).await {
                Session::Over(next) => return next,
                Session::There if self.agent.until == Until::Login => {
                    return Next::Stay(Arrival::Page);
                }
                Session::There if self.agent.until == Until::Consent => {
                    return Next::Stay(Arrival::Consent);
                }
                Session::There => return self.decide(known, jar, done).await,
                Session::Missing => {
                    if let Some(next) = self.log_in(known, jar, done).await {
                        return next;
                    }
                }
            }
        }
    }

    /// Asks what the page is about.
    async fn session(&self, known: &mut Known, jar: &mut Jar) -> Session {
        let answer = match self.step("load", &self.script.load, known, jar).await {
            Played::Answered(answer) => answer,
            Played::Goes(to) => return Session::Over(self.gone(known, &to)),
            Played::Ends(arrival) => return Session::Over(Next::Stay(arrival)),
        };
        match answer.status {
            401 => Session::Missing,
            // What is answered with an error is no page that goes on.
            400.. => Session::Over(Next::Stay(Arrival::Page)),
            _ if self.shows_user(known, jar) => Session::There,
            _ => Session::Missing,
        }
    }

    /// Whether what was loaded says that a user is logged in.
    fn shows_user(&self, known: &Known, jar: &Jar) -> bool {
        let Some(sign) = &self.script.logged_in else {
            let loaded = self.script.load.named("load").last();
            let status = loaded.and_then(|(name, _)| Some(known.told.get(name)?.status));
            return status != Some(401);
        };
        let value = self.sources(known, jar).value(sign).ok();
        match (&self.script.logged_in_is, value) {
            (Some(wanted), value) => value.as_ref() == Some(wanted),
            (None, Some(Value::Null | Value::Bool(false)) | None) => false,
            (None, Some(Value::String(text))) => !text.is_empty(),
            (None, Some(_)) => true,
        }
    }

    /// Goes on with a page on which the browser stopped before: somebody logs in there first, or decides.
    pub(crate) async fn go_on(&self, known: &mut Known, jar: &mut Jar, done: &mut Done) -> Next {
        if self.shows_user(known, jar) {
            return self.decide(known, jar, done).await;
        }
        match self.log_in(known, jar, done).await {
            Some(next) => next,
            None => self.open(known, jar, done).await,
        }
    }

    /// Logs the user in; what the browser does then, where it does not load the page again.
    async fn log_in(&self, known: &mut Known, jar: &mut Jar, done: &mut Done) -> Option<Next> {
        if self.agent.until == Until::Login || self.script.login.is_empty() {
            let by_program = self.agent.until != Until::Login && self.agent.logs_in_by_program(done);
            return Some(match by_program {
                true => Next::LogIn,
                false => Next::Stay(Arrival::Login),
            });
        }
        if done.logins == MOST_LOGINS {
            let reason = "the script's login was taken, and the page still asks for one".to_owned();
            return Some(Next::Stay(Arrival::Impossible { reason }));
        }
        done.logins += 1;
        done.pressed = true;
        let played = self.step("login", &self.script.login, known, jar).await;
        for (name, _) in self.script.login.named("login") {
            jar.keep(name, known.told.get(name));
        }
        match played {
            Played::Answered(answer) if answer.status < 400 => None,
            Played::Answered(answer) => {
                let reason = format!("the script's login was refused: {}", self.shown(&answer));
                Some(Next::Stay(Arrival::Impossible { reason }))
            }
            Played::Goes(to) => Some(self.gone(known, &to)),
            Played::Ends(arrival) => Some(Next::Stay(arrival)),
        }
    }

    /// Sends what decides.
    async fn decide(&self, known: &mut Known, jar: &mut Jar, done: &mut Done) -> Next {
        let (step, requests) = match self.agent.decide {
            Decision::Approve => ("approve", &self.script.approve),
            Decision::Deny => ("deny", &self.script.deny),
        };
        if requests.is_empty() {
            let reason = format!("`[script]` of the profile has no `{step}`");
            return Next::Stay(Arrival::Impossible { reason });
        }
        if done.decisions == MOST_DECISIONS {
            return Next::Stay(Arrival::Page);
        }
        done.pressed = true;
        let mut played = self.step(step, requests, known, jar).await;
        // What the script kept of the login is over.
        if matches!(&played, Played::Answered(answer) if answer.status == 401)
            && !self.script.login.is_empty()
        {
            if let Some(next) = self.log_in(known, jar, done).await {
                return next;
            }
            if let Session::Over(next) = self.session(known, jar).await {
                return next;
            }
            played = self.step(step, requests, known, jar).await;
        }
        done.decisions += 1;
        match played {
            Played::Goes(to) => self.gone(known, &to),
            Played::Ends(arrival) => Next::Stay(arrival),
            Played::Answered(answer) if answer.status >= 400 || self.agent.decide == Decision::Deny => {
                Next::Stay(Arrival::Page)
            }
            Played::Answered(answer) => {
                let go = requests.0.last().and_then(|request| request.go.as_ref());
                let reason = match go {
                    Some(go) => format!(
                        "the answer to `{step}` of `[script]` has no `{}`: {}",
                        go.0,
                        self.shown(&answer)
                    ),
                    None => {
                        format!("`{step}` of `[script]` does not say where the browser goes: it has no `go`")
                    }
                };
                Next::Stay(Arrival::Unfit { reason })
            }
        }
    }

    /// Sends the requests of a step, one after another.
    async fn step(&self, step: &str, requests: &Requests, known: &mut Known, jar: &mut Jar) -> Played {
        let mut last = None;
        for (name, request) in requests.named(step) {
            let ask = match self.ask(request, known, jar) {
                Ok(ask) => ask,
                Err(Missing(reference)) => {
                    let before = last
                        .as_ref()
                        .map(|answer| format!("; the answer before it: {}", self.shown(answer)))
                        .unwrap_or_default();
                    let reason = format!(
                        "a request of `{step}` of `[script]` needs `{reference}`, which has no value{before}"
                    );
                    return Played::Ends(Arrival::Unfit { reason });
                }
            };
            if !self.agent.may_ask(&ask.url) {
                let origin = ask.url.origin().ascii_serialization();
                let reason = format!(
                    "a request of `{step}` of `[script]` goes to `{origin}`, which is not known as the server's: `origins` of \
                     `[login]` names its other origins"
                );
                return Played::Ends(Arrival::Impossible { reason });
            }
            let Ok(answer) = self.sent(&ask, known, jar).await else {
                // The exchange tells why.
                return Played::Ends(Arrival::Page);
            };
            known.told.insert(name.to_owned(), answer.clone());
            let goes = request.go.as_ref().filter(|_| answer.status < 400);
            if let Some(to) = goes.and_then(|go| self.place(go, known, jar)) {
                return Played::Goes(to);
            }
            let is_over = answer.status >= 400;
            last = Some(answer);
            if is_over {
                break;
            }
        }
        match last {
            Some(answer) => Played::Answered(answer),
            None => Played::Ends(Arrival::Page),
        }
    }

    async fn sent(&self, ask: &Ask, known: &Known, jar: &mut Jar) -> Result<Answer, ()> {
        let mut page = Navigation::from_page(&known.page, known.headers());
        let ask = page.made_by_script(ask, |name| self.agent.always_sends(name));
        let (to, cookies) = (ask.url.clone(), jar.header(&ask.url));
        let answer = self.talk.exchange(&ask.with_cookies(cookies)).await;
        let answer = answer.map_err(|_| ())?;
        jar.take_all(&to, &answer);
        Ok(answer)
    }

    /// A request with its values.
    pub(crate) fn ask(&self, request: &ScriptRequest, known: &Known, jar: &Jar) -> Result<Ask, Missing> {
        let sources = self.sources(known, jar);
        let url = sources.text(&request.url)?;
        // What is no URL leads to no server: the page itself is none either, so nothing is asked twice.
        let url = known.page.join(&url).unwrap_or_else(|_| known.page.clone());
        let mut ask = Ask::get(url).method(request.method());
        for (name, value) in &request.headers {
            if let Ok(value) = sources.text(value) {
                ask = ask.header(name, &value);
            }
        }
        if let Some((media, body)) = body_of(request, &sources)? {
            // What the user enters may be a secret by any name.
            let placeholders = self.agent.profile.login.fields.keys();
            let fields = placeholders
                .map(|name| (name.clone(), format!("[{name}]")))
                .collect();
            let shown = Sources {
                fields: &fields,
                ..sources
            };
            ask.shown = body_of(request, &shown)?.map(|(_, body)| body);
            ask.body = Some(body);
            if !ask.has_header("content-type") {
                ask = ask.header("content-type", media);
            }
        }
        Ok(ask)
    }

    fn sources<'s>(&'s self, known: &'s Known, jar: &'s Jar) -> Sources<'s> {
        Sources {
            known,
            kept: jar.kept(),
            fields: &self.agent.profile.login.fields,
            cookies: jar.header(&known.page),
        }
    }

    /// What a browser does that its page sends elsewhere.
    pub(crate) fn gone(&self, known: &Known, to: &str) -> Next {
        self.agent.redirected(&Ask::get(known.page.clone()), 303, to)
    }

    /// Where the browser goes, if an answer says so.
    pub(crate) fn place(&self, go: &Template, known: &Known, jar: &Jar) -> Option<String> {
        match self.sources(known, jar).value(go) {
            Ok(Value::String(to)) if !to.is_empty() => Some(to),
            _ => None,
        }
    }

    /// An answer in a reason.
    fn shown(&self, answer: &Answer) -> String {
        let body: String = answer.body.chars().take(MOST_TOLD).collect();
        format!(
            "status {}, `{}`",
            answer.status,
            self.talk.redactor().text(body.trim())
        )
    }
}

/// The body of a request with its media type, where it has one.
fn body_of(
    request: &ScriptRequest,
    sources: &Sources<'_>,
) -> Result<Option<(&'static str, String)>, Missing> {
    if let Some(json) = &request.json {
        return Ok(Some(("application/json", sources.json(json)?.to_string())));
    }
    if request.form.is_empty() {
        return Ok(None);
    }
    let pairs = request.form.iter();
    let pairs = pairs.map(|(name, value)| Ok((name.clone(), sources.text(value)?)));
    let pairs = pairs.collect::<Result<Vec<_>, Missing>>()?;
    Ok(Some(("application/x-www-form-urlencoded", encoded(&pairs))))
}
