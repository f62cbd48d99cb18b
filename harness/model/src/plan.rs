//! A plan: one variant of one scenario, ready to be walked.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::hash::DefaultHasher;
use std::hash::Hasher;
use std::io::Write;
use std::net::IpAddr;
use std::num::NonZeroU16;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::expect::Expect;
use crate::expect::Service;
use crate::name::CheckId;
use crate::name::ClauseId;
use crate::name::HostLabel;
use crate::name::MutantName;
use crate::name::StepName;
use crate::name::VariantId;
use crate::profile::Policy;
use crate::scenario::witness::Witness;
use crate::text::Text;
use crate::text::key_sets_in_json;
use crate::verb::Step;

/// What a scenario requires of the environment or the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Need {
    /// The target accepts clients by their documents (CIMD).
    #[serde(rename = "cimd")]
    Cimd,
    /// The scenario waits for time to pass.
    #[serde(rename = "clock")]
    Clock,
    /// The target registers clients (RFC 7591), and accepts those of cimdspec.
    #[serde(rename = "dcr")]
    Dcr,
    /// The target has a registration endpoint, which may be closed to cimdspec.
    #[serde(rename = "dcr.endpoint")]
    DcrEndpoint,
    /// The target registers clients that authenticate by their key (`private_key_jwt`).
    #[serde(rename = "dcr.key")]
    DcrKey,
    /// The target registers public clients, and keeps them public.
    #[serde(rename = "dcr.public")]
    DcrPublic,
    /// The target registers clients that have a secret.
    #[serde(rename = "dcr.secret")]
    DcrSecret,
    /// The target supports `client_credentials`.
    #[serde(rename = "client-credentials")]
    ClientCredentials,
    /// The target lets clients manage their registration (RFC 7592).
    #[serde(rename = "dcr.manage")]
    DcrManage,
    /// The target deletes registrations, which is optional.
    #[serde(rename = "dcr.manage.delete")]
    DcrManageDelete,
    /// The target replaces registrations.
    #[serde(rename = "dcr.manage.update")]
    DcrManageUpdate,
    /// cimdspec answers the target's DNS queries.
    #[serde(rename = "dns")]
    Dns,
    /// The target supports token introspection (RFC 7662).
    #[serde(rename = "introspection")]
    Introspection,
    /// The profile has an initial access token.
    #[serde(rename = "initial-token")]
    InitialToken,
    /// The profile also has an initial access token that has expired.
    #[serde(rename = "initial-token.expired")]
    InitialTokenExpired,
    /// The scenario sends many requests or slow ones. It runs only with `--load`. Otherwise it is reported as not run.
    #[serde(rename = "load")]
    Load,
    /// cimdspec started the server, so it has the server log.
    #[serde(rename = "log")]
    Log,
    /// The target logs users out for its clients (OpenID Connect RP-Initiated Logout).
    #[serde(rename = "logout")]
    Logout,
    /// Every host has a name of its own.
    #[serde(rename = "names")]
    Names,
    /// The target supports pushed authorization requests (RFC 9126).
    #[serde(rename = "par")]
    Par,
    /// The target supports `private_key_jwt`.
    #[serde(rename = "private-key-jwt")]
    PrivateKeyJwt,
    /// The target revokes tokens (RFC 7009).
    #[serde(rename = "revocation")]
    Revocation,
    /// Every address belongs to cimdspec.
    #[serde(rename = "sandbox")]
    Sandbox,
    /// The target trusts an issuer of software statements (RFC 7591 section 2.3), and the profile has its key.
    #[serde(rename = "statements")]
    Statements,
}

/// One variant of one scenario.
///
/// A catalogue has thousands, so what is equal in neighbours is shared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Which.
    pub variant: VariantId,
    /// The conformant behaviour.
    pub title: String,
    /// The file of the known-good world, below `base/`.
    pub base: String,
    /// What it needs.
    pub needs: Vec<Need>,
    /// How often it is walked until a check fails.
    #[serde(default = "once")]
    pub rounds: NonZeroU16,
    /// The hosts, base's first.
    pub hosts: Arc<Vec<HostSpec>>,
    /// What a register step sends.
    pub registration: Arc<serde_json::Map<String, Value>>,
    /// What an authorize step sends.
    pub request: Request,
    /// The steps.
    pub steps: Vec<Step>,
    /// The checks.
    pub checks: Arc<Vec<Check>>,
    /// The paired control.
    pub control: Control,
}

/// The paired control of a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Control {
    /// There is no difference that could be taken away, or the author says why none is needed.
    None(String),
    /// The same plan with the difference taken away. The variants of a scenario whose controls are equal share one.
    #[serde(with = "shared")]
    Plan(Arc<Plan>),
}

/// A shared plan is written as a plan.
mod shared {
    use std::sync::Arc;

    use serde::Deserialize;
    use serde::Deserializer;
    use serde::Serialize;
    use serde::Serializer;

    use super::Plan;

    pub(super) fn serialize<S: Serializer>(plan: &Arc<Plan>, to: S) -> Result<S::Ok, S::Error> {
        plan.as_ref().serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Arc<Plan>, D::Error> {
        Plan::deserialize(from).map(Arc::new)
    }
}

/// A host of a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HostSpec {
    /// Its label.
    pub label: HostLabel,
    /// The literal address that is its name.
    pub address: Option<IpAddr>,
    /// Its name, made from that of an earlier host.
    pub name: Option<Text>,
    /// The document that it serves.
    pub document: Option<Document>,
}

/// A client metadata document with host references.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// Its path.
    pub path: String,
    /// Its members.
    pub body: serde_json::Map<String, Value>,
}

/// What an authorize step sends when nothing else is said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// The redirect URI.
    pub redirect_uri: Text,
    /// Further parameters.
    pub set: BTreeMap<String, Text>,
}

/// One check of a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// Its id inside the scenario.
    pub id: CheckId,
    /// Its clauses, at least one, as they are written.
    pub clauses: Vec<ClauseId>,
    /// What must hold altogether for it to apply.
    pub given: Vec<Expect>,
    /// What is expected.
    pub expect: Expect,
    /// Of something that does not happen: what shows that it could.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub witness: Option<Witness>,
    /// Declared policies under which it does not apply.
    pub unless: Vec<Policy>,
    /// The mutants that turn it red.
    pub kills: Vec<MutantName>,
    /// Mutants that turn it red too, and why that is right.
    pub also: BTreeMap<MutantName, String>,
    /// The check of the same plan that tells whether a step was refused, where this one is about how.
    pub follows: Option<CheckId>,
}

/// What plans have in common that ask the same, whatever they are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentKey([u64; 2]);

impl ContentKey {
    /// The key of a plan: a hash of what it asks.
    pub fn of(plan: &Plan) -> Self {
        let mut hashes = Hashes([0, 1].map(|seed: u8| {
            let mut hash = DefaultHasher::new();
            hash.write_u8(seed);
            hash
        }));
        // Nothing in a plan has no JSON form, and hashing does not fail.
        let _ = serde_json::to_writer(&mut hashes, &plan.content());
        Self(hashes.0.map(|hash| hash.finish()))
    }
}

/// Hashes what is written.
struct Hashes([DefaultHasher; 2]);

impl Write for Hashes {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.iter_mut().for_each(|hash| hash.write(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Check {
    /// What the target does over a whole run, if the check is about that.
    pub fn service(&self) -> Option<Service> {
        match &self.expect {
            Expect::Service(service) => Some(*service),
            _ => None,
        }
    }

    /// Adds the clauses and the mutants that the check has in another variant.
    pub fn unite(&mut self, other: &Self) {
        let clauses = other.clauses.iter().filter(|id| !self.clauses.contains(id));
        let clauses: Vec<ClauseId> = clauses.cloned().collect();
        let kills = other.kills.iter().filter(|mutant| !self.kills.contains(mutant));
        let kills: Vec<MutantName> = kills.cloned().collect();
        self.clauses.extend(clauses);
        self.kills.extend(kills);
        self.also.extend(other.also.clone());
    }

    /// Whether nothing is right or wrong with it.
    pub fn is_trait(&self) -> bool {
        matches!(self.expect, Expect::Tells(_))
    }
}

impl Plan {
    /// Whether it is about the target over a whole run: then it has no case of its own.
    pub fn is_of_the_run(&self) -> bool {
        self.checks.iter().any(|check| check.service().is_some())
    }

    /// The key sets and the software statements that a whole text of the plan stands for (`@keys/…`, `@statement/…`).
    pub fn key_sets(&self) -> BTreeSet<String> {
        let documents = self.hosts.iter().filter_map(|host| host.document.as_ref());
        let members = documents.flat_map(|document| document.body.values());
        let mut named = Vec::new();
        for value in members.chain(self.registration.values()) {
            key_sets_in_json(value, &mut named);
        }
        let of_steps = self.steps.iter().flat_map(|step| step.references().key_sets());
        of_steps.chain(named).collect()
    }

    /// What it asks, whatever it is called: plans with equal content are one for the target.
    fn content(&self) -> impl PartialEq + Serialize {
        (
            (&self.base, &self.needs, &self.hosts),
            (&self.registration, &self.request, &self.steps),
        )
    }

    /// Whether it asks what another asks.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        self.content() == other.content()
    }

    /// The text that is equal for plans that ask the same.
    pub fn content_key(&self) -> String {
        serde_json::to_string(&self.content()).unwrap_or_default()
    }

    /// The same plan in one round.
    pub fn walked_once(self: &Arc<Self>) -> Arc<Self> {
        match self.rounds == once() {
            true => Arc::clone(self),
            false => Arc::new(Self {
                rounds: once(),
                ..Self::clone(self)
            }),
        }
    }

    /// Shares with another plan what is equal in both.
    pub(crate) fn share(&mut self, other: &Self) {
        share(&mut self.hosts, &other.hosts);
        share(&mut self.registration, &other.registration);
        share(&mut self.checks, &other.checks);
    }

    /// The plan with every difference from the base taken away, but in steps of the verbs that are kept.
    pub(crate) fn neutral(&self, skip: &[StepName], keep: &[String]) -> Self {
        let steps: Vec<Step> = self
            .steps
            .iter()
            .filter(|step| !skip.contains(&step.name))
            .filter_map(|step| {
                let act = match keep.iter().any(|verb| verb == step.act.word()) {
                    true => Some(step.act.clone()),
                    false => step.act.neutral(),
                };
                act.map(|act| Step {
                    act,
                    optional: false,
                    ..step.clone()
                })
            })
            .collect();
        let mut hosts = Arc::clone(&self.hosts);
        if hosts.iter().any(|host| host.address.is_some()) {
            Arc::make_mut(&mut hosts)
                .iter_mut()
                .for_each(|host| host.address = None);
        }
        Self {
            hosts,
            steps,
            rounds: once(),
            checks: Arc::default(),
            control: Control::None(String::new()),
            ..self.clone()
        }
    }
}

/// One round.
fn once() -> NonZeroU16 {
    NonZeroU16::MIN
}

/// Lets both hold one value if they are equal.
fn share<T: PartialEq>(own: &mut Arc<T>, other: &Arc<T>) {
    if own == other {
        *own = Arc::clone(other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::ScenarioId;

    #[test]
    fn plans_that_ask_the_same_have_one_key_whatever_they_are_called() {
        let plan = |title: &str, base: &str| Plan {
            variant: VariantId {
                scenario: ScenarioId::parse("s/t").unwrap(),
                axes: vec![(title.to_owned(), title.to_owned())],
            },
            title: title.to_owned(),
            base: base.to_owned(),
            needs: Vec::new(),
            rounds: once(),
            hosts: Arc::default(),
            registration: Arc::default(),
            request: Request {
                redirect_uri: Text("@app/callback".to_owned()),
                set: BTreeMap::new(),
            },
            steps: Vec::new(),
            checks: Arc::default(),
            control: Control::None(title.to_owned()),
        };
        let (one, same, other) = (plan("one", "x"), plan("same", "x"), plan("one", "y"));
        assert_eq!(ContentKey::of(&one), ContentKey::of(&same));
        assert_ne!(ContentKey::of(&one), ContentKey::of(&other));
        assert!(one.is_like(&same) && !one.is_like(&other));
        assert_eq!(one.content_key(), same.content_key());
    }
}
