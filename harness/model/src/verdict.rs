//! Verdicts: outcome times level, with the evidence it rests on.

use serde::Deserialize;
use serde::Serialize;

use crate::name::CheckId;
use crate::name::ClauseId;
use crate::name::VariantId;
use crate::requirement::clause::Level;

/// How the reason begins when a check does not apply for its own condition, and not for what the target lacks.
pub const UNMET: &str = "its condition is not met";
/// How the reason begins when an earlier step of the case was refused, before the name of the step.
pub const REFUSED: &str = "its condition is not met: the server refuses step";

/// What became of one check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", content = "why", rename_all = "kebab-case")]
pub enum Outcome {
    /// Ours failed, not the target.
    Error(String),
    /// The rule is broken.
    Fail,
    /// The evidence does not suffice.
    Inconclusive(String),
    /// The target does not offer what the check is about.
    NotApplicable(String),
    /// The environment lacks what the check needs.
    NotRun(String),
    /// The rule is kept.
    Pass,
    /// Both ways are right: this is what the target does.
    Recorded(String),
}

impl Outcome {
    /// Whether it passed, or was only told.
    pub fn is_good(&self) -> bool {
        matches!(self, Self::Pass | Self::Recorded(_))
    }

    /// Why there is no verdict.
    pub fn why(&self) -> Option<&str> {
        match self {
            Self::Error(why) | Self::Inconclusive(why) | Self::NotApplicable(why) | Self::NotRun(why) => {
                Some(why)
            }
            Self::Fail | Self::Pass | Self::Recorded(_) => None,
        }
    }
}

/// What a failed check means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The variant.
    pub variant: VariantId,
    /// The check.
    pub check: CheckId,
    /// The scenario's title: the conformant behaviour.
    pub title: String,
    /// The clause.
    pub clause: ClauseId,
    /// Its level.
    pub level: Level,
    /// What a breach of it is.
    pub breach: Verdict,
    /// Where it stands, in words.
    pub citation: String,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// What was expected, in words.
    pub expected: String,
    /// What was seen, in words.
    pub seen: String,
    /// The lines of the ledger and the answers that it rests on, in words.
    pub evidence: Vec<String>,
    /// The finding of which this one is a consequence, by its whole id: then it is no breach of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
}

impl Finding {
    /// The verdict, if the check failed.
    pub fn verdict(&self) -> Option<Verdict> {
        (self.outcome == Outcome::Fail).then_some(self.breach)
    }

    /// The whole id: `cimd/ssrf/rebind[inside=::1,turn=2]#inside-not-contacted`.
    pub fn id(&self) -> String {
        format!("{}#{}", self.variant, self.check)
    }
}
