//! Dates and times of directory entries (overview, "Date and Time Formats"): local time without a
//! zone, for which we write UTC, from 1980 to 2107 in steps of two seconds.

use crate::calendar::{DAY, civil_from_days, days_from_civil};
use tintype_tree::Timestamp;

/// 1980-01-01T00:00:00Z.
const FIRST: i64 = 315_532_800;
/// 2107-12-31T23:59:59Z.
const LAST: i64 = 4_354_819_199;

/// The fields of a point in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DosTime {
    /// Year from 1980 in bits 15..9, month in 8..5, day in 4..0.
    pub date: u16,
    /// Hour in bits 15..11, minute in 10..5, second halved in 4..0.
    pub time: u16,
    /// Hundredths of a second past `time`, below 200.
    pub hundredths: u8,
}

impl DosTime {
    /// The fields for `time`, or for the nearest time that FAT can hold.
    pub(super) fn from_timestamp(time: Timestamp) -> DosTime {
        let seconds = time.seconds.clamp(FIRST, LAST);
        let nanoseconds = if seconds == time.seconds { time.nanoseconds } else { 0 };
        let (year, month, day) = civil_from_days(seconds.div_euclid(DAY));
        let within = seconds.rem_euclid(DAY);
        DosTime {
            date: ((year - 1980) << 9 | month << 5 | day) as u16,
            time: ((within / 3600) << 11 | (within / 60 % 60) << 5 | (within % 60 / 2)) as u16,
            hundredths: (within % 2 * 100) as u8 + (nanoseconds / 10_000_000) as u8,
        }
    }

    /// The point in time of a date and a time as written, to two seconds. A date that is none gives
    /// the epoch.
    pub(super) fn to_timestamp(date: u16, time: u16) -> Timestamp {
        let (year, month, day) = (1980 + i64::from(date >> 9), date >> 5 & 15, date & 31);
        if !(1..=12).contains(&month) || day == 0 {
            return Timestamp::default();
        }
        let days = days_from_civil(year, i64::from(month), i64::from(day));
        let [hour, minute, pair] = [time >> 11, time >> 5 & 63, time & 31].map(i64::from);
        let seconds = days * DAY + hour * 3600 + minute * 60 + pair * 2;
        Timestamp { seconds, nanoseconds: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DosTime {
        DosTime::from_timestamp(Timestamp { seconds, nanoseconds: 0 })
    }

    #[test]
    fn known_dates_are_written_as_the_specification_says() {
        let leap_day =
            DosTime { date: 20 << 9 | 2 << 5 | 29, time: 12 << 11 | 34 << 5 | 28, hundredths: 100 };
        assert_eq!(at(951_827_697), leap_day); // 2000-02-29T12:34:57Z
        assert_eq!(at(FIRST), DosTime { date: 1 << 5 | 1, time: 0, hundredths: 0 });
        let last = 127 << 9 | 12 << 5 | 31;
        assert_eq!(
            at(LAST),
            DosTime { date: last, time: 23 << 11 | 59 << 5 | 29, hundredths: 100 }
        );
    }

    #[test]
    fn dates_outside_of_fats_years_are_clamped() {
        assert_eq!(at(1), at(FIRST));
        assert_eq!(at(-5_000_000_000), at(FIRST));
        assert_eq!(at(i64::MAX), at(LAST));
    }

    #[test]
    fn every_day_reads_back() {
        for seconds in (FIRST..=LAST).step_by(DAY as usize) {
            let day = at(seconds);
            assert_eq!(DosTime::to_timestamp(day.date, day.time).seconds, seconds);
        }
    }
}
