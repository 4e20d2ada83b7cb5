//! What the file of a module says of it.

use crate::elf::{ElfError, Object, section_type};
use tintype_tree::{Extents, import};

/// Endings of the files of modules.
const ENDINGS: [&str; 4] = [".ko", ".ko.xz", ".ko.zst", ".ko.gz"];

/// No module is larger (bytes); what claims to be is no module.
pub const LEN_AT_MOST: u64 = 256 << 20;

/// The mark by which a symbol's name tells that the module exports what follows.
const EXPORT_MARK: &[u8] = b"__crc_";

/// A module as its file states it. Names are those of symbols, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Module {
    /// Its path in the directory of its kernel's modules.
    pub path: String,
    /// What the kernel calls it.
    pub name: String,
    /// `.modinfo`: keys and values, in order.
    pub info: Vec<(Vec<u8>, Vec<u8>)>,
    /// What it offers.
    pub exports: Vec<Vec<u8>>,
    /// What it wants of the kernel and of other modules.
    pub imports: Vec<Vec<u8>>,
}

/// Why a file is no module.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It cannot be read or decompressed.
    #[error(transparent)]
    Read(#[from] std::io::Error),
    /// It is no object file.
    #[error(transparent)]
    Elf(#[from] ElfError),
}

impl Module {
    /// Reads the module of `content`, whose path is `path`.
    ///
    /// # Errors
    /// When it cannot be read, or is no object file.
    pub fn read(path: &str, content: &Extents) -> Result<Module, FileError> {
        Module::parse(path, &import::decompressed(content, LEN_AT_MOST)?)
    }

    /// Reads the module whose file is, decompressed, `bytes`.
    ///
    /// # Errors
    /// When it is no object file.
    pub fn parse(path: &str, bytes: &[u8]) -> Result<Module, FileError> {
        let object = Object::read(bytes)?;
        let info = match object.section(".modinfo")? {
            Some(section) => info(object.content(section)?),
            None => Vec::new(),
        };
        let (exports, imports) = symbols(&object)?;
        Ok(Module { info, exports, imports, ..Module::named(path) })
    }

    /// A module of which only the path is known.
    pub fn named(path: &str) -> Module {
        Module { path: path.to_owned(), name: name_of(path), ..Module::default() }
    }

    /// The values of `key`, in order.
    pub fn values<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a [u8]> {
        self.info.iter().filter(move |one| one.0 == key.as_bytes()).map(|one| one.1.as_slice())
    }
}

/// Whether a file is a module by its name.
pub fn is_module(name: &str) -> bool {
    ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// What the kernel calls the module of a file.
pub fn name_of(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    normal_name(name.split('.').next().unwrap_or(name))
}

/// A module's name as the kernel has it, of one that a person wrote.
pub fn normal_name(name: &str) -> String {
    name.replace('-', "_")
}

/// `KEY=VALUE` after `KEY=VALUE`, each up to a zero.
pub fn info(section: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let fields = section.split(|byte| *byte == 0).filter(|field| !field.is_empty());
    fields
        .filter_map(|field| {
            let at = field.iter().position(|byte| *byte == b'=')?;
            Some((field[..at].to_vec(), field[at + 1..].to_vec()))
        })
        .collect()
}

type Names = Vec<Vec<u8>>;

/// What is exported and imported.
fn symbols(object: &Object) -> Result<(Names, Names), ElfError> {
    let (mut exports, mut imports) = (Names::new(), Names::new());
    let is_table = |section: &crate::elf::Section| section.sh_type == section_type::SYMTAB;
    if let Some(index) = object.sections.iter().position(is_table) {
        let names = object.symbol_names(index as u32)?;
        // The first symbol is none.
        for symbol in object.symbols(index as u32)?.iter().skip(1) {
            let name = names.get(symbol.st_name)?;
            if let Some(exported) = name.strip_prefix(EXPORT_MARK) {
                exports.push(exported.to_vec());
            } else if symbol.st_shndx == 0 && !name.is_empty() {
                imports.push(name.to_vec());
            }
        }
    }
    // Kernels without checksums of symbols have their names alone.
    if exports.is_empty()
        && let Some(section) = object.section("__ksymtab_strings")?
    {
        let names = object.content(section)?.split(|byte| *byte == 0);
        exports.extend(names.filter(|name| !name.is_empty()).map(<[u8]>::to_vec));
    }
    Ok((exports, imports))
}
