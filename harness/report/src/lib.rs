//! Writers over the report document.
//!
//! They show what was concluded and never decide anything; their output is understandable without colour.
//!
//! ```
//! use cimdspec_report::Paint;
//! assert_eq!(Paint::Plain.strong("x"), "x");
//! ```

mod advice;
mod badge;
mod broken;
mod by;
mod ci;
mod conclusion;
mod doubts;
mod evidence;
#[cfg(test)]
mod fabricated;
mod forecast;
mod format;
mod gates;
mod group;
mod html;
mod human;
mod interop;
mod json;
mod law;
mod matrix;
mod paint;
mod per_check;
mod progress;
mod reproduce;
mod screen;
mod sentence;
mod share;
pub mod site;
mod time;
mod words;

#[cfg(test)]
mod tests;

pub use badge::badge_json;
pub use badge::badge_svg;
pub use by::By;
pub use by::by;
pub use forecast::forecast;
pub use forecast::forecast_json;
pub use format::Format;
pub use format::WriteError;
pub use human::headline;
pub use human::human;
pub use json::json;
pub use matrix::Matrix;
pub use matrix::MatrixRow;
pub use matrix::matrix;
pub use matrix::matrix_json;
pub use paint::Paint;
pub use progress::Bar;
pub use progress::PLAIN_PAUSE;
pub use progress::Ticker;
pub use screen::Amount;
pub use screen::Screen;
pub use screen::Shows;
pub use sentence::sentence_lines;
pub use words::plural;
