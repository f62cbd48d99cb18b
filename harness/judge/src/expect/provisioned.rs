//! What the server keeps of members that it provisions itself.

use cimdspec_model::expect::ProvisionedExpect;
use cimdspec_model::json;
use cimdspec_model::name::StepName;
use cimdspec_model::observation::Exchange;
use cimdspec_model::observation::Reply;
use cimdspec_model::verdict::Outcome;
use serde_json::Map;
use serde_json::Value;

use crate::expect::Evidence;
use crate::expect::pass_if;

impl Evidence<'_> {
    pub(super) fn provisioned(&self, expect: &ProvisionedExpect) -> (Outcome, String, String) {
        let expected = format!(
            "no member that the answer of `{}` provisioned takes the value that a client sends",
            expect.by
        );
        let unsure = |why: String| (Outcome::inconclusive(why.clone()), expected.clone(), why);
        let exchanges = |name: &StepName| {
            self.record(name)
                .map_or(&[][..], |record| record.exchanges.as_slice())
        };
        let first = exchanges(&expect.by).last();
        let Some((first, provisioned)) = first.and_then(|first| Some((sent(first)?, told(first)?))) else {
            return unsure(format!("step `{}` sent no JSON, or was told none", expect.by));
        };
        let all = exchanges(&expect.of);
        if all.is_empty() {
            return unsure(format!("step `{}` asked for nothing", expect.of));
        }
        if let Some(lost) = all
            .iter()
            .find(|exchange| status(exchange).is_none_or(is_failure))
        {
            return unsure(format!("`{} {}` was not answered", lost.method, lost.url));
        }
        let mut before = provisioned;
        let mut taken = Vec::new();
        let granted = all
            .iter()
            .filter(|exchange| status(exchange).is_some_and(|status| (200..300).contains(&status)));
        for (sent, told) in granted.filter_map(|exchange| Some((sent(exchange)?, told(exchange)?))) {
            taken.extend(chosen(&first, &before, &sent, &told));
            before = told;
        }
        let seen = match taken.is_empty() {
            true => format!("{} requests, none of which set one", all.len()),
            false => format!("set by the client: {}", taken.join(", ")),
        };
        (pass_if(taken.is_empty()), expected, seen)
    }
}

/// The members that only the later request had, with another value than was told before, and that are told back as it
/// had them.
fn chosen(
    first: &Map<String, Value>,
    before: &Map<String, Value>,
    sent: &Map<String, Value>,
    told: &Map<String, Value>,
) -> Vec<String> {
    sent.iter()
        .filter(|(name, value)| {
            let name = name.as_str();
            !first.contains_key(name) && before.get(name) != Some(value) && told.get(name) == Some(value)
        })
        .map(|(name, value)| format!("`{name}` = {value}"))
        .collect()
}

fn sent(exchange: &Exchange) -> Option<Map<String, Value>> {
    json::object(exchange.sent.as_deref()?)
}

fn told(exchange: &Exchange) -> Option<Map<String, Value>> {
    match &exchange.reply {
        Reply::Response { body, .. } => json::object(body),
        Reply::Broken { .. } | Reply::Timeout => None,
    }
}

fn status(exchange: &Exchange) -> Option<u16> {
    match exchange.reply {
        Reply::Response { status, .. } => Some(status),
        Reply::Broken { .. } | Reply::Timeout => None,
    }
}

fn is_failure(status: u16) -> bool {
    status == 429 || status >= 500
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_told_back_as_it_was_sent_was_taken() {
        let members = |value: Value| value.as_object().cloned().unwrap_or_default();
        let first = members(json!({ "client_name": "A" }));
        let provisioned = members(json!({ "client_name": "A", "owner": "", "lifetime": 3 }));
        let sent = members(json!({ "client_name": "A", "owner": "me", "lifetime": 9 }));
        let told = members(json!({ "client_name": "A", "owner": "", "lifetime": 9 }));
        assert_eq!(chosen(&first, &provisioned, &sent, &told), ["`lifetime` = 9"]);
        assert_eq!(chosen(&sent, &provisioned, &sent, &told), Vec::<String>::new());
    }

    #[test]
    fn what_was_told_and_sent_back_as_it_was_is_not_taken() {
        let members = |value: Value| value.as_object().cloned().unwrap_or_default();
        let told = members(json!({ "client_id": "a", "lifetime": 3 }));
        assert_eq!(chosen(&Map::new(), &told, &told, &told), Vec::<String>::new());
    }
}
