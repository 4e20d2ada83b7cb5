//! The root file system: waited for, mounted, and made the root of everything.

use crate::check::check;
use crate::console::{say, say_number};
use crate::device::{self, DeviceName};
use crate::superblock::Volume;
use crate::syscall::{self, ENOENT, Errno, File, Stack};
use crate::text::{PathText, Text, words};
use crate::wanted::{Check, Name, Wanted};

/// Where the root is mounted before it is the root.
const ROOT: &[u8] = b"/root\0";
/// Where the volume is mounted that the root is a file of.
const VOLUME: &[u8] = b"/volume\0";
/// What a volatile root is made of.
const LOWER: &[u8] = b"/lower\0";
const CHANGES: &[u8] = b"/changes\0";

/// What is mounted already and goes to the root.
const MOUNTS: [&[u8]; 3] = [b"/dev", b"/proc", b"/sys"];

/// Programs that a system is started by, in the order of the kernel's own choice.
const PROGRAMS: [&[u8]; 3] = [b"/sbin/init", b"/etc/init", b"/bin/init"];

/// Milliseconds between looks at the devices.
const PAUSE: u64 = 50;

/// Why a system is not started. Each is told where it arises.
pub struct Told;

/// The device of the root, once the kernel has found it.
pub fn wait(wanted: &Wanted) -> Result<DeviceName, Told> {
    let Some(name) = &wanted.root else {
        say(&[
            b"nothing says which file system is the root: add root=UUID=... to the kernel's ",
            b"arguments",
        ]);
        return Err(Told);
    };
    for _ in 0..wanted.patience * 1000 / PAUSE {
        if let Some(found) = device::find(name) {
            return Ok(found);
        }
        syscall::sleep(PAUSE);
    }
    let [kind, text] = name.shown();
    say_number(
        &[b"no root file system ", kind, text, b": not found within seconds: "],
        wanted.patience,
    );
    tell_what_is_there();
    Err(Told)
}

/// Names the devices and what is on them.
fn tell_what_is_there() {
    let mut count = 0;
    device::all(&mut |name| {
        count += 1;
        match device::volume(name) {
            Some(Volume { kind, label, uuid, .. }) => say(&[
                b"  ",
                name.as_bytes(),
                b": ",
                kind,
                b" LABEL=",
                label.as_bytes(),
                b" UUID=",
                uuid.as_bytes(),
            ]),
            None => say(&[b"  ", name.as_bytes(), b": no file system that is known"]),
        }
        false
    });
    if count == 0 {
        say(&[
            b"the kernel found no disk at all: the driver of this machine's disks may be missing; ",
            b"add it to (initrd-modules ...)",
        ]);
    } else {
        say(&[
            b"if the disk of the root is not among these, its driver may be missing; add it to ",
            b"(initrd-modules ...)",
        ]);
    }
}

/// What is mounted for a check, and is to be mounted for writing after it.
pub struct Checked<'w> {
    device: PathText,
    kind: Text<64>,
    flags: usize,
    options: &'w [u8],
}

/// Mounts what is on the device at [`ROOT`]; read-only if it is to be checked.
pub fn mount<'w>(
    device: &DeviceName,
    wanted: &Wanted<'w>,
) -> Result<Option<Checked<'w>>, Told> {
    let volume = device::volume(device);
    let kind = wanted.kind.or_else(|| volume.map(|volume| volume.kind));
    if let Some(Volume { kind: b"luks", .. }) = volume {
        say(&[
            b"/dev/",
            device.as_bytes(),
            b" is encrypted (LUKS), and this RAM disk does not open ",
            b"encrypted volumes: use an initrd that does, such as the one of your distribution",
        ]);
        return Err(Told);
    }
    let Some(kind) = kind else {
        say(&[
            b"/dev/",
            device.as_bytes(),
            b" has no file system that is known: say which with ",
            b"rootfstype=...",
        ]);
        return Err(Told);
    };
    let read_only =
        wanted.is_volatile || wanted.read_only.unwrap_or(matches!(kind, b"iso9660" | b"squashfs"));
    let mut flags = flags(wanted.flags);
    if read_only {
        flags |= syscall::MS_RDONLY;
    } else if wanted.read_only == Some(false) {
        flags &= !syscall::MS_RDONLY;
    }
    let is_checked = wanted.check != Check::Skip && flags & syscall::MS_RDONLY == 0;
    if !is_checked && volume.is_some_and(|volume| volume.has_errors) {
        say(&[
            b"errors were found in the file system of /dev/",
            device.as_bytes(),
            b" before: check it ",
            b"with fsck",
        ]);
    }
    let root = if wanted.is_volatile { LOWER } else { ROOT };
    let target = if wanted.image.is_some() { VOLUME } else { root };
    let first_flags = if is_checked { flags | syscall::MS_RDONLY } else { flags };
    let file = device::file(device);
    let options = Text::<512>::of(&[wanted.options]);
    let kind = Text::<64>::of(&[kind]);
    let mounted = syscall::mount(file.path(), target, kind.path(), first_flags, options.path());
    mounted.map_err(|error| {
        say_number(
            &[b"cannot mount ", file.as_bytes(), b" (", kind.as_bytes(), b"): error "],
            error as u64,
        );
        if error == syscall::ENODEV {
            say(&[b"the kernel does not know this file system: its module is missing"]);
        }
        Told
    })?;
    if let Some(image) = wanted.image {
        mount_image(image, root).map_err(|error| {
            say_number(&[b"cannot mount the root, the file ", image, b": error "], error as u64);
            Told
        })?;
    }
    if wanted.is_volatile {
        cover()?;
    }
    let checked = Checked { device: file, kind, flags, options: wanted.options };
    Ok(Some(checked).filter(|_| is_checked))
}

/// Mounts the squashfs in a file of the volume.
fn mount_image(image: &[u8], target: &[u8]) -> Result<(), Errno> {
    let content = File::open(PathText::of(&[b"/volume", image]).path())?;
    let mut device = PathText::of(&[b"/dev/loop"]);
    device.push_number(File::open(b"/dev/loop-control\0")?.free_loop_device()?);
    let opened = File::open(device.path())?;
    opened.loop_over(&content)?;
    syscall::mount(device.path(), target, b"squashfs\0", syscall::MS_RDONLY, b"\0")
}

fn flags(names: &[u8]) -> usize {
    let flag = |name: &[u8]| match name {
        b"read-only" => syscall::MS_RDONLY,
        b"no-suid" => syscall::MS_NOSUID,
        b"no-dev" => syscall::MS_NODEV,
        b"no-exec" => syscall::MS_NOEXEC,
        b"no-atime" => syscall::MS_NOATIME,
        b"no-diratime" => syscall::MS_NODIRATIME,
        b"strict-atime" => syscall::MS_STRICTATIME,
        b"lazy-time" => syscall::MS_LAZYTIME,
        _ => 0,
    };
    words(names).fold(syscall::MS_RELATIME, |flags, name| flags | flag(name))
}

/// Covers the root with a file system in memory that takes all changes.
fn cover() -> Result<(), Told> {
    let mounted = syscall::mount(b"none\0", CHANGES, b"tmpfs\0", 0, b"mode=0755\0")
        .and_then(|()| syscall::make_directory(b"/changes/upper\0"))
        .and_then(|()| syscall::make_directory(b"/changes/work\0"))
        .and_then(|()| {
            let options = b"lowerdir=/lower,upperdir=/changes/upper,workdir=/changes/work\0";
            syscall::mount(b"volatile-root\0", ROOT, b"overlay\0", 0, options)
        });
    mounted.map_err(|error| {
        say_number(&[b"no root whose changes are kept in memory (overlay): error "], error as u64);
        Told
    })
}

/// Makes what is mounted the root and becomes its first program. Returns only if that fails.
pub fn enter(wanted: &Wanted, mounted: Option<Checked>, stack: &Stack) -> Told {
    let chosen = |program: &&[u8]| {
        syscall::exists(PathText::of(&[b"/root", program]).path())
            || is_link(PathText::of(&[b"/root", program]).path())
    };
    let program = match wanted.init {
        Some(init) => Some(init),
        None => PROGRAMS.into_iter().find(|program| chosen(program)),
    };
    let Some(program) = program else {
        say(&[
            b"nothing to start in the root file system: it has neither /sbin/init nor /etc/init ",
            b"nor /bin/init; name one with init=...",
        ]);
        return Told;
    };
    for mount in MOUNTS.iter() {
        let from = PathText::of(&[mount]);
        let to = PathText::of(&[b"/root", mount]);
        if syscall::mount(from.path(), to.path(), b"\0", syscall::MS_MOVE, b"\0").is_err() {
            let _ = syscall::unmount(from.path());
        }
    }
    // The RAM disk is in memory; nothing needs it any more.
    clear(&Text::new());
    let entered = syscall::change_directory(ROOT)
        .and_then(|()| syscall::mount(b".\0", b"/\0", b"\0", syscall::MS_MOVE, b"\0"))
        .and_then(|()| syscall::change_root(b".\0"))
        .and_then(|()| syscall::change_directory(b"/\0"));
    if let Err(error) = entered {
        say_number(&[b"cannot make the mounted file system the root: error "], error as u64);
        return Told;
    }
    if let Some(mounted) = mounted
        && let Err(told) = make_writable(wanted, &mounted)
    {
        return told;
    }
    tell_start(program, syscall::execute(PathText::of(&[program]).path(), stack));
    Told
}

/// Checks the root and lets it be written to.
fn make_writable(wanted: &Wanted, mounted: &Checked) -> Result<(), Told> {
    check(wanted.check, mounted.kind.as_bytes(), &mounted.device)?;
    let options = Text::<512>::of(&[mounted.options]);
    let flags = mounted.flags | syscall::MS_REMOUNT;
    syscall::mount(b"none\0", b"/\0", b"\0", flags, options.path()).map_err(|error| {
        say_number(&[b"the root cannot be written to: error "], error as u64);
        Told
    })
}

fn is_link(path: &[u8]) -> bool {
    syscall::read_link(path, &mut [0; 8]).is_ok()
}

fn tell_start(program: &[u8], error: Errno) {
    say_number(&[b"cannot start ", program, b": error "], error as u64);
    if error == ENOENT {
        say(&[b"it, or the program that interprets it, is not in the root file system"]);
    }
}

/// Removes the RAM disk's files below `directory`. What is mounted stays.
fn clear(directory: &PathText) {
    let top = PathText::of(&[directory.as_bytes(), b"/"]);
    device::entries(top.path(), &mut |name, is_directory| {
        let path = PathText::of(&[top.as_bytes(), name]);
        let is_mount = directory.is_empty() && matches!(name, b"root" | b"volume" | b"lower" | b"changes");
        if is_directory && !is_mount {
            clear(&path);
        }
        if !is_mount {
            let _ = syscall::remove(path.path(), is_directory);
        }
        false
    });
}

/// What is left to do when no system can be started.
pub fn rescue(wanted: &Wanted) -> ! {
    let [kind, name] = wanted.root.as_ref().map_or([&b""[..]; 2], Name::shown);
    say(&[b"no system was started (root: ", kind, name, b")"]);
    match wanted.restart {
        Some(seconds) => {
            say_number(&[b"the machine starts again in seconds: "], seconds);
            syscall::sleep(seconds * 1000);
            syscall::restart();
        }
        None => say(&[
            b"the machine stops here; panic=SECONDS among the kernel's arguments starts it ",
            b"again",
        ]),
    }
    loop {
        syscall::sleep(1_000_000);
    }
}
