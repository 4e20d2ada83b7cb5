//! Embeds the standard library, the image modules and the modules made from Guix's interface.

use std::fmt::Write as _;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

#[path = "index/datum.rs"]
mod datum;
#[path = "index/defaults.rs"]
mod defaults;
#[path = "index/modules.rs"]
mod modules;
#[path = "index/records.rs"]
mod records;
use defaults::Packages;
use modules::{Exporters, Module, ServiceTypes};
use records::Records;

fn main() {
    let crate_directory = std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let top = Path::new(&crate_directory).join("../..").canonicalize().expect("checkout");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let mut guix = guix_modules();
    let records = records(&guix);
    tell_extensions(&mut guix, &records);
    let exporters = embed(&top, &out, &guix, &records);
    let (table, chunks) = index(&guix, &exporters, &records);
    fs::write(out.join("index.rs"), table).expect("write index.rs");
    fs::write(out.join("index.bin"), chunks).expect("write index.bin");
    fs::write(out.join("packages.bin"), packages(&guix)).expect("write packages.bin");
}

/// Writes the embedded files, each with what Guix's module of that name has beside, and their table:
/// module name (parts joined by spaces), file name, text, and how much of it is the file's. Gives what
/// those of services export.
fn embed(top: &Path, out: &Path, guix: &[Module], records: &Records) -> Exporters {
    let mut files = Vec::new();
    for (directory, prefix) in [("stdlib", ""), ("images", "gnu system images ")] {
        println!("cargo:rerun-if-changed={}", top.join(directory).display());
        collect(top, Path::new(directory), prefix, &mut files);
    }
    files.sort();
    fs::create_dir_all(out.join("library")).expect("a directory for the library");
    let mut table = String::from("&[\n");
    let mut texts = Vec::new();
    for (index, (module, file)) in files.into_iter().enumerate() {
        let path = top.join(&file);
        println!("cargo:rerun-if-changed={}", path.display());
        let mut text = fs::read_to_string(&path).expect("modules are UTF-8");
        let own = text.len();
        if module == "gnu services" || module.starts_with("gnu services ") {
            texts.push((module.clone(), text.clone()));
        }
        if let Some(known) = guix.iter().find(|known| known.name == module) {
            text += &known.supplement(&text, records);
        }
        let copy = out.join("library").join(format!("{index}.scm"));
        fs::write(&copy, text).expect("write a module");
        writeln!(table, "    ({module:?}, {file:?}, include_str!({copy:?}), {own}),")
            .expect("to memory");
    }
    fs::write(out.join("library.rs"), table + "]\n").expect("write library.rs");
    Exporters::read(texts.iter().map(|(module, text)| (module.as_str(), text.as_str())), guix)
}

/// Adds `(module, file)` of every `.scm` below `directory`; examples and fixtures are no modules.
fn collect(top: &Path, directory: &Path, module: &str, files: &mut Vec<(String, String)>) {
    let entries = fs::read_dir(top.join(directory)).expect("a directory of the checkout");
    for entry in entries {
        let entry = entry.expect("a directory entry");
        let name = entry.file_name().into_string().expect("names are UTF-8");
        let path = directory.join(&name);
        if entry.path().is_dir() && name != "examples" {
            collect(top, &path, &format!("{module}{name} "), files);
        } else if let Some(stem) = name.strip_suffix(".scm") {
            let file = path.to_str().expect("names are UTF-8").to_owned();
            files.push((format!("{module}{stem}"), file));
        }
    }
}

/// The modules of the index, as amended.
fn guix_modules() -> Vec<Module> {
    let (index, amendments) = ("index/guix-interface.sexp.gz", "index/amendments.sexp");
    for path in [index, amendments] {
        println!("cargo:rerun-if-changed={path}");
    }
    for part in ["datum", "defaults", "modules", "records"] {
        println!("cargo:rerun-if-changed=index/{part}.rs");
    }
    let mut text = String::new();
    flate2::read::GzDecoder::new(fs::File::open(index).expect("the index"))
        .read_to_string(&mut text)
        .expect("the index is gzipped UTF-8");
    let mut modules: Vec<Module> = text.lines().map(Module::read).collect();
    let text = fs::read_to_string(amendments).expect("the amendments");
    for line in text.lines().filter(|line| line.starts_with('(')) {
        let amendment = Module::read(line);
        let known = modules.iter_mut().find(|module| module.name == amendment.name);
        known.expect("a module of the index").amend(amendment);
    }
    modules
}

fn tell_extensions(modules: &mut [Module], records: &Records) {
    let service_types = "index/service-types.sexp";
    println!("cargo:rerun-if-changed={service_types}");
    let text = fs::read_to_string(service_types).expect("the service types");
    let service_types = ServiceTypes::read(&text);
    for module in modules {
        module.tell_extensions(&service_types, records);
    }
}

/// What is known of the fields of Guix's records.
fn records(guix: &[Module]) -> Records {
    let facts = "index/record-defaults.sexp";
    println!("cargo:rerun-if-changed={facts}");
    let packages = guix.iter().flat_map(|module| {
        module.packages().map(|(name, _, variable)| (name, module.name.as_str(), variable))
    });
    Records::read(&fs::read_to_string(facts).expect("the facts"), Packages::new(packages))
}

/// The modules made from the index: a table of name, offset, length, and the deflated texts.
fn index(guix: &[Module], exporters: &Exporters, records: &Records) -> (String, Vec<u8>) {
    let mut made: Vec<(&str, String)> = guix
        .iter()
        .map(|module| (module.name.as_str(), module.whole(exporters, records)))
        .collect();
    made.sort();
    let mut table = String::from("&[\n");
    let mut chunks = Vec::new();
    for (name, source) in made {
        let chunk = deflated(&source);
        writeln!(table, "    ({name:?}, {}, {}),", chunks.len(), chunk.len()).expect("to memory");
        chunks.extend(chunk);
    }
    (table + "]\n", chunks)
}

/// Every package of the index, deflated: lines of name, version, module, variable with tabs between.
fn packages(guix: &[Module]) -> Vec<u8> {
    let mut lines = String::new();
    for module in guix {
        for (name, version, variable) in module.packages() {
            writeln!(lines, "{name}\t{version}\t{}\t{variable}", module.name).expect("to memory");
        }
    }
    deflated(&lines)
}

fn deflated(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(text.as_bytes()).expect("to memory");
    encoder.finish().expect("to memory")
}
