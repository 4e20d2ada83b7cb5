//! A directory of the host as a tree.

use super::ImportError;
use super::xattrs::XattrReader;
use crate::extents::{Extents, Source};
use crate::host_file::HostFile;
use crate::host_path::{PATH_MAX, open_below};
use crate::node::{Device, Kind, Metadata, Node, Timestamp};
use crate::tree::{NodeId, Tree};
use rustix::fs::{
    AtFlags, CWD, Dir, FileType, Mode, OFlags, SeekFrom, Stat, fstat, major, minor, openat,
    readlinkat, seek, statat,
};
use rustix::io::Errno;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A directory's own entries are read first and the directories in it afterwards, each opened from the
/// top: two directories are open at a time, however deep they nest.
pub(super) fn import(path: &Path) -> Result<Tree, ImportError> {
    let failed = |error: Errno| ImportError::Host { path: path.to_owned(), error: error.into() };
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let top = openat(CWD, path, flags, Mode::empty()).map_err(failed)?;
    let stat = fstat(&top).map_err(failed)?;
    let mut import = Import {
        path,
        top,
        tree: Tree::new(),
        xattrs: XattrReader::new(),
        linked: BTreeMap::new(),
    };
    let root = import.tree.root();
    let place = Place { directory: &import.top, path: path.to_owned(), name: b"." };
    let metadata = Metadata {
        xattrs: place.xattrs(&mut import.xattrs).map_err(|error| place.failed(error))?,
        ..metadata(&stat)
    };
    import.tree.node_mut(root).metadata = metadata;
    let mut ahead = vec![(root, Vec::new())];
    while let Some((id, below)) = ahead.pop() {
        import.entries(id, &below, &mut ahead)?;
    }
    Ok(import.tree)
}

struct Import<'a> {
    path: &'a Path,
    top: OwnedFd,
    tree: Tree,
    xattrs: XattrReader,
    /// Files with more names than one, by device and inode.
    linked: BTreeMap<(u64, u64), NodeId>,
}

/// A name in an open directory.
struct Place<'a> {
    directory: &'a OwnedFd,
    /// The whole path on the host.
    path: PathBuf,
    name: &'a [u8],
}

impl Import<'_> {
    /// Imports what is in the directory `id`, at `below` from the top; directories in it are put
    /// `ahead`, the first one last.
    fn entries(
        &mut self,
        id: NodeId,
        below: &[u8],
        ahead: &mut Vec<(NodeId, Vec<u8>)>,
    ) -> Result<(), ImportError> {
        let host_path = self.path.join(OsStr::from_bytes(below));
        let failed = |error: io::Error| ImportError::Host { path: host_path.clone(), error };
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW;
        let directory = open_below(self.top.as_fd(), below, flags).map_err(failed)?;
        let mut names = Vec::new();
        for entry in Dir::read_from(&directory).map_err(|error| failed(error.into()))? {
            let entry = entry.map_err(|error| failed(error.into()))?;
            let name = entry.file_name().to_bytes();
            if !matches!(name, b"." | b"..") {
                names.push(name.to_vec());
            }
        }
        // The host's own order is no one else's.
        names.sort_unstable();
        let first = ahead.len();
        for name in names {
            let path = host_path.join(OsStr::from_bytes(&name));
            let place = Place { directory: &directory, path, name: &name };
            let child = self.node(&place).map_err(|error| place.failed(error))?;
            self.tree.link(id, &name, child);
            if self.tree.node(child).is_directory() {
                let slash: &[u8] = if below.is_empty() { b"" } else { b"/" };
                ahead.push((child, [below, slash, &name].concat()));
            }
        }
        ahead[first..].reverse();
        Ok(())
    }

    /// The node of one name, a new one if the file has not been met under another.
    fn node(&mut self, place: &Place<'_>) -> Result<NodeId, Errno> {
        let stat = statat(place.directory, place.name, AtFlags::SYMLINK_NOFOLLOW)?;
        let file_type = FileType::from_raw_mode(stat.st_mode);
        let inode = (stat.st_dev, stat.st_ino);
        let linked = stat.st_nlink > 1 && file_type != FileType::Directory;
        if linked && let Some(id) = self.linked.get(&inode) {
            return Ok(*id);
        }
        let device = || Device { major: major(stat.st_rdev), minor: minor(stat.st_rdev) };
        let kind = match file_type {
            FileType::Directory => Kind::Directory(BTreeMap::new()),
            FileType::RegularFile => Kind::Regular(place.content(&stat)?),
            FileType::Symlink => {
                let target = readlinkat(place.directory, place.name, Vec::new())?;
                Kind::Symlink(target.into_bytes().into())
            }
            FileType::CharacterDevice => Kind::CharDevice(device()),
            FileType::BlockDevice => Kind::BlockDevice(device()),
            FileType::Fifo => Kind::Fifo,
            FileType::Socket => Kind::Socket,
            FileType::Unknown => return Err(Errno::INVAL),
        };
        let metadata = Metadata { xattrs: place.xattrs(&mut self.xattrs)?, ..metadata(&stat) };
        let id = self.tree.add(Node { metadata, kind });
        if linked {
            self.linked.insert(inode, id);
        }
        Ok(id)
    }
}

impl Place<'_> {
    fn failed(&self, error: Errno) -> ImportError {
        ImportError::Host { path: self.path.clone(), error: error.into() }
    }

    fn xattrs(&self, reader: &mut XattrReader) -> Result<Option<Box<crate::Xattrs>>, Errno> {
        if self.path.as_os_str().len() < PATH_MAX {
            return reader.read(self.path.as_os_str());
        }
        // No call takes a directory and a name; the open directory has a short path of its own.
        let mut path = format!("/proc/self/fd/{}/", self.directory.as_raw_fd()).into_bytes();
        path.extend_from_slice(self.name);
        reader.read(&OsString::from_vec(path))
    }

    /// Ranges of the file, its holes left out.
    fn content(&self, stat: &Stat) -> Result<Extents, Errno> {
        let len = u64::try_from(stat.st_size).map_err(|_| Errno::OVERFLOW)?;
        if len == 0 {
            return Ok(Extents::hole(0));
        }
        let mtime = timestamp(stat);
        let mtime = (mtime.seconds, i64::from(mtime.nanoseconds));
        let file = Arc::new(HostFile::Named { path: self.path.clone(), len, mtime });
        // st_blocks counts 512 bytes, whatever the file system's block is (stat(2)).
        if (stat.st_blocks as u64).saturating_mul(512) >= len {
            return Ok(Extents::from_file(file, 0, len));
        }
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let open = openat(self.directory, self.name, flags, Mode::empty())?;
        let mut content = Extents::hole(len);
        for (start, end) in data_ranges(open.as_fd(), len)? {
            let source = Source::File { file: file.clone(), offset: start };
            content.put_source(start, end - start, source);
        }
        Ok(content)
    }
}

/// Starts and ends of what is no hole, in order.
fn data_ranges(file: BorrowedFd<'_>, len: u64) -> Result<Vec<(u64, u64)>, Errno> {
    let mut ranges = Vec::new();
    let mut position = 0;
    while position < len {
        let start = match seek(file, SeekFrom::Data(position)) {
            Ok(start) => start,
            // Only a hole is left.
            Err(Errno::NXIO) => break,
            // A file system that knows no holes.
            Err(Errno::INVAL | Errno::OPNOTSUPP) => return Ok(vec![(0, len)]),
            Err(error) => return Err(error),
        };
        let end = seek(file, SeekFrom::Hole(start))?.min(len);
        if start >= end {
            break;
        }
        ranges.push((start, end));
        position = end;
    }
    Ok(ranges)
}

fn metadata(stat: &Stat) -> Metadata {
    Metadata {
        mode: (stat.st_mode & 0o7777) as u16,
        uid: stat.st_uid,
        gid: stat.st_gid,
        mtime: timestamp(stat),
        xattrs: None,
    }
}

fn timestamp(stat: &Stat) -> Timestamp {
    Timestamp { seconds: stat.st_mtime, nanoseconds: stat.st_mtime_nsec as u32 }
}
