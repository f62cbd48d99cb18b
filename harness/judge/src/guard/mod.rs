//! What has to hold before a conclusion stands.

pub(crate) mod absent;
pub(crate) mod control;
pub(crate) mod denial;
pub(crate) mod foundation;
pub(crate) mod grounds;
pub(crate) mod hanging;
pub(crate) mod own;
pub(crate) mod progress;
pub(crate) mod steering;
pub(crate) mod timing;
pub(crate) mod witness;
