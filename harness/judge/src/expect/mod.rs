//! One expectation against one case: pass, fail or not enough evidence, each with words.

mod answer;
mod asked;
mod browser;
mod count;
mod loading;
mod log;
mod member;
mod page;
mod provisioned;
mod response;
mod told;
mod urls;
mod values;
mod world;

use cimdspec_model::expect::Expect;
use cimdspec_model::name::HostLabel;
use cimdspec_model::name::StepName;
use cimdspec_model::observation::Case;
use cimdspec_model::observation::Reply;
use cimdspec_model::observation::StepRecord;
use cimdspec_model::plan::Plan;
use cimdspec_model::reason::ReasonCode;
use cimdspec_model::text::CASE;
use cimdspec_model::text::Names;
use cimdspec_model::text::Text;
use cimdspec_model::verdict::Outcome;

use crate::disposition::Calibration;
use crate::disposition::Seen;
use crate::disposition::disposition;
use crate::guard::absent::absent;
use crate::guard::grounds::groundless;
use crate::guard::timing;
use crate::history;
use crate::history::Decisive;
use crate::history::History;
use crate::page::signature::is_html;
use crate::published::Issuer;
use crate::traffic;

/// What an expectation came to.
pub(crate) struct Conclusion {
    pub(crate) outcome: Outcome,
    pub(crate) expected: String,
    pub(crate) seen: String,
    pub(crate) evidence: History,
}

/// What a conclusion is drawn from.
pub(crate) struct Evidence<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) case: &'a Case,
    pub(crate) calibration: &'a Calibration,
    pub(crate) issuer: Issuer<'a>,
}

/// Status, header fields and body of a response.
type Response<'a> = (u16, &'a [(String, String)], &'a str);

impl<'a> Evidence<'a> {
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
        if let Ok(case) = HostLabel::parse(CASE) {
            names.origins.insert(case, self.case.case.to_string());
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

    /// The last page of a step: of one that a script makes, what came before the answers to the script.
    fn last_page(&self, name: &StepName) -> Option<Response<'a>> {
        let record = self.record(name)?;
        if !record.scripted {
            return self.last_response(name);
        }
        record
            .exchanges
            .iter()
            .rev()
            .find_map(|exchange| match &exchange.reply {
                Reply::Response {
                    status,
                    headers,
                    body,
                } if is_html(headers) => Some((*status, headers.as_slice(), body.as_str())),
                _ => None,
            })
    }

    /// The status of the last response of a step.
    pub(crate) fn status(&self, name: &StepName) -> Option<u16> {
        self.last_response(name).map(|(status, ..)| status)
    }

    /// Concludes one expectation.
    pub(crate) fn conclude(&self, expect: &Expect) -> Conclusion {
        if let Some(why) = self.unpublished(expect) {
            return Conclusion {
                outcome: Outcome::not_applicable(ReasonCode::NothingThere.with(why.clone())),
                expected: "what is said of metadata, where they are".to_owned(),
                seen: why,
                evidence: History::default(),
            };
        }
        let (outcome, expected, seen) = match expect {
            Expect::Answer(it) => self.answer(it),
            Expect::Count(it) => self.count(it),
            Expect::Header(it) => self.header(it),
            Expect::Log(it) => self.log(it),
            Expect::Member(it) => self.member(it),
            Expect::Page(it) => self.page(it),
            Expect::Provisioned(it) => self.provisioned(it),
            Expect::Sent(it) => self.sent(it),
            // The run concludes it: no case says anything of it alone.
            Expect::Service(_) => {
                let why = "this is looked at when the run is over".to_owned();
                (Outcome::inconclusive(why.clone()), String::new(), why)
            }
            Expect::Tells(it) => self.told(it),
            Expect::Timing(it) => timing::concluded(
                self.record(&it.of),
                it.like.as_ref().and_then(|like| self.record(like)),
                it,
            ),
            Expect::Traffic(it) => self.traffic(it),
            Expect::Urls(it) => self.urls(it),
            Expect::Values(it) => self.values(it),
        };
        let outcome = match absent(self, expect) {
            Some(why) => Outcome::not_applicable(why),
            None => outcome,
        };
        let outcome = match outcome {
            Outcome::Fail | Outcome::Pass => {
                groundless(self, expect, &outcome).map_or(outcome, Outcome::inconclusive)
            }
            other => other,
        };
        let evidence = match outcome {
            Outcome::Pass | Outcome::Recorded(_) => History::default(),
            _ => self.history(expect),
        };
        Conclusion {
            outcome,
            expected,
            seen,
            evidence,
        }
    }

    /// What happened in the case, with what the expectation speaks of.
    fn history(&self, expect: &Expect) -> History {
        let decisive = match expect {
            Expect::Traffic(it) => Decisive {
                events: traffic::matching(self.case, it),
                ..Decisive::default()
            },
            _ => Decisive {
                steps: expect.kind().steps(),
                ..Decisive::default()
            },
        };
        history::of_case(self.plan, self.case, &decisive)
    }

    /// The refused step without which none of these could be asked for, where that is what became of them.
    pub(crate) fn refused_on_the_way(&self, names: &[&StepName]) -> Option<&'a StepName> {
        let (name, reason) = names.iter().find_map(|name| match self.disposition(name) {
            Seen::Impossible(reason) => Some((name, reason)),
            _ => None,
        })?;
        let mut before = self.asking().take_while(|earlier| earlier != name);
        before.find(|earlier| {
            reason.contains(&format!("step `{earlier}`"))
                && matches!(self.disposition(earlier), Seen::Refused(_))
        })
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

fn list<T: ToString>(items: impl Iterator<Item = T>) -> String {
    items.map(|item| item.to_string()).collect::<Vec<_>>().join(", ")
}
