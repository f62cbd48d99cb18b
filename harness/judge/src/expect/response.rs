//! The header fields of the last response of a step.

use cimdspec_model::expect::Expectation;
use cimdspec_model::expect::HeaderExpect;
use cimdspec_model::name::StepName;
use cimdspec_model::observation::Arrival;
use cimdspec_model::observation::StepRecord;
use cimdspec_model::reason::Reason;
use cimdspec_model::verdict::Outcome;
use cimdspec_page::Html;

use crate::expect::Evidence;
use crate::expect::pass_if;
use crate::page::signature::header;
use crate::words;

/// Whether a directive of one of the policies names who may, and not everybody; `None` where no policy has it.
fn closed(values: &[&str], directive: &str) -> Option<bool> {
    let policies = values.iter().flat_map(|value| value.split(','));
    let sources: Vec<Vec<&str>> = policies
        .filter_map(|policy| {
            let mut directives = policy.split(';').map(|one| one.split_whitespace());
            directives.find_map(|mut words| {
                let is_it = words.next()?.eq_ignore_ascii_case(directive);
                is_it.then(|| words.collect())
            })
        })
        .collect();
    let is_everybody = |source: &&str| {
        let host = source.split_once("://").map_or(*source, |(_, host)| host);
        source.ends_with(':') || host.split(['/', ':']).next() == Some("*")
    };
    let holds = |sources: &Vec<&str>| !sources.iter().any(is_everybody);
    (!sources.is_empty()).then(|| sources.iter().any(holds))
}

impl Evidence<'_> {
    /// Whether a step came to a login that is somebody else's: the last response leads there, and is no page.
    fn logs_in_elsewhere(&self, name: &StepName) -> bool {
        let is_login = |record: &StepRecord| record.arrival == Arrival::Login;
        self.record(name).is_some_and(is_login)
            && self
                .status(name)
                .is_some_and(|status| (300..400).contains(&status))
    }

    pub(super) fn header(&self, expect: &HeaderExpect) -> (Outcome, String, String) {
        let expected = expect.words();
        if expect.name == "location" && !expect.absent && self.is_sent_by_form(&expect.of) {
            let why = Reason::unmet("the answer is sent by a form or a script, and not by a redirect");
            return (Outcome::not_applicable(why.clone()), expected, why.text);
        }
        if self.logs_in_elsewhere(&expect.of) {
            let why =
                Reason::unmet("the server has no login page: it sends its users to an identity provider");
            return (Outcome::not_applicable(why.clone()), expected, why.text);
        }
        match self.last_page(&expect.of) {
            None => {
                let why = words::seen(&self.disposition(&expect.of));
                (Outcome::inconclusive(why.clone()), expected, why)
            }
            Some((_, headers, body)) => {
                let values: Vec<&str> = headers
                    .iter()
                    .filter(|(name, _)| name.eq_ignore_ascii_case(&expect.name))
                    .map(|(_, value)| value.as_str())
                    .collect();
                let meta = expect
                    .meta
                    .as_ref()
                    .and_then(|name| Some(Html::read(body).meta(name)?.to_owned()));
                let is_right = |value: &str| {
                    let contains = expect.contains.as_ref().is_none_or(|part| has(value, part));
                    let is_one = |item: &str| {
                        expect
                            .one_of
                            .iter()
                            .any(|one| one.eq_ignore_ascii_case(item.trim()))
                    };
                    contains && (expect.one_of.is_empty() || value.split(',').any(is_one))
                };
                let instead = expect.or.iter().any(|other| {
                    let mut fields = headers.iter();
                    fields.any(|(name, value)| {
                        name.eq_ignore_ascii_case(&other.name) && has(value, &other.contains)
                    })
                });
                let decides = expect
                    .closes
                    .as_ref()
                    .and_then(|directive| closed(&values, directive));
                let there = values.iter().copied().chain(meta.as_deref()).any(is_right);
                let kept = match (&expect.closes, decides) {
                    // Where the directive is there, browsers do not look at the older field.
                    (Some(_), Some(closed)) => closed,
                    (Some(_), None) => instead,
                    (None, _) => instead || there != expect.absent,
                };
                let seen = match header(headers, &expect.name) {
                    None => format!("no `{}`", expect.name),
                    Some(_) => format!("`{}: {}`", expect.name, values.join(", ")),
                };
                (pass_if(kept), expected, seen)
            }
        }
    }
}

fn has(value: &str, part: &str) -> bool {
    value.to_ascii_lowercase().contains(&part.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_closes_only_where_it_names_who_may() {
        let of = |values: &[&str]| closed(values, "frame-ancestors");
        for right in [
            "frame-ancestors 'none'",
            "default-src 'none'; Frame-Ancestors 'self' https://a.example",
            "frame-ancestors",
            "frame-ancestors https://*.example.com",
            "frame-ancestors *, frame-ancestors 'none'",
        ] {
            assert_eq!(of(&[right]), Some(true), "{right}");
        }
        for open in [
            "frame-ancestors *",
            "frame-ancestors https:",
            "frame-ancestors 'self' http://*",
            "frame-ancestors *:*",
        ] {
            assert_eq!(of(&[open]), Some(false), "{open}");
        }
        assert_eq!(of(&["default-src 'self'; x-frame-ancestors 'none'"]), None);
        assert_eq!(of(&["frame-ancestors *", "frame-ancestors 'self'"]), Some(true));
    }
}
