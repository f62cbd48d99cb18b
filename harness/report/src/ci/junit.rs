//! JUnit: a suite for each scenario, a case for each variant and check, and one suite about the run itself.

use std::collections::BTreeMap;

use cimdspec_model::decision::Decision;
use cimdspec_model::decision::Effect;
use cimdspec_model::report::Report;
use cimdspec_model::shell::is_shown;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Outcome;
use cimdspec_model::verdict::Verdict;
use quick_junit::NonSuccessKind;
use quick_junit::SerializeError;
use quick_junit::TestCase;
use quick_junit::TestCaseStatus;
use quick_junit::TestSuite;

use crate::ci::details::details;
use crate::conclusion::Tone;
use crate::conclusion::conclusion;
use crate::conclusion::counts;
use crate::per_check::by_check;
use crate::share::tested;
use crate::words::one_line;
use crate::words::plural;
use crate::words::whole_line;

/// The suite about the run itself.
const RUN: &str = "cimdspec";
/// The type of a failure that is about an entry of the baseline.
const STALE: &str = "stale baseline";

/// The report as JUnit XML.
///
/// What fails the run is red here, and nothing else: a broken rule that the gate counts, and an entry of the baseline that
/// is out of date, are failures; what was not concluded, a failure of a launched server and a fault of the harness are
/// errors. What does not apply, was not run or is accepted is skipped. A warning or a note that does not fail the run
/// passes, and its text stands in `system-out` of its case and in the first suite.
///
/// # Errors
/// When the writer fails, which it does not in memory.
pub fn junit(report: &Report) -> Result<String, SerializeError> {
    let decision = Decision::of(report);
    let mut out = quick_junit::Report::new(xml(&format!("cimdspec: {}", report.target.name)));
    out.add_test_suite(of_the_run(report));
    let mut by_scenario: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in &report.findings {
        let scenario = finding.variant.scenario.as_str();
        by_scenario.entry(scenario).or_default().push(finding);
    }
    for (scenario, findings) in by_scenario {
        let mut suite = TestSuite::new(scenario);
        for finding in findings {
            suite.add_test_case(case(report, &decision, finding));
        }
        out.add_test_suite(suite);
    }
    out.to_string()
}

/// What the run comes to: without it a run that was stopped early would be green.
fn of_the_run(report: &Report) -> TestSuite {
    let (tone, words) = conclusion(report);
    let is_incomplete = report.interrupted || report.obstacle.is_some();
    let has_no_verdict = report
        .findings
        .iter()
        .all(|finding| finding.outcome.why().is_some());
    let status = match is_incomplete || has_no_verdict {
        true => not_green(NonSuccessKind::Error, "run", words, obstacle(report)),
        false => TestCaseStatus::success(),
    };
    let mut told = vec![tested(report), counts(report)];
    if tone == Tone::Good || !is_incomplete {
        told.push(words.to_owned());
    }
    for verdict in [Verdict::Warning, Verdict::Note] {
        told.extend(by_check(report, verdict).iter().map(|group| {
            let variants = plural(group.variants(), "variant");
            format!("{}: {} ({variants})", verdict.word(), group.check)
        }));
    }
    for death in &report.deaths {
        told.push(format!("the server crashed: {}", death.how));
    }
    if !report.left_behind.is_empty() {
        let clients = plural(report.left_behind.len(), "registered client");
        told.push(format!("{clients} not deleted"));
    }
    let told: Vec<String> = told.iter().map(|line| one_line(line)).collect();
    let mut case = TestCase::new("run", status);
    case.set_classname(RUN);
    case.set_system_out(xml(&told.join("\n")));
    let mut suite = TestSuite::new(RUN);
    suite.add_test_case(case);
    for case in out_of_date(report) {
        suite.add_test_case(case);
    }
    suite
}

/// The entries of the baseline that name nothing that is broken: they are about no broken check that could be red.
fn out_of_date(report: &Report) -> Vec<TestCase> {
    let Some(deviations) = &report.deviations else {
        return Vec::new();
    };
    let kinds = [
        ("in the baseline, and not broken any more", &deviations.repaired),
        (
            "in the baseline, and not in the catalogue any more",
            &deviations.vanished,
        ),
    ];
    let entries = kinds
        .into_iter()
        .flat_map(|(what, entries)| entries.iter().map(move |entry| (what, &entry.words)));
    let case = |(what, words): (&str, &String)| {
        let status = not_green(NonSuccessKind::Failure, STALE, what, String::new());
        let mut case = TestCase::new(xml(&whole_line(&format!("baseline: {words}"))), status);
        case.set_classname(RUN);
        case
    };
    entries.map(case).collect()
}

fn obstacle(report: &Report) -> String {
    let lines = report.obstacle.iter().flat_map(|obstacle| {
        [
            format!("cause      {}", one_line(&obstacle.cause)),
            format!("remedy     {}", one_line(&obstacle.remedy)),
        ]
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn case(report: &Report, decision: &Decision<'_>, finding: &Finding) -> TestCase {
    let effect = decision.effect(finding);
    let status = status(report, finding, effect);
    let mut case = TestCase::new(xml(&whole_line(&finding.id())), status);
    case.set_classname(finding.variant.scenario.as_str());
    if let Some(verdict) = finding.verdict() {
        case.add_property(("verdict", verdict.word()));
        case.add_property(("level", finding.level.word()));
    }
    if let Outcome::Recorded(what) = &finding.outcome {
        case.set_system_out(xml(&format!("recorded: {}", one_line(what))));
    }
    if let Some(verdict) = finding.verdict()
        && effect == Effect::None
    {
        let mark = verdict.word().to_uppercase();
        case.set_system_out(xml(&format!("{mark}: {}", details(report, finding))));
    }
    case
}

fn status(report: &Report, finding: &Finding, effect: Effect<'_>) -> TestCaseStatus {
    let is_blocking = report.blocking.contains(&finding.id());
    let expected_and_seen = || format!("expected {}, seen {}", finding.expected, finding.seen);
    match (&finding.outcome, effect) {
        (Outcome::Pass | Outcome::Recorded(_), _) => TestCaseStatus::success(),
        (Outcome::NotApplicable(why), _) => skipped("not applicable", &why.text),
        (Outcome::NotRun(why), _) => skipped("not run", &why.text),
        (Outcome::Fail | Outcome::Inconclusive(_), Effect::Newer) => skipped(
            "newer",
            "the check is newer than the accepted release, and does not fail the run",
        ),
        (Outcome::Inconclusive(why), Effect::None) => skipped("inconclusive", &why.text),
        (Outcome::Inconclusive(why), _) => not_green(
            NonSuccessKind::Error,
            "inconclusive",
            &why.text,
            details(report, finding),
        ),
        (Outcome::Error(why), _) => not_green(
            NonSuccessKind::Error,
            "harness",
            &why.text,
            details(report, finding),
        ),
        (Outcome::Fail, Effect::Accepted(entry)) => skipped(
            "baseline",
            &format!("known to be broken, by the baseline: {}", entry.reason),
        ),
        (Outcome::Fail, Effect::Expired(entry)) => not_green(
            NonSuccessKind::Failure,
            STALE,
            &format!("broken, and its entry in the baseline has expired: {entry}"),
            details(report, finding),
        ),
        (Outcome::Fail, Effect::Broken | Effect::Failed) if is_blocking => not_green(
            NonSuccessKind::Error,
            "server failure",
            &finding.seen,
            details(report, finding),
        ),
        (Outcome::Fail, Effect::Broken | Effect::Failed) => not_green(
            NonSuccessKind::Failure,
            finding.breach.word(),
            &expected_and_seen(),
            details(report, finding),
        ),
        (Outcome::Fail, Effect::Fault | Effect::None | Effect::Open) => TestCaseStatus::success(),
    }
}

fn not_green(kind: NonSuccessKind, ty: &str, message: &str, text: String) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    status.set_type(ty).set_message(xml(&one_line(message)));
    if !text.is_empty() {
        status.set_description(xml(&text));
    }
    status
}

fn skipped(ty: &str, message: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::skipped();
    status.set_type(ty).set_message(xml(&one_line(message)));
    status
}

/// The text without any character that XML cannot have or that hides; the writer escapes the rest.
fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        let is_none = matches!(character, '\u{fffe}' | '\u{ffff}');
        match character == '\n' || (is_shown(character) && !is_none) {
            true => out.push(character),
            false => out.extend(character.escape_default()),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use roxmltree::Document;
    use roxmltree::Node;

    use super::*;
    use crate::ci::fabricated::hostile;
    use crate::fabricated::mixed;

    /// The cases of one child element, by their names.
    fn cases<'a>(document: &'a Document<'a>, child: &'a str) -> BTreeMap<&'a str, Node<'a, 'a>> {
        let all = document
            .descendants()
            .filter(|node| node.has_tag_name("testcase"));
        let with = all.filter_map(|case| {
            let child = case.children().find(|node| node.has_tag_name(child))?;
            Some((case.attribute("name")?, child))
        });
        with.collect()
    }

    #[test]
    fn each_outcome_has_the_element_that_a_ci_service_reads_it_by() {
        let text = junit(&mixed()).unwrap();
        let document = Document::parse(&text).unwrap();
        let failures = cases(&document, "failure");
        assert_eq!(failures.len(), 7, "{text}");
        let failure = failures["cimd/ssrf/answers/rebind[address=10.0.0.7]#not-contacted"];
        let told = failure.text().unwrap();
        for wanted in [
            "sentence   “MUST NOT fetch",
            "remedy     Check each address",
            "reproduce: cimdspec run --only 'cimd/ssrf/answers/rebind[address=10.0.0.7]#not-contacted'",
        ] {
            assert!(told.contains(wanted), "no `{wanted}` in {told}");
        }
        let errors = cases(&document, "error");
        let types: Vec<(&str, &str)> = errors
            .iter()
            .map(|(name, node)| (*name, node.attribute("type").unwrap()))
            .collect();
        assert_eq!(
            types,
            [
                ("cimd/dns/slow#not-contacted", "harness"),
                ("dcr/create[address=a]#not-contacted", "inconclusive"),
                ("dcr/create[address=b]#not-contacted", "inconclusive"),
            ]
        );
        let skipped = cases(&document, "skipped");
        assert_eq!(
            skipped["par/push#not-contacted"].attribute("message"),
            Some("the target does not support `par`")
        );
        assert_eq!(
            skipped["cimd/dns/alias#not-contacted"].attribute("type"),
            Some("not run")
        );
        let out = cases(&document, "system-out");
        let warning = out["cimd/consent/page#not-contacted"].text().unwrap();
        assert!(warning.starts_with("WARNING: "), "{warning}");
        let run = out["run"].text().unwrap();
        assert!(
            run.contains("warning: cimd/consent/page#not-contacted (1 variant)"),
            "{run}"
        );
    }

    #[test]
    fn a_run_without_a_conclusion_is_not_green() {
        let clean = || crate::fabricated::report(vec![crate::fabricated::passed("cimd/ssrf/plain")]);
        let errors = |report: &Report| {
            let text = junit(report).unwrap();
            let document = Document::parse(&text).unwrap();
            cases(&document, "error").len()
        };
        assert_eq!(errors(&clean()), 0);
        let interrupted = Report {
            interrupted: true,
            ..clean()
        };
        assert_eq!(errors(&interrupted), 1);
        let empty = Report {
            findings: Vec::new(),
            ..clean()
        };
        assert_eq!(errors(&empty), 1);
        let stopped = Report {
            obstacle: Some(cimdspec_model::report::Obstacle::of(
                "the login failed",
                "set a user",
            )),
            ..clean()
        };
        let text = junit(&stopped).unwrap();
        assert!(text.contains("remedy     set a user"), "{text}");
    }

    #[test]
    fn what_a_baseline_accepts_is_skipped_with_its_reason() {
        let report = crate::ci::fabricated::with_baseline();
        let text = junit(&report).unwrap();
        let document = Document::parse(&text).unwrap();
        let skipped = cases(&document, "skipped");
        let known = skipped["cimd/ssrf/answers/rebind[address=10.0.0.7]#not-contacted"];
        assert_eq!(
            known.attribute("message"),
            Some("known to be broken, by the baseline: a fix is planned")
        );
        assert_eq!(cases(&document, "failure").len(), 6);
    }

    /// The names of the cases that are red, of the first suite too.
    fn red(report: &Report) -> Vec<String> {
        let text = junit(report).unwrap();
        let document = Document::parse(&text).unwrap();
        let all = ["failure", "error"].map(|child| cases(&document, child));
        let names = all.iter().flat_map(BTreeMap::keys);
        names.map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn what_fails_the_run_is_red_and_nothing_else() {
        use cimdspec_model::gate::FailOn;
        const WARNING: &str = "cimd/consent/page#not-contacted";
        const NOTE: &str = "cimd/caching/max-age#not-contacted";
        let of = |level: &str, fail_on: &[FailOn]| {
            let mut report = crate::fabricated::mixed();
            let findings = report.findings.iter();
            let only = findings.filter(|finding| finding.id() == level).cloned();
            report.findings = only.collect();
            report.gates.fail_on = fail_on.to_vec();
            red(&report)
        };
        for (check, fail_on) in [
            (WARNING, &[FailOn::Violation][..]),
            (NOTE, &[FailOn::Warning]),
            (NOTE, &[]),
        ] {
            assert_eq!(of(check, fail_on), Vec::<String>::new());
        }
        assert_eq!(of(WARNING, &[FailOn::Warning]), [WARNING]);
        assert_eq!(of(NOTE, &[FailOn::Note]), [NOTE]);

        let mut allowed = crate::fabricated::mixed();
        allowed
            .findings
            .retain(|it| matches!(it.outcome, Outcome::Inconclusive(_)));
        assert_eq!(
            red(&allowed).len(),
            3,
            "two checks, and a run that judged nothing"
        );
        allowed
            .findings
            .push(crate::fabricated::passed("cimd/ssrf/plain"));
        assert_eq!(red(&allowed).len(), 2);
        allowed.gates.allow_inconclusive = true;
        assert_eq!(red(&allowed), Vec::<String>::new());
    }

    #[test]
    fn an_entry_of_the_baseline_that_is_out_of_date_is_red() {
        use cimdspec_model::deviations::Deviation;
        use cimdspec_model::deviations::Deviations;
        const KNOWN: &str = "cimd/consent/page#not-contacted";
        let of = |words: &str, findings: &[&str]| Deviation {
            words: words.to_owned(),
            findings: findings.iter().map(|id| (*id).to_owned()).collect(),
        };
        let mut report = crate::ci::fabricated::with_baseline();
        report.findings.retain(|finding| finding.id() == KNOWN);
        assert_eq!(red(&report), Vec::<String>::new());
        report.deviations = Some(Deviations {
            expired: vec![of(
                "cimd/consent/page#not-contacted  (accepted until 2020-01-31)",
                &[KNOWN],
            )],
            repaired: vec![of("a/b#c [gone]", &[])],
            vanished: vec![of("a/b#d", &[])],
            ..Deviations::default()
        });
        assert_eq!(red(&report), ["baseline: a/b#c [gone]", "baseline: a/b#d", KNOWN]);
        let text = junit(&report).unwrap();
        assert!(
            text.contains(
                "in the baseline has expired: cimd/consent/page#not-contacted  (accepted until 2020-01-31)"
            ),
            "{text}"
        );
        assert!(
            text.contains("in the baseline, and not broken any more"),
            "{text}"
        );
    }

    #[test]
    fn nothing_in_a_report_makes_the_xml_malformed() {
        let report = hostile();
        let text = junit(&report).unwrap();
        let document = Document::parse(&text).unwrap();
        let all = document
            .descendants()
            .filter(|node| node.has_tag_name("testcase"))
            .count();
        assert_eq!(all, report.findings.len() + 1);
        assert!(text.contains("]]&gt;"), "{text}");
        assert!(!text.contains("<script>"));
    }
}
