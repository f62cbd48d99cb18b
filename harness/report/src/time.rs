//! Times of a report in words.

use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

/// Seconds since 1970 as a date with the time of day: `2027-01-15 08:00 UTC`.
pub(crate) fn moment(seconds: u64) -> String {
    let format = format_description!("[year]-[month]-[day] [hour]:[minute] UTC");
    written(seconds, format).unwrap_or_else(|| format!("{seconds} s after 1970"))
}

/// The same with the name of the month: `15 January 2027, 08:00 UTC`.
pub(crate) fn moment_in_words(seconds: u64) -> String {
    let format = format_description!("[day padding:none] [month repr:long] [year], [hour]:[minute] UTC");
    written(seconds, format).unwrap_or_else(|| format!("{seconds} seconds after 1970"))
}

/// The date alone: `2027-01-15`.
pub(crate) fn day(seconds: u64) -> String {
    let whole = moment(seconds);
    whole.split(' ').next().unwrap_or_default().to_owned()
}

/// A time in this form; nothing where no calendar has it.
fn written(seconds: u64, format: &[BorrowedFormatItem<'_>]) -> Option<String> {
    let time = OffsetDateTime::from_unix_timestamp(i64::try_from(seconds).ok()?).ok()?;
    time.format(format).ok()
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
