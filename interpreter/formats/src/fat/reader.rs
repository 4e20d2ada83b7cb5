//! Reading a FAT volume back.

mod entries;
mod layout;

use entries::{Found, Listing};
use layout::Layout;
use std::collections::BTreeSet;
use std::io;
use tintype_tree::{Extents, Kind, Metadata, Node, NodeId, Timestamp, Tree};

use super::geometry::Width;

/// What a volume says of itself, and what it holds.
#[derive(Clone, Debug)]
pub struct Volume {
    /// Which FAT.
    pub width: Width,
    /// The label in the root directory, or else that in the boot sector.
    pub label: Option<String>,
    /// Serial number.
    pub serial: u32,
    /// Bytes a cluster.
    pub cluster_len: u64,
    /// Number of clusters.
    pub clusters: u32,
    /// Its files, root's, of mode 0644 (0444 if read-only) and 0755; contents are ranges of the volume.
    pub tree: Tree,
}

/// Why a volume cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The bytes themselves cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The first sector is not that of a FAT volume.
    #[error("not a FAT volume: {0}")]
    NotFat(&'static str),
    /// Something is wrong with one of its files.
    #[error("{path}: {fault}")]
    Damaged {
        /// Which file.
        path: String,
        /// What is wrong with it.
        fault: &'static str,
    },
}

/// Reads the volume that `volume` is, all directories and no content.
///
/// # Errors
/// When it is no FAT volume, is damaged, or cannot be read.
pub fn read(volume: &Extents) -> Result<Volume, ReadError> {
    let mut layout = Layout::read(volume)?;
    let mut tree = Tree::new();
    let mut label = layout.label.take();
    let mut seen = BTreeSet::new();
    let mut pending = vec![(tree.root(), String::new(), layout.root)];
    while let Some((directory, path, start)) = pending.pop() {
        let damaged = |fault| ReadError::Damaged { path: format!("{path}/"), fault };
        if !seen.insert(start) {
            return Err(damaged("the directory is inside itself, or has two names"));
        }
        let bytes = layout.directory(volume, start).map_err(|fault| fault.at(&path))?;
        let Listing { label: named, files } = entries::list(&bytes).map_err(damaged)?;
        if start == layout.root && named.is_some() {
            label = named;
        }
        for file in files {
            let path = format!("{path}/{}", file.name);
            let id = add(&mut tree, directory, &file, &path)?;
            if file.directory {
                pending.push((id, path, file.start));
            } else {
                let content = layout.content(volume, file.start, file.len);
                tree.node_mut(id).kind = Kind::Regular(content.map_err(|fault| fault.at(&path))?);
            }
        }
    }
    let Layout { width, serial, cluster_len, clusters, .. } = layout;
    Ok(Volume { width, label, serial, cluster_len, clusters, tree })
}

/// Adds what was found to `directory`, its content still missing.
fn add(tree: &mut Tree, directory: NodeId, file: &Found, path: &str) -> Result<NodeId, ReadError> {
    let name = file.name.as_bytes();
    let unfit = matches!(name, b"" | b"." | b"..") || name.iter().any(|byte| b"/\0".contains(byte));
    if unfit || tree.entry(directory, name).is_some() {
        let fault = if unfit { "no file can have this name" } else { "two files have this name" };
        return Err(ReadError::Damaged { path: path.into(), fault });
    }
    let mut node = Node::directory();
    node.metadata = metadata(file);
    let id = tree.add(node);
    tree.link(directory, name, id);
    Ok(id)
}

fn metadata(file: &Found) -> Metadata {
    let mode = match (file.directory, file.read_only) {
        (true, _) => 0o755,
        (false, false) => 0o644,
        (false, true) => 0o444,
    };
    let mtime: Timestamp = file.mtime;
    Metadata { mode, mtime, ..Metadata::default() }
}
