//! What a document may say, and how it is read.

pub(crate) mod json;
pub(crate) mod rules;
pub(crate) mod text;
pub(crate) mod tolerance;
