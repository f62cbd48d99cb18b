//! Keys, and what is signed with them.

pub(crate) mod kept;
pub(crate) mod publisher;
pub(crate) mod rsa;
pub(crate) mod signing;
pub(crate) mod statement;
