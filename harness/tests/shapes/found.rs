//! A rule that binds registered clients and is broken is found on a server that takes registrations only.
//!
//! `SHAPES=all` breaks every rule. Otherwise those are broken that the scenarios of `SAMPLE` claim, which takes about a minute.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

use crate::files::catalogue;
use crate::sandboxed::alone;
use crate::sandboxed::ended_in_turn;

const SHAPE: &str = "registration-only";

/// Scenarios of each family that has registered clients.
const SAMPLE: [&str; 8] = [
    "authentication/algorithm-not-registered",
    "code/pkce/*",
    "code/redeem/*",
    "consent/asked*",
    "dcr/manage/token/*",
    "dcr/register/redirect/*",
    "keys/keys-*",
    "redirect/*",
];

/// Mutants that this shape cannot show though a check that kills them has a clause that binds registered clients too, with
/// the reason.
const NOT_SHOWN: &[(&[&str], &str)] = &[
    (
        &[
            "accepts-file-redirect-uris",
            "accepts-fragment-redirect-uris",
            "accepts-http-redirect-uris",
            "accepts-schemes-without-period",
            "accepts-script-redirect-uris",
            "accepts-wildcard-redirect-uris",
            "only-first-redirect-uri",
            "refuses-localhost-redirect-uris",
            "refuses-private-use-schemes",
            "refuses-several-redirect-uris",
            "registered-redirect-uris-not-parsed",
            "response-names-compared-undecoded",
        ],
        "It reads the redirect URIs of documents. Those of registrations have mutants of their own, `registration-…`.",
    ),
    (
        &[
            "refuses-foreign-grant-types",
            "refuses-jwks-uri",
            "refuses-unknown-members",
            "takes-no-documents",
            "token-takes-usual-documents-only",
        ],
        "It refuses documents.",
    ),
    (
        &[
            "client-id-not-compared",
            "document-statement-issuer-asked",
            "fails-on-odd-texts",
            "fails-on-unexpected-types",
            "fails-open",
            "odd-identifiers-fail",
            "page-of-another-document",
            "refusals-are-server-errors",
            "token-endpoint-fails-without-document",
        ],
        "It is wrong where a document is fetched or read.",
    ),
    (
        &["code-bound-to-normalised-id", "refresh-bound-to-normalised-id"],
        "The identifier of a registered client is no URL.",
    ),
    (
        &["consent-links-any-scheme", "document-any-logout-uri"],
        "It is about members of documents. Registrations have `registered-links-any-scheme` and `registration-any-logout-uri`.",
    ),
    (
        &["logo-hot-linked"],
        "No specification of registrations has a sentence on logos of the client's host.",
    ),
    (
        &[
            "metadata-flag-false",
            "metadata-flag-is-string",
            "metadata-flag-missing",
        ],
        "The flag is about documents.",
    ),
    (
        &["assertion-of-any-client"],
        "A token request of a scenario names another registered client only together with its credentials.",
    ),
];

/// What `prove` says of the shape.
fn proven() -> Value {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cimdspec"));
    command.args(["prove", "--format", "json", "--shape", SHAPE]);
    if std::env::var("SHAPES").as_deref() != Ok("all") {
        command.args(SAMPLE.iter().flat_map(|id| ["--scenario", id]));
    }
    let output = ended_in_turn(&mut command);
    let told = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {told}"))
}

#[test]
fn a_rule_that_binds_registered_clients_is_found_broken_where_there_are_only_such() {
    let _machine = alone();
    let matrix = proven();
    let faults = |of: &Value| -> Vec<String> {
        let told = of["faults"].as_array().unwrap().iter();
        told.map(|fault| fault.as_str().unwrap().to_owned()).collect()
    };
    let mut wrong = faults(&matrix);
    let mutants = matrix["mutants"].as_array().unwrap();
    for row in mutants {
        wrong.extend(
            faults(row)
                .iter()
                .map(|fault| format!("{}: {fault}", row["mutant"])),
        );
    }
    assert_eq!(wrong, Vec::<String>::new());
    let not_shown = matrix["not_shown"].as_array().unwrap().iter();
    let not_shown: BTreeSet<&str> = not_shown.map(|name| name.as_str().unwrap()).collect();
    let binding: Vec<&&str> = not_shown.iter().filter(|name| binds_registered(name)).collect();
    let without_reason: Vec<&&&str> = binding.iter().filter(|name| !has_reason(name)).collect();
    assert_eq!(without_reason, Vec::<&&&str>::new());
    assert!(mutants.len() > 40, "{} mutants", mutants.len());
}

/// A row of the table that is not needed any more is removed.
#[test]
fn each_reason_is_of_a_mutant_whose_rule_binds_registered_clients() {
    let named = NOT_SHOWN.iter().flat_map(|(names, _)| names.iter());
    let needless: Vec<&&str> = named.filter(|name| !binds_registered(name)).collect();
    assert_eq!(needless, Vec::<&&str>::new());
}

fn has_reason(mutant: &str) -> bool {
    NOT_SHOWN.iter().any(|(names, _)| names.contains(&mutant))
}

/// Whether a check that kills the mutant has a clause that is not left to clients with documents (`kinds.toml`).
fn binds_registered(mutant: &str) -> bool {
    let catalogue = catalogue();
    let checks = catalogue.plans().flat_map(|plan| plan.checks.iter());
    let mut killing = checks.filter(|check| check.kills.iter().any(|name| name.as_str() == mutant));
    killing.any(|check| {
        let mut clauses = check.clauses.iter();
        clauses.any(|clause| catalogue.kinds.reason(clause, true).is_none())
    })
}
