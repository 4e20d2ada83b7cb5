//! File-like objects, lowered to data.

use super::code::{code, written_code};
use super::fields::place;
use super::{PlanError, error};
use tintype_image::plan::{FileLike, TextPart};
use tintype_scheme::Datum;

/// A file-like object lowered to data.
pub(super) fn file_like(datum: &Datum) -> Result<FileLike, PlanError> {
    let items = datum.list().ok_or_else(|| error("a file-like object", datum))?;
    let (kind, rest) = items.split_first().ok_or_else(|| error("a file-like object", datum))?;
    let item = |index: usize| rest.get(index).ok_or_else(|| error("a file-like object", datum));
    let string = |index: usize| -> Result<String, PlanError> {
        let text = item(index)?.string();
        text.map(str::to_owned).ok_or_else(|| error("a file-like object", datum))
    };
    let list = |index: usize| -> Result<&[Datum], PlanError> {
        item(index)?.list().ok_or_else(|| error("a file-like object", datum))
    };
    Ok(match kind.symbol() {
        Some("local-file") => FileLike::LocalFile {
            name: string(0)?,
            path: string(1)?.into(),
            recursive: item(2)?.is_true(),
            selected: match rest.get(4).and_then(Datum::list) {
                None => None,
                Some(paths) => Some(paths.iter().map(path).collect::<Result<_, _>>()?),
            },
            place: rest.get(3).and_then(place),
        },
        Some("plain-file") => FileLike::PlainFile {
            name: string(0)?,
            content: match item(1)? {
                Datum::Bytes(bytes) => bytes.clone(),
                _ => string(1)?.into_bytes(),
            },
        },
        Some("mixed-text-file") => {
            FileLike::MixedTextFile { name: string(0)?, parts: text_parts(list(1)?)? }
        }
        Some("computed-file") => computed_file(string(0)?, item(1)?)?,
        Some("output") => match file_like(item(1)?)? {
            FileLike::ComputedFile { name, mut code, .. } => {
                let output = string(0)?;
                if !code.outputs.contains(&output) {
                    code.outputs.push(output.clone());
                    code.outputs.sort();
                }
                FileLike::ComputedFile { name, code, output }
            }
            other => other,
        },
        Some("program-file") => {
            let guile = match item(2)? {
                Datum::Bool(false) => guile()?,
                object => file_like(object)?,
            };
            let paths = LoadPaths::read(list(3)?, list(4)?)?;
            let program = |code: &str, inputs: &[usize]| {
                let (load_paths, guile) = (paths.forms(inputs), inputs[inputs.len() - 1]);
                format!(
                    "(let ((file (*output* \"out\"))) \
                     (call-with-output-file file (lambda (port) \
                     (display \"#!\" port) (display (*input* {guile}) port) \
                     (display \"/bin/guile --no-auto-compile\\n!#\\n\" port) \
                     (for-each (lambda (form) (write form port) (newline port)) \
                     (append {load_paths} (list (quote {code})))))) \
                     (chmod file #o555))"
                )
            };
            let inputs = [&paths.objects[..], &[guile]].concat();
            let code = written_code(item(1)?, &inputs, program)?;
            FileLike::ComputedFile { name: string(0)?, code, output: "out".to_owned() }
        }
        Some("scheme-file") => {
            let splice = rest.get(2).is_some_and(Datum::is_true);
            let paths = LoadPaths::read(list(3)?, list(4)?)?;
            let file = |code: &str, inputs: &[usize]| {
                let forms = if splice { "(quote FORMS)" } else { "(list (quote FORMS))" };
                let forms = forms.replace("FORMS", code);
                let load_paths = paths.forms(inputs);
                format!(
                    "(call-with-output-file (*output* \"out\") (lambda (port) \
                     (for-each (lambda (form) (write form port) (newline port)) \
                     (append {load_paths} {forms}))))"
                )
            };
            let code = written_code(item(1)?, &paths.objects, file)?;
            FileLike::ComputedFile { name: string(0)?, code, output: "out".to_owned() }
        }
        Some("file-append") => FileLike::FileAppend {
            base: Box::new(file_like(item(0)?)?),
            suffix: match item(1)? {
                Datum::List(parts) => text_parts(parts)?,
                _ => vec![TextPart::Text(string(1)?)],
            },
        },
        Some("package") => FileLike::Package { name: string(0)?, version: string(1)? },
        Some("file-union") => {
            let mut files = Vec::new();
            for file in list(1)? {
                match file.list() {
                    Some([Datum::String(name), file]) => {
                        files.push((name.clone(), file_like(file)?));
                    }
                    _ => return Err(error("a file of a file-union", file)),
                }
            }
            FileLike::FileUnion { name: string(0)?, files }
        }
        Some("directory-union") => {
            let things = list(1)?.iter().map(file_like).collect::<Result<_, _>>()?;
            FileLike::DirectoryUnion { name: string(0)?, things }
        }
        Some("symlink") => {
            FileLike::Symlink { name: string(0)?, target: Box::new(text_part(item(1)?)?) }
        }
        _ => FileLike::Other {
            shown: crate::sexp::flat(&Datum::List(items[..items.len().min(2)].to_vec())),
            place: None,
        },
    })
}

/// The directories in which a program finds the modules that it brings along.
struct LoadPaths {
    /// Those of modules, then those of compiled modules.
    objects: Vec<FileLike>,
    /// How many there are of modules.
    modules: usize,
}

impl LoadPaths {
    fn read(modules: &[Datum], compiled: &[Datum]) -> Result<LoadPaths, PlanError> {
        let objects = modules.iter().chain(compiled).map(file_like).collect::<Result<_, _>>()?;
        Ok(LoadPaths { objects, modules: modules.len() })
    }

    /// An expression for the list of forms that go before the program; `inputs` has the directories'
    /// numbers.
    fn forms(&self, inputs: &[usize]) -> String {
        let directories = &inputs[..self.objects.len()];
        let (modules, compiled) = directories.split_at(self.modules);
        let mut forms = String::new();
        for (variable, directories) in [("%load-path", modules), ("%load-compiled-path", compiled)]
        {
            if directories.is_empty() {
                continue;
            }
            let paths: String =
                directories.iter().map(|number| format!(" (*input* {number})")).collect();
            forms += &format!(
                " (list (quote eval-when) (quote (expand load eval)) \
                 (list (quote set!) (quote {variable}) \
                 (list (quote append) (list (quote quote) (list{paths})) (quote {variable}))))"
            );
        }
        format!("(list{forms})")
    }
}

fn computed_file(name: String, datum: &Datum) -> Result<FileLike, PlanError> {
    Ok(FileLike::ComputedFile { name, code: code(datum)?, output: "out".to_owned() })
}

/// The package that runs programs unless they name another.
fn guile() -> Result<FileLike, PlanError> {
    let found = crate::packages::find(Some("guile")).into_iter().next();
    let version = found.map_or_else(String::new, |package| package.version);
    Ok(FileLike::Package { name: "guile".to_owned(), version })
}

fn path(datum: &Datum) -> Result<String, PlanError> {
    datum.string().map(str::to_owned).ok_or_else(|| error("a path", datum))
}

fn text_parts(parts: &[Datum]) -> Result<Vec<TextPart>, PlanError> {
    parts.iter().map(text_part).collect()
}

/// A piece of a text: the text itself or an object.
pub(super) fn text_part(part: &Datum) -> Result<TextPart, PlanError> {
    match part {
        Datum::String(text) => Ok(TextPart::Text(text.clone())),
        part => Ok(TextPart::Path(file_like(part)?)),
    }
}
