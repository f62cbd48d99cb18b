//! Conformant servers of other kinds: a run on a shape of the reference accuses it of nothing.

mod found;
mod kinds;

use std::collections::BTreeSet;
use std::process::Command;

use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Outcome;
use cimdspec_model::verdict::Verdict;
use serde_json::Value;

use self::kinds::KINDS;
use self::kinds::OPEN;
use self::kinds::UNRUN;
use crate::sandboxed::ended;

/// What is run on a shape, and what is noted of it rightly: it goes against advice, or a SHOULD as its letter lets it.
struct Row {
    shape: &'static str,
    only: &'static [&'static str],
    noted: &'static [&'static str],
}

/// What a user's browser goes through.
const PAGES: &[&str] = &[
    "consent/*",
    "redirect/almost-matching",
    "redirect/query-*",
    "code/request/denied",
    "code/request/iss",
    "code/session/no-307",
    "code/redeem/own-parts",
    "code/request/state*",
    "code/token/granted",
    "code/redeem/used-twice",
    "dcr/register/asked-per-client",
    "dcr/register/usable*",
];
/// What a login elsewhere could seem to break.
const UPSTREAM: &[&str] = &["code/*", "consent/*", "redirect/*"];
const REGISTRATION: &[&str] = &[
    "dcr/*",
    "code/*client=registered*",
    "code/token/basic-challenge",
    "races/*",
];

/// One for each shape.
const ROWS: &[Row] = &[
    Row {
        shape: "little-room",
        only: &["cimd/*", "consent/*", "redirect/*"],
        noted: &[],
    },
    Row {
        shape: "wrong-types-ignored",
        only: &["cimd/document/*", "redirect/*"],
        noted: &[],
    },
    Row {
        shape: "known-members-only",
        only: &["cimd/limits/*", "vendor-shapes/over-5-kilobytes"],
        noted: &[],
    },
    Row {
        shape: "assertions-of-old",
        only: &["keys/inside/inside", "dcr/abuse/keys-inside"],
        noted: &[],
    },
    Row {
        shape: "registration-without-loopback",
        only: REGISTRATION,
        noted: &["dcr/register/redirect/loopback[*"],
    },
    Row {
        shape: "defaults-untold",
        only: REGISTRATION,
        noted: &[],
    },
    Row {
        shape: "names-unknown",
        only: REGISTRATION,
        noted: &[],
    },
    Row {
        shape: "wrong-token-forbidden",
        only: REGISTRATION,
        noted: &["dcr/manage/token/wrong[*"],
    },
    Row {
        shape: "loose-json",
        only: REGISTRATION,
        noted: &[
            "dcr/register/malformed-json[text=comment]#refused",
            "dcr/register/malformed-json[text=trailing-comma]#refused",
        ],
    },
    Row {
        shape: "assigned-members-refused",
        only: REGISTRATION,
        noted: &["dcr/register/server-members#granted"],
    },
    Row {
        shape: "secrets-for-all",
        only: REGISTRATION,
        noted: &[],
    },
    Row {
        shape: "great-numbers",
        only: REGISTRATION,
        noted: &[],
    },
    Row {
        shape: "strict-registration",
        only: REGISTRATION,
        noted: &[
            "dcr/register/redirect/loopback[*",
            "dcr/manage/token/wrong[*",
            "dcr/register/malformed-json[text=comment]#refused",
            "dcr/register/malformed-json[text=trailing-comma]#refused",
            "dcr/register/server-members#granted",
        ],
    },
    Row {
        shape: "denial-stays",
        only: &["code/request/denied", "code/request/state*"],
        noted: &[],
    },
    Row {
        shape: "first-value-counts",
        only: &["code/*", "redirect/*"],
        noted: &[
            "code/request/repeated-client-id#*",
            "code/request/repeated-parameters*#*",
        ],
    },
    Row {
        shape: "first-redirect-uri",
        only: &["redirect/*", "dcr/register/redirect/*"],
        noted: &[
            "redirect/missing-with-two#refused",
            "dcr/register/redirect/not-named#refused",
        ],
    },
    Row {
        shape: "programs-to-login",
        only: &["dcr/*", "cimd/metadata/*", "mcp/*"],
        noted: &["dcr/manage/method-not-allowed[*"],
    },
    Row {
        shape: "documents-cut-off",
        only: &["cimd/limits/*", "cimd/fetch/*"],
        noted: &[
            "cimd/fetch/body-incomplete[*",
            "cimd/limits/compressed[*",
            "cimd/limits/compressed-twice#refused",
            "cimd/limits/endless#refused",
            "cimd/limits/length-without-body#refused",
            "cimd/limits/size-spaces[*",
        ],
    },
    Row {
        shape: "pushed-requests-used-at-once",
        only: &["code/par/*"],
        noted: &[],
    },
    Row {
        shape: "no-query",
        only: &["cimd/cache/*", "cimd/identifier/*"],
        noted: &[],
    },
    Row {
        shape: "one-page",
        only: PAGES,
        noted: &[],
    },
    Row {
        shape: "one-page-name-first",
        only: PAGES,
        noted: &[],
    },
    Row {
        shape: "name-first",
        only: PAGES,
        noted: &[],
    },
    Row {
        shape: "login-says-continue",
        only: PAGES,
        noted: &[],
    },
    Row {
        shape: "login-says-continue-or-cancel",
        only: PAGES,
        noted: &[],
    },
    Row {
        shape: "upstream-login",
        only: UPSTREAM,
        noted: &[],
    },
    Row {
        shape: "denied-by-link",
        only: PAGES,
        noted: &[],
    },
    Row {
        shape: "boxes",
        only: PAGES,
        noted: &[],
    },
    Row {
        shape: "boxes-without-denial",
        only: PAGES,
        noted: &[],
    },
    Row {
        shape: "odd-spelling",
        only: PAGES,
        noted: &[],
    },
    Row {
        shape: "odd-spelling-one-page",
        only: PAGES,
        noted: &[],
    },
    Row {
        shape: "answers-by-form",
        only: PAGES,
        noted: &[],
    },
    Row {
        shape: "challenges",
        only: PAGES,
        noted: &[],
    },
    Row {
        shape: "scopes-in-any-order",
        only: PAGES,
        noted: &[],
    },
];
/// A rule that is broken, and the scenario that finds it.
type Found = (&'static str, &'static str);

/// Shapes in which rules are broken, rules that are broken there, and the scenarios that find them.
const BROKEN: [(&[&str], &[Found]); 5] = [
    (
        &["answers-by-form", "boxes", "odd-spelling", "one-page"],
        &OF_PAGES,
    ),
    // They are seen only by who finds out first how assertions are taken there.
    (
        &["assertions-of-old"],
        &[
            ("registered-jwks-uri-not-guarded", "dcr/abuse/keys-inside"),
            ("jwks-uri-not-guarded", "dcr/abuse/keys-inside"),
        ],
    ),
    // The application has other hosts there.
    (
        &["same-site-redirects"],
        &[
            ("client-id-not-compared", "cimd/document/client-id/differs"),
            ("follows-redirects", "cimd/fetch/redirect-with-document"),
            ("redirect-not-checked", "redirect/of-another-client"),
        ],
    ),
    // What a server does when it fails for the moment hides nothing of what it does else.
    (
        &["temporary-failures"],
        &[
            ("delete-answers-200", "dcr/manage/delete/granted"),
            (
                "registration-redirect-uris-not-parsed",
                "dcr/register/redirect/relative",
            ),
        ],
    ),
    (
        &["par-only"],
        &[("repeated-parameters-accepted", "code/request/repeated-parameters")],
    ),
];
const OF_PAGES: [Found; 5] = [
    ("consent-framable", "consent/framing"),
    ("consent-hides-redirect-host", "consent/redirect-host"),
    ("denial-ignored", "code/request/denied"),
    ("redirect-prefix-match", "redirect/almost-matching[asked=longer]"),
    (
        "registration-redirect-uris-not-parsed",
        "dcr/register/redirect/relative",
    ),
];

/// The shapes that are run where `SHAPES` is not set: a few, unlike each other. `SHAPES=all` runs all of them, and
/// `SHAPES="boxes one-page"` these.
const DAILY: [&str; 7] = [
    "assertions-of-old",
    "boxes",
    "known-after-authorization",
    "needs-members",
    "one-page",
    "public-clients-only",
    "registration-only",
];

/// Whether a shape is chosen.
fn is_chosen(row: &&Row) -> bool {
    match std::env::var("SHAPES").ok().as_deref() {
        None => DAILY.contains(&row.shape),
        Some("all") => true,
        Some(names) => names.split_whitespace().any(|name| name == row.shape),
    }
}

#[test]
fn a_run_on_a_shape_accuses_it_of_nothing() {
    let chosen: Vec<&Row> = rows().filter(is_chosen).collect();
    assert!(!chosen.is_empty(), "`SHAPES` names no shape");
    let told: Vec<String> = chosen.into_iter().flat_map(accusations).collect();
    assert_eq!(told, Vec::<String>::new());
}

/// The rows of both tables.
fn rows() -> impl Iterator<Item = &'static Row> {
    ROWS.iter().chain(KINDS)
}

/// What is still open of the shapes of `OPEN` is seen: whoever mends it moves the row.
#[test]
fn an_open_shape_is_not_green_yet() {
    if std::env::var("SHAPES").as_deref() != Ok("all") {
        return;
    }
    let mended: Vec<&str> = OPEN
        .iter()
        .filter(|row| accusations(row).is_empty())
        .map(|row| row.shape)
        .collect();
    assert_eq!(mended, Vec::<&str>::new());
}

#[test]
fn a_broken_rule_is_found_on_a_shape() {
    let mut missed = Vec::new();
    for (shapes, mutants) in BROKEN {
        let pairs = shapes
            .iter()
            .flat_map(|shape| mutants.iter().map(move |mutant| (shape, mutant)));
        for (shape, (mutant, only)) in pairs {
            let findings = run(&["--shape", shape, "--mutant", mutant, "--only", only]);
            if findings.iter().all(|finding| finding.outcome != Outcome::Fail) {
                missed.push(format!("{shape}: {mutant}"));
            }
        }
    }
    assert_eq!(missed, Vec::<String>::new());
}

#[test]
fn every_shape_is_run() {
    let output = Command::new(env!("CARGO_BIN_EXE_cimdspec"))
        .args(["list", "--shapes"])
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let listed: BTreeSet<&str> = told.lines().filter_map(|line| line.split(' ').next()).collect();
    let run: BTreeSet<&str> = rows()
        .chain(OPEN)
        .map(|row| row.shape)
        .chain(UNRUN.iter().copied())
        .collect();
    assert_eq!(listed, run);
}

/// A server that publishes no algorithms and takes one only: nothing passes for want of the right one.
#[test]
fn what_is_not_published_is_tried() {
    let only = "dcr/abuse/keys-inside";
    let findings = run(&[
        "--shape",
        "assertions-of-old",
        "--mutant",
        "metadata-omits-signing-algorithms",
        "--only",
        only,
    ]);
    assert!(!findings.is_empty());
    for finding in findings {
        assert_eq!(finding.outcome, Outcome::Pass, "{}", finding.id());
    }
}

/// What a calibration finds out by trying, `init` writes into the profile.
#[test]
fn init_learns_that_redirect_uris_are_on_the_host_of_the_document() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cimdspec"));
    command.args(["init", "--shape", "same-site-redirects"]);
    command.args(["--login", "username=alice", "--login", "password=wonderland"]);
    let output = ended(&mut command);
    let written = String::from_utf8_lossy(&output.stdout);
    assert!(
        written.contains("policies = [\"same-origin-redirects\"]"),
        "{written}"
    );
    assert!(
        written.contains("# redirect URIs have to be on the host of the document"),
        "{written}"
    );
}

/// Among all the others a document is forgotten before it is asked for again, and is no less kept against the rule.
#[test]
fn what_is_kept_against_the_rule_is_seen_where_there_is_little_room() {
    let findings = run(&[
        "--shape",
        "little-room",
        "--mutant",
        "cache-ignores-no-store",
        "--only",
        "cimd/*",
    ]);
    let seen = "cimd/cache/no-store[control=no-store]#fetched-again";
    let mut broken = findings.iter().filter(|finding| finding.outcome == Outcome::Fail);
    assert!(broken.any(|finding| finding.id() == seen));
}

/// What the run says against the shape: violations, warnings, notes that are not true of it, and what stays open.
fn accusations(row: &Row) -> Vec<String> {
    let mut arguments = vec!["--shape", row.shape];
    arguments.extend(row.only.iter().flat_map(|only| ["--only", only]));
    let findings = run(&arguments);
    assert!(
        findings.len() > row.noted.len(),
        "nothing was run on {}",
        row.shape
    );
    let mut accused = Vec::new();
    let mut noted = BTreeSet::new();
    for finding in findings {
        let id = finding.id();
        match (&finding.outcome, finding.verdict()) {
            (Outcome::Pass | Outcome::Recorded(_) | Outcome::NotApplicable(_) | Outcome::NotRun(_), _) => {}
            (_, Some(Verdict::Note | Verdict::Warning)) if row.noted.iter().any(|noted| fits(noted, &id)) => {
                noted.insert(id);
            }
            (outcome, _) => accused.push(format!(
                "{}: {id}: {outcome:?} ({:?}): {}",
                row.shape, finding.level, finding.seen
            )),
        }
    }
    let missing = row
        .noted
        .iter()
        .filter(|wanted| !noted.iter().any(|id| fits(wanted, id)));
    accused.extend(missing.map(|wanted| format!("{}: {wanted} is not noted", row.shape)));
    accused
}

/// The report of a run with these arguments.
fn report(arguments: &[&str]) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_cimdspec"));
    command.args(["run", "--format", "json", "--results"]);
    command.arg(folder.path()).args(arguments);
    let output = ended(&mut command);
    let told = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {told}"))
}

/// Whether an id is this one, or begins so where it ends with a star.
fn fits(noted: &str, id: &str) -> bool {
    match noted.strip_suffix('*') {
        Some(beginning) => id.starts_with(beginning),
        None => id == noted,
    }
}

/// The findings of a run with these arguments.
fn run(arguments: &[&str]) -> Vec<Finding> {
    let report = report(arguments);
    let each = report["findings"].as_array().unwrap().iter().cloned();
    each.map(|finding| serde_json::from_value(finding).unwrap())
        .collect()
}
