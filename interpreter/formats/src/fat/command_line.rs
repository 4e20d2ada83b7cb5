//! mkfs.fat's option words.

use super::{Kind, Options};
use std::ops::RangeInclusive;

/// Options that take a value (mkfs.fat(8)).
const WITH_VALUE: &str = "DfFghiMnrRsS";
/// Options that only say how mkfs.fat is to go about it: looking for bad blocks, talking, taking a
/// whole disk.
const WITHOUT_EFFECT: [&str; 4] = ["-c", "-I", "-v", "--invariant"];

/// A word that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OptionError {
    /// An option that there is not, or that has no meaning here.
    #[error("{0}: not an option of mkfs.fat that is understood here")]
    Unknown(String),
    /// An option without its value.
    #[error("{0}: the option needs a value")]
    MissingValue(String),
    /// A word that belongs to no option.
    #[error("{0}: not an option")]
    StrayWord(String),
    /// A value that the option does not take.
    #[error("{option} {value}: expected {expected}")]
    Value {
        /// The option.
        option: String,
        /// Its value.
        value: String,
        /// What it may be.
        expected: &'static str,
    },
}

/// See [`Options::with`].
pub(super) fn apply(options: &mut Options, words: &[String]) -> Result<(), OptionError> {
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if WITHOUT_EFFECT.contains(&&**word) {
            continue;
        }
        let Some(letters) = word.strip_prefix('-').filter(|letters| !letters.is_empty()) else {
            return Err(OptionError::StrayWord(word.clone()));
        };
        if letters == "a" {
            options.aligned = false;
            continue;
        }
        let (letter, attached) = letters.split_at(letters.chars().next().map_or(0, char::len_utf8));
        if !WITH_VALUE.contains(letter) {
            return Err(OptionError::Unknown(word.clone()));
        }
        let option = format!("-{letter}");
        let value = match attached {
            "" => words.next().ok_or_else(|| OptionError::MissingValue(option.clone()))?,
            attached => attached,
        };
        set(options, &Setting { option: &option, value })?;
    }
    Ok(())
}

/// One option and its value, for reading and for blame.
struct Setting<'a> {
    option: &'a str,
    value: &'a str,
}

impl Setting<'_> {
    fn refuse<T>(&self, expected: &'static str) -> Result<T, OptionError> {
        let (option, value) = (self.option.into(), self.value.into());
        Err(OptionError::Value { option, value, expected })
    }

    /// A number in decimal, or in hexadecimal after `0x`.
    fn number(
        &self,
        range: RangeInclusive<u32>,
        expected: &'static str,
    ) -> Result<u32, OptionError> {
        let number = match self.value.strip_prefix("0x") {
            Some(digits) => u32::from_str_radix(digits, 16).ok(),
            None => self.value.parse().ok(),
        };
        match number.filter(|number| range.contains(number)) {
            Some(number) => Ok(number),
            None => self.refuse(expected),
        }
    }
}

fn set(options: &mut Options, setting: &Setting) -> Result<(), OptionError> {
    match setting.option {
        "-D" => {
            options.drive_number = setting.number(0..=255, "a drive number from 0 to 255")? as u8
        }
        "-f" => options.tables = setting.number(1..=2, "1 or 2 allocation tables")? as u8,
        "-F" => {
            options.kind = match setting.value {
                "12" => Kind::Fat12,
                "16" => Kind::Fat16,
                "32" => Kind::Fat32,
                _ => return setting.refuse("12, 16 or 32"),
            }
        }
        "-g" => {
            let geometry = setting.value.split_once('/').and_then(|(heads, sectors)| {
                Some((heads.parse().ok()?, sectors.parse().ok().filter(|sectors| *sectors > 0)?))
            });
            match geometry {
                Some(geometry) => options.geometry = Some(geometry),
                None => return setting.refuse("HEADS/SECTORS"),
            }
        }
        "-h" => options.hidden_sectors = setting.number(0..=u32::MAX, "a number of sectors")?,
        "-i" => {
            let digits = setting.value.trim_start_matches("0x");
            match u32::from_str_radix(digits, 16) {
                Ok(serial) => options.serial = serial,
                Err(_) => return setting.refuse("a hexadecimal number of up to 8 digits"),
            }
        }
        "-M" => {
            let expected = "a media descriptor: 0xF0, or 0xF8 to 0xFF";
            match setting.number(0xf0..=0xff, expected)? {
                0xf1..=0xf7 => return setting.refuse(expected),
                media => options.media = media as u8,
            }
        }
        "-n" => options.label = Some(setting.value.to_owned()),
        "-r" => {
            options.root_entries = Some(setting.number(1..=32_767, "1 to 32767 entries")? as u16);
        }
        "-R" => {
            let expected = "1 to 65535 reserved sectors";
            options.reserved_sectors = Some(setting.number(1..=65_535, expected)? as u16);
        }
        "-s" => {
            let expected = "a power of two from 1 to 128 sectors";
            let sectors = setting.number(1..=128, expected)? as u8;
            if !sectors.is_power_of_two() {
                return setting.refuse(expected);
            }
            options.sectors_per_cluster = Some(sectors);
        }
        "-S" => match setting.number(512..=4096, "512, 1024, 2048 or 4096")? {
            size if size.is_power_of_two() => options.sector_size = size as u16,
            _ => return setting.refuse("512, 1024, 2048 or 4096"),
        },
        _ => return Err(OptionError::Unknown(setting.option.to_owned())),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(words: &[&str]) -> Result<Options, OptionError> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        Options::default().with(&words)
    }

    #[test]
    fn words_are_mkfs_fats() {
        let words =
            ["-F", "32", "-S4096", "-s", "8", "-n", "DATA", "-i", "0xDEADbeef", "-f1", "-a"];
        let read = with(&words).unwrap();
        let expected = Options {
            kind: Kind::Fat32,
            sector_size: 4096,
            sectors_per_cluster: Some(8),
            label: Some("DATA".into()),
            serial: 0xdead_beef,
            tables: 1,
            aligned: false,
            ..Options::default()
        };
        assert_eq!(read, expected);
        let read =
            with(&["-R", "40", "-r", "64", "-h", "2048", "-M", "0xF0", "-D", "0", "-g", "16/63"]);
        let expected = Options {
            reserved_sectors: Some(40),
            root_entries: Some(64),
            hidden_sectors: 2048,
            media: 0xf0,
            drive_number: 0,
            geometry: Some((16, 63)),
            ..Options::default()
        };
        assert_eq!(read, Ok(expected));
        assert_eq!(with(&["-c", "-I", "-v", "--invariant"]), Ok(Options::default()));
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for (words, named) in [
            (&["-X"][..], "-X: not an option"),
            (&["--mbr=yes"], "--mbr=yes: not an option"),
            (&["data"], "data: not an option"),
            (&["-F"], "-F: the option needs a value"),
            (&["-F", "64"], "-F 64: expected 12, 16 or 32"),
            (&["-s3"], "-s 3: expected a power of two"),
            (&["-S", "768"], "-S 768: expected 512"),
            (&["-M", "0xF2"], "-M 0xF2: expected a media descriptor"),
            (&["-i", "xyz"], "-i xyz: expected a hexadecimal"),
            (&["-é"], "-é: not an option"),
        ] {
            let said = with(words).unwrap_err().to_string();
            assert!(said.starts_with(named), "{said}");
        }
    }
}
