//! Checks and traits as written.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::expect::conditions::Conditions;
use crate::expect::kinds::AnswerExpect;
use crate::expect::kinds::CountExpect;
use crate::expect::kinds::Expect;
use crate::expect::kinds::HeaderExpect;
use crate::expect::kinds::LogExpect;
use crate::expect::kinds::MemberExpect;
use crate::expect::kinds::PageExpect;
use crate::expect::kinds::ProvisionedExpect;
use crate::expect::kinds::SentExpect;
use crate::expect::kinds::Service;
use crate::expect::kinds::Tells;
use crate::expect::kinds::TimingExpect;
use crate::expect::kinds::TrafficExpect;
use crate::expect::kinds::UrlsExpect;
use crate::expect::kinds::ValuesExpect;
use crate::name::CheckId;
use crate::name::ClauseId;
use crate::name::MutantName;
use crate::plan::Check;
use crate::scenario::witness::WitnessRaw;

/// A check: one expectation, with the clause that requires it.
///
/// The level comes from the clause, never from the scenario. A check that kills no mutant is unproven and does not
/// count. A check of how a step was refused follows the check that the step is refused. Such are `sent` to `nowhere`, a
/// status of 400 and above, an error code, and anything whose precondition is that refusal. If the step was granted,
/// the check is not applicable, and its finding names the other one in `because`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CheckRaw {
    /// Its id inside the scenario.
    #[schemars(with = "String")]
    pub(crate) id: CheckId,
    /// The clause that it checks. The first word of the id is its file below `scenarios/clauses/`.
    #[schemars(with = "String")]
    pub(crate) clause: ClauseId,
    /// Other clauses for some values of axes, by their slugs. It is for values that one text excepts and another one
    /// covers.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "BTreeMap<String, BTreeMap<String, Vec<String>>>")]
    pub(crate) clause_for: BTreeMap<ClauseId, BTreeMap<String, Vec<String>>>,
    /// The values of axes, by their slugs, for which the check exists: `{ inside = ["10.0.0.1", "::1"] }`. Default:
    /// all. So a sentence that binds some of the values is checked beside one that binds all.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) only: BTreeMap<String, Vec<String>>,
    /// The precondition. If it does not hold, the check is not applicable.
    #[serde(default, skip_serializing_if = "Conditions::is_empty")]
    pub(crate) given: Conditions,
    /// What is expected.
    pub(crate) expect: ExpectRaw,
    /// What shows that something could have happened, if the check expects that it does not happen. Default: derived
    /// from the control.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) witness: Option<WitnessRaw>,
    /// Policies of the profile, for example `["cache-floor"]`. Where one is declared, the check is not applicable.
    /// `cimdspec init` detects some policies. The operator declares the others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) unless: Vec<String>,
    /// The mutants of the reference server on which the check must fail.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<String>")]
    pub(crate) kills: Vec<MutantName>,
    /// Mutants that break another rule and may make this check fail too. Each has the reason why that is right.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "BTreeMap<String, String>")]
    pub(crate) also: BTreeMap<MutantName, String>,
}

/// A trait: the specification leaves both ways open. The report records which one the target takes, and nothing is
/// judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TraitRaw {
    /// Its id inside the scenario.
    #[schemars(with = "String")]
    pub(crate) id: CheckId,
    /// The clause that leaves both ways open.
    #[schemars(with = "String")]
    pub(crate) clause: ClauseId,
    /// What is recorded.
    pub(crate) tells: Tells,
}

/// An expectation: exactly one member.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ExpectRaw {
    /// How the target answered a step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) answer: Option<AnswerExpect>,
    /// How many of several steps the target granted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) count: Option<CountExpect>,
    /// A header field of a step's last response.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) header: Option<HeaderExpect>,
    /// What the server log has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) log: Option<LogExpect>,
    /// A member of the JSON body of a step's last response.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) member: Option<MemberExpect>,
    /// What the target's pages show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) page: Option<PageExpect>,
    /// What the server keeps of members that it sets itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) provisioned: Option<ProvisionedExpect>,
    /// Where the browser was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sent: Option<SentExpect>,
    /// What the target does over a whole run. Its scenario has no steps and no preconditions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) service: Option<Service>,
    /// How long a step took.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) timing: Option<TimingExpect>,
    /// What the hosts recorded of the target's traffic.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) traffic: Option<TrafficExpect>,
    /// What the addresses of the browser contain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) urls: Option<UrlsExpect>,
    /// What the values of several answers have in common.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) values: Option<ValuesExpect>,
}

impl CheckRaw {
    /// The check, if exactly one expectation is there.
    pub(crate) fn check(self) -> Option<Check> {
        let Self {
            id,
            clause,
            clause_for: _,
            only: _,
            given,
            expect,
            witness,
            unless,
            kills,
            also,
        } = self;
        let given = given
            .0
            .into_iter()
            .map(ExpectRaw::single)
            .collect::<Option<_>>()?;
        let witness = match witness {
            Some(witness) => Some(witness.witness()?),
            None => None,
        };
        Some(Check {
            id,
            clause,
            given,
            expect: expect.single()?,
            witness,
            unless,
            kills,
            also,
            follows: None,
        })
    }
}

impl ExpectRaw {
    /// The expectation, if it is exactly one.
    fn single(self) -> Option<Expect> {
        let mut expectations = [
            self.answer.map(Expect::Answer),
            self.count.map(Expect::Count),
            self.header.map(Expect::Header),
            self.log.map(Expect::Log),
            self.member.map(Expect::Member),
            self.page.map(Expect::Page),
            self.provisioned.map(Expect::Provisioned),
            self.sent.map(Expect::Sent),
            self.service.map(Expect::Service),
            self.timing.map(Expect::Timing),
            self.traffic.map(Expect::Traffic),
            self.urls.map(Expect::Urls),
            self.values.map(Expect::Values),
        ]
        .into_iter()
        .flatten();
        let (expect, more) = (expectations.next()?, expectations.next());
        more.is_none().then_some(expect)
    }
}

impl From<&Expect> for ExpectRaw {
    fn from(expect: &Expect) -> Self {
        let mut raw = Self::default();
        match expect.clone() {
            Expect::Answer(it) => raw.answer = Some(it),
            Expect::Count(it) => raw.count = Some(it),
            Expect::Header(it) => raw.header = Some(it),
            Expect::Log(it) => raw.log = Some(it),
            Expect::Member(it) => raw.member = Some(it),
            Expect::Page(it) => raw.page = Some(it),
            Expect::Provisioned(it) => raw.provisioned = Some(it),
            Expect::Sent(it) => raw.sent = Some(it),
            Expect::Service(it) => raw.service = Some(it),
            // Printed among the traits.
            Expect::Tells(_) => {}
            Expect::Timing(it) => raw.timing = Some(it),
            Expect::Traffic(it) => raw.traffic = Some(it),
            Expect::Urls(it) => raw.urls = Some(it),
            Expect::Values(it) => raw.values = Some(it),
        }
        raw
    }
}

impl From<TraitRaw> for Check {
    fn from(raw: TraitRaw) -> Self {
        Self {
            id: raw.id,
            clause: raw.clause,
            given: Vec::new(),
            expect: Expect::Tells(raw.tells),
            witness: None,
            unless: Vec::new(),
            kills: Vec::new(),
            also: BTreeMap::new(),
            follows: None,
        }
    }
}

impl TraitRaw {
    /// The trait, if the check is one.
    pub(crate) fn of(check: &Check) -> Option<Self> {
        match &check.expect {
            Expect::Tells(tells) => Some(Self {
                id: check.id.clone(),
                clause: check.clause.clone(),
                tells: tells.clone(),
            }),
            _ => None,
        }
    }
}

impl From<&Check> for CheckRaw {
    fn from(check: &Check) -> Self {
        let Check {
            id,
            clause,
            unless,
            kills,
            also,
            given,
            expect,
            witness,
            follows: _,
        } = check.clone();
        Self {
            id,
            clause,
            clause_for: BTreeMap::new(),
            only: BTreeMap::new(),
            given: Conditions(given.iter().map(ExpectRaw::from).collect()),
            expect: ExpectRaw::from(&expect),
            witness: witness.as_ref().map(WitnessRaw::from),
            unless,
            kills,
            also,
        }
    }
}
