//! A baseline: the broken rules of a server that are known, each with its reason, so that only changes are news.

mod compare;
mod known;
mod read;

pub use known::Baseline;
pub use read::schema;
