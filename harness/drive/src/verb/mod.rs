//! What each verb does.

pub(crate) mod authorize;
pub(crate) mod compare;
pub(crate) mod discover;
pub(crate) mod logout;
pub(crate) mod management;
pub(crate) mod provision;
pub(crate) mod registration;
pub(crate) mod resolve;
pub(crate) mod serve;
pub(crate) mod token;
pub(crate) mod wait;
