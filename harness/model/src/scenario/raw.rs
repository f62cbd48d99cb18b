//! The files as written: plain structs with one optional field for each verb, so that errors keep their place.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::num::NonZeroU16;
use std::sync::Arc;

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
use crate::verb::*;

/// A scenario file: what the world does, what is requested, and what is expected.
///
/// A scenario is a TOML file below `scenarios/`. Its id is its path there without `.toml`. It has no expressions and no
/// scripts.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScenarioRaw {
    /// The conformant behaviour, in the present tense.
    pub(crate) title: String,
    /// The kinds of clients that the rule binds: files below `scenarios/base/client/`, without `.toml`. Several are the
    /// axis `client`: the scenario has variants of each. Its steps say `client = "other"` of a client that `[client]`
    /// has, and a step `client` says what the plain one is like; each base makes of that what its kind does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) clients: Vec<String>,
    /// The known-good world from which the scenario differs, where no kind of client is meant: a file below
    /// `scenarios/base/`, without `.toml`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) base: Option<String>,
    /// What the scenario requires of the environment and the target.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) needs: Vec<Need>,
    /// How often the case is walked, each time with hosts of its own, until one of its checks fails: for what happens
    /// only sometimes, like a race. Default: once. With `--load`, it is walked five times as often.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) rounds: Option<NonZeroU16>,
    /// A note for readers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<String>,
    /// The axes. Each combination of their values is one variant, with hosts of its own. There are at most 2000.
    ///
    /// An axis is a list of values, such as `status = [201, 404]`, or a list of rows, such as `case = [{ slug =
    /// "prefix", value = "@app/call" }]`. `$case` is the `value` of the row, or its `slug` if it has no `value`.
    /// `$case.name` is its column `name`; there is no `$case.slug`. The slug names the value in the variant's id.
    /// Without rows, the slug is the text of the value. An axis may also come from a file with `[[row]]` entries: `{
    /// table = "tables/x.toml", column = "first" }`. Several columns (`column = ["first", "last"]`) give the values of
    /// all of them. `where = { class = "rfc6890" }` takes only the rows with that value in that column.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) matrix: BTreeMap<String, Value>,
    /// The paired control. Default: derived from the scenario.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) control: Option<ControlRaw>,
    /// Further clients of the same kind, by the names that steps give them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "BTreeMap<String, ClientRaw>")]
    pub(crate) client: BTreeMap<StepName, ClientRaw>,
    /// Hosts beside those of the base, by their labels.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "BTreeMap<String, HostRaw>")]
    pub(crate) host: BTreeMap<HostLabel, HostRaw>,
    /// The steps, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) step: Vec<StepRaw>,
    /// The checks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) check: Vec<CheckRaw>,
    /// The traits: what is recorded and not judged.
    #[serde(default, rename = "trait", skip_serializing_if = "Vec::is_empty")]
    pub(crate) traits: Vec<TraitRaw>,
}

/// How the paired control differs from the scenario.
///
/// A refusal counts only if the target granted the paired control in the same run. By default, the control is the
/// scenario without its differences. It has no `serve`, `resolve`, `delete`, `revoke` and `wait` steps. Its `update`
/// steps send back what the registration reported. Its `authorize`, `token`, `refresh`, `register` and `read` steps
/// lose their changes but keep `client`, `code`, `token`, `request_of`, `channel`, `session`, `continues` and `until`.
/// Its `ask`, `grant` and `introspect` steps also lose their changes. Other steps stay as they are. Hosts with an
/// `address` get an ordinary one. The step that a check names must be granted in the control. The other members are for
/// scenarios that this does not fit.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ControlRaw {
    /// Other values of axes: the control is the same scenario with these. A value is plain, such as `{ status = 200 }`,
    /// or another column of the same row: `{ addr = { column = "outside" } }`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) set: BTreeMap<String, Value>,
    /// Verbs whose steps stay as they are, for example `["serve", "register"]`, or `client` for what the client is like.
    /// Addresses still become ordinary, and other steps still lose their changes. This also holds beside `set`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) keep: Vec<String>,
    /// Steps that the control leaves out, for example the first use of a code that is used twice.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<String>")]
    pub(crate) skip: Vec<StepName>,
    /// Why there is no control: for checks of plain behaviour, where nothing is refused and nothing is forbidden.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) none: Option<String>,
    /// The control's own steps, with the same names as in the scenario, instead of derived ones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) step: Vec<StepRaw>,
}

/// What a client is like: its known-good metadata, with these changes.
///
/// The document of a client is served with them. A client that registers itself sends them; if it is registered
/// already, it updates its registration (RFC 7592).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ClientRaw {
    /// Members to set. References are replaced in every string.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) set: BTreeMap<String, Value>,
    /// Members to leave out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) remove: Vec<String>,
}

/// A host.
///
/// Some labels have a meaning. `docs` is the host that `serve` and `resolve` change by default. `app` is the client's
/// application, where its redirect URIs are. Under the policy `same-origin-redirects`, `app` is the client's document host.
/// Assertions may link to keys at the host `keys`. The host `statements` issues software statements. No host may be
/// called `authorization`, `case`, `issuer` or `scope` (see Text).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct HostRaw {
    /// The host whose document this one has too, under its own name. The client of the host `slow` is then `client =
    /// "@slow"`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub(crate) like: Option<HostLabel>,
    /// A literal address that is the host's name. Connections to it are attributed to this host, and its document is
    /// below `/@case`. Where an identifier or a URL names `localhost`, both loopback addresses belong to the host with
    /// a loopback `address`. In the sandbox, the hosts file and the name server resolve `localhost`,
    /// `localhost.localdomain` and `ip6-localhost` to both.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) address: Option<IpAddr>,
    /// Its name, made from that of a host of the base, for example `xn--pple-43d.@docs`. It requires the sandbox.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<Text>,
    /// The document that it serves. A base declares it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) document: Option<DocumentRaw>,
}

/// The client metadata document of a host.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DocumentRaw {
    /// Its path.
    pub(crate) path: String,
    /// Its members.
    pub(crate) body: serde_json::Map<String, Value>,
}

macro_rules! step_raw {
    (
        $(#[$first_doc:meta])* $first:ident: $First:ident,
        $($(#[$doc:meta])* $word:ident: $Verb:ident $(as $schema:literal)?,)*
    ) => {
        /// A step: exactly one verb, and how it relates to other steps.
        ///
        /// A check builds on every step before the one that it names. If such a step was not granted, the check is
        /// inconclusive. If the target refused it for its difference from the control, the check is not applicable. A check
        /// does not build on an `optional` step, nor on one that a check or a precondition expects to be refused.
        #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(default, deny_unknown_fields)]
        pub(crate) struct StepRaw {
            /// The name by which other steps and checks refer to this one. Default: `step-3` for the third step.
            #[serde(skip_serializing_if = "Option::is_none")]
            #[schemars(with = "Option<String>")]
            pub(crate) name: Option<StepName>,
            /// Whether the next step begins without waiting for this one. A `join` waits for it.
            #[serde(skip_serializing_if = "std::ops::Not::not")]
            pub(crate) background: bool,
            /// Whether checks do not build on this step.
            #[serde(skip_serializing_if = "std::ops::Not::not")]
            pub(crate) optional: bool,
            /// From here on the plain client is like this. A precondition about this step is one of registered clients
            /// only, whose registration may be answered with other metadata than was sent.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub(crate) client: Option<ClientRaw>,
            $(#[$first_doc])*
            #[serde(skip_serializing_if = "Option::is_none")]
            pub(crate) $first: Option<$First>,
            $(
                $(#[$doc])*
                #[serde(skip_serializing_if = "Option::is_none")]
                $(#[schemars(with = $schema)])?
                pub(crate) $word: Option<$Verb>,
            )*
            /// With `wait`: an authorize step. If it brought a code, the step does not wait.
            #[serde(skip_serializing_if = "Option::is_none")]
            #[schemars(with = "Option<String>")]
            pub(crate) after_refusal_of: Option<StepName>,
            /// With `wait`: a step that pushed a request (RFC 9126). The step waits until that request has expired, and not at
            /// all if that takes longer than `wait`.
            #[serde(skip_serializing_if = "Option::is_none")]
            #[schemars(with = "Option<String>")]
            pub(crate) lifetime_of: Option<StepName>,
        }

        /// The verbs, for messages.
        pub(crate) const VERBS: &str = concat!(stringify!($first), $(", ", stringify!($word)),*);

        impl StepRaw {
            /// What the step does, if exactly one verb is there.
            pub(crate) fn act(self) -> Option<Act> {
                let acts = [self.$first.map(Act::$First), $(self.$word.map(Act::$Verb)),*];
                let mut acts = acts.into_iter().flatten();
                let (act, more) = (acts.next()?, acts.next());
                more.is_none().then_some(act)
            }

            /// Whether some verb is there.
            pub(crate) fn has_verb(&self) -> bool {
                self.$first.is_some() $(|| self.$word.is_some())*
            }

            pub(crate) fn set_act(&mut self, act: Act) {
                match act {
                    Act::$First(act) => self.$first = Some(act),
                    $(Act::$Verb(act) => self.$word = Some(act),)*
                }
            }
        }
    };
}

verbs!(step_raw);

impl StepRaw {
    /// The step, if exactly one verb is there; `number` names it when it has no name.
    pub(crate) fn step(self, number: usize) -> Option<Step> {
        let (background, optional) = (self.background, self.optional);
        let wait_on = match (self.after_refusal_of.clone(), self.lifetime_of.clone()) {
            (None, None) => None,
            _ if self.wait.is_none() => return None,
            (Some(step), None) => Some(WaitOn::Refusal(step)),
            (None, Some(step)) => Some(WaitOn::Lifetime(step)),
            (Some(_), Some(_)) => return None,
        };
        let name = match self.name.clone() {
            Some(name) => name,
            None => StepName::parse(&format!("step-{number}")).ok()?,
        };
        Some(Step {
            name,
            background,
            optional,
            wait_on,
            act: self.act()?,
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
        raw.set_act(step.act.clone());
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
    /// What every scenario on it requires.
    #[serde(default)]
    pub(crate) needs: Vec<Need>,
    /// Its hosts, by their labels.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, HostRaw>")]
    pub(crate) host: BTreeMap<HostLabel, HostRaw>,
    /// The members that a register step sends.
    #[serde(default)]
    pub(crate) registration: Option<Arc<serde_json::Map<String, Value>>>,
    /// What an authorize step sends.
    pub(crate) request: RequestRaw,
}

/// What an authorize step sends if the scenario changes nothing.
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
