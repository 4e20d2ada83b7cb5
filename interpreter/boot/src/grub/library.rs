//! The directory that GRUB is built into.

use super::{Error, Platform, bad_object, malformed};
use crate::elf::Object;
use std::collections::{BTreeMap, BTreeSet};
use tintype_tree::{Kind, NodeId, Tree};

/// Where a tree may keep the directories of the platforms: in Debian, in Guix and other package
/// trees, and in a copy of the directory itself.
const PLACES: [&str; 4] = ["usr/lib/grub", "lib/grub", "boot/grub", ""];

/// GRUB's files for one platform.
#[derive(Clone, Copy, Debug)]
pub struct Library<'a> {
    platform: Platform,
    tree: &'a Tree,
    directory: NodeId,
    place: &'static str,
}

impl<'a> Library<'a> {
    /// The library in the first of `trees` that has one; the strings say what to call them.
    ///
    /// # Errors
    /// When none of them has it.
    pub fn find(trees: &[(&'a Tree, &str)], platform: Platform) -> Result<Library<'a>, Error> {
        for (tree, _) in trees {
            for place in PLACES {
                if let Some(directory) = directory_in(tree, place, platform) {
                    return Ok(Library { platform, tree, directory, place });
                }
            }
        }
        let present = |platform: &Platform| {
            trees.iter().any(|(tree, _)| {
                PLACES.iter().any(|place| directory_in(tree, place, *platform).is_some())
            })
        };
        let names: Vec<_> = trees.iter().map(|(_, name)| *name).collect();
        Err(Error::Missing {
            platform,
            place: names.join(" or "),
            found: Platform::ALL.into_iter().filter(present).collect(),
        })
    }

    /// The platform that the files are for.
    pub fn platform(&self) -> Platform {
        self.platform
    }

    /// Its tree and directory there.
    pub(super) fn files(&self) -> (&'a Tree, NodeId) {
        (self.tree, self.directory)
    }

    /// What to call the directory in messages.
    pub(super) fn shown(&self) -> String {
        let slash = if self.place.is_empty() { "" } else { "/" };
        format!("{}{slash}{}", self.place, self.platform.name())
    }

    /// What to call one of its files in messages.
    pub(super) fn shown_file(&self, name: &str) -> String {
        format!("{}/{name}", self.shown())
    }

    /// The bytes of a file.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub(super) fn read(&self, name: &str) -> Result<Vec<u8>, Error> {
        match self.tree.entry(self.directory, name.as_bytes()).map(|id| &self.tree.node(id).kind) {
            Some(Kind::Regular(content)) => Ok(content.to_vec()?),
            _ => Err(Error::MissingFile {
                platform: self.platform,
                directory: self.shown(),
                file: name.to_owned(),
            }),
        }
    }

    /// The bytes of a file that has exactly `len` of them.
    pub(super) fn read_sized<const LEN: usize>(&self, name: &str) -> Result<[u8; LEN], Error> {
        let bytes = self.read(name)?;
        bytes.as_slice().try_into().map_err(|_| {
            let fault = format!("{} bytes where {LEN} are expected", bytes.len());
            malformed(&self.shown_file(name), fault)
        })
    }

    /// The object file in `bytes`, read from `name`, checked to be for the platform's machine.
    pub(super) fn object<'b>(&self, name: &str, bytes: &'b [u8]) -> Result<Object<'b>, Error> {
        let file = self.shown_file(name);
        let object = Object::read(bytes).map_err(bad_object(&file))?;
        let (found, wanted) = (object.machine, self.platform.machine());
        if found != wanted {
            return Err(Error::WrongMachine { platform: self.platform, file, found, wanted });
        }
        Ok(object)
    }

    /// Whether there is a module called `module`.
    pub fn has_module(&self, module: &str) -> bool {
        self.tree.entry(self.directory, format!("{module}.mod").as_bytes()).is_some()
    }

    /// `modules` and all that they depend on, each after what it depends on.
    ///
    /// # Errors
    /// When a module is not in `moddep.lst`.
    pub fn closure(&self, modules: &[impl AsRef<str>]) -> Result<Vec<String>, Error> {
        let list = self.read("moddep.lst")?;
        let list = std::str::from_utf8(&list)
            .map_err(|error| malformed(&self.shown_file("moddep.lst"), error))?;
        let needs: BTreeMap<&str, Vec<&str>> = list
            .lines()
            .filter_map(|line| line.split_once(':'))
            .map(|(module, needed)| (module.trim(), needed.split_whitespace().collect()))
            .collect();
        let mut order = Closure { needs: &needs, seen: BTreeSet::new(), order: Vec::new() };
        for module in modules {
            order.visit(module.as_ref()).map_err(|module| Error::MissingModule {
                platform: self.platform,
                directory: self.shown(),
                module,
            })?;
        }
        Ok(order.order)
    }

    /// The bytes of `modules`, in order.
    pub(super) fn read_modules(&self, modules: &[String]) -> Result<Vec<Vec<u8>>, Error> {
        let mut all = Vec::new();
        for module in modules {
            let name = format!("{module}.mod");
            let bytes = self.read(&name)?;
            self.object(&name, &bytes)?;
            all.push(bytes);
        }
        Ok(all)
    }
}

fn directory_in(tree: &Tree, place: &str, platform: Platform) -> Option<NodeId> {
    let id = tree.lookup(format!("{place}/{}", platform.name()).as_bytes())?;
    // A copy made by an installation has the modules, but not what they are linked with.
    tree.entry(id, b"moddep.lst").and(tree.entry(id, b"kernel.img"))?;
    tree.node(id).is_directory().then_some(id)
}

/// Depth first, the last in a line of the list first, as GRUB orders modules.
struct Closure<'a> {
    needs: &'a BTreeMap<&'a str, Vec<&'a str>>,
    seen: BTreeSet<&'a str>,
    order: Vec<String>,
}

impl<'a> Closure<'a> {
    /// Adds what `module` needs, then itself. The error is a module that is not in the list.
    fn visit(&mut self, module: &str) -> Result<(), String> {
        let Some((name, needed)) = self.needs.get_key_value(module) else {
            return Err(module.to_owned());
        };
        if self.seen.insert(name) {
            for other in needed.iter().rev() {
                self.visit(other)?;
            }
            self.order.push(module.to_owned());
        }
        Ok(())
    }
}
