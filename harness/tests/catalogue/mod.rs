//! Claims about the catalogue that need no server: it is whole, and its plans and the judge keep their laws.

mod complete;
mod identifiers;
mod laws;
mod remedies;
mod schema_is_fresh;
mod sentences;
mod verdicts;
mod witnesses;
mod worlds;
