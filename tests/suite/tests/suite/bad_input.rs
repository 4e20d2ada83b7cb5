//! Wrong input is refused: exit code 1, the place and the way out on stderr, and on the disk
//! nothing new, nothing lost and no litter.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use tintype_tests::lacking::Need::{Root, Tool};
use tintype_tests::lacking::met;
use tintype_tests::program::{self, names_in};
use tintype_tests::studio::{SYSTEM, as_nobody, byte_counts, open_studio, studio, studio_of};
use tintype_tests::tintype::{self, refused, refused_at};

/// What the cases below change is the only thing wrong with them.
#[test]
fn the_definition_that_the_cases_spoil_is_right() {
    let studio = studio("(image (inherit efi-disk-image) (operating-system niepce))");
    studio.image(&[]).ok();
    assert!(fs::metadata(&studio.output).expect("the image").len() > 64 << 20);
    assert_eq!(names_in(studio.scratch.path()), ["disk.img", "disk.scm", "tree"]);
}

#[test]
fn a_definition_that_is_not_there() {
    let studio = studio("niepce");
    fs::remove_file(&studio.definition).expect("remove");
    let outcome = studio.refuses(&[]);
    assert!(outcome.stderr.contains("disk.scm"), "{outcome}");
    assert!(outcome.stderr.to_lowercase().contains("no such file"), "{outcome}");
}

#[test]
fn a_local_file_that_is_not_there() {
    let text =
        SYSTEM.replace("(local-file \"tree\" #:recursive? #t)", "(local-file \"nowhere.tar\")");
    let studio = studio_of(&format!("{text}\nniepce\n"));
    let found = studio.refuses_at(15, &["nowhere.tar"], &[]);
    assert!(found.text.to_lowercase().contains("no such file"), "{found}");
}

#[test]
fn an_archive_that_is_none() {
    let text =
        SYSTEM.replace("(local-file \"tree\" #:recursive? #t)", "(local-file \"rootfs.tar\")");
    let studio = studio_of(&format!("{text}\nniepce\n"));
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
    let studio = studio_of(&format!("{text}\nniepce\n"));
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
    let studio = studio_of(&format!("{}\nniepce\n", SYSTEM.replace("(timezone ", "(timezon ")));
    let found = studio.refuses_at(4, &[], &[]);
    assert_eq!(found.text, "extraneous field initializers (timezon)");
}

#[test]
fn a_variable_misspelt_comes_with_a_hint() {
    let text = SYSTEM.replace("%base-services", "%base-servises");
    let studio = studio_of(&format!("{text}\nniepce\n"));
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
    let outcome = studio("niepce").refuses(&["-t", "efi-row"]);
    assert!(outcome.stderr.contains("efi-row: no such image type"), "{outcome}");
}

#[test]
fn a_label_too_long_for_ext4() {
    let studio = studio(
        "(image
 (inherit efi-disk-image)
 (operating-system niepce)
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
 (operating-system niepce)
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
    let outcome = studio("niepce").refuses(&["--label=TWELVE-CHARS"]);
    for word in ["label", "TWELVE-CHARS", "11"] {
        assert!(outcome.stderr.contains(word), "it does not say {word:?}: {outcome}");
    }
}

#[test]
fn partitions_that_overlap() {
    let studio = studio(
        "(image
 (inherit efi-disk-image)
 (operating-system niepce)
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
    let studio = studio("niepce");
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
 (operating-system niepce)
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
    let right = studio("niepce");
    let field = studio_of(&format!("{}\nniepce\n", SYSTEM.replace("(timezone ", "(timezon ")));
    let name =
        studio_of(&format!("{}\nniepce\n", SYSTEM.replace("%base-services", "%base-servises")));
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
