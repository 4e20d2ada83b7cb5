//! What starts an operating system from a disk.

use super::FileLike;

/// A bootloader and its menu.
#[derive(Clone, Debug)]
pub struct BootloaderPlan {
    /// Its name.
    pub name: String,
    /// What its files come from, where that is not the operating system's own tree.
    pub package: Option<FileLike>,
    /// What goes into the root file system besides the menu: absolute path and content.
    pub files: Vec<(String, RootFile)>,
    /// Whether its programs for UEFI are those that others have signed.
    pub is_signed: bool,
    /// What goes onto the disk, outside of the partitions' file systems.
    pub disk: DiskInstaller,
    /// Where the menu goes in the root file system.
    pub configuration_file: String,
    /// The menu.
    pub menu: Vec<MenuPart>,
    /// The initial RAM disk that the menu names.
    pub initrd: InitrdPlan,
}

/// Where an initial RAM disk comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InitrdPlan {
    /// There is none, or it is a file that the menu names itself.
    None,
    /// The packages bring it beside the kernel.
    OfTree,
    /// It is made.
    Made {
        /// Names of kernel modules.
        modules: Vec<String>,
        /// Those that a kernel may well be without.
        usual_modules: Vec<String>,
        /// Whether devices have to be opened before the root is found.
        mapped_devices: bool,
        /// The kernel's name for the root's file system.
        file_system: String,
        /// Guix's names of the flags that the root is mounted with.
        flags: Vec<String>,
        /// Options of its file system.
        options: String,
        /// Whether changes of the root are lost.
        is_volatile: bool,
        /// Whether the root's file system is checked.
        is_checked: bool,
    },
}

/// What a bootloader puts outside of file systems.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiskInstaller {
    /// Nothing: firmware reads a file system.
    None,
    /// GRUB for BIOS machines.
    Grub,
    /// Files of the package, each at a place of its own.
    Files(Vec<DiskFile>),
    /// Build-side code that this version does not run, as written.
    Code(String),
}

/// A file of a bootloader's package on the disk, where the machine's boot ROM looks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiskFile {
    /// Its path in the package.
    pub path: String,
    /// Its first byte on the disk.
    pub offset: u64,
    /// How many bytes of it; all where none are given.
    pub size: Option<u64>,
}

/// The content of a file that a bootloader puts into the root file system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RootFile {
    /// A file of the package, by its path there.
    OfPackage(String),
    /// Text.
    Text(String),
}

/// A part of a menu's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MenuPart {
    /// Text as it stands.
    Text(String),
    /// The name of the operating system's kernel.
    Kernel,
    /// The name of its initial RAM disk.
    Initrd,
    /// The directory of the kernel's device trees, after some text; neither where there is none.
    DeviceTrees(String),
    /// The name of a file.
    File(FileLike),
}
