//! The world of one case, held without walking it: somebody else makes the requests.

use std::collections::BTreeSet;
use std::sync::Arc;

use cimdspec_judge::event_in_words;
use cimdspec_model::behaviour::HostBehaviour;
use cimdspec_model::behaviour::NameBehaviour;
use cimdspec_model::behaviour::Page;
use cimdspec_model::behaviour::Say;
use cimdspec_model::behaviour::TlsBehaviour;
use cimdspec_model::behaviour::delivery::Delivery;
use cimdspec_model::forecast::word;
use cimdspec_model::name::Attempt;
use cimdspec_model::name::CaseId;
use cimdspec_model::name::HostLabel;
use cimdspec_model::name::Series;
use cimdspec_model::name::StepName;
use cimdspec_model::observation::HostFact;
use cimdspec_model::plan::Plan;
use cimdspec_model::verb::Act;
use cimdspec_model::verb::Authorize;
use cimdspec_model::verb::Register;
use cimdspec_model::verb::Resolve;
use cimdspec_model::verdict::Outcome;
use cimdspec_world::World;
use serde_json::Value;

use crate::case::behaviour;
use crate::case::context::CaseContext;
use crate::case::walk::Company;
use crate::case::walk::begun;
use crate::run::applicability::lacking;
use crate::run::schedule::Load;
use crate::target::server::Target;

/// The world of a case as it stands before the first request.
pub struct Held {
    context: Arc<CaseContext>,
    /// What it is made of, in words: what, and which.
    words: Vec<(String, String)>,
    /// How many arrivals were told.
    told: usize,
}

/// Builds the world of a plan, with what its first steps change before anything is requested.
///
/// # Errors
/// Why the world cannot be built, or not in this environment.
pub fn hold(plan: &Arc<Plan>, world: &World, target: &Arc<Target>, nonce: &str) -> Result<Held, String> {
    let mut words = Vec::new();
    match lacking(
        plan,
        world.environment(),
        target,
        &BTreeSet::new(),
        Load::Consented,
    ) {
        Some(Outcome::NotRun(why)) => return Err(why.text),
        Some(other) => words.extend(other.why().map(|why| ("note".to_owned(), why.text.clone()))),
        None => {}
    }
    let id = CaseId::new(nonce, Series::Case(Attempt::First), 0);
    let jar = target.given_cookies();
    let context = begun(plan, world, target, id, (jar, Company::None))?;
    let mut names: Vec<(HostLabel, NameBehaviour)> = Vec::new();
    let mut steps = plan.steps.iter();
    for step in steps.by_ref().take_while(|step| !step.act.asks()) {
        match &step.act {
            Act::Serve(act) => _ = context.serve(act)?,
            Act::Resolve(act) => names.push(context.resolved_as(act)?),
            _ => {}
        }
    }
    let held = Held {
        words: [words, context.described_in_words(&names)?].concat(),
        context,
        told: 0,
    };
    Ok(held)
}

impl Held {
    /// What it is made of: a word for each thing, and the thing.
    pub fn words(&self) -> &[(String, String)] {
        &self.words
    }

    /// What arrived since this was last asked, in words.
    pub fn news(&mut self) -> Vec<String> {
        let events = self.context.world.events();
        let news = events.into_iter().skip(self.told).collect::<Vec<_>>();
        self.told += news.len();
        let shown = self.context.without_secrets(news);
        shown.iter().map(event_in_words).collect()
    }

    /// Takes the world down.
    pub async fn end(self) {
        self.context.world.end().await;
    }
}

impl CaseContext {
    /// Changes how a name is resolved, and tells how.
    fn resolved_as(&self, act: &Resolve) -> Result<(HostLabel, NameBehaviour), String> {
        self.resolve(act)?;
        let label = self.host(act.name.as_ref())?;
        Ok((label, behaviour::answers(act, &self.facts)?))
    }

    fn described_in_words(
        &self,
        names: &[(HostLabel, NameBehaviour)],
    ) -> Result<Vec<(String, String)>, String> {
        let mut words = Vec::new();
        let mut add = |what: &str, which: String| words.push((what.to_owned(), which));
        let first = |fits: fn(&Act) -> bool| self.plan.steps.iter().find(|step| fits(&step.act));
        if let Some(host) = self.plan.hosts.iter().find(|host| host.document.is_some()) {
            let path = self.document(&host.label)?.path;
            add("document", format!("{}{path}", self.origin_of(&host.label)));
        }
        if let Some(step) = first(|act| matches!(act, Act::Register(_)))
            && let Act::Register(act) = &step.act
        {
            add("registration", self.registration_in_words(act)?);
        }
        let redirect_uri = self.resolved(&self.plan.request.redirect_uri)?;
        let asks = first(|act| matches!(act, Act::Authorize(_)));
        if let Some(step) = asks
            && let Act::Authorize(act) = &step.act
            && let Some((client, url)) = self.request_in_words(&step.name, act)
        {
            add("client", client);
            add("redirect URI", redirect_uri);
            add("request", url);
        } else {
            add("redirect URI", redirect_uri);
        }
        for fact in &self.facts {
            let resolved = names.iter().rev().find(|(label, _)| *label == fact.label);
            let place = format!("{} at {}", fact.label, place(fact));
            add("host", place);
            if let Some((_, behaviour)) = resolved {
                add("", format!("its name: {}", turns(behaviour)));
            }
            let behaviour = self.memory().hosts.get(&fact.label).cloned().unwrap_or_default();
            deeds(&behaviour).into_iter().for_each(|deed| add("", deed));
        }
        Ok(words)
    }

    fn origin_of(&self, label: &HostLabel) -> &str {
        let mut facts = self.facts.iter();
        let fact = facts.find(|fact| fact.label == *label);
        fact.map_or("", |fact| fact.origin.as_str())
    }

    /// The request by which the client registers.
    fn registration_in_words(&self, act: &Register) -> Result<String, String> {
        let members = self.registration_sent(act)?;
        let endpoint = self.target.endpoint("registration_endpoint");
        let endpoint = endpoint.map_or("no endpoint".to_owned(), |endpoint| endpoint.to_string());
        Ok(format!("POST {endpoint} {}", Value::from(members)))
    }

    /// The client and the authorization request of a step, where nothing before it has to be asked for.
    fn request_in_words(&self, name: &StepName, act: &Authorize) -> Option<(String, String)> {
        let reference = self.reference(act.client.as_ref(), name).ok()?;
        let client = self.client(&reference).ok()?;
        let url = self.request_url(&reference, &client, act).ok()?;
        Some((client.id, url.to_string()))
    }
}

fn place(fact: &HostFact) -> String {
    let addresses: Vec<String> = fact.addresses.iter().map(ToString::to_string).collect();
    match addresses.as_slice() {
        [] => fact.origin.clone(),
        addresses => format!("{} ({})", fact.origin, addresses.join(", ")),
    }
}

/// What a host does, each deed in words.
fn deeds(host: &HostBehaviour) -> Vec<String> {
    let mut deeds = Vec::new();
    if host.tls != TlsBehaviour::Good {
        deeds.push(format!("TLS: {}", word(&host.tls)));
    }
    deeds.extend(host.pages.iter().map(page));
    if host.pages.is_empty() {
        deeds.push("every path: status 404".to_owned());
    }
    deeds
}

fn page(page: &Page) -> String {
    let mut parts = vec![format!("status {}", page.status)];
    let fields = page.headers.iter();
    parts.extend(fields.map(|(name, value)| format!("{name}: {value}")));
    parts.push(format!("{} bytes", page.body.len()));
    parts.extend(page.coding.field().map(str::to_owned));
    if page.delivery != Delivery::Polite {
        parts.push(word(&page.delivery));
    }
    if page.by_turns {
        parts.push("by turns with the other pages of this path".to_owned());
    }
    let methods = match page.methods.is_empty() {
        true => String::new(),
        false => format!("{} ", page.methods.join(", ")),
    };
    let at = page.target.as_deref().unwrap_or("every path");
    format!("{methods}{at}: {}", parts.join(", "))
}

/// How a name is answered, turn by turn.
fn turns(name: &NameBehaviour) -> String {
    let turns = name.turns.iter().map(|turn| {
        let says = match &turn.say {
            Say::Addresses(addresses) => {
                let addresses: Vec<String> = addresses.iter().map(ToString::to_string).collect();
                addresses.join(", ")
            }
            Say::Alias(to) => format!("CNAME {to}"),
            Say::Fault(fault) => word(fault),
        };
        let delay = match turn.delay.is_zero() {
            true => String::new(),
            false => format!(" after {} ms", turn.delay.as_millis()),
        };
        match turn.until {
            Some(until) => format!("{says}{delay} until query {until}"),
            None => format!("{says}{delay}"),
        }
    });
    turns.collect::<Vec<_>>().join(", then ")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use cimdspec_model::behaviour::Turn;
    use cimdspec_model::behaviour::body::Body;
    use cimdspec_model::behaviour::dns::DnsFault;

    use super::*;

    #[test]
    fn what_a_host_does_is_told_in_words() {
        let slow = Page {
            target: Some("/client.json".to_owned()),
            methods: vec!["GET".to_owned()],
            status: 200,
            headers: vec![("content-type".to_owned(), "text/html".to_owned())],
            body: Body::from("{}"),
            coding: Default::default(),
            delivery: Delivery::DripBody,
            amounts: Default::default(),
            validators: Default::default(),
            by_turns: false,
        };
        let host = HostBehaviour {
            tls: TlsBehaviour::WrongName,
            pages: vec![slow],
        };
        assert_eq!(
            deeds(&host),
            [
                "TLS: wrong-name",
                "GET /client.json: status 200, content-type: text/html, 2 bytes, drip-body"
            ]
        );
        assert_eq!(deeds(&HostBehaviour::default()), ["every path: status 404"]);
    }

    #[test]
    fn how_a_name_is_answered_is_told_turn_by_turn() {
        let turn = |until, say, delay| Turn {
            until,
            say,
            delay: Duration::from_millis(delay),
        };
        let name = NameBehaviour {
            ttl: 0,
            hints: Vec::new(),
            turns: vec![
                turn(Some(1), Say::Addresses(vec!["20.0.0.1".parse().unwrap()]), 0),
                turn(Some(3), Say::Alias("a.test".to_owned()), 50),
                turn(None, Say::Fault(DnsFault::Nxdomain), 0),
            ],
        };
        assert_eq!(
            turns(&name),
            "20.0.0.1 until query 1, then CNAME a.test after 50 ms until query 3, then nxdomain"
        );
    }
}
