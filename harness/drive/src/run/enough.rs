//! The end of a run after so many failures.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use cimdspec_model::verdict::Finding;

/// When a run has failed often enough.
#[derive(Clone)]
pub struct Enough {
    /// So many failures end the run.
    pub failures: usize,
    /// What is a failure.
    pub counts: Arc<dyn Fn(&Finding) -> bool + Send + Sync>,
}

impl fmt::Debug for Enough {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Enough({})", self.failures)
    }
}

/// Counts the failures of a run: those that a first attempt shows, and those that are concluded.
#[derive(Debug, Default)]
pub(crate) struct Failing {
    enough: Option<Enough>,
    suspected: AtomicUsize,
    concluded: AtomicUsize,
}

impl Failing {
    pub(crate) fn until(enough: Option<Enough>) -> Self {
        Self {
            enough,
            ..Self::default()
        }
    }

    /// Notes the findings of a first attempt that is to be retried.
    pub(crate) fn suspect(&self, findings: &[Finding]) {
        self.suspected.fetch_add(self.among(findings), Ordering::Relaxed);
    }

    /// Notes findings that are concluded.
    pub(crate) fn conclude(&self, findings: &[Finding]) {
        self.concluded.fetch_add(self.among(findings), Ordering::Relaxed);
    }

    /// Whether no further case is begun: so many failures are concluded or suspected.
    pub(crate) fn holds(&self) -> bool {
        let most = self.enough.as_ref().map(|enough| enough.failures);
        let seen = self.suspected.load(Ordering::Relaxed) + self.concluded.load(Ordering::Relaxed);
        most.is_some_and(|most| seen >= most)
    }

    /// The number of failures that ended the run, if so many are concluded.
    pub(crate) fn over(&self) -> Option<usize> {
        let most = self.enough.as_ref().map(|enough| enough.failures);
        most.filter(|most| self.concluded.load(Ordering::Relaxed) >= *most)
    }

    /// Forgets what was suspected: it has been retried.
    pub(crate) fn retried(&self) {
        self.suspected.store(0, Ordering::Relaxed);
    }

    fn among(&self, findings: &[Finding]) -> usize {
        let counted = |enough: &Enough| findings.iter().filter(|finding| (enough.counts)(finding)).count();
        self.enough.as_ref().map_or(0, counted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failing(failures: usize) -> Failing {
        Failing::until(Some(Enough {
            failures,
            counts: Arc::new(|_| true),
        }))
    }

    #[test]
    fn a_run_without_a_limit_never_has_enough() {
        let failing = Failing::until(None);
        assert!(!failing.holds() && failing.over().is_none());
    }

    #[test]
    fn suspicions_hold_a_run_and_conclusions_end_it() {
        let failing = failing(2);
        failing.suspected.store(2, Ordering::Relaxed);
        assert!(failing.holds() && failing.over().is_none());
        failing.retried();
        failing.concluded.store(1, Ordering::Relaxed);
        assert!(!failing.holds() && failing.over().is_none());
        failing.concluded.store(2, Ordering::Relaxed);
        assert_eq!((failing.holds(), failing.over()), (true, Some(2)));
    }
}
