//! What each verb does.

pub(crate) mod ask;
pub(crate) mod authorize;
pub(crate) mod compare;
pub(crate) mod discover;
mod form;
pub(crate) mod grant;
pub(crate) mod logout;
pub(crate) mod manage;
pub(crate) mod management;
pub(crate) mod of_token;
pub(crate) mod provision;
pub(crate) mod refresh;
pub(crate) mod register;
pub(crate) mod resolve;
pub(crate) mod serve;
pub(crate) mod token;
pub(crate) mod wait;
