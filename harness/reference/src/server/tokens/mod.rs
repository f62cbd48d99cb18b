//! The token endpoint, revocation and introspection.

pub(crate) mod bound;
pub(crate) mod issued;
pub(crate) mod proven;
pub(crate) mod token;
