//! One file for each verb that asks the target something.

pub(crate) mod authorize;
pub(crate) mod compare;
pub(crate) mod logout;
pub(crate) mod management;
pub(crate) mod provision;
pub(crate) mod registration;
pub(crate) mod token;
