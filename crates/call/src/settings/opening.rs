//! When hours are open, in real time. A day's interval runs from the first moment at which clocks there show its
//! opening time to the last at which they show its closing time: an hour that comes twice is open twice, and a time
//! that clocks jump over is the moment of the jump.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, TimeZone};

use super::{CallHours, ClockTime};
use crate::Time;

/// Whether a Page takes calls at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// `None`: for longer than the next two weeks.
    Open { until: Option<Time> },
    /// `None`: it never opens.
    Closed { next: Option<Time> },
}

/// An open interval: from, and up to.
type Interval = (Time, Time);

impl CallHours {
    pub fn opening(&self, now: Time) -> Opening {
        let Ok(moment) = Timestamp::from_millisecond(now.0) else { return Opening::Closed { next: None } };
        let today = self.zone.to_datetime(moment).date();
        let mut intervals =
            days_around(today).filter_map(|date| self.interval_of(date)).skip_while(|open| open.1 <= now);
        let Some((from, mut until)) = intervals.next() else { return Opening::Closed { next: None } };
        if now < from {
            return Opening::Closed { next: Some(from) };
        }
        for (next_from, next_until) in intervals {
            if until < next_from {
                return Opening::Open { until: Some(until) };
            }
            until = next_until;
        }
        Opening::Open { until: self.closes_within_a_week().then_some(until) }
    }

    /// The open interval that begins on this date, unless it is empty.
    fn interval_of(&self, date: Date) -> Option<Interval> {
        let weekday = usize::try_from(date.weekday().to_monday_zero_offset()).ok()?;
        let hours = self.week[weekday]?;
        let from = bounds(&self.zone, at(date, hours.open)?)?.0;
        let until = bounds(&self.zone, at(date, hours.close)?)?.1;
        (from < until).then_some((from, until))
    }

    /// Whether any day leaves a pause, so that the last interval seen has an end.
    fn closes_within_a_week(&self) -> bool {
        let all_day =
            |open: &super::OpenDay| open.open.hour_and_minute() == (0, 0) && open.close == ClockTime::END_OF_DAY;
        !self.week.iter().all(|day| day.as_ref().is_some_and(all_day))
    }
}

/// From yesterday, whose interval may reach over midnight where clocks are set back, to the day two weeks on: one
/// opening a week may fall on a date that a place skips.
fn days_around(today: Date) -> impl Iterator<Item = Date> {
    let yesterday = today.yesterday().unwrap_or(today);
    std::iter::successors(Some(yesterday), |date| date.tomorrow().ok()).take(DAYS_LOOKED_AT)
}

fn at(date: Date, time: ClockTime) -> Option<DateTime> {
    if time == ClockTime::END_OF_DAY {
        return Some(date.tomorrow().ok()?.at(0, 0, 0, 0));
    }
    let (hour, minute) = time.hour_and_minute();
    Some(date.at(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, 0, 0))
}

/// The first and the last moment at which clocks of the zone show this time.
fn bounds(zone: &TimeZone, shown: DateTime) -> Option<Interval> {
    let ambiguous = zone.to_ambiguous_timestamp(shown);
    let (earlier, later) = (ambiguous.earlier().ok()?, ambiguous.later().ok()?);
    match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { .. } | AmbiguousOffset::Fold { .. } => Some((time(earlier), time(later))),
        AmbiguousOffset::Gap { .. } => {
            let jump = time(zone.following(earlier).next()?.timestamp());
            Some((jump, jump))
        }
    }
}

fn time(moment: Timestamp) -> Time {
    Time(moment.as_millisecond())
}

const DAYS_LOOKED_AT: usize = 16;

#[cfg(test)]
mod tests {
    use super::super::{Day, OpenDay};
    use super::*;

    fn hours(zone: &str, days: &[Day], open: &str, close: &str) -> CallHours {
        let open_day = |&day| OpenDay { day, open: open.parse().unwrap(), close: close.parse().unwrap() };
        CallHours::new(zone, days.iter().map(open_day)).unwrap()
    }

    fn utc(text: &str) -> Time {
        time(text.parse().unwrap())
    }

    fn open_until(text: &str) -> Opening {
        Opening::Open { until: Some(utc(text)) }
    }

    fn closed_until(text: &str) -> Opening {
        Opening::Closed { next: Some(utc(text)) }
    }

    #[test]
    fn the_opening_moment_is_open_and_the_closing_moment_is_not() {
        // Nairobi is three hours ahead all year; 21 September 2026 is a Monday.
        let hours = hours("Africa/Nairobi", &[Day::Monday, Day::Tuesday], "0800", "1700");
        let table = [
            ("2026-09-21T04:59:59Z", closed_until("2026-09-21T05:00:00Z")),
            ("2026-09-21T05:00:00Z", open_until("2026-09-21T14:00:00Z")),
            ("2026-09-21T13:59:59.999Z", open_until("2026-09-21T14:00:00Z")),
            ("2026-09-21T14:00:00Z", closed_until("2026-09-22T05:00:00Z")),
            ("2026-09-22T14:00:00Z", closed_until("2026-09-28T05:00:00Z")),
        ];
        for (now, expected) in table {
            assert_eq!(hours.opening(utc(now)), expected, "{now}");
        }
    }

    #[test]
    fn an_hour_that_comes_twice_is_open_twice() {
        // New York sets clocks back from 2:00 to 1:00 on 1 November 2026 at 06:00 UTC.
        let sunday = hours("America/New_York", &[Day::Sunday], "0130", "0145");
        assert_eq!(sunday.opening(utc("2026-11-01T05:29:59Z")), closed_until("2026-11-01T05:30:00Z"));
        assert_eq!(sunday.opening(utc("2026-11-01T06:15:00Z")), open_until("2026-11-01T06:45:00Z"));
        assert_eq!(sunday.opening(utc("2026-11-01T06:45:00Z")), closed_until("2026-11-08T06:30:00Z"));
    }

    #[test]
    fn a_time_that_is_jumped_over_is_the_moment_of_the_jump() {
        // New York sets clocks forward from 2:00 to 3:00 on 8 March 2026 at 07:00 UTC.
        let jump = "2026-03-08T07:00:00Z";
        let opens_in_the_gap = hours("America/New_York", &[Day::Sunday], "0230", "0400");
        assert_eq!(opens_in_the_gap.opening(utc("2026-03-08T06:59:59Z")), closed_until(jump));
        assert_eq!(opens_in_the_gap.opening(utc(jump)), open_until("2026-03-08T08:00:00Z"));
        let closes_in_the_gap = hours("America/New_York", &[Day::Sunday], "0100", "0230");
        assert_eq!(closes_in_the_gap.opening(utc("2026-03-08T06:30:00Z")), open_until(jump));
        let within_the_gap = hours("America/New_York", &[Day::Sunday], "0215", "0245");
        assert_eq!(within_the_gap.opening(utc("2026-03-07T12:00:00Z")), closed_until("2026-03-15T06:15:00Z"));
    }

    #[test]
    fn a_date_that_a_place_skips_has_no_hours() {
        // Samoa had no 30 December 2011, a Friday.
        let fridays = hours("Pacific/Apia", &[Day::Friday], "0900", "1700");
        assert_eq!(fridays.opening(utc("2011-12-30T12:00:00Z")), closed_until("2012-01-05T19:00:00Z"));
    }

    #[test]
    fn days_that_meet_at_midnight_are_one_interval() {
        let weekend = hours("UTC", &[Day::Saturday, Day::Sunday], "0000", "2400");
        assert_eq!(weekend.opening(utc("2026-09-19T10:00:00Z")), open_until("2026-09-21T00:00:00Z"));
        let always = hours("Europe/Berlin", &Day::ALL, "0000", "2400");
        assert_eq!(always.opening(utc("2026-10-25T00:30:00Z")), Opening::Open { until: None });
        let never = hours("UTC", &[], "0000", "2400");
        assert_eq!(never.opening(utc("2026-09-19T10:00:00Z")), Opening::Closed { next: None });
    }

    #[test]
    fn moments_beyond_the_calendar_are_closed() {
        let always = hours("UTC", &Day::ALL, "0000", "2400");
        for now in [Time(i64::MIN), Time(i64::MAX)] {
            assert_eq!(always.opening(now), Opening::Closed { next: None });
        }
    }
}
