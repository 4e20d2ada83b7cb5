//! What a tree refers to: names of items in what was written.

use super::name::{HASH_LENGTH, STORE, is_hash_letter};
use std::collections::BTreeSet;
use std::io;
use tintype_tree::{Extents, HostFile, Kind, Source, Tree};

/// Content is read in pieces of so many bytes.
const PIECE: usize = 256 << 10;

/// Which of the items `known` (sorted names) the tree refers to: in the targets of its symbolic links,
/// and in contents that build-side code wrote. Contents that come from the host as they are, a local
/// file's or a package's, are not read.
///
/// # Errors
/// When what was written cannot be read.
pub fn references(tree: &Tree, known: &BTreeSet<String>) -> io::Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    if known.is_empty() {
        return Ok(found);
    }
    tree.walk(|_, id| match &tree.node(id).kind {
        Kind::Symlink(target) => {
            scan(target, known, &mut found);
            Ok(())
        }
        Kind::Regular(content) => scan_content(content, known, &mut found),
        _ => Ok(()),
    })?;
    Ok(found)
}

fn scan_content(
    content: &Extents,
    known: &BTreeSet<String>,
    found: &mut BTreeSet<String>,
) -> io::Result<()> {
    // A reference may lie across two extents: read what is written from one hole to the next.
    let mut position = 0;
    for extent in content.iter().filter(|extent| is_written(&extent.source)) {
        // Far enough back for a hash that began in the piece before.
        position = position.max(extent.start.saturating_sub(OVERLAP));
        while position < extent.end() {
            let len = (extent.end() - position).min(PIECE as u64);
            let mut piece = vec![0; len as usize];
            content.read_at(position, &mut piece)?;
            scan(&piece, known, found);
            if position + len >= extent.end() {
                break;
            }
            position += len - OVERLAP;
        }
    }
    Ok(())
}

/// Bytes in which a reference is recognised, less one.
const OVERLAP: u64 = (STORE.len() + 1 + HASH_LENGTH) as u64;

/// Whether build-side code wrote the bytes: they are in memory or in its spool.
fn is_written(source: &Source) -> bool {
    match source {
        Source::Memory { .. } => true,
        Source::File { file, .. } => {
            matches!(&**file, HostFile::Open { path, .. } if path.starts_with(STORE))
        }
    }
}

/// Looks for `/gnu/store/HASH-` of a known item.
fn scan(bytes: &[u8], known: &BTreeSet<String>, found: &mut BTreeSet<String>) {
    let mut position = 0;
    while let Some(slash) = bytes[position..].iter().position(|byte| *byte == b'/') {
        position += slash + 1;
        let Some(hash) = bytes[position..]
            .strip_prefix(&STORE.as_bytes()[1..])
            .and_then(|rest| rest.strip_prefix(b"/"))
            .and_then(|rest| rest.get(..=HASH_LENGTH))
        else {
            continue;
        };
        let Some((b'-', letters)) = hash.split_last() else { continue };
        if !letters.iter().all(|byte| is_hash_letter(*byte)) {
            continue;
        }
        let start = String::from_utf8_lossy(hash);
        let next = known.range(start.clone().into_owned()..).next();
        if let Some(name) = next.filter(|name| name.starts_with(&*start)) {
            found.insert(name.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_item_is_found_in_text_and_in_links() {
        let name = format!("{}-tool", "7".repeat(32));
        let known = BTreeSet::from([name.clone(), format!("{}-other", "8".repeat(32))]);
        let mut found = BTreeSet::new();
        scan(format!("#!/gnu/store/{name}/bin/x\n").as_bytes(), &known, &mut found);
        assert_eq!(found, BTreeSet::from([name]));
        let mut found = BTreeSet::new();
        scan(b"/gnu/store/ /gnu/store/7777-tool //gnu/store", &known, &mut found);
        assert!(found.is_empty());
    }
}
