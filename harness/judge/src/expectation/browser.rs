//! What a person sees, and where the user agent was sent.

use cimdspec_model::name::StepName;
use cimdspec_model::observation::Arrival;
use cimdspec_model::observation::Landing;
use cimdspec_model::observation::Reply;
use cimdspec_model::plan::Plan;
use cimdspec_model::scenario::expect::Loads;
use cimdspec_model::scenario::expect::PageExpect;
use cimdspec_model::scenario::expect::SentExpect;
use cimdspec_model::scenario::step::Act;
use cimdspec_model::text::Text;
use cimdspec_model::verdict::Outcome;
use cimdspec_model::verdict::UNMET;

use super::Scene;
use super::list;
use super::loading::loaded;
use super::loading::loads_from;
use super::loading::origin;
use super::pass_if;
use crate::html::Html;
use crate::likeness::header;
use crate::likeness::visible_text;
use crate::reading::Reading;
use crate::trace::trace;

/// The least status of a refusal.
const REFUSED: u16 = 400;

impl Scene<'_> {
    pub(super) fn page(&self, expect: &PageExpect) -> (Outcome, String, String) {
        let shows: Vec<String> = expect.shows.iter().map(|text| self.on_page(text)).collect();
        let hides: Vec<String> = expect.hides.iter().map(|text| self.on_page(text)).collect();
        let mut expected: Vec<String> = shows.iter().map(|text| format!("shows `{text}`")).collect();
        expected.extend(hides.iter().map(|text| format!("does not contain `{text}`")));
        if !expect.mentions.is_empty() {
            expected.push(format!("mentions one of {}", list(expect.mentions.iter())));
        }
        let links_not: Vec<String> = expect.links_not.iter().map(|text| self.on_page(text)).collect();
        let loads_not: Vec<String> = expect.loads_not.iter().map(|text| self.on_page(text)).collect();
        let inert = expect.inert.iter();
        expected.extend(inert.map(|mark| format!("has no element and no attribute `{mark}`")));
        expected.extend(
            links_not
                .iter()
                .map(|text| format!("has no URL that begins with `{text}`")),
        );
        expected.extend(
            loads_not
                .iter()
                .map(|host| format!("loads nothing from `{host}`")),
        );
        expected.extend(
            expect
                .unlike
                .iter()
                .map(|other| format!("says something else than that of `{other}`")),
        );
        let like = expect.like.iter();
        expected.extend(like.map(|other| format!("says the same as that of `{other}`")));
        if expect.no_trace {
            expected.push("shows nothing of the server's code".to_owned());
        }
        if expect.loads.is_some() {
            expected.push("loads its parts from its own origin".to_owned());
        }
        let expected = format!("a page that {}", expected.join(" and "));
        let pages: Vec<&str> = self.pages(&expect.of);
        let only_hides = expect.shows.is_empty() && expect.mentions.is_empty() && expect.unlike.is_none();
        let pages = match (expect.no_trace, pages.is_empty() && only_hides) {
            (true, _) => self.bodies(&expect.of, 0),
            (false, true) => self.bodies(&expect.of, REFUSED),
            (false, false) => pages,
        };
        let was_sent = self
            .record(&expect.of)
            .is_some_and(|it| matches!(it.arrival, Arrival::Sent { .. }));
        if pages.is_empty() && only_hides && was_sent {
            let why = format!("{UNMET}: the target shows no page, it sends the user agent back at once");
            return (Outcome::NotApplicable(why.clone()), expected, why);
        }
        if pages.is_empty() {
            let why = "the step showed no page".to_owned();
            return (Outcome::Inconclusive(why.clone()), expected, why);
        }
        let readings = self.read_pages(&pages);
        let is_read = |text: &String| readings.iter().any(|page| page.shows(text));
        let contained = |text: &String| pages.iter().any(|page| page.contains(text.as_str()));
        let lower: Vec<String> = pages
            .iter()
            .map(|page| visible_text(page).to_lowercase())
            .collect();
        let mentioned = |word: &String| lower.iter().any(|page| page.contains(&word.to_lowercase()));
        let missing: Vec<&String> = shows.iter().filter(|text| !is_read(text)).collect();
        let leaked: Vec<&String> = hides.iter().filter(|text| contained(text)).collect();
        let silent = !expect.mentions.is_empty() && !expect.mentions.iter().any(mentioned);
        if let Some(text) = missing
            .iter()
            .find(|text| readings.iter().any(|page| page.knows(text)))
        {
            let why = format!("only a script of the page has `{text}`, and no script is run here");
            return (Outcome::Inconclusive(why.clone()), expected, why);
        }
        let mut seen = Vec::new();
        if !missing.is_empty() {
            seen.push(format!("without {}", list(missing.iter())));
        }
        if !leaked.is_empty() {
            seen.push(format!("with {}", list(leaked.iter())));
        }
        let strange = match expect.loads {
            Some(Loads::Own) => self.loaded_from_elsewhere(&expect.of),
            None => Vec::new(),
        };
        if !strange.is_empty() {
            seen.push(format!("with parts from {}", list(strange.iter())));
        }
        if silent {
            seen.push("without any of the words".to_owned());
        }
        if expect.no_trace
            && let Some(line) = pages.iter().find_map(|page| trace(page))
        {
            seen.push(format!("with a line of the server's code: `{line}`"));
        }
        for html in pages.iter().map(|page| Html::read(page)) {
            let marks = expect.inert.iter().filter(|mark| html.has(mark));
            seen.extend(marks.map(|mark| format!("with `{mark}` as markup")));
            let links = html
                .links()
                .filter(|url| links_not.iter().any(|text| url.starts_with(text.as_str())));
            seen.extend(links.map(|url| format!("with a link to `{url}`")));
            let loads = html
                .loads()
                .filter(|url| loads_not.iter().any(|host| loads_from(url, host)));
            seen.extend(loads.map(|url| format!("that loads `{url}`")));
        }
        if let Some(other) = &expect.unlike {
            let Some(theirs) = self.pages(other).pop() else {
                let why = format!("step `{other}` showed no page");
                return (Outcome::Inconclusive(why.clone()), expected, why);
            };
            if pages.last().map(|page| words_of(page)) == Some(words_of(theirs)) {
                seen.push(format!("with the same words as that of `{other}`"));
            }
        }
        if let Some(other) = &expect.like {
            let Some(theirs) = self
                .pages(other)
                .pop()
                .or_else(|| self.bodies(other, REFUSED).pop())
            else {
                let why = format!("step `{other}` showed no page");
                return (Outcome::Inconclusive(why.clone()), expected, why);
            };
            if pages.last().map(|page| words_of(page)) != Some(words_of(theirs)) {
                seen.push(format!("with other words than that of `{other}`"));
            }
        }
        match seen.is_empty() {
            true => (Outcome::Pass, expected, "such a page".to_owned()),
            false => (Outcome::Fail, expected, format!("a page {}", seen.join(" and "))),
        }
    }

    /// The HTML pages of a step, in order.
    fn pages(&self, step: &StepName) -> Vec<&str> {
        let exchanges = self.record(step).map(|record| record.exchanges.as_slice());
        let exchanges = exchanges.unwrap_or_default().iter();
        exchanges
            .filter_map(|exchange| match &exchange.reply {
                Reply::Response { headers, body, .. }
                    if header(headers, "content-type").is_some_and(|media| media.contains("html")) =>
                {
                    Some(body.as_str())
                }
                _ => None,
            })
            .collect()
    }

    /// What a person reads from where somebody is asked for a decision on: a page that asks for a password comes before.
    fn read_pages(&self, pages: &[&str]) -> Vec<Reading> {
        let logins = pages.iter().rposition(|page| Html::read(page).asks_password());
        let begin = logins.map_or(0, |last| last + 1);
        // A page that asks for both at once is the one that is looked at.
        let begin = begin.min(pages.len().saturating_sub(1));
        pages[begin..].iter().map(|page| Reading::of(page)).collect()
    }

    /// The bodies of a step whose status is at least this: of one that refuses without a page.
    fn bodies(&self, step: &StepName, least: u16) -> Vec<&str> {
        let exchanges = self.record(step).map(|record| record.exchanges.as_slice());
        let exchanges = exchanges.unwrap_or_default().iter();
        exchanges
            .filter_map(|exchange| match &exchange.reply {
                Reply::Response { body, status, .. } if *status >= least => Some(body.as_str()),
                _ => None,
            })
            .collect()
    }

    /// The forms on which somebody logged in, and the status of each answer.
    fn logins(&self, step: &StepName) -> Vec<(&str, u16)> {
        let exchanges = self.record(step).map(|record| record.exchanges.as_slice());
        let mut asked = false;
        let mut logins = Vec::new();
        for exchange in exchanges.unwrap_or_default() {
            let Reply::Response { status, body, .. } = &exchange.reply else {
                continue;
            };
            if asked && exchange.method == "POST" {
                logins.push((exchange.url.as_str(), *status));
            }
            asked = Html::read(body).asks_password();
        }
        logins
    }

    /// The origins other than its own that a page of the step loads a script, a style, a frame or an image from.
    fn loaded_from_elsewhere(&self, name: &StepName) -> Vec<String> {
        let exchanges = self.record(name).map(|record| record.exchanges.as_slice());
        let mut strange: Vec<String> = exchanges
            .unwrap_or_default()
            .iter()
            .filter_map(|exchange| match &exchange.reply {
                Reply::Response { body, .. } => Some((origin(&exchange.url)?, body)),
                Reply::Timeout | Reply::Broken { .. } => None,
            })
            .flat_map(|(own, body)| {
                let origins = loaded(body).into_iter().filter_map(origin);
                origins.filter(move |origin| *origin != own)
            })
            .collect();
        strange.sort();
        strange.dedup();
        strange
    }

    pub(super) fn sent(&self, expect: &SentExpect) -> (Outcome, String, String) {
        let arrival = self.record(&expect.of).map(|record| &record.arrival);
        let (to, parameters) = match arrival {
            Some(Arrival::Sent { to, parameters, .. }) => (to.as_str(), parameters.as_slice()),
            // A client that was refused at an earlier step is sent nowhere.
            Some(Arrival::Impossible { .. })
                if expect.to.0 == "nowhere" && self.was_refused_before(&expect.of) =>
            {
                ("", [].as_slice())
            }
            Some(Arrival::Impossible { reason } | Arrival::Inapplicable { reason }) => {
                return (
                    Outcome::Inconclusive(reason.clone()),
                    expect.to.0.clone(),
                    reason.clone(),
                );
            }
            None => {
                let why = "the step was not made".to_owned();
                return (Outcome::Inconclusive(why.clone()), expect.to.0.clone(), why);
            }
            Some(
                Arrival::Answer
                | Arrival::Consent
                | Arrival::Denied
                | Arrival::Login
                | Arrival::Nothing
                | Arrival::Page,
            ) => ("", [].as_slice()),
        };
        let told = match to {
            "" => "the user agent was sent nowhere".to_owned(),
            to => format!("the user agent was sent to `{to}`"),
        };
        if expect.to.0 == "nowhere" {
            let expected = "the user agent is sent nowhere".to_owned();
            let outcome = match self.whose(expect, to) {
                Whose::Nobodys => Outcome::Pass,
                Whose::Other => Outcome::Fail,
                Whose::Registered => Outcome::NotApplicable(format!(
                    "{UNMET}: the user agent was sent to a URI that the client has registered, and not to the one of the request"
                )),
            };
            return (outcome, expected, told);
        }
        if let Some(not_to) = &expect.not_to {
            let forbidden = not_to.resolve(&self.names()).unwrap_or_else(|_| not_to.0.clone());
            let expected = format!("the user agent is not sent to `{forbidden}`");
            return (pass_if(!to.starts_with(&forbidden)), expected, told);
        }
        if let Some(without) = &expect.without {
            let has = parameters.iter().any(|(name, _)| name == without);
            let expected = format!("the user agent is sent nowhere with `{without}`");
            return (
                pass_if(!has),
                expected,
                if has { format!("{told} with it") } else { told },
            );
        }
        if expect.to.0 == "anywhere" {
            return (
                pass_if(!to.is_empty()),
                "the user agent is sent back".to_owned(),
                told,
            );
        }
        let wanted = expect
            .to
            .resolve(&self.names())
            .unwrap_or_else(|_| expect.to.0.clone());
        let mut expected = format!("the user agent is sent to `{wanted}`");
        if let Some(never) = &expect.never_by {
            expected.push_str(&format!(", no login answered with {}", list(never.0.iter())));
            let logins = self.logins(&expect.of);
            if let Some((url, status)) = logins.iter().find(|(_, status)| never.0.contains(status)) {
                let seen = format!("the login at `{url}` was answered with {status}");
                return (Outcome::Fail, expected, seen);
            }
            if logins.is_empty() {
                let why = "nobody logged in by a form in this step".to_owned();
                return (Outcome::NotApplicable(why.clone()), expected, why);
            }
        }
        let Some(parameter) = &expect.parameter else {
            return (pass_if(to == wanted), expected, told);
        };
        let value = parameters
            .iter()
            .find(|(name, _)| name == parameter)
            .map(|(_, value)| value.as_str());
        let equals = expect.equals.as_ref().map(|text| match text.0.as_str() {
            "@issuer" => self.issuer.told.to_owned(),
            _ => text.resolve(&self.names()).unwrap_or_else(|_| text.0.clone()),
        });
        expected.push_str(&match &equals {
            Some(equals) => format!(" with `{parameter}` = `{equals}`"),
            None => format!(" with `{parameter}`"),
        });
        let kept =
            to == wanted && value.is_some() && equals.as_deref().is_none_or(|equals| value == Some(equals));
        let seen = match value {
            Some(value) => format!("{told} with `{parameter}` = `{value}`"),
            None => format!("{told} without `{parameter}`"),
        };
        (pass_if(kept), expected, seen)
    }

    /// Whose place it is to which the user agent was sent.
    fn whose(&self, expect: &SentExpect, to: &str) -> Whose {
        let landing = match self.record(&expect.of).map(|record| &record.arrival) {
            Some(Arrival::Sent { landing, .. }) => *landing,
            _ => return Whose::Nobodys,
        };
        let is_host = |name: &str| to.to_ascii_lowercase().contains(&name.to_ascii_lowercase());
        let names = self.names();
        let is_registered = || {
            let listed = registered(self.plan).into_iter();
            let mut listed = listed.filter_map(|uri| uri.resolve(&names).ok());
            listed.any(|uri| uri.split(['?', '#']).next() == Some(to))
        };
        match landing {
            Landing::Asked => Whose::Other,
            Landing::Elsewhere if is_registered() => Whose::Registered,
            Landing::Elsewhere if self.case.hosts.iter().any(|fact| is_host(&fact.name)) => Whose::Other,
            Landing::Elsewhere => Whose::Nobodys,
        }
    }
}

/// Whose place the user agent was sent to, when it was to be sent nowhere.
enum Whose {
    /// One of the server's own, an error page for example.
    Nobodys,
    /// The one that the request names, or another one of the case's hosts.
    Other,
    /// One that the client has registered, and the request does not name.
    Registered,
}

/// The redirect URIs that the clients of a plan have at any time, in documents and registrations.
fn registered(plan: &Plan) -> Vec<Text> {
    let documents = plan.hosts.iter().filter_map(|host| host.document.as_ref());
    let members = documents.filter_map(|document| document.body.get("redirect_uris"));
    let changed = plan.steps.iter().filter_map(|step| match &step.act {
        Act::Register(act) => act.set.get("redirect_uris"),
        Act::Serve(act) => act.set.get("redirect_uris"),
        Act::Update(act) => act.set.get("redirect_uris"),
        _ => None,
    });
    members
        .chain(plan.registration.get("redirect_uris"))
        .chain(changed)
        .filter_map(|list| list.as_array())
        .flatten()
        .filter_map(|uri| uri.as_str())
        .map(|uri| Text(uri.to_owned()))
        .collect()
}

/// What a page says, without names and numbers: those differ from client to client.
fn words_of(page: &str) -> Vec<String> {
    let is_name = |word: &&str| word.contains(|c: char| c.is_ascii_digit() || "./:@[]".contains(c));
    let text = visible_text(page);
    let words = text
        .split_whitespace()
        .map(|word| word.trim_end_matches(['.', ':', ',']));
    words.filter(|word| !is_name(word)).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_do_not_count_as_words() {
        let here = words_of("<p>Go to app-1a.cimdspec.dev. Code: 17</p>");
        assert_eq!(here, words_of("<p>Go to http://127.0.0.1:80/cb. Code: 99</p>"));
        assert_ne!(
            here,
            words_of("<p>Go to app-1a.cimdspec.dev. Beware. Code: 17</p>")
        );
    }
}
