//! Where entries belong in the tree.

use super::bytes::ArchiveReader;
use super::entry::{Body, Entry};
use super::whiteout::{self, Whiteout};
use crate::import::acl;
use crate::import::owners::Accounts;
use crate::import::{EntryFault, ImportError, Owners};
use crate::node::{Kind, Node};
use crate::tree::{NodeId, Tree, components, shown};
use std::collections::BTreeMap;

/// A directory and a name in it.
type Place = (NodeId, Box<[u8]>);

/// A tree in the making.
pub(super) struct Placement {
    owners: Owners,
    tree: Tree,
    /// Hard links to names that no entry had yet.
    links_ahead: BTreeMap<Place, LinkAhead>,
    /// Names of owners and groups, each once.
    names: Vec<Box<[u8]>>,
    name_numbers: BTreeMap<Box<[u8]>, u32>,
    /// Owner and group of a node as places in `names`.
    owned: Vec<(NodeId, u32, u32)>,
    acls: Vec<AclAhead>,
    /// Entries of a layer, which wait until its whiteouts have been heeded.
    layer: Option<Vec<Entry>>,
}

struct LinkAhead {
    offset: u64,
    name: Vec<u8>,
    target: Vec<u8>,
}

struct AclAhead {
    offset: u64,
    name: Vec<u8>,
    node: NodeId,
    attribute: &'static str,
    text: Box<[u8]>,
}

impl Placement {
    /// A tree of its own, or a layer over `below`.
    pub(super) fn new(owners: Owners, below: Option<Tree>) -> Placement {
        Placement {
            owners,
            layer: below.is_some().then(Vec::new),
            tree: below.unwrap_or_default(),
            links_ahead: BTreeMap::new(),
            names: Vec::new(),
            name_numbers: BTreeMap::new(),
            owned: Vec::new(),
            acls: Vec::new(),
        }
    }

    /// Puts one entry into the tree. A whiteout takes something out of it, and other entries of a layer
    /// wait: what is in the same layer is not taken out.
    pub(super) fn place(&mut self, entry: Entry) -> Result<(), EntryFault> {
        if self.layer.is_none() {
            return self.place_now(entry);
        }
        let path = inside(&entry.name)?;
        match whiteout::of(&path) {
            Some(whiteout) => self.take_out(&path, whiteout),
            None => self.layer.as_mut().expect("a layer").push(entry),
        }
        Ok(())
    }

    /// Heeds a whiteout: nothing is to be done where nothing is.
    fn take_out(&mut self, path: &[&[u8]], whiteout: Whiteout<'_>) {
        let directory = path.split_last().map_or(Vec::new(), |(_, parents)| parents.join(&b'/'));
        let Some(directory) = self.tree.resolve(&directory) else { return };
        if let Kind::Directory(entries) = &mut self.tree.node_mut(directory).kind {
            match whiteout {
                Whiteout::Entry(name) => drop(entries.remove(name)),
                Whiteout::Everything => entries.clear(),
                Whiteout::Nothing => {}
            }
        }
    }

    fn place_now(&mut self, entry: Entry) -> Result<(), EntryFault> {
        let path = inside(&entry.name)?;
        let node = match entry.body {
            Body::HardLink(target) => {
                return self.place_link(entry.offset, &entry.name, &path, &target);
            }
            Body::File(kind) => Node { metadata: entry.metadata, kind },
        };
        if let Kind::Symlink(target) = &node.kind {
            if target.is_empty() {
                return Err(EntryFault::NoTarget);
            }
            if target.contains(&0) {
                return Err(EntryFault::NulByte);
            }
        }
        let id = self.place_node(&path, node)?;
        if self.owners == Owners::ByName && !(entry.uname.is_empty() && entry.gname.is_empty()) {
            let (uname, gname) = (self.number(entry.uname), self.number(entry.gname));
            self.owned.push((id, uname, gname));
        }
        for (attribute, text) in entry.acls {
            let (offset, name) = (entry.offset, entry.name.clone());
            self.acls.push(AclAhead { offset, name, node: id, attribute, text });
        }
        Ok(())
    }

    /// Makes the links to later entries, gives files their owners by name, and hands out the tree.
    pub(super) fn finish(mut self, archive: &ArchiveReader<'_>) -> Result<Tree, ImportError> {
        let waiting = self.layer.as_mut().map(std::mem::take).unwrap_or_default();
        for entry in waiting {
            let (offset, name) = (entry.offset, entry.shown_name());
            self.place_now(entry).map_err(|fault| archive.entry_fault(offset, name, fault))?;
        }
        self.finish_links()
            .map_err(|(link, fault)| archive.entry_fault(link.offset, shown(&link.name), fault))?;
        if self.owned.is_empty() && self.acls.is_empty() {
            return Ok(self.tree);
        }
        let users = Accounts::read(&self.tree, b"etc/passwd")?;
        let groups = Accounts::read(&self.tree, b"etc/group")?;
        for (id, uname, gname) in &self.owned {
            let metadata = &mut self.tree.node_mut(*id).metadata;
            metadata.uid = users.id(&self.names[*uname as usize]).unwrap_or(metadata.uid);
            metadata.gid = groups.id(&self.names[*gname as usize]).unwrap_or(metadata.gid);
        }
        for ahead in self.acls {
            let list = acl::parse(&ahead.text, &users, &groups).map_err(|fault| {
                archive.entry_fault(ahead.offset, shown(&ahead.name), EntryFault::Acl(fault))
            })?;
            let metadata = &mut self.tree.node_mut(ahead.node).metadata;
            // bsdtar writes the owning group's permissions into the mode, not the mask.
            if ahead.attribute == acl::ACCESS {
                metadata.mode = metadata.mode & !0o777 | list.permissions;
            }
            if let Some(attribute) = list.attribute {
                let xattrs = metadata.xattrs.get_or_insert_default();
                xattrs.entry(ahead.attribute.as_bytes().into()).or_insert(attribute.into());
            }
        }
        Ok(self.tree)
    }

    /// The directory and the name that `path` means; `None` for the root.
    fn place_of(&mut self, path: &[&[u8]]) -> Result<Option<Place>, EntryFault> {
        let Some((last, parents)) = path.split_last() else {
            return Ok(None);
        };
        let parent = self
            .tree
            .make_directories_resolved(&parents.join(&b'/'))
            .map_err(|_| EntryFault::NotADirectory)?;
        Ok(Some((parent, (*last).into())))
    }

    fn place_node(&mut self, path: &[&[u8]], node: Node) -> Result<NodeId, EntryFault> {
        let Some((parent, name)) = self.place_of(path)? else {
            if !node.is_directory() {
                return Err(EntryFault::RootKind);
            }
            let root = self.tree.root();
            self.tree.node_mut(root).metadata = node.metadata;
            return Ok(root);
        };
        if let Some(met) = self.tree.entry(parent, &name)
            && let Kind::Directory(entries) = &self.tree.node(met).kind
        {
            if node.is_directory() {
                self.tree.node_mut(met).metadata = node.metadata;
                return Ok(met);
            }
            // A layer replaces what is below it, whatever it is.
            if !entries.is_empty() && self.layer.is_none() {
                return Err(EntryFault::ReplacesDirectory(node.kind.name()));
            }
        }
        let id = self.tree.add(node);
        self.tree.link(parent, &name, id);
        self.links_ahead.remove(&(parent, name));
        Ok(id)
    }

    fn place_link(
        &mut self,
        offset: u64,
        name: &[u8],
        path: &[&[u8]],
        target: &[u8],
    ) -> Result<(), EntryFault> {
        let place = self.place_of(path)?.ok_or(EntryFault::RootKind)?;
        let met = self.tree.entry(place.0, &place.1);
        if let Some(met) = met
            && let Kind::Directory(entries) = &self.tree.node(met).kind
            && !entries.is_empty()
            && self.layer.is_none()
        {
            return Err(EntryFault::ReplacesDirectory("hard link"));
        }
        let target_path = inside(target)?;
        match self.find(&target_path).1 {
            Some(id) if self.tree.node(id).is_directory() => {
                Err(EntryFault::LinkToDirectory(shown(target)))
            }
            Some(id) => {
                self.tree.link(place.0, &place.1, id);
                self.links_ahead.remove(&place);
                Ok(())
            }
            None => {
                let ahead = LinkAhead { offset, name: name.to_vec(), target: target.to_vec() };
                self.links_ahead.insert(place, ahead);
                Ok(())
            }
        }
    }

    /// The place that `path` means, and the node there, a last symbolic link not followed.
    fn find(&self, path: &[&[u8]]) -> (Option<Place>, Option<NodeId>) {
        let Some((last, parents)) = path.split_last() else {
            return (None, Some(self.tree.root()));
        };
        let Some(parent) = self.tree.resolve(&parents.join(&b'/')) else {
            return (None, None);
        };
        (Some((parent, (*last).into())), self.tree.entry(parent, last))
    }

    fn finish_links(&mut self) -> Result<(), (LinkAhead, EntryFault)> {
        let mut waiting: BTreeMap<Place, Vec<(Place, LinkAhead)>> = BTreeMap::new();
        let mut ready = Vec::new();
        for (place, link) in std::mem::take(&mut self.links_ahead) {
            let missing = EntryFault::LinkMissing(shown(&link.target));
            match inside(&link.target).map(|path| self.find(&path)) {
                Ok((_, Some(id))) => ready.push((place, link, id)),
                Ok((Some(target), None)) => waiting.entry(target).or_default().push((place, link)),
                Ok((None, None)) => return Err((link, missing)),
                Err(fault) => return Err((link, fault)),
            }
        }
        while let Some((place, link, id)) = ready.pop() {
            if self.tree.node(id).is_directory() {
                let fault = EntryFault::LinkToDirectory(shown(&link.target));
                return Err((link, fault));
            }
            self.tree.link(place.0, &place.1, id);
            let next = waiting.remove(&place).unwrap_or_default();
            ready.extend(next.into_iter().map(|(place, link)| (place, link, id)));
        }
        match waiting.pop_first().and_then(|(_, mut links)| links.pop()) {
            Some((_, link)) => {
                let fault = EntryFault::LinkMissing(shown(&link.target));
                Err((link, fault))
            }
            None => Ok(()),
        }
    }

    fn number(&mut self, name: Box<[u8]>) -> u32 {
        let next = self.names.len() as u32;
        *self.name_numbers.entry(name).or_insert_with_key(|name| {
            self.names.push(name.clone());
            next
        })
    }
}

/// The parts of a name in an archive, as a path from the root of the tree. A leading `/` and `.` mean
/// nothing, as for GNU tar.
fn inside(name: &[u8]) -> Result<Vec<&[u8]>, EntryFault> {
    if name.is_empty() {
        return Err(EntryFault::NoName);
    }
    let path: Vec<&[u8]> = components(name).collect();
    if path.contains(&&b".."[..]) {
        return Err(EntryFault::Escapes);
    }
    if name.contains(&0) {
        return Err(EntryFault::NulByte);
    }
    Ok(path)
}
