//! A definition and the tree that it names, to be spoiled by tests of wrong input.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use crate::program::{self, Outcome, names_in};
use crate::scratch::Scratch;
use crate::tintype::{self, Diagnostic, refused, refused_at};

/// A system whose root is the directory `tree` beside the definition, up to its last field.
pub const SYSTEM: &str = "(use-modules (gnu) (gnu image) (gnu system image) (guix gexp))

(define niepce
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
#[derive(Debug)]
pub struct Studio {
    /// The directory.
    pub scratch: Scratch,
    /// The definition, `disk.scm` in it.
    pub definition: PathBuf,
    /// Where the image would go, `disk.img`.
    pub output: PathBuf,
}

/// The studio of the definition that is [`SYSTEM`] and then `rest`, whose first line is line 18.
/// The system is called `niepce` there.
#[track_caller]
pub fn studio(rest: &str) -> Studio {
    studio_of(&format!("{SYSTEM}\n{rest}\n"))
}

/// The studio of a whole definition.
#[track_caller]
pub fn studio_of(definition: &str) -> Studio {
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
    pub fn image(&self, options: &[&str]) -> Outcome {
        let mut command = tintype::command();
        command.arg("image").args(options).arg("-o").arg(&self.output).arg(&self.definition);
        program::run(&mut command)
    }

    /// Runs it twice, without and with an old output, and checks that it is refused both times in
    /// the same words and that nothing has changed on the disk.
    #[track_caller]
    pub fn refuses(&self, options: &[&str]) -> Outcome {
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
    pub fn refuses_at(&self, line: u32, words: &[&str], options: &[&str]) -> Diagnostic {
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
pub fn byte_counts(text: &str) -> Vec<u64> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let named = words.windows(2).filter(|pair| pair[1].starts_with("bytes"));
    let number = |word: &str| word.trim_start_matches(|c: char| !c.is_ascii_digit()).parse().ok();
    named.filter_map(|pair| number(pair[0])).collect()
}

/// The program as a user without rights: root itself is never refused by modes.
#[track_caller]
pub fn as_nobody(directory: &Path, arguments: &[OsString]) -> Outcome {
    let binary = directory.join("tintype");
    fs::copy(tintype::binary(), &binary).expect("copy");
    let mut command = program::command("setpriv");
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(binary);
    program::run(command.args(arguments))
}

/// A studio that user 65534 can enter, but where only root can write.
#[track_caller]
pub fn open_studio() -> Studio {
    let scratch = Scratch::for_every_user("closed");
    let definition = scratch.write("disk.scm", &format!("{SYSTEM}\nniepce\n"));
    scratch.write("tree/etc/motd", "a still life\n");
    let output = scratch.join("closed/disk.img");
    fs::create_dir(scratch.join("closed")).expect("mkdir");
    Studio { scratch, definition, output }
}
