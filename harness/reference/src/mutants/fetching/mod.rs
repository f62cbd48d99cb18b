//! Mutants of what is fetched: identifiers, addresses, documents.

pub(crate) mod documents;
pub(crate) mod excess;
pub(crate) mod fetches;
pub(crate) mod guards;
pub(crate) mod identifiers;
pub(crate) mod wire;
