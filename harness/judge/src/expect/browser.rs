//! Where the user agent was sent.

use cimdspec_model::expect::Destination;
use cimdspec_model::expect::SentExpect;
use cimdspec_model::name::StepName;
use cimdspec_model::observation::Arrival;
use cimdspec_model::observation::Landing;
use cimdspec_model::observation::Reply;
use cimdspec_model::observation::StepRecord;
use cimdspec_model::plan::Plan;
use cimdspec_model::reason::Reason;
use cimdspec_model::reason::ReasonCode;
use cimdspec_model::text::Text;
use cimdspec_model::verdict::Outcome;
use cimdspec_page::Html;

use crate::expect::Evidence;
use crate::expect::list;
use crate::expect::pass_if;

impl Evidence<'_> {
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

    pub(super) fn sent(&self, expect: &SentExpect) -> (Outcome, String, String) {
        let arrival = self.record(&expect.of).map(|record| &record.arrival);
        let (to, parameters) = match arrival {
            Some(Arrival::Sent { to, parameters, .. }) => (to.as_str(), parameters.as_slice()),
            // A client that was refused at an earlier step is sent nowhere.
            Some(Arrival::Impossible { .. })
                if expect.to == Destination::Nowhere && self.was_refused_before(&expect.of) =>
            {
                ("", [].as_slice())
            }
            Some(Arrival::Impossible { reason } | Arrival::Inapplicable { reason }) => {
                return (
                    Outcome::inconclusive(reason.clone()),
                    expect.to.to_string(),
                    reason.clone(),
                );
            }
            None => {
                let why = "the step was not made".to_owned();
                return (Outcome::inconclusive(why.clone()), expect.to.to_string(), why);
            }
            Some(
                Arrival::Answer
                | Arrival::Consent
                | Arrival::Denied
                | Arrival::Login
                | Arrival::Nothing
                | Arrival::Page
                | Arrival::Unfit { .. },
            ) => ("", [].as_slice()),
        };
        let told = match to {
            "" => "the user agent was sent nowhere".to_owned(),
            to => format!("the user agent was sent to `{to}`"),
        };
        if expect.to == Destination::Nowhere {
            let expected = "the user agent is sent nowhere".to_owned();
            let outcome = match self.whose(expect, to) {
                Whose::Nobodys => Outcome::Pass,
                Whose::Other => Outcome::Fail,
                Whose::Registered => Outcome::not_applicable(Reason::unmet(
                    "the user agent was sent to a URI that the client has registered, and not to the one of the request",
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
        let Destination::At(there) = &expect.to else {
            return (
                pass_if(!to.is_empty()),
                "the user agent is sent back".to_owned(),
                told,
            );
        };
        // How an error is sent is another question than what stands in a response.
        let is_of_an_error = expect.parameter.as_deref() == Some("error");
        if is_of_an_error && arrival == Some(&Arrival::Answer) {
            let told = "the request was refused where it was pushed: its client is told there (RFC 9126 section 2.3)";
            let outcome = Outcome::not_applicable(Reason::unmet(told));
            return (outcome, expect.to.to_string(), told.to_owned());
        }
        let has_nothing = expect.parameter.is_none() || (to.is_empty() && !is_of_an_error);
        if has_nothing && self.disposition(&expect.of).is_refused() {
            let told = "the request was refused";
            let outcome = Outcome::not_applicable(Reason::unmet(told));
            return (outcome, expect.to.to_string(), told.to_owned());
        }
        let wanted = there.resolve(&self.names()).unwrap_or_else(|_| there.0.clone());
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
                return (
                    Outcome::not_applicable(ReasonCode::NothingThere.with(why.clone())),
                    expected,
                    why,
                );
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

    /// Whether the user agent was sent to the client by a form of a page, and not by a redirect.
    pub(super) fn is_sent_by_form(&self, name: &StepName) -> bool {
        let was_sent = |record: &StepRecord| matches!(record.arrival, Arrival::Sent { .. });
        let is_page = self.last_response(name).is_some_and(|(status, ..)| status == 200);
        is_page && self.record(name).is_some_and(was_sent)
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
    let changed = plan.steps.iter().filter_map(|step| {
        let members = step.act.verb().members()?;
        members.get("redirect_uris")
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fabricated::ended;
    use crate::fabricated::judged;
    use crate::fabricated::plan;
    use crate::fabricated::registered;

    #[test]
    fn an_error_that_is_told_where_the_request_was_pushed_is_sent_nowhere() {
        let plan = plan(
            "[[step]]\nname = \"reg\"\nregister = {}\n[[step]]\nname = \"login\"\nauthorize = {}\n[[check]]\nid = \"told\"\nclause = \"a.b\"\n\
             expect = { sent = { of = \"login\", to = \"@app/callback\", parameter = \"error\" } }\n",
        );
        let outcome = |arrival| {
            let records = vec![registered("reg"), ended("login", 400, arrival)];
            judged(&plan, records).remove(0).outcome
        };
        assert!(matches!(outcome(Arrival::Answer), Outcome::NotApplicable(_)));
        assert!(!matches!(outcome(Arrival::Page), Outcome::NotApplicable(_)));
    }
}
