//! The refusals of a target: how often each came, so that one that is unlike the others is known.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::PoisonError;

use cimdspec_judge::Refusal;

/// How often each came so far.
#[derive(Default)]
pub(crate) struct Refused(Mutex<HashMap<Refusal, usize>>);

/// How the refusals of a case stand among the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Standing {
    /// One is by no book, or came once only: in this way.
    Odd(String),
    /// They are like others of this target.
    Usual,
}

impl Refused {
    /// Notes the refusals of a case.
    pub(crate) fn note(&self, refusals: &[Refusal]) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for refusal in refusals {
            *known.entry(refusal.clone()).or_insert(0) += 1;
        }
    }

    /// How these stand among all.
    pub(crate) fn standing(&self, refusals: &[Refusal]) -> Standing {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_odd = |refusal: &&Refusal| {
            !refusal.is_by_the_book() || known.get(refusal).is_none_or(|times| *times < 2)
        };
        match refusals.iter().find(is_odd) {
            Some(refusal) => Standing::Odd(format!("{refusal:?}")),
            None => Standing::Usual,
        }
    }
}
