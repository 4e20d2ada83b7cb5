//! Sparse files in pax archives: GNU tar's manual, "Storing Sparse Files", version 1.0. The data
//! begins with a map: how many ranges, then offset and length of each, as decimal lines.

use super::BLOCK;
use super::pax::Records;
use tintype_tree::Extents;

/// The map and the ranges that are no hole; `None` where that saves nothing.
pub(super) fn packed(content: &Extents) -> Option<Extents> {
    let ranges = ranges(content);
    let stored: u64 = ranges.iter().map(|(start, end)| end - start).sum();
    // A file without holes needs no map made to see so.
    if stored.next_multiple_of(BLOCK) + BLOCK >= content.len().next_multiple_of(BLOCK) {
        return None;
    }
    let mut map = String::new();
    // A hole at the end is told by a range of nothing there.
    let tail = ranges.last().is_none_or(|(_, end)| *end < content.len());
    let tail = tail.then_some((content.len(), content.len()));
    map.push_str(&format!("{}\n", ranges.len() + tail.iter().len()));
    for (start, end) in ranges.iter().chain(&tail) {
        map.push_str(&format!("{start}\n{}\n", end - start));
    }
    let mut map = map.into_bytes();
    map.resize(map.len().next_multiple_of(BLOCK as usize), 0);
    if map.len() as u64 + stored >= content.len() {
        return None;
    }
    let mut packed = Extents::from_bytes(map);
    for (start, end) in ranges {
        let at = packed.len();
        packed.put(at, &content.slice(start, end - start));
    }
    Some(packed)
}

/// What is stored, in whole blocks: some readers pass over whatever fills a range's last block.
fn ranges(content: &Extents) -> Vec<(u64, u64)> {
    let mut ranges: Vec<(u64, u64)> = Vec::new();
    for extent in content.iter() {
        let start = extent.start / BLOCK * BLOCK;
        let end = extent.end().next_multiple_of(BLOCK).min(content.len());
        match ranges.last_mut() {
            Some(last) if start <= last.1 => last.1 = end,
            _ => ranges.push((start, end)),
        }
    }
    ranges
}

/// The records of the file `name` of `len` bytes.
pub(super) fn add_records(name: &[u8], len: u64, records: &mut Records) {
    records.add(b"GNU.sparse.major", b"1");
    records.add(b"GNU.sparse.minor", b"0");
    records.add_text(b"GNU.sparse.name", name);
    records.add(b"GNU.sparse.realsize", len.to_string().as_bytes());
}

/// What a reader that knows no sparse files calls it: beside its place, so that it takes no one's.
pub(super) fn stored_name(name: &[u8]) -> Vec<u8> {
    let at = name.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
    [&name[..at], b"GNUSparseFile.0/", &name[at..]].concat()
}
