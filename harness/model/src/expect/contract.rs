//! What the verifier, the planner and the judge ask of an expectation.

use crate::expect::Disposition;
use crate::expect::Layer;
use crate::expect::TrafficExpect;
use crate::name::StepName;
use crate::verb::Step;
use crate::verdict::Outcome;

/// What the verifier, the planner and the judge ask of an expectation.
///
/// The methods without a default are what a new expectation has to answer.
pub trait Expectation {
    /// The steps that it looks at.
    fn steps(&self) -> Vec<&StepName>;

    /// The labels of the hosts that it names.
    fn hosts(&self) -> Vec<String>;

    /// What is expected, in words.
    fn words(&self) -> String;

    /// Whether a breach is seen, whatever the control says.
    fn speaks_without_control(&self) -> bool;

    /// What must be true of its steps for a pass or a fail to be one.
    fn grounds(&self, outcome: &Outcome) -> Grounds<'_>;

    /// The step that asks for what the answer of another must not hold.
    fn asked_in(&self) -> Option<&StepName> {
        None
    }

    /// Whether the steps before those that it looks at must have been granted.
    fn builds_on_steps(&self) -> bool {
        true
    }

    /// What it expects to become of a step.
    fn disposes(&self) -> Option<(&StepName, Disposition)> {
        None
    }

    /// The step that need not be granted, because it is about what becomes of it.
    fn may_be_refused(&self) -> Option<&StepName> {
        None
    }

    /// The step whose refusal it looks at: how it was refused, not whether.
    fn refusal(&self) -> Option<&StepName> {
        None
    }

    /// Whether a refusal carries it, which must then come of the rule that it is about.
    fn rests_on_a_rule(&self) -> bool {
        false
    }

    /// Whether it says something of a granted step only, where there is no control; and what else shows the same.
    fn needs_a_grant(&self) -> Option<Instead> {
        None
    }

    /// Whether it looks into a metadata document, which must then be there.
    fn needs_a_document(&self) -> bool {
        false
    }

    /// Whether a breach that was seen once is one, in a case of these steps.
    fn needs_no_repetition(&self, _steps: &[Step]) -> bool {
        false
    }

    /// The traffic that must not occur, or not more often than so.
    fn absence(&self) -> Option<&TrafficExpect> {
        None
    }

    /// The layer of traffic that it counts.
    fn layer(&self) -> Option<Layer> {
        None
    }

    /// The step with which a page is compared alone, so that nothing shows why they differ.
    fn without_comparison(&self, _steps: &[Step]) -> Option<&StepName> {
        None
    }
}

/// What must be true of steps for a pass or a fail to be one.
#[derive(Debug, Default)]
pub struct Grounds<'a> {
    /// Steps that must not have been throttled.
    pub answered: Vec<&'a StepName>,
    /// The step whose last response must be the page on which it was to stop.
    pub stopped: Option<&'a StepName>,
    /// The step that must have come to an end.
    pub ended: Option<&'a StepName>,
    /// Whether it is seen on a server that failed, too.
    pub despite_failure: bool,
}

impl<'a> Grounds<'a> {
    /// These steps must not have been throttled.
    pub(crate) fn answered(steps: impl IntoIterator<Item = &'a StepName>) -> Self {
        Self {
            answered: steps.into_iter().collect(),
            ..Self::default()
        }
    }

    /// It is seen on a server that failed, too.
    pub(crate) fn despite_failure() -> Self {
        Self {
            despite_failure: true,
            ..Self::default()
        }
    }
}

/// What shows, in place of a grant, that a step was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Instead {
    /// Nothing else.
    Nothing,
    /// The user agent was sent somewhere.
    Sent,
    /// The answer has a status between 200 and 299.
    Success,
}
