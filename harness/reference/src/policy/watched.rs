//! A decision of the policy that knows how it was asked for.

use std::ops::Deref;
use std::ops::DerefMut;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

use crate::policy::Check;

/// A rule, enforced or not.
pub type Rule = Watched<Check>;

/// A decision of the policy. Asking for it is noted, in all clones alike: what was never asked for cannot have made a
/// difference, so a proof need not run a mutant of it there.
#[derive(Debug, Clone, Default)]
pub struct Watched<T> {
    value: T,
    asked: Arc<Asked<T>>,
}

/// What was asked.
#[derive(Debug)]
struct Asked<T> {
    /// What it is.
    whole: AtomicBool,
    /// Whether it is one of these.
    about: Mutex<Vec<T>>,
}

impl<T> Default for Asked<T> {
    fn default() -> Self {
        Self {
            whole: AtomicBool::new(false),
            about: Mutex::default(),
        }
    }
}

impl<T> Watched<T> {
    /// Reads it without a note, for preparations that come to nothing until somebody reads it again.
    pub fn unnoted(&self) -> &T {
        &self.value
    }
}

impl<T: Copy + PartialEq> Watched<T> {
    /// Whether it is this. Another decision that is not this either would have gone unnoticed.
    pub fn is(&self, value: T) -> bool {
        self.among([value]).is_some()
    }

    /// The decision, if it is one of these.
    pub fn among<const COUNT: usize>(&self, values: [T; COUNT]) -> Option<T> {
        let mut about = self.asked.about.lock().unwrap_or_else(PoisonError::into_inner);
        for value in values {
            if !about.contains(&value) {
                about.push(value);
            }
        }
        values.contains(&self.value).then_some(self.value)
    }
}

impl<T> From<T> for Watched<T> {
    fn from(value: T) -> Self {
        Self {
            value,
            asked: Arc::default(),
        }
    }
}

/// A comparison of two is no question.
impl<T: PartialEq> PartialEq for Watched<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for Watched<T> {}

impl<T> Deref for Watched<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.asked.whole.store(true, Ordering::Relaxed);
        &self.value
    }
}

impl<T> DerefMut for Watched<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

/// What was asked in such a way that another decision would have been noticed.
pub(super) trait Notices {
    /// Whether some question that was asked here has another answer there.
    fn notices(&self, other: &Self) -> bool;
}

impl<T: PartialEq> Notices for Watched<T> {
    fn notices(&self, other: &Self) -> bool {
        let was_asked = || {
            let about = self.asked.about.lock().unwrap_or_else(PoisonError::into_inner);
            about.contains(&self.value) || about.contains(&other.value)
        };
        self != other && (self.asked.whole.load(Ordering::Relaxed) || was_asked())
    }
}

/// A struct of decisions, which notices what one of them notices: no decision can be forgotten.
///
/// `=> "name" "summary"` behind a rule makes the mutant that skips just this rule; `at place` says where the policy has the struct.
macro_rules! decisions {
    ($($(#[$about:meta])* pub struct $name:ident $(at $($at:ident).+)? {
        $($(#[$told:meta])* pub $decision:ident: $kind:ty $(=> $mutant:literal $summary:literal)?,)*
    })+) => {$(
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq, Default)]
        pub struct $name {
            $($(#[$told])* pub $decision: $kind,)*
        }

        impl $crate::policy::watched::Notices for $name {
            fn notices(&self, other: &Self) -> bool {
                $(self.$decision.notices(&other.$decision))||*
            }
        }

        $(impl $name {
            fn of(policy: &mut $crate::policy::Policy) -> &mut Self {
                &mut policy.$($at).+
            }
        })?

        impl $crate::policy::mutant::SkipsOne for $name {
            const MUTANTS: &'static [$crate::policy::mutant::Mutant] = &[$($(
                $crate::policy::mutant::Mutant {
                    name: $mutant,
                    summary: $summary,
                    apply: |policy| *$name::of(policy).$decision = $crate::policy::Check::Skip,
                },
            )?)*];
        }
    )+};
}

pub(super) use decisions;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Excess;

    #[test]
    fn a_clone_notes_what_is_asked() {
        let rule = Rule::default();
        let broken = Rule::from(Check::Skip);
        let clone = rule.clone();
        assert!(!rule.notices(&broken));
        assert!(clone.on());
        assert!(rule.notices(&broken));
        assert!(!rule.notices(&Rule::default()));
    }

    #[test]
    fn a_change_or_a_comparison_is_no_question() {
        let mut changed = Watched::<Vec<u8>>::default();
        changed.push(1);
        assert!(changed != Watched::default());
        assert!(!changed.notices(&Watched::default()));
    }

    #[test]
    fn a_question_about_one_deviation_does_not_notice_another() {
        let excess = Watched::<Excess>::default();
        assert!(!excess.is(Excess::Cookie));
        assert!(excess.notices(&Excess::Cookie.into()));
        assert!(!excess.notices(&Excess::Post.into()));
        assert_eq!(excess.among([Excess::Post, Excess::None]), Some(Excess::None));
        assert!(excess.notices(&Excess::Referrer.into()));
    }
}
