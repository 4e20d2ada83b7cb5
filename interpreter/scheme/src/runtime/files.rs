//! Guile's procedures on files: they ask the [`World`](super::world::World).

use std::cell::Cell;
use std::io;

use steel::SteelVal;
use steel::rvals::{Custom, Result};

use super::exception::{expecting, misc_error_in, system_error, system_error_between};
use super::number::index;
use super::object::{boolean, list, object, peek, string, symbol};
use super::registry::{internals, natives};
use super::string::text;
use super::world::{Change, FileType, Status, world};

thread_local! {
    static UMASK: Cell<u32> = const { Cell::new(0o022) };
}

impl Custom for Status {}

/// The permissions of a new file of which these are asked for.
pub(crate) fn masked(permissions: u32) -> u32 {
    permissions & !UMASK.get() & 0o7777
}

fn done(name: &'static str, change: &Change) -> Result<SteelVal> {
    match world().change(change) {
        Ok(()) => Ok(SteelVal::Void),
        Err(cause) => Err(match change {
            Change::Rename(from, to) | Change::Symlink(from, to) | Change::Link(from, to) => {
                system_error_between(name, &cause, from, to)
            }
            _ => system_error(name, &cause, change.path()),
        }),
    }
}

fn one<'a>(
    name: &'static str,
    args: &'a [SteelVal],
    change: impl FnOnce(&'a str) -> Change<'a>,
) -> Result<SteelVal> {
    done(name, &change(text(name, 1, &args[0])?))
}

fn two<'a>(
    name: &'static str,
    args: &'a [SteelVal],
    change: impl FnOnce(&'a str, &'a str) -> Change<'a>,
) -> Result<SteelVal> {
    let (from, to) = (text(name, 1, &args[0])?, text(name, 2, &args[1])?);
    done(name, &change(from, to))
}

fn make_directory(args: &[SteelVal]) -> Result<SteelVal> {
    let permissions = optional_number("mkdir", args, 1, 0o777)?;
    one("mkdir", args, |path| Change::MakeDirectory(path, masked(permissions)))
}

fn optional_number(
    name: &'static str,
    args: &[SteelVal],
    position: usize,
    default: u32,
) -> Result<u32> {
    match args.get(position) {
        None => Ok(default),
        Some(value) => Ok(index(name, position + 1, value)? as u32),
    }
}

fn set_permissions(args: &[SteelVal]) -> Result<SteelVal> {
    let permissions = index("chmod", 2, &args[1])? as u32 & 0o7777;
    one("chmod", args, |path| Change::SetPermissions(path, permissions))
}

/// A user or group number; -1 leaves it as it is.
fn owner(position: usize, value: &SteelVal) -> Result<Option<u32>> {
    match value {
        SteelVal::IntV(-1) => Ok(None),
        value => Ok(Some(index("chown", position, value)? as u32)),
    }
}

fn set_owner(args: &[SteelVal]) -> Result<SteelVal> {
    let (uid, gid) = (owner(2, &args[1])?, owner(3, &args[2])?);
    one("chown", args, |path| Change::SetOwner(path, uid, gid))
}

/// `(utime FILE [ATIME [MTIME ...]])`.
fn set_time(args: &[SteelVal]) -> Result<SteelVal> {
    let mtime = match args.get(2) {
        Some(SteelVal::IntV(seconds)) => *seconds as i64,
        Some(other) => return Err(expecting("utime", 3, "integer", other)),
        None => world().now().0,
    };
    one("utime", args, |path| Change::SetTime(path, mtime))
}

fn make_node(args: &[SteelVal]) -> Result<SteelVal> {
    let file_type = match super::exception::text(&args[1]).as_str() {
        "regular" => FileType::Regular,
        "directory" => FileType::Directory,
        "symlink" => FileType::Symlink,
        "block-special" => FileType::BlockSpecial,
        "char-special" => FileType::CharSpecial,
        "fifo" => FileType::Fifo,
        "socket" => FileType::Socket,
        _ => return Err(expecting("mknod", 2, "type of file", &args[1])),
    };
    let permissions = index("mknod", 3, &args[2])? as u32;
    let device = index("mknod", 4, &args[3])? as u64;
    one("mknod", args, |path| Change::MakeNode(path, file_type, masked(permissions), device))
}

fn truncate(args: &[SteelVal]) -> Result<SteelVal> {
    let length = args.get(1).map_or(Ok(0), |value| index("truncate-file", 2, value))? as u64;
    one("truncate-file", args, |path| Change::Truncate(path, length))
}

/// `(getxattr FILE NAME)`, in Guix's `(guix build syscalls)`.
fn get_attribute(args: &[SteelVal]) -> Result<SteelVal> {
    let (path, name) = (text("getxattr", 1, &args[0])?, text("getxattr", 2, &args[1])?);
    let value = world().attribute(path, name);
    text_result("getxattr", path, value.map(|value| String::from_utf8_lossy(&value).into_owned()))
}

/// `(setxattr FILE NAME VALUE)`, there as well.
fn set_attribute(args: &[SteelVal]) -> Result<SteelVal> {
    let (name, value) = (text("setxattr", 2, &args[1])?, text("setxattr", 3, &args[2])?);
    one("setxattr", args, |path| Change::SetAttribute(path, name, value.as_bytes()))
}

/// The status of a file; `#f` if there is none and the second argument is `#f`.
fn status(name: &'static str, args: &[SteelVal], follow: bool) -> Result<SteelVal> {
    let path = text(name, 1, &args[0])?;
    match world().status(path, follow) {
        Ok(status) => object(status),
        Err(_) if matches!(args.get(1), Some(SteelVal::BoolV(false))) => boolean(false),
        Err(cause) => Err(system_error(name, &cause, path)),
    }
}

fn status_part(
    name: &'static str,
    args: &[SteelVal],
    part: fn(&Status) -> u64,
) -> Result<SteelVal> {
    peek::<Status, _>(&args[0], part)
        .map(|number| SteelVal::IntV(number as isize))
        .ok_or_else(|| expecting(name, 1, "stat object", &args[0]))
}

fn status_type(args: &[SteelVal]) -> Result<SteelVal> {
    let name = peek::<Status, _>(&args[0], |status| match status.file_type {
        FileType::Regular => "regular",
        FileType::Directory => "directory",
        FileType::Symlink => "symlink",
        FileType::CharSpecial => "char-special",
        FileType::BlockSpecial => "block-special",
        FileType::Fifo => "fifo",
        FileType::Socket => "socket",
    });
    name.map(symbol).ok_or_else(|| expecting("stat:type", 1, "stat object", &args[0]))
}

fn text_result(name: &'static str, path: &str, result: io::Result<String>) -> Result<SteelVal> {
    result.map(string).map_err(|cause| system_error(name, &cause, path))
}

fn read_link(args: &[SteelVal]) -> Result<SteelVal> {
    let path = text("readlink", 1, &args[0])?;
    text_result("readlink", path, world().target(path))
}

fn canonicalize(args: &[SteelVal]) -> Result<SteelVal> {
    let path = text("canonicalize-path", 1, &args[0])?;
    text_result("canonicalize-path", path, world().canonical(path))
}

fn current_directory(_: &[SteelVal]) -> Result<SteelVal> {
    text_result("getcwd", ".", world().directory())
}

fn change_directory(args: &[SteelVal]) -> Result<SteelVal> {
    let path = text("chdir", 1, &args[0])?;
    match world().enter(path) {
        Ok(()) => Ok(SteelVal::Void),
        Err(cause) => Err(system_error("chdir", &cause, path)),
    }
}

/// `(%directory-entries NAME)`: names in order, without `.` and `..`; `#f` if it is no directory.
fn directory_entries(args: &[SteelVal]) -> Result<SteelVal> {
    match world().entries(text("scandir", 1, &args[0])?) {
        Ok(names) => Ok(list(names.into_iter().map(string).collect())),
        Err(_) => boolean(false),
    }
}

/// `(%open-directory NAME)`: the same, and an error if it is no directory.
fn open_directory(args: &[SteelVal]) -> Result<SteelVal> {
    let path = text("opendir", 1, &args[0])?;
    match world().entries(path) {
        Ok(names) => Ok(list(names.into_iter().map(string).collect())),
        Err(cause) => Err(system_error("opendir", &cause, path)),
    }
}

fn exists(args: &[SteelVal]) -> Result<SteelVal> {
    boolean(world().status(text("file-exists?", 1, &args[0])?, true).is_ok())
}

fn is_directory(args: &[SteelVal]) -> Result<SteelVal> {
    let path = text("file-is-directory?", 1, &args[0])?;
    match world().status(path, true) {
        Ok(status) => boolean(status.file_type == FileType::Directory),
        Err(cause) => Err(system_error("stat", &cause, path)),
    }
}

/// `(access? FILE HOW)`: existence for `F_OK`; the owner's permissions otherwise.
fn access(args: &[SteelVal]) -> Result<SteelVal> {
    let wanted = index("access?", 2, &args[1])? as u32;
    let status = world().status(text("access?", 1, &args[0])?, true);
    boolean(status.is_ok_and(|status| (status.permissions >> 6) & wanted == wanted))
}

fn get_variable(args: &[SteelVal]) -> Result<SteelVal> {
    let name = text("getenv", 1, &args[0])?;
    Ok(world().variable(name).map_or(SteelVal::BoolV(false), string))
}

fn set_variable(name: &'static str, variable: &str, value: Option<&str>) -> Result<SteelVal> {
    match world().set_variable(variable, value) {
        Ok(()) => Ok(SteelVal::Void),
        Err(cause) => Err(system_error(name, &cause, variable)),
    }
}

fn setenv(args: &[SteelVal]) -> Result<SteelVal> {
    let value = match &args[1] {
        SteelVal::BoolV(false) => None,
        value => Some(text("setenv", 2, value)?),
    };
    set_variable("setenv", text("setenv", 1, &args[0])?, value)
}

/// `(putenv "NAME=VALUE")`; without `=` the variable goes.
fn putenv(args: &[SteelVal]) -> Result<SteelVal> {
    let setting = text("putenv", 1, &args[0])?;
    match setting.split_once('=') {
        Some((variable, value)) => set_variable("putenv", variable, Some(value)),
        None => set_variable("putenv", setting, None),
    }
}

fn umask(args: &[SteelVal]) -> Result<SteelVal> {
    let old = UMASK.get();
    if let Some(new) = args.first() {
        UMASK.set(index("umask", 1, new)? as u32 & 0o777);
    }
    Ok(SteelVal::IntV(old as isize))
}

fn current_time(_: &[SteelVal]) -> Result<SteelVal> {
    Ok(SteelVal::IntV(world().now().0 as isize))
}

/// `(SECONDS . MICROSECONDS)`.
fn time_of_day(_: &[SteelVal]) -> Result<SteelVal> {
    let (seconds, nanoseconds) = world().now();
    let microseconds = SteelVal::IntV((nanoseconds / 1000) as isize);
    Ok(super::object::cons(SteelVal::IntV(seconds as isize), microseconds))
}

/// Refuses what would reach outside of the program: another program, the network.
fn refused(name: &'static str, what: &str) -> Result<SteelVal> {
    Err(misc_error_in(name, &format!("{what}: {}", world().isolation()), &[]))
}

fn no_process(name: &'static str, args: &[SteelVal]) -> Result<SteelVal> {
    let what = match args.first() {
        Some(SteelVal::StringV(program)) => format!("\"{program}\" cannot be started"),
        _ => "no program can be started".to_string(),
    };
    refused(name, &what)
}

fn no_network(name: &'static str) -> Result<SteelVal> {
    refused(name, "there is no network")
}

internals! { INTERNAL_TABLE:
    "%directory-entries" 1 => directory_entries;
    "%open-directory" 1 => open_directory;
}

natives! { TABLE:
    "stat" 1..=2 => |args| status("stat", args, true);
    "lstat" 1 => |args| status("lstat", args, false);
    "stat:dev" 1 => |args| status_part("stat:dev", args, |status| status.device);
    "stat:ino" 1 => |args| status_part("stat:ino", args, |status| status.inode);
    "stat:mode" 1 => |args| status_part("stat:mode", args,
        |status| u64::from(status.file_type.bits() | status.permissions));
    "stat:perms" 1 => |args| status_part("stat:perms", args, |status| status.permissions.into());
    "stat:nlink" 1 => |args| status_part("stat:nlink", args, |status| status.links);
    "stat:uid" 1 => |args| status_part("stat:uid", args, |status| status.uid.into());
    "stat:gid" 1 => |args| status_part("stat:gid", args, |status| status.gid.into());
    "stat:rdev" 1 => |args| status_part("stat:rdev", args, |status| status.special_device);
    "stat:size" 1 => |args| status_part("stat:size", args, |status| status.size);
    "stat:atime" 1 => |args| status_part("stat:atime", args, |status| status.mtime as u64);
    "stat:mtime" 1 => |args| status_part("stat:mtime", args, |status| status.mtime as u64);
    "stat:ctime" 1 => |args| status_part("stat:ctime", args, |status| status.mtime as u64);
    "stat:blksize" 1 => |args| status_part("stat:blksize", args, |_| 4096);
    "stat:blocks" 1 => |args| status_part("stat:blocks", args, |status| status.size.div_ceil(512));
    "stat:type" 1 => status_type;
    "readlink" 1 => read_link;
    "canonicalize-path" 1 => canonicalize;
    "file-exists?" 1..=2 => exists;
    "file-is-directory?" 1 => is_directory;
    "access?" 2 => access;
    "getcwd" 0 => current_directory;
    "chdir" 1 => change_directory;
    "mkdir" 1..=2 => make_directory;
    "rmdir" 1 => |args| one("rmdir", args, Change::RemoveDirectory);
    "delete-file" 1 => |args| one("delete-file", args, Change::RemoveFile);
    "rename-file" 2 => |args| two("rename-file", args, Change::Rename);
    "symlink" 2 => |args| two("symlink", args, Change::Symlink);
    "link" 2 => |args| two("link", args, Change::Link);
    "copy-file" 2 => |args| two("copy-file", args, Change::Copy);
    "chmod" 2 => set_permissions;
    "chown" 3 => set_owner;
    "utime" 1..=6 => set_time;
    "mknod" 4 => make_node;
    "truncate-file" 1..=2 => truncate;
    "getxattr" 2 => get_attribute;
    "setxattr" 3 => set_attribute;
    "umask" 0..=1 => umask;
    "getenv" 1 => get_variable;
    "setenv" 2 => setenv;
    "unsetenv" 1 => |args: &[SteelVal]| set_variable("unsetenv", text("unsetenv", 1, &args[0])?, None);
    "putenv" 1 => putenv;
    "environ" 0 => |_| Ok(list(world().environment().into_iter().map(string).collect()));
    "current-time" 0 => current_time;
    "gettimeofday" 0 => time_of_day;
    "system" 0..=1 => |args| no_process("system", args);
    "system*" 0.._ => |args| no_process("system*", args);
    "primitive-fork" 0 => |args| no_process("primitive-fork", args);
    "execl" 0.._ => |args| no_process("execl", args);
    "execlp" 0.._ => |args| no_process("execlp", args);
    "execle" 0.._ => |args| no_process("execle", args);
    "open-pipe" 0.._ => |args| no_process("open-pipe", args);
    "open-pipe*" 1.._ => |args: &[SteelVal]| no_process("open-pipe*", &args[1..]);
    "open-input-pipe" 1 => |args| no_process("open-input-pipe", args);
    "open-output-pipe" 1 => |args| no_process("open-output-pipe", args);
    "socket" 0.._ => |_| no_network("socket");
    "getaddrinfo" 0.._ => |_| no_network("getaddrinfo");
}
