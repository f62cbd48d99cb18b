//! What authenticates somebody leaves this room as its type: `[code]`, `[access-token]`, `[client-secret]`, …
//!
//! A secret is hidden in two ways. By its name: the value of a parameter, a JSON member, a form field, a cookie that is
//! called like one, however short it is. And by its value, wherever it stands and however it is written there, once the
//! case or the run knows it; for this a value must be no other text by chance (`redactor::is_unmistakable`).
//! The second pass goes over a whole case at its end, since a page may show what is known a moment later only.

mod audit;
mod case;
mod index;
mod names;
mod places;
mod redactor;
mod run;
pub(crate) mod server_log;
mod views;

pub use audit::shown_secret;
pub(crate) use case::of_the_operator;
pub(crate) use case::recorded;
pub(crate) use case::witnessed;
pub use redactor::Redactor;
pub use run::Secrets;

#[cfg(test)]
mod tests;
