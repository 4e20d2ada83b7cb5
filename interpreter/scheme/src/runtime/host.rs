//! What programs may learn of the host: files to read, file names, arguments.

use std::cell::RefCell;
use std::path::Path;

use steel::SteelVal;
use steel::rvals::Result;

use super::exception::{expecting, system_error};
use super::object::{boolean, list, nil, string};
use super::registry::{internals, natives};
use super::string::text;

thread_local! {
    static ARGUMENTS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Sets what `(command-line)` gives on this thread: the program and its arguments.
pub fn set_program_arguments(arguments: Vec<String>) {
    ARGUMENTS.set(arguments);
}

fn program_arguments(_: &[SteelVal]) -> Result<SteelVal> {
    Ok(list(ARGUMENTS.with_borrow(|all| all.iter().map(|text| string(text.as_str())).collect())))
}

fn set_arguments(args: &[SteelVal]) -> Result<SteelVal> {
    let all = super::list::items("set-program-arguments", 1, &args[0])?;
    let texts: Result<Vec<String>> = all
        .iter()
        .map(|value| text("set-program-arguments", 1, value).map(str::to_string))
        .collect();
    set_program_arguments(texts?);
    Ok(SteelVal::Void)
}

/// `(basename NAME [SUFFIX])`.
fn basename(args: &[SteelVal]) -> Result<SteelVal> {
    let name = text("basename", 1, &args[0])?;
    let trimmed = name.trim_end_matches('/');
    if trimmed.is_empty() {
        return Ok(string(if name.is_empty() { "" } else { "/" }));
    }
    // As in Guile, slashes at the end stay.
    let base = &name[trimmed.rfind('/').map_or(0, |at| at + 1)..];
    match args.get(1) {
        Some(suffix) => Ok(string(base.strip_suffix(text("basename", 2, suffix)?).unwrap_or(base))),
        None => Ok(string(base)),
    }
}

fn dirname(args: &[SteelVal]) -> Result<SteelVal> {
    let trimmed = text("dirname", 1, &args[0])?;
    let name = trimmed.trim_end_matches('/');
    if name.is_empty() {
        return Ok(string(if trimmed.is_empty() { "." } else { "/" }));
    }
    Ok(string(match name.rfind('/') {
        None => ".",
        Some(at) => match name[..at].trim_end_matches('/') {
            "" => "/",
            directory => directory,
        },
    }))
}

fn getenv(args: &[SteelVal]) -> Result<SteelVal> {
    let name = text("getenv", 1, &args[0])?;
    Ok(std::env::var(name).map_or(SteelVal::BoolV(false), string))
}

fn getcwd(_: &[SteelVal]) -> Result<SteelVal> {
    match std::env::current_dir() {
        Ok(path) => Ok(string(path.to_string_lossy().into_owned())),
        Err(cause) => Err(system_error("getcwd", &cause, ".")),
    }
}

fn absolute_file_name(args: &[SteelVal]) -> Result<SteelVal> {
    boolean(text("absolute-file-name?", 1, &args[0])?.starts_with('/'))
}

/// `(canonicalize-path NAME)`.
fn canonicalize(args: &[SteelVal]) -> Result<SteelVal> {
    let name = text("canonicalize-path", 1, &args[0])?;
    match std::fs::canonicalize(name) {
        Ok(path) => Ok(string(path.to_string_lossy().into_owned())),
        Err(cause) => Err(system_error("canonicalize-path", &cause, name)),
    }
}

fn file_is(name: &'static str, args: &[SteelVal], holds: fn(&Path) -> bool) -> Result<SteelVal> {
    boolean(holds(Path::new(text(name, 1, &args[0])?)))
}

/// `(%directory-entries NAME)`: names in order, without `.` and `..`.
fn directory_entries(args: &[SteelVal]) -> Result<SteelVal> {
    let name = text("scandir", 1, &args[0])?;
    let entries = match std::fs::read_dir(name) {
        Ok(entries) => entries,
        Err(_) => return boolean(false),
    };
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.ok())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    Ok(list(names.into_iter().map(string).collect()))
}

fn search_path(args: &[SteelVal]) -> Result<SteelVal> {
    let name = text("search-path", 2, &args[1])?;
    let extensions = match args.get(2) {
        Some(extensions) => super::list::items("search-path", 3, extensions)?,
        None => vec![string("")],
    };
    for directory in super::list::items("search-path", 1, &args[0])? {
        for extension in &extensions {
            let directory = text("search-path", 1, &directory)?;
            let file = format!("{directory}/{name}{}", text("search-path", 3, extension)?);
            if Path::new(&file).is_file() {
                return Ok(string(file));
            }
        }
    }
    boolean(false)
}

fn string_list(args: &[SteelVal]) -> Result<SteelVal> {
    match args.first() {
        None => Ok(nil()),
        Some(SteelVal::StringV(text)) if text.is_empty() => Ok(nil()),
        Some(SteelVal::StringV(text)) => Ok(list(text.split(':').map(string).collect())),
        Some(other) => Err(expecting("parse-path", 1, "string", other)),
    }
}

internals! { INTERNAL_TABLE:
    "%directory-entries" 1 => directory_entries;
}

natives! { TABLE:
    "command-line" 0 => program_arguments;
    "program-arguments" 0 => program_arguments;
    "set-program-arguments" 1 => set_arguments;
    "basename" 1..=2 => basename;
    "dirname" 1 => dirname;
    "getenv" 1 => getenv;
    "getcwd" 0 => getcwd;
    "absolute-file-name?" 1 => absolute_file_name;
    "canonicalize-path" 1 => canonicalize;
    "file-exists?" 1..=2 => |args| file_is("file-exists?", args, Path::exists);
    "file-is-directory?" 1 => |args| file_is("file-is-directory?", args, Path::is_dir);
    "search-path" 2..=4 => search_path;
    "parse-path" 1..=2 => string_list;
}
