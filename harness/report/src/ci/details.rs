//! A finding in plain text: what was expected and seen, the evidence, the sentences, and the command.

use std::fmt::Write;

use cimdspec_model::name::ClauseId;
use cimdspec_model::report::Report;
use cimdspec_model::requirement::clause::Sentence;
use cimdspec_model::shell::is_shown;
use cimdspec_model::verdict::Finding;

use crate::reproduce::reproduce;
use crate::sentence::sentence_lines;
use crate::words::plural;
use crate::words::whole_line;

/// How many lines of evidence one finding shows.
const MOST_EVIDENCE: usize = 40;

/// The finding in lines.
pub(crate) fn details(report: &Report, finding: &Finding) -> String {
    let mut out = format!("{}\n", whole_line(&finding.title));
    for (label, words) in [("expected", &finding.expected), ("seen", &finding.seen)] {
        if !words.is_empty() {
            let _ = writeln!(out, "{label:10} {}", whole_line(words));
        }
    }
    evidence(&mut out, finding);
    for line in sentence_lines(sentences(report, finding)) {
        let _ = writeln!(out, "{}", whole_line(&line));
    }
    let command = reproduce(report, &report.made, finding);
    let _ = writeln!(out, "reproduce: {}", whole_line(&command));
    out
}

/// The sentences of a finding, the deciding one first.
pub(crate) fn sentences<'a>(
    report: &'a Report,
    finding: &'a Finding,
) -> impl Iterator<Item = (&'a Sentence, &'a ClauseId)> {
    let clauses = finding.clauses.iter();
    clauses.filter_map(|id| Some((report.sentences.get(id)?, id)))
}

/// The lines that decide, and of the others the first.
fn evidence(out: &mut String, finding: &Finding) {
    let count = finding.evidence.len();
    let mut shown: Vec<usize> = finding.decisive.to_vec();
    shown.retain(|place| *place < count);
    shown.truncate(MOST_EVIDENCE);
    for place in 0..count {
        if shown.len() < MOST_EVIDENCE && !shown.contains(&place) {
            shown.push(place);
        }
    }
    shown.sort_unstable();
    for place in &shown {
        let mark = if finding.decisive.contains(place) {
            "*"
        } else {
            " "
        };
        let _ = writeln!(out, "  {mark} {}", whole_line(&finding.evidence[*place]));
    }
    if shown.len() < count {
        let more = plural(count - shown.len(), "more line");
        let _ = writeln!(out, "    and {more} in report.json");
    }
}

/// The link of a sentence. Only a plain address of a page is one: it stands in Markdown without being escaped.
pub(crate) fn link(sentence: &Sentence) -> Option<&str> {
    let link = sentence.link.as_deref()?;
    let is_plain =
        |c: char| is_shown(c) && c.is_ascii() && !c.is_whitespace() && !"<>\"`()\\|{}^".contains(c);
    (link.starts_with("https://") && link.chars().all(is_plain)).then_some(link)
}
