//! Decisions about clients with a document: identifiers, fetching, documents, caching, assertions.

pub(super) mod assertion;
pub(super) mod cache;
pub(super) mod document;
pub(super) mod fetch;
pub(super) mod identifier;
