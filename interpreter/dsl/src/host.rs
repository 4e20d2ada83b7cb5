//! The procedures of `(tintype host)`: what the standard library asks of the machine.

use crate::library::Library;
use crate::packages;
use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use tintype_image::format::DISK_FORMATS;
use tintype_scheme::{Datum, HostProcedure};

/// What a session hears from running code.
#[derive(Debug, Default)]
pub struct Heard {
    /// Warnings, in order.
    pub warnings: Vec<String>,
    /// Modules that could not be loaded, with the reason.
    pub load_failures: Vec<(Vec<String>, String)>,
}

/// Procedures called `host-...` that look at no file.
pub const KNOWN_WITHOUT_FILES: [&str; 2] = ["host-current-system", "host-find-packages"];

/// The procedures, under their Scheme names.
pub fn procedures(
    library: &Rc<Library>,
    system: &str,
    heard: &Rc<RefCell<Heard>>,
) -> Vec<(&'static str, HostProcedure)> {
    let (under, images, path) = (library.clone(), library.clone(), library.clone());
    let (sources, added) = (library.clone(), library.clone());
    let (warned, failures) = (heard.clone(), heard.clone());
    let system = system.to_owned();
    vec![
        ("host-file-exists?", Box::new(|a| Ok(Datum::Bool(Path::new(text(a, 0)?).exists())))),
        ("host-file-kind", Box::new(|a| Ok(file_kind(Path::new(text(a, 0)?))))),
        ("host-directory-entries", Box::new(|a| Ok(directory_entries(Path::new(text(a, 0)?))))),
        ("host-absolute-path", Box::new(|a| absolute_path(text(a, 0)?))),
        ("host-read-file", Box::new(|a| read_file(text(a, 0)?))),
        ("host-current-system", Box::new(move |_| Ok(Datum::String(system.clone())))),
        ("load-path", Box::new(move |_| Ok(load_path(&path)))),
        ("host-add-to-load-path", Box::new(move |a| Ok(add_to_load_path(&added, text(a, 0)?)))),
        (
            "module-names-under",
            Box::new(move |a| Ok(names(&under.modules_under(&module_name(a.first())?)))),
        ),
        (
            "host-module-source",
            Box::new(move |a| Ok(module_source(&sources, &module_name(a.first())?))),
        ),
        (
            "image-module-names",
            Box::new(move |_| Ok(names(&images.modules_under(&crate::library::image_modules())))),
        ),
        (
            "warn",
            Box::new(move |a| {
                warned.borrow_mut().warnings.push(text(a, 0)?.to_owned());
                Ok(Datum::Unspecified)
            }),
        ),
        ("host-find-packages", Box::new(|a| Ok(find_packages(a.first().and_then(Datum::string))))),
        ("disk-formats", Box::new(|_| Ok(disk_formats()))),
        ("load-failures", Box::new(move |_| Ok(load_failures(&failures.borrow())))),
    ]
}

fn text(arguments: &[Datum], index: usize) -> Result<&str, String> {
    arguments.get(index).and_then(Datum::string).ok_or_else(|| "a string is needed".to_owned())
}

fn file_kind(path: &Path) -> Datum {
    let Ok(metadata) = path.symlink_metadata() else { return Datum::Bool(false) };
    let kind = metadata.file_type();
    let name = if kind.is_dir() {
        "directory"
    } else if kind.is_symlink() {
        "symlink"
    } else if kind.is_file() {
        "regular"
    } else {
        "special"
    };
    Datum::Symbol(name.to_owned())
}

fn directory_entries(path: &Path) -> Datum {
    let Ok(entries) = fs::read_dir(path) else { return Datum::Bool(false) };
    let mut names: Vec<String> =
        entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    Datum::List(names.into_iter().map(Datum::String).collect())
}

fn absolute_path(path: &str) -> Result<Datum, String> {
    let path = std::path::absolute(path).map_err(|error| format!("{path}: {error}"))?;
    Ok(Datum::String(path.to_string_lossy().into_owned()))
}

fn read_file(path: &str) -> Result<Datum, String> {
    fs::read_to_string(path).map(Datum::String).map_err(|error| format!("{path}: {error}"))
}

fn load_path(library: &Library) -> Datum {
    let directories = library.load_path.borrow();
    Datum::List(
        directories.iter().map(|path| Datum::String(path.to_string_lossy().into_owned())).collect(),
    )
}

/// Has modules looked for in a directory before all others.
fn add_to_load_path(library: &Library, directory: &str) -> Datum {
    let directory = PathBuf::from(directory);
    let mut directories = library.load_path.borrow_mut();
    directories.retain(|known| *known != directory);
    directories.insert(0, directory);
    Datum::Unspecified
}

fn module_name(argument: Option<&Datum>) -> Result<Vec<String>, String> {
    argument
        .and_then(Datum::list)
        .and_then(|parts| parts.iter().map(|part| part.symbol().map(str::to_owned)).collect())
        .ok_or_else(|| "a module name is needed".to_owned())
}

/// Whether a module is the standard library's, and its text; `#f` if nobody wrote it.
fn module_source(library: &Library, module: &[String]) -> Datum {
    match library.written(module) {
        Some((is_ours, text)) => Datum::List(vec![Datum::Bool(is_ours), Datum::String(text)]),
        None => Datum::Bool(false),
    }
}

fn name(module: &[String]) -> Datum {
    Datum::List(module.iter().cloned().map(Datum::Symbol).collect())
}

fn names(modules: &[Vec<String>]) -> Datum {
    Datum::List(modules.iter().map(|module| name(module)).collect())
}

fn load_failures(heard: &Heard) -> Datum {
    let failures = heard.load_failures.iter();
    Datum::List(
        failures
            .map(|(module, reason)| Datum::List(vec![name(module), Datum::String(reason.clone())]))
            .collect(),
    )
}

/// The formats that disks are written in, each with the extension of its files.
fn disk_formats() -> Datum {
    let formats = DISK_FORMATS.iter().map(|format| {
        let name = Datum::Symbol(format.name.to_owned());
        Datum::List(vec![name, Datum::String(format.extension.to_owned())])
    });
    Datum::List(formats.collect())
}

fn find_packages(wanted: Option<&str>) -> Datum {
    let found = packages::find(wanted).into_iter().map(|package| {
        let module: Vec<String> = package.module.split(' ').map(str::to_owned).collect();
        Datum::List(vec![
            Datum::String(package.name),
            Datum::String(package.version),
            name(&module),
            Datum::Symbol(package.variable),
        ])
    });
    Datum::List(found.collect())
}
