//! Names of items: a hash of what an object is, and its name.

use sha2::{Digest as _, Sha256};
use std::io;
use tintype_tree::{Extents, Kind, NodeId, Tree};

/// Where items are in an image.
pub const STORE: &str = "/gnu/store";

/// Letters of the hash in a name: 5 bits each, without `e`, `o`, `t` and `u`.
const ALPHABET: &[u8; 32] = b"0123456789abcdfghijklmnpqrsvwxyz";

/// Letters of the hash in a name.
pub const HASH_LENGTH: usize = 32;

/// Content is read in pieces of so many bytes.
const PIECE: usize = 256 << 10;

/// What identifies an object: the hash of all that it is made from.
pub type Identity = [u8; 32];

/// Gathers what an object is made from. Every field is hashed with its length, so that two objects
/// are the same only if all their fields are.
pub struct Fields(Sha256);

impl Fields {
    /// The fields of an object of that kind.
    pub fn of(kind: &str) -> Fields {
        let mut fields = Fields(Sha256::new());
        fields.add(kind.as_bytes());
        fields
    }

    /// Adds a field.
    pub fn add(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    /// Adds the bytes of a file.
    fn add_content(&mut self, content: &Extents) -> io::Result<()> {
        self.0.update(content.len().to_le_bytes());
        each_piece(content, |piece| self.0.update(piece))
    }

    /// Adds a tree: names, kinds, contents, and which files are executable, as in an archive of Nix's.
    pub fn add_tree(&mut self, tree: &Tree) -> io::Result<()> {
        tree.walk(|path, id| self.add_file(tree, path, id))
    }

    fn add_file(&mut self, tree: &Tree, path: &[u8], id: NodeId) -> io::Result<()> {
        let node = tree.node(id);
        self.add(path);
        self.add(node.kind.name().as_bytes());
        match &node.kind {
            Kind::Regular(content) => {
                self.add(&[u8::from(node.metadata.mode & 0o100 != 0)]);
                self.add_content(content)
            }
            Kind::Symlink(target) => {
                self.add(target);
                Ok(())
            }
            Kind::CharDevice(device) | Kind::BlockDevice(device) => {
                self.add(&device.major.to_le_bytes());
                self.add(&device.minor.to_le_bytes());
                Ok(())
            }
            Kind::Directory(_) | Kind::Fifo | Kind::Socket => Ok(()),
        }
    }

    /// The identity.
    pub fn identity(self) -> Identity {
        self.0.finalize().into()
    }
}

/// Hands all bytes of a file to `take`, in pieces.
pub fn each_piece(content: &Extents, mut take: impl FnMut(&[u8])) -> io::Result<()> {
    let mut buffer = vec![0; PIECE.min(content.len() as usize)];
    let mut position = 0;
    while position < content.len() {
        let len = (content.len() - position).min(PIECE as u64) as usize;
        content.read_at(position, &mut buffer[..len])?;
        take(&buffer[..len]);
        position += len as u64;
    }
    Ok(())
}

/// The name in the store of an object: the first 160 bits of its identity, and its name with what
/// cannot be in one replaced.
pub fn item_name(identity: &Identity, name: &str) -> String {
    let mut text = String::with_capacity(HASH_LENGTH + 1 + name.len());
    for index in 0..HASH_LENGTH {
        let (byte, bit) = (index * 5 / 8, index * 5 % 8);
        let pair = u16::from(identity[byte]) << 8 | u16::from(identity[byte + 1]);
        text.push(char::from(ALPHABET[usize::from(pair >> (11 - bit) & 31)]));
    }
    text.push('-');
    let allowed = |c: char| c.is_ascii_alphanumeric() || "+-._?=".contains(c);
    text.extend(name.chars().map(|c| if allowed(c) { c } else { '-' }));
    text
}

/// Whether a byte can be in the hash of a name.
pub fn is_hash_letter(byte: u8) -> bool {
    ALPHABET.contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_a_hash_of_32_letters() {
        let name = item_name(&[0xff; 32], "a file");
        assert_eq!(name, "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz-a-file");
        assert_eq!(item_name(&[0; 32], "x"), "00000000000000000000000000000000-x");
    }

    #[test]
    fn fields_do_not_run_into_each_other() {
        let identity = |fields: &[&[u8]]| {
            let mut all = Fields::of("kind");
            fields.iter().for_each(|field| all.add(field));
            all.identity()
        };
        assert_ne!(identity(&[b"ab", b"c"]), identity(&[b"a", b"bc"]));
        assert_eq!(identity(&[b"ab", b"c"]), identity(&[b"ab", b"c"]));
    }
}
