//! Every image type builds for its platform from a small tree, and has its boot loader where firmware or
//! the boot ROM of a board looks for it. `tests/fixtures/image-types.scm` says what each is to be;
//! programs that are not ours judge it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tintype_tests::disk::{SECTOR, check_ext4, check_fat, extract, partitions, superblock};
use tintype_tests::fixture::text;
use tintype_tests::lacking::Need::{File, Tool};
use tintype_tests::lacking::{Need, met};
use tintype_tests::program::{self, Outcome, names_in, run_named};
use tintype_tests::scratch::Scratch;
use tintype_tests::sexp::Sexp;
use tintype_tests::tintype::{self, run};

const NEEDS: [Need; 14] = [
    Tool("sfdisk"),
    Tool("sgdisk"),
    Tool("e2fsck"),
    Tool("dumpe2fs"),
    Tool("debugfs"),
    Tool("fsck.fat"),
    Tool("mcopy"),
    Tool("qemu-img"),
    Tool("xorriso"),
    Tool("skopeo"),
    Tool("bsdtar"),
    File("/usr/lib/grub/i386-pc/boot.img"),
    File("/usr/lib/grub/x86_64-efi/kernel.img"),
    File("/usr/lib/grub/i386-efi/kernel.img"),
];

const MOTD: &str = "a still life\n";

/// What the trees of packages that a definition names are made of, besides boot loaders.
const PACKAGES: [(&str, &str); 5] = [
    ("bash", "bin/bash"),
    ("coreutils", "bin/env"),
    ("guile", "bin/guile"),
    ("sudo", "bin/sudo"),
    ("util-linux", "bin/mount"),
];

/// The small tree, for every machine.
const TREE: [(&str, &str); 8] = [
    ("etc/motd", MOTD),
    ("boot/vmlinuz-6.1", "a kernel"),
    ("boot/initrd.img-6.1", "its RAM disk"),
    ("usr/lib/linux-image-6.1/board.dtb", "a device tree"),
    ("hurd/ext2fs.static", "a server"),
    ("hurd/exec.static", "another"),
    ("hurd/pci-arbiter.static", "another"),
    ("hurd/rumpdisk.static", "another"),
];

/// Bytes that repeat nowhere, and differ from file to file.
fn noise(name: &str, len: u32) -> Vec<u8> {
    let seed = name.bytes().fold(1_u32, |hash, byte| hash.wrapping_mul(31) ^ u32::from(byte));
    (0..len / 4)
        .flat_map(|index| (index ^ seed).wrapping_mul(0x9e37_79b1).rotate_left(9).to_le_bytes())
        .collect()
}

/// A studio with the tree, the packages and the board's loaders.
struct Studio {
    scratch: Scratch,
    loaders: BTreeMap<String, Vec<u8>>,
}

impl Studio {
    fn new() -> Self {
        let scratch = Scratch::new("image-types");
        for (file, content) in TREE {
            scratch.write(&format!("tree/{file}"), content);
        }
        for (package, file) in PACKAGES {
            scratch.write_program(&format!("packages/{package}/{file}"), "#!/bin/sh\n");
        }
        let grub = scratch.join("packages/grub");
        std::os::unix::fs::symlink("/usr/lib/grub", grub).expect("a link");
        Self { scratch, loaders: BTreeMap::new() }
    }

    /// Puts the Hurd's kernel into the place of Linux.
    fn has_the_hurds_kernel(&self) {
        let boot = self.scratch.join("tree/boot");
        fs::rename(boot.join("vmlinuz-6.1"), boot.join("gnumach-1.8")).expect("rename");
        fs::remove_file(boot.join("initrd.img-6.1")).expect("remove");
    }

    /// Puts a loader into its package.
    fn add_loader(&mut self, loader: &Sexp) {
        let [Sexp::Text(package), Sexp::Text(file), _] = loader.list() else { panic!("{loader}") };
        let content = noise(file, 60_000);
        let path = self.scratch.write(&format!("packages/{package}/{file}"), "");
        fs::write(path, &content).expect("write");
        self.loaders.insert(file.clone(), content);
    }

    /// `tintype image -t TYPE` of the system, into `out`.
    #[track_caller]
    fn build(&self, name: &str, system: &Sexp) -> (PathBuf, Outcome) {
        let definition = self.scratch.write(&format!("{name}.scm"), &definition(system));
        let out = self.scratch.join(&format!("{name}.out"));
        let mut command = tintype::command();
        command.args(["image", "-t", name, "-o"]).arg(&out).arg("--package-source");
        let packages = self.scratch.join("packages");
        (out, program::run(command.arg(packages).arg(definition)).ok())
    }
}

/// The definition of a system of `image-types.scm` whose packages are the small tree.
fn definition(system: &Sexp) -> String {
    let packages = "(packages (list (local-file \"tree\" #:recursive? #t)))";
    let header = "(use-modules (gnu) (gnu system) (guix gexp) (tintype initrd))\n";
    match system.list() {
        [head, bootloader] if head.to_string() == "grub" => format!(
            "{header}(operating-system
  (host-name \"talbot\")
  (timezone \"Etc/UTC\")
  (bootloader (bootloader-configuration (bootloader {bootloader}) (targets '(\"/boot/efi\"))))
  (file-systems (cons (file-system (device (file-system-label \"my-root\"))
                                   (mount-point \"/\") (type \"ext4\"))
                      %base-file-systems))
  (initrd tree-initrd)
  {packages}
  (services '()))\n"
        ),
        [_, module, variable] => {
            // Neither starts Linux.
            let is_other = matches!(module.to_string().as_str(), "hurd" | "wsl2");
            let fields = if is_other { "" } else { "(initrd tree-initrd)" };
            format!(
                "{header}(use-modules (gnu system images {module}))
(operating-system (inherit {variable}) {packages} {fields})\n"
            )
        }
        _ => panic!("{system}"),
    }
}

/// A file of the file system that begins at `offset` of a disk.
#[track_caller]
fn file_at(disk: &Path, offset: u64, path: &str) -> String {
    let place = format!("{}?offset={offset}", disk.display());
    run_named("debugfs", ["-R", &format!("cat {path}"), &place]).ok().text()
}

#[test]
fn every_type_is_what_its_platform_starts_from() {
    if !met("every image type", &NEEDS) {
        return;
    }
    let expected = Sexp::read_all(&text("image-types.scm")).expect("the table of image types");
    let mut names: Vec<String> = expected.iter().map(|entry| entry.list()[0].to_string()).collect();
    names.sort();
    let listed = run(&["types"]).ok().text();
    assert_eq!(listed.lines().collect::<Vec<_>>(), names, "image-types.scm has every type");
    for entry in &expected {
        let [name, system, image] = entry.list() else { panic!("{entry}") };
        let mut studio = Studio::new();
        image.list().iter().skip(3).for_each(|loader| studio.add_loader(loader));
        if image.to_string().contains("hurd") {
            studio.has_the_hurds_kernel();
        }
        let (out, outcome) = studio.build(&name.to_string(), system);
        assert!(!outcome.stderr.contains("no bootloader is installed"), "{outcome}");
        let kind = image.list().first().unwrap_or(image).to_string();
        match kind.as_str() {
            "disk" => judge_disk(&studio, &out, image),
            "qcow2" => judge_disk(&studio, &converted(&out), image),
            "iso" => judge_iso(&out),
            "docker" => judge_container(&studio, "docker-archive", &unzipped(&out)),
            "oci" => judge_container(&studio, "oci-archive", &out),
            "oci-directory" => judge_container(&studio, "oci", &out),
            "tarball" => judge_archive(&out, &["etc/motd"]),
            "wsl" => judge_archive(&out, &["etc/motd", "bin/sh", "bin/mount"]),
            _ => panic!("{entry}"),
        }
        println!("{name}: {kind}");
    }
}

/// The disk in a qcow2 image, after `qemu-img check`.
fn converted(image: &Path) -> PathBuf {
    let checked = program::run(program::command("qemu-img").arg("check").arg(image)).ok();
    assert!(checked.text().contains("No errors were found"), "{checked}");
    let raw = image.with_extension("raw");
    let mut convert = program::command("qemu-img");
    convert.args(["convert", "-f", "qcow2", "-O", "raw"]).arg(image).arg(&raw);
    program::run(&mut convert).ok();
    raw
}

fn judge_disk(studio: &Studio, disk: &Path, image: &Sexp) {
    let [_, table, parts, loaders @ ..] = image.list() else { panic!("{image}") };
    let found = partitions(disk);
    let dump = run_named("sfdisk", [Path::new("--dump"), disk]).ok().text();
    let label = if table.to_string() == "gpt" { "label: gpt" } else { "label: dos" };
    assert!(dump.contains(label), "{image}: {dump}");
    if table.to_string() == "gpt" {
        let verified = run_named("sgdisk", [Path::new("--verify"), disk]).ok();
        assert!(verified.text().contains("No problems found"), "{verified}");
    }
    assert_eq!(found.len(), parts.list().len(), "{image}: {dump}");
    for (wanted, partition) in parts.list().iter().zip(&found) {
        let [start, kind, content] = wanted.list() else { panic!("{wanted}") };
        assert!(start.to_string() == "#f" || start.to_string() == partition.start.to_string());
        assert_eq!(kind.to_string(), partition.kind, "{image}: {dump}");
        let part = studio.scratch.join("part");
        extract(disk, partition, &part).expect("the partition can be copied");
        let offset = partition.start * SECTOR;
        match content.to_string().as_str() {
            "root" => {
                check_ext4(&part);
                assert_eq!(superblock(&part, "Filesystem OS type"), "Linux");
                assert_eq!(file_at(disk, offset, "/etc/motd"), MOTD);
                judge_menu(disk, offset, loaders.is_empty());
            }
            "hurd" => judge_hurd(disk, offset, &part),
            // Its bytes are those of a loader, looked at below.
            "loader" => {}
            program => {
                check_fat(&part);
                let mut mcopy = program::command("mcopy");
                mcopy.arg("-i").arg(&part).arg(format!("::/EFI/BOOT/{program}")).arg("-");
                let copied = program::run(&mut mcopy).ok().stdout;
                assert!(copied.starts_with(b"MZ"), "{image}: {program} is no PE program");
            }
        }
    }
    let bytes = fs::read(disk).expect("the disk");
    for loader in loaders {
        let [_, Sexp::Text(file), sector] = loader.list() else { panic!("{loader}") };
        let sector: u64 = sector.to_string().parse().expect("a sector");
        let (start, content) = ((sector * SECTOR) as usize, &studio.loaders[file]);
        assert!(bytes[start..][..content.len()] == content[..], "{file} is not at {sector}");
    }
    let efi = parts.list().iter().any(|part| part.to_string().contains(".EFI"));
    let boots_by_bios = loaders.is_empty() && (!efi || image.to_string().contains("hybrid"));
    if boots_by_bios {
        judge_first_sector(&bytes);
    }
}

/// The menu of GRUB, or the one that U-Boot reads, names the kernel.
fn judge_menu(disk: &Path, offset: u64, grub: bool) {
    let path = if grub { "/boot/grub/grub.cfg" } else { "/boot/extlinux/extlinux.conf" };
    let menu = file_at(disk, offset, path);
    for word in ["/boot/vmlinuz-6.1", "/boot/initrd.img-6.1", "root=UUID="] {
        assert!(menu.contains(word), "no {word} in {path}:\n{menu}");
    }
    assert!(grub || menu.contains("FDTDIR /usr/lib/linux-image-6.1"), "{menu}");
}

/// The first sector is GRUB's `boot.img`, but for what it leaves to be filled in: the BIOS parameter
/// block, the sector of the core image, and whether to trust the BIOS's drive number.
fn judge_first_sector(disk: &[u8]) {
    let code = fs::read("/usr/lib/grub/i386-pc/boot.img").expect("GRUB's boot.img");
    for (at, (found, wanted)) in disk.iter().zip(&code).take(440).enumerate() {
        let filled_in = (0x03..0x68).contains(&at);
        assert!(filled_in || found == wanted, "byte {at:#x} is {found:#x}, not {wanted:#x}");
    }
    let core = u64::from_le_bytes(disk[0x5c..0x64].try_into().expect("eight bytes"));
    assert_eq!(core, 1, "the core image follows");
    let next = fs::read("/usr/lib/grub/i386-pc/diskboot.img").expect("GRUB's diskboot.img");
    // Its last words list where the rest is.
    assert!(disk[512..][..480] == next[..480], "diskboot.img is in the second sector");
}

/// An ext2 of the Hurd's, with its servers and devices.
fn judge_hurd(disk: &Path, offset: u64, part: &Path) {
    check_ext4(part);
    assert_eq!(superblock(part, "Filesystem OS type"), "Hurd");
    assert_eq!(superblock(part, "Inode size"), "128");
    assert_eq!(file_at(disk, offset, "/etc/motd"), MOTD);
    for (file, command) in [
        ("/dev/null", "/hurd/null\0"),
        ("/dev/tty3", "/hurd/term\0/dev/tty3\0hurdio\0/dev/vcs/3/console\0"),
        ("/dev/wd1s2", "/hurd/storeio\0--store-type=typed\0part:2:device:@/dev/disk:wd1\0"),
        ("/servers/socket/1", "/hurd/pflocal\0"),
        ("/servers/bus/pci", "/hurd/pci-arbiter\0"),
    ] {
        let value = part.with_extension("value");
        let request = format!("ea_get -f {} {file} gnu.translator", value.display());
        let said = run_named("debugfs", ["-R".as_ref(), request.as_ref(), part.as_os_str()]).ok();
        let value = fs::read(value).unwrap_or_else(|error| panic!("{file}: {error}: {said}"));
        assert_eq!(String::from_utf8_lossy(&value), command, "{file}");
    }
    let listed = |path: &str| {
        let request = format!("stat {path}");
        run_named("debugfs", ["-R".as_ref(), request.as_ref(), part.as_os_str()]).ok().text()
    };
    assert!(listed("/servers/exec").contains("Mode:  0444"), "{}", listed("/servers/exec"));
    assert!(listed("/dev/urandom").contains("/dev/random"), "{}", listed("/dev/urandom"));
    let menu = file_at(disk, offset, "/boot/grub/grub.cfg");
    for line in [
        "multiboot /boot/gnumach-1.8 root=part:1:device:hd0",
        "module /hurd/ext2fs.static ext2fs --multiboot-command-line='${kernel-command-line}'",
        "module /hurd/exec.static exec '$(exec-task=task-create)'",
    ] {
        assert!(menu.contains(line), "no {line} in\n{menu}");
    }
}

fn judge_iso(image: &Path) {
    let checked =
        run_named("xorriso", ["-indev".as_ref(), image.as_os_str(), "-toc".as_ref()]).ok();
    let boot =
        ["-indev".as_ref(), image.as_os_str(), "-report_el_torito".as_ref(), "plain".as_ref()];
    let report = run_named("xorriso", boot).ok().text();
    for platform in ["BIOS", "UEFI"] {
        let named = report
            .lines()
            .any(|line| line.contains(platform) && line.contains("El Torito boot img"));
        assert!(named, "nothing for {platform}: {report}\n{checked}");
    }
    let out = image.with_extension("motd");
    let words = ["-osirrox", "on", "-indev"].map(std::ffi::OsStr::new);
    let rest = ["-extract", "/etc/motd"].map(std::ffi::OsStr::new);
    let words = [&words[..], &[image.as_os_str()], &rest[..], &[out.as_os_str()]].concat();
    run_named("xorriso", words).ok();
    assert_eq!(fs::read_to_string(out).expect("the file"), MOTD);
}

/// skopeo's releases in Debian take no docker archives that are compressed with gzip.
fn unzipped(archive: &Path) -> PathBuf {
    let plain = archive.with_extension("tar");
    let bytes = program::run(program::command("gzip").arg("-dc").arg(archive)).ok().stdout;
    fs::write(&plain, bytes).expect("write");
    plain
}

/// skopeo copies the image, checking every digest, and a layer has the tree.
fn judge_container(studio: &Studio, transport: &str, image: &Path) {
    let copy = studio.scratch.join("copied");
    let (from, to) =
        (format!("{transport}:{}", image.display()), format!("dir:{}", copy.display()));
    run_named("skopeo", ["--insecure-policy", "copy", &from, &to]).ok();
    let config = run_named("skopeo", ["inspect", "--config", &from]).ok().text();
    assert!(config.contains("\"amd64\""), "{config}");
    let layers = names_in(&copy).into_iter().filter(|name| name.len() == 64);
    let has_the_file = |layer: &String| {
        let mut list = program::command("bsdtar");
        program::run(list.arg("-tf").arg(copy.join(layer))).text().contains("etc/motd")
    };
    assert!(layers.clone().any(|layer| has_the_file(&layer)), "{:?}", names_in(&copy));
}

fn judge_archive(archive: &Path, files: &[&str]) {
    let listed = program::run(program::command("bsdtar").arg("-tf").arg(archive)).ok().text();
    for file in files {
        let there = listed.lines().any(|line| line.trim_start_matches("./") == *file);
        assert!(there, "no {file} in\n{listed}");
    }
    let member = listed.lines().find(|line| line.ends_with("etc/motd")).expect("listed above");
    let mut read = program::command("bsdtar");
    assert_eq!(program::run(read.arg("-xOf").arg(archive).arg(member)).ok().text(), MOTD);
}
