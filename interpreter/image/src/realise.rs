//! From the file-like objects of a plan to trees.

use crate::bootloader::{self, Boot};
use crate::computation::Builder;
use crate::debian;
use crate::error::{Failure, Problem};
use crate::plan::{Code, DebianPlan, DiskPlan, FileLike, PartitionContent, RootPlan};
use crate::store::{Item, Store, link_profile, place_items, select};
use std::collections::BTreeSet;
use std::path::Path;
use std::rc::Rc;
use tintype_boot::modules;
use tintype_formats::container::Owner;
use tintype_packages::{Found, PackageSources};
use tintype_tree::{Tree, import};

/// What realising needs from outside the plan.
#[derive(Debug)]
pub struct Surroundings<'a> {
    /// Where packages are looked up by name.
    pub packages: &'a PackageSources,
    /// Who runs build-side code.
    pub builder: &'a dyn Builder,
    /// A directory with room for the unpacked bytes of compressed archives.
    pub spool_directory: &'a Path,
}

/// The trees of a disk's partitions, in order; `None` where a partition is not formatted.
#[derive(Debug)]
pub struct Realised {
    /// One a partition.
    pub trees: Vec<Option<Tree>>,
    /// What starts the disk.
    pub boot: Boot,
    /// Bytes that the first start of the system will write to its root.
    pub room: u64,
    /// What a person should know about them.
    pub notes: Vec<String>,
}

/// Finds or makes the tree of every partition.
///
/// # Errors
/// When something that the plan names is not there or cannot be made.
pub fn realise(plan: &DiskPlan, surroundings: &Surroundings) -> Result<Realised, Failure> {
    let mut store = Store::new(surroundings);
    let mut notes = Vec::new();
    let mut root = match plan.partitions.iter().any(|partition| needs_root(&partition.content)) {
        true => Some(root_tree(&plan.root, &mut store, None, &mut notes)?),
        false => None,
    };
    let boot = match &mut root {
        Some(root) => {
            let boot = bootloader::install(plan, root, &mut store, &mut notes)?;
            let finished = store.finish(&plan.root, root, &mut notes);
            finished.map_err(|problem| problem.at(&plan.place))?;
            boot
        }
        None => Boot::default(),
    };
    let mut trees = Vec::new();
    for partition in &plan.partitions {
        let tree = match &partition.content {
            _ if matches!(&*partition.file_system, "unformatted" | "swap") => None,
            PartitionContent::Root => root.clone(),
            PartitionContent::Efi { ia32 } => {
                let platform = bootloader::efi_platform(&plan.system, *ia32)
                    .map_err(|problem| problem.at(&partition.place))?;
                Some(boot.system_partition(platform))
            }
            PartitionContent::Empty => Some(Tree::new()),
            PartitionContent::Code(code) => {
                let given = given_trees(code, root.as_ref(), &boot, &plan.system)
                    .map_err(|problem| problem.at(&partition.place))?;
                let given: Vec<_> = given.iter().map(|(name, tree)| (*name, tree)).collect();
                store.partition(code, partition, &given)?
            }
        };
        trees.push(tree);
    }
    match store.missing() {
        missing if missing.is_empty() => Ok(Realised { trees, boot, room: store.room(), notes }),
        missing => Err(Problem::Packages(missing).at(&None)),
    }
}

/// Procedures of the standard library that put a tree into an initializer's directory.
const GIVEN: [&str; 3] =
    ["initialize-root-partition", "initialize-efi-partition", "initialize-efi32-partition"];

fn needs_root(content: &PartitionContent) -> bool {
    match content {
        PartitionContent::Root | PartitionContent::Efi { .. } => true,
        PartitionContent::Code(code) => GIVEN.iter().any(|name| code.mentions(name)),
        PartitionContent::Empty => false,
    }
}

/// The trees that the procedures of [`GIVEN`] put there, of those that the code may call.
fn given_trees(
    code: &Code,
    root: Option<&Tree>,
    boot: &Boot,
    system: &str,
) -> Result<Vec<(&'static str, Tree)>, Problem> {
    let mut given = Vec::new();
    for name in GIVEN.into_iter().filter(|name| code.mentions(name)) {
        let tree = match name {
            "initialize-root-partition" => root.cloned().unwrap_or_default(),
            _ => {
                let ia32 = name == "initialize-efi32-partition";
                boot.system_partition(bootloader::efi_platform(system, ia32)?)
            }
        };
        given.push((name, tree));
    }
    Ok(given)
}

/// The system of Debian's packages, if some have to come from there; over it the union of the packages'
/// trees, later ones over earlier ones, the items that they refer to, the profile of packages that are items
/// themselves, and the indexes of kernels' modules that have none. `owners`, where they matter, are told which
/// nodes are whose: those after them are the items that the packages refer to.
///
/// # Errors
/// When something that the plan names is not there or cannot be made.
pub(crate) fn root_tree(
    plan: &RootPlan,
    store: &mut Store,
    mut owners: Option<&mut Vec<Owner>>,
    notes: &mut Vec<String>,
) -> Result<Tree, Failure> {
    let sources = store.surroundings().packages;
    let mut union: Option<Tree> = None;
    let mut references = BTreeSet::new();
    if let Some(debian) = debian_plan(plan, sources) {
        let tree = debian::root(debian, &plan.system, store, notes)?;
        let directories = owners.as_ref().map(|_| Owner::directories_of(&tree));
        if let (Some(owners), Some(directories)) = (owners.as_mut(), directories) {
            let name = "Debian".to_owned();
            owners.push(Owner { name, nodes_end: tree.node_count(), directories });
        }
        union = Some(tree);
    }
    let is_there = |object: &&FileLike| union.is_some() && is_from_debian(object, sources);
    let others: Vec<&FileLike> = plan.packages.iter().filter(|object| !is_there(object)).collect();
    let mut profile = Vec::new();
    for object in others {
        if let Some(item) = host_item(object, store, notes)? {
            profile.push(item.name.clone());
            continue;
        }
        let Some(tree) = tree_of(object, store, &mut references)? else { continue };
        let directories = owners.as_ref().map(|_| Owner::directories_of(&tree));
        merge(&mut union, tree, object)?;
        if let (Some(owners), Some(directories)) = (owners.as_mut(), directories) {
            let nodes_end = union.as_ref().map_or(0, Tree::node_count);
            owners.push(Owner { name: object.shown(), nodes_end, directories });
        }
    }
    if !store.missing().is_empty() {
        return Err(Problem::Packages(store.missing()).at(&None));
    }
    let mut union = union.unwrap_or_default();
    references.extend(profile.iter().cloned());
    place_items(&mut union, &store.closure(references)).map_err(|problem| problem.at(&None))?;
    if !profile.is_empty() {
        let collisions = link_profile(&mut union, &profile, store);
        notes.extend(told(&collisions.map_err(|problem| problem.at(&None))?));
    }
    modules::complete(&mut union).map_err(|error| Problem::from(error).at(&None))?;
    Ok(union)
}

/// The system of Debian's packages that `plan` is of, if some of its packages have to come from there.
pub(crate) fn debian_plan<'p>(
    plan: &'p RootPlan,
    sources: &PackageSources,
) -> Option<&'p DebianPlan> {
    let needs = plan.packages.iter().any(|object| is_from_debian(object, sources));
    plan.debian.as_deref().filter(|_| needs && sources.has_debian())
}

/// Whether `object` is a package that no source of trees has.
fn is_from_debian(object: &FileLike, sources: &PackageSources) -> bool {
    match object {
        FileLike::Package { name, version } => sources.find(name, version).is_none(),
        _ => false,
    }
}

/// The item of a store of the host's that `object` is, if it is a package that comes from one.
fn host_item(
    object: &FileLike,
    store: &mut Store,
    notes: &mut Vec<String>,
) -> Result<Option<Rc<Item>>, Failure> {
    let FileLike::Package { name, version } = object else { return Ok(None) };
    let Some((_, item)) = store.in_host_store(name, version) else { return Ok(None) };
    if !item.ends_with(&format!("-{name}-{version}")) {
        notes.push(format!("{name}: the store has no {version}; it is {item}"));
    }
    store.item(object)
}

/// A note about files that are not in the profile, since others have their names.
fn told(collisions: &[String]) -> Option<String> {
    const SHOWN: usize = 3;
    if collisions.is_empty() {
        return None;
    }
    let shown = collisions.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    let more = if collisions.len() > SHOWN { " and others" } else { "" };
    Some(format!(
        "not in the profile, where earlier packages have files of these names: {shown}{more}"
    ))
}

/// Merges the tree of `object` into what is there.
pub(crate) fn merge(
    union: &mut Option<Tree>,
    tree: Tree,
    object: &FileLike,
) -> Result<(), Failure> {
    match union {
        None => *union = Some(tree),
        Some(union) => {
            union.merge(tree).map_err(|error| Problem::from(error).at(&object.place()))?;
        }
    }
    Ok(())
}

/// The tree that `object` stands for when it is merged at the root; what it refers to goes to
/// `references`. None if a package is missing, so that all of them can be told at once.
pub(crate) fn tree_of(
    object: &FileLike,
    store: &mut Store,
    references: &mut BTreeSet<String>,
) -> Result<Option<Tree>, Failure> {
    let surroundings = store.surroundings();
    let spool_directory = surroundings.spool_directory;
    match object {
        FileLike::LocalFile { path, recursive, selected, place, .. } => {
            let mut tree = local_tree(path, *recursive, spool_directory)
                .map_err(|problem| problem.at(place))?;
            select(&mut tree, selected.as_deref());
            Ok(Some(tree))
        }
        FileLike::Package { name, version } => match surroundings.packages.find(name, version) {
            Some(Found::Item(..)) => tree_of_item(object, store, references),
            Some(found) => {
                found_tree(&found, spool_directory).map(Some).map_err(|problem| problem.at(&None))
            }
            None => {
                store.miss(name);
                Ok(None)
            }
        },
        FileLike::DirectoryUnion { things, .. } => {
            let mut union: Option<Tree> = None;
            for thing in things {
                let Some(tree) = tree_of(thing, store, references)? else { continue };
                merge(&mut union, tree, thing)?;
            }
            Ok(union)
        }
        object => tree_of_item(object, store, references),
    }
}

/// The tree of what the store makes of `object`.
fn tree_of_item(
    object: &FileLike,
    store: &mut Store,
    references: &mut BTreeSet<String>,
) -> Result<Option<Tree>, Failure> {
    let Some((item, found)) = store.found(object)? else { return Ok(None) };
    if !item.tree.node(found).is_directory() {
        return Err(Problem::NotADirectory(object.shown()).at(&object.place()));
    }
    references.extend(item.references.iter().cloned());
    Ok(Some(item.tree.part(found, b"")))
}

/// The tree of a package.
pub(crate) fn found_tree(found: &Found, spool_directory: &Path) -> Result<Tree, Problem> {
    match found {
        Found::Tree(path) => local_tree(path, true, spool_directory),
        Found::Item(store, item) => Ok(import::directory(&store.host_path(item))?),
    }
}

/// The tree of a host's directory or archive.
pub(crate) fn local_tree(
    path: &Path,
    recursive: bool,
    spool_directory: &Path,
) -> Result<Tree, Problem> {
    let Ok(metadata) = path.metadata() else {
        return Err(Problem::Missing(path.to_owned()));
    };
    if !metadata.is_dir() {
        return Ok(import::archive(path, spool_directory)?);
    }
    if !recursive {
        return Err(Problem::NotRecursive(path.to_owned()));
    }
    let mut tree = import::directory(path)?;
    own_by_root(&mut tree);
    // It may be an OCI image layout.
    Ok(import::container_root(path, tree, &import::ImportOptions::by_number(spool_directory))?)
}

/// A directory whose top belongs to a user, such as a checkout, stands for a tree of root's: the
/// same bytes come out whoever keeps the files.
fn own_by_root(tree: &mut Tree) {
    let top = &tree.node(tree.root()).metadata;
    let (uid, gid) = (top.uid, top.gid);
    if uid == 0 {
        return;
    }
    let ids: Vec<_> = tree.nodes().map(|(id, _)| id).collect();
    for id in ids {
        let metadata = &mut tree.node_mut(id).metadata;
        if metadata.uid == uid {
            metadata.uid = 0;
        }
        if metadata.gid == gid {
            metadata.gid = 0;
        }
    }
}
