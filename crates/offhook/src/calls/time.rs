use jiff::Timestamp;

/// Date and time in UTC, to the millisecond.
pub(super) fn date_time(at_ms: i64) -> String {
    match Timestamp::from_millisecond(at_ms) {
        Ok(at) => format!("{at:.3}").replace('T', " ").replace('Z', ""),
        Err(_) => "?".to_owned(),
    }
}

/// Time of day in UTC, to the microsecond.
pub(super) fn time_of_day(at_us: i64) -> String {
    match Timestamp::from_microsecond(at_us) {
        Ok(at) => format!("{at:.6}").split_once('T').map_or_else(String::new, |(_, time)| time.replace('Z', "")),
        Err(_) => "?".to_owned(),
    }
}

/// Microseconds as seconds.
pub(super) fn seconds(us: i64) -> String {
    format!("{:.6}", us as f64 / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_by_people() {
        assert_eq!(date_time(1_790_000_000_123), "2026-09-21 14:13:20.123");
        assert_eq!(time_of_day(1_790_000_000_000_045), "14:13:20.000045");
        assert_eq!((date_time(i64::MAX), time_of_day(i64::MAX)), ("?".to_owned(), "?".to_owned()));
        assert_eq!((seconds(1_000_045), seconds(-250)), ("1.000045".to_owned(), "-0.000250".to_owned()));
    }
}
