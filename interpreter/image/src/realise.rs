//! From the file-like objects of a plan to trees.

use crate::error::{Failure, Problem};
use crate::plan::{DiskPlan, FileLike, PartitionContent, PartitionPlan};
use std::path::Path;
use tintype_boot::efi;
use tintype_packages::PackageSources;
use tintype_tree::{Tree, import};

/// What realising needs from outside the plan.
#[derive(Debug)]
pub struct Surroundings<'a> {
    /// Where packages are looked up by name.
    pub packages: &'a PackageSources,
    /// A directory with room for the unpacked bytes of compressed archives.
    pub spool_directory: &'a Path,
}

/// The trees of a disk's partitions, in order; `None` where a partition is not formatted.
#[derive(Debug)]
pub struct Realised {
    /// One a partition.
    pub trees: Vec<Option<Tree>>,
    /// What a person should know about them.
    pub notes: Vec<String>,
}

/// Finds or makes the tree of every partition.
///
/// # Errors
/// When something that the plan names is not there or cannot be made.
pub fn realise(plan: &DiskPlan, surroundings: &Surroundings) -> Result<Realised, Failure> {
    let mut root = None;
    let mut notes = Vec::new();
    if plan.partitions.iter().any(|partition| needs_root(&partition.content)) {
        root = Some(root_tree(&plan.packages, surroundings)?);
    }
    let mut trees = Vec::new();
    for partition in &plan.partitions {
        let tree = match &partition.content {
            _ if partition.file_system == "unformatted" => None,
            PartitionContent::Root => root.clone(),
            PartitionContent::Efi { ia32 } => {
                Some(esp_tree(root.as_ref(), *ia32, partition, &mut notes)?)
            }
            PartitionContent::Empty => Some(Tree::new()),
            PartitionContent::Code(code) => {
                return Err(Problem::Initializer(code.clone()).at(&partition.place));
            }
        };
        trees.push(tree);
    }
    Ok(Realised { trees, notes })
}

fn needs_root(content: &PartitionContent) -> bool {
    matches!(content, PartitionContent::Root | PartitionContent::Efi { .. })
}

/// The union of the packages' trees, later ones over earlier ones.
fn root_tree(packages: &[FileLike], surroundings: &Surroundings) -> Result<Tree, Failure> {
    let mut missing = Vec::new();
    let mut union = None;
    for item in packages {
        if let Some(tree) = tree_of(item, surroundings, &mut missing)? {
            merge(&mut union, tree, item)?;
        }
    }
    if missing.is_empty() {
        Ok(union.unwrap_or_default())
    } else {
        Err(Problem::Packages(missing).at(&None))
    }
}

fn merge(union: &mut Option<Tree>, tree: Tree, item: &FileLike) -> Result<(), Failure> {
    match union {
        None => *union = Some(tree),
        Some(union) => {
            union.merge(tree).map_err(|error| Problem::from(error).at(&place_of(item)))?;
        }
    }
    Ok(())
}

fn place_of(item: &FileLike) -> Option<crate::plan::Place> {
    match item {
        FileLike::LocalFile { place, .. } | FileLike::Other { place, .. } => place.clone(),
        FileLike::Package { .. } | FileLike::DirectoryUnion(_) => None,
    }
}

/// The tree that `item` stands for. A package that no source has goes to `missing`, so that all of
/// them can be told at once.
fn tree_of(
    item: &FileLike,
    surroundings: &Surroundings,
    missing: &mut Vec<String>,
) -> Result<Option<Tree>, Failure> {
    match item {
        FileLike::LocalFile { path, recursive, place } => {
            local_tree(path, *recursive, surroundings.spool_directory)
                .map(Some)
                .map_err(|problem| problem.at(place))
        }
        FileLike::Package { name, version } => match surroundings.packages.find(name, version) {
            Some(path) => local_tree(&path, true, surroundings.spool_directory)
                .map(Some)
                .map_err(|problem| problem.at(&None)),
            None => {
                missing.push(name.clone());
                Ok(None)
            }
        },
        FileLike::DirectoryUnion(items) => {
            let mut union = None;
            for item in items {
                if let Some(tree) = tree_of(item, surroundings, missing)? {
                    merge(&mut union, tree, item)?;
                }
            }
            Ok(union)
        }
        FileLike::Other { shown, place } => Err(Problem::NotATree(shown.clone()).at(place)),
    }
}

fn local_tree(path: &Path, recursive: bool, spool_directory: &Path) -> Result<Tree, Problem> {
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
    Ok(tree)
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

fn esp_tree(
    root: Option<&Tree>,
    ia32: bool,
    partition: &PartitionPlan,
    notes: &mut Vec<String>,
) -> Result<Tree, Failure> {
    let firmware = if ia32 { efi::Firmware::Ia32 } else { efi::Firmware::X86_64 };
    let root = root.expect("an ESP is made beside a root");
    match efi::system_partition(root, firmware) {
        Some(tree) => Ok(tree),
        None => {
            notes.push(format!(
                "partition {}: no {} in the packages, so it holds no boot program",
                partition.label,
                firmware.program_path()
            ));
            let mut tree = Tree::new();
            tree.make_directories(b"EFI/BOOT")
                .map_err(|error| Problem::from(error).at(&partition.place))?;
            Ok(tree)
        }
    }
}
