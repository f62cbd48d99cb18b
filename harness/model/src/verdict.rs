//! Verdicts: outcome times level, with the evidence it rests on.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::name::CheckId;
use crate::name::ClauseId;
use crate::name::VariantId;
use crate::reason::Reason;
use crate::requirement::level::Level;

/// What became of one check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "Written", into = "Written")]
pub enum Outcome {
    /// cimdspec failed, not the target.
    Error(Reason),
    /// The rule is broken.
    Fail,
    /// The evidence does not suffice.
    Inconclusive(Reason),
    /// The target does not support what the check is about.
    NotApplicable(Reason),
    /// The environment lacks what the check needs.
    NotRun(Reason),
    /// The rule is kept.
    Pass,
    /// Both ways are right: this is what the target does.
    Recorded(String),
}

impl Outcome {
    /// An error of ours.
    pub fn error(why: impl Into<Reason>) -> Self {
        Self::Error(why.into())
    }

    /// An open question.
    pub fn inconclusive(why: impl Into<Reason>) -> Self {
        Self::Inconclusive(why.into())
    }

    /// A check that does not concern the target.
    pub fn not_applicable(why: impl Into<Reason>) -> Self {
        Self::NotApplicable(why.into())
    }

    /// A check that the environment cannot carry.
    pub fn not_run(why: impl Into<Reason>) -> Self {
        Self::NotRun(why.into())
    }

    /// Whether it passed, or was only recorded.
    pub fn is_good(&self) -> bool {
        matches!(self, Self::Pass | Self::Recorded(_))
    }

    /// Why there is no verdict.
    pub fn why(&self) -> Option<&Reason> {
        match self {
            Self::Error(why) | Self::Inconclusive(why) | Self::NotApplicable(why) | Self::NotRun(why) => {
                Some(why)
            }
            Self::Fail | Self::Pass | Self::Recorded(_) => None,
        }
    }
}

/// An outcome as the report document has it.
#[derive(Serialize, Deserialize, JsonSchema)]
struct Written {
    outcome: Kind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<Reason>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recorded: Option<String>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Error,
    Fail,
    Inconclusive,
    NotApplicable,
    NotRun,
    Pass,
    Recorded,
}

impl From<Outcome> for Written {
    fn from(outcome: Outcome) -> Self {
        let (outcome, reason, recorded) = match outcome {
            Outcome::Error(why) => (Kind::Error, Some(why), None),
            Outcome::Fail => (Kind::Fail, None, None),
            Outcome::Inconclusive(why) => (Kind::Inconclusive, Some(why), None),
            Outcome::NotApplicable(why) => (Kind::NotApplicable, Some(why), None),
            Outcome::NotRun(why) => (Kind::NotRun, Some(why), None),
            Outcome::Pass => (Kind::Pass, None, None),
            Outcome::Recorded(what) => (Kind::Recorded, None, Some(what)),
        };
        Self {
            outcome,
            reason,
            recorded,
        }
    }
}

impl From<Written> for Outcome {
    fn from(written: Written) -> Self {
        let why = written.reason.unwrap_or_else(|| Reason::from(""));
        match written.outcome {
            Kind::Error => Self::Error(why),
            Kind::Fail => Self::Fail,
            Kind::Inconclusive => Self::Inconclusive(why),
            Kind::NotApplicable => Self::NotApplicable(why),
            Kind::NotRun => Self::NotRun(why),
            Kind::Pass => Self::Pass,
            Kind::Recorded => Self::Recorded(written.recorded.unwrap_or_default()),
        }
    }
}

/// What a failed check means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// A MUST is broken.
    Violation,
    /// A SHOULD is broken.
    Warning,
    /// A MAY, advice, or what was read into a sentence about somebody else and harms nobody.
    Note,
}

impl Verdict {
    /// The word that people read.
    pub fn word(self) -> &'static str {
        match self {
            Self::Violation => "violation",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }

    /// What a breach of this level is; `harms` says whether the clause names the harm of it.
    pub fn of(level: Level, harms: bool) -> Self {
        match level {
            Level::Must => Self::Violation,
            Level::Inferred if harms => Self::Violation,
            Level::Should => Self::Warning,
            Level::Advice | Level::Inferred | Level::May => Self::Note,
        }
    }
}

/// One check of one case, concluded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// The variant.
    pub variant: VariantId,
    /// The check.
    pub check: CheckId,
    /// The scenario's title: the conformant behaviour.
    pub title: String,
    /// The clauses, at least one: first the one that decides, then the others, the stronger before the weaker.
    pub clauses: Vec<ClauseId>,
    /// The level of the first.
    pub level: Level,
    /// What a breach of it is.
    pub breach: Verdict,
    /// Where it is, in words.
    pub citation: String,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// What was expected, in words.
    pub expected: String,
    /// What was seen, in words.
    pub seen: String,
    /// What was requested and what arrived, in words, in the order of time.
    pub evidence: Vec<String>,
    /// The lines of the evidence that decide, by their places in it; empty where no single line does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decisive: Vec<usize>,
    /// The finding of which this one is a consequence, by its whole id: then it is no breach of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
}

impl Finding {
    /// The verdict, if the check failed.
    pub fn verdict(&self) -> Option<Verdict> {
        (self.outcome == Outcome::Fail).then_some(self.breach)
    }

    /// The level and the place of the deciding sentence, and those of these clauses that do not decide.
    pub fn citation_with(&self, clauses: &[&ClauseId]) -> String {
        let deciding = self.clauses.first();
        let others = clauses.iter().filter(|id| Some(**id) != deciding);
        let others: Vec<&str> = others.map(|id| id.as_str()).collect();
        let mut told = format!("{}, {}", self.level.word(), self.citation);
        if !others.is_empty() {
            told.push_str("; also ");
            told.push_str(&others.join(", "));
        }
        told
    }

    /// The whole id: `cimd/ssrf/answers/rebind[inside=::1,turn=2]#inside-not-contacted`.
    pub fn id(&self) -> String {
        format!("{}#{}", self.variant, self.check)
    }
}

/// Takes away the links to findings that are not broken in the end.
pub fn keep_causes_that_stay(findings: &mut [Finding]) {
    let broken = findings.iter().filter(|finding| finding.outcome == Outcome::Fail);
    let ids: BTreeSet<String> = broken.map(Finding::id).collect();
    for finding in findings {
        finding.because.take_if(|cause| !ids.contains(cause));
    }
}

/// How many checks came out how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Tally {
    /// Passed.
    pub pass: usize,
    /// Broken MUSTs, and inferred sentences whose breach harms somebody.
    pub violation: usize,
    /// Broken SHOULDs.
    pub warning: usize,
    /// Everything else that is broken: MAYs, advice, inferred sentences, and what the server does not claim.
    pub note: usize,
    /// Without enough evidence.
    pub inconclusive: usize,
    /// Not offered by the target.
    pub not_applicable: usize,
    /// Not possible in the environment.
    pub not_run: usize,
    /// Failures of the harness.
    pub error: usize,
    /// Traits: told, not judged.
    #[serde(default)]
    pub recorded: usize,
}

impl Tally {
    /// Whether there were checks, and nothing was judged of the target: all of them were not applicable or not run.
    pub fn is_empty_of_verdicts(&self) -> bool {
        self.total() > 0 && self.total() == self.not_applicable + self.not_run
    }

    /// Counts the findings.
    pub fn of<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Self {
        let mut tally = Self::default();
        for finding in findings {
            let place = match (&finding.outcome, finding.verdict()) {
                (_, Some(Verdict::Violation)) => &mut tally.violation,
                (_, Some(Verdict::Warning)) => &mut tally.warning,
                (_, Some(Verdict::Note)) => &mut tally.note,
                (Outcome::Error(_), None) => &mut tally.error,
                (Outcome::Inconclusive(_), None) => &mut tally.inconclusive,
                (Outcome::NotApplicable(_), None) => &mut tally.not_applicable,
                (Outcome::NotRun(_), None) => &mut tally.not_run,
                (Outcome::Recorded(_), None) => &mut tally.recorded,
                (Outcome::Fail | Outcome::Pass, None) => &mut tally.pass,
            };
            *place += 1;
        }
        tally
    }

    /// All that are judged.
    pub fn total(&self) -> usize {
        self.pass
            + self.violation
            + self.warning
            + self.note
            + self.inconclusive
            + self.not_applicable
            + self.not_run
            + self.error
    }
}
