//! The command line: what may be written, and what it means.

pub(crate) mod arguments;
pub(crate) mod beside;
pub(crate) mod environment;
pub(crate) mod evidence;
pub(crate) mod gates;
pub(crate) mod given;
pub(crate) mod parsed;
pub(crate) mod parts;
pub(crate) mod public;
pub(crate) mod reports;
pub(crate) mod screen;
