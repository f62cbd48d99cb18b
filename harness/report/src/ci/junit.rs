//! JUnit: a suite for each scenario, a case for each variant and check, and one suite about the run itself.

use std::collections::BTreeMap;

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
use crate::words::one_line;
use crate::words::plural;
use crate::words::whole_line;

/// The suite about the run itself.
const RUN: &str = "cimdspec";

/// The report as JUnit XML.
///
/// A violation is a failure. What was not concluded, a failure of a launched server and a fault of the harness are
/// errors. What does not apply, was not run or is accepted by a baseline is skipped. A warning or a note passes, and its
/// text stands in `system-out` of its case and in the first suite.
///
/// # Errors
/// When the writer fails, which it does not in memory.
pub fn junit(report: &Report) -> Result<String, SerializeError> {
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
            suite.add_test_case(case(report, finding));
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
    let mut told = vec![
        format!("{} at {}", report.target.name, report.target.issuer),
        counts(report),
    ];
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
    suite
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

fn case(report: &Report, finding: &Finding) -> TestCase {
    let id = finding.id();
    let mut case = TestCase::new(xml(&whole_line(&id)), status(report, finding));
    case.set_classname(finding.variant.scenario.as_str());
    if let Some(verdict) = finding.verdict() {
        case.add_property(("verdict", verdict.word()));
        case.add_property(("level", finding.level.word()));
    }
    if let Outcome::Recorded(what) = &finding.outcome {
        case.set_system_out(xml(&format!("recorded: {}", one_line(what))));
    }
    if let Some(verdict @ (Verdict::Warning | Verdict::Note)) = finding.verdict()
        && !report.blocking.contains(&id)
    {
        let mark = verdict.word().to_uppercase();
        case.set_system_out(xml(&format!("{mark}: {}", details(report, finding))));
    }
    case
}

fn status(report: &Report, finding: &Finding) -> TestCaseStatus {
    let is_blocking = report.blocking.contains(&finding.id());
    match &finding.outcome {
        Outcome::Pass | Outcome::Recorded(_) => TestCaseStatus::success(),
        Outcome::NotApplicable(why) => skipped("not applicable", &why.text),
        Outcome::NotRun(why) => skipped("not run", &why.text),
        Outcome::Inconclusive(why) => not_green(
            NonSuccessKind::Error,
            "inconclusive",
            &why.text,
            details(report, finding),
        ),
        Outcome::Error(why) => not_green(
            NonSuccessKind::Error,
            "harness",
            &why.text,
            details(report, finding),
        ),
        Outcome::Fail => match (report.places.accepted(finding), finding.breach) {
            (Some(entry), _) => skipped(
                "baseline",
                &format!("known to be broken, by the baseline: {}", entry.reason),
            ),
            (None, _) if is_blocking => not_green(
                NonSuccessKind::Error,
                "server failure",
                &finding.seen,
                details(report, finding),
            ),
            (None, Verdict::Violation) => not_green(
                NonSuccessKind::Failure,
                Verdict::Violation.word(),
                &format!("expected {}, seen {}", finding.expected, finding.seen),
                details(report, finding),
            ),
            (None, Verdict::Warning | Verdict::Note) => TestCaseStatus::success(),
        },
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
