//! Kernel modules, loaded in the order of the list that the RAM disk brings.

use crate::console::{say, say_number};
use crate::syscall::{EEXIST, ENODEV, File};
use crate::text::{PathText, Text, after, words};

/// Paths, one a line, each after what it needs.
pub const LIST: &[u8] = b"/modules.list\0";

/// Loads the modules of `list`. What does not load is told; the root may be found without it.
pub fn load(list: &[u8], command_line: &[u8]) {
    for path in list.split(|byte| *byte == b'\n').filter(|path| !path.is_empty()) {
        let loaded = File::open(PathText::of(&[path]).path())
            .and_then(|file| file.load_module(parameters(path, command_line).path()));
        match loaded {
            // It is part of the kernel, or there is no such hardware.
            Ok(()) | Err(EEXIST) | Err(ENODEV) => {}
            Err(error) => say_number(&[b"cannot load ", path, b": error "], error as u64),
        }
    }
}

/// What the kernel's command line says to the module: its words `MODULE.PARAMETER=VALUE`.
fn parameters(path: &[u8], command_line: &[u8]) -> Text<1024> {
    let name = path.rsplit(|byte| *byte == b'/').next().unwrap_or(path);
    let name = name.split(|byte| *byte == b'.').next().unwrap_or(name);
    let mut found = Text::new();
    for word in words(command_line) {
        let same = |(one, other): (&u8, &u8)| one == other || is_dash(*one) && is_dash(*other);
        if word.len() > name.len() && name.iter().zip(word).all(same) {
            if let Some(parameter) = after(&word[name.len()..], b".") {
                found.push(parameter);
                found.push(b" ");
            }
        }
    }
    found
}

/// The kernel makes no difference between them in the names of modules.
fn is_dash(byte: u8) -> bool {
    matches!(byte, b'-' | b'_')
}

/// Says that there is no list: the kernel has all that it needs, or nothing.
pub fn missing() {
    say(&[b"no list of modules in the RAM disk"]);
}
