//! What the values of several answers have in common: told here, because the values are secrets.

use std::collections::BTreeSet;

use cimdspec_model::name::StepName;
use cimdspec_model::observation::Arrival;
use cimdspec_model::observation::Values;
use serde_json::Map;
use serde_json::Value;

use crate::case::context::CaseContext;
use crate::case::context::Memory;

/// The members that are compared.
const MEMBERS: [&str; 7] = [
    "access_token",
    "client_id",
    "client_secret",
    "code",
    "refresh_token",
    "registration_access_token",
    "request_uri",
];

impl CaseContext {
    /// Compares what earlier steps brought.
    pub(crate) fn compare(&self, name: &StepName, steps: &[StepName]) -> Result<Arrival, String> {
        let mut memory = self.memory();
        let brought: Vec<_> = steps.iter().map(|step| brought(&memory, step)).collect();
        memory.values.insert(name.clone(), compared(&brought));
        Ok(Arrival::Nothing)
    }
}

/// The code, the tokens and the request URI that a step brought.
fn brought(memory: &Memory, step: &StepName) -> Map<String, Value> {
    let code = memory.grants.get(step).and_then(|grant| grant.code.clone());
    let refresh = memory
        .refresh_tokens
        .get(step)
        .and_then(|given| given.token.clone());
    let pushed = memory.pushed.get(step).and_then(|pushed| {
        let mut parameters = pushed.iter();
        parameters.find_map(|(name, value)| (name == "request_uri").then(|| value.clone()))
    });
    [
        ("access_token", memory.access_tokens.get(step).cloned()),
        ("code", code),
        ("refresh_token", refresh),
        ("request_uri", pushed),
    ]
    .into_iter()
    .filter_map(|(member, value)| Some((member.to_owned(), Value::from(value?))))
    .collect()
}

/// What the members that a server assigns have in common in these answers.
pub(crate) fn compared(answers: &[Map<String, Value>]) -> Vec<Values> {
    MEMBERS
        .iter()
        .filter_map(|member| {
            let texts: Vec<&str> = answers
                .iter()
                .filter_map(|answer| answer.get(*member)?.as_str())
                .collect();
            (!texts.is_empty()).then(|| Values {
                at: format!("/{member}"),
                count: texts.len(),
                distinct: texts.iter().collect::<BTreeSet<_>>().len(),
                bits: bits(&texts),
            })
        })
        .collect()
}

/// The most random bits that one of the values can hold: the places that change, each with the alphabet of all.
///
/// It is a bound from above. What it finds too weak is too weak; what it lets through may still be a counter in disguise.
fn bits(texts: &[&str]) -> u32 {
    let forward = changing(texts, |text| text.chars().collect());
    let backward = changing(texts, |text| text.chars().rev().collect());
    let fewest = if forward.len() < backward.len() {
        forward
    } else {
        backward
    };
    let used: BTreeSet<char> = fewest.iter().flatten().copied().collect();
    // At most a few thousand places of at most eight bits each.
    (fewest.len() as f64 * alphabet(&used).log2()).round() as u32
}

/// The characters of each place that is not the same in all.
fn changing(texts: &[&str], read: impl Fn(&str) -> Vec<char>) -> Vec<BTreeSet<char>> {
    let texts: Vec<Vec<char>> = texts.iter().map(|text| read(text)).collect();
    let shortest = texts.iter().map(Vec::len).min().unwrap_or(0);
    (0..shortest)
        .map(|place| texts.iter().map(|text| text[place]).collect::<BTreeSet<char>>())
        .filter(|place| place.len() > 1)
        .collect()
}

/// The size of the smallest common alphabet that has all of these.
fn alphabet(used: &BTreeSet<char>) -> f64 {
    let all = |is: &dyn Fn(char) -> bool| used.iter().all(|c| is(*c));
    let alphabets: [(&dyn Fn(char) -> bool, f64); 7] = [
        (&|c| c.is_ascii_digit(), 10.0),
        (&|c| c.is_ascii_digit() || ('a'..='f').contains(&c), 16.0),
        (&|c| c.is_ascii_digit() || ('A'..='F').contains(&c), 16.0),
        (&|c| c.is_ascii_digit() || c.is_ascii_lowercase(), 36.0),
        (&|c| c.is_ascii_digit() || c.is_ascii_uppercase(), 36.0),
        (&|c| c.is_ascii_alphanumeric(), 62.0),
        (
            &|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '+' | '/' | '=' | '.' | '~'),
            64.0,
        ),
    ];
    let found = alphabets.iter().find(|(is, _)| all(*is));
    found.map_or(95.0, |(_, size)| *size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_has_room_for_its_last_digits_only() {
        let ids = ["client-001097", "client-001098", "client-001099", "client-001100"];
        assert!(bits(&ids) < 16, "{}", bits(&ids));
    }

    #[test]
    fn a_value_has_room_for_as_much_as_it_is_long() {
        let secrets = [
            "q3f0Zk1mYB7cXtN5uR2wHg",
            "A9sLd_4vKeP8oTj-6iUyMb",
            "zW1xQ7nGhJ5rC2fV0pEkSa",
        ];
        assert_eq!(bits(&secrets), 132);
        let hex = ["0f1e2d3c", "a9b8c7d6", "13579bdf"];
        assert_eq!(bits(&hex), 32);
    }
}
