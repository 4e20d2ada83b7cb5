//! Points in time as archives write them: seconds since 1970, RFC 5322 dates in UTC.

/// Seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time(pub i64);

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl Time {
    /// Reads a date such as `Sat, 17 May 2025 09:30:12 UTC`; other time zones than UTC are none.
    pub fn parse(text: &str) -> Option<Time> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let [_, day, month, year, clock, "UTC" | "GMT" | "+0000" | "Z"] = words[..] else {
            return None;
        };
        let number = |text: &str, range: std::ops::RangeInclusive<i64>| {
            text.parse().ok().filter(|number| range.contains(number))
        };
        let month = MONTHS.iter().position(|name| *name == month)? as i64 + 1;
        let day = days(number(year, 1970..=9999)?, month, number(day, 1..=31)?);
        let mut clock = clock.split(':');
        let mut next = |range| number(clock.next()?, range);
        let (hour, minute, second) = (next(0..=23)?, next(0..=59)?, next(0..=60)?);
        Some(Time(((day * 24 + hour) * 60 + minute) * 60 + second))
    }
}

impl std::fmt::Display for Time {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (day, second) = (self.0.div_euclid(86_400), self.0.rem_euclid(86_400));
        let mut year = 1970 + day / 366;
        while days(year + 1, 1, 1) <= day {
            year += 1;
        }
        let month = (1..=12).rev().find(|month| days(year, *month, 1) <= day).unwrap_or(1);
        let date = day - days(year, month, 1) + 1;
        let (hour, minute) = (second / 3600, second / 60 % 60);
        write!(formatter, "{year}-{month:02}-{date:02} {hour:02}:{minute:02} UTC")
    }
}

/// Days from 1970-01-01 to a date of the Gregorian calendar.
fn days(year: i64, month: i64, day: i64) -> i64 {
    const BEFORE: [i64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = year - 1;
    let leaps = last / 4 - last / 100 + last / 400 - (1969 / 4 - 1969 / 100 + 1969 / 400);
    let passed = BEFORE[(month - 1) as usize] + i64::from(leap && month > 2);
    (year - 1970) * 365 + leaps + passed + day - 1
}

#[cfg(test)]
mod tests {
    use super::Time;

    #[test]
    fn dates_of_releases_are_read_and_shown() {
        // `date -ud` says the seconds.
        for (text, seconds, shown) in [
            ("Sat, 17 May 2025 09:30:12 UTC", 1_747_474_212, "2025-05-17 09:30 UTC"),
            ("Thu, 29 Feb 2024 23:59:59 UTC", 1_709_251_199, "2024-02-29 23:59 UTC"),
            ("Thu,  1 Jan 1970 00:00:00 UTC", 0, "1970-01-01 00:00 UTC"),
            ("Fri, 31 Dec 2100 00:00:00 UTC", 4_133_894_400, "2100-12-31 00:00 UTC"),
        ] {
            assert_eq!(Time::parse(text), Some(Time(seconds)), "{text}");
            assert_eq!(Time(seconds).to_string(), shown);
        }
        for wrong in ["", "17 May 2025", "Sat, 17 May 2025 09:30:12 CEST", "a, 0 Foo 1 2:3 UTC"] {
            assert_eq!(Time::parse(wrong), None);
        }
    }
}
