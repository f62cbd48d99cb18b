//! How a target disposed of a request, told by comparison and by structure, never by wording.

use cimdspec_model::json;
use cimdspec_model::observation::Arrival;
use cimdspec_model::observation::Exchange;
use cimdspec_model::observation::Landing;
use cimdspec_model::observation::Reply;
use cimdspec_model::observation::StepRecord;
use cimdspec_model::verb::Act;
use cimdspec_model::verb::Success;
use cimdspec_model::verb::Until;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::guard::own::without_own;
use crate::page::signature::header;
use crate::page::signature::signature;

const NO_LOGIN: &str = "nobody was asked to log in";

/// Authorize steps whose disposition is known: what this target's acceptance and refusal look like.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    /// Of requests that are right in every respect.
    pub good: Vec<StepRecord>,
    /// Of requests that any server refuses.
    pub bad: Vec<StepRecord>,
}

impl Calibration {
    /// Whether a right request was followed to its end.
    pub fn ends_with_a_code(&self) -> bool {
        self.good.iter().any(|record| record.arrival.has_code())
    }

    /// Whether this server's refusals are failures like this one: several bad requests ended in it, and no good one did.
    /// That it fails is a finding of its own.
    fn refuses_by(&self, last: &Exchange) -> bool {
        let here = signature(last);
        let is_so = |record: &&StepRecord| {
            let end = record.exchanges.last().and_then(signature);
            end.is_some() && end == here
        };
        self.bad.iter().filter(is_so).count() > 1 && !self.good.iter().any(|record| is_so(&record))
    }
}

/// How a request was disposed of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// So far it was not refused: the user agent stands on a page of the target, and no code came.
    Accepted(Stand),
    /// A code or a token went to this place, which the request did not name.
    Diverted(String),
    /// It was granted: a code or a token reached the requested URI, or the step came where it was to stop.
    Granted,
    /// The step could not be made.
    Impossible(String),
    /// It was refused, with this OAuth error code where the answer carries one.
    Refused(Option<String>),
    /// The target asked for patience.
    Throttled,
    /// Neither can be said.
    Unclear(String),
}

/// On which page the user agent stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stand {
    /// One that asks for a decision.
    Decision,
    /// One of another server, to which only right requests are sent.
    Elsewhere,
    /// One that asks for a login.
    Login,
    /// Another one.
    Page,
}

impl Seen {
    /// Whether the request was granted.
    pub fn is_granted(&self) -> bool {
        *self == Self::Granted
    }

    /// Whether the request was refused.
    pub fn is_refused(&self) -> bool {
        matches!(self, Self::Refused(_))
    }
}

/// Says how the target disposed of a step.
pub fn disposition(record: &StepRecord, act: &Act, calibration: &Calibration) -> Seen {
    if let Arrival::Impossible { reason } | Arrival::Inapplicable { reason } = &record.arrival {
        return Seen::Impossible(reason.clone());
    }
    let Some(last) = record.exchanges.last() else {
        return Seen::Unclear("nothing was asked".to_owned());
    };
    if record.arrival == Arrival::Login && goes_until(act, Until::Login) {
        return Seen::Granted;
    }
    // Whoever is logged out brings nothing along: to be sent away is what was asked for.
    if let (Some(Success::SentAway), Arrival::Sent { .. }) = (act.verb().success(), &record.arrival) {
        return Seen::Granted;
    }
    if let Arrival::Sent {
        parameters,
        to,
        landing,
    } = &record.arrival
    {
        let answered = without_own(parameters, act);
        let named = |name: &str| {
            answered
                .iter()
                .find(|(known, _)| known == name)
                .map(|(_, value)| value)
        };
        return match (named("code").or(named("access_token")), named("error")) {
            (Some(_), _) if goes_until(act, Until::Login) => Seen::Unclear(NO_LOGIN.to_owned()),
            (Some(_), _) if *landing == Landing::Elsewhere => Seen::Diverted(to.clone()),
            (Some(_), _) => Seen::Granted,
            (None, Some(error)) => Seen::Refused(Some(error.clone())),
            (None, None) => elsewhere(to, calibration),
        };
    }
    let (status, headers, body) = match &last.reply {
        Reply::Response {
            status,
            headers,
            body,
        } => (*status, headers, body),
        Reply::Timeout => return Seen::Unclear("the target gave no answer within the deadline".to_owned()),
        Reply::Broken { reason } => {
            return Seen::Unclear(format!("the connection to the target broke: {reason}"));
        }
    };
    if let Some(coding) = coding(headers).filter(|_| status < 400) {
        let told = format!("the answer is coded as `{coding}`, which was not asked for and is not read");
        return Seen::Unclear(told);
    }
    match status {
        429 => Seen::Throttled,
        ..500 if record.arrival == Arrival::Denied => Seen::Refused(None),
        // A program that is shown the way to a login got nothing.
        301..=303 if record.arrival == Arrival::Answer => Seen::Refused(None),
        // A user agent that is shown no way stands on no page.
        300..400 if act.verb().success() == Some(Success::Browser) => {
            Seen::Unclear(format!("status {status} with no place to go to"))
        }
        503 if header(headers, "retry-after").is_some() => Seen::Throttled,
        // Who fails has refused nothing.
        _ if is_failure(status) => match calibration.refuses_by(last) {
            true => Seen::Refused(None),
            false => Seen::Unclear(format!("the server failed: status {status}")),
        },
        400.. => match calibration.ends_with_a_code() || !sent_a_form(record) {
            true => Seen::Refused(oauth_error(body)),
            false => Seen::Unclear(format!(
                "status {status} after a form that may have been filled wrongly"
            )),
        },
        _ => match act.verb().success() {
            Some(Success::Browser) if record.arrival == Arrival::Answer => with_member(body, "request_uri"),
            Some(Success::Browser) => match page(record, last, calibration) {
                Seen::Accepted(_) if goes_until(act, Until::Login) => Seen::Unclear(NO_LOGIN.to_owned()),
                // Only who has seen the way behind the page knows that it was not a step before.
                Seen::Accepted(Stand::Decision) if calibration.ends_with_a_code() => Seen::Granted,
                seen => seen,
            },
            Some(Success::ActiveToken) => introspected(body),
            Some(Success::SentAway) => Seen::Refused(None),
            Some(Success::Member(member)) => with_member(body, member),
            Some(Success::Status) | None => match status {
                200..300 => Seen::Granted,
                _ => Seen::Unclear(format!("status {status}")),
            },
        },
    }
}

/// Whether a status tells of a failure; 501 tells that there is no such method.
pub(crate) fn is_failure(status: u16) -> bool {
    status >= 500 && status != 501
}

/// Whether a step is to stop there.
fn goes_until(act: &Act, until: Until) -> bool {
    matches!(act, Act::Authorize(act) if act.until == Some(until))
}

/// Whether the user agent has sent a form, after the request itself.
fn sent_a_form(record: &StepRecord) -> bool {
    let asked = |exchange: &&Exchange| exchange.method == "GET";
    record
        .exchanges
        .iter()
        .skip_while(|it| !asked(it))
        .any(|it| !asked(&it))
}

/// The coding of a body that has one.
fn coding(headers: &[(String, String)]) -> Option<&str> {
    header(headers, "content-encoding").filter(|coding| !coding.trim().eq_ignore_ascii_case("identity"))
}

/// The error code of a JSON answer.
pub(crate) fn oauth_error(body: &str) -> Option<String> {
    let value = json::value(body)?;
    value.get("error").and_then(Value::as_str).map(str::to_owned)
}

fn with_member(body: &str, member: &str) -> Seen {
    let value = json::value(body);
    match value.as_ref().and_then(|value| value.get(member)) {
        Some(_) => Seen::Granted,
        None => Seen::Unclear(format!("a successful answer without `{member}`")),
    }
}

/// What is told of a token: an active one is granted.
fn introspected(body: &str) -> Seen {
    let value = json::value(body);
    match value
        .as_ref()
        .and_then(|value| value.get("active"))
        .and_then(Value::as_bool)
    {
        Some(true) => Seen::Granted,
        Some(false) => Seen::Refused(None),
        None => Seen::Unclear("a successful answer without `active`".to_owned()),
    }
}

/// The agent was sent away with neither code nor error: the place is compared with those of the calibration to which it was
/// sent so. One to which only right requests are sent, such as a login elsewhere, is an acceptance as a page is.
fn elsewhere(to: &str, calibration: &Calibration) -> Seen {
    let is_place = |records: &[StepRecord]| {
        let mut places = records.iter().map(|record| &record.arrival);
        places.any(|arrival| match arrival {
            Arrival::Sent { to: known, .. } => known == to && arrival.is_without_answer(),
            _ => false,
        })
    };
    match (is_place(&calibration.good), is_place(&calibration.bad)) {
        (true, false) => Seen::Accepted(Stand::Elsewhere),
        (false, true) => Seen::Refused(None),
        (true, true) => Seen::Unclear(format!(
            "good and bad requests are both sent to `{to}` (a login before validation needs a login recipe)"
        )),
        (false, false) => Seen::Unclear(format!(
            "the user agent was sent to `{to}` with neither code nor error"
        )),
    }
}

/// The agent stands on a page of the target: it is judged by its likeness to those of the calibration.
fn page(record: &StepRecord, last: &Exchange, calibration: &Calibration) -> Seen {
    let Some(here) = signature(last) else {
        return Seen::Unclear("no response".to_owned());
    };
    let is_like = |records: &[StepRecord]| {
        records
            .iter()
            .flat_map(|record| &record.exchanges)
            .filter_map(signature)
            .any(|known| known == here)
    };
    match (is_like(&calibration.good), is_like(&calibration.bad)) {
        (true, false) => Seen::Accepted(match record.arrival {
            Arrival::Consent => Stand::Decision,
            Arrival::Login => Stand::Login,
            _ => Stand::Page,
        }),
        (false, true) => Seen::Refused(None),
        (true, true) => Seen::Unclear(
            match here.has_form() {
                true => {
                    "good and bad requests lead to pages that look alike (a login before validation needs a login recipe)"
                }
                false => "good and bad requests lead to pages that look alike and have no form",
            }
            .to_owned(),
        ),
        (false, false) => Seen::Unclear(match &record.arrival {
            Arrival::Unfit { reason } => reason.clone(),
            _ => format!(
                "the agent stopped after {} requests on a page that is like no page of the calibration",
                record.exchanges.len()
            ),
        }),
    }
}

#[cfg(test)]
#[path = "disposition_tests.rs"]
mod tests;
