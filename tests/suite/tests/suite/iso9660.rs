//! `tintype image -t iso9660`, judged by programs that are not ours. That it boots is seen in `boots`.

use std::fs;
use std::path::{Path, PathBuf};

use tintype_tests::compare::trees;
use tintype_tests::fixture::text;
use tintype_tests::lacking::Need::{Root, Tool};
use tintype_tests::lacking::met;
use tintype_tests::program::{self, run_named};
use tintype_tests::scratch::Scratch;
use tintype_tests::tintype;

/// A volume that `tintype image OPTIONS` makes of a tree beside its definition.
struct Made {
    scratch: Scratch,
    image: PathBuf,
}

#[track_caller]
fn make(options: &[&str], fill: impl FnOnce(&Path)) -> Made {
    let scratch = Scratch::new("iso9660");
    let definition = scratch.write("tree.scm", &text("tree.scm"));
    fs::create_dir(scratch.join("tree")).expect("mkdir");
    fill(&scratch.join("tree"));
    let image = scratch.join("image.iso");
    let mut command = tintype::command();
    command.arg("image").args(options).arg("-o").arg(&image).arg(&definition);
    program::run(&mut command).ok();
    Made { scratch, image }
}

fn still_life(tree: &Path) {
    fs::write(tree.join("motd"), "a still life\n").expect("write");
    fs::write(tree.join("plates"), "silver on iron\n".repeat(9000)).expect("write");
    let files = [tree.join("motd"), tree.join("plates"), tree.to_owned()];
    run_named(
        "touch",
        [Path::new("-d"), Path::new("@1000000000")]
            .into_iter()
            .chain(files.iter().map(PathBuf::as_path)),
    )
    .ok();
}

#[test]
fn the_label_is_in_capitals_and_the_uuid_that_of_the_system() {
    if !met("an ISO's label by blkid", &[Tool("blkid")]) {
        return;
    }
    for (options, label) in
        [(&["-t", "iso9660"][..], "GUIX_IMAGE"), (&["-t", "iso9660", "--label=still"], "STILL")]
    {
        let made = make(options, still_life);
        let said = run_named("blkid", [Path::new("-p"), &made.image]).ok().text();
        assert!(said.contains(&format!("LABEL=\"{label}\"")), "{said}");
        assert!(said.contains("UUID=\"1970-01-01-"), "{said}");
    }
}

#[test]
fn a_compressed_volume_reads_like_a_plain_one() {
    if !met("an ISO by bsdtar", &[Root, Tool("bsdtar")]) {
        return;
    }
    let [compressed, plain] =
        ["iso9660", "uncompressed-iso9660"].map(|name| make(&["-t", name], still_life));
    let len = |made: &Made| fs::metadata(&made.image).expect("the image").len();
    assert!(len(&compressed) + 100_000 < len(&plain));
    for made in [&compressed, &plain] {
        let unpacked = made.scratch.join("unpacked");
        fs::create_dir(&unpacked).expect("mkdir");
        let image = made.image.to_str().expect("a path of ours");
        run_named("bsdtar", ["-xpf", image, "-C", unpacked.to_str().expect("a path")]).ok();
        let mut report = trees(&made.scratch.join("tree"), &unpacked, &[]).expect("readable");
        report.differences.retain(|line| !line.contains("mtime"));
        assert_eq!(report.equal().files, 3);
    }
}

#[test]
fn the_same_definition_gives_the_same_volume() {
    let both = [1, 2].map(|_| fs::read(make(&["-t", "iso9660"], still_life).image).expect("read"));
    assert!(both[0] == both[1]);
}

#[test]
fn a_label_that_does_not_fit_is_refused() {
    let scratch = Scratch::new("iso9660");
    let definition = scratch.write("tree.scm", &text("tree.scm"));
    fs::create_dir(scratch.join("tree")).expect("mkdir");
    let mut command = tintype::command();
    let label = format!("--label={}", "x".repeat(33));
    command.args(["image", "-t", "iso9660", &label, "-o"]).arg(scratch.join("x.iso"));
    let outcome = program::run(command.arg(&definition));
    assert!(tintype::refused(&outcome).contains("1 to 32 printable ASCII"), "{outcome}");
    assert!(!scratch.join("x.iso").exists());
}
