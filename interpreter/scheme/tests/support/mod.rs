//! What tests that run programs beside Guile share.

use std::borrow::Cow;
use std::cell::RefCell;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use tintype_scheme::{Loader, ModuleSource};

/// The checkout.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The standard library as it lies in the source tree.
pub struct Library(pub PathBuf);

impl Loader for Library {
    fn source(&self, module: &[String]) -> Option<ModuleSource> {
        let path = self.0.join(module.join("/")).with_extension("scm");
        let text = std::fs::read_to_string(&path).ok()?;
        let file = path.to_string_lossy().into_owned();
        Some(ModuleSource { file, text: Cow::Owned(text), lazy: true })
    }
}

/// What a program printed.
#[allow(dead_code, reason = "not each test has programs print")]
#[derive(Clone, Default)]
pub struct Written(pub Rc<RefCell<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
