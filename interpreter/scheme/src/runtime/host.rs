//! A program's arguments, and names of files.

use std::cell::RefCell;

use steel::SteelVal;
use steel::rvals::Result;

use super::exception::expecting;
use super::object::{boolean, list, nil, string};
use super::registry::natives;
use super::string::text;
use super::world::{FileType, world};

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

fn absolute_file_name(args: &[SteelVal]) -> Result<SteelVal> {
    boolean(text("absolute-file-name?", 1, &args[0])?.starts_with('/'))
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
            let found = world().status(&file, true);
            if found.is_ok_and(|found| found.file_type == FileType::Regular) {
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

natives! { TABLE:
    "command-line" 0 => program_arguments;
    "program-arguments" 0 => program_arguments;
    "set-program-arguments" 1 => set_arguments;
    "basename" 1..=2 => basename;
    "dirname" 1 => dirname;
    "absolute-file-name?" 1 => absolute_file_name;
    "search-path" 2..=4 => search_path;
    "parse-path" 1..=2 => string_list;
}
