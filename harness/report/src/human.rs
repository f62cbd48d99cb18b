//! The report for people: a table by family, each broken rule with its evidence and its sentence, the doubts, and one last line.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fmt::Write;

use cimdspec_model::report::Report;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Outcome;
use cimdspec_model::verdict::Tally;
use cimdspec_model::verdict::Verdict;

use crate::evidence::Extent;
use crate::evidence::lines;
use crate::evidence::rest;
use crate::law::judged_by;
use crate::paint::Paint;
use crate::sentence::sentence_lines;
use crate::words::one_line;
use crate::words::others;
use crate::words::plural;

/// How many variants of one check, or ids with one reason, are named before the rest is counted.
const NAMED: usize = 3;
const LOG_LINES: usize = 20;

/// In place of the conditions of checks that were not met.
const PRECONDITION: &str = "precondition not met (details in report.json)";

type Reason = fn(&Outcome) -> Option<&str>;

/// What was tested: the first line of whatever is shown of a report.
pub fn headline(report: &Report, paint: Paint) -> String {
    let told = format!("{} at {}", report.target.name, report.target.issuer);
    paint.strong(&one_line(&told))
}

/// The command that made a run: a finding is reproduced by it, with what chooses the finding among its flags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The command with its flags.
    pub flags: String,
    /// The command of the server that follows them, where the run started one.
    pub server: Option<String>,
}

impl Made {
    /// The command with these flags more.
    fn with(&self, more: &str) -> String {
        match &self.server {
            Some(server) => format!("{}{more} -- {server}", self.flags),
            None => format!("{}{more}", self.flags),
        }
    }
}

/// The report as text; `command` is what made the run.
pub fn human(report: &Report, command: &Made, paint: Paint) -> String {
    let mut out = judged_by(report, paint);
    for words in &report.calibration {
        let _ = writeln!(out, "  {}", paint.faint(&one_line(words)));
    }
    if !report.calibration.is_empty() {
        out.push('\n');
    }
    obstacle(&mut out, report, paint);
    failures(&mut out, report, command, paint);
    families(&mut out, report, paint);
    for verdict in [Verdict::Violation, Verdict::Warning, Verdict::Note] {
        let mark = match verdict {
            Verdict::Violation => paint.bad("VIOLATION"),
            Verdict::Warning => paint.doubtful("WARNING"),
            Verdict::Note => paint.strong("NOTE"),
        };
        for group in grouped(report, verdict) {
            broken(&mut out, report, &group, command, paint, &mark);
            consequences(&mut out, report, &group);
            out.push('\n');
        }
    }
    doubts(&mut out, report, paint);
    rest(&mut out, report, Extent::of(report), paint);
    if report.failures.is_empty() {
        deaths(&mut out, report, paint);
    }
    left_behind(&mut out, report, paint);
    throttled(&mut out, report);
    idle(&mut out, report, paint);
    last_line(&mut out, report, paint);
    out
}

/// Why nothing was concluded, and what to do about it.
fn obstacle(out: &mut String, report: &Report, paint: Paint) {
    let Some(obstacle) = &report.obstacle else {
        return;
    };
    let _ = writeln!(out, "{}  no right request was granted", paint.bad("STOPPED"));
    let _ = writeln!(out, "  cause      {}", one_line(&obstacle.cause));
    let _ = writeln!(out, "  remedy     {}", one_line(&obstacle.remedy));
    let from = obstacle.log.len().saturating_sub(LOG_LINES);
    for (number, line) in obstacle.log[from..].iter().enumerate() {
        let label = if number == 0 { "server log" } else { "" };
        let _ = writeln!(out, "  {label:<10} {}", paint.faint(&one_line(line)));
    }
    let _ = writeln!(out, "  `--keep-going` runs the cases all the same\n");
}

/// The failures of the server, above all else: no verdict of another rule rests on one.
fn failures(out: &mut String, report: &Report, command: &Made, paint: Paint) {
    for finding in report
        .findings
        .iter()
        .filter(|finding| is_failure(report, finding))
    {
        broken(out, report, &[finding], command, paint, &paint.bad("FAILURE"));
        let id = finding.id();
        let because = |other: &&Finding| other.because.as_ref() == Some(&id);
        let open = report.findings.iter().filter(because).count();
        if open > 0 {
            let open = plural(open, "check");
            let _ = writeln!(out, "  follows    {open} inconclusive");
        }
        out.push('\n');
    }
}

fn is_failure(report: &Report, finding: &Finding) -> bool {
    report.failures.contains(&finding.id())
}

fn families(out: &mut String, report: &Report, paint: Paint) {
    let mut by_family: BTreeMap<String, Vec<&Finding>> = BTreeMap::new();
    for finding in &report.findings {
        by_family
            .entry(finding.variant.scenario.family())
            .or_default()
            .push(finding);
    }
    let widest = by_family.keys().map(String::len).max().unwrap_or(6).max(6);
    let header = format!(
        "  {:widest$}  {:>6}  {:>6}  {:>10}  other",
        "family", "checks", "passed", "violations"
    );
    let _ = writeln!(out, "{}", paint.faint(&header));
    for (name, findings) in &by_family {
        let tally = Tally::of(findings.iter().copied());
        let violations = format!("{:>10}", tally.violation);
        let violations = if tally.violation > 0 {
            paint.bad(&violations)
        } else {
            paint.faint(&violations)
        };
        let line = format!(
            "  {name:widest$}  {:>6}  {:>6}  {violations}  {}",
            tally.total(),
            tally.pass,
            others(&tally)
        );
        let _ = writeln!(out, "{}", line.trim_end());
    }
    out.push('\n');
}

/// The broken findings of a verdict, the variants of one check under one sentence together.
fn grouped(report: &Report, verdict: Verdict) -> Vec<Vec<&Finding>> {
    let mut groups: BTreeMap<String, Vec<&Finding>> = BTreeMap::new();
    for finding in report
        .findings
        .iter()
        .filter(|finding| finding.verdict() == Some(verdict) && !is_failure(report, finding))
    {
        let clauses: Vec<&str> = finding.clauses.iter().map(|id| id.as_str()).collect();
        let key = format!(
            "{}#{} {}",
            finding.variant.scenario,
            finding.check,
            clauses.join(" ")
        );
        groups.entry(key).or_default().push(finding);
    }
    groups.into_values().collect()
}

fn broken(out: &mut String, report: &Report, group: &[&Finding], command: &Made, paint: Paint, mark: &str) {
    let Some((first, more)) = group.split_first() else {
        return;
    };
    let _ = writeln!(out, "{mark}  {}", paint.strong(&first.id()));
    let _ = writeln!(out, "  {}", one_line(&first.title));
    let _ = writeln!(out, "  expected   {}", one_line(&first.expected));
    let _ = writeln!(out, "  seen       {}", one_line(&first.seen));
    lines(out, first, Extent::of(report), paint);
    let clauses = first.clauses.iter();
    let sentences = clauses.filter_map(|id| Some((report.sentences.get(id)?, id)));
    for line in sentence_lines(sentences) {
        let _ = writeln!(out, "  {line}");
    }
    let _ = writeln!(out, "  reproduce: {}", command.with(&chosen(report, first)));
    if !more.is_empty() {
        let _ = writeln!(
            out,
            "  and {}: {}",
            plural(more.len(), "more variant"),
            named(more.iter().map(|finding| axes(finding)))
        );
    }
}

/// What chooses a finding: of a cause of failures the variant that brings it, which no catalogue has.
fn chosen(report: &Report, finding: &Finding) -> String {
    let id = finding.id();
    match (is_failure(report, finding), report.brought_by.get(&id)) {
        (true, Some(case)) => format!(" --only '{case}'"),
        // It died of several together.
        (true, None) if !finding.variant.axes.is_empty() => String::new(),
        _ => format!(" --only '{id}'"),
    }
}

/// What only follows from the findings of a group: the checks, each once.
fn consequences(out: &mut String, report: &Report, group: &[&Finding]) {
    let causes: BTreeSet<String> = group.iter().map(|finding| finding.id()).collect();
    let follows = |finding: &&Finding| finding.because.as_ref().is_some_and(|id| causes.contains(id));
    let checks: BTreeSet<String> = report
        .findings
        .iter()
        .filter(follows)
        .map(|finding| format!("#{}", finding.check))
        .collect();
    if !checks.is_empty() {
        let _ = writeln!(out, "  follows    {}", named(checks.into_iter()));
    }
}

fn axes(finding: &Finding) -> String {
    let slugs: Vec<String> = finding
        .variant
        .axes
        .iter()
        .map(|(axis, slug)| format!("{axis}={slug}"))
        .collect();
    slugs.join(",")
}

/// The first few, and how many are left.
fn named(texts: impl ExactSizeIterator<Item = String>) -> String {
    let rest = texts.len().saturating_sub(NAMED);
    let mut told = texts.take(NAMED).collect::<Vec<_>>().join("; ");
    if rest > 0 {
        let _ = write!(told, "; and {rest} more");
    }
    told
}

/// What was not concluded, by reason; where nothing can be done about it the ids are only counted.
fn doubts(out: &mut String, report: &Report, paint: Paint) {
    let began = out.len();
    let error: Reason = |outcome| match outcome {
        Outcome::Error(why) => Some(&why.text),
        _ => None,
    };
    let inconclusive: Reason = |outcome| match outcome {
        Outcome::Inconclusive(why) => Some(&why.text),
        _ => None,
    };
    let not_applicable: Reason = |outcome| match outcome {
        // There are many conditions; which of them it was says little to whoever reads the screen.
        Outcome::NotApplicable(why) if why.code.is_of_the_check() => Some(PRECONDITION),
        Outcome::NotApplicable(why) => Some(&why.text),
        _ => None,
    };
    let not_run: Reason = |outcome| match outcome {
        Outcome::NotRun(why) => Some(&why.text),
        _ => None,
    };
    for (word, of, shown) in [
        ("error", error, true),
        ("inconclusive", inconclusive, true),
        ("not applicable", not_applicable, false),
        ("not run", not_run, false),
    ] {
        for (why, ids) in by_reason(report, of) {
            let counted = if word == "error" {
                plural(ids.len(), word)
            } else {
                format!("{} {word}", ids.len())
            };
            let _ = writeln!(out, "{}: {}", paint.doubtful(&counted), one_line(why));
            if shown {
                let _ = writeln!(out, "  {}", named(ids.into_iter()));
            }
        }
    }
    if out.len() > began {
        out.push('\n');
    }
}

fn by_reason(report: &Report, of: Reason) -> BTreeMap<&str, Vec<String>> {
    let mut reasons: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    // What follows from a finding is told below it.
    for finding in report.findings.iter().filter(|finding| finding.because.is_none()) {
        if let Some(why) = of(&finding.outcome) {
            reasons.entry(why).or_default().push(finding.id());
        }
    }
    reasons
}

fn deaths(out: &mut String, report: &Report, paint: Paint) {
    for death in &report.deaths {
        let of = match &death.case {
            Some(case) => format!("the server crashed in {case}, run alone: {}", death.how),
            None => format!(
                "the server crashed during the run; rerunning the cases one by one did not reproduce it: {}",
                death.how
            ),
        };
        let _ = writeln!(out, "{}", paint.bad(&one_line(&of)));
        let from = death.log.len().saturating_sub(LOG_LINES);
        for line in death.log.iter().skip(from) {
            let _ = writeln!(out, "  {}", one_line(line));
        }
        out.push('\n');
    }
}

fn left_behind(out: &mut String, report: &Report, paint: Paint) {
    if report.left_behind.is_empty() {
        return;
    }
    let counted = plural(report.left_behind.len(), "registered client");
    let _ = writeln!(
        out,
        "{}: {}\n",
        paint.doubtful(&format!("{counted} not deleted")),
        named(
            report
                .left_behind
                .iter()
                .map(|client| one_line(client).to_string())
        )
    );
}

/// How often the server asked for patience: a run that waits says why.
fn throttled(out: &mut String, report: &Report) {
    if report.throttled > 0 {
        let _ = writeln!(
            out,
            "{} throttled by the server (status 429 or 503): `[pace]` of the profile keeps to its limits, and `--dry-run` says how \
             long a run takes then\n",
            plural(report.throttled, "request")
        );
    }
}

/// What was asked for by name and brought nothing: a run that is green for the rest of it would hide that.
fn idle(out: &mut String, report: &Report, paint: Paint) {
    for pattern in &report.idle {
        let told = format!("nothing of `{}` was judged", one_line(pattern));
        let _ = writeln!(
            out,
            "{}: none of it applies to this server and can run here (reasons above)\n",
            paint.doubtful(&told)
        );
    }
}

fn last_line(out: &mut String, report: &Report, paint: Paint) {
    let tally = Tally::of(&report.findings);
    let rest = others(&tally);
    let rest = if rest.is_empty() {
        String::new()
    } else {
        format!(", {rest}")
    };
    let judged = tally.pass + tally.violation + tally.warning + tally.note;
    let verdict = match (tally.violation, tally.inconclusive + tally.error) {
        _ if report.interrupted => paint.doubtful("interrupted: partial results above"),
        _ if report.obstacle.is_some() => {
            paint.bad("stopped: no right request was granted (cause and remedy above)")
        }
        (1.., _) => paint.bad("the server breaks mandatory rules"),
        _ if !report.blocking.is_empty() => paint.bad("no violation, but the server failed during the run"),
        _ if judged == 0 => paint.doubtful("nothing could be judged: this run says nothing about the server"),
        (0, 0) => paint.good("no violation"),
        (0, _) => paint.doubtful("no violation, but some checks are inconclusive"),
    };
    let _ = writeln!(
        out,
        "{verdict}\n{}: {} passed, {}{rest} in {:.1} s",
        plural(tally.total(), "check"),
        tally.pass,
        plural(tally.violation, "violation"),
        report.took as f64 / 1000.0
    );
}
