//! Real trees, made once in a checkout by the scripts in `tests/fixtures`.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::program;

/// Where fixtures are kept: `fixtures` in the build directory.
pub fn directory() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    target.unwrap_or_else(|| workspace().join("target")).join("fixtures")
}

/// The top of the checkout.
pub fn workspace() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.ancestors().nth(2).unwrap_or(package).to_owned()
}

/// The text of a file in `tests/fixtures`.
///
/// # Panics
/// Where there is none.
#[track_caller]
pub fn text(name: &str) -> String {
    let file = workspace().join("tests/fixtures").join(name);
    fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// A real Debian root as a tar archive: minbase and a kernel, more than 8,000 files.
///
/// # Panics
/// Where it cannot be made.
#[track_caller]
pub fn debian_root() -> PathBuf {
    let archive = directory().join("debian-root.tar");
    made_once("debian-root", || {
        program::run(script("debian-root").arg(&archive)).ok();
    });
    archive
}

/// The same, unpacked by GNU tar with all that the archive states. Needs root.
///
/// # Panics
/// Where it cannot be made.
#[track_caller]
pub fn debian_root_unpacked() -> PathBuf {
    let archive = debian_root();
    let tree = directory().join("debian-root");
    made_once("debian-root-unpacked", || unpack(&archive, &tree));
    tree
}

/// A Debian package of any architecture, unpacked: `debian_package("arm64", "grub-efi-arm64-bin")`.
///
/// # Panics
/// Where it cannot be had.
#[track_caller]
pub fn debian_package(architecture: &str, name: &str) -> PathBuf {
    let tree = directory().join("packages").join(architecture).join(name);
    made_once(&format!("packages-{architecture}"), || {
        program::run(script("debian-package").args([architecture, name]).arg(&tree)).ok();
    });
    tree
}

/// What a root that boots in seconds is made of, by Debian's name of the architecture.
const SMALL_ROOTS: [(&str, &[&str]); 4] = [
    (
        "amd64",
        &[
            "busybox-static",
            "grub-common",
            "grub-pc-bin",
            "grub-efi-amd64-bin",
            "grub-efi-ia32-bin",
            "linux-image-cloud-amd64",
        ],
    ),
    ("arm64", &["busybox-static", "grub-efi-arm64-bin", "linux-image-cloud-arm64"]),
    ("armhf", &["busybox-static", "linux-image-armmp"]),
    ("riscv64", &["busybox-static", "grub-efi-riscv64-bin", "linux-image-riscv64"]),
];

/// A root that boots in seconds, as a tar archive: see `tests/fixtures/small-root`.
///
/// # Panics
/// Where it cannot be made.
#[track_caller]
pub fn small_root(architecture: &str) -> PathBuf {
    let archive = directory().join(format!("small-root-{architecture}.tar"));
    if !archive.exists() {
        let made_of = SMALL_ROOTS.iter().find(|(name, _)| *name == architecture);
        let names = made_of.expect("an architecture that there is such a root for").1;
        // Other packages of the architecture may lie beside them.
        let packages = directory().join("packages").join(format!("small-{architecture}"));
        made_once("small-root", || {
            fs::create_dir_all(&packages).expect("mkdir");
            for name in names {
                let package = debian_package(architecture, name);
                let link = packages.join(name);
                if !link.exists() {
                    std::os::unix::fs::symlink(package, link).expect("a link");
                }
            }
            program::run(script("small-root").arg(&archive).arg(&packages)).ok();
        });
    }
    archive
}

/// Guix's own Scheme sources, as Debian packages them.
///
/// # Panics
/// Where they cannot be had.
#[track_caller]
pub fn guix_sources() -> PathBuf {
    let tree = directory().join("guix-sources");
    made_once("guix-sources", || {
        program::run(script("guix-sources").arg(&tree)).ok();
    });
    tree
}

/// The tree of everything unusual: as a directory and as a tar archive. Needs root.
#[derive(Debug)]
pub struct Hostile {
    /// The tree on the host's file system.
    pub directory: PathBuf,
    /// The same, made by GNU tar.
    pub archive: PathBuf,
    /// What GNU tar unpacks from it: the archive's truth. It differs in one thing, two names of
    /// one fifo, which GNU tar stores as two fifos.
    pub unpacked: PathBuf,
}

/// Makes the tree of everything unusual, see `tests/fixtures/hostile-tree`.
///
/// # Panics
/// Where it cannot be made.
#[track_caller]
pub fn hostile() -> Hostile {
    let tree = Hostile {
        directory: directory().join("hostile"),
        archive: directory().join("hostile.tar"),
        unpacked: directory().join("hostile-unpacked"),
    };
    made_once("hostile", || {
        program::run(script("hostile-tree").arg(&tree.directory).arg(&tree.archive)).ok();
        unpack(&tree.archive, &tree.unpacked);
    });
    tree
}

/// Unpacks `archive` with GNU tar into the new directory `tree`, unless it is there.
///
/// # Panics
/// Where tar fails.
#[track_caller]
pub fn unpack(archive: &Path, tree: &Path) {
    if tree.is_dir() {
        return;
    }
    let part = tree.with_extension("part");
    if part.exists() {
        fs::remove_dir_all(&part).expect("what an earlier run left behind can be removed");
    }
    fs::create_dir_all(&part).expect("mkdir");
    let mut tar = program::command("tar");
    tar.args(["--extract", "--preserve-permissions", "--same-owner", "--numeric-owner"]);
    tar.args(["--xattrs", "--xattrs-include=*", "--sparse", "--file"]).arg(archive);
    program::run(tar.arg("--directory").arg(&part)).ok();
    fs::rename(&part, tree).expect("rename");
}

fn script(name: &str) -> Command {
    Command::new(workspace().join("tests/fixtures").join(name))
}

/// Runs `make` while no other process does: tests run side by side.
#[track_caller]
fn made_once(name: &str, make: impl FnOnce()) {
    let directory = directory();
    fs::create_dir_all(&directory)
        .unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
    let lock = File::create(directory.join(format!("{name}.lock"))).expect("a lock file");
    lock.lock().expect("a lock");
    make();
}
