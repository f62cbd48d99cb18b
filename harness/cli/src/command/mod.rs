//! One file for each command.

pub(crate) mod catalogue;
pub(crate) mod certify;
pub(crate) mod derived;
pub(crate) mod diff;
pub(crate) mod doctor;
pub(crate) mod dry_run;
pub(crate) mod explain;
pub(crate) mod fuzz;
pub(crate) mod hold;
pub(crate) mod init;
pub(crate) mod inspect;
pub(crate) mod kinds;
pub(crate) mod merge;
pub(crate) mod prove;
pub(crate) mod replay;
pub(crate) mod report;
pub(crate) mod run;
pub(crate) mod sandbox;
pub(crate) mod serve;
pub(crate) mod shell;
pub(crate) mod site;
pub(crate) mod trust;
pub(crate) mod verify;
