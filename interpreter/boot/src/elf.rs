//! Object files, little-endian (System V ABI, chapter 4): sections, symbols, relocations.

use thiserror::Error;

/// Why bytes are no object file that can be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("not an ELF object of a kind that can be read: {0}")]
pub struct ElfError(&'static str);

/// `e_machine` of what is read.
pub mod machine {
    /// Intel 80386.
    pub const I386: u16 = 3;
    /// AMD64.
    pub const X86_64: u16 = 62;
    /// 64-bit ARM.
    pub const AARCH64: u16 = 183;
    /// RISC-V.
    pub const RISCV: u16 = 243;
}

/// `sh_type` of what is looked at.
pub mod section_type {
    /// Bytes of the program.
    pub const PROGBITS: u32 = 1;
    /// Symbols.
    pub const SYMTAB: u32 = 2;
    /// Relocations with addends.
    pub const RELA: u32 = 4;
    /// Zeros that the file does not hold.
    pub const NOBITS: u32 = 8;
    /// Relocations without addends.
    pub const REL: u32 = 9;
}

/// `SHF_ALLOC`: the section is in memory when the program runs.
pub const ALLOC: u64 = 2;
/// `SHF_EXECINSTR`: it holds code.
pub const EXECINSTR: u64 = 4;

/// A section header (`Elf32_Shdr`, `Elf64_Shdr`).
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are the specification's")]
pub struct Section {
    pub sh_name: u32,
    pub sh_type: u32,
    pub sh_flags: u64,
    pub sh_addr: u64,
    pub sh_offset: u64,
    pub sh_size: u64,
    pub sh_link: u32,
    pub sh_info: u32,
    pub sh_addralign: u64,
}

impl Section {
    /// Whether all of `flags` are set.
    pub fn has(&self, flags: u64) -> bool {
        self.sh_flags & flags == flags
    }
}

/// A symbol (`Elf32_Sym`, `Elf64_Sym`), as far as it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are the specification's")]
pub struct Symbol {
    pub st_name: u32,
    pub st_shndx: u16,
    pub st_value: u64,
}

/// A relocation with or without addend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are the specification's")]
pub struct Relocation {
    pub r_offset: u64,
    pub r_symbol: u32,
    pub r_type: u32,
    /// Zero for a relocation whose addend is at its place.
    pub r_addend: i64,
}

/// An object file.
#[derive(Debug)]
pub struct Object<'a> {
    bytes: &'a [u8],
    wide: bool,
    /// `e_machine`.
    pub machine: u16,
    /// `e_entry`.
    pub entry: u64,
    /// The section headers, the null one included.
    pub sections: Vec<Section>,
    names: usize,
}

impl<'a> Object<'a> {
    /// Reads the headers.
    ///
    /// # Errors
    /// When `bytes` is no little-endian ELF, or is cut off.
    pub fn read(bytes: &'a [u8]) -> Result<Object<'a>, ElfError> {
        if bytes.get(..4) != Some(b"\x7fELF") {
            return Err(ElfError("no ELF header"));
        }
        let wide = match bytes.get(4..6) {
            Some([1, 1]) => false,
            Some([2, 1]) => true,
            _ => return Err(ElfError("its class or byte order")),
        };
        let field = |at32, at64| if wide { at64 } else { at32 };
        let address = |at| if wide { u64_at(bytes, at) } else { u32_at(bytes, at).map(u64::from) };
        let headers = address(field(0x20, 0x28))?;
        let entry_size = u16_at(bytes, field(0x2e, 0x3a))?;
        if usize::from(entry_size) != field(40, 64) {
            return Err(ElfError("the size of its section headers"));
        }
        let count = u16_at(bytes, field(0x30, 0x3c))?;
        let sections = (0..u64::from(count))
            .map(|index| {
                let at = headers
                    .checked_add(index * u64::from(entry_size))
                    .and_then(|at| usize::try_from(at).ok())
                    .ok_or(ElfError("it is cut off"))?;
                section(bytes, at, wide)
            })
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Object {
            bytes,
            wide,
            machine: u16_at(bytes, 0x12)?,
            entry: address(0x18)?,
            names: usize::from(u16_at(bytes, field(0x32, 0x3e))?),
            sections,
        })
    }

    /// The bytes of `section`; none of one that the file does not hold.
    ///
    /// # Errors
    /// When the file is cut off.
    pub fn content(&self, section: &Section) -> Result<&'a [u8], ElfError> {
        if section.sh_type == section_type::NOBITS {
            return Ok(&[]);
        }
        let start = usize::try_from(section.sh_offset).unwrap_or(usize::MAX);
        let len = usize::try_from(section.sh_size).unwrap_or(usize::MAX);
        start
            .checked_add(len)
            .and_then(|end| self.bytes.get(start..end))
            .ok_or(ElfError("it is cut off"))
    }

    /// The name of `section`.
    ///
    /// # Errors
    /// When the file is cut off.
    pub fn name(&self, section: &Section) -> Result<&'a [u8], ElfError> {
        let table = self.sections.get(self.names).ok_or(ElfError("it has no section names"))?;
        Names(self.content(table)?).get(section.sh_name)
    }

    /// The first section called `name`.
    ///
    /// # Errors
    /// When the file is cut off.
    pub fn section(&self, name: &str) -> Result<Option<&Section>, ElfError> {
        for section in &self.sections {
            if self.name(section)? == name.as_bytes() {
                return Ok(Some(section));
            }
        }
        Ok(None)
    }

    /// The symbols of the section `index`.
    ///
    /// # Errors
    /// When it is no table of symbols, or cut off.
    pub fn symbols(&self, index: u32) -> Result<Vec<Symbol>, ElfError> {
        let table = self.sections.get(index as usize);
        let table = table
            .filter(|section| section.sh_type == section_type::SYMTAB)
            .ok_or(ElfError("its table of symbols"))?;
        let size = if self.wide { 24 } else { 16 };
        self.content(table)?
            .chunks_exact(size)
            .map(|entry| {
                Ok(Symbol {
                    st_name: u32_at(entry, 0)?,
                    st_shndx: u16_at(entry, if self.wide { 6 } else { 14 })?,
                    st_value: if self.wide { u64_at(entry, 8)? } else { u32_at(entry, 4)?.into() },
                })
            })
            .collect()
    }

    /// The names of the symbols of the section `index`.
    ///
    /// # Errors
    /// When there is no such table, or it is cut off.
    pub fn symbol_names(&self, index: u32) -> Result<Names<'a>, ElfError> {
        let table = self.sections.get(index as usize);
        let names = table.and_then(|table| self.sections.get(table.sh_link as usize));
        Ok(Names(self.content(names.ok_or(ElfError("its names of symbols"))?)?))
    }

    /// The relocations in `section`, which is of type `REL` or `RELA`.
    ///
    /// # Errors
    /// When it is cut off.
    pub fn relocations(&self, section: &Section) -> Result<Vec<Relocation>, ElfError> {
        let word = if self.wide { 8 } else { 4 };
        let has_addend = section.sh_type == section_type::RELA;
        let size = if has_addend { 3 * word } else { 2 * word };
        let read = |entry: &[u8], at| {
            if self.wide { u64_at(entry, at) } else { u32_at(entry, at).map(u64::from) }
        };
        self.content(section)?
            .chunks_exact(size)
            .map(|entry| {
                let info = read(entry, word)?;
                let (symbol, kind) = match self.wide {
                    true => ((info >> 32) as u32, info as u32),
                    false => ((info >> 8) as u32, (info & 0xff) as u32),
                };
                let addend = if has_addend { read(entry, 2 * word)? } else { 0 };
                let addend = if self.wide { addend as i64 } else { i64::from(addend as i32) };
                let r_offset = read(entry, 0)?;
                Ok(Relocation { r_offset, r_symbol: symbol, r_type: kind, r_addend: addend })
            })
            .collect()
    }
}

/// A table of strings.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a>(&'a [u8]);

impl<'a> Names<'a> {
    /// The string that begins at `at`.
    ///
    /// # Errors
    /// When it is outside of the table.
    pub fn get(&self, at: u32) -> Result<&'a [u8], ElfError> {
        let rest = self.0.get(at as usize..).ok_or(ElfError("a name is outside of its table"))?;
        let end = rest.iter().position(|byte| *byte == 0);
        Ok(&rest[..end.ok_or(ElfError("a name does not end"))?])
    }
}

fn section(bytes: &[u8], at: usize, wide: bool) -> Result<Section, ElfError> {
    let header = bytes.get(at..).ok_or(ElfError("it is cut off"))?;
    let narrow = |at| u32_at(header, at).map(u64::from);
    Ok(if wide {
        Section {
            sh_name: u32_at(header, 0)?,
            sh_type: u32_at(header, 4)?,
            sh_flags: u64_at(header, 8)?,
            sh_addr: u64_at(header, 16)?,
            sh_offset: u64_at(header, 24)?,
            sh_size: u64_at(header, 32)?,
            sh_link: u32_at(header, 40)?,
            sh_info: u32_at(header, 44)?,
            sh_addralign: u64_at(header, 48)?,
        }
    } else {
        Section {
            sh_name: u32_at(header, 0)?,
            sh_type: u32_at(header, 4)?,
            sh_flags: narrow(8)?,
            sh_addr: narrow(12)?,
            sh_offset: narrow(16)?,
            sh_size: narrow(20)?,
            sh_link: u32_at(header, 24)?,
            sh_info: u32_at(header, 28)?,
            sh_addralign: narrow(32)?,
        }
    })
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Result<[u8; N], ElfError> {
    let end = at.checked_add(N).ok_or(ElfError("it is cut off"))?;
    let slice = bytes.get(at..end).ok_or(ElfError("it is cut off"))?;
    Ok(slice.try_into().expect("N bytes"))
}

fn u16_at(bytes: &[u8], at: usize) -> Result<u16, ElfError> {
    array(bytes, at).map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Result<u32, ElfError> {
    array(bytes, at).map(u32::from_le_bytes)
}

fn u64_at(bytes: &[u8], at: usize) -> Result<u64, ElfError> {
    array(bytes, at).map(u64::from_le_bytes)
}
