//! How many of several steps were granted.

use cimdspec_model::expect::CountExpect;
use cimdspec_model::name::StepName;
use cimdspec_model::verdict::Outcome;

use crate::disposition::Seen;
use crate::expect::Evidence;
use crate::expect::list;
use crate::expect::pass_if;
use crate::words;

impl Evidence<'_> {
    pub(super) fn count(&self, expect: &CountExpect) -> (Outcome, String, String) {
        let expected = format!("at most {} of {} granted", expect.at_most, expect.of.len());
        let seen: Vec<(&StepName, Seen)> = expect
            .of
            .iter()
            .map(|name| (name, self.disposition(name)))
            .collect();
        let granted = seen.iter().filter(|(_, seen)| seen.is_granted()).count();
        let told = list(
            seen.iter()
                .map(|(name, seen)| format!("`{name}` {}", words::seen(seen))),
        );
        let open = seen
            .iter()
            .any(|(_, seen)| !matches!(seen, Seen::Granted | Seen::Refused(_)));
        let outcome = match granted {
            0 => Outcome::inconclusive("none of them was granted".to_owned()),
            _ if granted <= expect.at_most && open => Outcome::inconclusive(told.clone()),
            _ => pass_if(granted <= expect.at_most),
        };
        (outcome, expected, told)
    }
}
