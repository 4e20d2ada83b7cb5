//! Initial RAM disks: what finds and mounts the root file system. Linux unpacks them as its first
//! file system (Documentation/filesystems/ramfs-rootfs-initramfs.rst) and starts `/init`, which is the
//! program of `tintype-init`.

use crate::kernel::Kernel;
use crate::modules::{self, FileError, Module, Modules};
use std::collections::BTreeSet;
use tintype_tree::{Device, Extents, Kind, Metadata, Node, PathError, Tree, import};

/// What is wanted of an initial RAM disk.
#[derive(Clone, Copy, Debug)]
pub struct Wants<'a> {
    /// The machine, as `uname -m` names it.
    pub machine: &'a str,
    /// Names of modules that the definition asks for.
    pub modules: &'a [String],
    /// The kernel's name for the root's file system.
    pub file_system: &'a str,
    /// The path of a squashfs in that file system, where it is the root.
    pub image: Option<&'a str>,
    /// Guix's names of the flags that the root is mounted with.
    pub flags: &'a [String],
    /// Options of its file system.
    pub options: &'a str,
    /// Whether changes of the root are kept in memory and lost.
    pub is_volatile: bool,
    /// Whether its file system is checked.
    pub is_checked: bool,
}

/// What an initial RAM disk holds.
#[derive(Debug)]
pub struct Initrd {
    /// Its files.
    pub tree: Tree,
    /// Modules of the definition's that the kernel does not have.
    pub unknown: Vec<String>,
}

/// Why there is no initial RAM disk.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No first program for the machine.
    #[error(
        "no initial RAM disk can be made for {machine}: its first program was built for {} only; {}let the operating system have the one that its packages bring, (initrd tree-initrd) of (tintype initrd)",
        .machines.join(", "),
        .target.map_or(String::new(), |target| format!("build Tintype again after 'rustup target add {target}', or ")),
    )]
    NoProgram {
        /// The machine.
        machine: String,
        /// The compiler's target that the program was not built for.
        target: Option<&'static str>,
        /// The machines that there is a program for.
        machines: Vec<&'static str>,
    },
    /// The kernel cannot mount the root.
    #[error(
        "{kernel} has no driver for {what}, {name}: it is neither among the modules in {directory} nor part of the kernel; choose another file system or another kernel"
    )]
    NoDriver {
        /// The kernel.
        kernel: String,
        /// What it is for.
        what: &'static str,
        /// Its name.
        name: String,
        /// Where the modules are.
        directory: String,
    },
    /// A kernel with modules that are nowhere.
    #[error(
        "{kernel} keeps its driver for {what}, {name}, in a module, and the packages have no modules for it (lib/modules/{version})"
    )]
    NoModules {
        /// The kernel.
        kernel: String,
        /// What it is for.
        what: &'static str,
        /// Its name.
        name: String,
        /// The kernel's version.
        version: String,
    },
    /// The kernel's modules cannot be read.
    #[error(transparent)]
    Modules(#[from] modules::Error),
    /// A path that cannot be in a tree.
    #[error(transparent)]
    Path(#[from] PathError),
}

/// Drivers of disks, and of the buses that they are on. Those that the kernel does not have are left
/// out.
const STORAGE: [&str; 24] = [
    "virtio_pci",
    "virtio_mmio",
    "virtio_blk",
    "virtio_scsi",
    "ahci",
    "ata_piix",
    "ata_generic",
    "nvme",
    "xhci_pci",
    "ehci_pci",
    "uhci_hcd",
    "ohci_pci",
    "usb_storage",
    "uas",
    "sd_mod",
    "sr_mod",
    "mmc_block",
    "sdhci_pci",
    "sdhci_acpi",
    "hv_storvsc",
    "vmw_pvscsi",
    "mptspi",
    "xen_blkfront",
    "megaraid_sas",
];

/// Where modules are that a disk of a machine with a device tree may need: no bus says what devices there
/// are, and the tree that the machine starts with is not known here.
const BOARD_STORAGE: [&str; 18] = [
    "ata",
    "bus",
    "clk",
    "gpio",
    "i2c/busses",
    "mfd",
    "mmc/host",
    "phy",
    "pinctrl",
    "pwm",
    "regulator",
    "reset",
    "usb/chipidea",
    "usb/dwc2",
    "usb/dwc3",
    "usb/host",
    "usb/musb",
    "usb/phy",
];

/// Tables of characters for FAT's names: what kernels are set to use unless a mount says otherwise.
const FAT_CHARACTERS: [&str; 4] = ["nls_cp437", "nls_ascii", "nls_iso8859_1", "nls_utf8"];

/// What a volatile root is made with.
const OVERLAY: &str = "overlay";

/// Directories that `/init` mounts on.
const DIRECTORIES: [&str; 7] = ["dev", "proc", "sys", "root", "volume", "lower", "changes"];

/// Where firmware is looked for.
const FIRMWARE: [&str; 2] = ["lib/firmware", "usr/lib/firmware"];
/// What a file of firmware may end with.
const FIRMWARE_ENDINGS: [&str; 3] = ["", ".xz", ".zst"];

/// Makes the RAM disk by which `kernel` finds its root, from the modules and firmware in `root`.
///
/// # Errors
/// When there is no program for the machine, or the kernel has no driver for the root.
pub fn make(root: &Tree, kernel: &Kernel, wants: &Wants) -> Result<Initrd, Error> {
    let program = tintype_init::program(wants.machine).ok_or_else(|| Error::NoProgram {
        machine: wants.machine.to_owned(),
        target: tintype_init::missing_target(wants.machine),
        machines: tintype_init::machines().collect(),
    })?;
    let mut tree = Tree::new();
    for directory in DIRECTORIES {
        tree.make_directories(directory.as_bytes())?;
    }
    device(&mut tree, "dev/console", 5, 1)?;
    device(&mut tree, "dev/null", 1, 3)?;
    let metadata = Metadata { mode: 0o755, ..Metadata::default() };
    tree.insert(b"init", Node { metadata, kind: Kind::Regular(Extents::from_bytes(program)) })?;
    tree.insert(b"root.conf", crate::file(settings(wants).into_bytes()))?;
    let version = kernel.version.as_deref().unwrap_or_default();
    let unknown = match modules::directory(root, version) {
        Some(directory) => put_modules(&mut tree, root, kernel, &directory, wants)?,
        None => {
            // It may have all that it needs in itself.
            needed(wants).try_for_each(|one| check_configuration(root, kernel, version, one))?;
            Vec::new()
        }
    };
    Ok(Initrd { tree, unknown })
}

/// What the kernel must be able to do: what it is for, its names, and the setting of the kernel that
/// brings it.
type Need<'a> = (&'static str, [String; 2], &'a str);

fn needed<'a>(wants: &Wants<'a>) -> impl Iterator<Item = Need<'a>> {
    let name = match wants.file_system {
        "ext2" | "ext3" => "ext4",
        "iso9660" => "isofs",
        "fat16" | "fat32" => "vfat",
        name => name,
    };
    let alias = match name {
        "vfat" => "vfat",
        _ => wants.file_system,
    };
    let root = ("the root's file system", [format!("fs-{alias}"), name.to_owned()], name);
    let volatile = ("a volatile root", [format!("fs-{OVERLAY}"), OVERLAY.to_owned()], OVERLAY);
    let image = ["squashfs", "loop"]
        .map(|name| ("a root in a file", [format!("fs-{name}"), name.to_owned()], name));
    let image = image.into_iter().filter(|_| wants.image.is_some());
    [root].into_iter().chain(image).chain(wants.is_volatile.then_some(volatile))
}

/// Puts the modules into the RAM disk, and the list of them; returns those that the kernel lacks.
fn put_modules(
    tree: &mut Tree,
    root: &Tree,
    kernel: &Kernel,
    directory: &str,
    wants: &Wants,
) -> Result<Vec<String>, Error> {
    let modules = Modules::known(root, directory)?;
    let mut names: Vec<String> = STORAGE.map(str::to_owned).into();
    if kernel.device_trees.is_some() {
        let below = |part| modules.below(&format!("kernel/drivers/{part}/"));
        names.extend(BOARD_STORAGE.into_iter().flat_map(below));
    }
    for (what, known, name) in needed(wants) {
        let found = known.into_iter().find(|name| modules.loading(&[name]).unknown.is_empty());
        names.push(found.ok_or_else(|| Error::NoDriver {
            kernel: kernel.path.clone(),
            what,
            name: name.to_owned(),
            directory: directory.to_owned(),
        })?);
        if name == "vfat" {
            names.extend(FAT_CHARACTERS.map(str::to_owned));
        }
    }
    names.extend(wants.modules.iter().cloned());
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let loading = modules.loading(&names);
    let mut list = String::new();
    let mut firmware = BTreeSet::new();
    for place in loading.order {
        let path = format!("{directory}/{}", modules.path(place));
        let Some(id) = root.resolve(path.as_bytes()) else { continue };
        let Kind::Regular(content) = &root.node(id).kind else { continue };
        let (module, content) = loadable(content)
            .map_err(|error| modules::Error::File { path: path.clone(), error })?;
        // The kernel takes them as they are, not compressed.
        let plain = path.find(".ko").map_or(path.as_str(), |at| &path[..at + 3]);
        let mut node = crate::file(Vec::new());
        node.kind = Kind::Regular(content);
        tree.insert(plain.as_bytes(), node)?;
        list.push_str(&format!("/{plain}\n"));
        let names =
            module.values("firmware").map(|name| String::from_utf8_lossy(name).into_owned());
        firmware.extend(names);
    }
    tree.insert(b"modules.list", crate::file(list.into_bytes()))?;
    for name in firmware {
        put_firmware(tree, root, &name)?;
    }
    Ok(loading.unknown.into_iter().filter(|name| wants.modules.contains(name)).collect())
}

/// The module of a file, and its bytes, decompressed.
fn loadable(content: &Extents) -> Result<(Module, Extents), FileError> {
    let bytes = import::decompressed(content, modules::LEN_AT_MOST)?;
    let module = Module::parse("", &bytes)?;
    let is_plain = bytes.len() as u64 == content.len();
    Ok((module, if is_plain { content.clone() } else { Extents::from_bytes(bytes) }))
}

/// Puts a file of firmware there, if the root has it: many modules name some for devices that are not
/// there.
fn put_firmware(tree: &mut Tree, root: &Tree, name: &str) -> Result<(), Error> {
    for directory in FIRMWARE {
        for ending in FIRMWARE_ENDINGS {
            let path = format!("{directory}/{name}{ending}");
            let Some(id) = root.resolve(path.as_bytes()) else { continue };
            if let Kind::Regular(content) = &root.node(id).kind {
                let mut node = crate::file(Vec::new());
                node.kind = Kind::Regular(content.clone());
                tree.insert(format!("lib/firmware/{name}{ending}").as_bytes(), node)?;
                return Ok(());
            }
        }
    }
    Ok(())
}

/// Whether a kernel without modules can do what is needed, where the packages have the settings that
/// it was built with.
fn check_configuration(
    root: &Tree,
    kernel: &Kernel,
    version: &str,
    (what, _, name): Need,
) -> Result<(), Error> {
    let setting = match name {
        "isofs" => "CONFIG_ISO9660_FS".to_owned(),
        "squashfs" => "CONFIG_SQUASHFS".to_owned(),
        "loop" => "CONFIG_BLK_DEV_LOOP".to_owned(),
        name => format!("CONFIG_{}_FS", name.to_uppercase()),
    };
    let text = configuration(root, version);
    if text.is_empty() || text.lines().any(|line| line == format!("{setting}=y")) {
        return Ok(());
    }
    let (kernel, name, version) = (kernel.path.clone(), name.to_owned(), version.to_owned());
    Err(Error::NoModules { kernel, what, name, version })
}

/// What the kernel was built with, where distributions put it; nothing where it is not there.
pub fn configuration(root: &Tree, version: &str) -> String {
    let id = root.resolve(format!("boot/config-{version}").as_bytes());
    match id.map(|id| &root.node(id).kind) {
        Some(Kind::Regular(content)) => {
            String::from_utf8_lossy(&content.to_vec().unwrap_or_default()).into_owned()
        }
        _ => String::new(),
    }
}

/// What `/init` reads: lines of a key and a value.
fn settings(wants: &Wants) -> String {
    let kind = match wants.file_system {
        "fat16" | "fat32" => "vfat",
        kind => kind,
    };
    let mut text = format!("type {kind}\n");
    if let Some(image) = wants.image {
        text.push_str(&format!("image {image}\n"));
    }
    if !wants.flags.is_empty() {
        text.push_str(&format!("flags {}\n", wants.flags.join(" ")));
    }
    if !wants.options.is_empty() {
        text.push_str(&format!("options {}\n", wants.options));
    }
    if wants.is_volatile {
        text.push_str("volatile yes\n");
    }
    if wants.is_checked {
        text.push_str("check yes\n");
    }
    text
}

fn device(tree: &mut Tree, path: &str, major: u32, minor: u32) -> Result<(), PathError> {
    let metadata = Metadata { mode: 0o600, ..Metadata::default() };
    let kind = Kind::CharDevice(Device { major, minor });
    tree.insert(path.as_bytes(), Node { metadata, kind }).map(drop)
}
