//! Extended headers: POSIX.1-2017, pax, "pax Extended Header".

use crate::import::{ArchiveFault, EntryFault};
use crate::node::Xattrs;

/// Bytes of one extended header that are believed: room for the largest attributes of Linux and for
/// the maps of sparse files, not for a damaged length.
pub(super) const EXTENDED_HEADER_AT_MOST: u64 = 64 << 20;

/// The records of extended headers, in order.
#[derive(Default)]
pub(super) struct Records(Vec<Record>);

/// Keyword and value.
type Record = (Box<[u8]>, Box<[u8]>);

impl Records {
    /// Adds the records of one extended header, `LENGTH KEYWORD=VALUE\n` each.
    pub(super) fn parse(&mut self, mut bytes: &[u8]) -> Result<(), ArchiveFault> {
        let bad = ArchiveFault::ExtendedHeader;
        while !bytes.is_empty() {
            let blank = bytes.iter().take(20).position(|byte| *byte == b' ');
            let blank = blank.ok_or(bad("a record does not begin with its length"))?;
            let length = super::number::decimal(&bytes[..blank])
                .and_then(|length| usize::try_from(length).ok())
                .ok_or(bad("a record does not begin with its length"))?;
            let record = bytes.get(blank + 1..length).ok_or(bad("a record is cut off"))?;
            let Some((b'\n', record)) = record.split_last() else {
                return Err(bad("a record does not end with a newline"));
            };
            let equals = record.iter().position(|byte| *byte == b'=');
            let equals = equals.ok_or(bad("a record has no `=`"))?;
            self.0.push((record[..equals].into(), record[equals + 1..].into()));
            bytes = &bytes[length..];
        }
        Ok(())
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// The records in order.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = (&[u8], &[u8])> {
        self.0.iter().map(|(key, value)| (&**key, &**value))
    }
}

/// The records that are in force for one entry: its own before the global ones.
#[derive(Default)]
pub(super) struct ExtendedHeader {
    global: Records,
    own: Records,
    own_seen: bool,
}

impl ExtendedHeader {
    pub(super) fn add_global(&mut self, bytes: &[u8]) -> Result<(), ArchiveFault> {
        self.global.parse(bytes)
    }

    pub(super) fn add_own(&mut self, bytes: &[u8]) -> Result<(), ArchiveFault> {
        self.own_seen = true;
        self.own.parse(bytes)
    }

    /// Forgets the entry's own records.
    pub(super) fn next_entry(&mut self) {
        self.own.clear();
        self.own_seen = false;
    }

    /// Whether an extended header came right before the entry.
    pub(super) fn own_seen(&self) -> bool {
        self.own_seen
    }

    /// The value of `keyword`. An empty one takes back what was said before.
    pub(super) fn get(&self, keyword: &[u8]) -> Option<&[u8]> {
        self.own
            .iter()
            .rev()
            .chain(self.global.iter().rev())
            .find(|(key, _)| *key == keyword)
            .map(|(_, value)| value)
            .filter(|value| !value.is_empty())
    }

    /// The decimal number of `keyword`.
    pub(super) fn number(&self, keyword: &'static str) -> Result<Option<i64>, ArchiveFault> {
        match self.get(keyword.as_bytes()) {
            Some(value) => super::number::decimal(value)
                .map(Some)
                .ok_or(ArchiveFault::Number { field: keyword }),
            None => Ok(None),
        }
    }

    /// The entry's own records alone, in order: keywords that may come more than once.
    pub(super) fn own(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.own.iter()
    }

    /// Extended attributes: `SCHILY.xattr.NAME` (star, GNU tar), `LIBARCHIVE.xattr.NAME` (bsdtar: the
    /// name URL-encoded, the value in base 64) and `RHT.security.selinux`.
    pub(super) fn xattrs(&self) -> Result<Xattrs, EntryFault> {
        let mut xattrs = Xattrs::new();
        for (key, value) in self.global.iter().chain(self.own.iter()) {
            if let Some(name) = key.strip_prefix(b"SCHILY.xattr.") {
                xattrs.insert(keyword_decoded(name).into(), value.into());
            } else if let Some(encoded) = key.strip_prefix(b"LIBARCHIVE.xattr.") {
                let name = url_decoded(encoded);
                let value = from_base_64(value)
                    .ok_or_else(|| EntryFault::Xattr(crate::tree::shown(&name)))?;
                xattrs.insert(name.into(), value.into());
            } else if key == b"RHT.security.selinux" {
                // The kernel's value ends with a NUL.
                let value = [value, b"\0"].concat();
                xattrs.insert((*b"security.selinux").into(), value.into());
            }
        }
        match xattrs.keys().find(|name| name.is_empty() || name.contains(&0)) {
            Some(name) => Err(EntryFault::Xattr(crate::tree::shown(name))),
            None => Ok(xattrs),
        }
    }
}

/// GNU tar writes `=` and `%` in the name of an attribute as `%3D` and `%25`.
fn keyword_decoded(name: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(name.len());
    let mut left = name;
    while let Some((first, rest)) = left.split_first() {
        let (byte, taken) = match left {
            [b'%', b'3', b'D', ..] => (b'=', 3),
            [b'%', b'2', b'5', ..] => (b'%', 3),
            _ => (*first, 1),
        };
        decoded.push(byte);
        left = &rest[taken - 1..];
    }
    decoded
}

fn url_decoded(text: &[u8]) -> Vec<u8> {
    let hex = |byte: &u8| char::from(*byte).to_digit(16).map(|digit| digit as u8);
    let mut decoded = Vec::new();
    let mut left = text;
    while let Some((first, rest)) = left.split_first() {
        left = rest;
        match (first, rest.first().and_then(hex), rest.get(1).and_then(hex)) {
            (b'%', Some(high), Some(low)) => {
                decoded.push(high << 4 | low);
                left = &rest[2..];
            }
            _ => decoded.push(*first),
        }
    }
    decoded
}

/// RFC 4648, section 4; bsdtar leaves the padding out.
fn from_base_64(text: &[u8]) -> Option<Vec<u8>> {
    let end = text.iter().rposition(|byte| *byte != b'=').map_or(0, |last| last + 1);
    let mut bytes = Vec::new();
    for group in text[..end].chunks(4) {
        let mut bits = 0u32;
        for digit in group {
            let value = match digit {
                b'A'..=b'Z' => digit - b'A',
                b'a'..=b'z' => digit - b'a' + 26,
                b'0'..=b'9' => digit - b'0' + 52,
                b'+' => 62,
                b'/' => 63,
                _ => return None,
            };
            bits = bits << 6 | u32::from(value);
        }
        bits <<= 6 * (4 - group.len());
        let whole = match group.len() {
            4 => 3,
            3 => 2,
            2 => 1,
            _ => return None,
        };
        bytes.extend_from_slice(&bits.to_be_bytes()[1..1 + whole]);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_of_the_entry_goes_before_a_global_one_and_an_empty_one_takes_it_back() {
        let mut header = ExtendedHeader::default();
        header.add_global(b"13 uname=abc\n13 gname=def\n").unwrap();
        header.add_own(b"12 uname=xy\n9 gname=\n").unwrap();
        assert_eq!(header.get(b"uname"), Some(&b"xy"[..]));
        assert_eq!(header.get(b"gname"), None);
        header.next_entry();
        assert_eq!(header.get(b"gname"), Some(&b"def"[..]));
    }

    #[test]
    fn a_damaged_record_is_an_error() {
        for bad in [&b"x"[..], b"99 a=b\n", b"5 ab=\n", b"5 ab\n", b"0 a=b\n", b"-1 a=b\n", b"3 a"]
        {
            assert!(Records::default().parse(bad).is_err(), "{}", String::from_utf8_lossy(bad));
        }
    }

    #[test]
    fn base_64_is_read_with_and_without_padding() {
        assert_eq!(from_base_64(b"aGVsbG8="), Some(b"hello".to_vec()));
        assert_eq!(from_base_64(b"aGVsbG8"), Some(b"hello".to_vec()));
        assert_eq!(from_base_64(b"AP+A"), Some(vec![0, 0xff, 0x80]));
        assert_eq!(from_base_64(b""), Some(vec![]));
        assert_eq!(from_base_64(b"a"), None);
        assert_eq!(from_base_64(b"a b="), None);
    }

    #[test]
    fn gnu_tar_s_encoding_of_keywords_is_undone() {
        assert_eq!(keyword_decoded(b"user.a%3Db%25c%20"), b"user.a=b%c%20");
    }

    #[test]
    fn names_are_url_decoded() {
        assert_eq!(url_decoded(b"user.a%3Db%"), b"user.a=b%");
    }
}
