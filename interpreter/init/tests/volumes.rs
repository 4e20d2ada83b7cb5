//! Volumes are seen as blkid(8) sees them.

#[path = "../src/program/superblock.rs"]
mod superblock;
#[allow(dead_code, reason = "the program uses all of it")]
#[path = "../src/program/text.rs"]
mod text;
#[path = "../src/program/wanted.rs"]
mod wanted;

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::Path;

use tintype_tests::lacking::{Need::Tool, met};
use tintype_tests::program;
use tintype_tests::scratch::Scratch;
use wanted::{Check, Name, Wanted};

/// Kind, label and UUID.
fn seen(image: &Path) -> [String; 3] {
    let file = File::open(image).expect("an image");
    let volume = superblock::identify(&mut |offset, buffer| {
        file.read_at(buffer, offset).is_ok_and(|len| len == buffer.len())
    });
    let volume = volume.unwrap_or_else(|| panic!("nothing in {}", image.display()));
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    [text(volume.kind), text(volume.label.as_bytes()), text(volume.uuid.as_bytes())]
}

fn by_blkid(image: &Path) -> [String; 3] {
    ["TYPE", "LABEL", "UUID"].map(|tag| {
        let mut command = program::command("blkid");
        command.args(["-p", "-s", tag, "-o", "value"]).arg(image);
        program::run(&mut command).text().trim().to_owned()
    })
}

#[test]
fn superblocks() {
    let tools = ["blkid", "mke2fs", "mkdosfs", "mkswap", "xorriso"].map(Tool);
    if !met("superblocks as blkid sees them", &tools) {
        return;
    }
    let scratch = Scratch::new("volumes");
    let image = scratch.join("image");
    let commands: [(u64, &[&str]); 7] = [
        (8, &["mke2fs", "-q", "-F", "-t", "ext2", "-L", "second"]),
        (8, &["mke2fs", "-q", "-F", "-t", "ext3", "-L", "third"]),
        (8, &["mke2fs", "-q", "-F", "-t", "ext4", "-L", "sixteen letters!"]),
        (4, &["mkdosfs", "-F", "12"]),
        (20, &["mkdosfs", "-F", "16", "-n", "SIXTEEN"]),
        (80, &["mkdosfs", "-F", "32", "-n", "THIRTYTWO"]),
        (8, &["mkswap", "-L", "change"]),
    ];
    for (mebibytes, words) in commands {
        let file = File::create(&image).expect("an image");
        file.set_len(mebibytes << 20).expect("its length");
        program::run(program::command(words[0]).args(&words[1..]).arg(&image)).ok();
        assert_eq!(seen(&image), by_blkid(&image), "{words:?}");
    }
    let tree = scratch.join("tree");
    fs::create_dir(&tree).expect("mkdir");
    fs::remove_file(&image).expect("removed");
    let mut command = program::command("xorriso");
    command.args(["-as", "mkisofs", "-quiet", "-V", "A_VOLUME", "-o"]).arg(&image).arg(&tree);
    program::run(&mut command).ok();
    assert_eq!(seen(&image), by_blkid(&image));
}

#[test]
fn an_encrypted_volume_is_told_from_others() {
    let scratch = Scratch::new("volumes");
    let image = scratch.join("image");
    let mut bytes = vec![0; 1 << 20];
    bytes[..6].copy_from_slice(b"LUKS\xba\xbe");
    bytes[168..204].copy_from_slice(b"38af4c98-72ff-63f9-3fc8-097a38af4c98");
    fs::write(&image, bytes).expect("an image");
    assert_eq!(seen(&image), ["luks", "", "38af4c98-72ff-63f9-3fc8-097a38af4c98"]);
}

#[test]
fn what_the_kernel_is_told_counts_more_than_what_the_image_was_made_with() {
    let settings =
        b"root UUID=38af4c98-72ff-63f9-3fc8-097a38af4c98\ntype ext4\nvolatile\noptions a=b,c\n";
    let plain = Wanted::read(settings, b"console=ttyS0 quiet\n");
    assert_eq!(plain.root.map(|name| name.shown()[1].len()), Some(36));
    assert_eq!((plain.kind, plain.options), (Some(&b"ext4"[..]), &b"a=b,c"[..]));
    assert!(plain.is_volatile && plain.read_only.is_none() && plain.restart.is_none());
    assert!(plain.check == Check::Skip);
    let checked = |line: &'static [u8]| Wanted::read(b"check yes\n", line).check;
    assert!(checked(b"quiet") == Check::Unclean);
    assert!(checked(b"fsck.mode=force") == Check::Force);
    assert!(checked(b"fsck.mode=skip") == Check::Skip);
    let line = b"root=LABEL=x ro rootfstype=xfs panic=3 init=/bin/sh rootdelay=60 -- rw";
    let told = Wanted::read(settings, line);
    assert!(told.root == Some(Name::Label(b"x")));
    assert_eq!((told.kind, told.read_only), (Some(&b"xfs"[..]), Some(true)));
    assert_eq!((told.init, told.patience, told.restart), (Some(&b"/bin/sh"[..]), 60, Some(3)));
    let name = |text: &'static [u8]| Wanted::read(b"", text).root;
    assert!(name(b"root=/dev/sda1") == Some(Name::Device(b"/dev/sda1")));
    assert!(name(b"root=PARTUUID=ab-01") == Some(Name::Partition(b"ab-01")));
    assert!(name(b"root=my-root") == Some(Name::Label(b"my-root")));
    let uuid = b"38af4c98-72ff-63f9-3fc8-097a38af4c98";
    assert!(name(b"root=38af4c98-72ff-63f9-3fc8-097a38af4c98") == Some(Name::Uuid(uuid)));
    assert!(name(b"quiet").is_none());
}
