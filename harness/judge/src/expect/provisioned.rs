//! What the server keeps of members that it provisions itself.

use cimdspec_model::expect::ProvisionedExpect;
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
            "no member that the answer of `{}` provisioned takes the value that a registration sends",
            expect.by
        );
        let unsure = |why: String| (Outcome::inconclusive(why.clone()), expected.clone(), why);
        let exchanges = |name: &StepName| {
            self.record(name)
                .map_or(&[][..], |record| record.exchanges.as_slice())
        };
        let Some(first) = exchanges(&expect.by).last().and_then(sent) else {
            return unsure(format!("step `{}` sent no JSON", expect.by));
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
        let taken: Vec<String> = all
            .iter()
            .filter(|exchange| status(exchange).is_some_and(|status| (200..300).contains(&status)))
            .filter_map(|exchange| Some((sent(exchange)?, told(exchange)?)))
            .flat_map(|(sent, told)| taken(&first, &sent, &told))
            .collect();
        let seen = match taken.is_empty() {
            true => format!("{} registrations, none of which set one", all.len()),
            false => format!("set by the registration: {}", taken.join(", ")),
        };
        (pass_if(taken.is_empty()), expected, seen)
    }
}

/// The members that only the later request had and that are told back as it had them.
fn taken(first: &Map<String, Value>, sent: &Map<String, Value>, told: &Map<String, Value>) -> Vec<String> {
    sent.iter()
        .filter(|(name, value)| !first.contains_key(*name) && told.get(*name) == Some(value))
        .map(|(name, value)| format!("`{name}` = {value}"))
        .collect()
}

fn sent(exchange: &Exchange) -> Option<Map<String, Value>> {
    serde_json::from_str(exchange.sent.as_deref()?).ok()
}

fn told(exchange: &Exchange) -> Option<Map<String, Value>> {
    match &exchange.reply {
        Reply::Response { body, .. } => serde_json::from_str(body).ok(),
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
        let sent = members(json!({ "client_name": "A", "owner": "me", "lifetime": 9 }));
        let told = members(json!({ "client_name": "A", "owner": "", "lifetime": 9 }));
        assert_eq!(taken(&first, &sent, &told), ["`lifetime` = 9"]);
        assert_eq!(taken(&sent, &sent, &told), Vec::<String>::new());
    }
}
