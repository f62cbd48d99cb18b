//! What keeps the names of one run apart from those of all others.

use std::time::Duration;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

/// The names of a run that begins now. A server may remember for years the clients that an earlier run has shown it, and
/// grant what a later run shows it under the same name without a look.
pub(crate) fn nonce() -> String {
    of(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}

/// The names of a run that begins so long after 1970: other ones every 66 ms, for nine years.
fn of(since: Duration) -> String {
    format!("{:x}", (since.as_micros() >> 16) & 0xffff_ffff)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_run_of_five_years_has_the_names_of_another() {
        let began = Duration::from_secs(1_795_000_000);
        let hours = (0..5 * 365 * 24).map(|hour| began + Duration::from_secs(hour * 3600));
        let in_a_minute = (1..900).map(|turn| began + Duration::from_millis(turn * 66));
        let mut seen = HashSet::new();
        for since in hours.chain(in_a_minute) {
            assert!(seen.insert(of(since)), "{since:?}");
        }
    }
}
