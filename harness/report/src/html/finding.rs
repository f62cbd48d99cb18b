//! The broken rules: each sentence with what to change, and with pictures of how it was broken.

use cimdspec_model::name::ClauseId;
use cimdspec_model::observation::Case;
use cimdspec_model::report::Report;
use cimdspec_model::requirement::clause::Sentence;
use cimdspec_model::requirement::level::Level;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Verdict;
use maud::Markup;
use maud::html;

use super::anchors::of_group;
use super::overview::VERDICTS;
use super::text::cut;
use super::text::line;
use super::text::linked;
use super::text::prose;
use super::wire::legend;
use super::wire::timeline;
use crate::group::Broken;
use crate::group::Group;
use crate::group::grouped;
use crate::words::plural;

/// Timelines of one rule: of different checks, where several broke it.
const MOST_TIMELINES: usize = 3;
/// Rules beyond this size of the page (in bytes) are shown without timelines and evidence.
const ROOM: usize = 3_000_000;
/// Rules beyond this size are only counted.
const ALL_ROOM: usize = 4_000_000;
const MOST_EVIDENCE: usize = 40;
const MOST_VARIANTS: usize = 500;
const MOST_CHECKS: usize = 100;
const MOST_ALSO: usize = 12;

/// How much of a rule is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Depth {
    /// The sentence and the checks.
    Short,
    /// Timelines, evidence and variants too.
    Whole,
}

/// All broken rules, by verdict.
pub(super) fn findings(report: &Report) -> Markup {
    let mut written = 0;
    let mut number = 0;
    let mut left_off = 0;
    let mut sections = Vec::new();
    for verdict in VERDICTS {
        let mut articles = Vec::new();
        for group in grouped(report, verdict) {
            let depth = match written {
                0..ROOM => Depth::Whole,
                ROOM..ALL_ROOM => Depth::Short,
                _ => {
                    left_off += 1;
                    continue;
                }
            };
            let article = rule(report, &group, depth, &mut number);
            written += article.0.len();
            articles.push(article);
        }
        if !articles.is_empty() {
            sections.push((verdict, articles));
        }
    }
    html! {
        @for (verdict, articles) in &sections {
            section {
                h2 { (heading(*verdict)) }
                @if *verdict == sections[0].0 { (legend()) }
                @for article in articles { (article) }
            }
        }
        @if left_off > 0 {
            p.faint { "and " (plural(left_off, "more rule")) " in " code { "report.json" } ": a page has room for so many" }
        }
    }
}

fn heading(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Violation => "Violations: mandatory rules that are broken",
        Verdict::Warning => "Warnings: recommendations that are not followed",
        Verdict::Note => "Notes: advice, options, and rules that the server does not claim",
    }
}

fn rule(report: &Report, group: &Group<'_>, depth: Depth, number: &mut usize) -> Markup {
    let sentence = group.sentence(report);
    html! {
        article.card.(group.verdict.word()) id=(of_group(group)) {
            p.over {
                span.pill.(group.verdict.word()) { (group.verdict.word()) }
                " " code { (group.clause.as_str()) }
                span.amount { (plural(group.count(), "variant")) " of " (plural(group.checks.len(), "check")) }
            }
            h3 { (title(group, sentence)) }
            @if let Some(sentence) = sentence { (of_sentence(sentence)) }
            (also(report, group))
            @if depth == Depth::Whole { (shown(report, group, number)) }
            (checks(group, depth))
            @let follow = group.consequences(report);
            @if !follow.is_empty() {
                p.faint { "Checks that only follow from this: "
                    @for (place, check) in follow.iter().take(MOST_ALSO).enumerate() {
                        @if place > 0 { ", " }
                        code { (line(check)) }
                    }
                    @if follow.len() > MOST_ALSO { " and " (follow.len() - MOST_ALSO) " more" }
                }
            }
        }
    }
}

fn title(group: &Group<'_>, sentence: Option<&Sentence>) -> String {
    match sentence {
        Some(sentence) => quoted(sentence),
        None => group
            .first()
            .map_or_else(String::new, |finding| line(&finding.title)),
    }
}

fn quoted(sentence: &Sentence) -> String {
    match sentence.level {
        Level::Advice => line(&sentence.quote),
        _ => format!("“{}”", line(&sentence.quote)),
    }
}

/// Where the sentence is, how it is read, what a breach does, and what to change.
fn of_sentence(sentence: &Sentence) -> Markup {
    html! {
        p.origin { (linked(&sentence.origin(), sentence.link.as_deref())) }
        @if let Some(remedy) = &sentence.remedy {
            p.remedy { strong { "What to change: " } (prose(remedy)) }
        }
        @if let Some(harm) = &sentence.harm { p { strong { "Harm: " } (prose(harm)) } }
        @if let Some(stance) = &sentence.stance { p.stance { strong { "How it is read: " } (prose(stance)) } }
        @if !sentence.cwe.is_empty() {
            p { strong { "Weakness: " }
                @for (place, cwe) in sentence.cwe.iter().take(MOST_ALSO).enumerate() {
                    @if place > 0 { ", " }
                    (linked(&format!("CWE-{cwe}"), Some(&format!("https://cwe.mitre.org/data/definitions/{cwe}.html"))))
                }
            }
        }
    }
}

/// The other sentences that the checks name.
fn also(report: &Report, group: &Group<'_>) -> Markup {
    let also: Vec<&ClauseId> = group.also().into_iter().collect();
    html! {
        @if !also.is_empty() {
            details.print {
                summary { "Also broken by it: " (plural(also.len(), "other sentence")) }
                ul {
                    @for clause in also.iter().take(MOST_ALSO) {
                        li {
                            @match report.sentences.get(*clause) {
                                Some(sentence) => {
                                    (quoted(sentence)) " – " (linked(&sentence.origin(), sentence.link.as_deref()))
                                }
                                None => code { (clause.as_str()) },
                            }
                        }
                    }
                    @if also.len() > MOST_ALSO { li { "and " (also.len() - MOST_ALSO) " more" } }
                }
            }
        }
    }
}

/// Findings that differ: of each scenario the first, then of each check, then any.
fn examples<'a>(group: &Group<'a>) -> Vec<&'a Finding> {
    let firsts: Vec<&Finding> = group
        .checks
        .iter()
        .filter_map(|check| check.findings.first().copied())
        .collect();
    let mut chosen: Vec<&Finding> = Vec::new();
    for first in &firsts {
        if chosen
            .iter()
            .all(|other| other.variant.scenario != first.variant.scenario)
        {
            chosen.push(first);
        }
    }
    for finding in firsts.into_iter().chain(group.findings()) {
        if chosen.len() >= MOST_TIMELINES {
            break;
        }
        if chosen.iter().all(|other| !std::ptr::eq(*other, finding)) {
            chosen.push(finding);
        }
    }
    chosen.truncate(MOST_TIMELINES);
    chosen
}

/// The examples with their pictures; the first stands open.
fn shown(report: &Report, group: &Group<'_>, number: &mut usize) -> Markup {
    let examples = examples(group);
    let examples: Vec<(&Finding, Option<&Case>)> = examples
        .into_iter()
        .map(|finding| (finding, case_of(report, finding)))
        .collect();
    html! {
        @for (place, (finding, case)) in examples.iter().enumerate() {
            @let () = { *number += 1; };
            @if place == 0 {
                (example(finding, *case, *number))
            } @else {
                details {
                    summary { "Another example: " code { (cut(&finding.id(), 200)) } }
                    (example(finding, *case, *number))
                }
            }
        }
    }
}

fn case_of<'a>(report: &'a Report, finding: &Finding) -> Option<&'a Case> {
    let variant = finding.variant.to_string();
    let mut cases = report.cases.iter();
    cases.find(|(of, _)| *of == variant).map(|(_, case)| case)
}

fn example(finding: &Finding, case: Option<&Case>, number: usize) -> Markup {
    html! {
        div.example {
            h4 { (line(&finding.title)) }
            dl.facts {
                dt { "expected" } dd { (prose(&finding.expected)) }
                dt { "seen" } dd.seen { (prose(&finding.seen)) }
            }
            @if let Some(case) = case { figure { (timeline(case, finding, number)) } }
            @if !finding.evidence.is_empty() {
                details open[case.is_none()] {
                    summary { "Evidence, line by line" }
                    ol.evidence {
                        @for (place, words) in finding.evidence.iter().enumerate().take(MOST_EVIDENCE) {
                            li.decides[finding.decisive.contains(&place)] { (cut(words, 600)) }
                        }
                        @if finding.evidence.len() > MOST_EVIDENCE {
                            li { "and " (plural(finding.evidence.len() - MOST_EVIDENCE, "more line")) }
                        }
                    }
                }
            }
            p.again { "Run it alone: add " code { "--only '" (line(&finding.id())) "'" } " to the command of the run." }
        }
    }
}

/// The checks of a rule with their broken variants.
fn checks(group: &Group<'_>, depth: Depth) -> Markup {
    let mut room = match depth {
        Depth::Short => 0,
        Depth::Whole => MOST_VARIANTS,
    };
    html! {
        details {
            summary { "All " (plural(group.checks.len(), "check")) " with " (plural(group.count(), "broken variant")) }
            ul.checks {
                @for check in group.checks.iter().take(MOST_CHECKS) {
                    @let shown = check.findings.len().min(room);
                    @let () = { room -= shown; };
                    li { (variants(check, shown)) }
                }
                @if group.checks.len() > MOST_CHECKS {
                    li { "and " (plural(group.checks.len() - MOST_CHECKS, "more check")) }
                }
            }
        }
    }
}

fn variants(check: &Broken<'_>, shown: usize) -> Markup {
    let slugs = check.findings.iter().take(shown).map(|finding| {
        let axes = finding.variant.axes.iter();
        let axes: Vec<String> = axes.map(|(axis, slug)| format!("{axis}={slug}")).collect();
        cut(&axes.join(", "), 120)
    });
    let slugs: Vec<String> = slugs.filter(|slugs| !slugs.is_empty()).collect();
    html! {
        code { (line(&check.id)) } " "
        @if let Some(first) = check.findings.first() { span.faint { (line(&first.title)) } }
        @if !slugs.is_empty() {
            ul.variants { @for slugs in &slugs { li { (slugs) } } }
        }
        @if check.findings.len() > shown {
            span.faint { " " (plural(check.findings.len() - shown, "variant")) @if shown > 0 { " more" } }
        }
    }
}
