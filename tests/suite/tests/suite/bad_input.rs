//! Wrong input is refused: exit code 1, the place and the way out on stderr, and on the disk
//! nothing new, nothing lost and no litter.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tintype_tests::lacking::Need::{Root, Tool};
use tintype_tests::lacking::met;
use tintype_tests::program::{self, Outcome, names_in};
use tintype_tests::scratch::Scratch;
use tintype_tests::tintype::{self, Diagnostic, refused, refused_at};

/// A system whose root is the directory `tree` beside the definition, up to its last field.
const SYSTEM: &str = "(use-modules (gnu) (gnu image) (gnu system image) (guix gexp))

(define system
  (operating-system
    (host-name \"niepce\")
    (timezone \"Etc/UTC\")
    (bootloader (bootloader-configuration
                 (bootloader grub-efi-bootloader)
                 (targets '(\"/boot/efi\"))))
    (file-systems (cons (file-system
                          (device (file-system-label \"my-root\"))
                          (mount-point \"/\")
                          (type \"ext4\"))
                        %base-file-systems))
    (packages (list (local-file \"tree\" #:recursive? #t)))
    (services %base-services)))
";

/// A definition, and the tree that it names, in a directory of its own.
struct Studio {
    scratch: Scratch,
    definition: PathBuf,
    output: PathBuf,
}

/// The studio of the definition that is [`SYSTEM`] and then `rest`, whose first line is line 18.
#[track_caller]
fn studio(rest: &str) -> Studio {
    studio_of(&format!("{SYSTEM}\n{rest}\n"))
}

#[track_caller]
fn studio_of(definition: &str) -> Studio {
    let scratch = Scratch::new("bad-input");
    let definition = scratch.write("disk.scm", definition);
    scratch.write("tree/etc/motd", "a still life\n");
    // More than a small file system has room for, and no byte of it a hole.
    let blob: Vec<u8> = (0..24_u32 << 18).flat_map(|word| (word | 1).to_le_bytes()).collect();
    fs::write(scratch.join("tree/blob"), blob).expect("write");
    let output = scratch.join("disk.img");
    Studio { scratch, definition, output }
}

impl Studio {
    /// `tintype image OPTIONS -o disk.img disk.scm`.
    #[track_caller]
    fn image(&self, options: &[&str]) -> Outcome {
        let mut command = tintype::command();
        command.arg("image").args(options).arg("-o").arg(&self.output).arg(&self.definition);
        program::run(&mut command)
    }

    /// Runs it twice, without and with an old output, and checks that it is refused both times in
    /// the same words and that nothing has changed on the disk.
    #[track_caller]
    fn refuses(&self, options: &[&str]) -> Outcome {
        let before = names_in(self.scratch.path());
        let first = self.image(options);
        refused(&first);
        assert_eq!(names_in(self.scratch.path()), before, "litter: {first}");

        fs::write(&self.output, "the old image").expect("write");
        let before = names_in(self.scratch.path());
        let second = self.image(options);
        refused(&second);
        assert_eq!(names_in(self.scratch.path()), before, "litter: {second}");
        assert_eq!(fs::read(&self.output).expect("the old image"), b"the old image", "{second}");
        assert_eq!(first.stderr, second.stderr);
        first
    }

    /// The same, and the error is at `line` of the definition, from 1, and says all of `words`.
    #[track_caller]
    fn refuses_at(&self, line: u32, words: &[&str], options: &[&str]) -> Diagnostic {
        let outcome = self.refuses(options);
        let found = refused_at(&outcome);
        assert_eq!(found.file, self.definition.display().to_string(), "{outcome}");
        assert_eq!(found.line, line, "{outcome}");
        for word in words {
            assert!(outcome.stderr.contains(word), "it does not say {word:?}: {outcome}");
        }
        found
    }
}

/// The numbers that stand before the word `bytes` in `text`.
fn byte_counts(text: &str) -> Vec<u64> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let named = words.windows(2).filter(|pair| pair[1].starts_with("bytes"));
    named.filter_map(|pair| pair[0].parse().ok()).collect()
}

/// What the cases below change is the only thing wrong with them.
#[test]
fn the_definition_that_the_cases_spoil_is_right() {
    let studio = studio("(image (inherit efi-disk-image) (operating-system system))");
    studio.image(&[]).ok();
    assert!(fs::metadata(&studio.output).expect("the image").len() > 64 << 20);
    assert_eq!(names_in(studio.scratch.path()), ["disk.img", "disk.scm", "tree"]);
}

#[test]
fn a_definition_that_is_not_there() {
    let studio = studio("system");
    fs::remove_file(&studio.definition).expect("remove");
    let outcome = studio.refuses(&[]);
    assert!(outcome.stderr.contains("disk.scm"), "{outcome}");
    assert!(outcome.stderr.to_lowercase().contains("no such file"), "{outcome}");
}

#[test]
fn a_local_file_that_is_not_there() {
    let text =
        SYSTEM.replace("(local-file \"tree\" #:recursive? #t)", "(local-file \"nowhere.tar\")");
    let studio = studio_of(&format!("{text}\nsystem\n"));
    let found = studio.refuses_at(15, &["nowhere.tar"], &[]);
    assert!(found.text.to_lowercase().contains("no such file"), "{found}");
}

#[test]
fn an_archive_that_is_none() {
    let text =
        SYSTEM.replace("(local-file \"tree\" #:recursive? #t)", "(local-file \"rootfs.tar\")");
    let studio = studio_of(&format!("{text}\nsystem\n"));
    studio.scratch.write("rootfs.tar", &"This is no archive.\n".repeat(100));
    studio.refuses_at(15, &["rootfs.tar"], &[]);
}

#[test]
fn an_archive_that_is_cut_off() {
    if !met("an archive that is cut off", &[Tool("tar")]) {
        return;
    }
    let text =
        SYSTEM.replace("(local-file \"tree\" #:recursive? #t)", "(local-file \"rootfs.tar\")");
    let studio = studio_of(&format!("{text}\nsystem\n"));
    let archive = studio.scratch.join("rootfs.tar");
    let mut tar = program::command("tar");
    tar.args(["--create", "--file"]).arg(&archive).arg("--directory").arg(studio.scratch.path());
    program::run(tar.arg("tree")).ok();
    let file = fs::File::options().write(true).open(&archive).expect("open");
    file.set_len(1_000_000).expect("truncate");
    studio.refuses_at(15, &["rootfs.tar"], &[]);
}

#[test]
fn a_field_misspelt() {
    let studio = studio_of(&format!("{}\nsystem\n", SYSTEM.replace("(timezone ", "(timezon ")));
    let found = studio.refuses_at(4, &[], &[]);
    assert_eq!(found.text, "extraneous field initializers (timezon)");
}

#[test]
fn a_variable_misspelt_comes_with_a_hint() {
    let text = SYSTEM.replace("%base-services", "%base-servises");
    let studio = studio_of(&format!("{text}\nsystem\n"));
    studio.refuses_at(16, &["%base-servises", "hint", "%base-services"], &[]);
}

#[test]
fn a_value_that_is_no_system() {
    let studio = studio("(list 1 2 3)");
    let outcome = studio.refuses(&[]);
    let said = "does not return an operating system or an image";
    assert!(outcome.stderr.contains(said), "{outcome}");
}

#[test]
fn an_image_type_that_is_not_known() {
    let outcome = studio("system").refuses(&["-t", "efi-row"]);
    assert!(outcome.stderr.contains("efi-row: no such image type"), "{outcome}");
}

#[test]
fn a_label_too_long_for_ext4() {
    let studio = studio(
        "(image
 (inherit efi-disk-image)
 (operating-system system)
 (partitions (list esp-partition
                   (partition
                    (inherit root-partition)
                    (label \"seventeen letters\")))))",
    );
    let outcome = studio.refuses(&[]);
    let found = refused_at(&outcome);
    assert!((18..=24).contains(&found.line), "in the image: {outcome}");
    for word in ["label", "17", "16"] {
        assert!(outcome.stderr.contains(word), "it does not say {word:?}: {outcome}");
    }
}

#[test]
fn a_label_too_long_for_fat() {
    let studio = studio(
        "(image
 (inherit efi-disk-image)
 (operating-system system)
 (partitions (list (partition
                    (inherit esp-partition)
                    (label \"TWELVE-CHARS\"))
                   root-partition)))",
    );
    let outcome = studio.refuses(&[]);
    let found = refused_at(&outcome);
    assert!((18..=24).contains(&found.line), "in the image: {outcome}");
    for word in ["label", "TWELVE-CHARS", "11"] {
        assert!(outcome.stderr.contains(word), "it does not say {word:?}: {outcome}");
    }
}

/// `--label` names the first partition, here the ESP.
#[test]
fn a_label_too_long_on_the_command_line() {
    let outcome = studio("system").refuses(&["--label=TWELVE-CHARS"]);
    for word in ["label", "TWELVE-CHARS", "11"] {
        assert!(outcome.stderr.contains(word), "it does not say {word:?}: {outcome}");
    }
}

#[test]
fn partitions_that_overlap() {
    let studio = studio(
        "(image
 (inherit efi-disk-image)
 (operating-system system)
 (partitions (list esp-partition
                   (partition
                    (inherit root-partition)
                    (offset (* 16 (expt 2 20)))))))",
    );
    let outcome = studio.refuses(&[]);
    let found = refused_at(&outcome);
    assert!((18..=24).contains(&found.line), "in the image: {outcome}");
    // The way out: the ESP of 40 MiB at 1 MiB ends where the root could begin.
    for word in ["GNU-ESP", "Guix_image", "16777216", "42991616"] {
        assert!(outcome.stderr.contains(word), "it does not say {word:?}: {outcome}");
    }
}

/// The size that the error names is enough, and one MiB less is not.
#[test]
fn an_image_size_too_small_says_how_much_is_needed() {
    let studio = studio("system");
    let outcome = studio.refuses(&["--image-size=10MiB"]);
    let needed = byte_counts(&outcome.stderr).into_iter().max();
    let needed = needed.unwrap_or_else(|| panic!("no number of bytes: {outcome}"));
    assert!((24 << 20..64 << 20).contains(&needed), "{needed} bytes: {outcome}");
    let less = format!("--image-size={}", needed - (1 << 20));
    studio.refuses(&[&less]);
    studio.image(&[&format!("--image-size={needed}")]).ok();
}

#[test]
fn a_partition_size_too_small_says_how_much_is_needed() {
    let studio = studio(
        "(image
 (inherit efi-disk-image)
 (operating-system system)
 (partitions (list esp-partition
                   (partition
                    (inherit root-partition)
                    (size (* 10 (expt 2 20)))))))",
    );
    let outcome = studio.refuses(&[]);
    let found = refused_at(&outcome);
    assert!((18..=24).contains(&found.line), "in the image: {outcome}");
    let needed = byte_counts(&outcome.stderr).into_iter().max();
    assert!(needed.is_some_and(|needed| needed > 24 << 20), "{outcome}");
}

/// On a disk of 16 MiB, in a mount namespace that ends with the program.
#[test]
fn a_full_disk_leaves_the_old_image() {
    if !met("a full disk", &[Root, Tool("unshare"), Tool("mount")]) {
        return;
    }
    let studio = studio("system");
    let small = studio.scratch.join("small");
    fs::create_dir(&small).expect("mkdir");
    for old in ["", "the old image"] {
        let mut command = program::command("unshare");
        command.args(["--mount", "sh", "-c"]).arg(
            "mount -t tmpfs -o size=16m tmpfs \"$1\" || exit 99
             [ -z \"$4\" ] || printf %s \"$4\" >\"$1/disk.img\"
             \"$2\" image -o \"$1/disk.img\" \"$3\"
             status=$?
             ls -A \"$1\"
             [ -z \"$4\" ] || cat \"$1/disk.img\"
             exit $status",
        );
        command.arg("sh").args([&small, &tintype::binary(), &studio.definition]).arg(old);
        let outcome = program::run(&mut command);
        assert_eq!(outcome.code(), Some(1), "{outcome}");
        let left = if old.is_empty() { String::new() } else { format!("disk.img\n{old}") };
        assert_eq!(outcome.text(), left, "nothing is written but what was there: {outcome}");
        assert!(outcome.stderr.contains("small"), "where the room lacks: {outcome}");
        assert!(outcome.stderr.contains("No space left on device"), "{outcome}");
        let counts = byte_counts(&outcome.stderr);
        assert!(counts.iter().any(|count| *count > 64 << 20), "what was needed: {outcome}");
        assert!(counts.iter().any(|count| *count <= 16 << 20), "what there was: {outcome}");
    }
}

#[test]
fn a_directory_as_output() {
    let studio = studio("system");
    fs::create_dir(&studio.output).expect("mkdir");
    let before = names_in(studio.scratch.path());
    let outcome = studio.image(&[]);
    assert!(refused(&outcome).contains("disk.img"), "{outcome}");
    assert!(outcome.stderr.to_lowercase().contains("is a directory"), "{outcome}");
    assert_eq!(names_in(studio.scratch.path()), before);
    assert!(names_in(&studio.output).is_empty());
}

#[test]
fn an_output_directory_that_is_not_there() {
    let mut studio = studio("system");
    studio.output = studio.scratch.join("nowhere/disk.img");
    let before = names_in(studio.scratch.path());
    let outcome = studio.image(&[]);
    assert!(refused(&outcome).contains("nowhere"), "{outcome}");
    assert_eq!(names_in(studio.scratch.path()), before);
}

/// The program as a user without rights: root itself is never refused by modes.
#[track_caller]
fn as_nobody(directory: &Path, arguments: &[OsString]) -> Outcome {
    let binary = directory.join("tintype");
    fs::copy(tintype::binary(), &binary).expect("copy");
    let mut command = program::command("setpriv");
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(binary);
    program::run(command.args(arguments))
}

/// A studio that user 65534 can enter, but where only root can write.
#[track_caller]
fn open_studio() -> Studio {
    let scratch = Scratch::for_every_user("closed");
    let definition = scratch.write("disk.scm", &format!("{SYSTEM}\nsystem\n"));
    scratch.write("tree/etc/motd", "a still life\n");
    let output = scratch.join("closed/disk.img");
    fs::create_dir(scratch.join("closed")).expect("mkdir");
    Studio { scratch, definition, output }
}

#[test]
fn an_output_directory_without_rights() {
    if !met("an output directory without rights", &[Root, Tool("setpriv")]) {
        return;
    }
    let studio = open_studio();
    let closed = studio.scratch.join("closed");
    fs::write(&studio.output, "the old image").expect("write");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o555)).expect("chmod");
    let arguments = [
        "image".into(),
        "-o".into(),
        studio.output.clone().into(),
        studio.definition.clone().into(),
    ];
    let outcome = as_nobody(studio.scratch.path(), &arguments);
    assert!(refused(&outcome).contains("closed"), "{outcome}");
    assert!(outcome.stderr.contains("Permission denied"), "{outcome}");
    assert_eq!(names_in(&closed), ["disk.img"]);
    assert_eq!(fs::read(&studio.output).expect("the old image"), b"the old image");
}

#[test]
fn a_tree_that_cannot_be_read() {
    if !met("a tree that cannot be read", &[Root, Tool("setpriv")]) {
        return;
    }
    let studio = open_studio();
    let closed = studio.scratch.join("closed");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o777)).expect("chmod");
    let secret = studio.scratch.write("tree/etc/secret", "not for everyone\n");
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).expect("chmod");
    let arguments = [
        "image".into(),
        "-o".into(),
        studio.output.clone().into(),
        studio.definition.clone().into(),
    ];
    let outcome = as_nobody(studio.scratch.path(), &arguments);
    assert!(refused(&outcome).contains("tree/etc/secret"), "which file: {outcome}");
    assert!(outcome.stderr.contains("Permission denied"), "{outcome}");
    assert!(names_in(&closed).is_empty());
}

#[test]
fn wrong_usage_exits_with_2() {
    for arguments in [&["image"][..], &["image", "--no-such-flag", "x.scm"], &["develop"], &[]] {
        let outcome = tintype::run(arguments);
        assert_eq!(outcome.code(), Some(2), "{outcome}");
        assert!(outcome.stdout.is_empty(), "{outcome}");
        assert!(outcome.stderr.to_lowercase().contains("usage"), "{outcome}");
    }
}

/// `check` finds the same and builds nothing.
#[test]
fn check_names_every_wrong_file() {
    let right = studio("system");
    let field = studio_of(&format!("{}\nsystem\n", SYSTEM.replace("(timezone ", "(timezon ")));
    let name =
        studio_of(&format!("{}\nsystem\n", SYSTEM.replace("%base-services", "%base-servises")));
    let mut command = tintype::command();
    command.arg("check").args([&right.definition, &field.definition, &name.definition]);
    let outcome = program::run(&mut command);
    refused(&outcome);
    let found = tintype::diagnostics(&outcome.stderr);
    for (studio, line) in [(&field, 4), (&name, 16)] {
        let file = studio.definition.display().to_string();
        let named = found.iter().any(|found| found.file == file && found.line == line);
        assert!(named, "{file}:{line} is not named: {outcome}");
    }
    let file = right.definition.display().to_string();
    assert!(found.iter().all(|found| found.file != file), "{outcome}");
    let mut command = tintype::command();
    program::run(command.arg("check").arg(&right.definition)).ok();
    assert_eq!(names_in(right.scratch.path()), ["disk.scm", "tree"]);
}
