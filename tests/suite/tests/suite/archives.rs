//! Archives of a root: `tarball` and `wsl2`, unpacked by other people's programs.

use std::fs;
use std::path::{Path, PathBuf};

use tintype_tests::compare::{first_difference, trees};
use tintype_tests::fixture::{debian_root, debian_root_unpacked, text};
use tintype_tests::lacking::Need::{Root, Tool};
use tintype_tests::lacking::met;
use tintype_tests::program::{self, Outcome};
use tintype_tests::scratch::Scratch;
use tintype_tests::tintype;

/// The Debian root's definition with `options` in an image of the type `of`, beside its archive.
fn debian(scratch: &Scratch, of: &str, options: &str) -> PathBuf {
    let definition = text("debian-root.scm")
        .replace("(operating-system\n", "(define daguerre (operating-system\n");
    let definition = format!(
        "{definition})\n(use-modules (gnu image) (gnu system image))\n\
         (image (inherit {of}-image) (operating-system daguerre) (format-options '({options})))\n"
    );
    let file = scratch.write("debian.scm", &definition);
    if !scratch.join("rootfs.tar").exists() {
        fs::hard_link(debian_root(), scratch.join("rootfs.tar")).expect("link");
    }
    file
}

fn build(definition: &Path, output: &Path) -> Outcome {
    program::run(tintype::command().args(["image", "-o"]).arg(output).arg(definition)).ok()
}

#[test]
fn a_debian_root_comes_out_as_it_went_in() {
    let needs = [Root, Tool("mmdebstrap"), Tool("tar"), Tool("zstd")];
    if !met("a tarball of a Debian root", &needs) {
        return;
    }
    let scratch = Scratch::new("tarball");
    let definition = debian(&scratch, "tarball", "\"compression=zstd\"");
    let archive = scratch.join("root.tar.zst");
    build(&definition, &archive);
    let made = scratch.join("made");
    fs::create_dir(&made).expect("mkdir");
    let mut tar = program::command("tar");
    tar.args(["--zstd", "-xpf"]).arg(&archive).args(["--numeric-owner", "--xattrs"]);
    let outcome = program::run(tar.args(["--xattrs-include=*", "-C"]).arg(&made)).ok();
    assert_eq!(outcome.stderr, "", "{outcome}");
    let report = trees(&debian_root_unpacked(), &made, &[]).expect("both are read").equal();
    assert!(report.files > 8_000, "{report}");
}

/// One core or all, another directory, zone, locale and user: the same bytes.
#[test]
fn the_same_bytes_on_one_core_and_on_all() {
    let needs = [Root, Tool("mmdebstrap"), Tool("taskset"), Tool("setpriv")];
    if !met("the same tarball on any number of cores", &needs) {
        return;
    }
    let scratch = Scratch::for_every_user("tarball-twice");
    let binary = scratch.join("tintype");
    fs::copy(tintype::binary(), &binary).expect("copy");
    let definition = debian(&scratch, "tarball", "");
    let one = scratch.join("one");
    let mut first = program::command("taskset");
    first.args(["-c", "0"]).arg(&binary).args(["image", "-o"]).arg(&one).arg(&definition);
    program::run(first.env("TZ", "UTC")).ok();
    let place = Scratch::for_every_user("elsewhere");
    std::os::unix::fs::chown(place.path(), Some(65534), None).expect("chown");
    let mut second = program::command("setpriv");
    second.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(&binary);
    second.args(["image", "-o", "other"]).arg(&definition).current_dir(place.path());
    second.env("TZ", "Pacific/Kiritimati").env("LC_ALL", "tr_TR.UTF-8").env("HOME", "/nowhere");
    program::run(&mut second).ok();
    let (read, differs) = first_difference(&one, &place.join("other")).expect("both are read");
    assert_eq!(differs, None);
    assert!(read > 20 << 20, "only {read} bytes were compared");
}

#[test]
fn source_date_epoch_caps_times() {
    if !met("SOURCE_DATE_EPOCH", &[Tool("tar")]) {
        return;
    }
    let scratch = Scratch::new("epoch");
    let definition = text("tree.scm")
        .replace("(operating-system\n", "(use-modules (gnu image))\n(operating-system\n");
    let definition = scratch.write("tree.scm", &definition);
    scratch.write("tree/etc/motd", "a still life\n");
    let archive = scratch.join("root.tar.gz");
    let image = |epoch: &str| {
        let mut command = tintype::command();
        command.args(["image", "-t", "tarball", "-o"]).arg(&archive).arg(&definition);
        program::run(command.env("SOURCE_DATE_EPOCH", epoch))
    };
    image("86400").ok();
    let list = program::run_named("tar", ["-tvzf".as_ref(), archive.as_os_str()]).ok().text();
    assert!(
        list.lines().count() == 3 && list.lines().all(|line| line.contains(" 1970-01-02 ")),
        "{list}"
    );
    assert!(list.contains("./etc/motd"), "{list}");
    let refused = image("yesterday");
    assert_eq!(refused.code(), Some(1), "{refused}");
    assert!(refused.stderr.contains("SOURCE_DATE_EPOCH"), "{refused}");
}

#[test]
fn every_compressor_of_guix_s_is_read_by_its_own_program() {
    let tools = ["gzip", "lzip", "xz", "bzip2", "zstd"];
    if !met("every compressor", &tools.map(Tool)) {
        return;
    }
    let scratch = Scratch::new("compressors");
    scratch.write("tree/etc/motd", "a still life\n");
    let system =
        text("tree.scm").replace("(operating-system\n", "(define talbot (operating-system\n");
    for tool in tools.into_iter().chain(["none"]) {
        let definition = format!(
            "{system})\n(use-modules (gnu image) (gnu system image))\n(image (inherit tarball-image)\n  \
             (operating-system talbot) (format-options '(\"compression={tool}\")))\n"
        );
        let file = scratch.write("tree.scm", &definition);
        let mut command = tintype::command();
        let outcome =
            program::run(command.arg("image").arg(&file).current_dir(scratch.path())).ok();
        let name = outcome.text().trim().to_owned();
        let extension = match tool {
            "gzip" => ".gz",
            "lzip" => ".lz",
            "bzip2" => ".bz2",
            "zstd" => ".zst",
            "xz" => ".xz",
            _ => "",
        };
        assert_eq!(name, format!("image.tar{extension}"));
        let bytes = match tool {
            "none" => fs::read(scratch.join(&name)).expect("read"),
            tool => {
                program::run(program::command(tool).arg("-dc").arg(scratch.join(&name))).ok().stdout
            }
        };
        assert_eq!(&bytes[257..263], b"ustar\0", "{tool}");
        assert!(bytes.windows(13).any(|part| part == b"a still life\n"), "{tool}");
    }
    let wrong = system
        + ")\n(use-modules (gnu image) (gnu system image))\n(image (inherit tarball-image)\n  \
        (operating-system talbot) (format-options '(\"compression=rar\")))\n";
    let file = scratch.write("wrong.scm", &wrong);
    let outcome = tintype::run(&["image".as_ref(), file.as_os_str()]);
    assert_eq!(outcome.code(), Some(1), "{outcome}");
    assert!(outcome.stderr.contains("the values of 'compression' are gzip, lzip"), "{outcome}");
}

/// What WSL asks of a distribution (Microsoft's "Build a Custom Linux Distribution for WSL"): a tar
/// archive, compressed with gzip, of the root itself, with a shell and `mount`.
#[test]
fn a_wsl2_archive_has_what_wsl_starts() {
    if !met("a WSL archive", &[Tool("tar")]) {
        return;
    }
    let scratch = Scratch::new("wsl2");
    for file in ["bin/bash", "usr/bin/mount", "etc/passwd"] {
        scratch.write(&format!("tree/{file}"), "x");
    }
    let definition = scratch.write("tree.scm", &text("tree.scm"));
    let archive = scratch.join("debian.wsl");
    let mut command = tintype::command();
    command.args(["image", "-t", "wsl2", "-o"]).arg(&archive).arg(&definition);
    let outcome = program::run(&mut command).ok();
    let list = program::run_named("tar", ["-tvzf".as_ref(), archive.as_os_str()]).ok().text();
    assert!(list.lines().next().expect("entries").ends_with(" ./"), "{list}");
    assert!(list.contains("./bin/sh -> /bin/bash"), "{list}");
    // This tree has no /bin/mount to link to.
    assert!(!list.contains("./bin/mount"), "{list}");
    assert!(outcome.stderr.contains("neither /bin/mount nor"), "{outcome}");
}
