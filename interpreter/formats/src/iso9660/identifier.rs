//! Identifiers: what a file is called in the primary hierarchy and in Joliet's. The names that
//! people gave stand in Rock Ridge's entries; identifiers only have to differ within a directory.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

/// Characters that name and extension of a file have together at interchange level 2 and above
/// (ECMA-119, 7.5.1 and 10.2).
const FILE_LIMIT: usize = 30;
/// Characters of a directory's name there (7.6.3).
const DIRECTORY_LIMIT: usize = 31;
/// Characters of a name in Joliet, its extension included.
const JOLIET_LIMIT: usize = 64;
/// Characters of an extension that are kept before the name itself is shortened.
const EXTENSION_LIMIT: usize = 8;

/// The identifiers of one directory, unlike one another.
pub(super) trait Naming {
    /// A hierarchy in which no identifier is taken.
    fn new() -> Self;
    /// That of a file, and what orders it within its directory (9.3).
    fn file(&mut self, name: &[u8]) -> Identifier;
    /// That of a directory.
    fn directory(&mut self, name: &[u8]) -> Identifier;
}

/// An identifier as it is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identifier {
    pub(super) bytes: Box<[u8]>,
    /// Bytes of the name proper; the extension follows after one more character.
    pub(super) stem_len: usize,
}

impl Identifier {
    /// What orders identifiers: name, then extension, as if padded with spaces.
    pub(super) fn order(&self) -> (&[u8], &[u8]) {
        let rest = &self.bytes[self.stem_len..];
        (&self.bytes[..self.stem_len], rest.strip_suffix(b";1").unwrap_or(rest))
    }
}

/// Identifiers of the primary hierarchy: capital letters, digits and underscores, at level 2.
pub(super) struct Primary(Unique<u8>);

impl Naming for Primary {
    fn new() -> Primary {
        Primary(Unique::default())
    }

    fn file(&mut self, name: &[u8]) -> Identifier {
        let (stem, extension) = divided(name);
        let (stem, extension) = self.0.settle(&capitals(stem), &capitals(extension), FILE_LIMIT);
        let bytes = [&stem[..], b".", &extension, b";1"].concat().into();
        Identifier { bytes, stem_len: stem.len() }
    }

    fn directory(&mut self, name: &[u8]) -> Identifier {
        let (stem, _) = self.0.settle(&capitals(name), &[], DIRECTORY_LIMIT);
        Identifier { stem_len: stem.len(), bytes: stem.into() }
    }
}

/// Identifiers of Joliet's hierarchy: UCS-2, most significant byte first.
pub(super) struct Joliet(Unique<u16>);

impl Naming for Joliet {
    fn new() -> Joliet {
        Joliet(Unique::default())
    }

    fn file(&mut self, name: &[u8]) -> Identifier {
        let (stem, extension) = divided(name);
        let (mut extension, dot) = (wide(extension), u16::from(b'.'));
        if extension.is_empty() {
            let (stem, _) = self.0.settle(&wide(name), &[], JOLIET_LIMIT);
            return Identifier { stem_len: stem.len() * 2, bytes: versioned(stem) };
        }
        extension.insert(0, dot);
        let (stem, extension) = self.0.settle(&wide(stem), &extension, JOLIET_LIMIT);
        let stem_len = stem.len() * 2;
        Identifier { stem_len, bytes: versioned([stem, extension].concat()) }
    }

    fn directory(&mut self, name: &[u8]) -> Identifier {
        let (stem, _) = self.0.settle(&wide(name), &[], JOLIET_LIMIT);
        Identifier { stem_len: stem.len() * 2, bytes: big_endian(&stem) }
    }
}

fn versioned(mut name: Vec<u16>) -> Box<[u8]> {
    name.extend(b";1".map(u16::from));
    big_endian(&name)
}

fn big_endian(text: &[u16]) -> Box<[u8]> {
    text.iter().flat_map(|unit| unit.to_be_bytes()).collect()
}

/// A name before and after its last dot; a dot at its beginning begins no extension.
fn divided(name: &[u8]) -> (&[u8], &[u8]) {
    match name.iter().rposition(|byte| *byte == b'.') {
        Some(dot) if dot > 0 => (&name[..dot], &name[dot + 1..]),
        _ => (name, b""),
    }
}

/// The name in d-characters (7.4.1), with an underscore for each other one.
fn capitals(name: &[u8]) -> Vec<u8> {
    let letter = |byte: &u8| match byte.to_ascii_uppercase() {
        byte @ (b'A'..=b'Z' | b'0'..=b'9') => byte,
        _ => b'_',
    };
    name.iter().map(letter).collect()
}

/// The name in UTF-16, with an underscore for what Joliet forbids and for bytes that are no UTF-8.
fn wide(name: &[u8]) -> Vec<u16> {
    let mut text = Vec::with_capacity(name.len());
    for chunk in name.utf8_chunks() {
        for character in chunk.valid().chars() {
            let forbidden = character.is_control() || "*/:;?\\".contains(character);
            let kept = if forbidden { '_' } else { character };
            text.extend_from_slice(kept.encode_utf16(&mut [0; 2]));
        }
        text.extend(chunk.invalid().iter().map(|_| u16::from(b'_')));
    }
    text
}

/// Names of one directory as characters.
struct Unique<T> {
    taken: HashSet<Vec<T>>,
    /// The number to try next for a name that is taken.
    next: HashMap<Vec<T>, u32>,
}

impl<T> Default for Unique<T> {
    fn default() -> Unique<T> {
        Unique { taken: HashSet::new(), next: HashMap::new() }
    }
}

impl<T: Copy + Eq + Hash + From<u8>> Unique<T> {
    /// Name and extension of at most `limit` characters together that are not taken yet: shortened,
    /// and with a number at the name's end where they have to be.
    fn settle(&mut self, stem: &[T], extension: &[T], limit: usize) -> (Vec<T>, Vec<T>) {
        let kept = limit.saturating_sub(stem.len()).max(EXTENSION_LIMIT.min(limit));
        let extension = &extension[..extension.len().min(kept)];
        let room = limit - extension.len();
        let short = &stem[..stem.len().min(room)];
        let whole = |stem: &[T]| [stem, &[T::from(0)], extension].concat();
        let mut found = short.to_vec();
        if !self.taken.insert(whole(&found)) {
            let next = self.next.entry(whole(short)).or_insert(0);
            loop {
                let number = format!("{next:03}");
                found.truncate(0);
                found.extend_from_slice(&short[..short.len().min(room - number.len())]);
                found.extend(number.bytes().map(T::from));
                *next += 1;
                if self.taken.insert(whole(&found)) {
                    break;
                }
            }
        }
        (found, extension.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn primary(names: &[&str]) -> Vec<String> {
        let mut naming = Primary::new();
        let names = names.iter().map(|name| naming.file(name.as_bytes()).bytes);
        names.map(|bytes| String::from_utf8(bytes.into()).unwrap()).collect()
    }

    fn joliet(names: &[&[u8]]) -> Vec<String> {
        let mut naming = Joliet::new();
        let text = |bytes: &[u8]| {
            let units: Vec<u16> =
                bytes.chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
            String::from_utf16(&units).unwrap()
        };
        names.iter().map(|name| text(&naming.file(name).bytes)).collect()
    }

    #[test]
    fn names_are_written_in_the_characters_of_the_primary_hierarchy() {
        assert_eq!(
            primary(&["a", "x.tar.gz", ".profile", "Über"]),
            ["A.;1", "X_TAR.GZ;1", "_PROFILE.;1", "__BER.;1"]
        );
    }

    #[test]
    fn names_that_become_the_same_get_numbers() {
        assert_eq!(primary(&["a", "A", "A000", "a"]), ["A.;1", "A000.;1", "A000000.;1", "A001.;1"]);
        let long = ["x".repeat(40) + ".conf", "x".repeat(41) + ".conf"];
        let short = primary(&[&long[0], &long[1]]);
        assert_eq!(short[0], "X".repeat(26) + ".CONF;1");
        assert_eq!(short[1], "X".repeat(23) + "000.CONF;1");
    }

    #[test]
    fn joliet_keeps_what_it_can() {
        let names: [&[u8]; 4] = ["Über.txt".as_bytes(), b"a:b*c", b"\xff\xfe.x", b".hidden"];
        assert_eq!(joliet(&names), ["Über.txt;1", "a_b_c;1", "__.x;1", ".hidden;1"]);
        let long = ["y".repeat(200) + ".html", "y".repeat(201) + ".html"];
        let short = joliet(&[long[0].as_bytes(), long[1].as_bytes()]);
        assert_eq!(short, ["y".repeat(59) + ".html;1", "y".repeat(56) + "000.html;1"]);
    }

    #[test]
    fn identifiers_are_ordered_by_name_and_then_extension() {
        let mut naming = Primary::new();
        let mut identifiers: Vec<_> =
            ["a.b1", "a.b", "ab", "a"].map(|name| naming.file(name.as_bytes())).into();
        identifiers.sort_by(|a, b| a.order().cmp(&b.order()));
        let order: Vec<_> = identifiers.iter().map(|one| &one.bytes[..]).collect();
        assert_eq!(order, [&b"A.;1"[..], b"A.B;1", b"A.B1;1", b"AB.;1"]);
    }
}
