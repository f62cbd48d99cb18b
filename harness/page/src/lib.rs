//! Reads an HTML page as a browser without scripts does: its forms, its links, what it loads, and what a person reads.
//!
//! It is the only reader of HTML here: who fills a form, who judges a page and who hides a secret in it must not read
//! the same page differently. It never runs a script, never loads anything, never fails, and its work is bounded by the page.
//!
//! ```
//! use cimdspec_page::Html;
//! let page = Html::read("<FORM action=/login><INPUT\nNAME = user value='a&amp;b'><button>Go on</FORM>");
//! let forms = page.forms();
//! assert_eq!(forms[0].fields[0].value, "a&b");
//! assert_eq!(forms[0].buttons[0].text, "Go on");
//! ```

mod form;
mod html;
mod link;
mod place;
mod reading;
mod tree;

pub use form::Button;
pub use form::Encoding;
pub use form::Field;
pub use form::FieldKind;
pub use form::Form;
pub use form::Method;
pub use form::Tick;
pub use html::Html;
pub use link::Anchor;
pub use place::Place;
pub use place::named_values;
pub use reading::Reading;
