//! SARIF 2.1.0 for code scanning: one result for each broken check, at a line of the user's repository.

use std::collections::BTreeMap;

use cimdspec_model::name::ClauseId;
use cimdspec_model::report::Report;
use cimdspec_model::requirement::clause::Sentence;
use cimdspec_model::verdict::Tally;
use cimdspec_model::verdict::Verdict;
use percent_encoding::AsciiSet;
use percent_encoding::NON_ALPHANUMERIC;
use percent_encoding::utf8_percent_encode;
use serde_json::Value;
use serde_json::json;
use sha2::Digest;
use sha2::Sha256;

use crate::ci::details::details;
use crate::ci::details::link;
use crate::ci::escape::plain;
use crate::ci::escape::quotation;
use crate::ci::location::location;
use crate::conclusion::conclusion;
use crate::per_check::CheckGroup;
use crate::per_check::by_check;
use crate::per_check::failures;
use crate::sentence::sentence_lines;
use crate::words::plural;
use crate::words::whole_line;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// How many ids of variants one result has.
const MOST_IDS: usize = 100;

/// What stays as it is in a path of a URI reference.
const OF_PATHS: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// The report as a SARIF log.
///
/// # Errors
/// When a value has no JSON form, which these have.
pub fn sarif(report: &Report) -> Result<String, serde_json::Error> {
    let groups = all(report);
    let mut rules: BTreeMap<&ClauseId, Value> = BTreeMap::new();
    for clause in groups.iter().filter_map(|(group, _)| group.clause()) {
        if let Some(sentence) = report.sentences.get(clause) {
            rules.entry(clause).or_insert_with(|| rule(clause, sentence));
        }
    }
    let places: BTreeMap<&ClauseId, usize> = rules.keys().enumerate().map(|(at, id)| (*id, at)).collect();
    let results: Vec<Value> = groups
        .iter()
        .map(|(group, level)| result(report, group, level, &places))
        .collect();
    let tally = Tally::of(&report.findings);
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "cimdspec",
                "semanticVersion": report.harness,
                "rules": rules.into_values().collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": { "%SRCROOT%": { "description": { "text": "The root of the repository" } } },
            "invocations": [invocation(report)],
            "results": results,
            "properties": {
                "target": report.target.name,
                "issuer": report.target.issuer,
                "environment": report.environment,
                "passed": tally.pass,
                "inconclusive": tally.inconclusive + tally.error,
                "notApplicable": tally.not_applicable,
                "notRun": tally.not_run,
            },
        }],
    });
    serde_json::to_string_pretty(&log)
}

/// Every broken check with its level: failures of the server first, then the most severe.
fn all(report: &Report) -> Vec<(CheckGroup<'_>, &'static str)> {
    let failed = failures(report).into_iter().map(|group| {
        let level = match report.blocking.contains(&group.first.id()) {
            true => level(Verdict::Violation),
            false => level(group.verdict),
        };
        (group, level)
    });
    let broken = [Verdict::Violation, Verdict::Warning, Verdict::Note]
        .into_iter()
        .flat_map(|verdict| by_check(report, verdict));
    failed
        .chain(broken.map(|group| {
            let level = level(group.verdict);
            (group, level)
        }))
        .collect()
}

/// A broken MUST and an inferred sentence whose breach does harm are errors, a broken SHOULD is a warning; the rest are
/// notes.
fn level(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Violation => "error",
        Verdict::Warning => "warning",
        Verdict::Note => "note",
    }
}

/// A clause as a rule.
fn rule(clause: &ClauseId, sentence: &Sentence) -> Value {
    let weaknesses = sentence
        .cwe
        .iter()
        .map(|cwe| format!("external/cwe/cwe-{cwe:03}"));
    let mut tags: Vec<String> = weaknesses.collect();
    if !tags.is_empty() {
        tags.insert(0, "security".to_owned());
    }
    tags.push(sentence.level.word().to_lowercase());
    let verdict = match sentence.counts {
        true => Verdict::of(sentence.level, sentence.harm.is_some()),
        false => Verdict::Note,
    };
    let mut rule = json!({
        "id": clause.as_str(),
        "shortDescription": { "text": whole_line(&sentence.quote) },
        "fullDescription": { "text": whole_line(&sentence.origin()) },
        "help": { "text": help(clause, sentence), "markdown": help_markdown(clause, sentence) },
        "defaultConfiguration": { "level": level(verdict) },
        "properties": { "tags": tags },
    });
    if let (Some(link), Some(members)) = (link(sentence), rule.as_object_mut()) {
        members.insert("helpUri".to_owned(), json!(link));
    }
    rule
}

fn help(clause: &ClauseId, sentence: &Sentence) -> String {
    let lines = sentence_lines([(sentence, clause)]);
    let mut lines: Vec<String> = lines.iter().map(|line| whole_line(line)).collect();
    lines.extend(link(sentence).map(str::to_owned));
    lines.extend(sentence.cwe.iter().map(|cwe| format!("CWE-{cwe}")));
    lines.join("\n")
}

fn help_markdown(clause: &ClauseId, sentence: &Sentence) -> String {
    let origin = plain(&sentence.origin());
    let origin = match link(sentence) {
        Some(link) => format!("[{origin}]({link})"),
        None => origin,
    };
    let mut parts = vec![quotation(&sentence.quote), format!("{origin} (`{clause}`)")];
    for (label, words) in [
        ("Reading", &sentence.stance),
        ("Harm", &sentence.harm),
        ("Remedy", &sentence.remedy),
    ] {
        parts.extend(words.iter().map(|words| format!("**{label}:** {}", plain(words))));
    }
    let weaknesses: Vec<String> = sentence
        .cwe
        .iter()
        .map(|cwe| format!("[CWE-{cwe}](https://cwe.mitre.org/data/definitions/{cwe}.html)"))
        .collect();
    if !weaknesses.is_empty() {
        parts.push(weaknesses.join(", "));
    }
    parts.join("\n\n")
}

/// A broken check.
fn result(report: &Report, group: &CheckGroup, level: &str, places: &BTreeMap<&ClauseId, usize>) -> Value {
    let place = location(report, group);
    let first = group.first;
    let ids: Vec<String> = group.findings().map(|finding| finding.id()).collect();
    let accepted: Vec<_> = group
        .findings()
        .filter_map(|finding| report.places.accepted(finding))
        .collect();
    let hash = fingerprint(group);
    let mut result = json!({
        "level": level,
        "message": { "text": message(report, group, accepted.len()) },
        "locations": [{
            "physicalLocation": {
                "artifactLocation": {
                    "uri": utf8_percent_encode(&place.path, OF_PATHS).to_string(),
                    "uriBaseId": "%SRCROOT%",
                },
                "region": { "startLine": place.line },
            },
            "logicalLocations": [{ "fullyQualifiedName": group.check, "name": first.check.as_str() }],
        }],
        "partialFingerprints": { "primaryLocationLineHash": format!("{hash}:1") },
        "fingerprints": { "cimdspec/v1": hash },
        "occurrenceCount": group.variants(),
        "properties": {
            "verdict": group.verdict.word(),
            "level": first.level.word(),
            "clauses": first.clauses,
            "variants": group.variants(),
            "ids": ids.iter().take(MOST_IDS).collect::<Vec<_>>(),
        },
    });
    let Some(members) = result.as_object_mut() else {
        return result;
    };
    if let Some(clause) = group.clause() {
        members.insert("ruleId".to_owned(), json!(clause.as_str()));
        members.extend(places.get(clause).map(|at| ("ruleIndex".to_owned(), json!(at))));
    }
    if let Some(known) = accepted.first().filter(|_| accepted.len() == group.variants()) {
        let suppression =
            json!({ "kind": "external", "status": "accepted", "justification": whole_line(&known.reason) });
        members.insert("suppressions".to_owned(), json!([suppression]));
    }
    result
}

fn message(report: &Report, group: &CheckGroup, accepted: usize) -> String {
    let mut text = details(report, group.first);
    if group.variants() > 1 {
        text.push_str(&format!(
            "\n{} of this check are broken; this is {}.",
            plural(group.variants(), "variant"),
            whole_line(&group.first.id())
        ));
    }
    let new = group.variants() - accepted;
    if accepted > 0 && new > 0 {
        text.push_str(&format!(" {} not in the baseline.", plural(new, "variant")));
    }
    text
}

/// What is one alert from run to run: the check and the sentences that it breaks.
fn fingerprint(group: &CheckGroup) -> String {
    let digest = Sha256::digest(format!("{} {}", group.verdict.word(), group.id()));
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// Whether the run came to its end, and if not, why.
fn invocation(report: &Report) -> Value {
    let is_complete = !report.interrupted && report.obstacle.is_none();
    let mut invocation = json!({ "executionSuccessful": is_complete });
    if let (false, Some(members)) = (is_complete, invocation.as_object_mut()) {
        let (_, words) = conclusion(report);
        let text = match &report.obstacle {
            Some(obstacle) => format!("{words}. Cause: {}. Remedy: {}", obstacle.cause, obstacle.remedy),
            None => words.to_owned(),
        };
        let notification = json!({ "level": "error", "message": { "text": whole_line(&text) } });
        members.insert("toolExecutionNotifications".to_owned(), json!([notification]));
    }
    invocation
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::ci::fabricated::hostile;
    use crate::ci::fabricated::many;
    use crate::ci::fabricated::with_baseline;
    use crate::fabricated::mixed;

    /// The published schema; see `fixtures/README.md`.
    const PUBLISHED: &str = include_str!("../../fixtures/sarif-schema-2.1.0.json");

    fn written(report: &Report) -> Value {
        serde_json::from_str(&sarif(report).unwrap()).unwrap()
    }

    fn results(log: &Value) -> &Vec<Value> {
        log["runs"][0]["results"].as_array().unwrap()
    }

    fn reports() -> [Report; 4] {
        [mixed(), with_baseline(), hostile(), many(1000)]
    }

    #[test]
    fn every_log_is_valid_by_the_published_schema() {
        // The pattern of languages, which cimdspec does not write, has a bracket too many: a strict reader refuses it.
        let mended = PUBLISHED.replace("-[a-zA-Z]{2}]?$", "-[a-zA-Z]{2}$");
        assert_ne!(mended, PUBLISHED);
        let schema = serde_json::from_str(&mended).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let interrupted = Report {
            interrupted: true,
            ..mixed()
        };
        for report in reports().into_iter().chain([interrupted]) {
            let log = written(&report);
            let wrong: Vec<String> = validator
                .iter_errors(&log)
                .map(|error| format!("{}: {error}", error.instance_path()))
                .collect();
            assert!(wrong.is_empty(), "{wrong:#?}");
        }
        assert!(!validator.is_valid(&json!({ "version": "2.1.0", "runs": [{}] })));
    }

    #[test]
    fn every_result_has_a_place_inside_the_repository() {
        let escaping = Report {
            places: cimdspec_model::place::Places {
                target: Some(cimdspec_model::place::Place {
                    path: "../secret.toml".to_owned(),
                    line: 1,
                }),
                ..Default::default()
            },
            ..mixed()
        };
        for report in reports().into_iter().chain([escaping]) {
            let log = written(&report);
            assert!(!results(&log).is_empty());
            for result in results(&log) {
                let place = &result["locations"][0]["physicalLocation"];
                let uri = place["artifactLocation"]["uri"].as_str().unwrap();
                assert!(!uri.is_empty() && !uri.starts_with('/'), "{uri}");
                assert!(
                    !uri.contains(':') && uri.split('/').all(|part| part != ".."),
                    "{uri}"
                );
                assert!(place["region"]["startLine"].as_u64().unwrap() >= 1);
            }
        }
    }

    #[test]
    fn every_result_has_a_fingerprint_of_its_own_and_a_rule() {
        for report in reports() {
            let log = written(&report);
            let hashes: BTreeSet<&str> = results(&log)
                .iter()
                .map(|result| {
                    result["partialFingerprints"]["primaryLocationLineHash"]
                        .as_str()
                        .unwrap()
                })
                .collect();
            assert_eq!(hashes.len(), results(&log).len());
            for result in results(&log) {
                let at = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
                assert_eq!(
                    log["runs"][0]["tool"]["driver"]["rules"][at]["id"],
                    result["ruleId"]
                );
            }
        }
    }

    #[test]
    fn a_check_is_one_result_at_its_level_with_its_variants_counted() {
        let log = written(&mixed());
        let told: Vec<(&str, &str, u64)> = results(&log)
            .iter()
            .map(|result| {
                (
                    result["level"].as_str().unwrap(),
                    result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"]
                        .as_str()
                        .unwrap(),
                    result["occurrenceCount"].as_u64().unwrap(),
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                ("error", "cimd/identifier/https#not-contacted", 1),
                ("error", "cimd/ssrf/answers/rebind#not-contacted", 5),
                ("error", "cimd/ssrf/several#not-contacted", 1),
                ("warning", "cimd/consent/page#not-contacted", 1),
                ("note", "cimd/caching/max-age#not-contacted", 1),
                ("note", "cimd/limits/real#not-contacted", 1),
                ("note", "mcp/warning#not-contacted", 1),
            ]
        );
    }

    #[test]
    fn the_help_of_a_rule_has_the_sentence_its_link_the_weakness_and_the_remedy() {
        let log = written(&mixed());
        let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
        let rule = rules
            .iter()
            .find(|rule| rule["id"] == "cimd.fetch.special-use")
            .unwrap();
        assert_eq!(
            rule["properties"]["tags"],
            json!(["security", "external/cwe/cwe-918", "must"])
        );
        assert!(rule["helpUri"].as_str().unwrap().ends_with("#section-8.6"));
        for member in ["text", "markdown"] {
            let help = rule["help"][member].as_str().unwrap();
            for wanted in ["MUST NOT fetch", "Check each address", "#section-8.6", "CWE-918"] {
                assert!(help.contains(wanted), "no {wanted} in {help}");
            }
        }
    }

    #[test]
    fn an_accepted_check_is_at_its_entry_and_suppressed_with_the_reason() {
        let log = written(&with_baseline());
        let of = |check: &str| {
            let is_it = |result: &&Value| {
                result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == check
            };
            results(&log).iter().find(is_it).unwrap().clone()
        };
        // Only one of its five variants is in the baseline.
        let partly = of("cimd/ssrf/answers/rebind#not-contacted");
        let place = &partly["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "ci/known%2C%20broken.toml");
        assert_eq!(place["region"]["startLine"], 7);
        assert_eq!(partly["suppressions"], Value::Null);
        assert!(
            partly["message"]["text"]
                .as_str()
                .unwrap()
                .contains("4 variants not in the baseline")
        );
        let wholly = of("cimd/consent/page#not-contacted");
        assert_eq!(wholly["suppressions"][0]["justification"], "a page of the vendor");
        let other = of("cimd/identifier/https#not-contacted");
        let place = &other["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "targets/server.toml");
    }
}
