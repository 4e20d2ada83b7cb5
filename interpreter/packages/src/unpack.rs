//! Packages as one tree, with dpkg's database as if dpkg had unpacked them (deb-postinst(5), dpkg(1)).
//! No script of a package runs, and nothing is unpacked on the host.

mod database;
mod overlap;

pub use database::State;

use crate::deb::{Deb, DebError};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::{io, thread};
use tintype_tree::{Kind, Metadata, Node, PathError, Spool, SpoolError, Timestamp, Tree};

/// Why packages make no tree.
#[derive(Debug, thiserror::Error)]
pub enum UnpackError {
    /// A package cannot be read.
    #[error(transparent)]
    Deb(#[from] DebError),
    /// There is no room for what is decompressed.
    #[error(transparent)]
    Spool(#[from] SpoolError),
    /// A file of a package cannot be where another one's file is.
    #[error("{package}: {error}")]
    Path {
        /// The later package.
        package: String,
        /// What is in the way.
        error: PathError,
    },
    /// Two packages have one file.
    #[error("{path} is in {first} and in {second}, and neither replaces the other")]
    Overlap {
        /// Which file.
        path: String,
        /// The package that was first.
        first: String,
        /// The other.
        second: String,
    },
    /// A list or a checksum in a package cannot be used.
    #[error("{package}: {fault}")]
    Information {
        /// Which package.
        package: String,
        /// What is wrong.
        fault: String,
    },
}

/// How packages are unpacked.
#[derive(Clone, Debug)]
pub struct Unpacking {
    /// The system's architecture, by Debian's name.
    pub architecture: String,
    /// Other architectures that dpkg knows of in the system.
    pub foreign: Vec<String>,
    /// A directory with room for all that the packages hold.
    pub spool_directory: PathBuf,
}

/// The tree of the packages in `debs`. `state` tells of each what dpkg is to know of it.
///
/// # Errors
/// When a package is damaged, two exclude each other, or there is no room.
pub fn unpack(
    debs: &[PathBuf],
    unpacking: &Unpacking,
    state: impl Fn(&Deb) -> State,
) -> Result<Tree, UnpackError> {
    let mut debs = read(debs, &unpacking.spool_directory)?;
    debs.sort_by(|left, right| order(left).cmp(&order(right)));
    overlap::settle(&mut debs)?;
    let mut tree = skeleton(&debs);
    let time = debs.iter().map(|deb| latest(&deb.files)).max().unwrap_or_default();
    let database = database::database(&debs, unpacking, time, state)?;
    for deb in debs {
        let package = deb.field("Package").unwrap_or_default().to_owned();
        tree.merge(deb.files).map_err(|error| UnpackError::Path { package, error })?;
    }
    let package = "dpkg's database".to_owned();
    tree.merge(database).map_err(|error| UnpackError::Path { package, error })?;
    Ok(tree)
}

/// What a package is merged by: by name, but the one that knows the modes of the system's directories
/// comes last.
fn order(deb: &Deb) -> (bool, &str, &str) {
    let name = deb.field("Package").unwrap_or_default();
    (name == "base-files", name, deb.field("Architecture").unwrap_or_default())
}

/// Reads packages, the largest first, on all cores.
fn read(debs: &[PathBuf], spool_directory: &Path) -> Result<Vec<Deb>, UnpackError> {
    let len = |path: &PathBuf| std::fs::metadata(path).map_or(0, |metadata| metadata.len());
    let mut largest: Vec<(u64, &PathBuf)> = debs.iter().map(|path| (len(path), path)).collect();
    largest.sort_by(|left, right| right.0.cmp(&left.0).then_with(|| left.1.cmp(right.1)));
    let next = AtomicUsize::new(0);
    let made = Mutex::new(Vec::with_capacity(debs.len()));
    let work = || -> Result<(), UnpackError> {
        let mut spool = Spool::new(spool_directory, Path::new("what packages hold"))?;
        while let Some((_, path)) = largest.get(next.fetch_add(1, Ordering::Relaxed)) {
            let deb = Deb::read(path, &mut spool).inspect_err(|_| {
                next.store(largest.len(), Ordering::Relaxed);
            })?;
            made.lock().unwrap_or_else(PoisonError::into_inner).push(deb);
        }
        Ok(spool.flush()?)
    };
    let threads = thread::available_parallelism().map_or(1, usize::from).min(debs.len());
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| {
            worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    })?;
    Ok(made.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// Directories of the root that are links into `usr` (Debian's merged /usr).
const MERGED: [&str; 7] = ["bin", "sbin", "lib", "lib32", "lib64", "libo32", "libx32"];

/// A root whose `bin`, `sbin`, `lib` and further library directories of the packages lead into `usr`.
fn skeleton(debs: &[Deb]) -> Tree {
    let mut tree = Tree::new();
    let usr = tree.add(Node::directory());
    let root = tree.root();
    tree.link(root, b"usr", usr);
    for name in MERGED {
        let used = |deb: &Deb| deb.files.lookup(name.as_bytes()).is_some();
        if !matches!(name, "bin" | "sbin" | "lib") && !debs.iter().any(used) {
            continue;
        }
        let directory = tree.add(Node::directory());
        tree.link(usr, name.as_bytes(), directory);
        let metadata = Metadata { mode: 0o777, ..Metadata::default() };
        let target = format!("usr/{name}").into_bytes().into_boxed_slice();
        let link = tree.add(Node { metadata, kind: Kind::Symlink(target) });
        tree.link(root, name.as_bytes(), link);
    }
    tree
}

/// The path of a file with merged /usr.
fn merged(path: &[u8]) -> Vec<u8> {
    let first = path.split(|byte| *byte == b'/').next().unwrap_or_default();
    match MERGED.iter().any(|name| name.as_bytes() == first) {
        true => [b"usr/", path].concat(),
        false => path.to_vec(),
    }
}

/// The time of the youngest file.
fn latest(tree: &Tree) -> Timestamp {
    tree.nodes().map(|(_, node)| node.metadata.mtime).max().unwrap_or_default()
}

impl UnpackError {
    fn information(deb: &Deb, fault: impl ToString) -> UnpackError {
        let package = deb.field("Package").unwrap_or_default().to_owned();
        UnpackError::Information { package, fault: fault.to_string() }
    }

    fn unreadable(deb: &Deb, error: io::Error) -> UnpackError {
        UnpackError::information(deb, error)
    }
}
