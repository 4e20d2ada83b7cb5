//! `/init` of Tintype's initial RAM disks: the first program of a system. It loads kernel modules,
//! waits for the root file system, mounts it, and becomes the first program there.
//!
//! It is one static program without the standard library and without a heap: Linux is all that it
//! needs. It must not end, since that stops the kernel.

#![no_std]
#![no_main]

mod check;
mod console;
mod device;
mod modules;
mod root;
mod start;
mod superblock;
mod syscall;
mod text;
mod wanted;

use root::Told;
use syscall::{File, Stack};
use wanted::Wanted;

/// What the RAM disk says about the root: lines of a key and a value.
const SETTINGS: &[u8] = b"/root.conf\0";

const COMMAND_LINE: &[u8] = b"/proc/cmdline\0";

/// File systems of the kernel's own, and where they go.
const MOUNTS: [[&[u8]; 2]; 3] =
    [[b"devtmpfs\0", b"/dev\0"], [b"proc\0", b"/proc\0"], [b"sysfs\0", b"/sys\0"]];

fn run(stack: &Stack) -> ! {
    for [kind, target] in MOUNTS.iter() {
        if let Err(error) = syscall::mount(kind, target, kind, 0, b"\0") {
            console::say_number(
                &[b"cannot mount ", &target[..target.len() - 1], b": error "],
                error as u64,
            );
        }
    }
    let (mut line, mut settings) = ([0; 4096], [0; 4096]);
    let line = content(COMMAND_LINE, &mut line).unwrap_or(b"");
    let settings = content(SETTINGS, &mut settings).unwrap_or(b"");
    let wanted = Wanted::read(settings, line);
    let mut list = [0; 131_072];
    match content(modules::LIST, &mut list) {
        Some(list) => modules::load(list, line),
        None => modules::missing(),
    }
    let _: Result<(), Told> = root::wait(&wanted)
        .and_then(|device| root::mount(&device, &wanted))
        .and_then(|mounted| Err(root::enter(&wanted, mounted, stack)));
    root::rescue(&wanted)
}

/// The bytes of a file, as many as there is room for.
fn content<'b>(path: &[u8], buffer: &'b mut [u8]) -> Option<&'b [u8]> {
    let len = File::open(path).ok()?.read(buffer).ok()?;
    Some(&buffer[..len])
}
