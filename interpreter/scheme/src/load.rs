//! Files that programs read code from: `load`, `include`.

use std::rc::Rc;

use crate::diagnostic::{Fault, Kind, Result};
use crate::expand::{Keyword, bad_form};
use crate::reader::Reader;
use crate::session::Session;
use crate::syntax::{FileId, Span, Syntax};

/// Files included in files beyond this depth do not end.
const DEEPEST_INCLUSION: usize = 64;

impl Session {
    /// Runs a file in the current module; none if there is no such file.
    pub(crate) fn load_file(&self, path: &str) -> Option<Result<()>> {
        let (text, file) = self.text_of(path)?;
        let forms = Reader::new(&text, file).read_all();
        Some(forms.and_then(|forms| self.run_forms(&self.current_module(), &forms)))
    }

    /// The forms of the files that `(include NAME ...)` names, relative to the file that it stands in,
    /// or `(include-from-path NAME)` on the load path.
    pub(crate) fn included(
        &self,
        keyword: Keyword,
        syntax: &Syntax,
        items: &[Syntax],
    ) -> Result<Vec<Syntax>> {
        let bad = || bad_form(keyword.name(), syntax);
        let names = items.get(1..).filter(|names| !names.is_empty()).ok_or_else(bad)?;
        let mut forms = Vec::new();
        for name in names {
            let text = name.text().ok_or_else(bad)?;
            let path = match keyword {
                Keyword::IncludeFromPath => self.loader.on_path(text).ok_or_else(|| {
                    Fault::syntax(name.span(), "file not found in path").about(text.to_string())
                })?,
                _ => match self.source_directory(syntax.span()) {
                    Some(directory) if !text.starts_with('/') => format!("{directory}/{text}"),
                    _ => text.to_string(),
                },
            };
            let depth = self.sources.borrow().depth(syntax.span().file) + 1;
            if depth > DEEPEST_INCLUSION {
                let message = format!("{text} is included in itself");
                return Err(Fault::syntax(syntax.span(), message));
            }
            let (text, file) = self.text_of(&path).ok_or_else(|| {
                let message = format!("No such file or directory: {path}");
                Fault::of_kind(Kind::Runtime, name.span(), message)
            })?;
            self.sources.borrow_mut().set_depth(file, depth);
            let mut reader = Reader::new(&text, file);
            if keyword == Keyword::IncludeCi {
                reader = reader.folding_case();
            }
            forms.extend(reader.read_all()?);
        }
        Ok(forms)
    }

    /// The text of a file, and the file in the list of sources.
    fn text_of(&self, path: &str) -> Option<(Rc<str>, FileId)> {
        let source = self.loader.file(path)?;
        let text: Rc<str> = source.text.as_ref().into();
        let file = self.sources.borrow_mut().add(&source.file, text.clone(), source.lazy);
        Some((text, file))
    }

    /// The name of the file in which a place is.
    pub(crate) fn source_file(&self, span: Span) -> Option<Rc<str>> {
        self.sources.borrow().file(span.file).map(|file| file.name.clone())
    }
}
