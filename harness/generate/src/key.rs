//! What makes two findings the same one.

use std::collections::BTreeSet;
use std::fmt;

use cimdspec_model::verdict::Finding;
use serde::Deserialize;
use serde::Serialize;

use crate::law::Law;
use crate::world::World;

/// Names of files have a limit.
const LONGEST: usize = 80;

/// The clause of a server that dies, which no check of a world has.
const ALIVE: &str = "service.alive";

/// What makes two findings the same one: the law, the clause, the step, the verbs and what differs. Never bytes, names or times.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key {
    /// The law.
    pub law: Law,
    /// The clause that is broken.
    pub clause: String,
    /// The steps that the check looks at.
    pub steps: Vec<String>,
    /// The verbs of the world, in order.
    pub verbs: Vec<String>,
    /// What differs from the known-good world.
    pub fields: BTreeSet<String>,
}

impl Key {
    /// The key of a finding in a world; nothing where the finding is of another plan.
    pub fn of(finding: &Finding, world: &World) -> Option<Self> {
        let mut checks = world.plan.checks.iter();
        let check = checks.find(|check| check.id == finding.check)?;
        let steps = check.expect.steps().into_iter().map(ToString::to_string);
        Some(Self {
            law: Law::of_check(finding.check.as_str())?,
            clause: finding.clauses.first()?.to_string(),
            steps: steps.collect(),
            ..Self::of_death(world)
        })
    }

    /// The key of a world in which the server dies.
    pub fn of_death(world: &World) -> Self {
        let verbs = world.plan.steps.iter().map(|step| step.act.word().to_owned());
        Self {
            law: Law::Failure,
            clause: ALIVE.to_owned(),
            steps: Vec::new(),
            verbs: verbs.collect(),
            fields: world.fields.iter().cloned().collect(),
        }
    }

    /// Whether another finding breaks the same rule in the same way, whatever else differs: what a simpler world has to
    /// show again.
    pub fn is_like(&self, other: &Self) -> bool {
        self.law == other.law && self.clause == other.clause && self.steps == other.steps
    }

    /// The law and the clause, as a tape has them on its second line.
    pub fn rule(&self) -> String {
        format!("{} {}", self.law.word(), self.clause)
    }

    /// The name of its files.
    pub fn name(&self) -> String {
        let words = format!("{} {}", self.rule(), self.fields_by(" "));
        let mut name: String = words
            .trim()
            .chars()
            .map(|c| {
                if c.is_ascii_alphanumeric() {
                    c.to_ascii_lowercase()
                } else {
                    '-'
                }
            })
            .collect();
        while name.contains("--") {
            name = name.replace("--", "-");
        }
        name.truncate(LONGEST);
        // The steps and the verbs tell apart what reads the same.
        let all = format!("{words} {} {}", self.steps.join(" "), self.verbs.join(" "));
        format!("{name}-{:04x}", checksum(&all) & 0xffff)
    }

    fn fields_by(&self, separator: &str) -> String {
        let fields: Vec<&str> = self.fields.iter().map(String::as_str).collect();
        fields.join(separator)
    }
}

/// FNV-1a, the same in every release.
fn checksum(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

impl fmt::Display for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.rule())?;
        match self.fields.is_empty() {
            true => Ok(()),
            false => write!(out, ": {}", self.fields_by(", ")),
        }
    }
}
