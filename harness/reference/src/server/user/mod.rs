//! What a user is shown and asked: login, question, logout.

pub(crate) mod consent;
pub(crate) mod elsewhere;
pub(crate) mod entry;
pub(crate) mod logout;
pub(crate) mod pages;
pub(crate) mod question;
pub(crate) mod spelling;
pub(crate) mod upstream;
