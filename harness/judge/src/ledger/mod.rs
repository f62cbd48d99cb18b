//! The ledger of a run: what was seen, and how the findings follow from it, so that anyone can judge it again.

mod basis;
mod derivation;
mod line;

pub use basis::Basis;
pub use derivation::Derivation;
pub use derivation::Judged;
pub use derivation::Missing;
pub use derivation::Rederive;
pub use line::Concluded;
pub use line::Head;
pub use line::LEDGER_VERSION;
pub use line::Line;
