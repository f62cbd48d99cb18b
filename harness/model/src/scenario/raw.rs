//! The files as written: plain structs with one optional field for each verb, so that errors keep their place.

use std::collections::BTreeMap;
use std::net::IpAddr;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::name::HostLabel;
use crate::name::StepName;
use crate::plan::Need;
use crate::quantity::Span;
use crate::scenario::raw_check::CheckRaw;
use crate::scenario::raw_check::TraitRaw;
use crate::text::Text;
use crate::verb::step::Act;
use crate::verb::step::Authorize;
use crate::verb::step::Discover;
use crate::verb::step::Manage;
use crate::verb::step::Register;
use crate::verb::step::Resolve;
use crate::verb::step::Serve;
use crate::verb::step::Step;
use crate::verb::step::WaitOn;
use crate::verb::token::Ask;
use crate::verb::token::Grant;
use crate::verb::token::Logout;
use crate::verb::token::OfToken;
use crate::verb::token::Refresh;
use crate::verb::token::Token;

/// A scenario file.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScenarioRaw {
    /// The conformant behaviour, in the present tense.
    pub(crate) title: String,
    /// The known-good world, a file below `base/`.
    pub(crate) base: String,
    /// What the scenario needs of the environment and the target.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) needs: Vec<Need>,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<String>,
    /// The axes; each combination of their values is a variant. Read before this type is.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) matrix: BTreeMap<String, Value>,
    /// What is taken away for the paired control.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) control: Option<ControlRaw>,
    /// Hosts beside those of the base.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "BTreeMap<String, HostRaw>")]
    pub(crate) host: BTreeMap<HostLabel, HostRaw>,
    /// The steps, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) step: Vec<StepRaw>,
    /// The checks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) check: Vec<CheckRaw>,
    /// The traits: what is told and not judged.
    #[serde(default, rename = "trait", skip_serializing_if = "Vec::is_empty")]
    pub(crate) traits: Vec<TraitRaw>,
}

/// How the paired control differs from the scenario.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ControlRaw {
    /// Other values for axes: a value, or `{ column = "outside" }` of the same table row.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) set: BTreeMap<String, Value>,
    /// Verbs whose steps stay as they are: what is taken away then are addresses, and what the other steps differ in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) keep: Vec<String>,
    /// Steps that the control leaves out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<String>")]
    pub(crate) skip: Vec<StepName>,
    /// Why there is no control: nothing is refused and nothing is forbidden here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) none: Option<String>,
    /// The control's own steps, instead of derived ones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) step: Vec<StepRaw>,
}

/// A host beside those of the base.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct HostRaw {
    /// The host whose document it has too, under its own name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub(crate) like: Option<HostLabel>,
    /// The literal address that is its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) address: Option<IpAddr>,
    /// Its name, made from that of a host of the base, for example `xn--pple-43d.@docs`. In the sandbox only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<Text>,
    /// The document that it serves (in a base).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) document: Option<DocumentRaw>,
}

/// A document in a base.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DocumentRaw {
    /// Its path.
    pub(crate) path: String,
    /// Its members.
    pub(crate) body: serde_json::Map<String, Value>,
}

/// A step: a name and exactly one verb.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct StepRaw {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub(crate) name: Option<StepName>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) background: bool,
    /// Whether later checks stand although this step was not granted.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) optional: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ask: Option<Ask>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) authorize: Option<Authorize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Vec<String>>")]
    pub(crate) compare: Option<Vec<StepName>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) delete: Option<Manage>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) discover: Option<Discover>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) grant: Option<Grant>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) introspect: Option<OfToken>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Vec<String>>")]
    pub(crate) join: Option<Vec<StepName>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) listen: Option<Span>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) logout: Option<Logout>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) read: Option<Manage>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) refresh: Option<Refresh>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) register: Option<Register>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) resolve: Option<Resolve>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) revoke: Option<OfToken>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) serve: Option<Serve>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) token: Option<Token>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) update: Option<Manage>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) wait: Option<Span>,
    /// With `wait`: the authorize step that has to have been refused; after a code nobody waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub(crate) after_refusal_of: Option<StepName>,
    /// With `wait`: the step that pushed a request (RFC 9126). The wait ends when that has expired; one that lives longer than the
    /// wait is not waited for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub(crate) lifetime_of: Option<StepName>,
}

/// The verbs, for messages.
pub(crate) const VERBS: &str = "ask, authorize, compare, delete, discover, grant, introspect, join, listen, logout, read, refresh, register, resolve, revoke, serve, token, update, wait";

impl StepRaw {
    /// The step, if exactly one verb is there; `number` names it when it has no name.
    pub(crate) fn step(self, number: usize) -> Option<Step> {
        let Self {
            name,
            background,
            optional,
            ..
        } = &self;
        let (name, background, optional) = (name.clone(), *background, *optional);
        let wait_on = match (self.after_refusal_of.clone(), self.lifetime_of.clone()) {
            (None, None) => None,
            _ if self.wait.is_none() => return None,
            (Some(step), None) => Some(WaitOn::Refusal(step)),
            (None, Some(step)) => Some(WaitOn::Lifetime(step)),
            (Some(_), Some(_)) => return None,
        };
        let acts: Vec<Act> = [
            self.ask.map(Act::Ask),
            self.authorize.map(Act::Authorize),
            self.compare.map(Act::Compare),
            self.delete.map(Act::Delete),
            self.discover.map(Act::Discover),
            self.grant.map(Act::Grant),
            self.introspect.map(Act::Introspect),
            self.join.map(Act::Join),
            self.listen.map(Act::Listen),
            self.logout.map(Act::Logout),
            self.read.map(Act::Read),
            self.refresh.map(Act::Refresh),
            self.register.map(Act::Register),
            self.resolve.map(Act::Resolve),
            self.revoke.map(Act::Revoke),
            self.serve.map(Act::Serve),
            self.token.map(Act::Token),
            self.update.map(Act::Update),
            self.wait.map(Act::Wait),
        ]
        .into_iter()
        .flatten()
        .collect();
        let mut acts = acts.into_iter();
        let (act, more) = (acts.next()?, acts.next());
        if more.is_some() {
            return None;
        }
        let name = match name {
            Some(name) => name,
            None => StepName::parse(&format!("step-{number}")).ok()?,
        };
        Some(Step {
            name,
            background,
            optional,
            wait_on,
            act,
        })
    }
}

impl From<&Step> for StepRaw {
    fn from(step: &Step) -> Self {
        let mut raw = Self {
            name: Some(step.name.clone()),
            background: step.background,
            optional: step.optional,
            ..Self::default()
        };
        match step.wait_on.clone() {
            Some(WaitOn::Lifetime(step)) => raw.lifetime_of = Some(step),
            Some(WaitOn::Refusal(step)) => raw.after_refusal_of = Some(step),
            None => {}
        }
        match step.act.clone() {
            Act::Ask(act) => raw.ask = Some(act),
            Act::Authorize(act) => raw.authorize = Some(act),
            Act::Compare(act) => raw.compare = Some(act),
            Act::Delete(act) => raw.delete = Some(act),
            Act::Discover(act) => raw.discover = Some(act),
            Act::Grant(act) => raw.grant = Some(act),
            Act::Introspect(act) => raw.introspect = Some(act),
            Act::Join(act) => raw.join = Some(act),
            Act::Listen(act) => raw.listen = Some(act),
            Act::Logout(act) => raw.logout = Some(act),
            Act::Read(act) => raw.read = Some(act),
            Act::Refresh(act) => raw.refresh = Some(act),
            Act::Register(act) => raw.register = Some(act),
            Act::Resolve(act) => raw.resolve = Some(act),
            Act::Revoke(act) => raw.revoke = Some(act),
            Act::Serve(act) => raw.serve = Some(act),
            Act::Token(act) => raw.token = Some(act),
            Act::Update(act) => raw.update = Some(act),
            Act::Wait(act) => raw.wait = Some(act),
        }
        raw
    }
}

/// A known-good world.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BaseRaw {
    /// What the world is.
    #[allow(dead_code, reason = "for people; read so that it cannot be missing")]
    pub(crate) title: String,
    /// What every scenario on it needs.
    #[serde(default)]
    pub(crate) needs: Vec<Need>,
    /// Its hosts.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, HostRaw>")]
    pub(crate) host: BTreeMap<HostLabel, HostRaw>,
    /// What a register step sends.
    #[serde(default)]
    pub(crate) registration: Option<serde_json::Map<String, Value>>,
    /// What an authorize step sends.
    pub(crate) request: RequestRaw,
}

/// What an authorize step sends when the scenario says nothing else.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RequestRaw {
    /// The redirect URI.
    pub(crate) redirect_uri: Text,
    /// Further parameters.
    #[serde(default)]
    pub(crate) set: BTreeMap<String, Text>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_asks_an_endpoint_is_printed_as_it_was_read() {
        let text = "[ask]\nendpoint = \"device_authorization_endpoint\"\nclient = \"@docs\"\n";
        let read: StepRaw = toml::from_str(text).unwrap();
        let step = read.clone().step(1).unwrap();
        assert!(step.act.asks());
        assert_eq!(StepRaw::from(&step).ask, read.ask);
    }

    #[test]
    fn a_step_that_asks_names_the_endpoint() {
        let told = toml::from_str::<StepRaw>("[ask]\nclient = \"@docs\"\n").unwrap_err();
        assert!(told.to_string().contains("missing field `endpoint`"), "{told}");
    }

    #[test]
    fn steps_that_ask_nothing_are_printed_as_they_were_read() {
        for text in ["compare = [\"first\", \"second\"]\n", "listen = \"2s\"\n"] {
            let read: StepRaw = toml::from_str(text).unwrap();
            let step = read.clone().step(1).unwrap();
            assert!(!step.act.asks());
            let printed = StepRaw::from(&step);
            assert_eq!((&printed.compare, &printed.listen), (&read.compare, &read.listen));
        }
    }
}
