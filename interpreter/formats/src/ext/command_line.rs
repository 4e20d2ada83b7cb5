//! mke2fs's option words.

use super::extended;
use super::features;
use super::options::{Creator, ErrorBehaviour, Kind, OptionError, Options};
use super::profile;

/// Options that take a value (mke2fs(8)).
const WITH_VALUE: &str = "beEgGiIJLmMNoOrtTU";
/// Options that only say how mke2fs is to go about it.
const WITHOUT_EFFECT: &str = "DFKqv";
/// Options of mke2fs that have no place here, and why.
const REFUSED: [(char, &str); 11] = [
    ('a', "the attribute block is not mke2fs's to give"),
    ('c', "there is no device whose blocks could be bad"),
    ('C', "bigalloc, which it belongs to, is not laid out here"),
    ('d', "the files are those of the partition"),
    ('h', "see mke2fs(8) for the options"),
    ('l', "there is no device whose blocks could be bad"),
    ('n', "tintype image --dry-run shows what would be made"),
    ('s', "say -O sparse_super or -O ^sparse_super"),
    ('S', "it rescues a broken file system, here one is made"),
    ('V', "tintype --version shows this program's version"),
    ('z', "there is nothing that could be undone"),
];

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
            if let Some((_, reason)) = REFUSED.iter().find(|(refused, _)| *refused == letter) {
                return Err(OptionError::Refused { option: name, reason });
            }
            if !WITH_VALUE.contains(letter) {
                return Err(OptionError::UnknownOption { option: name, near: None });
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
                    extended::set_journal(&mut options, value)?;
                }
                'E' => extended::set(&mut options, value)?,
                _ => set_lettered(&mut options, letter, &setting)?,
            }
            break;
        }
    }
    if options.creator == Creator::Hurd {
        features::NOT_OF_THE_HURD.into_iter().for_each(|feature| options.features.clear(feature));
    }
    options.features.edit(&feature_lists)?;
    if journal_wanted {
        options.features.set(features::HAS_JOURNAL);
    }
    options.settle()?;
    Ok(options)
}

/// One option and its value, for reading and for blame.
pub(super) struct Setting<'a> {
    pub option: &'a str,
    pub value: &'a str,
}

impl Setting<'_> {
    pub fn refuse<T>(&self, expected: &'static str) -> Result<T, OptionError> {
        let (option, value) = (self.option.into(), self.value.into());
        Err(OptionError::Value { option, value, expected })
    }

    pub fn number(
        &self,
        range: std::ops::RangeInclusive<u64>,
        expected: &'static str,
    ) -> Result<u32, OptionError> {
        match self.value.parse::<u64>().ok().filter(|number| range.contains(number)) {
            Some(number) => u32::try_from(number).or_else(|_| self.refuse(expected)),
            None => self.refuse(expected),
        }
    }

    pub fn uuid(&self) -> Result<[u8; 16], OptionError> {
        match uuid::Uuid::try_parse(self.value) {
            Ok(uuid) => Ok(uuid.into_bytes()),
            Err(_) => self.refuse("a UUID: what is made at random differs at each build"),
        }
    }
}

fn set_lettered(options: &mut Options, letter: char, setting: &Setting) -> Result<(), OptionError> {
    let value = setting.value;
    match letter {
        'b' => {
            let expected = "1024, 2048 or 4096: most kernels mount no larger ones";
            options.block_size = Some(setting.number(1024..=4096, expected)?);
        }
        'e' => {
            options.errors = match value {
                "continue" => ErrorBehaviour::Continue,
                "remount-ro" => ErrorBehaviour::RemountReadOnly,
                "panic" => ErrorBehaviour::Panic,
                _ => return setting.refuse("continue, remount-ro or panic"),
            }
        }
        'g' => {
            let expected = "a multiple of 8 from 256 to 8 times the block size";
            options.blocks_per_group = Some(setting.number(256..=65528, expected)?);
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
        'o' => {
            options.creator = match value.to_ascii_lowercase().as_str() {
                "linux" | "0" => Creator::Linux,
                "hurd" | "gnu" | "1" => Creator::Hurd,
                _ => return setting.refuse("linux or hurd: others read these inodes differently"),
            }
        }
        'r' if value != "1" => return setting.refuse("revision 1: the older one has no features"),
        't' if value != options.kind.name() => return setting.refuse("the kind of file system"),
        'T' => {
            let types: Vec<String> = value.split(',').map(String::from).collect();
            if !types.iter().all(|usage| profile::is_usage_type(usage)) {
                return setting.refuse(
                    "a usage type of mke2fs.conf: default, floppy, small, big, huge, news, \
                     largefile or largefile4",
                );
            }
            options.usage = Some(types);
        }
        'U' if matches!(value, "clear" | "null") => options.uuid = [0; 16],
        'U' => options.uuid = setting.uuid()?,
        _ => {}
    }
    Ok(())
}
