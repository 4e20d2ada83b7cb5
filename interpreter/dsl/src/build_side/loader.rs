//! Modules for build-side code are made for it or come from where a definition's come from; files that it loads, from its
//! stage.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::stage::StageWorld;
use crate::library::Library;
use tintype_scheme::runtime::World;
use tintype_scheme::{Loader, ModuleSource};

pub(super) struct BuildLoader {
    pub(super) library: Rc<Library>,
    pub(super) world: StageWorld,
    /// The files of modules that were made for the code.
    pub(super) modules: BTreeMap<Vec<String>, String>,
}

impl Loader for BuildLoader {
    fn source(&self, module: &[String]) -> Option<ModuleSource> {
        match self.modules.get(module) {
            Some(path) => self.file(path),
            None => self.library.source(module),
        }
    }

    fn exporters(&self, name: &str) -> Vec<String> {
        self.library.exporters(name)
    }

    fn lacking(&self, name: &str) -> Option<&'static str> {
        self.library.lacking(name)
    }

    fn similar(&self, name: &str) -> Option<(String, Vec<String>)> {
        self.library.similar(name)
    }

    fn file(&self, path: &str) -> Option<ModuleSource> {
        let mut text = String::new();
        self.world.read(path).ok()?.read_to_string(&mut text).ok()?;
        Some(ModuleSource { file: path.to_owned(), text: text.into(), lazy: false })
    }
}
