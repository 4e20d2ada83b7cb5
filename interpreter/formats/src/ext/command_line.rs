//! mke2fs's option words.

use super::features;
use super::options::{ErrorBehaviour, Kind, OptionError, Options};
use super::profile;

/// Options that take a value (mke2fs(8)).
const WITH_VALUE: &str = "beEGiIJLmMNoOrtTU";
/// Options that only say how mke2fs is to go about it.
const WITHOUT_EFFECT: &str = "DFKqv";

/// See [`Options::parse`].
pub(super) fn parse(kind: Kind, words: &[String]) -> Result<Options, OptionError> {
    let mut options = Options::new(kind);
    let mut journal_wanted = false;
    let mut feature_lists = String::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let Some(letters) = word.strip_prefix('-').filter(|letters| !letters.is_empty()) else {
            return Err(OptionError::StrayWord(word.clone()));
        };
        let mut rest = letters.chars();
        while let Some(letter) = rest.next() {
            if WITHOUT_EFFECT.contains(letter) {
                continue;
            }
            if letter == 'j' {
                journal_wanted = true;
                continue;
            }
            let name = format!("-{letter}");
            if !WITH_VALUE.contains(letter) {
                return Err(OptionError::UnknownOption(name));
            }
            let value = match rest.as_str() {
                "" => words.next().map(String::as_str),
                attached => Some(attached),
            };
            let value = value.ok_or_else(|| OptionError::MissingValue(name.clone()))?;
            let setting = Setting { option: &name, value };
            match letter {
                'O' => feature_lists = format!("{feature_lists},{value}"),
                'J' => {
                    journal_wanted = true;
                    set_journal(&mut options, value)?;
                }
                'E' => set_extended(&mut options, value)?,
                _ => set_lettered(&mut options, letter, &setting)?,
            }
            break;
        }
    }
    options.features.edit(&feature_lists)?;
    if journal_wanted {
        options.features.set(features::HAS_JOURNAL);
    }
    options.settle()?;
    Ok(options)
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

    fn number(
        &self,
        range: std::ops::RangeInclusive<u64>,
        expected: &'static str,
    ) -> Result<u32, OptionError> {
        match self.value.parse::<u64>().ok().filter(|number| range.contains(number)) {
            Some(number) => u32::try_from(number).or_else(|_| self.refuse(expected)),
            None => self.refuse(expected),
        }
    }

    fn uuid(&self) -> Result<[u8; 16], OptionError> {
        match uuid::Uuid::try_parse(self.value) {
            Ok(uuid) => Ok(uuid.into_bytes()),
            Err(_) => self.refuse("a UUID: what is made at random differs at each build"),
        }
    }
}

fn set_lettered(options: &mut Options, letter: char, setting: &Setting) -> Result<(), OptionError> {
    let value = setting.value;
    match letter {
        'b' => options.block_size = Some(setting.number(1024..=4096, "1024, 2048 or 4096")?),
        'e' => {
            options.errors = match value {
                "continue" => ErrorBehaviour::Continue,
                "remount-ro" => ErrorBehaviour::RemountReadOnly,
                "panic" => ErrorBehaviour::Panic,
                _ => return setting.refuse("continue, remount-ro or panic"),
            }
        }
        'G' => options.groups_per_flex = Some(setting.number(1..=1 << 31, "a power of two")?),
        'i' => {
            let expected = "a number of bytes from 1024 to 67108864";
            options.bytes_per_inode = Some(setting.number(1024..=64 << 20, expected)?);
        }
        'I' => {
            let expected = "a power of two from 128 to the block size";
            options.inode_size = Some(setting.number(128..=4096, expected)?);
        }
        'L' => options.label = value.into(),
        'm' => {
            options.reserved_percent = match value.parse() {
                Ok(percent) if (0.0..=50.0).contains(&percent) => percent,
                _ => return setting.refuse("a percentage from 0 to 50"),
            }
        }
        'M' => options.last_mounted = value.into(),
        'N' => options.inode_count = Some(setting.number(1..=u32::MAX.into(), "a number")?),
        'o' if !matches!(value, "Linux" | "linux" | "0") => return setting.refuse("Linux"),
        'r' if value != "1" => return setting.refuse("revision 1"),
        't' if value != options.kind.name() => return setting.refuse("the kind of file system"),
        'T' => {
            let types: Vec<String> = value.split(',').map(String::from).collect();
            if !types.iter().all(|usage| profile::is_usage_type(usage)) {
                return setting.refuse("a usage type of mke2fs.conf");
            }
            options.usage = Some(types);
        }
        'U' if matches!(value, "clear" | "null") => options.uuid = [0; 16],
        'U' => options.uuid = setting.uuid()?,
        _ => {}
    }
    Ok(())
}

/// The items of a list like `size=4,location=0`, as option and value.
fn items(option: char, list: &str) -> impl Iterator<Item = (String, Option<&str>)> {
    list.split(',').filter(|item| !item.is_empty()).map(move |item| {
        let (name, value) = match item.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (item, None),
        };
        (format!("-{option} {name}"), value)
    })
}

fn set_journal(options: &mut Options, list: &str) -> Result<(), OptionError> {
    for (option, value) in items('J', list) {
        if option != "-J size" {
            return Err(OptionError::UnknownOption(option));
        }
        let value = value.ok_or_else(|| OptionError::MissingValue(option.clone()))?;
        let setting = Setting { option: &option, value };
        options.journal_mebibytes = Some(setting.number(1..=40_000, "a number of MiB")?);
    }
    Ok(())
}

fn set_extended(options: &mut Options, list: &str) -> Result<(), OptionError> {
    for (option, value) in items('E', list) {
        let setting = Setting { option: &option, value: value.unwrap_or_default() };
        let has_value = || match value {
            Some(_) => Ok(()),
            None => Err(OptionError::MissingValue(option.clone())),
        };
        match &option["-E ".len()..] {
            "root_owner" => {
                has_value()?;
                let ids = setting.value.split_once(':');
                let ids = ids.and_then(|(uid, gid)| Some((uid.parse().ok()?, gid.parse().ok()?)));
                match ids {
                    Some(ids) => options.root_owner = Some(ids),
                    None => return setting.refuse("UID:GID"),
                }
            }
            "hash_seed" => {
                has_value()?;
                options.hash_seed = Some(setting.uuid()?);
            }
            "stride" => {
                has_value()?;
                options.raid.0 = setting.number(0..=0xffff, "a number of blocks")? as u16;
            }
            "stripe_width" | "stripe-width" => {
                has_value()?;
                options.raid.1 = setting.number(0..=u32::MAX.into(), "a number of blocks")?;
            }
            "lazy_itable_init" | "lazy_journal_init" | "assume_storage_prezeroed" => {
                if !matches!(setting.value, "" | "0" | "1") {
                    return setting.refuse("0 or 1");
                }
            }
            "discard" | "nodiscard" if value.is_none() => {}
            _ => return Err(OptionError::UnknownOption(option)),
        }
    }
    Ok(())
}
