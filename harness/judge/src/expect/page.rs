//! What a person sees on the pages of a step.

use cimdspec_model::expect::Loads;
use cimdspec_model::expect::PageExpect;
use cimdspec_model::name::StepName;
use cimdspec_model::observation::Arrival;
use cimdspec_model::observation::Reply;
use cimdspec_model::reason::Reason;
use cimdspec_model::reason::ReasonCode;
use cimdspec_model::text::Text;
use cimdspec_model::verb::Until;
use cimdspec_model::verdict::Outcome;
use cimdspec_page::Html;
use cimdspec_page::Reading;
use serde_json::Value;

use crate::expect::Evidence;
use crate::expect::list;
use crate::expect::loading::loaded;
use crate::expect::loading::loads_from;
use crate::expect::loading::origin;
use crate::guard::grounds::is_to_stop;
use crate::page::signature::header;
use crate::page::signature::is_html;
use crate::page::signature::says;
use crate::page::trace::trace;
use crate::words;

/// The least status of a refusal.
const REFUSED: u16 = 400;

/// The texts of an expectation, in the names of the case.
struct Wanted {
    shows: Vec<String>,
    hides: Vec<String>,
    links_not: Vec<String>,
    loads_not: Vec<String>,
}

impl Evidence<'_> {
    pub(super) fn page(&self, expect: &PageExpect) -> (Outcome, String, String) {
        let wanted = self.wanted(expect);
        let expected = wanted.words(expect);
        let told = self.looked_at(expect, &wanted);
        match told {
            Err(outcome) => {
                let why = outcome.why().map(ToString::to_string).unwrap_or_default();
                (outcome, expected, why)
            }
            Ok(seen) if seen.is_empty() => (Outcome::Pass, expected, "such a page".to_owned()),
            Ok(seen) => (Outcome::Fail, expected, format!("a page {}", seen.join(" and "))),
        }
    }

    /// What can be said of a page that a script makes: nothing that the script was not told can be on it, and what it was told and
    /// is no markup is known in the browser. What it makes of the rest is seen by nobody here.
    fn told_to_script(&self, expect: &PageExpect, wanted: &Wanted) -> Result<Vec<String>, Outcome> {
        let unseen = || {
            Outcome::not_run(ReasonCode::Environment.with("a script makes the page, and no browser shows it"))
        };
        let Wanted {
            shows,
            hides,
            links_not,
            loads_not,
        } = wanted;
        let looks = !shows.is_empty()
            || !expect.mentions.is_empty()
            || !expect.unlike.is_empty()
            || expect.like.is_some()
            || expect.loads.is_some();
        if looks {
            return Err(unseen());
        }
        if let Some(outcome) = self.not_shown(&expect.of, true) {
            return Err(outcome);
        }
        let bodies = self.bodies(&expect.of, 0);
        let is_told = |text: &&String| bodies.iter().any(|body| has_in_json(body, text));
        if let Some(text) = hides.iter().filter(|text| !text.contains('<')).find(is_told) {
            return Ok(vec![format!("whose script was told `{text}`")]);
        }
        let marks: Vec<String> = expect.inert.iter().cloned().collect();
        let mut rest = hides.iter().chain(links_not).chain(loads_not).chain(&marks);
        match rest.any(|text| is_told(&text)) {
            true => Err(unseen()),
            false => Ok(Vec::new()),
        }
    }

    fn wanted(&self, expect: &PageExpect) -> Wanted {
        let texts = |texts: &[Text]| texts.iter().map(|text| self.on_page(text)).collect();
        Wanted {
            shows: texts(&expect.shows),
            hides: texts(&expect.hides),
            links_not: texts(&expect.links_not),
            loads_not: texts(&expect.loads_not),
        }
    }

    /// What is wrong with the pages of a step, or why nothing can be said of them.
    fn looked_at(&self, expect: &PageExpect, wanted: &Wanted) -> Result<Vec<String>, Outcome> {
        let others = expect.like.iter().chain(&expect.unlike);
        let mut looked_at = std::iter::once(&expect.of).chain(others);
        let is_scripted = |name: &StepName| self.record(name).is_some_and(|record| record.scripted);
        if !expect.no_trace && looked_at.any(is_scripted) {
            return self.told_to_script(expect, wanted);
        }
        let only_hides = expect.shows.is_empty() && expect.mentions.is_empty() && expect.unlike.is_empty();
        let shown = self.pages(&expect.of);
        let pages = match (expect.no_trace, shown.is_empty() && only_hides) {
            (true, _) => self.bodies(&expect.of, 0),
            (false, true) => self.bodies(&expect.of, REFUSED),
            (false, false) => shown,
        };
        let absent = self.not_shown(&expect.of, only_hides);
        if pages.is_empty() {
            let none = || Outcome::inconclusive("the step showed no page".to_owned());
            return Err(absent.unwrap_or_else(none));
        }
        if let Some(outcome) = absent.clone().filter(|_| !only_hides) {
            return Err(outcome);
        }
        let whole: Vec<Html> = pages.iter().map(|page| Html::read(page)).collect();
        let mut seen = self.wrong(expect, wanted, &pages, &whole)?;
        seen.extend(self.compared(expect, &pages)?);
        match absent.filter(|_| seen.is_empty() && !expect.no_trace) {
            // What was wrong on the way was wrong; that nothing was says nothing of the page that was not shown.
            Some(outcome) => Err(outcome),
            None => Ok(seen),
        }
    }

    /// Why the page that the step was to stop on was not shown.
    fn not_shown(&self, name: &StepName, only_hides: bool) -> Option<Outcome> {
        let stops = is_to_stop(self, name);
        let arrival = self.record(name).map(|record| &record.arrival)?;
        match arrival {
            Arrival::Sent { .. } => {
                let has_code = arrival.has_code();
                let is_page = !self.pages(name).is_empty();
                let told = match (has_code, stops.is_some()) {
                    (true, true) => "the target asks nobody, it sends the user agent back with a code",
                    _ if !is_page => "the target shows no page, it sends the user agent back at once",
                    (_, true) => return Some(self.past(name)),
                    (_, false) => return None,
                };
                match has_code || only_hides {
                    true => Some(Outcome::not_applicable(Reason::unmet(told))),
                    false => Some(self.past(name)),
                }
            }
            Arrival::Consent => None,
            Arrival::Login if stops == Some(Until::Login) => None,
            _ if stops.is_some() && !only_hides => Some(Outcome::inconclusive(format!(
                "step `{name}` did not come to the page that it is about: {}",
                words::seen(&self.disposition(name))
            ))),
            _ => None,
        }
    }

    fn past(&self, name: &StepName) -> Outcome {
        Outcome::inconclusive(format!(
            "step `{name}` came past the page that it is about: {}",
            words::seen(&self.disposition(name))
        ))
    }

    /// What is wrong with pages by themselves.
    fn wrong(
        &self,
        expect: &PageExpect,
        wanted: &Wanted,
        pages: &[&str],
        whole: &[Html],
    ) -> Result<Vec<String>, Outcome> {
        let readings = read(whole);
        let is_read = |text: &String| readings.iter().any(|page| page.shows(text));
        let contained = |text: &String| pages.iter().any(|page| page.contains(text.as_str()));
        let mentioned = |word: &String| whole.iter().any(|page| page.reading().shows(word));
        let missing: Vec<&String> = wanted.shows.iter().filter(|text| !is_read(text)).collect();
        let leaked: Vec<&String> = wanted.hides.iter().filter(|text| contained(text)).collect();
        if let Some(text) = missing
            .iter()
            .find(|text| readings.iter().any(|page| page.knows(text)))
        {
            return Err(Outcome::inconclusive(format!(
                "only a script of the page has `{text}`, and no script is run here"
            )));
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
        if !expect.mentions.is_empty() && !expect.mentions.iter().any(mentioned) {
            seen.push("without any of the words".to_owned());
        }
        if expect.no_trace
            && let Some(line) = pages.iter().find_map(|page| trace(page))
        {
            seen.push(format!("with a line of the server's code: `{line}`"));
        }
        for html in whole {
            let marks = expect.inert.iter().filter(|mark| html.has(mark));
            seen.extend(marks.map(|mark| format!("with `{mark}` as markup")));
            let is_forbidden = |url: &String| wanted.links_not.iter().any(|text| url.starts_with(text));
            let links = html.links().filter(is_forbidden);
            seen.extend(links.map(|url| format!("with a link to `{url}`")));
            let loads = html
                .loads()
                .filter(|url| wanted.loads_not.iter().any(|host| loads_from(url, host)));
            seen.extend(loads.map(|url| format!("that loads `{url}`")));
        }
        Ok(seen)
    }

    /// What is wrong with the last page beside those of other steps.
    fn compared(&self, expect: &PageExpect, pages: &[&str]) -> Result<Vec<String>, Outcome> {
        let mut seen = Vec::new();
        let here = pages.last().map(|page| says(page));
        let theirs = |other: &StepName| {
            let refused = || self.bodies(other, REFUSED).pop();
            let page = self.pages(other).pop().or_else(refused);
            let none = || Outcome::inconclusive(format!("step `{other}` showed no page"));
            page.map(says).ok_or_else(none)
        };
        if let Some((first, others)) = expect.unlike.split_first() {
            let plain = theirs(first)?;
            for other in others {
                if theirs(other)? != plain {
                    return Err(Outcome::inconclusive(format!(
                        "the pages of `{first}` and `{other}` say something else each, so a difference tells nothing"
                    )));
                }
            }
            if here.as_ref() == Some(&plain) {
                seen.push(format!("with the same words as that of `{first}`"));
            }
        }
        if let Some(other) = &expect.like
            && here != Some(theirs(other)?)
        {
            seen.push(format!("with other words than that of `{other}`"));
        }
        Ok(seen)
    }

    /// The HTML pages that a step showed, in order: what comes with a redirect is not shown.
    fn pages(&self, step: &StepName) -> Vec<&str> {
        let exchanges = self.record(step).map(|record| record.exchanges.as_slice());
        let exchanges = exchanges.unwrap_or_default().iter();
        exchanges
            .filter_map(|exchange| match &exchange.reply {
                Reply::Response {
                    status,
                    headers,
                    body,
                } => {
                    let is_html = is_html(headers);
                    let is_redirect = (300..400).contains(status) && header(headers, "location").is_some();
                    (is_html && !is_redirect).then_some(body.as_str())
                }
                Reply::Broken { .. } | Reply::Timeout => None,
            })
            .collect()
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
                let mut origins = loaded(&Html::read(body), &own);
                origins.retain(|origin| *origin != own);
                origins
            })
            .collect();
        strange.sort();
        strange.dedup();
        strange
    }
}

impl Wanted {
    fn words(&self, expect: &PageExpect) -> String {
        let each = |texts: &[String], before: &str| -> Vec<String> {
            texts.iter().map(|text| format!("{before} `{text}`")).collect()
        };
        let names = |names: &[StepName]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        let inert: Vec<String> = expect.inert.iter().cloned().collect();
        let like: Vec<StepName> = expect.like.iter().cloned().collect();
        let mut expected = each(&self.shows, "shows");
        expected.extend(each(&self.hides, "does not contain"));
        if !expect.mentions.is_empty() {
            expected.push(format!("mentions one of {}", list(expect.mentions.iter())));
        }
        expected.extend(each(&inert, "has no element and no attribute"));
        expected.extend(each(&self.links_not, "has no URL that begins with"));
        expected.extend(each(&self.loads_not, "loads nothing from"));
        expected.extend(each(&names(&expect.unlike), "says something else than that of"));
        expected.extend(each(&names(&like), "says the same as that of"));
        if expect.no_trace {
            expected.push("shows nothing of the server's code".to_owned());
        }
        if expect.loads.is_some() {
            expected.push("loads its parts from its own origin".to_owned());
        }
        format!("a page that {}", expected.join(" and "))
    }
}

/// Whether a body has a text, as such or as a JSON string has it.
fn has_in_json(body: &str, text: &str) -> bool {
    let coded = Value::from(text).to_string();
    body.contains(text) || body.contains(coded.trim_matches('"')) || body.replace("\\/", "/").contains(text)
}

/// What a person reads from where somebody is asked for a decision on: a page that asks for a password comes before.
fn read(pages: &[Html]) -> Vec<Reading> {
    let logins = pages.iter().rposition(Html::asks_password);
    let begin = logins.map_or(0, |last| last + 1);
    // A page that asks for both at once is the one that is looked at.
    let begin = begin.min(pages.len().saturating_sub(1));
    pages[begin..].iter().map(Html::reading).collect()
}

#[cfg(test)]
mod tests {
    use cimdspec_model::observation::StepRecord;

    use super::*;
    use crate::fabricated::answered;
    use crate::fabricated::judged;
    use crate::fabricated::plan;
    use crate::fabricated::registered;

    /// What is concluded of a page whose script was answered so.
    fn outcome(expect: &str, told: &str) -> Outcome {
        let plan = plan(&format!(
            "[[step]]\nname = \"reg\"\nregister = {{}}\n[[step]]\nname = \"page\"\nauthorize = {{}}\n[[check]]\nid = \"seen\"\n\
             clause = \"a.c\"\nexpect = {{ page = {{ of = \"page\", {expect} }} }}\n"
        ));
        let record = StepRecord {
            scripted: true,
            arrival: Arrival::Page,
            ..answered("page", 400, told)
        };
        judged(&plan, vec![registered("reg"), record]).remove(0).outcome
    }

    #[test]
    fn what_a_script_was_told_is_read_in_every_spelling() {
        assert!(has_in_json("{\"error\":\"no answer of 10.0.0.1\"}", "10.0.0.1"));
        assert!(has_in_json("{\"error\":\"no \\/etc\\/keys\"}", "/etc/keys"));
        assert!(has_in_json("{\"error\":\"a \\\"b\\\"\"}", "a \"b\""));
        assert!(!has_in_json("{\"error\":\"no\"}", "10.0.0.1"));
    }

    #[test]
    fn what_a_script_makes_of_what_it_was_told_is_not_run() {
        let is_not_run = |expect, told| matches!(outcome(expect, told), Outcome::NotRun(_));
        assert!(is_not_run("hides = [\"<b>\"]", "{\"name\":\"<b>\"}"));
        assert!(is_not_run("shows = [\"@app\"]", "{}"));
        assert!(is_not_run("mentions = [\"warning\"]", "{\"text\":\"warning\"}"));
        assert!(is_not_run(
            "inert = \"cimdspec-mark\"",
            "{\"name\":\"<cimdspec-mark>\"}"
        ));
        // Nothing that it was not told can be on its page.
        assert!(!is_not_run("inert = \"cimdspec-mark\"", "{}"));
        assert!(!is_not_run("hides = [\"<b>\"]", "{\"name\":\"b\"}"));
    }
}
