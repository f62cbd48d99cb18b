//! What a target says of its refusal, for people: shown as it is, a hint for what to try, and never ground for a verdict.

use cimdspec_model::json;
use cimdspec_model::observation::Arrival;
use cimdspec_model::observation::StepRecord;
use cimdspec_page::Html;
use serde_json::Value;

/// More is no sentence.
const LONGEST: usize = 300;
const DESCRIPTION: &str = "error_description";

/// The `error_description` of the answer, or what its page shows.
pub(crate) fn said(record: &StepRecord) -> Option<String> {
    let text = match &record.arrival {
        Arrival::Sent { .. } => record.arrival.parameter(DESCRIPTION).map(str::to_owned),
        Arrival::Impossible { .. } | Arrival::Inapplicable { .. } | Arrival::Nothing => None,
        Arrival::Answer
        | Arrival::Consent
        | Arrival::Denied
        | Arrival::Login
        | Arrival::Page
        | Arrival::Unfit { .. } => record.body().and_then(in_body),
    };
    text.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|text| !text.is_empty())
        .map(|text| match text.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text,
        })
}

fn in_body(body: &str) -> Option<String> {
    let Some(members) = json::object(body) else {
        return Some(Html::read(body).text());
    };
    // Frameworks have names of their own for it.
    [DESCRIPTION, "message", "detail", "error"]
        .into_iter()
        .find_map(|name| members.get(name).and_then(Value::as_str))
        .map(str::to_owned)
}
