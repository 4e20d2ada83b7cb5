//! Making items, kind by kind.

use super::{Item, STORE, Store, item_metadata, output_name};
use crate::computation::{Computation, Task};
use crate::error::{Failure, Problem};
use crate::plan::{Code, FileLike, PartitionPlan};
use crate::realise::{Surroundings, found_tree, local_tree, merge};
use std::collections::BTreeSet;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use tintype_tree::{Extents, HostFile, Kind, Node, NodeId, Tree};

impl Store<'_> {
    /// The trees of an object's outputs, the one called `name` among them. `inputs` are the items that
    /// it is made from.
    pub(super) fn make(
        &mut self,
        object: &FileLike,
        name: &str,
        inputs: &[Rc<Item>],
    ) -> Result<Vec<Tree>, Failure> {
        let at = |problem: Problem| problem.at(&object.place());
        Ok(match object {
            FileLike::LocalFile { path, recursive, selected, place, .. } => {
                let local = self.local(path, *recursive, selected, place)?;
                let mut item = Tree::new();
                let root = item.root();
                let top = item.graft(root, name.as_bytes(), &local.tree, local.top);
                freeze(&mut item, top);
                vec![item]
            }
            FileLike::PlainFile { content, .. } => vec![file(name, content.clone())],
            FileLike::MixedTextFile { parts, .. } => vec![file(name, self.text(parts)?)],
            FileLike::Symlink { target, .. } => {
                let target = self.text(std::slice::from_ref(target))?;
                vec![with_entry(name, 0o777, Kind::Symlink(target.into_bytes().into()))]
            }
            FileLike::Package { name: package, version } => {
                if let Some(installed) = self.installed(package) {
                    return Ok(vec![installed.item(package, name)]);
                }
                let sources = self.surroundings.packages;
                let Some(found) = sources.find(package, version) else {
                    self.miss(package);
                    return Ok(Vec::new());
                };
                let tree = found_tree(&found, self.surroundings.spool_directory).map_err(at)?;
                vec![package_item(name, &tree)]
            }
            FileLike::FileUnion { files, .. } => vec![self.file_union(name, files)?],
            FileLike::DirectoryUnion { things, .. } => vec![self.directory_union(name, things)?],
            FileLike::ComputedFile { name: own, code, .. } => {
                let identity = self.identity(object)?;
                let shown = object.shown();
                let mut outputs = code.outputs.clone();
                if !outputs.iter().any(|output| output == "out") {
                    outputs.insert(0, "out".to_owned());
                }
                outputs.sort_by_key(|output| (output != "out", output.clone()));
                let outputs: Vec<(String, String)> = outputs
                    .into_iter()
                    .map(|output| {
                        let path = format!("{STORE}/{}", output_name(&identity, own, &output));
                        (output, path)
                    })
                    .collect();
                self.run(&shown, code, inputs, Task::Outputs(&outputs))?
            }
            FileLike::FileAppend { .. } | FileLike::Other { .. } => {
                return Err(at(Problem::CannotBeMade(object.shown())));
            }
        })
    }

    fn run(
        &mut self,
        shown: &str,
        code: &Code,
        items: &[Rc<Item>],
        task: Task,
    ) -> Result<Vec<Tree>, Failure> {
        let inputs: Result<Vec<String>, Failure> =
            code.inputs.iter().map(|input| self.path(input)).collect();
        let computation = Computation {
            shown,
            code,
            inputs: &inputs?,
            items,
            task,
            spool_directory: self.surroundings.spool_directory,
        };
        self.surroundings.builder.run(&computation).map_err(|failed| {
            let place = failed.place.or_else(|| code.place());
            Problem::Code { shown: shown.to_owned(), error: failed.error }.at(&place)
        })
    }

    fn file_union(&mut self, name: &str, files: &[(String, FileLike)]) -> Result<Tree, Failure> {
        let mut union = Tree::new();
        let root = union.root();
        union.node_mut(root).metadata = item_metadata(0o755);
        for (path, object) in files {
            let at = |problem: Problem| problem.at(&object.place());
            let Some((item, found)) = self.found(object)? else { continue };
            let (parent, file_name) = path.rsplit_once('/').unwrap_or(("", path));
            let parent = union.make_directories(parent.as_bytes()).map_err(|e| at(e.into()))?;
            let taken = union.entry(parent, file_name.as_bytes()).is_some();
            if taken || matches!(file_name, "" | "." | "..") || file_name.contains('\0') {
                return Err(at(Problem::UnionName(path.clone())));
            }
            union.graft(parent, file_name.as_bytes(), &item.tree, found);
        }
        Ok(as_entry(name, &union))
    }

    fn directory_union(&mut self, name: &str, things: &[FileLike]) -> Result<Tree, Failure> {
        let mut union: Option<Tree> = None;
        for thing in things {
            let Some((item, found)) = self.found(thing)? else { continue };
            if !item.tree.node(found).is_directory() {
                return Err(Problem::NotADirectory(thing.shown()).at(&thing.place()));
            }
            merge(&mut union, item.tree.part(found, b""), thing)?;
        }
        Ok(as_entry(name, &union.unwrap_or_default()))
    }

    /// A file of a package that is part of the root, as an item of its own, if `path` is one.
    fn in_root(&self, path: &str) -> Option<(Rc<Item>, NodeId)> {
        const NAME: &str = "file";
        let installed = self.installed.as_ref().filter(|_| !path.starts_with(STORE))?;
        let tree = installed.tree.part(installed.tree.resolve(path.as_bytes())?, NAME.as_bytes());
        let id = tree.lookup(NAME.as_bytes())?;
        Some((Rc::new(Item::new(NAME.to_owned(), tree, BTreeSet::new())), id))
    }

    /// The item that the path of an object leads to, and where in its tree; none if a package is
    /// missing.
    pub(crate) fn found(
        &mut self,
        object: &FileLike,
    ) -> Result<Option<(Rc<Item>, NodeId)>, Failure> {
        let path = self.path(object)?;
        if let Some(found) = self.in_root(&path) {
            return Ok(Some(found));
        }
        let Some(item) = self.item(object)? else { return Ok(None) };
        let below = path.strip_prefix(STORE).unwrap_or(&path);
        match item.tree.resolve(below.as_bytes()) {
            Some(found) => Ok(Some((item, found))),
            None => {
                let shown = object.shown();
                Err(Problem::NotInItem { path, shown }.at(&object.place()))
            }
        }
    }

    /// The tree that an initializer leaves in its directory; none if a package is missing.
    ///
    /// # Errors
    /// When the code fails.
    pub fn partition(
        &mut self,
        code: &Code,
        partition: &PartitionPlan,
        trees: &[(&'static str, &Tree)],
    ) -> Result<Option<Tree>, Failure> {
        let objects: Vec<&FileLike> = code.inputs.iter().collect();
        let Some(items) = self.inputs(&objects)? else { return Ok(None) };
        let shown = format!("initializer of partition {:?}", partition.label);
        let mut made = self.run(&shown, code, &items, Task::Directory { trees })?;
        Ok(made.pop())
    }
}

/// The tree of a host's file or directory and what in it is meant, root's.
pub(super) fn local(
    path: &Path,
    recursive: bool,
    selected: Option<&[String]>,
    surroundings: &Surroundings,
) -> Result<(Tree, NodeId), Problem> {
    let Ok(metadata) = path.metadata() else {
        return Err(Problem::Missing(path.to_owned()));
    };
    if metadata.is_dir() {
        let mut tree = local_tree(path, recursive, surroundings.spool_directory)?;
        select(&mut tree, selected);
        let root = tree.root();
        return Ok((tree, root));
    }
    let file = HostFile::Named {
        path: path.to_owned(),
        len: metadata.len(),
        mtime: (metadata.mtime(), metadata.mtime_nsec()),
    };
    let content = Extents::from_file(Arc::new(file), 0, metadata.len());
    let executable = recursive && metadata.mode() & 0o100 != 0;
    let mode = if executable { 0o555 } else { 0o444 };
    let tree = with_entry("file", mode, Kind::Regular(content));
    let top = tree.entry(tree.root(), b"file").unwrap_or(tree.root());
    Ok((tree, top))
}

/// Leaves only the paths `selected` in a tree.
pub(crate) fn select(tree: &mut Tree, selected: Option<&[String]>) {
    let Some(selected) = selected else { return };
    let selected: BTreeSet<&[u8]> = selected.iter().map(String::as_bytes).collect();
    let mut ahead = vec![(tree.root(), Vec::new())];
    while let Some((directory, path)) = ahead.pop() {
        let entries: Vec<(Vec<u8>, NodeId)> =
            tree.entries(directory).map(|(name, id)| (name.to_owned(), id)).collect();
        for (name, child) in entries {
            let slash: &[u8] = if path.is_empty() { b"" } else { b"/" };
            let below = [&path[..], slash, &name].concat();
            if !selected.contains(&below[..]) {
                tree.unlink(directory, &name);
            } else if tree.node(child).is_directory() {
                ahead.push((child, below));
            }
        }
    }
}

/// A tree whose one entry is a regular file.
fn file(name: &str, content: impl Into<Vec<u8>>) -> Tree {
    with_entry(name, 0o444, Kind::Regular(Extents::from_bytes(content.into())))
}

pub(super) fn with_entry(name: &str, mode: u16, kind: Kind) -> Tree {
    let mut tree = Tree::new();
    let root = tree.root();
    let id = tree.add(Node { metadata: item_metadata(mode), kind });
    tree.link(root, name.as_bytes(), id);
    tree
}

/// A tree whose one entry is another tree.
pub(super) fn as_entry(name: &str, tree: &Tree) -> Tree {
    let mut item = Tree::new();
    let root = item.root();
    item.graft(root, name.as_bytes(), tree, tree.root());
    item
}

/// The item of a package. What distributions keep below `usr` is found without it too, as a package
/// of Guix's has it.
fn package_item(name: &str, package: &Tree) -> Tree {
    let mut item = as_entry(name, package);
    let Some(top) = item.lookup(name.as_bytes()) else { return item };
    let below: Vec<Vec<u8>> = match item.entry(top, b"usr") {
        Some(usr) => item.entries(usr).map(|(name, _)| name.to_owned()).collect(),
        None => Vec::new(),
    };
    for entry in below.iter().filter(|entry| item.entry(top, entry).is_none()).collect::<Vec<_>>() {
        let target = [b"usr/", &entry[..]].concat();
        let kind = Kind::Symlink(target.into());
        let link = item.add(Node { metadata: item_metadata(0o777), kind });
        item.link(top, entry, link);
    }
    item
}

/// Makes what is below `top` read-only and root's, as Guix's store has it.
pub(super) fn freeze(tree: &mut Tree, top: NodeId) {
    let mut ahead = vec![top];
    while let Some(id) = ahead.pop() {
        ahead.extend(tree.entries(id).map(|(_, child)| child).collect::<Vec<_>>());
        let mode = match tree.node(id).kind {
            Kind::Symlink(_) => 0o777,
            Kind::Directory(_) => 0o555,
            _ if tree.node(id).metadata.mode & 0o100 != 0 => 0o555,
            _ => 0o444,
        };
        tree.node_mut(id).metadata = item_metadata(mode);
    }
}
