//! Reports for the services of CI: test results, code scanning, job summaries, annotations.

mod annotations;
mod details;
pub(crate) mod escape;
#[cfg(test)]
mod fabricated;
mod junit;
mod location;
mod markdown;
mod sarif;

pub use annotations::annotations;
pub use junit::junit;
pub use markdown::markdown;
pub use sarif::sarif;
