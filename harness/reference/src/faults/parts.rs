//! Values of mutants that are put together of an identifier, a session and a client, which nothing binds to each other.

use crate::policy::OfParts;
use crate::server::state::State;
use crate::server::state::hash;

/// How much of a hash stands for a session or a client.
const SHORT: usize = 16;

impl State {
    /// The value as it is given out, and as it is kept: both are the same unless the mutant puts it together.
    pub(crate) fn put_together(&self, which: OfParts, value: String, client_id: &str) -> (String, String) {
        match self.policy.strength.of_parts.is(which) {
            true => (
                format!("{value}.{}.{}", short(&self.random()), short(client_id)),
                value,
            ),
            false => (value.clone(), value),
        }
    }

    /// What of a value that came is looked for.
    pub(crate) fn looked_for<'a>(&self, which: OfParts, value: &'a str) -> &'a str {
        match self.policy.strength.of_parts.is(which) {
            true => value.split('.').next().unwrap_or(value),
            false => value,
        }
    }

    /// Whose the value says that it is, where a mutant believes it.
    pub(crate) fn says_it_is_of(&self, which: OfParts, value: &str, client_id: &str) -> Option<bool> {
        let believes = self.policy.strength.of_parts.is(which);
        believes.then(|| value.rsplit('.').next() == Some(short(client_id).as_str()))
    }
}

/// What stands for a session or a client.
pub(crate) fn short(text: &str) -> String {
    hash(text)
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(SHORT)
        .collect()
}
