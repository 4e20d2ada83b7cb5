//! The System Use Sharing Protocol (IEEE P1281, version 1.12): entries behind a directory record, and
//! in continuation areas where the record has no room for them.

use super::BLOCK_LEN;
use super::number::both32;

/// Bytes of a `CE` entry, which leads to the next area.
const CE_LEN: usize = 28;
/// Areas that Linux follows from one record.
const AREAS_LIMIT: usize = 32;
const BLOCK: usize = BLOCK_LEN as usize;

/// An entry with its header: signature, length, version 1, payload.
///
/// # Panics
/// If the payload has more than 251 bytes: who makes entries divides it.
pub(super) fn entry(signature: &[u8; 2], payload: &[u8]) -> Vec<u8> {
    let len = u8::try_from(payload.len() + 4).expect("a payload of at most 251 bytes");
    [&signature[..], &[len, 1], payload].concat()
}

/// Payloads of entries that continue one another: `bytes` in parts of at most `limit`, each behind a
/// byte of flags whose lowest bit says that more follows.
pub(super) fn continued(bytes: &[u8], limit: usize) -> Vec<Vec<u8>> {
    let parts: Vec<&[u8]> =
        if bytes.is_empty() { vec![bytes] } else { bytes.chunks(limit).collect() };
    let last = parts.len() - 1;
    let flagged = |(index, part): (usize, &&[u8])| [&[u8::from(index < last)], *part].concat();
    parts.iter().enumerate().map(flagged).collect()
}

/// The continuation areas of one directory: blocks that follow it.
#[derive(Debug, Default)]
pub(super) struct Continuation {
    /// The block in which they begin.
    pub(super) first_block: u32,
    pub(super) bytes: Vec<u8>,
}

/// More entries than can be reached from one record.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooMany;

impl Continuation {
    /// What of `entries` goes into the `room` bytes behind a record; the rest is put into areas, none
    /// of which crosses a block.
    ///
    /// # Errors
    /// When Linux would not follow so many areas.
    pub(super) fn divide(&mut self, entries: &[Vec<u8>], room: usize) -> Result<Vec<u8>, TooMany> {
        let (behind_record, mut rest) = split(entries, room);
        if len_of(rest) > BLOCK - self.bytes.len() % BLOCK {
            self.bytes.resize(self.bytes.len().next_multiple_of(BLOCK), 0);
        }
        let start = self.bytes.len();
        let mut areas = Vec::new();
        while !rest.is_empty() {
            let (area, after) = split(rest, BLOCK);
            areas.push((area, len_of(area) + if after.is_empty() { 0 } else { CE_LEN }));
            rest = after;
        }
        if areas.len() > AREAS_LIMIT {
            return Err(TooMany);
        }
        let mut system_use = behind_record.concat();
        for (index, (area, len)) in areas.into_iter().enumerate() {
            let at = start + index * BLOCK;
            let lead = self.leading_to(at, len);
            if index == 0 { &mut system_use } else { &mut self.bytes }.extend(lead);
            self.bytes.resize(at, 0);
            self.bytes.extend(area.concat());
        }
        Ok(system_use)
    }

    /// The entry that says where the area of `len` bytes at byte `start` of the areas is.
    fn leading_to(&self, start: usize, len: usize) -> Vec<u8> {
        let block = self.first_block + (start / BLOCK) as u32;
        let fields = [block, (start % BLOCK) as u32, len as u32];
        entry(b"CE", &fields.map(both32).concat())
    }
}

fn len_of(entries: &[Vec<u8>]) -> usize {
    entries.iter().map(Vec::len).sum()
}

/// The entries that fit into `room` bytes, with room left for a `CE` entry unless they are all.
fn split(entries: &[Vec<u8>], room: usize) -> (&[Vec<u8>], &[Vec<u8>]) {
    if len_of(entries) <= room {
        return (entries, &[]);
    }
    let mut len = CE_LEN;
    let fits = |entry: &&Vec<u8>| {
        len += entry.len();
        len <= room
    };
    entries.split_at(entries.iter().take_while(fits).count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::iso9660::number::get32;

    /// All entries that are reached from a record, `CE` left out.
    fn reached(system_use: &[u8], continuation: &Continuation) -> Vec<Vec<u8>> {
        let mut area = system_use;
        let mut found = Vec::new();
        loop {
            let mut next = None;
            while !area.is_empty() {
                let (one, rest) = area.split_at(usize::from(area[2]));
                if one.starts_with(b"CE") {
                    let [block, offset, len] =
                        [4, 12, 20].map(|at| get32(one, at).unwrap() as usize);
                    let start = (block - continuation.first_block as usize) * BLOCK + offset;
                    assert!(offset + len <= BLOCK, "an area crosses a block");
                    next = Some(&continuation.bytes[start..start + len]);
                } else {
                    found.push(one.to_vec());
                }
                area = rest;
            }
            match next {
                Some(next) => area = next,
                None => return found,
            }
        }
    }

    #[test]
    fn entries_are_found_again_wherever_they_had_to_go() {
        let mut continuation = Continuation { first_block: 700, bytes: Vec::new() };
        for (count, room) in [(0, 0), (1, 40), (3, 100), (5, 100), (9, 150), (60, 188), (90, 30)] {
            let entries: Vec<Vec<u8>> =
                (0..count).map(|index| entry(b"NM", &vec![index as u8; 20 + index])).collect();
            let system_use = continuation.divide(&entries, room).unwrap();
            assert!(system_use.len() <= room);
            assert_eq!(reached(&system_use, &continuation), entries, "{count} entries");
        }
    }

    #[test]
    fn what_linux_would_not_follow_is_refused() {
        let entries = vec![entry(b"AL", &[0; 251]); 300];
        assert_eq!(Continuation::default().divide(&entries, 100), Err(TooMany));
    }

    #[test]
    fn long_payloads_continue() {
        assert_eq!(continued(b"", 3), [vec![0]]);
        assert_eq!(continued(b"abcd", 3), [b"\x01abc".to_vec(), b"\x00d".to_vec()]);
    }
}
