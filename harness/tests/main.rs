//! The whole together: one module for each claim.
//!
//! A module that judges times, or needs the machine for itself, takes `sandboxed::alone`; every other run waits for it.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of a test fail the test when the harness cannot be run"
)]

mod action;
mod arrows;
mod awkward;
mod bad_input;
mod baseline;
mod catalogue;
mod certify;
mod claims;
mod contained;
mod effect;
mod examples;
mod failures;
mod files;
mod fuzz;
mod fuzzed;
mod gates;
mod hold;
mod internet;
mod kill_matrix;
mod named;
mod observed;
mod parts;
mod path_issuer;
mod pipelines;
mod public;
mod real_servers;
mod redaction;
mod reference_is_clean;
mod reports;
mod sandboxed;
mod screen;
mod script_pages;
mod second_user;
mod selection;
mod shapes;
mod silent;
mod site;
mod stand_in;
mod talking;
mod targets;
