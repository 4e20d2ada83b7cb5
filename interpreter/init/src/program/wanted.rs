//! Which root is wanted, and how: what the image was made with, and what the kernel was told.

use crate::text::{after, number, words};

/// What names a root.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Name<'a> {
    /// The file of a device.
    Device(&'a [u8]),
    Label(&'a [u8]),
    Uuid(&'a [u8]),
    /// The UUID of a partition.
    Partition(&'a [u8]),
}

/// What is to be checked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// Nothing.
    Skip,
    /// A file system that is not clean.
    Unclean,
    /// Any.
    Force,
}

/// How the root is to be mounted, and what is started there.
#[derive(Clone, Copy)]
pub struct Wanted<'a> {
    pub root: Option<Name<'a>>,
    /// The kernel's name for the file system, where it is not to be found out.
    pub kind: Option<&'a [u8]>,
    /// The squashfs in that file system, where it is the root.
    pub image: Option<&'a [u8]>,
    pub options: &'a [u8],
    pub flags: &'a [u8],
    /// Changes are kept in memory and lost.
    pub is_volatile: bool,
    /// Whether the file system is checked.
    pub check: Check,
    /// Said on the kernel's command line: read-only, or to be written to.
    pub read_only: Option<bool>,
    pub init: Option<&'a [u8]>,
    /// Seconds to wait for the root.
    pub patience: u64,
    /// Seconds after which the machine starts again when there is no root; none: never.
    pub restart: Option<u64>,
}

impl<'a> Wanted<'a> {
    /// What `settings`, lines of a key and a value, say, and then the words of the kernel's
    /// `command_line`.
    pub fn read(settings: &'a [u8], command_line: &'a [u8]) -> Wanted<'a> {
        let mut wanted = Wanted {
            root: None,
            kind: None,
            image: None,
            options: b"",
            flags: b"",
            is_volatile: false,
            check: Check::Skip,
            read_only: None,
            init: None,
            patience: 30,
            restart: None,
        };
        for line in settings.split(|byte| *byte == b'\n') {
            let at = line.iter().position(|byte| *byte == b' ').unwrap_or(line.len());
            let value = line.get(at + 1..).unwrap_or(b"");
            match &line[..at] {
                b"root" => wanted.root = Name::read(value),
                b"type" => wanted.kind = Some(value),
                b"image" => wanted.image = Some(value),
                b"options" => wanted.options = value,
                b"flags" => wanted.flags = value,
                b"volatile" => wanted.is_volatile = true,
                b"check" => wanted.check = Check::Unclean,
                _ => {}
            }
        }
        for word in words(command_line) {
            if word == b"--" {
                break;
            }
            wanted.heed(word);
        }
        wanted
    }

    fn heed(&mut self, word: &'a [u8]) {
        if let Some(root) = after(word, b"root=") {
            self.root = Name::read(root);
        } else if let Some(kind) = after(word, b"rootfstype=") {
            self.kind = Some(kind);
        } else if let Some(options) = after(word, b"rootflags=") {
            self.options = options;
        } else if let Some(init) = after(word, b"init=") {
            self.init = Some(init);
        } else if let Some(seconds) = after(word, b"rootdelay=").and_then(number) {
            self.patience = self.patience.max(seconds);
        } else if let Some(seconds) = after(word, b"panic=").and_then(number) {
            self.restart = Some(seconds).filter(|seconds| *seconds > 0);
        } else if word == b"fsck.mode=skip" {
            self.check = Check::Skip;
        } else if word == b"fsck.mode=force" {
            self.check = Check::Force;
        } else if word == b"ro" {
            self.read_only = Some(true);
        } else if word == b"rw" {
            self.read_only = Some(false);
        }
    }
}

impl<'a> Name<'a> {
    fn read(text: &'a [u8]) -> Option<Name<'a>> {
        if text.is_empty() {
            return None;
        }
        Some(if let Some(label) = after(text, b"LABEL=") {
            Name::Label(label)
        } else if let Some(uuid) = after(text, b"UUID=") {
            Name::Uuid(uuid)
        } else if let Some(uuid) = after(text, b"PARTUUID=") {
            Name::Partition(uuid)
        } else if text[0] == b'/' {
            Name::Device(text)
        } else if is_uuid(text) {
            Name::Uuid(text)
        } else {
            Name::Label(text)
        })
    }

    /// Kind of name, and the name.
    pub fn shown(&self) -> [&'a [u8]; 2] {
        match self {
            Name::Device(name) => [b"", name],
            Name::Label(name) => [b"LABEL=", name],
            Name::Uuid(name) => [b"UUID=", name],
            Name::Partition(name) => [b"PARTUUID=", name],
        }
    }
}

/// Whether `text` looks like a UUID of a file system, as Guix names roots.
fn is_uuid(text: &[u8]) -> bool {
    text.len() == 36
        && text.iter().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}
