//! How the catalogue is proven: runs against mutants, columns, claims.

pub(crate) mod claims;
pub(crate) mod columns;
pub(crate) mod ground;
pub(crate) mod runs;
