//! What a run needs before a case is walked: its profile, its plans, its sandbox, its server.

pub(crate) mod again;
pub(crate) mod astray;
pub(crate) mod browser;
pub(crate) mod config;
pub(crate) mod deadline;
pub(crate) mod document;
pub(crate) mod embedded;
pub(crate) mod evidence;
pub(crate) mod files;
pub(crate) mod gates;
pub(crate) mod law;
pub(crate) mod naming;
pub(crate) mod nonce;
pub(crate) mod outputs;
pub(crate) mod own;
pub(crate) mod permission;
pub(crate) mod places;
pub(crate) mod prepared;
pub(crate) mod profiles;
pub(crate) mod provenance;
pub(crate) mod results;
pub(crate) mod selection;
pub(crate) mod server;
pub(crate) mod stage;
pub(crate) mod upstream;
pub(crate) mod waiting;
