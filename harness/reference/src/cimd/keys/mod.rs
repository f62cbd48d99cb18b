//! How clients prove themselves by their keys.

pub(crate) mod assertion;
pub(crate) mod credentials;
pub(crate) mod jwk;
pub(crate) mod proof;
pub(crate) mod sets;
