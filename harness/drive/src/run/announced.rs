//! What the hosts and names of a plan do to a target, by kind.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use cimdspec_model::behaviour::TlsBehaviour;
use cimdspec_model::plan::Plan;
use cimdspec_model::text::Text;
use cimdspec_model::verb::Act;
use cimdspec_model::verb::DeliveryName;
use cimdspec_model::verb::Resolve;
use cimdspec_model::verb::Serve;

const LARGE: u64 = 64 * 1024;

/// What the hosts and names of a plan do that a friendly client's would not, with the kinds of each.
#[derive(Default)]
pub(crate) struct Behaviours(pub(crate) BTreeMap<&'static str, BTreeSet<String>>);

impl Behaviours {
    pub(crate) fn of(plan: &Plan) -> Self {
        let mut found = Self::default();
        for step in &plan.steps {
            match &step.act {
                Act::Serve(serve) => found.host(plan, serve),
                Act::Resolve(resolve) => found.name(resolve),
                Act::Register(register) => {
                    let size = register.pad.filter(|size| size.0 > LARGE);
                    found.add("large registrations", size.map(|size| size.to_string()));
                }
                _ => {}
            }
        }
        let addresses = plan.hosts.iter().filter_map(|host| host.address);
        found.add(
            "hosts that are addresses",
            addresses.map(|address| address.to_string()),
        );
        found
    }

    fn add(&mut self, what: &'static str, of: impl IntoIterator<Item = String>) {
        for of in of {
            self.0.entry(what).or_default().insert(of);
        }
    }

    fn host(&mut self, plan: &Plan, serve: &Serve) {
        let tls = serve.tls.filter(|tls| *tls != TlsBehaviour::Good);
        self.add("faults in TLS", tls.map(|tls| word(&tls)));
        let drips = serve.pace.map(|_| DeliveryName::DripBody);
        let delivery = serve
            .delivery
            .or(drips)
            .filter(|name| *name != DeliveryName::Polite);
        self.add(
            "responses that are slow, endless or broken",
            delivery.map(|delivery| word(&delivery)),
        );
        let size = serve.pad.filter(|size| size.0 > LARGE);
        self.add("large responses", size.map(|size| size.to_string()));
        self.add("compressed responses", serve.coding.map(|coding| word(&coding)));
        if (300..400).contains(&serve.status.unwrap_or(200)) {
            let location = serve.headers.get("location");
            self.add("redirects", location.map(|location| place(plan, location)));
        }
    }

    fn name(&mut self, resolve: &Resolve) {
        let turns = resolve.turns.iter();
        let fails = turns.clone().filter_map(|turn| turn.fail).chain(resolve.fail);
        self.add("lookups that fail", fails.map(|fail| word(&fail)));
        let answers = turns
            .clone()
            .flat_map(|turn| &turn.answers)
            .chain(&resolve.answers);
        self.add(
            "names that lead to given addresses",
            answers.filter(|answer| !answer.starts_with('@')).cloned(),
        );
        let delays = turns.clone().filter_map(|turn| turn.delay).chain(resolve.delay);
        self.add(
            "lookups that are held back",
            delays.map(|delay| delay.to_string()),
        );
        let aliases = turns.filter_map(|turn| turn.alias.as_ref()).chain(&resolve.alias);
        self.add("aliases", aliases.map(|_| "another host of the run".to_owned()));
    }
}

/// Where a redirect leads, in words.
fn place(plan: &Plan, location: &Text) -> String {
    let labels = location.labels();
    let host = labels
        .first()
        .and_then(|label| plan.hosts.iter().find(|host| host.label.as_str() == *label));
    match host {
        None => "the same host".to_owned(),
        Some(host) => match host.address {
            Some(address) => address.to_string(),
            None if host.label.as_str() == "docs" => "the same host".to_owned(),
            None => "another host of the run".to_owned(),
        },
    }
}

fn word<T: serde::Serialize>(of: &T) -> String {
    let value = serde_json::to_value(of).ok();
    value
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::run::estimate::tests::plan;

    #[test]
    fn a_redirect_is_told_by_its_place() {
        let text = |text: &str| Text(text.to_owned());
        let plan = plan(Vec::new());
        assert_eq!(place(&plan, &text("@docs/moved.json")), "the same host");
        assert_eq!(place(&plan, &text("/moved.json")), "the same host");
        assert_eq!(place(&plan, &text("http://@inside/latest")), "10.0.0.1");
    }
}
