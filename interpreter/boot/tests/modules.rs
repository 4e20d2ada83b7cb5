//! Indexes of modules as depmod makes them of the same files.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use tintype_boot::modules::{self, Modules};
use tintype_tests::fixture::debian_package;
use tintype_tests::lacking::Need::Tool;
use tintype_tests::lacking::met;
use tintype_tests::program;
use tintype_tests::scratch::Scratch;
use tintype_tree::import;

const INDEXES: [&str; 10] = [
    "modules.dep",
    "modules.dep.bin",
    "modules.alias",
    "modules.alias.bin",
    "modules.softdep",
    "modules.symbols",
    "modules.symbols.bin",
    "modules.builtin.bin",
    "modules.builtin.alias.bin",
    "modules.devname",
];

/// Makes the indexes of the package's kernel both ways and compares them.
#[track_caller]
fn same_as_depmod(package: &Path) -> (Scratch, PathBuf, String) {
    let scratch = Scratch::new("modules");
    let tree = scratch.join("tree");
    fs::create_dir(&tree).expect("mkdir");
    program::run(
        program::command("cp")
            .args(["-rl", "--target-directory"])
            .arg(&tree)
            .arg(package.join("lib")),
    )
    .ok();
    let read = import::directory(&tree).expect("a tree");
    let paths = modules::directories(&read);
    let [path] = paths.as_slice() else { panic!("one kernel: {paths:?}") };
    let made = Modules::read(&read, path).expect("modules").indexes();
    let version = path.rsplit('/').next().expect("a name").to_owned();
    program::run(program::command("depmod").arg("-b").arg(&tree).arg(&version)).ok();
    let names: Vec<_> = made.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, INDEXES);
    for (name, content) in made {
        let expected = fs::read(tree.join(path).join(name)).expect("depmod's");
        let first = expected.iter().zip(&content).position(|(one, other)| one != other);
        assert!(
            expected == content,
            "{name}: {} bytes by depmod, {} here, the first that differs: {first:?}",
            expected.len(),
            content.len()
        );
    }
    let path = tree.join(path);
    (scratch, path, version)
}

#[test]
fn the_indexes_of_an_amd64_kernel() {
    if !met("depmod, amd64", &[Tool("depmod"), Tool("modprobe"), Tool("apt-get")]) {
        return;
    }
    let (_scratch, directory, version) =
        same_as_depmod(&debian_package("amd64", "linux-image-amd64"));
    let top = directory.ancestors().nth(3).expect("the tree");
    let read = import::directory(top).expect("a tree");
    let modules = Modules::read(&read, &format!("lib/modules/{version}")).expect("modules");
    for name in ["ext4", "btrfs", "nvme", "virtio_blk", "usb-storage", "i915", "isofs", "fs-vfat"] {
        let mut command = program::command("modprobe");
        command.arg("-d").arg(top).args(["-S", &version, "--show-depends", name]);
        let said = program::run(&mut command).ok().text();
        let loaded = said.lines().filter_map(|line| line.strip_prefix("insmod "));
        let mut loaded: Vec<_> = loaded.map(|path| Path::new(path.trim()).to_owned()).collect();
        // It says again what it has said already.
        let mut seen = BTreeSet::new();
        loaded.retain(|path| seen.insert(path.clone()));
        let loading = modules.loading(&[name]);
        assert_eq!(loading.unknown, [""; 0]);
        let ours: Vec<_> =
            loading.order.iter().map(|place| directory.join(modules.path(*place))).collect();
        let known = |path: &&PathBuf| loaded.contains(path);
        assert_eq!(
            ours.iter().filter(known).collect::<Vec<_>>(),
            loaded.iter().collect::<Vec<_>>()
        );
        // modprobe heeds one of a module's lines of soft dependencies; here all are.
        let more: Vec<_> =
            ours.iter().filter(|path| !known(path)).filter_map(|path| path.file_name()).collect();
        let expected: &[&str] =
            if name == "btrfs" { &["sha256-ssse3.ko", "xxhash_generic.ko"] } else { &[] };
        assert_eq!(more, expected, "{name}");
    }
    assert_eq!(modules.loading(&["nonesuch"]).unknown, ["nonesuch"]);
    assert_eq!(modules.loading(&["unix", "elf64"]).unknown, ["elf64"], "unix is in the kernel");
}

/// What is compressed is read as what is not, and keeps its own name in the indexes.
#[test]
fn compressed_modules() {
    let tools = ["depmod", "apt-get", "xz", "zstd", "gzip"].map(Tool);
    if !met("depmod, compressed modules", &tools) {
        return;
    }
    let package = debian_package("amd64", "linux-image-cloud-amd64");
    let scratch = Scratch::new("modules");
    let plain = import::directory(&package).expect("a tree");
    let path = modules::directories(&plain).remove(0);
    let copy = scratch.join("package").join(&path);
    fs::create_dir_all(&copy).expect("mkdir");
    let source = package.join(&path);
    for part in ["kernel/fs", "kernel/lib", "kernel/crypto"] {
        fs::create_dir_all(copy.join("kernel")).expect("mkdir");
        program::run(
            program::command("cp").arg("-r").arg(source.join(part)).arg(copy.join("kernel")),
        )
        .ok();
    }
    for list in ["modules.order", "modules.builtin", "modules.builtin.modinfo"] {
        fs::copy(source.join(list), copy.join(list)).expect("copy");
    }
    let find = |command: &[&str], directory: &str| {
        let mut find = program::command("find");
        find.arg(copy.join(directory))
            .args(["-name", "*.ko", "-exec"])
            .args(command)
            .args(["{}", "+"]);
        program::run(&mut find).ok();
    };
    find(&["xz", "--check=crc32"], "kernel/fs/btrfs");
    find(&["xz", "--check=crc32"], "kernel/lib");
    find(&["zstd", "-q", "--rm"], "kernel/crypto");
    // Debian's kmod reads no gzip: only that it is taken is seen here.
    same_as_depmod(&scratch.join("package"));
    let names = |tree: &Path| {
        let tree = import::directory(tree).expect("a tree");
        let modules = Modules::read(&tree, &path).expect("modules");
        let loading = modules.loading(&["btrfs", "squashfs", "fuse"]);
        let name =
            |place: &usize| modules.path(*place).rsplit('/').next().expect("a name").to_owned();
        loading.order.iter().map(name).collect::<Vec<_>>()
    };
    let before = names(&scratch.join("package"));
    assert!(before.contains(&"btrfs.ko.xz".to_owned()), "{before:?}");
    find(&["gzip"], "kernel/fs");
    let gzipped = names(&scratch.join("package"));
    let expected: Vec<_> = before
        .iter()
        .map(|name| if name.ends_with(".ko") { format!("{name}.gz") } else { name.clone() })
        .collect();
    assert_eq!(gzipped, expected);
}

#[test]
fn a_damaged_module_is_named() {
    let scratch = Scratch::new("modules");
    scratch.write("tree/lib/modules/1.0/kernel/a.ko", "\u{7f}ELF and no more");
    let tree = import::directory(&scratch.join("tree")).expect("a tree");
    let error = Modules::read(&tree, "lib/modules/1.0").expect_err("damaged").to_string();
    let expected = "lib/modules/1.0/kernel/a.ko: not an ELF object of a kind that can be read: ";
    assert!(error.starts_with(expected), "{error}");
}

#[test]
fn the_indexes_of_an_arm64_kernel() {
    if !met("depmod, arm64", &[Tool("depmod"), Tool("apt-get")]) {
        return;
    }
    same_as_depmod(&debian_package("arm64", "linux-image-arm64"));
}
