//! GRUB's kernel for UEFI, an object file, linked to the addresses that it has in a PE program.
//!
//! The program can be loaded anywhere: each absolute address in it is listed, for the firmware to
//! add the place where it has loaded the program.

use super::{Error, Library, Platform, bad_object, malformed};
use crate::elf::{ALLOC, EXECINSTR, Object, Relocation, Section, Symbol, section_type};
use std::collections::BTreeMap;

/// Alignment of sections in memory, and in the file.
pub const PAGE: usize = 0x1000;

/// A linked kernel.
#[derive(Debug)]
pub struct Kernel {
    /// The code, whole pages.
    pub text: Vec<u8>,
    /// The data, with zeros for what the file does not hold: whole pages.
    pub data: Vec<u8>,
    /// Address of the first instruction.
    pub entry: u64,
    /// Addresses of absolute addresses, in the order of the relocations.
    pub fixups: Vec<u64>,
}

/// Links `kernel.img` of `library`. The code begins at the address [`PAGE`], data on the page after
/// it.
///
/// # Errors
/// When the file is missing or malformed, or has a relocation that is not known.
pub fn link(library: &Library) -> Result<Kernel, Error> {
    let name = "kernel.img";
    let file = library.shown_file(name);
    let bytes = library.read(name)?;
    let object = library.object(name, &bytes)?;
    let layout = Layout::new(&object).ok_or_else(|| malformed(&file, "its sections"))?;
    let mut linker = Linker {
        platform: library.platform(),
        file: &file,
        object: &object,
        memory: vec![0; layout.end],
        addresses: &layout.addresses,
        fixups: Vec::new(),
        upper_parts: BTreeMap::new(),
    };
    linker.load()?;
    linker.relocate()?;
    let (mut memory, fixups) = (linker.memory, linker.fixups);
    let data = memory.split_off(layout.data);
    let text = memory.split_off(PAGE);
    // An object file's entry is an offset in its first section, the code.
    Ok(Kernel { text, data, entry: PAGE as u64 + object.entry, fixups })
}

/// Where the sections are in memory.
struct Layout {
    /// Of each section, its address; `None` for what is not loaded.
    addresses: Vec<Option<u64>>,
    /// Address of the data.
    data: usize,
    /// Address after the data.
    end: usize,
}

impl Layout {
    /// Code first, then on a new page data, then what is zero. `None` for sizes that no kernel has.
    fn new(object: &Object) -> Option<Layout> {
        let mut addresses = vec![None; object.sections.len()];
        let mut at = PAGE as u64;
        let mut place = |belongs: &dyn Fn(&Section) -> bool, at: &mut u64| {
            for (section, address) in object.sections.iter().zip(&mut addresses) {
                if belongs(section) {
                    let aligned = at.checked_next_multiple_of(section.sh_addralign.max(1))?;
                    *address = Some(aligned);
                    *at = aligned.checked_add(section.sh_size).filter(|at| *at < 1 << 30)?;
                }
            }
            Some(())
        };
        let code = |section: &Section| section.has(ALLOC | EXECINSTR);
        let zeros =
            |section: &Section| section.has(ALLOC) && section.sh_type == section_type::NOBITS;
        place(&code, &mut at)?;
        at = at.next_multiple_of(PAGE as u64);
        let data = at as usize;
        place(&|section| section.has(ALLOC) && !code(section) && !zeros(section), &mut at)?;
        place(&zeros, &mut at)?;
        Some(Layout { addresses, data, end: (at as usize).next_multiple_of(PAGE) })
    }
}

struct Linker<'a> {
    platform: Platform,
    file: &'a str,
    object: &'a Object<'a>,
    /// From address 0; the first page stays empty.
    memory: Vec<u8>,
    addresses: &'a [Option<u64>],
    fixups: Vec<u64>,
    /// Distances of which RISC-V instructions have the upper part, by their addresses: the instruction with
    /// the lower part names the other one.
    upper_parts: BTreeMap<u64, u32>,
}

/// R_RISCV_PCREL_HI20
const PCREL_HI20: u32 = 23;

impl Linker<'_> {
    /// Copies every section to its address.
    fn load(&mut self) -> Result<(), Error> {
        for (section, address) in self.object.sections.iter().zip(self.addresses) {
            let Some(address) = address else { continue };
            let content = self.object.content(section).map_err(bad_object(self.file))?;
            let start = *address as usize;
            self.memory[start..start + content.len()].copy_from_slice(content);
        }
        Ok(())
    }

    /// Applies every relocation of what is loaded.
    fn relocate(&mut self) -> Result<(), Error> {
        if self.platform == Platform::Riscv64Efi {
            self.each_relocation(|linker, address, value, relocation| {
                if relocation.r_type == PCREL_HI20 {
                    let target = value.wrapping_add_signed(relocation.r_addend);
                    linker.upper_parts.insert(address, target.wrapping_sub(address) as u32);
                }
                Ok(())
            })?;
        }
        self.each_relocation(Self::apply)
    }

    /// Calls `visit` with the address, the symbol's value and each relocation of what is loaded.
    fn each_relocation(
        &mut self,
        mut visit: impl FnMut(&mut Self, u64, u64, &Relocation) -> Result<(), Error>,
    ) -> Result<(), Error> {
        for section in &self.object.sections {
            if !matches!(section.sh_type, section_type::REL | section_type::RELA) {
                continue;
            }
            let Some(Some(target)) = self.addresses.get(section.sh_info as usize).copied() else {
                continue;
            };
            let bad = bad_object(self.file);
            let symbols = self.object.symbols(section.sh_link).map_err(&bad)?;
            for relocation in self.object.relocations(section).map_err(&bad)? {
                let symbol = symbols.get(relocation.r_symbol as usize).copied();
                let value = symbol
                    .and_then(|symbol| self.value(symbol))
                    .ok_or_else(|| malformed(self.file, "a symbol that is defined nowhere"))?;
                visit(self, target + relocation.r_offset, value, &relocation)?;
            }
        }
        Ok(())
    }

    /// The address that `symbol` stands for.
    fn value(&self, symbol: Symbol) -> Option<u64> {
        /// `SHN_ABS`: the value is no address.
        const ABSOLUTE: u16 = 0xfff1;
        if symbol.st_shndx == ABSOLUTE {
            return Some(symbol.st_value);
        }
        let section = (*self.addresses.get(usize::from(symbol.st_shndx))?)?;
        section.checked_add(symbol.st_value)
    }

    /// Puts `value` into the place at `address`, in the way that the relocation says.
    fn apply(&mut self, address: u64, value: u64, relocation: &Relocation) -> Result<(), Error> {
        let target = value.wrapping_add_signed(relocation.r_addend);
        let distance = target.wrapping_sub(address);
        match (self.platform, relocation.r_type) {
            // R_X86_64_64, R_AARCH64_ABS64, R_RISCV_64
            (Platform::X86_64Efi, 1) | (Platform::Arm64Efi, 257) | (Platform::Riscv64Efi, 2) => {
                self.fixups.push(address);
                self.change(address, |old| {
                    u64::from_le_bytes(old).wrapping_add(target).to_le_bytes()
                })
            }
            // R_386_32
            (Platform::I386Efi, 1) => {
                self.fixups.push(address);
                self.add_32(address, target)
            }
            // R_386_PC32, R_X86_64_PC32, R_X86_64_PLT32
            (Platform::I386Efi, 2) | (Platform::X86_64Efi, 2 | 4) => self.add_32(address, distance),
            (Platform::Arm64Efi, kind) => self.apply_arm64(address, target, kind),
            (Platform::Riscv64Efi, kind) => self.apply_riscv64(address, target, kind),
            (platform, kind) => Err(Error::Relocation { platform, kind }),
        }
    }

    /// Relocations of instructions (ELF for the Arm 64-bit Architecture, section 5.7).
    fn apply_arm64(&mut self, address: u64, target: u64, kind: u32) -> Result<(), Error> {
        let page = |address: u64| address & !0xfff;
        let instruction = |bits: u32, mask: u32| {
            move |old: [u8; 4]| (u32::from_le_bytes(old) & !mask | bits & mask).to_le_bytes()
        };
        // The low twelve bits of the address, in units of what the instruction accesses.
        let low = |scale: u32| ((target & 0xfff) >> scale << 10) as u32;
        const LOW: u32 = 0xfff << 10;
        match kind {
            // ADR_PREL_PG_HI21: two low bits at 29, nineteen more at 5
            275 => {
                let pages = page(target).wrapping_sub(page(address)) as i64 >> 12;
                let bits = (pages as u32 & 3) << 29 | ((pages >> 2) as u32 & 0x7_ffff) << 5;
                self.change(address, instruction(bits, 3 << 29 | 0x7_ffff << 5))
            }
            // ADD_ABS_LO12_NC and LDST8_ABS_LO12_NC
            277 | 278 => self.change(address, instruction(low(0), LOW)),
            // LDST16, LDST32, LDST64 and LDST128_ABS_LO12_NC
            284 => self.change(address, instruction(low(1), LOW)),
            285 => self.change(address, instruction(low(2), LOW)),
            286 => self.change(address, instruction(low(3), LOW)),
            299 => self.change(address, instruction(low(4), LOW)),
            // JUMP26 and CALL26
            282 | 283 => {
                let words = target.wrapping_sub(address) as i64 >> 2;
                self.change(address, instruction(words as u32, 0x3ff_ffff))
            }
            // PREL32
            261 => self.add_32(address, target.wrapping_sub(address)),
            kind => Err(Error::Relocation { platform: self.platform, kind }),
        }
    }

    /// Relocations of instructions (RISC-V ELF psABI, section 8.4).
    fn apply_riscv64(&mut self, address: u64, target: u64, kind: u32) -> Result<(), Error> {
        let distance = target.wrapping_sub(address) as u32;
        match kind {
            // BRANCH
            16 => self.change(address, |old: [u8; 4]| {
                let bits = (distance >> 12 & 1) << 31
                    | (distance >> 5 & 0x3f) << 25
                    | (distance >> 1 & 0xf) << 8
                    | (distance >> 11 & 1) << 7;
                (u32::from_le_bytes(old) & 0x1ff_f07f | bits).to_le_bytes()
            }),
            // JAL
            17 => self.change(address, |old: [u8; 4]| {
                let bits = (distance >> 20 & 1) << 31
                    | (distance >> 1 & 0x3ff) << 21
                    | (distance >> 11 & 1) << 20
                    | (distance >> 12 & 0xff) << 12;
                (u32::from_le_bytes(old) & 0xfff | bits).to_le_bytes()
            }),
            // CALL and CALL_PLT: auipc, then jalr
            18 | 19 => self.change(address, |old: [u8; 8]| {
                let pair = u64::from_le_bytes(old);
                let high = distance.wrapping_add(0x800) & 0xffff_f000;
                let low = distance.wrapping_sub(high) << 20;
                let upper = (pair >> 32) as u32 & 0xf_ffff | low;
                let lower = pair as u32 & 0xfff | high;
                (u64::from(upper) << 32 | u64::from(lower)).to_le_bytes()
            }),
            PCREL_HI20 => self.change(address, |old: [u8; 4]| {
                let high = distance.wrapping_add(0x800) & 0xffff_f000;
                (u32::from_le_bytes(old) & 0xfff | high).to_le_bytes()
            }),
            // PCREL_LO12_I and PCREL_LO12_S: the symbol is the instruction with the upper part
            24 | 25 => {
                let low = self.upper_parts.get(&target).copied().ok_or_else(|| {
                    malformed(self.file, "the lower part of a distance without its upper part")
                })?;
                self.change(address, |old: [u8; 4]| {
                    let old = u32::from_le_bytes(old);
                    let new = match kind {
                        24 => old & 0xf_ffff | low << 20,
                        _ => old & 0x1ff_f07f | (low >> 5 & 0x7f) << 25 | (low & 0x1f) << 7,
                    };
                    new.to_le_bytes()
                })
            }
            // RVC_BRANCH
            44 => self.change(address, |old: [u8; 2]| {
                let d = distance as u16;
                let bits = (d >> 8 & 1) << 12
                    | (d >> 3 & 3) << 10
                    | (d >> 6 & 3) << 5
                    | (d >> 1 & 3) << 3
                    | (d >> 5 & 1) << 2;
                (u16::from_le_bytes(old) & 0xe383 | bits).to_le_bytes()
            }),
            // RVC_JUMP
            45 => self.change(address, |old: [u8; 2]| {
                let d = distance as u16;
                let bits = (d >> 11 & 1) << 12
                    | (d >> 4 & 1) << 11
                    | (d >> 8 & 3) << 9
                    | (d >> 10 & 1) << 8
                    | (d >> 6 & 1) << 7
                    | (d >> 7 & 1) << 6
                    | (d >> 1 & 7) << 3
                    | (d >> 5 & 1) << 2;
                (u16::from_le_bytes(old) & 0xe003 | bits).to_le_bytes()
            }),
            // ADD8 to ADD64, SUB8 to SUB64, SET8 to SET32: differences of addresses, put together
            33 => self.change(address, |old: [u8; 1]| [old[0].wrapping_add(target as u8)]),
            34 => self.change(address, |old| {
                u16::from_le_bytes(old).wrapping_add(target as u16).to_le_bytes()
            }),
            35 => self.add_32(address, target),
            36 => self
                .change(address, |old| u64::from_le_bytes(old).wrapping_add(target).to_le_bytes()),
            37 => self.change(address, |old: [u8; 1]| [old[0].wrapping_sub(target as u8)]),
            38 => self.change(address, |old| {
                u16::from_le_bytes(old).wrapping_sub(target as u16).to_le_bytes()
            }),
            39 => self.add_32(address, target.wrapping_neg()),
            40 => self
                .change(address, |old| u64::from_le_bytes(old).wrapping_sub(target).to_le_bytes()),
            54 => self.change(address, |_: [u8; 1]| [target as u8]),
            55 => self.change(address, |_: [u8; 2]| (target as u16).to_le_bytes()),
            56 => self.change(address, |_: [u8; 4]| (target as u32).to_le_bytes()),
            // PCREL
            57 => self.change(address, |_: [u8; 4]| distance.to_le_bytes()),
            // ALIGN and RELAX: what a linker may shorten, and need not
            43 | 51 => Ok(()),
            kind => Err(Error::Relocation { platform: self.platform, kind }),
        }
    }

    fn add_32(&mut self, address: u64, value: u64) -> Result<(), Error> {
        self.change(address, |old: [u8; 4]| {
            u32::from_le_bytes(old).wrapping_add(value as u32).to_le_bytes()
        })
    }

    fn change<const N: usize>(
        &mut self,
        address: u64,
        new: impl FnOnce([u8; N]) -> [u8; N],
    ) -> Result<(), Error> {
        let start = address as usize;
        let place = start
            .checked_add(N)
            .and_then(|end| self.memory.get_mut(start..end))
            .ok_or_else(|| malformed(self.file, "a relocation outside of its section"))?;
        let old = <[u8; N]>::try_from(&*place).expect("N bytes");
        place.copy_from_slice(&new(old));
        Ok(())
    }
}
