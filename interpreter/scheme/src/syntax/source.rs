//! Source texts and places in them.

use std::rc::Rc;

/// Number of a source text in [`Sources`], from 1; 0 is no text: what running code made has no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct FileId(pub u32);

/// A byte range of one source text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Span {
    /// The text.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// Byte after the last.
    pub end: u32,
}

impl Span {
    /// From the start of `self` to the end of `last`.
    pub fn to(self, last: Span) -> Span {
        Span { end: last.end, ..self }
    }
}

/// A place for people: line from 1; column from 0, counted in characters, as Guix prints them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// File name as the user gave it.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 0. The reader's own errors count from 1, as Guile's do.
    pub column: u32,
}

impl std::fmt::Display for Location {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// One source text.
pub struct SourceFile {
    /// Name as shown in messages.
    pub name: Rc<str>,
    /// The text.
    pub text: Rc<str>,
    /// It belongs to the standard library: errors are rather blamed on who called it.
    pub library: bool,
}

/// Every source text that was read.
#[derive(Default)]
pub struct Sources {
    files: Vec<Rc<SourceFile>>,
}

impl Sources {
    /// Adds a text.
    pub fn add(&mut self, name: &str, text: Rc<str>, library: bool) -> FileId {
        self.files.push(Rc::new(SourceFile { name: name.into(), text, library }));
        FileId(self.files.len() as u32)
    }

    /// All texts, in the order in which they were read.
    pub fn files(&self) -> impl Iterator<Item = &SourceFile> {
        self.files.iter().map(|file| &**file)
    }

    /// The text of that number.
    pub fn file(&self, id: FileId) -> Option<Rc<SourceFile>> {
        self.files.get((id.0 as usize).checked_sub(1)?).cloned()
    }

    /// Line and column of the span's start.
    pub fn locate(&self, span: Span) -> Option<Location> {
        let file = self.file(span.file)?;
        let before = file.text.get(..span.start as usize)?;
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Some(Location {
            file: file.name.to_string(),
            line: before.bytes().filter(|byte| *byte == b'\n').count() as u32 + 1,
            column: before[line_start..].chars().count() as u32,
        })
    }

    /// The line in which the span starts, with the span underlined.
    pub fn excerpt(&self, span: Span) -> Option<String> {
        let file = self.file(span.file)?;
        let start = span.start as usize;
        let line_start = file.text.get(..start)?.rfind('\n').map_or(0, |newline| newline + 1);
        let line_end = file.text[start..].find('\n').map_or(file.text.len(), |end| start + end);
        let number = file.text[..line_start].bytes().filter(|byte| *byte == b'\n').count() + 1;
        let margin = " ".repeat(number.to_string().len());
        let line = &file.text[line_start..line_end];
        let indent: String = file.text[line_start..start]
            .chars()
            .map(|character| if character == '\t' { '\t' } else { ' ' })
            .collect();
        let marked = file.text.get(start..line_end.min(span.end as usize)).unwrap_or("");
        let carets = "^".repeat(marked.chars().count().max(1));
        Some(format!("{margin} |\n{number} | {line}\n{margin} | {indent}{carets}"))
    }
}
