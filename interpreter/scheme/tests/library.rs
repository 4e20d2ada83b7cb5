//! The library against Guile: each program in `library/` prints what its expressions give, and prints
//! the same as Guile 3.0 did.
//!
//! To renew what Guile prints: `guile --no-auto-compile FILE.scm > FILE.out` in `library/`.

use std::borrow::Cow;
use std::cell::RefCell;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use tintype_scheme::{Interpreter, Loader, ModuleSource, runtime, with_stack};

/// The standard library as it lies in the source tree.
struct Library(PathBuf);

impl Loader for Library {
    fn source(&self, module: &[String]) -> Option<ModuleSource> {
        let path = self.0.join(module.join("/")).with_extension("scm");
        let text = std::fs::read_to_string(&path).ok()?;
        Some(ModuleSource {
            file: path.to_string_lossy().into_owned(),
            text: Cow::Owned(text),
            lazy: true,
        })
    }
}

#[derive(Clone, Default)]
struct Written(Rc<RefCell<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// What a program prints, and how it failed if it did.
fn print(file: &Path) -> String {
    let text = std::fs::read_to_string(file).expect("program");
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../stdlib");
    let file = file.to_string_lossy().into_owned();
    with_stack(move || {
        let written = Written::default();
        runtime::set_output(Some(Box::new(written.clone())));
        let mut interpreter = Interpreter::new(Box::new(Library(library)), Vec::new());
        let outcome = interpreter.load_program(&file, &text, &[]);
        runtime::set_output(None);
        let mut printed = String::from_utf8(written.0.borrow().clone()).expect("text");
        if let Err(diagnostic) = outcome {
            printed += &format!("FAILED {diagnostic}\n");
        }
        printed
    })
}

fn compare(name: &str) {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/library");
    let printed = print(&directory.join(name).with_extension("scm"));
    let expected = std::fs::read_to_string(directory.join(name).with_extension("out"))
        .expect("what Guile prints");
    let mut differences = Vec::new();
    let (mut ours, mut guiles) = (printed.lines(), expected.lines());
    loop {
        match (ours.next(), guiles.next()) {
            (None, None) => break,
            (ours, guiles) if ours == guiles => {}
            (ours, guiles) => differences.push(format!(
                "  ours:  {}\n  guile: {}",
                ours.unwrap_or("(end)"),
                guiles.unwrap_or("(end)")
            )),
        }
    }
    assert!(differences.is_empty(), "{name}:\n{}", differences.join("\n"));
}

macro_rules! programs {
    ($($name:ident)*) => {$(
        #[test]
        fn $name() {
            compare(stringify!($name));
        }
    )*};
}

programs! { core lists strings numbers control modules formatted }
