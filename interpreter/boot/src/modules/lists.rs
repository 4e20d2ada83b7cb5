//! The indexes of a kernel's modules as depmod(8) of kmod 30 writes them: lists for people, and the
//! same as [`Index`]es.

use super::dependencies::Dependencies;
use super::file::{Module, name_of, normal_name};
use super::index::Index;
use super::{Modules, lines};
use std::collections::HashMap;

/// Alias text before the device number that it is for.
const DEVICES: [(&[u8], char); 2] = [(b"char-major-", 'c'), (b"block-major-", 'b')];

impl Modules {
    /// Name and content of every index, for the directory that the modules are in.
    pub fn indexes(&self) -> Vec<(&'static str, Vec<u8>)> {
        vec![
            ("modules.dep", self.dep()),
            ("modules.dep.bin", self.dep_index()),
            ("modules.alias", self.alias()),
            ("modules.alias.bin", self.alias_index()),
            ("modules.softdep", self.softdep()),
            ("modules.symbols", self.symbols()),
            ("modules.symbols.bin", self.symbols_index()),
            ("modules.builtin.bin", self.builtin_index()),
            ("modules.builtin.alias.bin", self.builtin_alias_index()),
            ("modules.devname", self.devname()),
        ]
    }

    /// The modules and what they need by the lists `dep`, `alias` and `softdep` of that name. Their
    /// files are not read.
    pub(super) fn listed(dep: &[u8], alias: &[u8], softdep: &[u8]) -> (Vec<Module>, Dependencies) {
        let dep: Vec<_> = lines(dep).filter_map(|line| line.split_once(':')).collect();
        let places: HashMap<&str, usize> = dep.iter().map(|(path, _)| *path).zip(0..).collect();
        let needed = |paths: &str| {
            paths.split_whitespace().filter_map(|path| places.get(path).copied()).collect()
        };
        let dependencies = Dependencies::stated(dep.iter().map(|(_, all)| needed(all)).collect());
        let mut list: Vec<_> = dep.iter().map(|(path, _)| Module::named(path)).collect();
        let names: HashMap<_, _> = list.iter().map(|module| module.name.clone()).zip(0..).collect();
        for line in lines(alias) {
            // alias ALIAS MODULE
            let words = line.strip_prefix("alias ").and_then(|words| words.rsplit_once(' '));
            let Some((alias, module)) = words else { continue };
            if let Some(place) = names.get(module) {
                list[*place].info.push((b"alias".to_vec(), alias.into()));
            }
        }
        for line in lines(softdep) {
            // softdep MODULE pre: NAME ...
            let words = line.strip_prefix("softdep ").and_then(|words| words.split_once(' '));
            let Some((module, needed)) = words else { continue };
            if let Some(place) = names.get(module) {
                list[*place].info.push((b"softdep".to_vec(), needed.into()));
            }
        }
        (list, dependencies)
    }

    fn dep_line(&self, module: usize) -> String {
        let mut line = format!("{}:", self.list[module].path);
        for needed in self.dependencies.all(module) {
            line.push(' ');
            line.push_str(&self.list[*needed].path);
        }
        line
    }

    fn dep(&self) -> Vec<u8> {
        (0..self.list.len()).map(|module| self.dep_line(module) + "\n").collect::<String>().into()
    }

    fn dep_index(&self) -> Vec<u8> {
        let mut index = Index::default();
        for (priority, module) in self.list.iter().enumerate() {
            let line = self.dep_line(priority);
            index.insert(module.name.as_bytes(), line.as_bytes(), priority as u32);
        }
        index.to_bytes()
    }

    fn alias(&self) -> Vec<u8> {
        let mut text = b"# Aliases extracted from modules themselves.\n".to_vec();
        for module in &self.list {
            for alias in module.values("alias") {
                text.extend([b"alias ", alias, b" ", module.name.as_bytes(), b"\n"].concat());
            }
        }
        text
    }

    fn alias_index(&self) -> Vec<u8> {
        let mut index = Index::default();
        for (priority, module) in self.list.iter().enumerate() {
            for alias in module.values("alias").filter_map(normal_alias) {
                index.insert(&alias, module.name.as_bytes(), priority as u32);
            }
        }
        index.to_bytes()
    }

    fn softdep(&self) -> Vec<u8> {
        let mut text = b"# Soft dependencies extracted from modules themselves.\n".to_vec();
        for module in &self.list {
            for needed in module.values("softdep") {
                text.extend([b"softdep ", module.name.as_bytes(), b" ", needed, b"\n"].concat());
            }
        }
        text
    }

    fn symbols(&self) -> Vec<u8> {
        let mut text = b"# Aliases for symbols, used by symbol_request().\n".to_vec();
        for (symbol, owner) in self.dependencies.symbols() {
            let owner = self.list[owner].name.as_bytes();
            text.extend([b"alias symbol:", symbol, b" ", owner, b"\n"].concat());
        }
        text
    }

    fn symbols_index(&self) -> Vec<u8> {
        let mut index = Index::default();
        for (symbol, owner) in self.dependencies.symbols() {
            let alias = [b"symbol:", symbol].concat();
            index.insert(&alias, self.list[owner].name.as_bytes(), owner as u32);
        }
        index.to_bytes()
    }

    fn builtin_index(&self) -> Vec<u8> {
        let mut index = Index::default();
        for path in &self.builtin {
            index.insert(name_of(path).as_bytes(), b"", 0);
        }
        index.to_bytes()
    }

    fn builtin_alias_index(&self) -> Vec<u8> {
        let mut index = Index::default();
        for (module, alias) in self.builtin_aliases() {
            if let Some(alias) = normal_alias(alias) {
                index.insert(&alias, normal_name(&module).as_bytes(), 0);
            }
        }
        index.to_bytes()
    }

    fn devname(&self) -> Vec<u8> {
        let mut text = b"# Device nodes to trigger on-demand module loading.\n".to_vec();
        for module in &self.list {
            let (mut name, mut device) = (None, None);
            for alias in module.values("alias") {
                if let Some(devname) = alias.strip_prefix(b"devname:") {
                    name = Some(devname);
                }
                device = device_number(alias).or(device);
                if let (Some(name), Some(device)) = (name, &device) {
                    let device = device.as_bytes();
                    text.extend([module.name.as_bytes(), b" ", name, b" ", device].concat());
                    text.push(b'\n');
                    break;
                }
            }
        }
        text
    }
}

/// `c10:229` of `char-major-10-229`.
fn device_number(alias: &[u8]) -> Option<String> {
    let (rest, kind) =
        DEVICES.iter().find_map(|(start, kind)| Some((alias.strip_prefix(*start)?, kind)))?;
    let (major, minor) = std::str::from_utf8(rest).ok()?.split_once('-')?;
    Some(format!("{kind}{}:{}", major.parse::<u32>().ok()?, minor.parse::<u32>().ok()?))
}

/// The alias as kmod looks it up: `-` is `_`, but between brackets. None where those do not match.
fn normal_alias(alias: &[u8]) -> Option<Vec<u8>> {
    let mut inside = false;
    let mut normal = Vec::with_capacity(alias.len());
    for byte in alias {
        match (byte, inside) {
            (b'[', false) => inside = true,
            (b']', true) => inside = false,
            (b']', false) => return None,
            _ => {}
        }
        normal.push(if *byte == b'-' && !inside { b'_' } else { *byte });
    }
    (!inside).then_some(normal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_are_normal_outside_of_brackets() {
        let normal = |alias: &str| {
            normal_alias(alias.as_bytes()).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        };
        assert_eq!(normal("net-pf-10").as_deref(), Some("net_pf_10"));
        assert_eq!(normal("usb:v1d[0-9]*-x").as_deref(), Some("usb:v1d[0-9]*_x"));
        assert_eq!(normal("usb:[0"), None);
        assert_eq!(normal("usb]"), None);
    }

    #[test]
    fn device_numbers_are_read_from_aliases() {
        assert_eq!(device_number(b"char-major-10-229").as_deref(), Some("c10:229"));
        assert_eq!(device_number(b"block-major-7-0").as_deref(), Some("b7:0"));
        assert_eq!(device_number(b"char-major-10-*"), None);
        assert_eq!(device_number(b"pci:x"), None);
    }
}
