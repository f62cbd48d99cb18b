//! One expectation against one case: pass, fail or not enough evidence, each with words.

use cimdspec_model::name::StepName;
use cimdspec_model::observation::Arrival;
use cimdspec_model::observation::Case;
use cimdspec_model::observation::Reply;
use cimdspec_model::observation::StepRecord;
use cimdspec_model::plan::Plan;
use cimdspec_model::scenario::expect::AnswerExpect;
use cimdspec_model::scenario::expect::Disposition;
use cimdspec_model::scenario::expect::Expect;
use cimdspec_model::scenario::expect::HeaderExpect;
use cimdspec_model::scenario::expect::MemberExpect;
use cimdspec_model::scenario::expect::MemberIs;
use cimdspec_model::scenario::expect::PageExpect;
use cimdspec_model::scenario::expect::SentExpect;
use cimdspec_model::scenario::expect::TrafficExpect;
use cimdspec_model::scenario::step::Act;
use cimdspec_model::text::Names;
use cimdspec_model::text::Text;
use cimdspec_model::verdict::Outcome;
use serde_json::Value;

use crate::disposition::Calibration;
use crate::disposition::Seen;
use crate::disposition::disposition;
use crate::grounds::asked_in_vain;
use crate::grounds::groundless;
use crate::likeness::header;
use crate::likeness::visible_text;
use crate::timing;
use crate::traffic;
use crate::words;

/// What an expectation came to.
pub(crate) struct Conclusion {
    pub(crate) outcome: Outcome,
    pub(crate) expected: String,
    pub(crate) seen: String,
    pub(crate) evidence: Vec<String>,
}

/// What a conclusion is drawn from.
pub(crate) struct Scene<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) case: &'a Case,
    pub(crate) calibration: &'a Calibration,
    pub(crate) issuer: &'a str,
}

/// Status, header fields and body of a response.
type Response<'a> = (u16, &'a [(String, String)], &'a str);

const EVIDENCE_LINES: usize = 24;

impl<'a> Scene<'a> {
    /// The record of a step.
    pub(crate) fn record(&self, name: &StepName) -> Option<&'a StepRecord> {
        self.case.steps.iter().find(|record| record.step == *name)
    }

    /// How the target disposed of a step; unclear when it was not made.
    pub(crate) fn disposition(&self, name: &StepName) -> Seen {
        let act = self
            .plan
            .steps
            .iter()
            .find(|step| step.name == *name)
            .map(|step| &step.act);
        match (self.record(name), act) {
            (Some(record), Some(act)) => disposition(record, act, self.calibration),
            _ => Seen::Unclear(format!("step `{name}` was not made")),
        }
    }

    /// The names of the asking steps.
    pub(crate) fn asking(&self) -> impl Iterator<Item = &'a StepName> {
        self.plan
            .steps
            .iter()
            .filter(|step| step.act.asks())
            .map(|step| &step.name)
    }

    fn names(&self) -> Names {
        let mut names = Names::default();
        for fact in &self.case.hosts {
            names.origins.insert(fact.label.clone(), fact.origin.clone());
        }
        names
    }

    /// Text with host references resolved; alone, a reference on a page is the bare name.
    fn on_page(&self, text: &Text) -> String {
        let bare = self
            .case
            .hosts
            .iter()
            .find(|fact| text.0 == format!("@{}", fact.label));
        match bare {
            Some(fact) => fact.name.clone(),
            None => text.resolve(&self.names()).unwrap_or_else(|_| text.0.clone()),
        }
    }

    fn last_response(&self, name: &StepName) -> Option<Response<'a>> {
        match &self.record(name)?.exchanges.last()?.reply {
            Reply::Response {
                status,
                headers,
                body,
            } => Some((*status, headers, body)),
            Reply::Timeout | Reply::Broken { .. } => None,
        }
    }

    /// Concludes one expectation.
    pub(crate) fn conclude(&self, expect: &Expect) -> Conclusion {
        let (outcome, expected, seen) = match expect {
            Expect::Answer(it) => self.answer(it),
            Expect::Header(it) => self.header(it),
            Expect::Member(it) => self.member(it),
            Expect::Page(it) => self.page(it),
            Expect::Sent(it) => self.sent(it),
            Expect::Timing(it) => timing::concluded(self.record(&it.of), it),
            Expect::Traffic(it) => self.traffic(it),
        };
        let outcome = match outcome {
            Outcome::Fail | Outcome::Pass => {
                groundless(self, expect, &outcome).map_or(outcome, Outcome::Inconclusive)
            }
            other => other,
        };
        let evidence = match outcome {
            Outcome::Pass => Vec::new(),
            _ => self.evidence(expect),
        };
        Conclusion {
            outcome,
            expected,
            seen,
            evidence,
        }
    }

    fn evidence(&self, expect: &Expect) -> Vec<String> {
        let mut lines: Vec<String> = match expect {
            Expect::Traffic(it) => traffic::matching(self.case, it)
                .iter()
                .map(|event| words::event(event))
                .collect(),
            _ => Vec::new(),
        };
        lines.truncate(EVIDENCE_LINES / 2);
        lines.extend(self.case.steps.iter().flat_map(words::step));
        if !matches!(expect, Expect::Traffic(_)) {
            lines.extend(self.case.events.iter().map(words::event));
        }
        lines.truncate(EVIDENCE_LINES);
        lines
    }

    fn answer(&self, expect: &AnswerExpect) -> (Outcome, String, String) {
        let seen = self.disposition(&expect.of);
        let told = words::seen(&seen);
        let unsure = |told: &str| Outcome::Inconclusive(told.to_owned());
        if seen.is_granted() && self.is_about_a_refusal(expect) {
            let why = "the request was granted, which another check tells: there is no refusal to look at";
            return (
                Outcome::NotApplicable(why.to_owned()),
                "a refusal".to_owned(),
                told,
            );
        }
        match expect.is {
            Disposition::Status => {
                let codes = expect
                    .code
                    .as_ref()
                    .map(|codes| codes.0.clone())
                    .unwrap_or_default();
                let expected = format!("status {}", list(codes.iter()));
                match (self.last_response(&expect.of), &seen) {
                    (_, Seen::Throttled) => (unsure("the target throttled"), expected, told),
                    (Some((status, ..)), _) => (
                        pass_if(codes.contains(&status)),
                        expected,
                        format!("status {status}"),
                    ),
                    (None, _) => (unsure(&told), expected, told),
                }
            }
            Disposition::Granted => {
                let outcome = match &seen {
                    Seen::Granted => Outcome::Pass,
                    Seen::Refused(_) => Outcome::Fail,
                    _ => unsure(&told),
                };
                (outcome, "granted".to_owned(), told)
            }
            Disposition::Refused => {
                let expected = match expect.error.as_slice() {
                    [] => "refused".to_owned(),
                    errors => format!(
                        "refused with {}",
                        list(errors.iter().map(|error| format!("`{error}`")))
                    ),
                };
                let outcome = match &seen {
                    Seen::Granted => Outcome::Fail,
                    Seen::Refused(Some(error)) if !expect.error.is_empty() => {
                        pass_if(expect.error.contains(error))
                    }
                    Seen::Refused(_) => Outcome::Pass,
                    _ => unsure(&told),
                };
                (outcome, expected, told)
            }
        }
    }

    /// Whether the expectation is about how a refusal is worded, and another check of the plan is about the refusal itself.
    fn is_about_a_refusal(&self, expect: &AnswerExpect) -> bool {
        let worded = match (expect.is, &expect.code) {
            (Disposition::Refused, _) => !expect.error.is_empty(),
            (Disposition::Status, Some(codes)) => codes.0.iter().all(|code| *code >= 400),
            _ => false,
        };
        let is_the_refusal = |other: &Expect| match other {
            Expect::Answer(other) => {
                other.of == expect.of && other.is == Disposition::Refused && other.error.is_empty()
            }
            _ => false,
        };
        worded && self.plan.checks.iter().any(|check| is_the_refusal(&check.expect))
    }

    fn header(&self, expect: &HeaderExpect) -> (Outcome, String, String) {
        let expected = format!("`{}` with `{}`", expect.name, expect.contains);
        match self.last_response(&expect.of) {
            None => {
                let why = words::seen(&self.disposition(&expect.of));
                (Outcome::Inconclusive(why.clone()), expected, why)
            }
            Some((_, headers, _)) => {
                let values: Vec<&str> = headers
                    .iter()
                    .filter(|(name, _)| name.eq_ignore_ascii_case(&expect.name))
                    .map(|(_, value)| value.as_str())
                    .collect();
                let wanted = expect.contains.to_ascii_lowercase();
                let kept = values
                    .iter()
                    .any(|value| value.to_ascii_lowercase().contains(&wanted));
                let seen = match header(headers, &expect.name) {
                    None => format!("no `{}`", expect.name),
                    Some(_) => format!("`{}: {}`", expect.name, values.join(", ")),
                };
                (pass_if(kept), expected, seen)
            }
        }
    }

    fn member(&self, expect: &MemberExpect) -> (Outcome, String, String) {
        let at = &expect.at;
        let value_in = |name: &StepName| -> Option<Value> {
            self.last_response(name)
                .and_then(|(_, _, body)| serde_json::from_str(body).ok())
        };
        let Some(body) = value_in(&expect.of) else {
            let seen = "an answer that is no JSON".to_owned();
            let outcome = match self.last_response(&expect.of) {
                Some(_) => Outcome::Fail,
                None => Outcome::Inconclusive(words::seen(&self.disposition(&expect.of))),
            };
            return (outcome, format!("JSON with `{at}`"), seen);
        };
        let found = body.pointer(at);
        let names = self.names();
        let resolved = |value: &Value| names.json(value).unwrap_or_else(|_| value.clone());
        let mut wants: Vec<(bool, String)> = Vec::new();
        if let Some(is) = expect.is {
            wants.push((is_kind(found, is), format!("{is:?}").to_lowercase()));
        }
        if let Some(equals) = expect.equals.as_ref().map(&resolved) {
            let equals = if equals == "@issuer" {
                Value::String(self.issuer.to_owned())
            } else {
                equals
            };
            wants.push((found == Some(&equals), format!("equal to {equals}")));
        }
        for part in expect.includes.iter().map(resolved) {
            let has = found
                .and_then(Value::as_array)
                .is_some_and(|items| items.contains(&part));
            wants.push((has, format!("with {part}")));
        }
        if let Some(prefix) = &expect.not_prefix {
            let kept = found
                .and_then(Value::as_str)
                .is_some_and(|text| !text.starts_with(prefix.as_str()));
            wants.push((kept, format!("not beginning with `{prefix}`")));
        }
        if let Some(other) = &expect.differs_from {
            let same = value_in(other)
                .as_ref()
                .and_then(|body| body.pointer(at))
                .cloned();
            wants.push((
                same.is_some() && same.as_ref() != found,
                format!("another than in `{other}`"),
            ));
        }
        let kept = wants.iter().all(|(kept, _)| *kept);
        let expected = format!("`{at}` {}", list(wants.iter().map(|(_, words)| words)));
        let seen = found.map_or(format!("no `{at}`"), |value| format!("`{at}` is {value}"));
        (pass_if(kept), expected, seen)
    }

    fn page(&self, expect: &PageExpect) -> (Outcome, String, String) {
        let shows: Vec<String> = expect.shows.iter().map(|text| self.on_page(text)).collect();
        let hides: Vec<String> = expect.hides.iter().map(|text| self.on_page(text)).collect();
        let mut expected: Vec<String> = shows.iter().map(|text| format!("shows `{text}`")).collect();
        expected.extend(hides.iter().map(|text| format!("does not contain `{text}`")));
        if !expect.mentions.is_empty() {
            expected.push(format!("mentions one of {}", list(expect.mentions.iter())));
        }
        let expected = format!("a page that {}", expected.join(" and "));
        let pages: Vec<&str> = self
            .record(&expect.of)
            .map(|record| record.exchanges.as_slice())
            .unwrap_or_default()
            .iter()
            .filter_map(|exchange| match &exchange.reply {
                Reply::Response { headers, body, .. }
                    if header(headers, "content-type").is_some_and(|media| media.contains("html")) =>
                {
                    Some(body.as_str())
                }
                _ => None,
            })
            .collect();
        if pages.is_empty() {
            let why = "the step showed no page".to_owned();
            return (Outcome::Inconclusive(why.clone()), expected, why);
        }
        let shown = |text: &String| pages.iter().any(|page| page.contains(text.as_str()));
        let lower: Vec<String> = pages
            .iter()
            .map(|page| visible_text(page).to_lowercase())
            .collect();
        let mentioned = |word: &String| lower.iter().any(|page| page.contains(&word.to_lowercase()));
        let missing: Vec<&String> = shows.iter().filter(|text| !shown(text)).collect();
        let leaked: Vec<&String> = hides.iter().filter(|text| shown(text)).collect();
        let silent = !expect.mentions.is_empty() && !expect.mentions.iter().any(mentioned);
        let mut seen = Vec::new();
        if !missing.is_empty() {
            seen.push(format!("without {}", list(missing.iter())));
        }
        if !leaked.is_empty() {
            seen.push(format!("with {}", list(leaked.iter())));
        }
        if silent {
            seen.push("without any of the words".to_owned());
        }
        match seen.is_empty() {
            true => (Outcome::Pass, expected, "such a page".to_owned()),
            false => (Outcome::Fail, expected, format!("a page {}", seen.join(" and "))),
        }
    }

    fn sent(&self, expect: &SentExpect) -> (Outcome, String, String) {
        let arrival = self.record(&expect.of).map(|record| &record.arrival);
        let (to, parameters) = match arrival {
            Some(Arrival::Sent { to, parameters }) => (to.as_str(), parameters.as_slice()),
            // A client that was refused at an earlier step is sent nowhere.
            Some(Arrival::Impossible { .. })
                if expect.to.0 == "nowhere" && self.was_refused_before(&expect.of) =>
            {
                ("", [].as_slice())
            }
            Some(Arrival::Impossible { reason }) => {
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
            Some(Arrival::Answer | Arrival::Nothing | Arrival::Page) => ("", [].as_slice()),
        };
        let told = match to {
            "" => "the user agent was sent nowhere".to_owned(),
            to => format!("the user agent was sent to `{to}`"),
        };
        if expect.to.0 == "nowhere" {
            return (
                pass_if(!self.is_the_clients(expect, to)),
                "the user agent is sent nowhere".to_owned(),
                told,
            );
        }
        let wanted = expect
            .to
            .resolve(&self.names())
            .unwrap_or_else(|_| expect.to.0.clone());
        let mut expected = format!("the user agent is sent to `{wanted}`");
        let Some(parameter) = &expect.parameter else {
            return (pass_if(to == wanted), expected, told);
        };
        let value = parameters
            .iter()
            .find(|(name, _)| name == parameter)
            .map(|(_, value)| value.as_str());
        let equals = expect.equals.as_ref().map(|text| match text.0.as_str() {
            "@issuer" => self.issuer.to_owned(),
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

    /// Whether the user agent was sent to a URI of the case's client: one of its hosts, or the very one asked for.
    fn is_the_clients(&self, expect: &SentExpect, to: &str) -> bool {
        let asked = self
            .plan
            .steps
            .iter()
            .find(|step| step.name == expect.of)
            .and_then(|step| match &step.act {
                Act::Authorize(authorize) => authorize.redirect_uri.as_ref(),
                _ => None,
            });
        let asked = asked
            .unwrap_or(&self.plan.request.redirect_uri)
            .resolve(&self.names())
            .unwrap_or_default();
        let asked = asked.split(['?', '#']).next().unwrap_or_default().trim();
        let is_host = |name: &str| to.to_ascii_lowercase().contains(&name.to_ascii_lowercase());
        !to.is_empty()
            && (self.case.hosts.iter().any(|fact| is_host(&fact.name))
                || (!asked.is_empty() && to.starts_with(asked)))
    }

    fn traffic(&self, expect: &TrafficExpect) -> (Outcome, String, String) {
        let layer = format!("{:?}", expect.event).to_lowercase();
        let events = traffic::matching(self.case, expect);
        let figure = traffic::figure(&events, expect.event);
        let bound = |size: Option<cimdspec_model::quantity::Size>| size.map(|size| size.0);
        let (least, most) = (bound(expect.at_least), bound(expect.at_most));
        let range = match (least, most) {
            (None, Some(0)) => "no".to_owned(),
            (Some(least), None) => format!("at least {least}"),
            (least, most) => format!("{} to {}", least.unwrap_or(0), most.unwrap_or(u64::MAX)),
        };
        let during = expect
            .during
            .as_ref()
            .map_or(String::new(), |step| format!(" during `{step}`"));
        let expected = format!("{range} {layer} to {}{during}", expect.to);
        let seen = format!("{figure} {layer}");
        let outcome = match (
            least.is_some_and(|least| figure < least),
            most.is_some_and(|most| figure > most),
        ) {
            (_, true) => Outcome::Fail,
            // What was seen is seen; what was not may have another reason than the rule.
            (false, false) if most.is_none() => Outcome::Pass,
            (false, false) => asked_in_vain(self, expect).map_or(Outcome::Pass, Outcome::Inconclusive),
            (true, false) => asked_in_vain(self, expect).map_or(Outcome::Fail, Outcome::Inconclusive),
        };
        (outcome, expected, seen)
    }

    /// Whether a step before this one was refused.
    pub(crate) fn was_refused_before(&self, name: &StepName) -> bool {
        self.asking()
            .take_while(|earlier| *earlier != name)
            .any(|earlier| matches!(self.disposition(earlier), Seen::Refused(_)))
    }
}

fn pass_if(kept: bool) -> Outcome {
    if kept { Outcome::Pass } else { Outcome::Fail }
}

fn is_kind(found: Option<&Value>, is: MemberIs) -> bool {
    match (is, found) {
        (MemberIs::Absent, found) => found.is_none(),
        (MemberIs::Present, found) => found.is_some(),
        (MemberIs::Array, Some(value)) => value.is_array(),
        (MemberIs::Boolean, Some(value)) => value.is_boolean(),
        (MemberIs::Number, Some(value)) => value.is_number(),
        (MemberIs::String, Some(value)) => value.is_string(),
        (_, None) => false,
    }
}

fn list<T: ToString>(items: impl Iterator<Item = T>) -> String {
    items.map(|item| item.to_string()).collect::<Vec<_>>().join(", ")
}
