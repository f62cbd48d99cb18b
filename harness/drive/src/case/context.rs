//! One case while it is walked: its hosts, its clients, its codes and tokens.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::Duration;

use cimdspec_judge::Origin;
use cimdspec_model::behaviour::HostBehaviour;
use cimdspec_model::name::HostLabel;
use cimdspec_model::name::SessionName;
use cimdspec_model::name::StepName;
use cimdspec_model::observation::Arrival;
use cimdspec_model::observation::HostFact;
use cimdspec_model::observation::Logged;
use cimdspec_model::observation::StepRecord;
use cimdspec_model::observation::Values;
use cimdspec_model::plan::Document;
use cimdspec_model::plan::Plan;
use cimdspec_model::text::AUTHORIZATION;
use cimdspec_model::text::CASE;
use cimdspec_model::text::ISSUER;
use cimdspec_model::text::Names;
use cimdspec_model::text::SCOPE;
use cimdspec_model::text::Text;
use cimdspec_model::verb::Act;
use cimdspec_model::verb::Authentication;
use cimdspec_model::verb::ClientName;
use cimdspec_model::verb::Step;
use cimdspec_world::CaseWorld;
use serde_json::Map;
use serde_json::Value;
use tokio::sync::OnceCell;
use url::Url;

use crate::agent::browser::Stopped;
use crate::agent::cookie::Jar;
use crate::agent::programs::Browser;
use crate::agent::programs::Pages;
use crate::agent::programs::StandIn;
use crate::calibration::assertions::Audience;
use crate::case::behaviour;
use crate::case::client::Client;
use crate::case::client::Credentials;
use crate::case::client::Means;
use crate::case::client::Registration;
use crate::case::walk::Company;
use crate::http::client::Ask;
use crate::http::exchange::Talk;
use crate::keys::statement;
use crate::redact::Redactor;
use crate::redact::of_the_operator;
use crate::redact::server_log::LogCapture;
use crate::target::server::Target;

/// One case while it is walked; background steps share it.
pub(crate) struct CaseContext {
    pub(crate) plan: Arc<Plan>,
    /// Whether anything else is asked meanwhile.
    pub(crate) company: Company,
    pub(crate) target: Arc<Target>,
    pub(crate) world: CaseWorld,
    pub(crate) facts: Vec<HostFact>,
    pub(crate) names: Names,
    pub(crate) redactor: Arc<Redactor>,
    /// How many lines the target's log had before.
    pub(crate) heard_before: usize,
    /// The initial access token that several steps send.
    pub(crate) shared_token: OnceCell<Option<String>>,
    memory: Mutex<Memory>,
}

/// What later steps need of earlier ones, with its secrets.
#[derive(Default)]
pub(crate) struct Memory {
    pub(crate) jar: Jar,
    /// The browsers that steps name, beside the one of the case.
    pub(crate) sessions: BTreeMap<SessionName, Jar>,
    /// The pages on which authorize steps stopped.
    pub(crate) stopped: BTreeMap<StepName, Stopped>,
    pub(crate) hosts: BTreeMap<HostLabel, HostBehaviour>,
    pub(crate) registrations: BTreeMap<StepName, Registration>,
    pub(crate) grants: BTreeMap<StepName, Grant>,
    pub(crate) refresh_tokens: BTreeMap<StepName, RefreshToken>,
    pub(crate) access_tokens: BTreeMap<StepName, String>,
    /// The registration access token that the answer of each step reported.
    pub(crate) reported_tokens: BTreeMap<StepName, String>,
    /// What the answers of a step that asked several times have in common.
    pub(crate) values: BTreeMap<StepName, Vec<Values>>,
    pub(crate) logged: BTreeMap<StepName, Logged>,
    /// Registrations that a later one of the same step replaced.
    pub(crate) replaced: Vec<Registration>,
    pub(crate) assertion: Option<String>,
    pub(crate) pushed: BTreeMap<StepName, Vec<(String, String)>>,
    /// The documents that are served now, by the identifiers that stand in them.
    pub(crate) documents: BTreeMap<String, Map<String, Value>>,
    /// The clients that asked for authorization so that the target knows them.
    pub(crate) introduced: BTreeSet<String>,
    /// How long pushed requests live, where that was told.
    pub(crate) lifetimes: BTreeMap<StepName, Duration>,
}

/// What an authorize step gave.
#[derive(Debug, Clone)]
pub(crate) struct Grant {
    pub(crate) code: Option<String>,
    pub(crate) redirect_uris: Vec<String>,
    /// The state, as sent.
    pub(crate) state: Option<String>,
    pub(crate) verifier: String,
    /// The client as the step named it, resolved to a reference that never moves.
    pub(crate) client: ClientName,
}

/// What a token or refresh step gave.
#[derive(Debug, Clone)]
pub(crate) struct RefreshToken {
    pub(crate) token: Option<String>,
    pub(crate) client: ClientName,
}

/// Where the header of an assertion links to, if the scenario has such a host.
const LINKS: &str = "@keys/@case";

impl CaseContext {
    /// A case before its first step: every host serves its document.
    pub(crate) fn begin(
        plan: Arc<Plan>,
        company: Company,
        target: Arc<Target>,
        world: CaseWorld,
        facts: Vec<HostFact>,
        jar: Jar,
    ) -> Result<Self, String> {
        let issuer_host = Url::parse(target.issuer()).ok();
        let issuer_host = issuer_host.and_then(|url| url.host_str().map(str::to_owned));
        let hosts = facts.iter().map(|fact| fact.name.clone());
        let redactor = Redactor::of(target.secrets().clone(), hosts.chain(issuer_host));
        jar.values().for_each(|cookie| redactor.learn("cookie", cookie));
        of_the_operator(target.profile()).for_each(|(kind, secret)| redactor.learn(kind, secret));
        let label = |label: &str| HostLabel::parse(label).map_err(|error| error.to_string());
        let origins: BTreeMap<HostLabel, String> = facts
            .iter()
            .map(|fact| (fact.label.clone(), fact.origin.clone()))
            .chain([
                (label(ISSUER)?, target.place().to_owned()),
                (label(AUTHORIZATION)?, target.authorization().to_string()),
                (label(SCOPE)?, target.scope().to_owned()),
                (label(CASE)?, world.case().to_string()),
            ])
            .collect();
        let (named, origin) = (plan.key_sets(), Origin::of(&plan));
        let mut keys = BTreeMap::new();
        for name in &named {
            keys.extend(target.keys().set(name, origin)?.map(|set| (name.clone(), set)));
        }
        if named.iter().any(|name| name.starts_with(statement::FOLDER)) {
            keys.extend(statement::statements(target.keys(), &origins)?);
            if let Some(publisher) = target.publisher() {
                keys.extend(statement::trusted(publisher, &origins)?);
            }
        }
        let context = Self {
            names: Names {
                origins,
                keys,
                ..Names::default()
            },
            shared_token: OnceCell::new(),
            memory: Mutex::new(Memory {
                jar,
                ..Memory::default()
            }),
            redactor: Arc::new(redactor),
            heard_before: target.heard.as_ref().map_or(0, LogCapture::count),
            plan,
            company,
            target,
            world,
            facts,
        };
        for host in context.plan.hosts.iter().filter(|host| host.document.is_some()) {
            let document = context.document(&host.label)?;
            let names = context.names_in(&host.label, &document, &BTreeMap::new());
            let behaviour = behaviour::initial(&document, &names)?;
            context.remember(behaviour::edited(&document.body, &BTreeMap::new(), &[], &names)?);
            context.world.serve(&host.label, behaviour.clone());
            context.memory().hosts.insert(host.label.clone(), behaviour);
        }
        Ok(context)
    }

    /// The memory of the case; never held across a wait.
    pub(crate) fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A talk whose exchanges are recorded.
    pub(crate) fn talk(&self) -> Talk {
        let world = self.world.clone();
        Talk::new(
            self.target.wire().clone(),
            self.target.address_of(self.world.case()),
            Arc::new(move || world.now()),
            Arc::clone(&self.redactor),
        )
    }

    /// Who does the user's part at a browser of this case. Sessions of several browsers differ, and one that the case ends is its own.
    pub(crate) fn stand_in(&self, session: Option<&SessionName>, pages: Pages) -> StandIn<'_> {
        let steps = &self.plan.steps;
        let named = steps.iter().filter_map(|step| match &step.act {
            Act::Authorize(act) => act.session.as_ref(),
            Act::Logout(act) => act.session.as_ref(),
            _ => None,
        });
        let others: BTreeSet<&SessionName> = named.collect();
        let place = session.and_then(|session| others.iter().position(|other| *other == session));
        let ends = steps.iter().any(|step| matches!(step.act, Act::Logout(_)));
        StandIn {
            programs: self.target.programs(),
            browser: match ends {
                true => Browser::Own,
                false => Browser::Shared(place.map_or(0, |place| place + 1)),
            },
            pages,
        }
    }

    /// A text with its host references resolved.
    pub(crate) fn resolved(&self, text: &Text) -> Result<String, String> {
        resolved(text, &self.names)
    }

    /// The request with these header fields, each instead of the one of that name.
    pub(crate) fn with_fields(&self, mut ask: Ask, fields: &BTreeMap<String, Text>) -> Result<Ask, String> {
        for (field, value) in fields {
            ask = ask.instead(field, &self.resolved(value)?);
        }
        Ok(ask)
    }

    /// Makes one step. It takes as long as it takes: its caller has the deadline.
    pub(crate) async fn perform(&self, step: &Step, talk: &Talk) -> Arrival {
        let made = match &step.act {
            Act::Ask(act) => self.ask(talk, &step.name, act).await,
            Act::Authorize(act) => self.authorize(talk, &step.name, act).await,
            Act::Compare(act) => self.compare(&step.name, &act.0),
            Act::Delete(act) => self.manage(talk, &step.name, &act.0, "DELETE").await,
            Act::Discover(act) => self.discover(talk, act).await,
            Act::Grant(act) => self.grant(talk, &step.name, act).await,
            Act::Introspect(act) => {
                self.of_token(talk, &step.name, &act.0, "introspection_endpoint")
                    .await
            }
            Act::Listen(act) => self.listen(&step.name, act.0).await,
            Act::Logout(act) => self.logout(talk, &step.name, act).await,
            Act::Read(act) => self.manage(talk, &step.name, &act.0, "GET").await,
            Act::Refresh(act) => self.refresh(talk, &step.name, act).await,
            Act::Register(act) => self.register(talk, &step.name, act).await,
            Act::Resolve(act) => self.resolve(act),
            Act::Revoke(act) => {
                self.of_token(talk, &step.name, &act.0, "revocation_endpoint")
                    .await
            }
            Act::Serve(act) => self.serve(act),
            Act::Token(act) => self.token(talk, &step.name, act).await,
            Act::Update(act) => self.manage(talk, &step.name, &act.0, "PUT").await,
            Act::Wait(act) => self.wait(act.0, step.wait_on.as_ref()).await,
            // The walk itself joins.
            Act::Join(_) => Ok(Arrival::Nothing),
        };
        made.unwrap_or_else(|reason| Arrival::Impossible {
            reason: self.redactor.text(&reason),
        })
    }

    /// The host that a step changes.
    pub(crate) fn host(&self, label: Option<&HostLabel>) -> Result<HostLabel, String> {
        match label {
            Some(label) => Ok(label.clone()),
            None => HostLabel::parse("docs").map_err(|error| error.to_string()),
        }
    }

    /// The known-good document of a host.
    pub(crate) fn document(&self, label: &HostLabel) -> Result<Document, String> {
        let hosts = &self.plan.hosts;
        let host = hosts.iter().find(|host| host.label == *label);
        let host = host.ok_or_else(|| format!("no host is called `{label}`"))?;
        Ok(behaviour::known_good(
            hosts,
            host,
            &self.target.profile().document,
        ))
    }

    /// Remembers the document that is served now.
    pub(crate) fn remember(&self, document: Map<String, Value>) {
        let id = document
            .get("client_id")
            .and_then(Value::as_str)
            .map(str::to_owned);
        if let Some(id) = id {
            self.memory().documents.insert(id, document);
        }
    }

    /// The client that a step means: the one that it names, or the client of the world.
    pub(crate) fn reference(
        &self,
        written: Option<&ClientName>,
        before: &StepName,
    ) -> Result<ClientName, String> {
        if let Some(written) = written {
            return Ok(written.clone());
        }
        let with_document = self.plan.hosts.iter().find(|host| host.document.is_some());
        if let Some(host) = with_document {
            return Ok(ClientName::Host(host.label.clone()));
        }
        self.plan
            .steps
            .iter()
            .take_while(|step| step.name != *before)
            .filter(|step| matches!(step.act, Act::Register(_)))
            .last()
            .map(|step| ClientName::Step(step.name.clone()))
            .ok_or_else(|| "the plan has no client: no document and no register step before".to_owned())
    }

    /// The client behind a reference.
    pub(crate) fn client(&self, reference: &ClientName) -> Result<Client, String> {
        match reference {
            ClientName::Host(label) => self.described(label),
            ClientName::Step(step) => Ok(self.registration(step)?.client),
        }
    }

    fn described(&self, label: &HostLabel) -> Result<Client, String> {
        let has_document =
            |host: &&cimdspec_model::plan::HostSpec| host.label == *label && host.document.is_some();
        if !self.plan.hosts.iter().any(|host| has_document(&host)) {
            return Err(format!("the host `{label}` serves no document"));
        }
        let document = self.document(label)?;
        let members = behaviour::edited(&document.body, &BTreeMap::new(), &[], &self.names)?;
        let text = |name: &str| members.get(name).and_then(|value| value.as_str());
        let at_its_path = format!("@{label}{}", document.path);
        Ok(Client {
            id: match text("client_id") {
                Some(id) => id.to_owned(),
                None => self.resolved(&Text(at_its_path))?,
            },
            secret: None,
            method: text("token_endpoint_auth_method").unwrap_or("none").to_owned(),
        })
    }

    /// Where the keys of the case's clients are known from.
    pub(crate) fn origin(&self) -> Origin {
        Origin::of(&self.plan)
    }

    /// What a register step brought.
    pub(crate) fn registration(&self, step: &StepName) -> Result<Registration, String> {
        self.memory()
            .registrations
            .get(step)
            .cloned()
            .ok_or_else(|| format!("step `{step}` registered no client"))
    }

    /// What a request carries to authenticate the client.
    pub(crate) fn credentials(
        &self,
        client: &Client,
        wanted: Option<Authentication>,
    ) -> Result<Credentials, String> {
        let links = self.resolved(&Text(LINKS.to_owned())).ok();
        let origin = self.origin();
        let audience = match self.target.keys().manners.of(origin).audience {
            Audience::Issuer => None,
            Audience::TokenEndpoint => self.target.endpoint("token_endpoint"),
        };
        let means = Means {
            keys: self.target.keys(),
            origin,
            audience: audience
                .as_ref()
                .map_or(self.target.issuer(), |endpoint| endpoint.as_str()),
            links: links.as_deref(),
            last_assertion: self.memory().assertion.clone(),
        };
        let credentials = client.credentials(wanted, &means)?;
        let basic = credentials
            .authorization
            .as_deref()
            .and_then(|value| value.split_once(' '));
        self.learn("authorization", basic.map(|(_, value)| value));
        if let Some(assertion) = &credentials.assertion {
            self.redactor.learn("assertion", assertion);
            self.memory().assertion = Some(assertion.clone());
        }
        Ok(credentials)
    }

    /// Hides these secrets in all records from now on.
    pub(crate) fn learn(&self, kind: &'static str, secret: Option<&str>) {
        if let Some(secret) = secret {
            self.redactor.learn(kind, secret);
        }
    }

    /// The record of a step.
    pub(crate) fn record(
        &self,
        step: &Step,
        began: cimdspec_model::observation::Instant,
        ended: cimdspec_model::observation::Instant,
        talk: &Talk,
        arrival: Arrival,
    ) -> StepRecord {
        let mut memory = self.memory();
        StepRecord {
            step: step.name.clone(),
            began,
            ended,
            exchanges: talk.exchanges(),
            arrival,
            values: memory.values.remove(&step.name).unwrap_or_default(),
            logged: memory.logged.remove(&step.name),
            scripted: talk.is_scripted(),
            programs: talk.programs(),
        }
    }
}

/// A text with its host references resolved by these names.
pub(crate) fn resolved(text: &Text, names: &Names) -> Result<String, String> {
    text.resolve(names).map_err(|error| error.to_string())
}
