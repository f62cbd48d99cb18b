//! Broken rules on the screen: an example of each with its evidence and its sentence, and all of them as one table.

use std::collections::BTreeSet;
use std::fmt::Write;

use cimdspec_model::made::Made;
use cimdspec_model::report::Report;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Verdict;

use crate::evidence::Extent;
use crate::evidence::lines;
use crate::group::Group;
use crate::group::grouped;
use crate::paint::Paint;
use crate::reproduce::reproduce;
use crate::screen::Amount;
use crate::screen::Screen;
use crate::sentence::sentence_lines;
use crate::words::cut_line;
use crate::words::named;
use crate::words::one_line;
use crate::words::plural;

const VERDICTS: [Verdict; 3] = [Verdict::Violation, Verdict::Warning, Verdict::Note];
/// How many checks of one rule have a line of their own.
const CHECKS: usize = 3;

/// The rules that are broken, each with an example.
pub(crate) fn rules(out: &mut String, report: &Report, command: &Made, screen: &Screen) {
    for verdict in VERDICTS {
        let mark = mark(verdict, screen.paint);
        for group in grouped(report, verdict) {
            let Some(group) = group.among(|finding| screen.is_news(finding)) else {
                continue;
            };
            let Some(first) = group.first() else {
                continue;
            };
            example(out, report, first, command, screen, &mark);
            more(out, &group, screen);
            let follow = group.consequences(report).into_iter();
            let checks = follow.filter_map(|id| id.split_once('#').map(|(_, check)| format!("#{check}")));
            let follow: BTreeSet<String> = checks.collect();
            if !follow.is_empty() {
                let _ = writeln!(out, "  follows    {}", named(follow.into_iter(), screen.amount));
            }
            out.push('\n');
        }
    }
}

/// The word of a verdict as it begins a finding.
fn mark(verdict: Verdict, paint: Paint) -> String {
    match verdict {
        Verdict::Violation => paint.bad("VIOLATION"),
        Verdict::Warning => paint.doubtful("WARNING"),
        Verdict::Note => paint.strong("NOTE"),
    }
}

/// One finding with all that is to be said about it.
pub(crate) fn example(
    out: &mut String,
    report: &Report,
    finding: &Finding,
    command: &Made,
    screen: &Screen,
    mark: &str,
) {
    let _ = writeln!(out, "{mark}  {}", screen.paint.strong(&finding.id()));
    let _ = writeln!(out, "  {}", one_line(&finding.title));
    let _ = writeln!(out, "  expected   {}", one_line(&finding.expected));
    let _ = writeln!(out, "  seen       {}", one_line(&finding.seen));
    lines(out, finding, Extent::of(report, screen), screen);
    let clauses = finding.clauses.iter();
    let sentences = clauses.filter_map(|id| Some((report.sentences.get(id)?, id)));
    for line in sentence_lines(sentences) {
        let _ = writeln!(out, "  {line}");
    }
    let _ = writeln!(out, "  reproduce: {}", reproduce(report, command, finding));
}

/// What else breaks the rule, check by check.
fn more(out: &mut String, group: &Group<'_>, screen: &Screen) {
    let count = group.count() - 1;
    if count == 0 {
        return;
    }
    let shown = match screen.amount {
        Amount::Verbose => group.checks.len(),
        Amount::Quiet | Amount::Usual => CHECKS,
    };
    let variants = plural(count, "more variant");
    if let [check] = group.checks.as_slice() {
        let axes = check.findings.iter().skip(1).map(|finding| axes(finding));
        let _ = writeln!(out, "  and {variants}: {}", named(axes, screen.amount));
        return;
    }
    let _ = writeln!(
        out,
        "  and {variants}, of {} in all:",
        plural(group.checks.len(), "check")
    );
    for (place, check) in group.checks.iter().take(shown).enumerate() {
        let axes = check
            .findings
            .iter()
            .skip(usize::from(place == 0))
            .map(|finding| axes(finding));
        let axes: Vec<String> = axes.filter(|axes| !axes.is_empty()).collect();
        let told = match axes.is_empty() {
            true => check.id.clone(),
            false => format!("{}: {}", check.id, named(axes.into_iter(), screen.amount)),
        };
        let told = match screen.amount {
            Amount::Verbose => told,
            Amount::Quiet | Amount::Usual => cut_line(&told, screen.room(5)),
        };
        let _ = writeln!(out, "    {told}");
    }
    let rest = group.checks.len().saturating_sub(shown);
    if rest > 0 {
        let _ = writeln!(out, "    and {}", plural(rest, "more check"));
    }
}

fn axes(finding: &Finding) -> String {
    let axes = finding.variant.axes.iter();
    let slugs: Vec<String> = axes.map(|(axis, slug)| format!("{axis}={slug}")).collect();
    slugs.join(",")
}

/// All broken rules as one table: the last that a reader sees.
pub(crate) fn table(out: &mut String, report: &Report, screen: &Screen) {
    let paint = screen.paint;
    let mut rows = Vec::new();
    let mut known = (0, 0);
    for group in VERDICTS.into_iter().flat_map(|verdict| grouped(report, verdict)) {
        let is_known = |finding: &Finding| {
            let ids = screen.known.as_ref();
            ids.is_some_and(|ids| ids.contains(&finding.id()))
        };
        match group.among(|finding| !is_known(finding)) {
            Some(news) => rows.push(news),
            None => known = (known.0 + 1, known.1 + group.count()),
        }
    }
    if !rows.is_empty() {
        let widest = rows
            .iter()
            .map(|group| group.clause.as_str().len())
            .max()
            .unwrap_or_default()
            .max(4);
        let header = format!(
            "  {:9}  {:widest$}  {:8}  {:>8}  first",
            "verdict", "rule", "level", "variants"
        );
        let _ = writeln!(out, "{}", paint.faint(&header));
        for group in rows {
            let word = format!("{:9}", group.verdict.word());
            let word = match group.verdict {
                Verdict::Violation => paint.bad(&word),
                Verdict::Warning => paint.doubtful(&word),
                Verdict::Note => word,
            };
            let rest = format!(
                "{:widest$}  {:8}  {:>8}  {}",
                group.clause.as_str(),
                group.level.word(),
                group.count(),
                group.first().map(Finding::id).unwrap_or_default()
            );
            // An id that is cut cannot be copied.
            let _ = writeln!(out, "  {word}  {}", one_line(&rest));
        }
        out.push('\n');
    }
    if known.0 > 0 {
        let _ = writeln!(
            out,
            "known from the baseline: {} in {}\n",
            plural(known.0, "rule"),
            plural(known.1, "variant")
        );
    }
}
