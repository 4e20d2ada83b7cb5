//! GRUB's programs as GRUB's own tools make them from the same files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use liblzma::stream::{Action, Filters, LzmaOptions, Stream};
use tintype_boot::grub::bios::{BootSector, CoreImage, Gap, SECTOR};
use tintype_boot::grub::{Contents, Error, Library, PartitionTable, Platform, efi};
use tintype_tests::fixture;
use tintype_tests::lacking::Need::{File, LoopMount, Tool};
use tintype_tests::lacking::{Need, met};
use tintype_tests::mount::Mounted;
use tintype_tests::program;
use tintype_tests::scratch::Scratch;
use tintype_tree::{Tree, import};

const BIOS_KERNEL: Need = File("/usr/lib/grub/i386-pc/kernel.img");
const EFI_KERNEL: Need = File("/usr/lib/grub/x86_64-efi/kernel.img");

/// The host's own GRUB.
fn host_grub() -> Tree {
    import::directory(Path::new(HOST)).expect("GRUB's files can be read")
}

const HOST: &str = "/usr/lib/grub";

fn contents(modules: &[&str], config: Option<&str>) -> Contents {
    Contents {
        modules: modules.iter().map(|module| (*module).to_owned()).collect(),
        config: config.map(str::to_owned),
        prefix: "(,msdos1)/boot/grub".to_owned(),
    }
}

/// What `grub-mkimage` makes of the same, from the files in `directory`.
fn made_by_grub(
    scratch: &Scratch,
    directory: &Path,
    platform: Platform,
    contents: &Contents,
) -> Vec<u8> {
    let out = scratch.join("by-grub");
    let mut command = program::command("grub-mkimage");
    command.arg("-d").arg(directory.join(platform.name())).args(["-O", platform.name()]);
    command.args(["-p", &contents.prefix, "-o"]).arg(&out);
    if let Some(config) = &contents.config {
        command.arg("-c").arg(scratch.write("config", config));
    }
    program::run(command.args(&contents.modules)).ok();
    fs::read(&out).expect("the image")
}

/// The kernel and its records in a core image, unpacked by liblzma.
fn payload(core: &[u8]) -> Vec<u8> {
    let word = |at| u32::from_le_bytes(core[at..at + 4].try_into().expect("4 bytes")) as usize;
    let (compressed, len) = (word(SECTOR + 8), word(SECTOR + 12));
    let start = SECTOR + 2848;
    assert_eq!(core.len(), start + compressed, "nothing follows the kernel");
    let mut options = LzmaOptions::new_preset(9).expect("options");
    options.dict_size(1 << 16);
    let mut filters = Filters::new();
    filters.lzma1(&options);
    let mut stream = Stream::new_raw_decoder(&filters).expect("a decoder");
    let mut bytes = Vec::with_capacity(len);
    let _ = stream.process_vec(&core[start..], &mut bytes, Action::Run).expect("it unpacks");
    assert_eq!(bytes.len(), len, "as many bytes as the header says");
    bytes
}

/// Checks that `ours` and `theirs` differ in nothing but how LZMA has packed the same payload.
#[track_caller]
fn same_but_for_packing(ours: &[u8], theirs: &[u8]) {
    let mut heads = [ours, theirs].map(|core| core[..SECTOR + 2848].to_vec());
    for (head, core) in heads.iter_mut().zip([ours, theirs]) {
        // The number of sectors follows from the size of what is packed.
        let sectors = (core.len() - SECTOR).div_ceil(SECTOR) as u16;
        assert_eq!(head[0x1fc..0x1fe], sectors.to_le_bytes());
        head[0x1fc..0x1fe].fill(0);
        head[SECTOR + 8..SECTOR + 12].fill(0);
    }
    assert!(heads[0] == heads[1], "the loader differs");
    let payloads = [payload(ours), payload(theirs)];
    let differs = payloads[0].iter().zip(&payloads[1]).position(|(one, other)| one != other);
    let lens = payloads.each_ref().map(Vec::len);
    assert_eq!((lens[0], differs), (lens[1], None), "the kernel or its records differ");
}

#[test]
fn the_core_image_is_that_of_grub_mkimage() {
    if !met("core.img against grub-mkimage", &[Tool("grub-mkimage"), BIOS_KERNEL]) {
        return;
    }
    let scratch = Scratch::new("core");
    let grub = host_grub();
    let library = Library::find(&[(&grub, "the host")], Platform::I386Pc).expect("a library");
    let many = [
        "biosdisk",
        "part_msdos",
        "part_gpt",
        "ext2",
        "fat",
        "normal",
        "linux",
        "search",
        "search_fs_uuid",
        "configfile",
        "png",
        "gfxterm",
        "all_video",
    ];
    for contents in [
        contents(&["biosdisk", "part_msdos", "ext2"], None),
        contents(&["biosdisk", "part_msdos", "fat", "ext2"], Some("echo here\n")),
        contents(&many, Some("set pager=1")),
    ] {
        let ours = CoreImage::make(&library, &contents).expect("a core image");
        same_but_for_packing(
            ours.bytes(),
            &made_by_grub(&scratch, Path::new(HOST), Platform::I386Pc, &contents),
        );
    }
}

/// Checks the program for `platform` from the files in `directory`.
#[track_caller]
fn same_program(directory: &Path, platform: Platform) {
    let scratch = Scratch::new("efi");
    let tree = import::directory(directory).expect("GRUB's files can be read");
    let library = Library::find(&[(&tree, "there")], platform).expect("a library");
    for contents in [
        contents(&["part_gpt", "ext2"], None),
        contents(&["normal", "search", "fat"], Some("search --set=root --label my-root\n")),
    ] {
        let ours = efi::program(&library, &contents).expect("a program");
        let theirs = made_by_grub(&scratch, directory, platform, &contents);
        let differs = ours.iter().zip(&theirs).position(|(one, other)| one != other);
        assert_eq!((ours.len(), differs), (theirs.len(), None), "{}", platform.name());
    }
}

#[test]
fn efi_programs_are_those_of_grub_mkimage() {
    let ia32 = File("/usr/lib/grub/i386-efi/kernel.img");
    for (platform, kernel) in [(Platform::X86_64Efi, EFI_KERNEL), (Platform::I386Efi, ia32)] {
        let check = format!("{} against grub-mkimage", platform.name());
        if met(&check, &[Tool("grub-mkimage"), kernel]) {
            same_program(Path::new(HOST), platform);
        }
    }
}

#[test]
fn the_efi_program_for_arm64_is_that_of_grub_mkimage() {
    if met("arm64-efi against grub-mkimage", &[Tool("grub-mkimage"), Tool("apt-get")]) {
        let package = fixture::debian_package("arm64", "grub-efi-arm64-bin");
        same_program(&package.join("usr/lib/grub"), Platform::Arm64Efi);
    }
}

/// A disk with a partition table, and room before or in its first partition.
struct Disk {
    file: PathBuf,
    start: u64,
    room: u64,
    gap: Gap,
}

fn disk(scratch: &Scratch, label: &str) -> Disk {
    let file = scratch.join(label);
    fs::File::create(&file).and_then(|file| file.set_len(8 << 20)).expect("a disk");
    let (script, start, room, gap) = match label {
        "dos" => ("label: dos\nstart=2048, type=83, bootable\n", 1, 2047, Gap::AfterMbr),
        _ => (
            "label: gpt\nstart=2048, size=200, type=21686148-6449-6E6F-744E-656564454649\n\
             start=4096, type=L\n",
            2048,
            200,
            Gap::BiosBootPartition,
        ),
    };
    let script = scratch.write("script", script);
    let mut command = program::command("sfdisk");
    let input = fs::File::open(script).expect("the script");
    program::run(command.arg("--quiet").arg(&file).stdin(input)).ok();
    Disk { file, start, room, gap }
}

/// Our installation on `disk`.
fn install(library: &Library, core: &CoreImage, disk: &Disk) -> Vec<u8> {
    let mut bytes = fs::read(&disk.file).expect("the disk");
    let code = BootSector::read(library).expect("boot.img").code(disk.start);
    bytes[..code.len()].copy_from_slice(&code);
    let placed = core.place(disk.start, disk.room, disk.gap).expect("it fits");
    let at = disk.start as usize * SECTOR;
    bytes[at..at + placed.len()].copy_from_slice(&placed);
    bytes
}

/// `grub-bios-setup` finds nothing to change on a disk that we installed the same core image on.
#[test]
fn grub_bios_setup_changes_nothing() {
    const SETUP: &str = "/usr/lib/grub/i386-pc/grub-bios-setup";
    let needs = [File(SETUP), BIOS_KERNEL, LoopMount, Tool("sfdisk"), Tool("mke2fs")];
    if !met("grub-bios-setup on our disks", &needs) {
        return;
    }
    let scratch = Scratch::new("setup");
    let grub = host_grub();
    let library = Library::find(&[(&grub, "the host")], Platform::I386Pc).expect("a library");
    let small = Contents::bios(PartitionTable::Msdos, 1, "ext2");
    let mut large = Contents::bios(PartitionTable::Gpt, 2, "btrfs");
    large.modules.extend(["normal", "png", "gfxterm", "linux"].map(str::to_owned));
    for (label, contents) in [("dos", &small), ("gpt", &small), ("dos", &large)] {
        let core = CoreImage::make(&library, contents).expect("a core image");
        let disk = disk(&scratch, label);
        let installed = install(&library, &core, &disk);
        fs::write(&disk.file, &installed).expect("write");

        // GRUB wants its files in a file system on a device that it knows.
        let files = scratch.join("files");
        fs::create_dir_all(&files).expect("mkdir");
        fs::write(files.join("core.img"), core.bytes()).expect("write");
        fs::copy("/usr/lib/grub/i386-pc/boot.img", files.join("boot.img")).expect("copy");
        let image = scratch.join("files.ext4");
        let mut mke2fs = program::command("mke2fs");
        mke2fs.args(["-q", "-F", "-t", "ext4", "-d"]).arg(&files).arg(&image).arg("8M");
        program::run(&mut mke2fs).ok();
        let mounted = Mounted::ext4(&image).expect("a loop mount");
        let mut df = program::command("df");
        let device = program::run(df.arg("--output=source").arg(mounted.path())).ok().text();
        let device = device.lines().last().expect("a device").trim().to_owned();
        let map = format!("(hd0) {}\n(hd1) {device}\n", disk.file.display());
        let map = scratch.write("device.map", &map);

        let mut setup = Command::new(SETUP);
        setup.env("LC_ALL", "C").arg("-m").arg(&map).arg("-d").arg(mounted.path());
        program::run(setup.arg(&disk.file)).ok();
        let theirs = fs::read(&disk.file).expect("the disk");
        let differs = installed.iter().zip(&theirs).position(|(one, other)| one != other);
        assert_eq!(differs, None, "{label}, {} sectors", core.sectors());
        drop(mounted);
        fs::remove_file(&image).expect("remove");
    }
}

#[test]
fn a_core_image_that_does_not_fit_says_so() {
    if !met("a core image that does not fit", &[BIOS_KERNEL]) {
        return;
    }
    let grub = host_grub();
    let library = Library::find(&[(&grub, "the host")], Platform::I386Pc).expect("a library");
    let contents = contents(&["biosdisk", "part_msdos", "ext2"], None);
    let core = CoreImage::make(&library, &contents).expect("a core image");
    let need = core.sectors();
    let full = core.place(1, need, Gap::AfterMbr).expect("just room enough");
    assert_eq!(full.len() as u64, need * SECTOR as u64);
    let error = core.place(1, need - 1, Gap::AfterMbr).expect_err("a sector is missing");
    assert_eq!(
        error.to_string(),
        format!(
            "GRUB's core image takes {need} sectors of 512 bytes, and the gap before the first \
             partition has {}; let the first partition begin at 1 MiB, (offset (expt 2 20)), or \
             further on",
            need - 1
        )
    );
    let all: Vec<String> = fs::read_dir("/usr/lib/grub/i386-pc")
        .expect("the modules")
        .filter_map(|entry| entry.expect("an entry").file_name().into_string().ok())
        .filter_map(|name| name.strip_suffix(".mod").map(str::to_owned))
        .collect();
    let all = Contents { modules: all, ..contents.clone() };
    let error = CoreImage::make(&library, &all).expect_err("all modules are too many");
    assert!(matches!(error, Error::TooLarge { .. }), "{error}");
}

#[test]
fn files_that_are_missing_or_for_another_machine_are_named() {
    if !met("wrong GRUB files", &[BIOS_KERNEL, EFI_KERNEL]) {
        return;
    }
    let grub = host_grub();
    let node = |path: &str| grub.node(grub.lookup(path.as_bytes()).expect(path)).clone();
    let mut tree = Tree::new();
    let put = |tree: &mut Tree, path: &str, node| {
        tree.insert(path.as_bytes(), node).expect("it can be put there");
    };
    let find = |tree: &Tree| Library::find(&[(tree, "the packages")], Platform::I386Pc).map(|_| ());

    let error = find(&tree).expect_err("there is none");
    assert!(error.to_string().starts_with("no GRUB for i386-pc in the packages; add"), "{error}");
    assert!(error.to_string().contains("grub-pc-bin"), "{error}");

    for file in ["kernel.img", "moddep.lst"] {
        let path = format!("usr/lib/grub/x86_64-efi/{file}");
        put(&mut tree, &path, node(&format!("x86_64-efi/{file}")));
    }
    let error = find(&tree).expect_err("there is another");
    let words = "no GRUB for i386-pc in the packages, which has it for x86_64-efi; add";
    assert!(error.to_string().starts_with(words), "{error}");

    // A kernel of one machine in the directory of another.
    put(&mut tree, "usr/lib/grub/i386-pc/moddep.lst", node("i386-pc/moddep.lst"));
    put(&mut tree, "usr/lib/grub/i386-pc/kernel.img", node("x86_64-efi/kernel.img"));
    let library = Library::find(&[(&tree, "it")], Platform::I386Pc).expect("it is there");
    let small = contents(&["biosdisk"], None);
    let error = CoreImage::make(&library, &small).expect_err("the wrong machine");
    assert!(matches!(error, Error::WrongMachine { found: 62, wanted: 3, .. }), "{error}");
    put(&mut tree, "usr/lib/grub/i386-pc/kernel.img", node("i386-pc/kernel.img"));
    let library = Library::find(&[(&tree, "it")], Platform::I386Pc).expect("it is there");
    let error = CoreImage::make(&library, &small).expect_err("a file is missing");
    let words = "its directory usr/lib/grub/i386-pc has no file biosdisk.mod";
    assert!(error.to_string().contains(words), "{error}");
    let odd = contents(&["biosdisk", "telepathy"], None);
    let error = CoreImage::make(&library, &odd).expect_err("no such module");
    assert!(error.to_string().ends_with("has no module telepathy"), "{error}");
}

/// Cut off at any place, GRUB's files are an error and nothing else.
#[test]
fn damaged_kernels_are_refused() {
    if !met("damaged GRUB kernels", &[EFI_KERNEL]) {
        return;
    }
    let grub = host_grub();
    let path = b"x86_64-efi/kernel.img";
    let whole = fs::read("/usr/lib/grub/x86_64-efi/kernel.img").expect("the kernel");
    let metadata = grub.node(grub.lookup(path).expect("the kernel")).metadata.clone();
    for len in (0..whole.len()).step_by(whole.len() / 40) {
        let mut tree = grub.clone();
        let mut bytes = whole.clone();
        bytes.truncate(len);
        let kind = tintype_tree::Kind::Regular(tintype_tree::Extents::from_bytes(bytes));
        let node = tintype_tree::Node { metadata: metadata.clone(), kind };
        tree.insert(path, node).expect("it is replaced");
        let library = Library::find(&[(&tree, "it")], Platform::X86_64Efi).expect("it is there");
        let made = efi::program(&library, &contents(&["fat"], None));
        assert!(matches!(made, Err(Error::Malformed { .. })), "{len} bytes: {made:?}");
    }
}
