//! Times of a report in words.

use time::OffsetDateTime;
use time::macros::format_description;

/// Seconds since 1970 as a date with the time of day: `2027-01-15 08:00 UTC`.
pub(crate) fn moment(seconds: u64) -> String {
    let format = format_description!("[year]-[month]-[day] [hour]:[minute] UTC");
    i64::try_from(seconds)
        .ok()
        .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok())
        .and_then(|time| time.format(format).ok())
        .unwrap_or_else(|| format!("{seconds} s after 1970"))
}

/// The date alone: `2027-01-15`.
pub(crate) fn day(seconds: u64) -> String {
    let whole = moment(seconds);
    whole.split(' ').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_in_utc() {
        assert_eq!(moment(1_800_000_000), "2027-01-15 08:00 UTC");
        assert_eq!(day(1_800_000_000), "2027-01-15");
        assert_eq!(moment(u64::MAX), "18446744073709551615 s after 1970");
    }
}
