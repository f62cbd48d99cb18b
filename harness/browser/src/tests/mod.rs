//! The room against a real browser. Where there is none, each test says that it was not run.

mod ends;
mod framed;
mod stage;
mod walk;
