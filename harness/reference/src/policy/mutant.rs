//! A mutant: one deviation of the policy.

use crate::policy::Policy;

/// A server that breaks one rule.
#[derive(Debug, Clone, Copy)]
pub struct Mutant {
    /// Its name, which scenarios have in `kills`.
    pub name: &'static str,
    /// What is wrong with it.
    pub summary: &'static str,
    /// Turns a conformant policy into that of this mutant.
    pub apply: fn(&mut Policy),
}

/// The decisions of one area, with the mutants that each skip one of its rules.
pub(crate) trait SkipsOne {
    /// The mutants.
    const MUTANTS: &'static [Mutant];
}
