//! The same definition gives the same bytes, whoever builds it, where and when.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use tintype_tests::compare::first_difference;
use tintype_tests::fixture::{debian_root, text};
use tintype_tests::lacking::Need::{File, Root, Tool};
use tintype_tests::lacking::{Need, met};
use tintype_tests::program;
use tintype_tests::scratch::Scratch;
use tintype_tests::tintype;

/// What starts the systems of the fixtures.
const GRUB: Need = File("/usr/lib/grub/x86_64-efi/kernel.img");

/// Runs the copy of the program under a shell that first does `preparation`.
fn prepared(preparation: &str, binary: &Path) -> Command {
    let mut command = program::command("sh");
    command.arg("-c").arg(format!("{preparation}; exec \"$@\"")).arg("sh").arg(binary);
    command
}

#[test]
fn two_users_in_two_places_make_the_same_bytes() {
    let needs = [Root, Tool("setpriv"), Tool("mmdebstrap"), GRUB];
    if !met("the same bytes for two users", &needs) {
        return;
    }
    let scratch = Scratch::for_every_user("determinism");
    let binary = scratch.join("tintype");
    fs::copy(tintype::binary(), &binary).expect("copy");
    for (place, mode) in [("here", 0o755), ("some/where else", 0o777)] {
        let file = scratch.write(&format!("{place}/debian.scm"), &text("debian-root.scm"));
        let directory = file.parent().expect("its directory");
        fs::set_permissions(directory, fs::Permissions::from_mode(mode)).expect("chmod");
        let archive = directory.join("rootfs.tar");
        fs::copy(debian_root(), &archive).expect("copy");
        fs::set_permissions(&archive, fs::Permissions::from_mode(0o644)).expect("chmod");
    }

    let mut first = prepared("umask 022", &binary);
    first.args(["image", "-o", "disk.img", "debian.scm"]).current_dir(scratch.join("here"));
    first.env("TZ", "UTC").env("LC_ALL", "C");
    program::run(&mut first).ok();

    // User 65534, another place and way to name the file, other rights for new files, a zone
    // east of all, a locale with commas, and a clock that claims another date.
    let mut second = program::command("setpriv");
    second.args(["--reuid=65534", "--regid=65534", "--clear-groups", "sh", "-c"]);
    second.arg("umask 077; exec \"$@\"").arg("sh").arg(&binary);
    second.args(["image", "-o", "other name.img"]);
    second.arg(scratch.join("some/where else/debian.scm"));
    second.current_dir(scratch.join("some/where else"));
    second.env("TZ", "Pacific/Kiritimati").env("LC_ALL", "de_DE.UTF-8").env("LANG", "tr_TR.UTF-8");
    second.env("HOME", "/nonexistent").env("USER", "nobody").env("SOURCE_DATE_EPOCH", "86400");
    program::run(&mut second).ok();

    let images = (scratch.join("here/disk.img"), scratch.join("some/where else/other name.img"));
    let (read, differs) = first_difference(&images.0, &images.1).expect("both can be read");
    assert_eq!(differs, None);
    assert!(read > 100 << 20, "only {read} bytes were compared");
}

#[test]
fn a_second_build_over_the_first_makes_the_same_bytes() {
    if !met("the same bytes for a second build", &[Tool("mmdebstrap"), GRUB]) {
        return;
    }
    let scratch = Scratch::new("again");
    let file = scratch.write("debian.scm", &text("debian-root-gpt.scm"));
    fs::hard_link(debian_root(), scratch.join("rootfs.tar")).expect("link");
    let image = scratch.join("disk.img");
    let build = || {
        program::run(tintype::command().args(["image", "-o"]).arg(&image).arg(&file)).ok();
    };
    build();
    fs::rename(&image, scratch.join("first.img")).expect("rename");
    fs::write(&image, "an old file").expect("write");
    build();
    let (_, differs) = first_difference(&scratch.join("first.img"), &image).expect("both are read");
    assert_eq!(differs, None);
}
