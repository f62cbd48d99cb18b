//! Failures of the target itself: what it answered by none of its rules, or not at all.

use cimdspec_model::expect::Service;
use cimdspec_model::observation::Case;
use cimdspec_model::observation::Exchange;
use cimdspec_model::observation::Reply;
use cimdspec_model::plan::Plan;
use cimdspec_model::verb::Act;

use crate::history;
use crate::page::signature::header;

/// One way in which a target failed; failures of one cause have the same axes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What it did not keep to.
    pub service: Service,
    /// What tells its cause from others: names and slugs, as those of a variant.
    pub axes: Vec<(String, String)>,
    /// The variant that brings it, by its name.
    pub case: Option<String>,
    /// What was seen, in words.
    pub seen: String,
    /// What it rests on, in words.
    pub evidence: Vec<String>,
}

/// Not implemented, and no such version of HTTP: with these a server refuses.
const REFUSALS: [u16; 2] = [501, 505];
const FAILED: u16 = 500;
const BUSY: u16 = 503;
/// Longer segments of a path, and those with other characters, are identifiers.
const LONGEST_WORD: usize = 40;
const NO_PLACE: &str = "root";

/// The failures that one case saw, in order, each cause once.
pub fn failures(plan: &Plan, case: &Case) -> Vec<Failure> {
    let mut found: Vec<Failure> = Vec::new();
    for record in &case.steps {
        let Some(step) = plan.steps.iter().find(|step| step.name == record.step) else {
            continue;
        };
        for failure in record
            .exchanges
            .iter()
            .filter_map(|exchange| failure(&step.act, exchange))
        {
            if found.iter().all(|known| known.axes != failure.axes) {
                let evidence = history::of_step(record);
                found.push(Failure { evidence, ..failure });
            }
        }
    }
    found
}

/// The failure that an exchange is, if it is one.
fn failure(act: &Act, exchange: &Exchange) -> Option<Failure> {
    let place = ("place", place(&exchange.url));
    let step = ("step", act.word().to_owned());
    let (service, axes, seen) = match &exchange.reply {
        Reply::Response { status, headers, .. } if fails(*status, headers) => (
            Service::NeverFails,
            vec![place, ("status", status.to_string()), step],
            format!("status {status}"),
        ),
        Reply::Timeout => (
            Service::AlwaysAnswers,
            vec![place, step],
            "no answer before the deadline".to_owned(),
        ),
        Reply::Broken { .. } | Reply::Response { .. } => return None,
    };
    let axes = axes.into_iter().map(|(name, slug)| (name.to_owned(), slug));
    Some(Failure {
        service,
        axes: axes.collect(),
        case: None,
        seen: format!("{seen} for {} {}", exchange.method, exchange.url),
        evidence: Vec::new(),
    })
}

/// Whether a status tells that the server failed: neither that it refuses, nor that it asks for patience.
fn fails(status: u16, headers: &[(String, String)]) -> bool {
    let asks_for_patience = status == BUSY && header(headers, "retry-after").is_some();
    status >= FAILED && !REFUSALS.contains(&status) && !asks_for_patience
}

/// The last word in the path of a URL: what a path has that is no word tells one client or session from another.
fn place(url: &str) -> String {
    let after = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = after.split(['?', '#']).next().unwrap_or_default();
    let is_word = |segment: &&str| {
        let plain = |c: char| c.is_ascii_lowercase() || matches!(c, '-' | '_' | '.');
        !segment.is_empty() && segment.len() <= LONGEST_WORD && segment.chars().all(plain)
    };
    let words = path.split('/').skip(1).filter(is_word);
    words.last().unwrap_or(NO_PLACE).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_word_and_no_identifier() {
        for (url, expected) in [
            ("https://as/token", "token"),
            ("https://as/realms/one/protocol/openid-connect/auth?x=/y", "auth"),
            ("https://as/register/3f2a-11", "register"),
            ("https://as/interaction/Ab_9x", "interaction"),
            (
                "https://as/.well-known/openid-configuration",
                "openid-configuration",
            ),
            ("https://as/", "root"),
            ("https://as", "root"),
        ] {
            assert_eq!(place(url), expected, "{url}");
        }
    }

    #[test]
    fn who_refuses_or_asks_for_patience_does_not_fail() {
        let patience = [("retry-after".to_owned(), "1".to_owned())];
        for status in [500, 502, 503, 504, 599] {
            assert!(fails(status, &[]), "{status}");
        }
        assert!(fails(500, &patience));
        assert!(!fails(503, &patience));
        for status in [200, 302, 404, 429, 501, 505] {
            assert!(!fails(status, &[]), "{status}");
        }
    }
}
