//! What a step refers to: other steps, hosts, clients, and the texts that name them.

use serde_json::Value;

use crate::name::HostLabel;
use crate::name::StepName;
use crate::text::Text;
use crate::text::clients_in_json;
use crate::text::each_string;
use crate::text::key_set_named;
use crate::text::key_sets_in_json;
use crate::text::labels_in_json;
use crate::verb::ClientName;
use crate::verb::Swap;

/// Everything that a step refers to, by kind. A verb names each thing once; who asks takes the kinds that it needs.
#[derive(Debug, Default)]
pub struct References<'a> {
    /// The steps that it builds on.
    pub steps: Vec<String>,
    /// The hosts that it names by their bare labels.
    pub hosts: Vec<&'a str>,
    /// The clients that the target learns of by it; `None` is the client of the plan.
    pub clients: Vec<Option<&'a ClientName>>,
    /// Client identifiers, as sent.
    pub identifiers: Vec<&'a Text>,
    /// Redirect URIs, as sent.
    pub redirect_uris: Vec<&'a Text>,
    /// Other texts of requests.
    pub sent: Vec<&'a Text>,
    /// JSON values of requests.
    pub sent_values: Vec<&'a Value>,
    /// Header fields that a host serves, with their names.
    pub served: Vec<(&'a str, &'a Text)>,
    /// JSON values that a host serves.
    pub served_values: Vec<&'a Value>,
    /// Bodies, in which `@document`, `@length` and a whole `@keys/…` are no hosts.
    pub bodies: Vec<&'a Text>,
    /// What a name is answered with: literal addresses, or hosts with the sigil.
    pub answers: Vec<&'a str>,
}

impl<'a> References<'a> {
    /// A step that it builds on.
    pub(crate) fn step(&mut self, name: &StepName) {
        self.steps.push(name.to_string());
    }

    /// The client as which a request is made.
    pub(crate) fn client(&mut self, client: Option<&'a ClientName>) {
        match client {
            None => {}
            Some(ClientName::Host(label)) => self.host(Some(label)),
            Some(ClientName::Step(step)) => self.step(step),
        }
    }

    /// The step whose value has the other part.
    pub(crate) fn swap(&mut self, swap: Option<&Swap>) {
        self.steps.extend(swap.map(|swap| swap.with.to_string()));
    }

    /// A host by its label.
    pub(crate) fn host(&mut self, label: Option<&'a HostLabel>) {
        self.hosts.extend(label.map(HostLabel::as_str));
    }

    /// Every text, of whatever kind.
    pub fn texts(&self) -> Vec<&'a str> {
        let Self {
            identifiers,
            redirect_uris,
            sent,
            bodies,
            ..
        } = self;
        let of_requests = identifiers.iter().chain(redirect_uris).chain(sent).chain(bodies);
        let served = self.served.iter().map(|(_, text)| *text);
        let mut texts: Vec<&str> = of_requests
            .copied()
            .chain(served)
            .map(|text| text.0.as_str())
            .collect();
        texts.extend(&self.answers);
        for value in self.sent_values.iter().chain(&self.served_values) {
            each_string(value, &mut |text| texts.push(text));
        }
        texts
    }

    /// The labels of all hosts that it names, in whatever way.
    pub(crate) fn labels(&self) -> Vec<String> {
        let mut labels: Vec<String> = self.hosts.iter().map(|label| (*label).to_owned()).collect();
        let mut of_text = |text: &Text| labels.extend(text.labels().into_iter().map(str::to_owned));
        let requested = self
            .identifiers
            .iter()
            .chain(&self.redirect_uris)
            .chain(&self.sent);
        requested.for_each(|text| of_text(text));
        self.served.iter().for_each(|(_, text)| of_text(text));
        self.bodies
            .iter()
            .filter(|body| key_set_named(&body.0).is_none())
            .map(|body| Text(body.0.replace("@document", "").replace("@length", "")))
            .for_each(|body| of_text(&body));
        let answers = self.answers.iter().filter_map(|answer| answer.strip_prefix('@'));
        labels
            .extend(answers.map(|answer| answer.trim_end_matches(".v4").trim_end_matches(".v6").to_owned()));
        for value in self.sent_values.iter().chain(&self.served_values) {
            labels_in_json(value, &mut labels);
        }
        labels
    }

    /// The key sets and software statements that it names.
    pub(crate) fn key_sets(&self) -> Vec<String> {
        let bodies = self.bodies.iter().filter_map(|body| key_set_named(&body.0));
        let mut names: Vec<String> = bodies.map(str::to_owned).collect();
        for value in self.sent_values.iter().chain(&self.served_values) {
            key_sets_in_json(value, &mut names);
        }
        names
    }

    /// The steps that it builds on, also those whose client a JSON value names.
    pub(crate) fn all_steps(&self) -> Vec<String> {
        let mut steps = self.steps.clone();
        for value in &self.sent_values {
            clients_in_json(value, &mut steps);
        }
        steps
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verb::Act;
    use crate::verb::Resolve;
    use crate::verb::Serve;
    use crate::verb::Verb;

    #[test]
    fn a_body_names_hosts_but_for_its_own_references() {
        let text = |text: &str| Some(Text(text.to_owned()));
        let serve = |body| Serve {
            body,
            ..Serve::default()
        };
        let with = serve(text("@document @length @other"));
        let mut found = References::default();
        with.refers(&mut found);
        assert_eq!(found.labels(), ["other"]);
        let keys = Act::Serve(serve(text("@keys/client")));
        let mut found = References::default();
        keys.verb().refers(&mut found);
        assert_eq!(
            (found.labels().len(), found.key_sets()),
            (0, vec!["client".to_owned()])
        );
    }

    #[test]
    fn an_answer_names_a_host_whatever_its_family() {
        let resolve = Resolve {
            answers: ["@docs.v4", "@other", "10.0.0.1"].map(str::to_owned).into(),
            ..Resolve::default()
        };
        let mut found = References::default();
        resolve.refers(&mut found);
        assert_eq!(found.labels(), ["docs", "other"]);
        assert_eq!(
            resolve.addresses(),
            ["10.0.0.1".parse::<std::net::IpAddr>().unwrap()]
        );
    }
}
