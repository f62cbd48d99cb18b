//! Pages of memory: ours are small, those of a launched server are as the machine has them.

use rustix::thread::disable_transparent_huge_pages;

/// Keeps the memory of this process in small pages: in huge ones a run takes a fifth more, and is no faster.
pub fn use_small_pages() {
    // A kernel without huge pages has nothing to switch off.
    let _ = disable_transparent_huge_pages(true);
}

/// A child inherits what holds for its parent: here it gets back what the machine does.
pub(super) fn as_the_machine() {
    let _ = disable_transparent_huge_pages(false);
}
