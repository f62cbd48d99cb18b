//! Pages that a script makes: the requests that the script would send, by the recipe of the profile.

pub(crate) mod forged;
pub(crate) mod known;
pub(crate) mod page;
pub(crate) mod player;
pub(crate) mod walk;
