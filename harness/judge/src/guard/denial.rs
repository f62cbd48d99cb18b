//! Whether a step was made at all: one that is about something the target does not have tells nothing, and a denial that
//! was never made tells nothing of how denials are answered.

use cimdspec_model::name::StepName;
use cimdspec_model::observation::Arrival;
use cimdspec_model::observation::Reply;
use cimdspec_model::observation::StepRecord;
use cimdspec_model::reason::Reason;
use cimdspec_model::reason::ReasonCode;
use cimdspec_model::verb::Act;
use cimdspec_model::verb::Decision;
use cimdspec_model::verdict::Outcome;

use crate::disposition::Seen;
use crate::expect::Evidence;
use crate::page::signature::header;

/// Why a step was not applicable that a check looks at, or that was made before one of them; a check that looks at no
/// step looks at all of them.
fn lacking(evidence: &Evidence<'_>, names: &[&StepName]) -> Option<String> {
    let mut looks = names.is_empty();
    evidence.case.steps.iter().rev().find_map(|record| {
        looks |= names.contains(&&record.step);
        match &record.arrival {
            Arrival::Inapplicable { reason } if looks => Some(reason.clone()),
            _ => None,
        }
    })
}

/// What becomes of a check about what the target does not have, or about a denial that was not made.
pub(crate) fn not_made(evidence: &Evidence<'_>, names: &[&StepName]) -> Option<Outcome> {
    if let Some(why) = lacking(evidence, names) {
        return Some(Outcome::not_applicable(Reason::unmet(why)));
    }
    let denials = names.iter().filter(|name| is_denial(evidence, name));
    denials
        .filter_map(|name| evidence.record(name))
        .find_map(|record| {
            match &record.arrival {
            Arrival::Sent { .. } => {
                (record.arrival.has_code() && !shows_a_page(record)).then(|| {
                    Outcome::not_applicable(
                        ReasonCode::NothingThere.with("the target asked nobody: it showed no page to deny on"),
                    )
                })
            }
            Arrival::Denied if evidence.disposition(&record.step).is_refused() => Some(Outcome::not_applicable(
                ReasonCode::NothingThere
                    .with("the denial stays at the server, which tells the client nothing (RFC 9700 section 4.11.2)"),
            )),
            Arrival::Page if matches!(evidence.disposition(&record.step), Seen::Accepted(_)) => {
                Some(Outcome::inconclusive(
                    "nothing to deny with was found on the page: `consent.deny` of the profile names it"
                        .to_owned(),
                ))
            }
            _ => None,
        }
        })
}

fn is_denial(evidence: &Evidence<'_>, name: &StepName) -> bool {
    evidence.plan.steps.iter().any(|step| {
        matches!(&step.act, Act::Authorize(act) if step.name == *name && act.decide == Some(Decision::Deny))
    })
}

fn shows_a_page(record: &StepRecord) -> bool {
    record.exchanges.iter().any(|exchange| match &exchange.reply {
        Reply::Response { status, headers, .. } => {
            (200..300).contains(status)
                && header(headers, "content-type").is_some_and(|media| media.contains("html"))
        }
        Reply::Broken { .. } | Reply::Timeout => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fabricated::ended;
    use crate::fabricated::judged;
    use crate::fabricated::plan;
    use crate::fabricated::registered;
    use crate::fabricated::sent;

    #[test]
    fn a_denial_that_stays_at_the_server_breaks_nothing() {
        let plan = plan(
            "[[step]]\nname = \"reg\"\nregister = {}\n[[step]]\nname = \"login\"\nauthorize = { decide = \"deny\" }\n[[check]]\nid = \"back\"\n\
             clause = \"a.b\"\nexpect = { sent = { of = \"login\", to = \"@app/callback\", parameter = \"error\", equals = \"access_denied\" } }\n",
        );
        let outcome = |status, arrival| {
            judged(&plan, vec![registered("reg"), ended("login", status, arrival)])
                .remove(0)
                .outcome
        };
        assert!(matches!(outcome(200, Arrival::Denied), Outcome::NotApplicable(_)));
        assert!(matches!(outcome(403, Arrival::Denied), Outcome::NotApplicable(_)));
        // Who fails at it has not answered it.
        assert!(!matches!(
            outcome(500, Arrival::Denied),
            Outcome::NotApplicable(_) | Outcome::Pass
        ));
        assert_eq!(
            outcome(303, sent("https://app.test/callback", "error")),
            Outcome::Fail
        );
    }
}
