//! The drawn timeline of a case: who asked whom, when, and how far each connection came.

mod draw;
mod lanes;
mod marks;
mod reach;
mod rows;

#[cfg(test)]
mod tests;

pub(super) use draw::legend;
pub(super) use draw::timeline;
