//! cpio archives in the "new ASCII" format (newc; Documentation/driver-api/early-userspace/
//! buffer-format.rst of Linux), as the kernel unpacks them for its first file system.

use tintype_tree::{Device, Extents, Kind, NodeId, Timestamp, Tree};

/// "New" ASCII format, no checksum.
const MAGIC: &str = "070701";

/// Names and contents begin at a multiple of this many bytes.
const ALIGNMENT: u64 = 4;

/// The entry that ends an archive.
const TRAILER: &[u8] = b"TRAILER!!!";

/// An archive is a multiple of this many bytes (cpio's own block).
const BLOCK: u64 = 512;

/// How an archive is laid out.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Later times become this one.
    pub latest: Option<Timestamp>,
    /// Whether extended attributes, for which the format has no room, are left out. Otherwise they
    /// are an error.
    pub without_xattrs: bool,
}

/// Why a tree cannot be in such an archive.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Error {
    /// A number beyond 32 bits.
    #[error("{path}: a cpio archive holds no {field} of {value}")]
    Number {
        /// The file.
        path: String,
        /// Which field.
        field: &'static str,
        /// Its value.
        value: i128,
    },
    /// Extended attributes.
    #[error("{path}: a cpio archive holds no extended attributes ({names})")]
    Xattrs {
        /// The file.
        path: String,
        /// Their names.
        names: String,
    },
}

/// Lays out the archive of `tree`, the root first as `.`, other names without a leading slash or dot.
/// Files are numbered in the order of their first names; of a file with several names the last one
/// has the content, as cpio(1) does it.
///
/// # Errors
/// When a file has what the format has no room for.
pub fn lay_out(tree: &Tree, options: &Options) -> Result<Extents, Error> {
    let links = tree.link_counts();
    let mut archive =
        Archive { extents: Extents::hole(0), numbers: vec![0; tree.node_count()], last_number: 0 };
    let mut names_left = links.clone();
    tree.walk(|path, id| {
        let node = tree.node(id);
        names_left[id.index()] -= 1;
        let content = match &node.kind {
            Kind::Regular(content) if names_left[id.index()] == 0 => content.clone(),
            Kind::Symlink(target) => Extents::from_bytes(&**target),
            _ => Extents::default(),
        };
        let fail = |field, value| Error::Number { path: shown(path), field, value };
        if let Some(xattrs) = node.metadata.xattrs.as_deref().filter(|_| !options.without_xattrs) {
            let names = xattrs.keys().map(|name| shown(name)).collect::<Vec<_>>().join(", ");
            return Err(Error::Xattrs { path: shown(path), names });
        }
        let mtime = match options.latest {
            Some(latest) => node.metadata.mtime.min(latest),
            None => node.metadata.mtime,
        };
        let header = Header {
            ino: archive.number(id),
            mode: u32::from(node.metadata.mode) | type_bits(&node.kind),
            uid: node.metadata.uid,
            gid: node.metadata.gid,
            nlink: links[id.index()],
            mtime: u32::try_from(mtime.seconds)
                .map_err(|_| fail("modification time", mtime.seconds.into()))?,
            filesize: u32::try_from(content.len())
                .map_err(|_| fail("size", content.len().into()))?,
            rdev: match node.kind {
                Kind::CharDevice(device) | Kind::BlockDevice(device) => device,
                _ => Device { major: 0, minor: 0 },
            },
        };
        archive.put(&header, if path.is_empty() { b"." } else { path }, &content);
        Ok(())
    })?;
    let nothing = Device { major: 0, minor: 0 };
    let trailer =
        Header { ino: 0, mode: 0, uid: 0, gid: 0, nlink: 1, mtime: 0, filesize: 0, rdev: nothing };
    archive.put(&trailer, TRAILER, &Extents::default());
    archive.extents.grow(archive.extents.len().next_multiple_of(BLOCK));
    Ok(archive.extents)
}

fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// `st_mode`'s bits of the file's type (inode(7)).
fn type_bits(kind: &Kind) -> u32 {
    match kind {
        Kind::Fifo => 0o010_000,
        Kind::CharDevice(_) => 0o020_000,
        Kind::Directory(_) => 0o040_000,
        Kind::BlockDevice(_) => 0o060_000,
        Kind::Regular(_) => 0o100_000,
        Kind::Symlink(_) => 0o120_000,
        Kind::Socket => 0o140_000,
    }
}

/// The fields that differ, by their names in `struct cpio_newc_header`.
struct Header {
    ino: u32,
    mode: u32,
    uid: u32,
    gid: u32,
    nlink: u32,
    mtime: u32,
    filesize: u32,
    rdev: Device,
}

struct Archive {
    extents: Extents,
    /// Numbers of files, by [`NodeId::index`]; 0 where none is given yet.
    numbers: Vec<u32>,
    last_number: u32,
}

impl Archive {
    fn number(&mut self, id: NodeId) -> u32 {
        let number = &mut self.numbers[id.index()];
        if *number == 0 {
            self.last_number += 1;
            *number = self.last_number;
        }
        *number
    }

    fn put(&mut self, header: &Header, name: &[u8], content: &Extents) {
        let Header { ino, mode, uid, gid, nlink, mtime, filesize, rdev } = header;
        let namesize = name.len() as u32 + 1;
        let fields = [*ino, *mode, *uid, *gid, *nlink, *mtime, *filesize];
        // The device that a file is on, its own number if it is one, the name, no checksum.
        let rest = [0, 0, rdev.major, rdev.minor, namesize, 0];
        let mut head = MAGIC.to_owned();
        for field in fields.iter().chain(&rest) {
            head.push_str(&format!("{field:08X}"));
        }
        let mut head = head.into_bytes();
        head.extend_from_slice(name);
        head.push(0);
        head.resize(head.len().next_multiple_of(ALIGNMENT as usize), 0);
        self.extents.put(self.extents.len(), &Extents::from_bytes(head));
        self.extents.put(self.extents.len(), content);
        self.extents.grow(self.extents.len().next_multiple_of(ALIGNMENT));
    }
}
