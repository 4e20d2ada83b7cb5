//! Names of files: what FAT can spell, and the short names that stand beside the long ones
//! ("FAT32 Long File Name Specification").

use super::Error;
use std::collections::{BTreeMap, BTreeSet};

/// A short name as it is on disk: eight bytes and three of extension, padded with spaces.
pub(super) type ShortName = [u8; 11];

/// Most UTF-16 units of a long name.
const UNITS_LIMIT: usize = 255;
/// UTF-16 units that one directory entry holds of a long name.
pub(super) const UNITS_PER_ENTRY: usize = 13;

/// What one file is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name {
    /// The name that every entry has.
    pub short: ShortName,
    /// The name itself in UTF-16; empty where the short one says it all.
    pub long: Vec<u16>,
}

impl Name {
    /// Directory entries that the name takes, that of the file among them.
    pub(super) fn slots(&self) -> usize {
        self.long.len().div_ceil(UNITS_PER_ENTRY) + 1
    }
}

/// The names of one directory's entries, which come in byte order, fewer than a million; `path` turns a
/// name into what a message says. Those that FAT takes for the same are added to `same_but_for_case`.
pub(super) fn of_directory(
    names: &[&[u8]],
    path: impl Fn(&[u8]) -> String,
    same_but_for_case: &mut Vec<(String, String)>,
) -> Result<Vec<Name>, Error> {
    let mut texts = Vec::with_capacity(names.len());
    let mut folded = BTreeMap::new();
    for name in names {
        let text = check(name, || path(name))?;
        if let Some(first) = folded.insert(fold(text), name) {
            same_but_for_case.push((path(first), path(name)));
        }
        texts.push(text);
    }
    // What is a short name but for its case has it; the others take what is left over.
    let mut taken = BTreeSet::new();
    let mut bases: Vec<Basis> = texts.iter().map(|text| Basis::of(text)).collect();
    for basis in bases.iter_mut().filter(|basis| !basis.lossy) {
        basis.lossy = !taken.insert(basis.short_name(""));
    }
    let mut next_numbers = BTreeMap::new();
    let named = texts.iter().zip(&bases).map(|(text, basis)| {
        let short = match basis.lossy {
            false => basis.short_name(""),
            true => basis.numbered(&mut taken, &mut next_numbers),
        };
        let exact = !basis.lossy && !text.bytes().any(|byte| byte.is_ascii_lowercase());
        Name { short, long: if exact { Vec::new() } else { text.encode_utf16().collect() } }
    });
    Ok(named.collect())
}

/// The name as text, if FAT can spell it.
fn check(name: &[u8], path: impl Fn() -> String) -> Result<&str, Error> {
    let text = str::from_utf8(name).map_err(|_| Error::NameEncoding { path: path() })?;
    if let Some(character) = text.chars().find(|c| *c < ' ' || "\"*/:<>?\\|".contains(*c)) {
        return Err(Error::NameCharacter { path: path(), character });
    }
    if text.ends_with(['.', ' ']) {
        return Err(Error::NameEnd { path: path() });
    }
    let units = text.encode_utf16().count();
    if units > UNITS_LIMIT {
        return Err(Error::NameTooLong { path: path(), units });
    }
    Ok(text)
}

/// The name as FAT compares it: in capitals, character by character.
fn fold(text: &str) -> String {
    let capital = |character: char| {
        let mut capitals = character.to_uppercase();
        match (capitals.next(), capitals.next()) {
            (Some(capital), None) => capital,
            _ => character,
        }
    };
    text.chars().map(capital).collect()
}

/// What a short name is made from: the specification's basis name.
#[derive(Debug)]
struct Basis {
    /// At most eight ASCII characters.
    base: String,
    /// At most three ASCII characters.
    extension: String,
    /// Whether more than the case was lost, so that a number has to make the name its own.
    lossy: bool,
}

impl Basis {
    fn of(text: &str) -> Basis {
        let mut lossy = false;
        let mut convert = |part: &str, limit: usize| {
            let mut converted = String::new();
            for character in part.chars().filter(|character| !matches!(character, ' ' | '.')) {
                let fits =
                    character.is_ascii_alphanumeric() || "$%'-_@~`!(){}^#&".contains(character);
                converted.push(if fits { character.to_ascii_uppercase() } else { '_' });
            }
            lossy |= converted.len() > limit || !converted.eq_ignore_ascii_case(part);
            converted.truncate(limit);
            converted
        };
        let stem = text.trim_start_matches(['.', ' ']);
        let (base, extension) = stem.rsplit_once('.').unwrap_or((stem, ""));
        let (base, extension) = (convert(base, 8), convert(extension, 3));
        Basis { base, extension, lossy: lossy || stem.len() < text.len() }
    }

    /// The name with `tail` at the end of its base, which is cut to make room.
    fn short_name(&self, tail: &str) -> ShortName {
        let mut name = [b' '; 11];
        let kept = self.base.len().min(8 - tail.len());
        name[..kept].copy_from_slice(&self.base.as_bytes()[..kept]);
        name[kept..kept + tail.len()].copy_from_slice(tail.as_bytes());
        name[8..8 + self.extension.len()].copy_from_slice(self.extension.as_bytes());
        name
    }

    /// The name with the least number that makes it unlike all of `taken`. `next_numbers` remembers,
    /// for each beginning and length of number (the key has zeros in its place), which comes next.
    fn numbered(
        &self,
        taken: &mut BTreeSet<ShortName>,
        next_numbers: &mut BTreeMap<ShortName, u32>,
    ) -> ShortName {
        let mut digits = 1;
        let mut first = 1;
        loop {
            let key = self.short_name(&format!("~{:0digits$}", 0));
            let number = next_numbers.entry(key).or_insert(first);
            if *number == first * 10 {
                (digits, first) = (digits + 1, first * 10);
                continue;
            }
            let name = self.short_name(&format!("~{number}"));
            *number += 1;
            if taken.insert(name) {
                return name;
            }
        }
    }
}

/// The sum that ties the entries of a long name to their short one.
pub(super) fn checksum(short: &ShortName) -> u8 {
    short.iter().fold(0u8, |sum, byte| sum.rotate_right(1).wrapping_add(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Result<Vec<String>, Error> {
        let mut same = Vec::new();
        let names: Vec<&[u8]> = names.iter().map(|name| name.as_bytes()).collect();
        let path = |name: &[u8]| String::from_utf8_lossy(name).into_owned();
        let shown = |name: Name| {
            let mark = if name.long.is_empty() { "" } else { "+" };
            format!("{}{mark}", String::from_utf8_lossy(&name.short))
        };
        Ok(of_directory(&names, path, &mut same)?.into_iter().map(shown).collect())
    }

    #[test]
    fn a_short_name_in_capitals_needs_no_long_one() {
        assert_eq!(names(&["BOOTX64.EFI", "README"]).unwrap(), ["BOOTX64 EFI", "README     "]);
        assert_eq!(names(&["bootx64.efi"]).unwrap(), ["BOOTX64 EFI+"]);
    }

    #[test]
    fn what_a_short_name_cannot_spell_gets_a_number() {
        let short = |name| names(&[name]).unwrap().remove(0);
        assert_eq!(short("The quick brown.fox"), "THEQUI~1FOX+");
        assert_eq!(short(".config"), "CONFIG~1   +");
        assert_eq!(short("a.tar.gz"), "ATAR~1  GZ +");
        assert_eq!(short("a+b=c"), "A_B_C~1    +");
        assert_eq!(short("größe"), "GR__E~1    +");
        assert_eq!(short("x.html"), "X~1     HTM+");
        assert_eq!(short("é"), "_~1        +");
        assert_eq!(short("😀"), "_~1        +");
    }

    #[test]
    fn numbers_leave_out_names_that_are_there_and_shorten_the_base() {
        let found = names(&["LONGNA~1.TXT", "longname1.txt", "longname2.txt"]).unwrap();
        assert_eq!(found, ["LONGNA~1TXT", "LONGNA~2TXT+", "LONGNA~3TXT+"]);
        let many: Vec<String> = (0..12).map(|index| format!("longname-{index:02}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let found = names(&many).unwrap();
        assert_eq!((&*found[8], &*found[11]), ("LONGNA~9   +", "LONGN~12   +"));
    }

    #[test]
    fn names_that_differ_only_by_case_have_short_names_of_their_own() {
        assert_eq!(names(&["NAME.TXT", "name.txt"]).unwrap(), ["NAME    TXT", "NAME~1  TXT+"]);
        let path = |name: &[u8]| String::from_utf8_lossy(name).into_owned();
        let mut same = Vec::new();
        let found = of_directory(&["Ä.txt".as_bytes(), "ä.TXT".as_bytes()], path, &mut same);
        assert_eq!(found.unwrap().len(), 2);
        assert_eq!(same, [("Ä.txt".to_owned(), "ä.TXT".to_owned())]);
    }

    #[test]
    fn thousands_of_names_that_begin_alike_all_get_their_own_short_name() {
        let many: Vec<String> = (0..20_000).map(|index| format!("file {index:05}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let found = names(&many).unwrap();
        assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), many.len());
    }

    #[test]
    fn names_that_fat_cannot_hold_are_refused() {
        for name in ["a:b", "a*", "q?", "<", "\"", "a|b", "back\\slash", "\u{7}"] {
            assert!(matches!(names(&[name]), Err(Error::NameCharacter { .. })), "{name}");
        }
        assert_eq!(names(&["end."]), Err(Error::NameEnd { path: "end.".into() }));
        assert_eq!(names(&["end "]), Err(Error::NameEnd { path: "end ".into() }));
        assert!(names(&[&"ä".repeat(255)]).is_ok());
        let long = "😀".repeat(128);
        assert_eq!(names(&[&long]), Err(Error::NameTooLong { path: long.clone(), units: 256 }));
        let path = |_: &[u8]| String::new();
        let latin = of_directory(&[b"\xe4"], path, &mut Vec::new());
        assert_eq!(latin, Err(Error::NameEncoding { path: String::new() }));
    }

    #[test]
    fn the_checksum_is_that_of_the_specification() {
        assert_eq!(checksum(b"FOO     BAR"), reference(b"FOO     BAR"));
        // The specification's own words: rotate right by one bit, then add, byte by byte.
        fn reference(name: &[u8; 11]) -> u8 {
            let mut sum: u32 = 0;
            for byte in name {
                sum = ((sum & 1) << 7) + (sum >> 1) + u32::from(*byte);
                sum &= 0xff;
            }
            sum as u8
        }
    }
}
