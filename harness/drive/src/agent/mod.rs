//! The browser's part: pages, forms, cookies, logins, decisions.

pub(crate) mod browser;
pub(crate) mod cookie;
pub(crate) mod decision;
pub(crate) mod elsewhere;
pub(crate) mod filling;
pub(crate) mod given;
pub(crate) mod loads;
pub(crate) mod login;
pub(crate) mod navigation;
pub(crate) mod programs;
pub(crate) mod script;
