//! Annotations: workflow commands that GitHub Actions, Gitea and Forgejo show at a line of the repository.

use std::fmt::Write;

use cimdspec_model::place::Place;
use cimdspec_model::report::Report;
use cimdspec_model::verdict::Outcome;
use cimdspec_model::verdict::Verdict;

use crate::ci::location::location;
use crate::ci::location::of_the_run;
use crate::conclusion::conclusion;
use crate::per_check::CheckGroup;
use crate::per_check::by_check;
use crate::per_check::failures;
use crate::reproduce::reproduce;
use crate::words::one_line;
use crate::words::plural;
use crate::words::whole_line;

/// How many annotations of one kind a step can have; the runner drops the others without a word.
const MOST: usize = 10;

/// One annotation, before it is written.
struct Annotation {
    place: Place,
    title: String,
    message: String,
}

/// The report as workflow commands: one annotation for each check, at most ten of each kind.
pub fn annotations(report: &Report) -> String {
    let mut kinds: [(&str, Vec<Annotation>); 3] = [
        ("error", of_run(report)),
        ("warning", open(report)),
        ("notice", Vec::new()),
    ];
    for group in failures(report) {
        let is_blocking = report.blocking.contains(&group.first.id());
        let kind = if is_blocking { 0 } else { kind_of(group.verdict) };
        kinds[kind].1.push(of_group(report, &group, "server failure"));
    }
    for verdict in [Verdict::Violation, Verdict::Warning, Verdict::Note] {
        for group in by_check(report, verdict) {
            kinds[kind_of(verdict)]
                .1
                .push(of_group(report, &group, verdict.word()));
        }
    }
    let mut out = String::new();
    for (kind, found) in kinds {
        written(&mut out, report, kind, found);
    }
    out
}

fn kind_of(verdict: Verdict) -> usize {
    match verdict {
        Verdict::Violation => 0,
        Verdict::Warning => 1,
        Verdict::Note => 2,
    }
}

/// What the run itself comes to, where nothing could be concluded.
fn of_run(report: &Report) -> Vec<Annotation> {
    let (_, words) = conclusion(report);
    let message = match &report.obstacle {
        Some(obstacle) => format!("{words}. Cause: {}. Remedy: {}", obstacle.cause, obstacle.remedy),
        None => words.to_owned(),
    };
    let is_incomplete = report.interrupted || report.obstacle.is_some();
    let annotation = is_incomplete.then(|| Annotation {
        place: of_the_run(report),
        title: "cimdspec".to_owned(),
        message,
    });
    annotation.into_iter().collect()
}

/// How much was not concluded.
fn open(report: &Report) -> Vec<Annotation> {
    let is_open = |outcome: &Outcome| matches!(outcome, Outcome::Inconclusive(_) | Outcome::Error(_));
    let open: Vec<_> = report
        .findings
        .iter()
        .filter(|finding| is_open(&finding.outcome))
        .collect();
    let first = open.first().map(|first| Annotation {
        place: of_the_run(report),
        title: "inconclusive".to_owned(),
        message: format!(
            "{} not concluded. The first is {}: {}",
            plural(open.len(), "check"),
            first.id(),
            first.outcome.why().map_or("", |why| why.text.as_str())
        ),
    });
    first.into_iter().collect()
}

fn of_group(report: &Report, group: &CheckGroup, word: &str) -> Annotation {
    let first = group.first;
    let variants = match group.variants() {
        1 => String::new(),
        several => format!(" ({several} variants)"),
    };
    let all_known = group
        .findings()
        .all(|finding| report.places.accepted(finding).is_some());
    let known = if all_known { ", in the baseline" } else { "" };
    let remedy = first
        .clauses
        .first()
        .and_then(|clause| report.sentences.get(clause))
        .and_then(|sentence| sentence.remedy.as_deref())
        .map_or(String::new(), |remedy| format!("\n{}", one_line(remedy)));
    Annotation {
        place: location(report, group),
        title: format!("{word}{known}: {}{variants}", group.check),
        message: format!(
            "{}\nexpected {}, seen {}\n{}{remedy}\nreproduce: {}",
            one_line(&first.title),
            one_line(&first.expected),
            one_line(&first.seen),
            one_line(&first.citation_with(&[])),
            whole_line(&reproduce(report, &report.made, first))
        ),
    }
}

/// The commands of one kind; where there are too many, the last one counts the others.
fn written(out: &mut String, report: &Report, kind: &str, found: Vec<Annotation>) {
    let all = found.len();
    let shown = if all > MOST { MOST - 1 } else { all };
    let rest = (all > shown).then(|| Annotation {
        place: of_the_run(report),
        title: "cimdspec".to_owned(),
        message: format!(
            "{} of this kind not shown: a step has at most {MOST}. The report document has all.",
            plural(all - shown, "more check")
        ),
    });
    for annotation in found.into_iter().take(shown).chain(rest) {
        let Annotation {
            place,
            title,
            message,
        } = annotation;
        let _ = writeln!(
            out,
            "::{kind} file={},line={},title={}::{}",
            property(&place.path),
            place.line,
            property(&one_line(&title)),
            data(&message)
        );
    }
}

/// A message as the runner reads it.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property as the runner reads it.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ci::fabricated::hostile;
    use crate::ci::fabricated::many;
    use crate::ci::fabricated::with_baseline;
    use crate::fabricated::mixed;

    /// What the runner reads: the kind, the properties and the message.
    fn read(line: &str) -> (String, Vec<(String, String)>, String) {
        let back = |text: &str| {
            text.replace("%0A", "\n")
                .replace("%0D", "\r")
                .replace("%3A", ":")
                .replace("%2C", ",")
                .replace("%25", "%")
        };
        let (command, message) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
        let (kind, properties) = command.split_once(' ').unwrap();
        let properties = properties.split(',').map(|property| {
            let (name, value) = property.split_once('=').unwrap();
            (name.to_owned(), back(value))
        });
        (kind.to_owned(), properties.collect(), back(message))
    }

    #[test]
    fn each_check_is_one_annotation_at_a_line() {
        let text = annotations(&mixed());
        let kinds: Vec<String> = text.lines().map(|line| read(line).0).collect();
        assert_eq!(
            kinds,
            [
                "error", "error", "error", "warning", "warning", "notice", "notice", "notice"
            ]
        );
        let line = text.lines().find(|line| line.contains("rebind")).unwrap();
        let (_, properties, message) = read(line);
        assert_eq!(properties[0], ("file".to_owned(), "README.md".to_owned()));
        assert_eq!(
            properties[2].1,
            "violation: cimd/ssrf/answers/rebind#not-contacted (5 variants)"
        );
        assert!(message.contains("reproduce: cimdspec run --only"), "{message}");
    }

    #[test]
    fn an_entry_of_the_baseline_is_where_its_check_is_shown() {
        let text = annotations(&with_baseline());
        let line = text.lines().find(|line| line.contains("rebind")).unwrap();
        let (_, properties, _) = read(line);
        assert_eq!(properties[0].1, "ci/known, broken.toml");
        assert_eq!(properties[1].1, "7");
    }

    #[test]
    fn of_many_the_last_one_counts_the_others() {
        let text = annotations(&many(20_000));
        let errors: Vec<&str> = text.lines().filter(|line| line.starts_with("::error")).collect();
        assert_eq!(errors.len(), MOST);
        assert!(
            errors[9].contains("::19991 more checks of this kind not shown"),
            "{}",
            errors[9]
        );
        assert!(text.len() < 60_000);
    }

    #[test]
    fn no_text_of_a_report_is_a_command_of_its_own() {
        let text = annotations(&hostile());
        for line in text.lines() {
            let (kind, properties, _) = read(line);
            assert!(["error", "warning", "notice"].contains(&kind.as_str()), "{line}");
            let names: Vec<&str> = properties.iter().map(|(name, _)| name.as_str()).collect();
            assert_eq!(names, ["file", "line", "title"], "{line}");
        }
        assert_eq!(data("50%\r\nx"), "50%25%0D%0Ax");
        assert_eq!(property("a:b,c%"), "a%3Ab%2Cc%25");
    }
}
