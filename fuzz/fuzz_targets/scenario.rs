//! Any bytes, read as a scenario file, give plans or a message; never a panic and never an endless loop.
#![no_main]

use std::sync::OnceLock;

use cimdspec_model::diagnostic::Sources;
use cimdspec_model::requirement::clause::Clauses;
use cimdspec_model::scenario::catalogue::scenario;
use cimdspec_model::scenario::print::print;
use libfuzzer_sys::fuzz_target;

const BASE: &str = include_str!("../../scenarios/base/client/document.toml");
const CLAUSES: &str = include_str!("../../scenarios/clauses/cimd.toml");
const TABLE: &str = "[[row]]\nfirst = \"10.0.0.0\"\noutside = \"9.255.255.255\"\n";

fn surroundings() -> &'static (Sources, Clauses) {
    static SURROUNDINGS: OnceLock<(Sources, Clauses)> = OnceLock::new();
    SURROUNDINGS.get_or_init(|| {
        let files = [
            ("base/client/document.toml", BASE),
            ("clauses/cimd.toml", CLAUSES),
            ("tables/special-use-addresses.toml", TABLE),
        ];
        let sources = Sources(
            files
                .map(|(path, text)| (path.to_owned(), text.to_owned()))
                .into(),
        );
        let clauses = Clauses::read(&sources).unwrap_or_default();
        (sources, clauses)
    })
}

fuzz_target!(|bytes: &[u8]| {
    let (sources, clauses) = surroundings();
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(read) = scenario("fuzz/any.toml", text, sources, clauses)
    {
        for plan in read.plans.iter().take(8) {
            let _ = print(plan);
        }
    }
});
