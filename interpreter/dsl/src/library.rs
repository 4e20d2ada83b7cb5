//! Where modules come from: the load path, the embedded standard library, Guix's interface.

use crate::exports;
use crate::lacking;
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use tintype_scheme::{Diagnostic, Kind, Loader, ModuleSource, decode, nearest_within};

/// Module name (parts joined by spaces), file, text, and how much of the text is the file's: the rest
/// is what the index has beside. Sorted by name.
static EMBEDDED: &[(&str, &str, &str, usize)] = include!(concat!(env!("OUT_DIR"), "/library.rs"));

/// Module name, first byte and length of its deflated text in [`INDEX_TEXT`]; sorted by name.
static INDEX: &[(&str, usize, usize)] = include!(concat!(env!("OUT_DIR"), "/index.rs"));

static INDEX_TEXT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/index.bin"));

/// How the names of files that hold modules end. A directory's `.scm` goes before its `.sld`.
const EXTENSIONS: [&str; 2] = [".scm", ".sld"];

/// The modules that definitions can import, in the order in which they are looked for.
#[derive(Clone, Debug, Default)]
pub struct Library {
    /// Directories of the user's own modules. All copies share them: a program may add to them.
    pub load_path: Rc<RefCell<Vec<PathBuf>>>,
    /// A directory with `stdlib` and `images` in it, instead of the embedded ones.
    pub standard: Option<PathBuf>,
}

impl Library {
    /// Every module below `prefix` on the load path and in the standard library, sorted by name.
    pub fn modules_under(&self, prefix: &[String]) -> Vec<Vec<String>> {
        let mut names = Vec::new();
        for directory in self.load_path.borrow().iter() {
            scan(directory, prefix, &mut names);
        }
        match &self.standard {
            Some(directory) => {
                scan(&directory.join("stdlib"), prefix, &mut names);
                if prefix.join(" ") == IMAGES {
                    scan_files(&directory.join("images"), prefix, &mut names);
                }
            }
            None => {
                let below = prefix.join(" ") + " ";
                names.extend(
                    EMBEDDED
                        .iter()
                        .filter(|(module, ..)| module.starts_with(&below))
                        .map(|(module, ..)| split(module)),
                );
            }
        }
        names.sort();
        names.dedup();
        names
    }

    /// What can follow `prefix` in the name of a module, sorted.
    pub fn next_parts(&self, prefix: &[String]) -> Vec<String> {
        let mut parts = BTreeSet::new();
        let standard = self.standard.iter().map(|directory| directory.join("stdlib"));
        let own = self.load_path.borrow().clone();
        for directory in own.into_iter().chain(standard) {
            let entries = fs::read_dir(directory.join(prefix.join("/")));
            for entry in entries.into_iter().flatten().flatten() {
                let Ok(name) = entry.file_name().into_string() else { continue };
                match stem(&name) {
                    Some(stem) => parts.insert(stem.to_owned()),
                    None => entry.path().is_dir() && parts.insert(name),
                };
            }
        }
        let above: String = prefix.iter().map(|part| format!("{part} ")).collect();
        let embedded = EMBEDDED.iter().map(|(module, ..)| *module);
        for module in embedded.chain(INDEX.iter().map(|(module, ..)| *module)) {
            let rest = module.strip_prefix(&above);
            parts.extend(rest.and_then(|rest| rest.split(' ').next()).map(str::to_owned));
        }
        parts.into_iter().collect()
    }

    /// Every module on the load path.
    fn own_modules(&self) -> Vec<Vec<String>> {
        let mut names = Vec::new();
        for directory in self.load_path.borrow().iter() {
            scan(directory, &[], &mut names);
        }
        names
    }

    /// The text of a module as somebody wrote it, and whether that is the standard library's.
    pub fn written(&self, module: &[String]) -> Option<(bool, String)> {
        if let Some(source) = self.on_load_path(module) {
            return Some((false, source.text.into_owned()));
        }
        let from_directory = self.standard.as_ref().and_then(|directory| {
            Some(from_file(&directory.join("stdlib"), module, true)?.text.into_owned())
        });
        let embedded = || {
            let name = module.join(" ");
            let at = EMBEDDED.binary_search_by_key(&name.as_str(), |entry| entry.0).ok()?;
            let (_, _, text, own) = EMBEDDED[at];
            Some(text[..own].to_owned())
        };
        Some((true, from_directory.or_else(embedded)?))
    }

    fn on_load_path(&self, module: &[String]) -> Option<ModuleSource> {
        let directories = self.load_path.borrow();
        directories.iter().find_map(|directory| from_file(directory, module, false))
    }

    fn in_standard_library(&self, module: &[String]) -> Option<ModuleSource> {
        let name = module.join(" ");
        let at = EMBEDDED.binary_search_by_key(&name.as_str(), |entry| entry.0).ok();
        let Some(directory) = &self.standard else {
            let (_, file, text, _) = EMBEDDED[at?];
            return Some(ModuleSource { file: file.to_owned(), text: text.into(), lazy: true });
        };
        let written = from_file(&directory.join("stdlib"), module, true).map(|mut source| {
            // What the build found to be missing: a name that is newly written needs a new build.
            if let Some((_, _, text, own)) = at.map(|at| EMBEDDED[at]) {
                source.text = (source.text.to_string() + &text[own..]).into();
            }
            source
        });
        written.or_else(|| {
            let stem = name.strip_prefix(IMAGES)?.strip_prefix(' ')?;
            from_file(&directory.join("images"), &[stem.to_owned()], true)
        })
    }
}

/// The modules that define image types.
const IMAGES: &str = "gnu system images";

/// The name below which modules define image types.
pub fn image_modules() -> Vec<String> {
    split(IMAGES)
}

impl Loader for Library {
    fn source(&self, module: &[String]) -> Option<ModuleSource> {
        self.on_load_path(module)
            .or_else(|| self.in_standard_library(module))
            .or_else(|| from_index(module))
    }

    fn file(&self, path: &str) -> Option<ModuleSource> {
        let text = fs::read_to_string(path).ok()?;
        Some(ModuleSource { file: path.to_owned(), text: text.into(), lazy: false })
    }

    fn on_path(&self, relative: &str) -> Option<String> {
        let directories = self.load_path.borrow();
        let mut files = directories.iter().map(|directory| directory.join(relative));
        let found = files.find(|file| file.is_file())?;
        Some(found.to_string_lossy().into_owned())
    }

    fn exporters(&self, name: &str) -> Vec<String> {
        exports::exporters(name)
    }

    fn similar(&self, name: &str) -> Option<(String, Vec<String>)> {
        exports::similar(name)
    }

    fn lacking(&self, name: &str) -> Option<&'static str> {
        lacking::reason(name)
    }

    fn way_out(&self, module: &[String]) -> Option<String> {
        let name = module.join(" ");
        let known = EMBEDDED.iter().map(|entry| entry.0).chain(INDEX.iter().map(|entry| entry.0));
        let own: Vec<String> = self.own_modules().iter().map(|parts| parts.join(" ")).collect();
        let known = known.filter(|known| !known.starts_with("tintype "));
        let near = nearest_within(2, &name, known.chain(own.iter().map(String::as_str)));
        let near = near.map(|near| format!("did you mean ({near})? ")).unwrap_or_default();
        let directories: String =
            self.load_path.borrow().iter().map(|path| format!("{}, ", path.display())).collect();
        Some(format!(
            "{near}{}.scm was looked for in {directories}the standard library and Guix's index; '-L \
             DIR' adds a directory",
            module.join("/")
        ))
    }

    fn failure(&self, module: &[String]) -> Option<Diagnostic> {
        let standard = self.standard.iter().map(|directory| directory.join("stdlib"));
        let own = self.load_path.borrow().clone();
        let mut directories = own.into_iter().chain(standard);
        directories.find_map(|directory| failure_of_file(&directory, module))
    }
}

/// Name and text of every module that comes with the program, ours before those of the index.
pub fn texts() -> impl Iterator<Item = (&'static str, Cow<'static, str>)> {
    let embedded = EMBEDDED.iter().map(|(module, _, text, _)| (*module, Cow::Borrowed(*text)));
    let index = INDEX.iter().map(|(module, start, len)| {
        (*module, Cow::Owned(inflated(&INDEX_TEXT[*start..*start + *len])))
    });
    embedded.chain(index)
}

/// Text that the build deflated.
pub fn inflated(bytes: &[u8]) -> String {
    let mut text = String::new();
    flate2::read::DeflateDecoder::new(bytes)
        .read_to_string(&mut text)
        .expect("the build deflated it");
    text
}

/// The files of a directory that a module may be in.
fn files(directory: &Path, module: &[String]) -> impl Iterator<Item = PathBuf> {
    let path = directory.join(module.join("/")).into_os_string();
    EXTENSIONS.iter().map(move |extension| {
        let mut file = path.clone();
        file.push(extension);
        file.into()
    })
}

/// The last part of a module's name, if a file of that name holds one.
fn stem(file: &str) -> Option<&str> {
    EXTENSIONS.iter().find_map(|extension| file.strip_suffix(extension))
}

fn from_file(directory: &Path, module: &[String], lazy: bool) -> Option<ModuleSource> {
    files(directory, module).find_map(|path| {
        let file = path.to_string_lossy().into_owned();
        let text = decode(&file, fs::read(&path).ok()?).ok()?;
        Some(ModuleSource { file, text: text.into(), lazy })
    })
}

/// Why the file of a module cannot be used, if there is one.
fn failure_of_file(directory: &Path, module: &[String]) -> Option<Diagnostic> {
    files(directory, module).find_map(|path| {
        let file = path.to_string_lossy().into_owned();
        match fs::read(&path) {
            Ok(bytes) => decode(&file, bytes).err(),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => Some(Diagnostic::new(Kind::Module, format!("{file}: {error}"))),
        }
    })
}

fn from_index(module: &[String]) -> Option<ModuleSource> {
    let name = module.join(" ");
    let at = INDEX.binary_search_by_key(&name.as_str(), |entry| entry.0).ok()?;
    let (_, start, len) = INDEX[at];
    let text = inflated(&INDEX_TEXT[start..start + len]);
    let file = format!("guix:{}.scm", module.join("/"));
    Some(ModuleSource { file, text: text.into(), lazy: true })
}

/// Adds the modules of the directory that `prefix` names below `top`, and of those below it.
fn scan(top: &Path, prefix: &[String], names: &mut Vec<Vec<String>>) {
    scan_files(&top.join(prefix.join("/")), prefix, names);
}

fn scan_files(directory: &Path, prefix: &[String], names: &mut Vec<Vec<String>>) {
    let Ok(entries) = fs::read_dir(directory) else { return };
    for entry in entries.flatten() {
        let Ok(name) = entry.file_name().into_string() else { continue };
        let mut module = prefix.to_vec();
        if let Some(stem) = stem(&name) {
            module.push(stem.to_owned());
            names.push(module);
        } else if entry.path().is_dir() && name != "examples" {
            module.push(name);
            scan_files(&entry.path(), &module, names);
        }
    }
}

fn split(module: &str) -> Vec<String> {
    module.split(' ').map(str::to_owned).collect()
}
