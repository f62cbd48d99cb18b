//! What mutants do: a conformant server has none of it.

pub(crate) mod assertion;
pub(crate) mod endpoints;
pub(crate) mod excess;
pub(crate) mod first_seen;
pub(crate) mod lenient;
pub(crate) mod links;
pub(crate) mod neighbours;
pub(crate) mod parts;
pub(crate) mod patterns;
pub(crate) mod provisioned;
pub(crate) mod pushed;
pub(crate) mod registration;
pub(crate) mod remembered;
pub(crate) mod site;
pub(crate) mod spelling;
