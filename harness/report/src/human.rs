//! The report for people: a table by family, an example of each broken rule with its evidence and its sentence, the doubts,
//! and one table and one line at the end.

use std::collections::BTreeMap;
use std::fmt::Write;

use cimdspec_model::made::Made;
use cimdspec_model::report::Report;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Tally;

use crate::broken::example;
use crate::broken::rules;
use crate::broken::table;
use crate::conclusion::Tone;
use crate::conclusion::conclusion;
use crate::conclusion::counts;
use crate::doubts::doubts;
use crate::evidence::rest;
use crate::gates::gates;
use crate::law::judged_by;
use crate::paint::Paint;
use crate::screen::Amount;
use crate::screen::Screen;
use crate::screen::Shows;
use crate::share::percent;
use crate::share::tested;
use crate::words::named;
use crate::words::one_line;
use crate::words::others;
use crate::words::plural;

const LOG_LINES: usize = 20;

/// What was tested: the first line of whatever is shown of a report.
pub fn headline(report: &Report, paint: Paint) -> String {
    paint.strong(&one_line(&tested(report)))
}

/// The report as text for a screen; `command` is what made the run.
pub fn human(report: &Report, command: &Made, screen: impl Into<Screen>) -> String {
    let screen = screen.into();
    let paint = screen.paint;
    let mut out = String::new();
    if screen.amount != Amount::Quiet {
        details(&mut out, report, command, &screen);
    }
    table(&mut out, report, &screen);
    last_line(&mut out, report, paint);
    out
}

fn details(out: &mut String, report: &Report, command: &Made, screen: &Screen) {
    let paint = screen.paint;
    let everything = screen.shows == Shows::Everything;
    if everything {
        out.push_str(&judged_by(report, paint));
        for words in &report.calibration {
            let _ = writeln!(out, "  {}", paint.faint(&one_line(words)));
        }
        if !report.calibration.is_empty() {
            out.push('\n');
        }
    }
    obstacle(out, report, paint);
    failures(out, report, command, screen);
    if everything {
        families(out, report, paint);
    }
    rules(out, report, command, screen);
    doubts(out, report, screen);
    rest(out, report, screen);
    if report.failures.is_empty() {
        deaths(out, report, paint);
    }
    if everything {
        left_behind(out, report, screen);
        throttled(out, report);
    }
    idle(out, report, paint);
    gates(out, report, paint);
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
fn failures(out: &mut String, report: &Report, command: &Made, screen: &Screen) {
    for finding in report
        .findings
        .iter()
        .filter(|finding| report.is_failure(finding))
    {
        example(
            out,
            report,
            finding,
            command,
            screen,
            &screen.paint.bad("FAILURE"),
        );
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

fn left_behind(out: &mut String, report: &Report, screen: &Screen) {
    if report.left_behind.is_empty() {
        return;
    }
    let counted = plural(report.left_behind.len(), "registered client");
    let _ = writeln!(
        out,
        "{}: {}\n",
        screen.paint.doubtful(&format!("{counted} not deleted")),
        named(
            report.left_behind.iter().map(|client| one_line(client)),
            screen.amount
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
    let (mood, words) = conclusion(report);
    let words = match () {
        () if report.interrupted => words.to_owned(),
        () if report.obstacle.is_some() => format!("{words} (cause and remedy above)"),
        () => words.to_owned(),
    };
    let words = match &report.share {
        Some(share) => format!("{words}; {}", percent(share)),
        None => words,
    };
    let verdict = match mood {
        Tone::Bad => paint.bad(&words),
        Tone::Doubtful => paint.doubtful(&words),
        Tone::Good => paint.good(&words),
    };
    let _ = writeln!(
        out,
        "{verdict}\n{} in {:.1} s",
        counts(report),
        report.took as f64 / 1000.0
    );
}
