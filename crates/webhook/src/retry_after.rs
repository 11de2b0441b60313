use offhook_call::{Duration, Time};

/// How long a `Retry-After` header asks to wait: seconds or a date (RFC 9110 section 10.2.3). `None`: neither.
pub(crate) fn parse(header: &str, now: Time) -> Option<Duration> {
    let header = header.trim();
    if let Ok(seconds) = header.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(header).ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
    Some(Time(i64::try_from(date.as_millis()).ok()?).since(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sun, 06 Nov 1994 08:49:37 GMT, the RFC's example.
    const DATE: Time = Time(784_111_777_000);

    #[test]
    fn seconds_and_dates() {
        let now = DATE - Duration::from_secs(90);
        let parsed = |header| parse(header, now).map(|wait| wait.as_secs());
        assert_eq!(parsed("120"), Some(120));
        assert_eq!(parsed("Sun, 06 Nov 1994 08:49:37 GMT"), Some(90));
        assert_eq!(parsed("Wed, 06 Nov 1974 08:49:37 GMT"), Some(0));
        assert_eq!(["", "-1", "soon", "1.5"].map(parsed), [None; 4]);
    }
}
