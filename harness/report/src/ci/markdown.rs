//! Markdown for the summary of a job: the verdict first, counts, then the broken rules with how to reproduce them.

use std::collections::BTreeMap;
use std::fmt::Write;

use cimdspec_model::name::ClauseId;
use cimdspec_model::report::Report;
use cimdspec_model::requirement::clause::Sentence;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Outcome;
use cimdspec_model::verdict::Tally;
use cimdspec_model::verdict::Verdict;

use crate::ci::details::link;
use crate::ci::escape::code;
use crate::ci::escape::plain;
use crate::ci::escape::quotation;
use crate::conclusion::conclusion;
use crate::per_check::CheckGroup;
use crate::per_check::by_clause;
use crate::per_check::failures;
use crate::reproduce::reproduce;
use crate::share::not_asked;
use crate::share::percent;
use crate::time::moment;
use crate::words::plural;
use crate::words::whole_line;

/// Services cut or refuse a summary of more than one mebibyte.
const MOST_BYTES: usize = 900 * 1024;
/// What stands below the rules has room, whatever stands above.
const FOR_THE_END: usize = 80 * 1024;
/// How many checks of one clause are shown.
const MOST_CHECKS: usize = 10;
/// How many reasons of what was not concluded are shown, and how many of the clients that were left behind.
const MOST_ROWS: usize = 10;

/// The report as Markdown of at most 900 KiB.
pub fn markdown(report: &Report) -> String {
    let mut out = head(report);
    let mut left_out = 0;
    for section in sections(report) {
        let Section { heading, parts } = section;
        let mut is_begun = false;
        for part in parts {
            let needed = part.len() + if is_begun { 0 } else { heading.len() };
            if out.len() + needed + FOR_THE_END > MOST_BYTES {
                left_out += 1;
                continue;
            }
            if !is_begun {
                out.push_str(&heading);
                is_begun = true;
            }
            out.push_str(&part);
        }
    }
    if left_out > 0 {
        let _ = writeln!(
            out,
            "\n**{} not shown here, for lack of room.** The report document has all.",
            plural(left_out, "more rule")
        );
    }
    open(&mut out, report);
    rest(&mut out, report);
    out
}

/// A heading with what stands below it; it is left out where nothing does.
struct Section {
    heading: String,
    parts: Vec<String>,
}

fn head(report: &Report) -> String {
    let (_, words) = conclusion(report);
    let tally = Tally::of(&report.findings);
    let mut out = format!("## cimdspec: {words}\n\n");
    let _ = writeln!(
        out,
        "{} at {}, {} environment, {}, {:.1} s, cimdspec {}\n",
        code(&report.target.name),
        code(&report.target.issuer),
        plain(&report.environment),
        moment(report.began),
        report.took as f64 / 1000.0,
        plain(&report.harness)
    );
    if let Some(share) = &report.share {
        let _ = writeln!(out, "**{}:** {}\n", percent(share), plain(&not_asked(share)));
    }
    if let Some(obstacle) = &report.obstacle {
        let _ = writeln!(out, "**Cause:** {}\n", code(&obstacle.cause));
        let _ = writeln!(out, "**Remedy:** {}\n", plain(&obstacle.remedy));
    }
    out.push_str("| checks | passed | violations | warnings | notes | inconclusive | errors | not applicable | not run |\n");
    out.push_str("|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
    let _ = writeln!(
        out,
        "| {} | {} | {} | {} | {} | {} | {} | {} | {} |",
        tally.total(),
        tally.pass,
        tally.violation,
        tally.warning,
        tally.note,
        tally.inconclusive,
        tally.error,
        tally.not_applicable,
        tally.not_run
    );
    out
}

fn sections(report: &Report) -> Vec<Section> {
    let failed = failures(report);
    let mut sections = vec![Section {
        heading: "\n### Failures of the server\n".to_owned(),
        parts: failed
            .into_iter()
            .map(|group| rule(report, group.clause(), &[group]))
            .collect(),
    }];
    for (verdict, word) in [
        (Verdict::Violation, "Violations"),
        (Verdict::Warning, "Warnings"),
        (Verdict::Note, "Notes"),
    ] {
        let rules = by_clause(report, verdict);
        let heading = format!("\n### {word}: {}\n", plural(rules.len(), "rule"));
        let parts = rules
            .iter()
            .map(|(clause, groups)| rule(report, Some(clause), groups))
            .collect();
        sections.push(Section { heading, parts });
    }
    sections
}

/// A broken rule: its sentence, what to change, its checks, and how to reproduce them.
fn rule(report: &Report, clause: Option<&ClauseId>, groups: &[CheckGroup]) -> String {
    let variants: usize = groups.iter().map(CheckGroup::variants).sum();
    let name = clause.map_or("", ClauseId::as_str);
    let mut out = format!(
        "\n#### `{name}`: {}, {}\n\n",
        plural(groups.len(), "check"),
        plural(variants, "variant")
    );
    if let Some(sentence) = clause.and_then(|clause| report.sentences.get(clause)) {
        out.push_str(&cited(sentence));
    }
    out.push_str("| check | variants | expected | seen |\n|---|--:|---|---|\n");
    for group in groups.iter().take(MOST_CHECKS) {
        let Finding { expected, seen, .. } = group.first;
        let _ = writeln!(
            out,
            "| {}{} | {} | {} | {} |",
            code(&group.check),
            known(report, group),
            group.variants(),
            plain_cell(expected),
            code(seen)
        );
    }
    if groups.len() > MOST_CHECKS {
        let more = plural(groups.len() - MOST_CHECKS, "more check");
        let _ = writeln!(out, "\nand {more}");
    }
    let commands: Vec<String> = groups
        .iter()
        .take(MOST_CHECKS)
        .map(|group| whole_line(&reproduce(report, &report.made, group.first)))
        .collect();
    out.push_str(&fenced(&commands));
    out
}

fn cited(sentence: &Sentence) -> String {
    let origin = plain(&sentence.origin());
    let origin = match link(sentence) {
        Some(link) => format!("[{origin}]({link})"),
        None => origin,
    };
    let weaknesses: String = sentence.cwe.iter().map(|cwe| format!(", CWE-{cwe}")).collect();
    let quoted = quotation(&sentence.quote);
    let mut out = format!("{quoted}\n\n{origin}{weaknesses}\n\n");
    if let Some(remedy) = &sentence.remedy {
        let _ = writeln!(out, "**Remedy:** {}\n", plain(remedy));
    }
    out
}

/// How much of a check its baseline accepts.
fn known(report: &Report, group: &CheckGroup) -> String {
    let accepted = group
        .findings()
        .filter(|finding| report.places.accepted(finding).is_some())
        .count();
    match accepted {
        0 => String::new(),
        all if all == group.variants() => ", in the baseline".to_owned(),
        some => format!(", {some} of {} in the baseline", group.variants()),
    }
}

fn plain_cell(text: &str) -> String {
    match text.chars().count() {
        0..=200 => plain(text),
        _ => code(text),
    }
}

/// Lines in a block of code whose fence none of them has.
fn fenced(lines: &[String]) -> String {
    let longest = |line: &String| line.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let ticks = lines.iter().map(longest).max().unwrap_or(0).max(2) + 1;
    let fence = "`".repeat(ticks);
    format!("\n{fence}sh\n{}\n{fence}\n", lines.join("\n"))
}

/// What was not concluded, by its reason.
fn open(out: &mut String, report: &Report) {
    let mut reasons: BTreeMap<(&str, &str), Vec<&Finding>> = BTreeMap::new();
    for finding in &report.findings {
        let (word, why) = match &finding.outcome {
            Outcome::Error(why) => ("error", why),
            Outcome::Inconclusive(why) => ("inconclusive", why),
            _ => continue,
        };
        reasons.entry((word, &why.text)).or_default().push(finding);
    }
    if reasons.is_empty() {
        return;
    }
    out.push_str("\n### Not concluded\n\n| outcome | checks | reason | first check |\n|---|--:|---|---|\n");
    for ((word, why), findings) in reasons.iter().take(MOST_ROWS) {
        let first = findings
            .first()
            .map(|first| code(&first.id()))
            .unwrap_or_default();
        let _ = writeln!(out, "| {word} | {} | {} | {first} |", findings.len(), code(why));
    }
    if reasons.len() > MOST_ROWS {
        let more = plural(reasons.len() - MOST_ROWS, "more reason");
        let _ = writeln!(out, "\nand {more}");
    }
}

/// What else whoever runs the server has to know.
fn rest(out: &mut String, report: &Report) {
    for death in report.deaths.iter().take(MOST_ROWS) {
        let case = match &death.case {
            Some(case) => format!(" in {}", code(case)),
            None => String::new(),
        };
        let _ = writeln!(out, "\nThe server crashed{case}: {}", code(&death.how));
    }
    if !report.left_behind.is_empty() {
        let clients = plural(report.left_behind.len(), "registered client");
        let shown = report.left_behind.iter().take(MOST_ROWS);
        let shown: Vec<String> = shown.map(|client| code(client)).collect();
        let _ = writeln!(out, "\n{clients} not deleted, such as {}", shown.join(", "));
    }
    for pattern in report.idle.iter().take(MOST_ROWS) {
        let _ = writeln!(out, "\nNothing of {} was judged.", code(pattern));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ci::fabricated::hostile;
    use crate::ci::fabricated::many;
    use crate::ci::fabricated::with_baseline;
    use crate::fabricated::mixed;
    use crate::fabricated::snapshot;

    #[test]
    fn a_summary_has_the_verdict_first_and_each_rule_with_its_remedy_and_command() {
        let text = markdown(&mixed());
        assert!(
            text.starts_with("## cimdspec: the server breaks mandatory rules\n"),
            "{text}"
        );
        snapshot("report_markdown", &text);
    }

    #[test]
    fn a_summary_is_bounded_and_counts_what_it_leaves_out() {
        let text = markdown(&many(20_000));
        assert!(text.len() <= MOST_BYTES, "{}", text.len());
        assert!(text.len() > MOST_BYTES / 2, "{}", text.len());
        assert!(text.contains("more rules not shown here"));
        assert!(!markdown(&many(100)).contains("not shown here"));
        // Each of these characters is six in Markdown.
        let mut long = many(20_000);
        let text = "||".repeat(5000);
        for (number, finding) in long.findings.iter_mut().enumerate() {
            finding.seen.clone_from(&text);
            finding.outcome = match number % 2 {
                0 => Outcome::Fail,
                _ => Outcome::inconclusive(format!("{number}{text}")),
            };
        }
        long.deaths = vec![
            cimdspec_model::report::Death {
                how: text.clone(),
                case: Some(text.clone()),
                log: vec![text.clone()],
            };
            100
        ];
        long.left_behind = vec![text.clone(); 100];
        long.idle = vec![text.clone(); 100];
        let text = markdown(&long);
        assert!(text.len() <= MOST_BYTES, "{}", text.len());
    }

    #[test]
    fn what_the_baseline_has_is_marked() {
        let text = markdown(&with_baseline());
        assert!(text.contains("1 of 5 in the baseline"), "{text}");
        assert!(text.contains(", in the baseline |"), "{text}");
    }

    /// Every table has as many cells in each row as in its header, and no line of text is markup of its own.
    #[test]
    fn a_hostile_name_breaks_no_table_and_brings_no_markup() {
        let text = markdown(&hostile());
        let mut cells = None;
        let mut fence: Option<String> = None;
        for line in text.lines() {
            if let Some(open) = &fence {
                if line == open {
                    fence = None;
                }
                continue;
            }
            if let Some(open) = line.strip_suffix("sh").filter(|line| line.starts_with("```")) {
                fence = Some(open.to_owned());
                continue;
            }
            match line.starts_with('|') {
                true => {
                    let count = line.matches('|').count();
                    assert_eq!(*cells.get_or_insert(count), count, "{line}");
                }
                false => cells = None,
            }
            let bare = line.replace("<code>", "").replace("</code>", "");
            assert!(!bare.contains('<'), "{line}");
            assert!(!bare.contains("://") || bare.contains("](https://"), "{line}");
        }
        assert_eq!(fence, None);
    }
}
