//! The verdict, how the checks came out, and the broken rules at a glance.

use cimdspec_model::report::Report;
use cimdspec_model::verdict::Tally;
use cimdspec_model::verdict::Verdict;
use maud::Markup;
use maud::html;

use super::anchors::of_group;
use super::text::cut;
use super::text::line;
use crate::conclusion::Tone;
use crate::conclusion::conclusion;
use crate::group::grouped;
use crate::share::not_asked;
use crate::share::percent;
use crate::words::plural;

/// Verdicts, the most severe first.
pub(super) const VERDICTS: [Verdict; 3] = [Verdict::Violation, Verdict::Warning, Verdict::Note];
/// More rules are only counted in the table.
const MOST_RULES: usize = 400;
const BAR: usize = 1000;

/// The verdict first.
pub(super) fn banner(report: &Report, tally: &Tally) -> Markup {
    let (mood, words) = conclusion(report);
    let (class, sign) = match mood {
        Tone::Bad => ("bad", "M8 8l16 16M24 8L8 24"),
        Tone::Doubtful => ("warn", "M16 7v11M16 23.5v1"),
        Tone::Good => ("good", "M7 17l6 6L25 9"),
    };
    let rules = |verdict| grouped(report, verdict).len();
    html! {
        header.banner.(class) {
            p.brand { "cimdspec conformance report" }
            div.verdict {
                svg.sign viewBox="0 0 32 32" width="52" height="52" aria-hidden="true" {
                    circle cx="16" cy="16" r="15.5" {}
                    path d=(sign) {}
                }
                div {
                    h1 { (sentence(words)) }
                    p.target { strong { (line(&report.target.name)) } " at " span.address { (line(&report.target.issuer)) } }
                    @if let Some(share) = &report.share {
                        p.target { strong { (percent(share)) } ": " (not_asked(share)) }
                    }
                }
            }
            ul.counts {
                (count("bad", rules(Verdict::Violation), "rule", "broken", "rules", tally.violation))
                (count("warn", rules(Verdict::Warning), "warning", "", "warnings", tally.warning))
                (count("note", rules(Verdict::Note), "note", "", "notes", tally.note))
                li.good { strong { (tally.pass) } " passed" span.faint { "of " (plural(tally.total(), "check")) } }
                @if tally.inconclusive + tally.error > 0 {
                    li.warn { strong { (tally.inconclusive + tally.error) } " inconclusive" span.faint { "no verdict" } }
                }
            }
            (bar(tally))
            (key(tally))
        }
    }
}

fn count(class: &str, rules: usize, one: &str, after: &str, many: &str, variants: usize) -> Markup {
    let class = if rules == 0 { "none" } else { class };
    html! {
        li class=(class) {
            strong { (rules) } " " (if rules == 1 { one } else { many }) " " (after)
            span.faint { "in " (plural(variants, "variant")) }
        }
    }
}

/// A verdict as the beginning of a page.
pub(crate) fn sentence(words: &str) -> String {
    let mut characters = words.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string());
    format!("{}{}", first.unwrap_or_default(), characters.as_str())
}

/// The outcomes with their classes and words.
fn parts(tally: &Tally) -> [(usize, &'static str, &'static str); 7] {
    [
        (tally.violation, "violation", "violating"),
        (tally.warning, "warning", "with a warning"),
        (tally.note, "note", "with a note"),
        (tally.inconclusive + tally.error, "inconclusive", "inconclusive"),
        (tally.pass, "pass", "passed"),
        (tally.not_applicable, "not-applicable", "not applicable"),
        (tally.not_run, "not-run", "not run"),
    ]
}

/// How the checks came out, as a bar.
pub(crate) fn bar(tally: &Tally) -> Markup {
    let total = tally.total().max(1);
    let parts: Vec<(usize, &str, &str)> = parts(tally)
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .collect();
    let told: Vec<String> = parts
        .iter()
        .map(|(count, _, word)| format!("{count} {word}"))
        .collect();
    let mut whole = 0;
    let mut places = Vec::new();
    for (count, class, _) in &parts {
        // One broken rule among thousands is to be seen.
        let width = (count * BAR / total).max(6);
        places.push((*class, whole, width));
        whole += width;
    }
    html! {
        svg.bar role="img" viewBox={ "0 0 " (whole.max(1)) " 16" } preserveAspectRatio="none" width="100%" height="14" {
            title { (told.join(", ")) }
            @for (class, x, width) in places {
                rect class={ "fill " (class) } x=(x) y="0" width=(width) height="16" {}
            }
        }
    }
}

/// What the colours of the bar mean.
fn key(tally: &Tally) -> Markup {
    html! {
        ul.key {
            @for (count, class, word) in parts(tally) {
                @if count > 0 {
                    li {
                        svg.inline viewBox="0 0 10 10" width="10" height="10" aria-hidden="true" {
                            rect class={ "fill " (class) } width="10" height="10" rx="2" {}
                        }
                        " " (count) " " (word)
                    }
                }
            }
        }
    }
}

/// The broken rules as one table.
pub(super) fn rules(report: &Report) -> Markup {
    let groups: Vec<_> = VERDICTS
        .into_iter()
        .flat_map(|verdict| grouped(report, verdict))
        .collect();
    html! {
        @if !groups.is_empty() {
            section {
                h2 { "Broken rules" }
                div.scroll tabindex="0" role="group" aria-label="table of broken rules" {
                    table.rules {
                        thead { tr { th scope="col" { "verdict" } th scope="col" { "rule" } th scope="col" { "level" }
                            th.number scope="col" { "variants" } } }
                        tbody {
                            @for group in groups.iter().take(MOST_RULES) {
                                tr {
                                    td { span.pill.(group.verdict.word()) { (group.verdict.word()) } }
                                    td {
                                        a href={ "#" (of_group(group)) } {
                                            @match group.sentence(report) {
                                                Some(sentence) => (cut(&sentence.quote, 140)),
                                                None => (group.clause.as_str()),
                                            }
                                        }
                                        br;
                                        code.faint { (group.clause.as_str()) }
                                    }
                                    td.level { (group.level.word()) }
                                    td.number { (group.count()) }
                                }
                            }
                        }
                    }
                }
                @if groups.len() > MOST_RULES {
                    p.faint { "and " (plural(groups.len() - MOST_RULES, "more rule")) " in " code { "report.json" } }
                }
            }
        }
    }
}
