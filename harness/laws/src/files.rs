//! The files that people write: each is read whole, or refused at a place in it.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use cimdspec_model::baseline::Baseline;
use cimdspec_model::config::Config;
use cimdspec_model::diagnostic::Diagnostic;
use cimdspec_model::diagnostic::Sources;
use cimdspec_model::plan::Plan;
use cimdspec_model::profile::Policy;
use cimdspec_model::profile::Profile;
use cimdspec_model::requirement::clause::Clauses;
use cimdspec_model::scenario::catalogue::scenario as read_scenario;
use cimdspec_model::scenario::print::print;

const BASE: &str = include_str!("../../../scenarios/base/client/document.toml");
const CLAUSES: &str = include_str!("../../../scenarios/clauses/cimd.toml");
const TABLE: &str = "[[row]]\nfirst = \"10.0.0.0\"\noutside = \"9.255.255.255\"\n";
const PATH: &str = "fuzz/any.toml";
/// So many plans of a scenario are printed: a matrix has thousands.
const MOST_PRINTED: usize = 8;
/// What a run sees of a server itself, and a written profile leaves out.
const SHOWN: [Policy; 2] = [Policy::NoIss, Policy::NoOpenidConfiguration];

fn surroundings() -> &'static (Sources, Clauses) {
    static SURROUNDINGS: OnceLock<(Sources, Clauses)> = OnceLock::new();
    SURROUNDINGS.get_or_init(|| {
        let files = [
            ("base/client/document.toml", BASE),
            ("clauses/cimd.toml", CLAUSES),
            ("tables/special-use-addresses.toml", TABLE),
        ];
        let files = files.map(|(path, text)| (path.to_owned(), text.to_owned()));
        let sources = Sources(files.into());
        let clauses = Clauses::read(&sources).expect("the clauses of the catalogue are right");
        (sources, clauses)
    })
}

/// A scenario file gives plans that can be printed, or a message at a place in it.
pub fn scenario(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let (sources, clauses) = surroundings();
    match read_scenario(PATH, text, sources, clauses) {
        Ok(read) => {
            for plan in read.plans.iter().take(MOST_PRINTED) {
                printed_again(plan);
            }
        }
        Err(told) if told.path == PATH => stands_in(&told, text),
        // The mistake shows in what the scenario builds on.
        Err(told) => assert!(!told.to_string().is_empty()),
    }
}

/// A plan that is printed and read again does the same.
fn printed_again(plan: &Plan) {
    let (sources, clauses) = surroundings();
    // A `null` of JSON has no form in TOML.
    let Ok(text) = print(plan) else {
        return;
    };
    let again = read_scenario(PATH, &text, sources, clauses);
    let again = again.unwrap_or_else(|told| panic!("{told}\n{text}"));
    assert_eq!(again.plans[0].steps, plan.steps, "{text}");
    assert_eq!(again.plans[0].checks, plan.checks, "{text}");
    assert_eq!(again.plans[0].hosts, plan.hosts, "{text}");
    assert_eq!(again.plans[0].needs, plan.needs, "{text}");
}

/// A profile is read, and read as the same when it is written again; or refused at a place in it.
pub fn profile(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    match Profile::read("profile.toml", text) {
        Err(told) => stands_in(&told, text),
        Ok(profile) => {
            let claims = BTreeMap::from([("claims", &profile.claims)]);
            let claims = toml::to_string(&claims).expect("a list of texts can be written");
            // What TOML cannot hold, such as a number that is none, is refused in words.
            let Ok(written) = profile.written(&claims) else {
                return;
            };
            let again = Profile::read("written.toml", &written);
            let again = again.unwrap_or_else(|told| panic!("{told}\n{written}"));
            let mut profile = profile;
            profile.policies.retain(|policy| !SHOWN.contains(policy));
            assert_eq!(again, profile, "{written}");
        }
    }
}

/// A baseline has a reason for each entry, each once and at its line; or it is refused at a place in it.
pub fn baseline(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    match Baseline::read("baseline.toml", text) {
        Err(told) => stands_in(&told, text),
        Ok(read) => {
            let entries = read.entries(|path| Some(path.to_owned()));
            assert_eq!(entries.len(), read.checks().count(), "a check has two entries");
            for (check, known) in entries {
                assert!(!known.reason.trim().is_empty(), "{check}");
                let line = known.place.map_or(0, |place| place.line);
                assert!((1..=lines(text)).contains(&line), "{check}: line {line}");
            }
        }
    }
}

/// A config file has no empty list and one server at most; or it is refused at a place in it.
pub fn config(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    match Config::read("cimdspec.toml", text) {
        Err(told) => stands_in(&told, text),
        Ok(read) => assert!(read.issuer.is_none() || read.mcp.is_none()),
    }
}

/// A message names a line of the text, shows it, and says something.
fn stands_in(told: &Diagnostic, text: &str) {
    assert!((1..=lines(text)).contains(&told.line), "{told}");
    assert!(text.contains(&told.excerpt), "{told}");
    assert!(told.column >= 1 && told.width >= 1, "{told}");
    assert!(!told.message.is_empty(), "{told}");
}

/// How many lines a text has, an empty one at its end among them.
fn lines(text: &str) -> usize {
    text.matches('\n').count() + 1
}
