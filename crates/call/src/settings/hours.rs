use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use jiff::tz::{TimeZone, TimeZoneDatabase};
use serde::{Deserialize, Serialize};

/// Weekly calling hours in the time of one place: at most one interval a day, none on days that were not given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct CallHours {
    /// The name as it was given.
    timezone_id: String,
    pub(super) zone: TimeZone,
    /// From Monday to Sunday.
    pub(super) week: [Option<OpenDay>; 7],
}

/// The hours of one day: open from `open` on, closed from `close` on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenDay {
    pub day: Day,
    pub open: ClockTime,
    pub close: ClockTime,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Day {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// A time of day in minutes since midnight; as text `hhmm`, up to `2400`, the end of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClockTime {
    minutes: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a time of day is four digits, hours and minutes, from 0000 to 2400")]
pub struct InvalidClockTime;

/// Why hours are no hours; each names the part at fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HoursRefused {
    #[error("`{0}` is no time zone of the IANA database")]
    UnknownTimezone(String),
    #[error("{0} is given twice: one interval a day")]
    DuplicateDay(Day),
    #[error("{} closes at {} before it opens at {}", .0.day, .0.close, .0.open)]
    CloseBeforeOpen(OpenDay),
}

impl CallHours {
    pub fn new(timezone_id: &str, days: impl IntoIterator<Item = OpenDay>) -> Result<Self, HoursRefused> {
        let unknown = |_| HoursRefused::UnknownTimezone(timezone_id.to_owned());
        let zone = ZONES.get(timezone_id).map_err(unknown)?;
        let mut week = [None; 7];
        for open_day in days {
            if open_day.close < open_day.open {
                return Err(HoursRefused::CloseBeforeOpen(open_day));
            }
            if week[open_day.day as usize].replace(open_day).is_some() {
                return Err(HoursRefused::DuplicateDay(open_day.day));
            }
        }
        Ok(Self { timezone_id: timezone_id.to_owned(), zone, week })
    }

    pub fn timezone_id(&self) -> &str {
        &self.timezone_id
    }

    /// The open days, from Monday on.
    pub fn days(&self) -> impl Iterator<Item = OpenDay> + '_ {
        self.week.iter().flatten().copied()
    }
}

/// The zones are compiled in: no file of the machine changes what hours mean.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// Hours as they are stored.
#[derive(Serialize, Deserialize)]
struct Written {
    timezone_id: String,
    days: Vec<OpenDay>,
}

impl From<CallHours> for Written {
    fn from(hours: CallHours) -> Self {
        Self { days: hours.days().collect(), timezone_id: hours.timezone_id }
    }
}

impl TryFrom<Written> for CallHours {
    type Error = HoursRefused;

    fn try_from(written: Written) -> Result<Self, HoursRefused> {
        Self::new(&written.timezone_id, written.days)
    }
}

impl Day {
    pub const ALL: [Self; 7] =
        [Self::Monday, Self::Tuesday, Self::Wednesday, Self::Thursday, Self::Friday, Self::Saturday, Self::Sunday];

    /// Graph's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Monday => "MONDAY",
            Self::Tuesday => "TUESDAY",
            Self::Wednesday => "WEDNESDAY",
            Self::Thursday => "THURSDAY",
            Self::Friday => "FRIDAY",
            Self::Saturday => "SATURDAY",
            Self::Sunday => "SUNDAY",
        }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl ClockTime {
    pub const END_OF_DAY: Self = Self { minutes: 24 * 60 };

    pub(super) fn hour_and_minute(self) -> (u16, u16) {
        (self.minutes / 60, self.minutes % 60)
    }
}

impl FromStr for ClockTime {
    type Err = InvalidClockTime;

    fn from_str(text: &str) -> Result<Self, InvalidClockTime> {
        if text.len() != 4 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(InvalidClockTime);
        }
        let number: u16 = text.parse().map_err(|_| InvalidClockTime)?;
        let (hour, minute) = (number / 100, number % 100);
        let time = Self { minutes: hour * 60 + minute };
        if minute < 60 && time <= Self::END_OF_DAY { Ok(time) } else { Err(InvalidClockTime) }
    }
}

impl fmt::Display for ClockTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hour, minute) = self.hour_and_minute();
        write!(f, "{hour:02}{minute:02}")
    }
}

impl TryFrom<String> for ClockTime {
    type Error = InvalidClockTime;

    fn try_from(text: String) -> Result<Self, InvalidClockTime> {
        text.parse()
    }
}

impl From<ClockTime> for String {
    fn from(time: ClockTime) -> String {
        time.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open_day(day: Day, open: &str, close: &str) -> OpenDay {
        OpenDay { day, open: open.parse().unwrap(), close: close.parse().unwrap() }
    }

    #[test]
    fn a_time_of_day_is_four_digits_up_to_2400() {
        for text in ["0000", "0830", "2359", "2400"] {
            assert_eq!(text.parse::<ClockTime>().unwrap().to_string(), text);
        }
        for text in ["", "800", "08:00", "0860", "2401", "9999", "+800", "08 0", "٠٨٠٠"] {
            assert_eq!(text.parse::<ClockTime>(), Err(InvalidClockTime), "{text}");
        }
    }

    #[test]
    fn hours_out_of_rule_are_refused_and_the_part_is_named() {
        let monday = open_day(Day::Monday, "0800", "1700");
        let backward = open_day(Day::Sunday, "1700", "1659");
        let empty = open_day(Day::Sunday, "1700", "1700");
        let cases = [
            (CallHours::new("Mars/Olympus", [monday]), "`Mars/Olympus` is no time zone of the IANA database"),
            (CallHours::new("UTC", [monday, monday]), "MONDAY is given twice: one interval a day"),
            (CallHours::new("UTC", [backward]), "SUNDAY closes at 1659 before it opens at 1700"),
        ];
        for (refused, expected) in cases {
            assert_eq!(refused.unwrap_err().to_string(), expected);
        }
        let hours = CallHours::new("Africa/Nairobi", [empty, monday]).unwrap();
        assert_eq!(hours.days().collect::<Vec<_>>(), [monday, empty]);
    }

    #[test]
    fn hours_read_back_what_was_written() {
        let hours = CallHours::new("America/New_York", [open_day(Day::Friday, "0000", "2400")]).unwrap();
        let text = serde_json::to_string(&hours).unwrap();
        assert_eq!(serde_json::from_str::<CallHours>(&text).unwrap(), hours);
        assert!(serde_json::from_str::<CallHours>(&text.replace("New_York", "Old_York")).is_err());
    }
}
