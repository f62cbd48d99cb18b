//! A part of the policy that knows whether anybody asked it.

use std::ops::Deref;
use std::ops::DerefMut;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

/// A part of the policy. Reading it is noted, in all clones alike: what was never read cannot have made a difference, so
/// a proof need not run a mutant of it there.
#[derive(Debug, Clone, Default)]
pub struct Watched<T> {
    value: T,
    read: Arc<AtomicBool>,
}

impl<T> Watched<T> {
    /// Reads it without a note, for preparations that come to nothing until somebody reads it again.
    pub fn unnoted(&self) -> &T {
        &self.value
    }

    /// Whether it was read.
    pub(super) fn was_read(&self) -> bool {
        self.read.load(Ordering::Relaxed)
    }
}

/// A comparison is no reading.
impl<T: PartialEq> PartialEq for Watched<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for Watched<T> {}

impl<T> Deref for Watched<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.read.store(true, Ordering::Relaxed);
        &self.value
    }
}

impl<T> DerefMut for Watched<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_notes_what_is_read() {
        let watched = Watched::<Vec<u8>>::default();
        let clone = watched.clone();
        assert!(!watched.was_read());
        assert!(clone.is_empty());
        assert!(watched.was_read());
    }

    #[test]
    fn a_change_or_a_comparison_is_no_reading() {
        let mut changed = Watched::<Vec<u8>>::default();
        changed.push(1);
        assert!(changed != Watched::default());
        assert!(!changed.was_read());
    }
}
