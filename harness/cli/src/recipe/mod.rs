//! From what a browser did to a recipe of requests. Pure: who has a recording of another kind can use it, too.

pub(crate) mod correlate;
#[cfg(test)]
mod correlate_tests;
mod lines;
pub(crate) mod recorded;
mod request;
mod template;
mod values;
