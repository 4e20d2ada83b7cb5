//! Archives made by hand, block by block: what no tar program would write.
#![allow(dead_code)]

use std::path::Path;
use tintype_tree::import::{self, ImportOptions, Owners};
use tintype_tree::{Extents, Kind, Node, Tree};

/// A tar archive in the making.
#[derive(Default)]
pub struct Archive(pub Vec<u8>);

/// One header block, its fields in text.
#[derive(Clone)]
pub struct Header(pub [u8; 512]);

impl Header {
    /// A ustar header of mode 0644, owner 1:2, at 1000 s.
    pub fn new(name: &[u8], typeflag: u8, size: u64) -> Header {
        let mut header = Header([0; 512]);
        header.put(0, name);
        header.put(100, b"0000644\0");
        header.put(108, b"0000001\0");
        header.put(116, b"0000002\0");
        header.put(124, format!("{size:011o}\0").as_bytes());
        header.put(136, b"00000001750\0");
        header.0[156] = typeflag;
        header.put(257, b"ustar\x0000");
        header.put(329, b"0000000\0");
        header.put(337, b"0000000\0");
        header
    }

    pub fn put(&mut self, at: usize, bytes: &[u8]) -> &mut Header {
        self.0[at..at + bytes.len()].copy_from_slice(bytes);
        self
    }

    pub fn link(&mut self, target: &[u8]) -> &mut Header {
        self.put(157, target)
    }

    pub fn owners(&mut self, uname: &[u8], gname: &[u8]) -> &mut Header {
        self.put(265, uname).put(297, gname)
    }

    pub fn gnu(&mut self) -> &mut Header {
        self.put(257, b"ustar  \0")
    }

    /// The block with its checksum.
    pub fn block(&self) -> [u8; 512] {
        let mut block = self.0;
        block[148..156].fill(b' ');
        let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
        block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        block
    }
}

impl Archive {
    /// A header, and bytes in whole blocks.
    pub fn add(&mut self, header: &Header, bytes: &[u8]) -> &mut Archive {
        self.0.extend_from_slice(&header.block());
        self.blocks(bytes)
    }

    pub fn blocks(&mut self, bytes: &[u8]) -> &mut Archive {
        self.0.extend_from_slice(bytes);
        self.0.resize(self.0.len().next_multiple_of(512), 0);
        self
    }

    pub fn file(&mut self, name: &str, text: &str) -> &mut Archive {
        self.add(&Header::new(name.as_bytes(), b'0', text.len() as u64), text.as_bytes())
    }

    pub fn directory(&mut self, name: &str) -> &mut Archive {
        self.add(&Header::new(name.as_bytes(), b'5', 0), b"")
    }

    pub fn symlink(&mut self, name: &str, target: &str) -> &mut Archive {
        self.add(Header::new(name.as_bytes(), b'2', 0).link(target.as_bytes()), b"")
    }

    pub fn hard_link(&mut self, name: &str, target: &str) -> &mut Archive {
        self.add(Header::new(name.as_bytes(), b'1', 0).link(target.as_bytes()), b"")
    }

    /// An extended header of the type `x` or `g`.
    pub fn extended(&mut self, typeflag: u8, records: &[(&str, &[u8])]) -> &mut Archive {
        let mut bytes = Vec::new();
        for (key, value) in records {
            bytes.extend(record(key, value));
        }
        self.add(&Header::new(b"extended", typeflag, bytes.len() as u64), &bytes)
    }

    /// The mark of the end.
    pub fn end(&mut self) -> Vec<u8> {
        let mut bytes = self.0.clone();
        bytes.resize(bytes.len() + 1024, 0);
        bytes
    }
}

/// One pax record with its own length before it.
pub fn record(key: &str, value: &[u8]) -> Vec<u8> {
    let rest = [b" ", key.as_bytes(), b"=", value, b"\n"].concat();
    let mut length = rest.len() + 1;
    while length != rest.len() + length.to_string().len() {
        length = rest.len() + length.to_string().len();
    }
    [length.to_string().as_bytes(), &rest].concat()
}

/// How the tests import.
pub fn options(owners: Owners) -> ImportOptions {
    ImportOptions { owners, spool_directory: std::env::temp_dir() }
}

/// The tree in the archive, or what the message says.
pub fn import_as(bytes: &[u8], owners: Owners) -> Result<Tree, String> {
    let content = Extents::from_bytes(bytes);
    import::archive_content(Path::new("made.tar"), &content, &options(owners))
        .map_err(|error| error.to_string())
}

/// The message about an archive that cannot be imported.
pub fn fault(archive: &mut Archive) -> String {
    import_as(&archive.end(), Owners::ByNumber).unwrap_err()
}

/// The node that must be at `path`.
pub fn node<'a>(tree: &'a Tree, path: &str) -> &'a Node {
    tree.node(tree.lookup(path.as_bytes()).unwrap_or_else(|| panic!("{path} is missing")))
}

/// The content of the file that must be at `path`.
pub fn bytes(tree: &Tree, path: &str) -> Vec<u8> {
    let Kind::Regular(content) = &node(tree, path).kind else { panic!("{path} is no file") };
    content.to_vec().unwrap()
}
