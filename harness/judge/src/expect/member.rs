//! The members of the JSON body of a step's last response.

use std::time::UNIX_EPOCH;

use cimdspec_model::expect::MemberExpect;
use cimdspec_model::expect::MemberIs;
use cimdspec_model::expect::WhenRefused;
use cimdspec_model::json;
use cimdspec_model::name::StepName;
use cimdspec_model::reason::Reason;
use cimdspec_model::verdict::Outcome;
use serde_json::Value;

use crate::disposition::Seen;
use crate::expect::Evidence;
use crate::expect::list;
use crate::expect::pass_if;
use crate::page::signature::header;
use crate::spelling::alike;
use crate::words;

/// What a case can wait for, in seconds.
const SOON: f64 = 2.0;

impl Evidence<'_> {
    /// What the answer tells of the member.
    pub(super) fn told_member(&self, expect: &MemberExpect) -> (Outcome, String, String) {
        let at = &expect.at;
        if let Some(WhenRefused::Passes) = expect.refused {
            match self.disposition(&expect.of) {
                Seen::Granted => {}
                seen => {
                    let told = words::seen(&seen);
                    let outcome = match seen {
                        Seen::Refused(_) => Outcome::Pass,
                        _ => Outcome::inconclusive(told.clone()),
                    };
                    return (outcome, format!("refused, or `{at}` in order"), told);
                }
            }
        }
        let value_in = |name: &StepName| -> Option<Value> {
            self.last_response(name)
                .and_then(|(_, _, body)| json::value(body))
        };
        let there = |name: &StepName| value_in(name).is_some_and(|body| body.pointer(at).is_some());
        let here = there(&expect.of);
        let lacking = match (&expect.differs_from, &expect.same_as) {
            (Some(other), _) if !(here && there(other)) => Some(other),
            (None, Some(other)) if !here && !there(other) => Some(other),
            _ => None,
        };
        if let Some(other) = lacking {
            let why = Reason::unmet(format!("no `{at}` to compare in `{}` and `{other}`", expect.of));
            let expected = format!("`{at}`, compared with that of `{other}`");
            return match self.last_response(&expect.of).and(self.last_response(other)) {
                Some(_) => (Outcome::not_applicable(why.clone()), expected, why.text),
                None => (Outcome::inconclusive(why.text.clone()), expected, why.text),
            };
        }
        let Some(body) = value_in(&expect.of) else {
            let seen = "an answer that is no JSON".to_owned();
            let outcome = match self.last_response(&expect.of) {
                Some(_) => Outcome::Fail,
                None => Outcome::inconclusive(words::seen(&self.disposition(&expect.of))),
            };
            return (outcome, format!("JSON with `{at}`"), seen);
        };
        let found = body.pointer(at);
        if expect.is == Some(MemberIs::OfItsPlace) {
            return self.of_its_place(found, self.record(&expect.of));
        }
        if expect.optional && found.is_none() {
            let why = Reason::unmet(format!("there is no `{at}`"));
            let expected = format!("`{at}`, where it is told");
            return (Outcome::not_applicable(why.clone()), expected, why.text);
        }
        let names = self.names();
        let resolved = |value: &Value| names.json(value).unwrap_or_else(|_| value.clone());
        let mut wants: Vec<(bool, String)> = Vec::new();
        if let Some(is) = expect.is {
            let now = self
                .last_response(&expect.of)
                .and_then(|(_, headers, _)| header(headers, "date"))
                .and_then(|date| httpdate::parse_http_date(date).ok())
                .and_then(|date| Some(date.duration_since(UNIX_EPOCH).ok()?.as_secs()));
            let Some(kept) = is_kind(found, is, now) else {
                let why = "the answer has no `date` that could be compared".to_owned();
                return (Outcome::inconclusive(why.clone()), format!("`{at}` in time"), why);
            };
            wants.push((kept, format!("{is:?}").to_lowercase()));
        }
        if let Some(equals) = expect.equals.as_ref().map(&resolved) {
            let equals = if equals == "@issuer" {
                Value::String(self.issuer.told.to_owned())
            } else {
                equals
            };
            wants.push((found == Some(&equals), format!("equal to {equals}")));
        }
        if let Some(other) = expect.not_equals.as_ref().map(&resolved) {
            wants.push((found != Some(&other), format!("other than {other}")));
        }
        for part in expect.includes.iter().map(resolved) {
            let has = found
                .and_then(Value::as_array)
                .is_some_and(|items| items.contains(&part));
            wants.push((has, format!("with {part}")));
        }
        if let Some(prefix) = &expect.not_prefix {
            let kept = found
                .and_then(Value::as_str)
                .is_some_and(|text| !text.starts_with(prefix.as_str()));
            wants.push((kept, format!("not beginning with `{prefix}`")));
        }
        if let Some(word) = &expect.lacks_word {
            wants.push((is_list_without(found, word), format!("without the word `{word}`")));
        }
        if let Some(word) = &expect.has_word {
            let text = found.and_then(Value::as_str).unwrap_or_default();
            let has = text.split_whitespace().any(|known| known == word);
            wants.push((has, format!("with the word `{word}`")));
        }
        if let Some(other) = &expect.differs_from {
            let same = value_in(other).and_then(|body| body.pointer(at).cloned());
            wants.push((same.as_ref() != found, format!("another than in `{other}`")));
        }
        if let Some(other) = &expect.same_as {
            let same = value_in(other).and_then(|body| body.pointer(at).cloned());
            wants.push((same.as_ref() == found, format!("as in `{other}`")));
        }
        if expect.as_sent || expect.within_sent {
            let sent = self
                .record(&expect.of)
                .and_then(|record| value_at(record.exchanges.last()?.sent.as_deref()?, at));
            let Some(sent) = sent else {
                let why = format!("the request had no `{at}`");
                return (
                    Outcome::inconclusive(why.clone()),
                    format!("`{at}` as it was sent"),
                    why,
                );
            };
            if expect.as_sent {
                wants.push((found == Some(&sent), "as it was sent".to_owned()));
            }
            if expect.within_sent {
                wants.push((is_within(found, &sent), format!("with no more words than {sent}")));
            }
        }
        for value in expect.excludes.iter().map(resolved) {
            let items = found.and_then(Value::as_array);
            let kept = items.is_some_and(|items| !items.contains(&value));
            wants.push((kept, format!("without {value}")));
        }
        for uri in &expect.excludes_uri {
            let uri = uri.resolve(&names).unwrap_or_else(|_| uri.0.clone());
            let items = found.and_then(Value::as_array);
            let is_it = |item: &Value| item.as_str().is_some_and(|item| alike(&uri, item));
            let kept = items.is_some_and(|items| !items.iter().any(is_it));
            wants.push((kept, format!("without `{uri}`, however it is spelled")));
        }
        wants.extend(listed(expect, found));
        let kept = wants.iter().all(|(kept, _)| *kept);
        let expected = format!("`{at}` {}", list(wants.iter().map(|(_, words)| words)));
        let seen = found.map_or(format!("no `{at}`"), |value| format!("`{at}` is {value}"));
        (pass_if(kept), expected, seen)
    }
}

/// The value at a place of a JSON text.
fn value_at(text: &str, at: &str) -> Option<Value> {
    json::value(text)?.pointer(at).cloned()
}

/// Whether it is a list, separated by spaces, in which this word is not.
fn is_list_without(found: Option<&Value>, word: &str) -> bool {
    let list = found.and_then(Value::as_str);
    list.is_some_and(|list| list.split(' ').all(|known| known != word))
}

/// Whether it is a list, separated by spaces, each word of which is in the other.
fn is_within(found: Option<&Value>, sent: &Value) -> bool {
    let sent: Vec<&str> = sent.as_str().unwrap_or_default().split_whitespace().collect();
    found
        .and_then(Value::as_str)
        .is_some_and(|list| list.split_whitespace().all(|word| sent.contains(&word)))
}

/// What is expected of a list, a text or a number, and whether it is so.
fn listed(expect: &MemberExpect, found: Option<&Value>) -> Vec<(bool, String)> {
    let items = found.and_then(Value::as_array);
    let text = found.and_then(Value::as_str);
    let mut wants = Vec::new();
    if !expect.includes_any.is_empty() {
        let has = items.is_some_and(|items| expect.includes_any.iter().any(|value| items.contains(value)));
        wants.push((has, format!("with one of {}", list(expect.includes_any.iter()))));
    }
    if let Some(prefix) = &expect.prefix {
        let kept = text.is_some_and(|text| text.starts_with(prefix.as_str()));
        wants.push((kept, format!("beginning with `{prefix}`")));
    }
    if let Some(part) = &expect.lacks {
        let kept = text.is_some_and(|text| !text.contains(part.as_str()));
        wants.push((kept, format!("without `{part}`")));
    }
    if let Some(most) = expect.at_most {
        let kept = found.and_then(Value::as_u64).is_some_and(|number| number <= most);
        wants.push((kept, format!("of at most {most}")));
    }
    wants
}

/// Whether the value is of this kind; nothing is said of times without a clock.
fn is_kind(found: Option<&Value>, is: MemberIs, now: Option<u64>) -> Option<bool> {
    let seconds = found.and_then(Value::as_f64);
    // A lossy cast is right here: times of this century fit a double many times over.
    let ahead = |seconds: f64| now.map(|now| seconds - now as f64);
    Some(match (is, found) {
        (MemberIs::Absent, found) => found.is_none(),
        (MemberIs::OfItsPlace, _) => return None,
        (MemberIs::Present, found) => found.is_some(),
        (MemberIs::Array, Some(value)) => value.is_array(),
        (MemberIs::Boolean, Some(value)) => value.is_boolean(),
        (MemberIs::Filled, Some(value)) => value
            .as_object()
            .is_some_and(|members| !members.values().any(|member| member == &Value::Array(Vec::new()))),
        (MemberIs::Number, Some(value)) => value.is_number(),
        (MemberIs::String, Some(value)) => value.is_string(),
        (MemberIs::ZeroOrFuture, Some(_)) if seconds == Some(0.0) => true,
        (MemberIs::Future | MemberIs::Soon | MemberIs::ZeroOrFuture, Some(_)) => match seconds {
            None => false,
            Some(seconds) => {
                let ahead = ahead(seconds)?;
                ahead >= 0.0 && (is != MemberIs::Soon || ahead <= SOON)
            }
        },
        (_, None) => false,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fabricated::answered;
    use crate::fabricated::judged;
    use crate::fabricated::plan;

    #[test]
    fn what_was_sent_is_found_at_its_place() {
        let sent = r#"{"software_statement":"a.b.c"}"#;
        assert_eq!(value_at(sent, "/software_statement"), Some("a.b.c".into()));
        assert_eq!(value_at(sent, "/client_name"), None);
        assert_eq!(value_at("a=b", "/a"), None);
    }

    #[test]
    fn lists_texts_and_numbers_are_compared_in_part() {
        let kept = |expect: Value, found: Value| -> Vec<bool> {
            let mut whole = json!({ "of": "first", "at": "/x" });
            for (name, value) in expect.as_object().into_iter().flatten() {
                whole[name] = value.clone();
            }
            let expect: MemberExpect = serde_json::from_value(whole).unwrap();
            listed(&expect, Some(&found))
                .into_iter()
                .map(|(kept, _)| kept)
                .collect()
        };
        assert_eq!(
            kept(json!({ "includes_any": ["none", "other"] }), json!(["none"])),
            [true]
        );
        assert_eq!(
            kept(
                json!({ "prefix": "https://", "lacks": "#" }),
                json!("https://as/#x")
            ),
            [true, false]
        );
        assert_eq!(kept(json!({ "at_most": 86400 }), json!(604800)), [false]);
        assert_eq!(kept(json!({ "at_most": 86400 }), json!(3600)), [true]);
    }

    #[test]
    fn times_are_compared_with_the_clock_of_the_answer() {
        let kind = |value: Value, is, now| is_kind(Some(&value), is, now);
        assert_eq!(kind(json!({ "a": ["b"] }), MemberIs::Filled, None), Some(true));
        assert_eq!(kind(json!({ "a": [] }), MemberIs::Filled, None), Some(false));
        assert_eq!(kind(json!(0), MemberIs::ZeroOrFuture, None), Some(true));
        assert_eq!(kind(json!(0), MemberIs::Future, Some(100)), Some(false));
        assert_eq!(kind(json!(99), MemberIs::ZeroOrFuture, Some(100)), Some(false));
        assert_eq!(kind(json!(101), MemberIs::Soon, Some(100)), Some(true));
        assert_eq!(kind(json!(200), MemberIs::Soon, Some(100)), Some(false));
        assert_eq!(kind(json!(200), MemberIs::Future, None), None);
        assert_eq!(kind(json!("200"), MemberIs::Future, None), Some(false));
    }

    #[test]
    fn a_list_is_within_another_that_has_all_its_words() {
        let within = |found: &str| is_within(Some(&found.into()), &"write read".into());
        assert!(within("read") && within("read write") && within(""));
        assert!(!within("read admin") && !within("rea"));
        assert!(!is_within(None, &"read".into()));
    }

    #[test]
    fn a_word_is_looked_for_as_a_whole() {
        let lacks = |list: &str| is_list_without(Some(&Value::from(list)), "admin");
        assert!(lacks("read") && lacks("read administer") && lacks(""));
        assert!(!lacks("admin") && !lacks("read admin"));
        assert!(!is_list_without(None, "admin"));
    }

    /// What becomes of `/a` of the step `two`, compared with that of `one`.
    fn compared(wants: &str, one: &str, two: &str) -> Outcome {
        let plan = plan(&format!(
            "[[step]]\nname = \"one\"\nregister = {{}}\n[[step]]\nname = \"two\"\nregister = {{}}\n[[check]]\nid = \"c\"\nclause = \"a.b\"\n\
             expect = {{ member = {{ of = \"two\", at = \"/a\", {wants} = \"one\" }} }}\n"
        ));
        judged(&plan, vec![answered("one", 201, one), answered("two", 201, two)])
            .remove(0)
            .outcome
    }

    #[test]
    fn what_neither_answer_has_is_not_compared() {
        let is_left = |outcome| matches!(outcome, Outcome::NotApplicable(_));
        for (one, two) in [("{}", "{}"), ("", ""), ("<p>", "{}")] {
            assert!(is_left(compared("same_as", one, two)), "{one} {two}");
            assert!(is_left(compared("differs_from", one, two)), "{one} {two}");
        }
        let (x, y) = (r#"{"a":"x"}"#, r#"{"a":"y"}"#);
        assert!(is_left(compared("differs_from", "{}", x)) && is_left(compared("differs_from", x, "")));
        assert_eq!(compared("same_as", "{}", x), Outcome::Fail);
        assert_eq!(compared("same_as", x, ""), Outcome::Fail);
        assert_eq!(compared("same_as", x, y), Outcome::Fail);
        assert_eq!(compared("same_as", x, x), Outcome::Pass);
        assert_eq!(compared("differs_from", x, x), Outcome::Fail);
        assert_eq!(compared("differs_from", x, y), Outcome::Pass);
    }

    #[test]
    fn an_answer_with_a_number_beyond_measure_is_json() {
        assert_eq!(
            compared("same_as", r#"{"a":"x"}"#, r#"{"a":"x","b":1e99999}"#),
            Outcome::Pass
        );
    }
}
