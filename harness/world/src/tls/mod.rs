//! The run's own certificate authority, its leaves with their faults, and the old TLS.

mod authority;
mod below_tls12;
mod chains;
mod curious;
mod given;
mod kept;
#[cfg(test)]
mod tests;

pub use authority::Authority;
#[cfg(target_os = "linux")]
pub(crate) use authority::SUBJECT_HASH;
pub use authority::Subject;
pub use below_tls12::OldTls;
pub use below_tls12::answer_below_tls12;
pub use given::given;
pub use kept::CERTIFICATE;
