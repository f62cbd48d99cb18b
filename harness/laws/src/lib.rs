//! What holds for any bytes that a hostile server, host or file gives to the harness.
//!
//! Each law is one function: it reads the bytes as the harness does, and panics where the law does not hold. The targets
//! in `fuzz/` give it bytes that libFuzzer makes; `harness/tests/fuzzed.rs` gives it the committed seeds, on any toolchain.
//! A law must never contact anything but loopback, and nothing but tests may depend on this room.
//!
//! ```
//! cimdspec_laws::page(b"<form><input name=code value=x>");
//! ```

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a law that does not hold ends the test"
)]

mod agent;
mod bytes;
mod catalogue;
mod discovery;
mod evidence;
mod files;
mod hosts;
mod judged;
mod page;
mod redaction;
mod reference;
mod seen;

pub use agent::answer;
pub use agent::cookies;
pub use agent::http_answer;
pub use agent::location;
pub use discovery::discovery;
pub use discovery::jwk_set;
pub use evidence::bundle;
pub use evidence::ledger;
pub use evidence::report;
pub use files::baseline;
pub use files::config;
pub use files::profile;
pub use files::scenario;
pub use hosts::dns_query;
pub use hosts::request_head;
pub use hosts::tls_hello;
pub use judged::judged as judge;
pub use page::page;
pub use redaction::redaction;
pub use reference::address;
pub use reference::identifier;

/// A law with the name of its fuzz target.
#[derive(Debug, Clone, Copy)]
pub struct Law {
    /// The name of the target and of its folder of seeds.
    pub name: &'static str,
    /// Panics where the law does not hold for these bytes.
    pub holds: fn(&[u8]),
}

/// All laws, by name. A target calls its own by name, so that no other one is linked into it.
pub const LAWS: [Law; 21] = [
    law("address", address),
    law("answer", answer),
    law("baseline", baseline),
    law("bundle", bundle),
    law("config", config),
    law("cookies", cookies),
    law("discovery", discovery),
    law("dns_query", dns_query),
    law("http_answer", http_answer),
    law("identifier", identifier),
    law("judge", judge),
    law("jwk_set", jwk_set),
    law("ledger", ledger),
    law("location", location),
    law("page", page),
    law("profile", profile),
    law("redaction", redaction),
    law("report", report),
    law("request_head", request_head),
    law("scenario", scenario),
    law("tls_hello", tls_hello),
];

const fn law(name: &'static str, holds: fn(&[u8])) -> Law {
    Law { name, holds }
}
