//! Values that a server puts together of parts: one part exchanged for that of another value.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cimdspec_model::observation::Arrival;
use cimdspec_model::verb::Swap;
use serde_json::Map;
use serde_json::Value;

use crate::case::context::CaseContext;

/// What parts are joined with. Those of the second list stand in random text too.
const JOINTS: [char; 6] = ['.', '~', '|', '$', ',', ':'];
const JOINTS_OF_RANDOM_TEXT: [char; 2] = ['_', '-'];
/// So many parts of letters and digits, as long in both values, do not come by chance.
const FEWEST_IN_RANDOM_TEXT: usize = 3;

impl CaseContext {
    /// The value with a part of another, or why there is no such value.
    pub(crate) fn exchanged(
        &self,
        kind: &'static str,
        swap: &Swap,
        own: &str,
        other: Option<String>,
    ) -> Result<Result<String, Arrival>, String> {
        let other =
            other.ok_or_else(|| format!("step `{}` gave nothing to exchange a part with", swap.with))?;
        Ok(match exchanged(own, &other, swap.part) {
            Ok(value) => {
                self.learn(kind, Some(&value));
                Ok(value)
            }
            Err(reason) => Err(Arrival::Inapplicable { reason }),
        })
    }
}

/// The value with its part of this number, counted from 1, in the place of which stands that of the other.
fn exchanged(own: &str, other: &str, part: usize) -> Result<String, String> {
    let made = match common_beginning(own, other) {
        0 => made(own, other, part)?,
        begin => format!("{}{}", &own[..begin], made(&own[begin..], &other[begin..], part)?),
    };
    match made == own || made == other {
        true => Err(format!(
            "part {part} is all that tells the two values apart, or none of it"
        )),
        false => Ok(made),
    }
}

fn made(own: &str, other: &str, part: usize) -> Result<String, String> {
    if let Some((joint, parts, others)) = joined(own, other) {
        let mut parts = parts;
        let count = parts.len();
        let place = part.checked_sub(1).and_then(|place| parts.get_mut(place));
        let place = place.ok_or_else(|| format!("the values have {count} parts"))?;
        *place = others[part - 1];
        return Ok(parts.join(&joint.to_string()));
    }
    let engines = [URL_SAFE_NO_PAD, STANDARD_NO_PAD];
    let object = |text: &str| {
        engines.iter().enumerate().find_map(|(index, engine)| {
            let bytes = engine.decode(text.trim_end_matches('=')).ok()?;
            let members: Map<String, Value> = serde_json::from_slice(&bytes).ok()?;
            Some((index, members))
        })
    };
    let (Some((engine, mut members)), Some((_, others))) = (object(own), object(other)) else {
        return Err("the values have no parts".to_owned());
    };
    let count = members.len();
    let name = part
        .checked_sub(1)
        .and_then(|place| members.keys().nth(place).cloned());
    let name = name.ok_or_else(|| format!("the values have {count} parts"))?;
    members.insert(name.clone(), others.get(&name).cloned().unwrap_or(Value::Null));
    Ok(engines[engine].encode(Value::Object(members).to_string()))
}

/// The parts of both, where they have as many, with what joins them.
fn joined<'a>(own: &'a str, other: &'a str) -> Option<(char, Vec<&'a str>, Vec<&'a str>)> {
    let split = |joint: char| {
        let parts: Vec<&str> = own.split(joint).collect();
        let others: Vec<&str> = other.split(joint).collect();
        (parts.len() > 1 && parts.len() == others.len()).then_some((joint, parts, others))
    };
    let is_plain = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric());
    let is_meant = |(_, parts, others): &(char, Vec<&str>, Vec<&str>)| {
        let mut both = parts.iter().zip(others);
        parts.len() >= FEWEST_IN_RANDOM_TEXT
            && both.all(|(part, other)| part.len() == other.len() && is_plain(part) && is_plain(other))
    };
    JOINTS
        .into_iter()
        .find_map(split)
        .or_else(|| JOINTS_OF_RANDOM_TEXT.into_iter().filter_map(split).find(is_meant))
}

/// How much of both says what kind of value they are: up to the last colon or slash of what they have in common.
fn common_beginning(own: &str, other: &str) -> usize {
    let same = own
        .char_indices()
        .zip(other.chars())
        .take_while(|((_, own), other)| own == other)
        .map(|((at, own), _)| at + own.len_utf8())
        .last()
        .unwrap_or(0);
    own[..same].rfind([':', '/']).map_or(0, |at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_part_is_exchanged_and_the_others_stay() {
        assert_eq!(exchanged("i1.s1.c1", "i2.s2.c2", 3).unwrap(), "i1.s1.c2");
        assert_eq!(exchanged("i1.s1.c1", "i2.s2.c2", 1).unwrap(), "i2.s1.c1");
        assert_eq!(exchanged("aa_bb_cc", "dd_ee_ff", 2).unwrap(), "aa_ee_cc");
        let reference = "urn:ietf:params:oauth:request_uri:";
        assert_eq!(
            exchanged(&format!("{reference}a~b"), &format!("{reference}c~d"), 2).unwrap(),
            format!("{reference}a~d")
        );
    }

    #[test]
    fn members_of_coded_json_are_parts() {
        let coded = |id: u8, client: &str| {
            URL_SAFE_NO_PAD.encode(serde_json::json!({ "client": client, "id": id }).to_string())
        };
        assert_eq!(
            exchanged(&coded(1, "a"), &coded(2, "b"), 1).unwrap(),
            coded(1, "b")
        );
    }

    #[test]
    fn a_value_that_would_be_one_that_was_given_out_is_none() {
        let told = |own, other, part| exchanged(own, other, part).unwrap_err();
        assert_eq!(told("opaque1", "opaque2", 1), "the values have no parts");
        assert_eq!(told("a.b", "c.d", 3), "the values have 2 parts");
        assert_eq!(told("a.b", "c.d", 0), "the values have 2 parts");
        let same = "part 2 is all that tells the two values apart, or none of it";
        assert_eq!(told("rat.one", "rat.two", 2), same);
        assert_eq!(told("a.one", "b.one", 2), same);
        // A dash by chance in text that is random, and one at the same place.
        assert_eq!(told("ab-cd_f", "de-fg_i", 1), "the values have no parts");
        assert_eq!(told("ab-cdef", "ef-abcd", 1), "the values have no parts");
        assert_eq!(told("ab-cdef", "abcd-ef", 1), "the values have no parts");
    }
}
