//! Trees from the host: of a directory, or of an archive that is never unpacked.
//!
//! Names, owners, modes, times, attributes and links are read into memory; contents stay where they
//! are. Those of a compressed archive are spooled once, to a file without a name.

mod acl;
mod compression;
mod container;
mod directory;
mod error;
mod layer;
mod owners;
mod tar;
mod xattrs;

pub use compression::decompressed;
pub use container::{ContainerFault, container_root};
pub use error::{ArchiveFault, EntryFault, ImportError};

use crate::extents::Extents;
use crate::host_file::HostFile;
use crate::spool::Spool;
use crate::tree::Tree;
use compression::Compression;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What decides who owns the files of an archive that states both numbers and names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Owners {
    /// The numbers.
    #[default]
    ByNumber,
    /// The names, looked up in `etc/passwd` and `etc/group` of the archive itself; the number where a
    /// name is not found there.
    ByName,
}

/// How an archive is imported.
#[derive(Clone, Debug)]
pub struct ImportOptions {
    /// What decides who owns the files.
    pub owners: Owners,
    /// A directory with room for the contents of a compressed archive.
    pub spool_directory: PathBuf,
}

impl ImportOptions {
    /// Owners by number.
    pub fn by_number(spool_directory: &Path) -> ImportOptions {
        let spool_directory = spool_directory.to_owned();
        ImportOptions { owners: Owners::ByNumber, spool_directory }
    }
}

/// The tree at the host directory `path`: its entries, the directory itself as the root. Symbolic
/// links in it are not followed, other file systems mounted in it are entered. Of the extended
/// attributes, `user.*`, `security.*`, `trusted.*` and POSIX ACLs are taken. Contents are
/// [`HostFile::Named`] ranges with the holes of the host's files left out.
///
/// # Errors
/// [`ImportError::Host`] when something cannot be read.
pub fn directory(path: &Path) -> Result<Tree, ImportError> {
    directory::import(path)
}

/// The tree in the tar archive `path`, plain or compressed with gzip, xz, zstd, bzip2 or lzip, owners
/// by number. See [`archive_with`].
///
/// # Errors
/// As [`archive_with`].
pub fn archive(path: &Path, spool_directory: &Path) -> Result<Tree, ImportError> {
    archive_with(path, &ImportOptions::by_number(spool_directory))
}

/// The tree in the tar archive `path`, whatever it is called: the first bytes tell how it is
/// compressed. Known are the formats of GNU tar, POSIX (pax and ustar) and Unix V7. A later entry of a
/// name replaces an earlier one. A leading `/` means nothing; `..` in a name is an error. A path on
/// whose way an earlier entry is a symbolic link follows it, inside the tree.
///
/// # Errors
/// [`ImportError::Archive`] with the byte when the archive is damaged, cut off or holds what a tree
/// cannot; [`ImportError::Host`] when a file cannot be read or the spool cannot be written.
pub fn archive_with(path: &Path, options: &ImportOptions) -> Result<Tree, ImportError> {
    let at = |error| ImportError::Host { path: path.to_owned(), error };
    let file = File::open(path).map_err(at)?;
    let metadata = file.metadata().map_err(at)?;
    if metadata.is_file() {
        let file = Arc::new(HostFile::Open { path: path.to_owned(), file });
        return archive_content(path, &Extents::from_file(file, 0, metadata.len()), options);
    }
    // A pipe or a device: read once, from front to back.
    let mut start = Vec::new();
    (&file).take(tar::BLOCK as u64).read_to_end(&mut start).map_err(at)?;
    let compression = Compression::of(&start);
    let whole = std::io::Cursor::new(start).chain(file);
    unpacked(path, Box::new(whole), compression, options)
}

/// As [`archive_with`], of an archive that is itself part of something: a member of a package, a
/// layer of a container image. `name` is what messages call it.
///
/// # Errors
/// As [`archive_with`].
pub fn archive_content(
    name: &Path,
    content: &Extents,
    options: &ImportOptions,
) -> Result<Tree, ImportError> {
    match compression_of(name, content)? {
        None => {
            let files = tar::import_ranges(name, content, options.owners, None)?;
            container_root(name, files, options)
        }
        compression => unpacked(name, Box::new(content.reader()), compression, options),
    }
}

/// The tree in the tar archive `content`, taken for nothing else, owners by number; contents of a
/// compressed one are appended to `spool`. For archives of which there are many: one spool is one open
/// file.
///
/// # Errors
/// As [`archive_with`].
pub fn tar_into(name: &Path, content: &Extents, spool: &mut Spool) -> Result<Tree, ImportError> {
    match compression_of(name, content)? {
        None => tar::import_ranges(name, content, Owners::ByNumber, None),
        compression => compression::unpack(Box::new(content.reader()), compression, |unpacked| {
            tar::import_stream(name, unpacked, spool, true, Owners::ByNumber, None)
        }),
    }
}

fn compression_of(name: &Path, content: &Extents) -> Result<Option<Compression>, ImportError> {
    Compression::of_content(content)
        .map_err(|error| ImportError::Host { path: name.to_owned(), error })
}

fn unpacked(
    name: &Path,
    packed: Box<dyn Read + Send + '_>,
    compression: Option<Compression>,
    options: &ImportOptions,
) -> Result<Tree, ImportError> {
    let mut spool = Spool::new(&options.spool_directory, name)?;
    let files = compression::unpack(packed, compression, |unpacked| {
        tar::import_stream(name, unpacked, &mut spool, compression.is_some(), options.owners, None)
    })?;
    container_root(name, files, options)
}
