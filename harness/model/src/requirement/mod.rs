//! What conforming means: clauses, revisions, frameworks, the inventory, and what a server claims.

pub mod claim;
pub mod clause;
pub mod compliance;
pub mod framework;
pub mod inventory;
pub mod kinds;
pub mod law;
pub mod level;
pub mod release;
pub mod revision;
