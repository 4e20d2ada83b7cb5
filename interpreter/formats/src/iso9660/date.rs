//! Dates and times, always in Greenwich's zone.

use crate::calendar::{DAY, civil_from_days, days_from_civil};
use tintype_tree::Timestamp;

/// The fields that all forms have.
struct Fields {
    year: i64,
    /// Month, day, hour, minute, second.
    rest: [u8; 5],
}

impl Fields {
    fn of(time: Timestamp) -> Fields {
        let (year, month, day) = civil_from_days(time.seconds.div_euclid(DAY));
        let within = time.seconds.rem_euclid(DAY);
        let rest = [month, day, within / 3600, within / 60 % 60, within % 60];
        Fields { year, rest: rest.map(|field| field as u8) }
    }

    /// The point in time, `zone` quarters of an hour east of Greenwich.
    fn timestamp(&self, zone: u8) -> Timestamp {
        let [month, day, hour, minute, second] = self.rest.map(i64::from);
        let days = days_from_civil(self.year, month, day);
        let east = i64::from(zone as i8) * 15 * 60;
        let seconds = days * DAY + hour * 3600 + minute * 60 + second - east;
        Timestamp { seconds, nanoseconds: 0 }
    }
}

/// Whether the short form reaches `time`: it has years from 1900 to 2155.
pub(super) fn fits_short(time: Timestamp) -> bool {
    (1900..=2155).contains(&Fields::of(time).year)
}

/// The seven bytes of a directory record (9.1.5): to the second, clamped to what they hold.
pub(super) fn short(time: Timestamp) -> [u8; 7] {
    let Fields { year, rest } = Fields::of(time);
    let [month, day, hour, minute, second] = match year {
        ..1900 => [1, 1, 0, 0, 0],
        1900..=2155 => rest,
        _ => [12, 31, 23, 59, 59],
    };
    [(year.clamp(1900, 2155) - 1900) as u8, month, day, hour, minute, second, 0]
}

/// The point in time of seven bytes; all zero stand for none.
pub(super) fn from_short(bytes: &[u8; 7]) -> Option<Timestamp> {
    let [year, month, day, hour, minute, second, zone] = *bytes;
    let fields = Fields { year: 1900 + i64::from(year), rest: [month, day, hour, minute, second] };
    (month > 0).then(|| fields.timestamp(zone))
}

/// The seventeen bytes of a volume descriptor (8.4.26.1): sixteen digits and the zone. Years are
/// clamped to 1 to 9999.
pub(super) fn long(time: Timestamp) -> [u8; 17] {
    let Fields { year, rest: [month, day, hour, minute, second] } = Fields::of(time);
    let year = year.clamp(1, 9999);
    let hundredths = time.nanoseconds / 10_000_000;
    let digits =
        format!("{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}{hundredths:02}\0");
    digits.as_bytes().try_into().expect("seventeen bytes")
}

/// The point in time of seventeen bytes.
pub(super) fn from_long(bytes: &[u8; 17]) -> Option<Timestamp> {
    let number = |from: usize, to: usize| -> Option<i64> {
        std::str::from_utf8(&bytes[from..to]).ok()?.parse().ok()
    };
    let mut rest = [0; 5];
    for (index, field) in rest.iter_mut().enumerate() {
        *field = number(4 + 2 * index, 6 + 2 * index)? as u8;
    }
    let mut time = Fields { year: number(0, 4)?, rest }.timestamp(bytes[16]);
    time.nanoseconds = number(14, 16)? as u32 * 10_000_000;
    Some(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp { seconds, nanoseconds: 0 }
    }

    #[test]
    fn known_dates_are_written_as_the_standard_says() {
        assert_eq!(short(at(951_827_697)), [100, 2, 29, 12, 34, 57, 0]);
        assert_eq!(&long(at(951_827_697)), b"2000022912345700\0");
        assert_eq!(short(at(-1)), [69, 12, 31, 23, 59, 59, 0]);
        let half = Timestamp { seconds: 1, nanoseconds: 500_000_000 };
        assert_eq!(&long(half), b"1970010100000150\0");
    }

    #[test]
    fn what_the_short_form_does_not_reach_is_known() {
        assert!(fits_short(at(-2_208_988_800)) && !fits_short(at(-2_208_988_801)));
        assert_eq!(short(at(-2_208_988_801)), [0, 1, 1, 0, 0, 0, 0]);
        assert!(fits_short(at(5_869_583_999)) && !fits_short(at(5_869_584_000)));
        assert_eq!(short(at(5_869_584_000)), [255, 12, 31, 23, 59, 59, 0]);
    }

    #[test]
    fn dates_read_back() {
        for seconds in (-2_208_988_800..5_869_584_000).step_by(40_000_003) {
            assert_eq!(from_short(&short(at(seconds))), Some(at(seconds)));
            assert_eq!(from_long(&long(at(seconds))), Some(at(seconds)));
        }
        assert_eq!(from_short(&[70, 1, 1, 1, 0, 0, 4]), Some(at(0)));
        assert_eq!(from_short(&[0; 7]), None);
    }
}
