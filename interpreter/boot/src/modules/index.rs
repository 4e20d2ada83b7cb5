//! The index that kmod looks names up in (`modules.*.bin`): a trie whose nodes stand after their
//! children, numbers in big-endian byte order.

use std::collections::BTreeMap;

/// What a file begins with.
const MAGIC: u32 = 0xb007_f457;
/// Version 2.1.
const VERSION: u32 = 0x0002_0001;

/// Marks in the upper bits of a node's offset, which say what is there.
mod mark {
    /// A prefix, up to a zero.
    pub const PREFIX: u32 = 0x8000_0000;
    /// A count of values, each with its priority.
    pub const VALUES: u32 = 0x4000_0000;
    /// The first and last character of children, and their offsets.
    pub const CHILDREN: u32 = 0x2000_0000;
}

/// Keys must be of ASCII.
const CHARACTERS: u8 = 128;

/// An index: keys, and values by priority.
#[derive(Debug, Default)]
pub struct Index {
    root: Node,
}

#[derive(Debug, Default)]
struct Node {
    /// What every key of this node goes on with.
    prefix: Vec<u8>,
    children: BTreeMap<u8, Node>,
    values: Vec<(u32, Vec<u8>)>,
}

impl Index {
    /// Adds `value` to those of `key`: before the first whose priority is not less than `priority`.
    /// A key that is not of ASCII cannot be looked up and is left out.
    pub fn insert(&mut self, key: &[u8], value: &[u8], priority: u32) {
        if key.iter().any(|byte| *byte >= CHARACTERS || *byte == 0) {
            return;
        }
        let mut node = &mut self.root;
        let mut rest = key;
        loop {
            let common = node.prefix.iter().zip(rest).take_while(|(one, other)| one == other);
            let common = common.count();
            if common < node.prefix.len() {
                node.split(common);
            }
            let Some((first, after)) = rest[common..].split_first() else { break };
            let fresh = || Node { prefix: after.to_vec(), ..Node::default() };
            node = node.children.entry(*first).or_insert_with(fresh);
            rest = after;
        }
        let at = node.values.partition_point(|(other, _)| *other < priority);
        node.values.insert(at, (priority, value.to_vec()));
    }

    /// The bytes of the file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = [MAGIC, VERSION, 0].map(u32::to_be_bytes).concat();
        let root = self.root.write(&mut bytes);
        bytes[8..12].copy_from_slice(&root.to_be_bytes());
        bytes
    }
}

impl Node {
    /// Leaves the node `len` bytes of its prefix; the rest of it becomes its only child.
    fn split(&mut self, len: usize) {
        let mut child = std::mem::take(self);
        let rest = child.prefix.split_off(len);
        self.prefix = std::mem::replace(&mut child.prefix, rest[1..].to_vec());
        self.children.insert(rest[0], child);
    }

    /// Appends the node after its children, and returns its offset with its marks.
    fn write(&self, bytes: &mut Vec<u8>) -> u32 {
        let mut offsets = BTreeMap::new();
        for (character, child) in &self.children {
            offsets.insert(*character, child.write(bytes));
        }
        let mut offset = bytes.len() as u32;
        if !self.prefix.is_empty() {
            offset |= mark::PREFIX;
            bytes.extend(&self.prefix);
            bytes.push(0);
        }
        if let (Some(first), Some(last)) = (
            offsets.first_key_value().map(|one| *one.0),
            offsets.last_key_value().map(|one| *one.0),
        ) {
            offset |= mark::CHILDREN;
            bytes.extend([first, last]);
            for character in first..=last {
                bytes.extend(offsets.get(&character).copied().unwrap_or(0).to_be_bytes());
            }
        }
        if !self.values.is_empty() {
            offset |= mark::VALUES;
            bytes.extend((self.values.len() as u32).to_be_bytes());
            for (priority, value) in &self.values {
                bytes.extend(priority.to_be_bytes());
                bytes.extend(value);
                bytes.push(0);
            }
        }
        offset
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_share_prefixes_and_values_stand_by_priority() {
        let mut index = Index::default();
        index.insert(b"ab", b"x", 2);
        index.insert(b"ab", b"y", 1);
        index.insert(b"ad", b"z", 0);
        index.insert("\u{e9}".as_bytes(), b"left out", 0);
        let expected = [
            &[0xb0, 0x07, 0xf4, 0x57, 0, 2, 0, 1, 0x20, 0, 0, 52][..],
            // ab, at 12
            &[0, 0, 0, 2, 0, 0, 0, 1, b'y', 0, 0, 0, 0, 2, b'x', 0],
            // ad, at 28
            &[0, 0, 0, 1, 0, 0, 0, 0, b'z', 0],
            // a, at 38
            &[b'b', b'd', 0x40, 0, 0, 12, 0, 0, 0, 0, 0x40, 0, 0, 28],
            // the root, at 52
            &[b'a', b'a', 0x20, 0, 0, 38],
        ];
        assert_eq!(index.to_bytes(), expected.concat());
    }
}
