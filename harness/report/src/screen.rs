//! What a reader's screen shows: how wide it is, how much is wanted, and what is known already.

use std::collections::BTreeSet;

use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Verdict;

use crate::paint::Paint;

/// Where no terminal says how wide it is.
const LONGEST_LINE: usize = 200;
/// A narrower terminal wraps its lines.
const NARROWEST: usize = 60;

/// The screen of a reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Screen {
    /// Whether it shows colours.
    pub paint: Paint,
    /// Its columns, where it is a terminal.
    pub width: Option<usize>,
    /// How much of each thing is shown.
    pub amount: Amount,
    /// What is shown at all.
    pub shows: Shows,
    /// The ids of the broken findings that a baseline knows, where there is a baseline: the others are news.
    pub known: Option<BTreeSet<String>>,
}

/// How much is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Amount {
    /// The table of broken rules and the verdict.
    Quiet,
    /// An example of each broken rule.
    #[default]
    Usual,
    /// All evidence, all checks and all variants.
    Verbose,
}

/// What is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Shows {
    /// Everything.
    #[default]
    Everything,
    /// What is broken.
    Failures,
}

impl From<Paint> for Screen {
    fn from(paint: Paint) -> Self {
        Self {
            paint,
            width: None,
            amount: Amount::default(),
            shows: Shows::default(),
            known: None,
        }
    }
}

impl Screen {
    /// How many characters a line may have that begins after so many.
    pub(crate) fn room(&self, indent: usize) -> usize {
        match self.width {
            Some(width) => width.max(NARROWEST).saturating_sub(indent),
            None => LONGEST_LINE,
        }
    }

    /// Whether a broken finding is shown in full: with a baseline, only what it does not know, and what it can know.
    pub(crate) fn is_news(&self, finding: &Finding) -> bool {
        match &self.known {
            Some(known) => finding.breach != Verdict::Note && !known.contains(&finding.id()),
            None => true,
        }
    }
}
