//! The run's own certificate authority, its leaves with their faults, and the old TLS.

mod authority;
mod old;

pub use authority::Authority;
pub use authority::Subject;
pub use old::OldTls;
pub use old::answer_below_tls12;
