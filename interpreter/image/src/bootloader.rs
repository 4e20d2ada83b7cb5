//! Making a root file system bootable: the menu and GRUB's directory go into it, and what starts it
//! is put together for what is outside of it.

mod initrd;
mod volume;

pub use volume::{LIVE_IMAGE, install_on_volume};

use crate::error::{Failure, Problem};
use crate::layout::identity;
use crate::plan::{
    BootloaderPlan, DiskInstaller, DiskPlan, FileLike, InitrdPlan, MenuPart, PartitionContent,
    Place, RootFile, TableKind,
};
use crate::realise::{found_tree, tree_of};
use crate::store::{Store, place_items};
use std::collections::{BTreeMap, BTreeSet};
use tintype_boot::grub::bios::{BootSector, CoreImage};
use tintype_boot::grub::signed::{self, SystemFile};
use tintype_boot::grub::{self, Contents, Library, PartitionTable, Platform, directory, efi};
use tintype_boot::kernel::{self, Kernel};
use tintype_boot::u_boot;
use tintype_tree::{Extents, Node, Tree};

/// What a person should know of a tree without a kernel.
const NO_KERNEL: &str =
    "there is no kernel in the packages (/boot/vmlinuz-*), so no bootloader is installed";

/// What starts a disk, besides what is in its root file system.
#[derive(Debug, Default)]
pub struct Boot {
    /// For BIOS machines.
    pub bios: Option<BiosBoot>,
    /// For the boot ROMs of boards.
    pub files: Vec<PlacedFile>,
    /// What starts on firmware, by its platform.
    efi: BTreeMap<Platform, Vec<SystemFile>>,
}

/// A file with a place on the disk.
#[derive(Debug)]
pub struct PlacedFile {
    /// What to call it.
    pub name: String,
    /// Its first byte on the disk.
    pub offset: u64,
    /// Its bytes.
    pub content: Extents,
}

/// GRUB for BIOS machines, without a place yet.
#[derive(Debug)]
pub struct BiosBoot {
    /// The code of the first sector.
    pub sector: BootSector,
    /// What that loads.
    pub core: CoreImage,
}

impl Boot {
    /// The tree of an EFI system partition with the program for `platform`; empty where nothing is
    /// to be started.
    pub fn system_partition(&self, platform: Platform) -> Tree {
        let mut tree = Tree::new();
        for (path, content) in self.efi.get(&platform).into_iter().flatten() {
            tree.insert(path.as_bytes(), Node::file(content.clone()))
                .expect("a path in an own tree");
        }
        tree.make_directories(b"EFI/BOOT").expect("a path in an own tree");
        tree
    }
}

/// The platform of the UEFI firmware that starts images for `system`, a Guix system or GNU triplet.
pub fn efi_platform(system: &str, ia32: bool) -> Result<Platform, Problem> {
    match system.split('-').next() {
        Some("x86_64" | "i686" | "i586") if ia32 => Ok(Platform::I386Efi),
        Some("x86_64") => Ok(Platform::X86_64Efi),
        Some("i686" | "i586") => Ok(Platform::I386Efi),
        Some("aarch64") => Ok(Platform::Arm64Efi),
        Some("riscv64") => Ok(Platform::Riscv64Efi),
        _ => Err(Problem::NoEfi(system.to_owned())),
    }
}

/// Makes `root` bootable as `plan` says. A root without a kernel is left as it is, and a note says
/// so.
pub fn install(
    plan: &DiskPlan,
    root: &mut Tree,
    store: &mut Store,
    notes: &mut Vec<String>,
) -> Result<Boot, Failure> {
    let Some(loader) = &plan.bootloader else { return Ok(Boot::default()) };
    let Some(mut kernel) = kernel::find(root) else {
        notes.push(NO_KERNEL.to_owned());
        return Ok(Boot::default());
    };
    if plan.is_volatile && loader.initrd == InitrdPlan::OfTree {
        return Err(Problem::VolatileRoot.at(&plan.place));
    }
    initrd::install(&loader.initrd, &plan.system, None, root, &mut kernel, notes)
        .map_err(|problem| problem.at(&plan.place))?;
    let efi = plan.partitions.iter().any(|one| !firmwares(&one.content).is_empty());
    let sources = Sources::of(loader, efi, store, &plan.place)?;
    let here = [(&*root, "the packages")];
    let trees: Vec<(&Tree, &str)> = sources.trees().chain(here).collect();
    let made = make(plan, loader, &trees).map_err(|problem| problem.at(&plan.place))?;
    put_files(root, made.files, loader, &kernel, store, &plan.place)?;
    Ok(made.boot)
}

/// Puts `files`, the menu and what it names into the root file system.
fn put_files(
    root: &mut Tree,
    mut files: Vec<(Vec<u8>, Node)>,
    loader: &BootloaderPlan,
    kernel: &Kernel,
    store: &mut Store,
    place: &Option<Place>,
) -> Result<(), Failure> {
    let mut references = BTreeSet::new();
    let menu = menu_text(loader, kernel, store, place, &mut references)?;
    files.push((loader.configuration_file.clone().into_bytes(), file(menu.into_bytes())));
    for (path, node) in files {
        root.insert(&path, node).map_err(|error| Problem::from(error).at(place))?;
    }
    place_items(root, &store.closure(references)).map_err(|problem| problem.at(place))
}

/// What is made, and what goes into the root file system for it.
#[derive(Default)]
struct Made {
    boot: Boot,
    files: Vec<(Vec<u8>, Node)>,
}

fn make(
    plan: &DiskPlan,
    loader: &BootloaderPlan,
    trees: &[(&Tree, &str)],
) -> Result<Made, Problem> {
    let mut made = Made::default();
    match &loader.disk {
        DiskInstaller::None => {}
        DiskInstaller::Code(code) => return Err(Problem::BootloaderCode(code.clone())),
        DiskInstaller::Grub => {
            let root = find_root(plan)?;
            let library = Library::find(trees, Platform::I386Pc)?;
            let contents = Contents::bios(root.table, root.number, root.module);
            let core = CoreImage::make(&library, &contents)?;
            made.boot.bios = Some(BiosBoot { sector: BootSector::read(&library)?, core });
            made.files.extend(directory::files(&library));
        }
        DiskInstaller::Files(files) => {
            for file in files {
                let content = package_file(loader, trees, &file.path)?;
                let len = file.size.unwrap_or(content.len()).min(content.len());
                made.boot.files.push(PlacedFile {
                    name: file.path.clone(),
                    offset: file.offset,
                    content: content.slice(0, len),
                });
            }
        }
    }
    for (path, content) in &loader.files {
        let content = match content {
            RootFile::Text(text) => Extents::from_bytes(text.clone().into_bytes()),
            RootFile::OfPackage(file) => package_file(loader, trees, file)?,
        };
        made.files.push((path.clone().into_bytes(), Node::file(content)));
    }
    for ia32 in plan.partitions.iter().flat_map(|partition| firmwares(&partition.content)) {
        let platform = efi_platform(&plan.system, ia32)?;
        if made.boot.efi.contains_key(&platform) {
            continue;
        }
        let root = find_root(plan)?;
        if loader.is_signed {
            made.boot.efi.insert(platform, signed::chain(trees, platform, &root.uuid)?);
            continue;
        }
        let library = Library::find(trees, platform)?;
        let contents = Contents::efi(root.module, &root.uuid);
        let program = Extents::from_bytes(efi::program(&library, &contents)?);
        let path = platform.efi_path().expect("a platform of UEFI").to_owned();
        made.boot.efi.insert(platform, vec![(path, program)]);
        made.files.extend(directory::files(&library));
    }
    if !made.files.is_empty() {
        made.files.extend(trees.iter().find_map(|(tree, _)| directory::font(tree)));
    }
    Ok(made)
}

/// The content of the file `path` of the bootloader's package.
fn package_file(
    loader: &BootloaderPlan,
    trees: &[(&Tree, &str)],
    path: &str,
) -> Result<Extents, Problem> {
    let package = match &loader.package {
        Some(FileLike::Package { name, .. }) => name.as_str(),
        _ => loader.name.as_str(),
    };
    trees.iter().find_map(|(tree, _)| u_boot::file(tree, package, path)).ok_or_else(|| {
        Problem::BootloaderFile { package: package.to_owned(), file: path.to_owned() }
    })
}

/// Whether programs for 32-bit firmware, for the platform's own, or both are wanted in a partition.
fn firmwares(content: &PartitionContent) -> Vec<bool> {
    match content {
        PartitionContent::Efi { ia32 } => vec![*ia32],
        PartitionContent::Code(code) => {
            [("initialize-efi-partition", false), ("initialize-efi32-partition", true)]
                .into_iter()
                .filter(|(name, _)| code.mentions(name))
                .map(|(_, ia32)| ia32)
                .collect()
        }
        PartitionContent::Root | PartitionContent::Empty => Vec::new(),
    }
}

/// The root file system, as GRUB finds it.
struct Root {
    table: PartitionTable,
    number: usize,
    /// The module that reads it.
    module: &'static str,
    /// Its UUID, as GRUB writes it.
    uuid: String,
}

fn find_root(plan: &DiskPlan) -> Result<Root, Problem> {
    let roots = || plan.partitions.iter().filter(|partition| partition.content.has_root());
    let partition = roots().find(|partition| partition.bootable).or_else(|| roots().next());
    let partition = partition.ok_or(Problem::NoRoot)?;
    let index = plan.partitions.iter().position(|one| std::ptr::eq(one, partition)).unwrap_or(0);
    let file_system = &partition.file_system;
    let module = grub::file_system_module(file_system)
        .ok_or_else(|| Problem::GrubFileSystem(file_system.clone()))?;
    let table = match plan.table {
        TableKind::Mbr => PartitionTable::Msdos,
        TableKind::Gpt | TableKind::Hybrid => PartitionTable::Gpt,
    };
    let identity = *identity::partition(&plan.uuid, index).as_bytes();
    let bytes = partition.uuid.as_deref().unwrap_or(&identity);
    let uuid = match (module, bytes) {
        // A FAT's serial number is a little-endian word.
        ("fat", [a, b, c, d, ..]) => format!("{d:02x}{c:02x}-{b:02x}{a:02x}"),
        _ => match uuid::Uuid::from_slice(bytes) {
            Ok(uuid) => uuid.to_string(),
            Err(_) => String::new(),
        },
    };
    Ok(Root { table, number: plan.partition_number(index), module, uuid })
}

/// The trees of bootloader packages that the package sources have.
struct Sources(Vec<(Tree, String)>);

impl Sources {
    /// What `loader` names, and GRUB's own packages, those for UEFI with `efi`.
    fn of(
        loader: &BootloaderPlan,
        efi: bool,
        store: &mut Store,
        place: &Option<Place>,
    ) -> Result<Sources, Failure> {
        let mut trees = Vec::new();
        let mut names = Vec::new();
        match &loader.package {
            Some(FileLike::Package { name, version }) => {
                names.push((name.as_str(), version.as_str()));
            }
            Some(object) => {
                // What it refers to does not start anything.
                if let Some(tree) = tree_of(object, store, &mut BTreeSet::new())? {
                    trees.push((tree, format!("the package of {}", loader.name)));
                }
            }
            None => {}
        }
        if efi {
            names.extend([("grub-efi", ""), ("grub-efi32", "")]);
        }
        names.push(("grub", ""));
        // Not to have one is no error: the operating system's own tree may have its files.
        let surroundings = store.surroundings();
        for (name, version) in names {
            let Some(found) = surroundings.packages.find(name, version) else { continue };
            let tree = found_tree(&found, surroundings.spool_directory)
                .map_err(|problem| problem.at(place))?;
            trees.push((tree, format!("package {name}")));
        }
        Ok(Sources(trees))
    }

    fn trees(&self) -> impl Iterator<Item = (&Tree, &str)> {
        self.0.iter().map(|(tree, name)| (tree, name.as_str()))
    }
}

/// The menu with the names of the kernel and its RAM disk. What other files it names goes to
/// `references`.
fn menu_text(
    loader: &BootloaderPlan,
    kernel: &Kernel,
    store: &mut Store,
    place: &Option<Place>,
    references: &mut BTreeSet<String>,
) -> Result<String, Failure> {
    let mut text = String::new();
    for part in &loader.menu {
        match part {
            MenuPart::Text(part) => text.push_str(part),
            MenuPart::Kernel => text.push_str(&kernel.path),
            MenuPart::Initrd => {
                let missing = || Problem::NoInitrd { kernel: kernel.path.clone() }.at(place);
                text.push_str(kernel.initrd.as_ref().ok_or_else(missing)?);
            }
            MenuPart::DeviceTrees(before) => {
                if let Some(directory) = &kernel.device_trees {
                    text.push_str(before);
                    text.push_str(directory);
                }
            }
            MenuPart::File(object) => {
                text.push_str(&store.path(object)?);
                references.extend(store.item(object)?.map(|item| item.name.clone()));
            }
        }
    }
    Ok(text)
}

fn file(bytes: Vec<u8>) -> Node {
    Node::file(Extents::from_bytes(bytes))
}
