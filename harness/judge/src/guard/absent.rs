//! Whether a metadata document is there at all: what is not there has no members, and its absence breaks no rule about
//! them.

use cimdspec_model::expect::Expect;
use cimdspec_model::json;
use cimdspec_model::name::StepName;
use cimdspec_model::observation::Reply;
use cimdspec_model::reason::Reason;
use cimdspec_model::verb::Act;

use crate::expect::Evidence;

/// Why an expectation about what a document says does not apply: there is no such document.
pub(crate) fn absent(evidence: &Evidence<'_>, expect: &Expect) -> Option<Reason> {
    let looks_into_it = expect.kind().needs_a_document();
    let mut steps = expect.steps().into_iter().filter(|_| looks_into_it);
    let name = steps.find(|name| is_absent(evidence, name))?;
    Some(Reason::unmet(format!("there is no document in step `{name}`")))
}

/// Whether the place is answered with an error, with a redirect, as to a login, or with what is not JSON.
fn is_absent(evidence: &Evidence<'_>, name: &StepName) -> bool {
    let discovers = evidence
        .plan
        .steps
        .iter()
        .any(|step| step.name == *name && matches!(step.act, Act::Discover(_)));
    let reply = evidence
        .record(name)
        .and_then(|record| record.exchanges.last())
        .map(|exchange| &exchange.reply);
    match reply {
        Some(Reply::Response { status, body, .. }) if discovers => match status {
            200..300 => json::object(body).is_none(),
            status => *status < 500,
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use cimdspec_model::verdict::Outcome;

    use crate::fabricated::answered;
    use crate::fabricated::judged;
    use crate::fabricated::plan;

    #[test]
    fn what_is_not_there_is_not_judged() {
        let plan = plan(
            "[[step]]\nname = \"openid\"\ndiscover = { document = \"openid\" }\n\
             [[check]]\nid = \"status\"\nclause = \"a.b\"\nexpect = { answer = { of = \"openid\", is = \"status\", code = 200 } }\n\
             [[check]]\nid = \"issuer\"\nclause = \"a.b\"\nexpect = { member = { of = \"openid\", at = \"/issuer\", is = \"string\" } }\n",
        );
        let outcomes = |status, body| {
            let findings = judged(&plan, vec![answered("openid", status, body)]);
            findings.into_iter().map(|it| it.outcome).collect::<Vec<_>>()
        };
        for (status, body) in [(302, ""), (404, "{}"), (200, "<p>Hello</p>"), (401, "{}")] {
            let all = outcomes(status, body);
            assert!(
                all.iter().all(|it| matches!(it, Outcome::NotApplicable(_))),
                "{status}: {all:?}"
            );
        }
        assert_eq!(
            outcomes(203, "{\"issuer\":\"x\"}"),
            [Outcome::Fail, Outcome::Pass]
        );
        assert_eq!(outcomes(200, "{}"), [Outcome::Pass, Outcome::Fail]);
        assert_ne!(outcomes(500, "")[1], Outcome::Pass);
    }
}
