//! Two trees in memory, compared.

use std::collections::BTreeMap;
use tintype_formats::ext::Options;
use tintype_tree::{Extents, Kind, Metadata, NodeId, Tree};

/// `found` is `wanted` in all that a file system of `options` keeps; only `lost+found` may be added.
#[track_caller]
pub fn same_trees(wanted: &Tree, found: &Tree, options: &Options) {
    let mut partner: BTreeMap<NodeId, NodeId> = BTreeMap::new();
    let mut names = 0;
    let walked: Result<(), String> = wanted.walk(|path, id| {
        names += 1;
        let shown = String::from_utf8_lossy(path);
        let there = found.lookup(path).ok_or_else(|| format!("{shown}: is not there"))?;
        match partner.insert(there, id) {
            // A second name of the same file: looked at already.
            Some(before) if before == id => return Ok(()),
            Some(_) => {
                return Err(format!("{shown}: shares an inode with a file it is no link of"));
            }
            None => {}
        }
        let metadata = kept(&wanted.node(id).metadata, options, path.is_empty());
        if found.node(there).metadata != metadata {
            let found = &found.node(there).metadata;
            return Err(format!("{shown}: {found:?} is not {metadata:?}"));
        }
        same_kinds(&wanted.node(id).kind, &found.node(there).kind, options)
            .map_err(|fault| format!("{shown}: {fault}"))
    });
    walked.unwrap_or_else(|fault| panic!("{fault}"));
    let mut others = 0;
    let _: Result<(), ()> = found.walk(|_, _| {
        others += 1;
        Ok(())
    });
    let added = usize::from(wanted.lookup(b"lost+found").is_none());
    assert_eq!(others, names + added, "names that are in neither");
}

/// What of a file's metadata the options let it keep.
fn kept(metadata: &Metadata, options: &Options, is_root: bool) -> Metadata {
    let mut metadata = metadata.clone();
    if let (true, Some((uid, gid))) = (is_root, options.root_owner) {
        (metadata.uid, metadata.gid) = (uid, gid);
    }
    if options.inode_size == Some(128) {
        metadata.mtime.nanoseconds = 0;
    }
    metadata.xattrs = metadata.xattrs.filter(|xattrs| !xattrs.is_empty());
    metadata
}

fn same_kinds(wanted: &Kind, found: &Kind, options: &Options) -> Result<(), String> {
    let equal = match (wanted, found) {
        (Kind::Directory(_), Kind::Directory(_)) => true,
        (Kind::Regular(wanted), Kind::Regular(found)) => {
            return same_contents(wanted, found, options);
        }
        (Kind::Symlink(wanted), Kind::Symlink(found)) => wanted == found,
        (Kind::CharDevice(wanted), Kind::CharDevice(found))
        | (Kind::BlockDevice(wanted), Kind::BlockDevice(found)) => wanted == found,
        (Kind::Fifo, Kind::Fifo) | (Kind::Socket, Kind::Socket) => true,
        _ => false,
    };
    if equal { Ok(()) } else { Err(format!("a {} that differs", found.name())) }
}

/// Every byte that is stored on either side is equal, and holes are no larger than they were.
fn same_contents(wanted: &Extents, found: &Extents, options: &Options) -> Result<(), String> {
    if wanted.len() != found.len() {
        return Err(format!("has {} bytes, not {}", found.len(), wanted.len()));
    }
    let block = u64::from(options.block_size.unwrap_or(4096));
    let pieces = wanted.iter().count() as u64;
    if found.stored_len() > wanted.stored_len() + 2 * block * pieces {
        return Err("its holes are filled".into());
    }
    let (mut left, mut right) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    for extent in wanted.iter().chain(found.iter()) {
        let mut at = extent.start;
        while at < extent.end() {
            let len = (extent.end() - at).min(1 << 16) as usize;
            wanted.read_at(at, &mut left[..len]).map_err(|error| error.to_string())?;
            found.read_at(at, &mut right[..len]).map_err(|error| error.to_string())?;
            if left[..len] != right[..len] {
                return Err(format!("differs within {at}+{len}"));
            }
            at += len as u64;
        }
    }
    Ok(())
}
