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
    /// How many files each text that is included by another is inside of.
    depths: Vec<(FileId, usize)>,
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

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// How many files include a text.
    pub fn depth(&self, id: FileId) -> usize {
        self.depths.iter().find(|(file, _)| *file == id).map_or(0, |(_, depth)| *depth)
    }

    /// Notes how many files include a text.
    pub fn set_depth(&mut self, id: FileId, depth: usize) {
        self.depths.push((id, depth));
    }

    /// The text of that number.
    pub fn file(&self, id: FileId) -> Option<Rc<SourceFile>> {
        self.files.get((id.0 as usize).checked_sub(1)?).cloned()
    }

    /// A text of that name is no part of the library.
    pub fn is_program(&self, name: &str) -> bool {
        self.files.iter().any(|file| !file.library && &*file.name == name)
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

    /// The line in which the span starts, with the span underlined. Of a very long line only what
    /// is near the span is shown.
    pub fn excerpt(&self, span: Span) -> Option<String> {
        const BEFORE: usize = 60;
        const WIDTH: usize = 160;
        let file = self.file(span.file)?;
        let start = span.start as usize;
        let line_start = file.text.get(..start)?.rfind('\n').map_or(0, |newline| newline + 1);
        let line_end = file.text[start..].find('\n').map_or(file.text.len(), |end| start + end);
        let number = file.text[..line_start].bytes().filter(|byte| *byte == b'\n').count() + 1;
        let margin = " ".repeat(number.to_string().len());
        let column = file.text[line_start..start].chars().count();
        let marked = file.text.get(start..line_end.min(span.end as usize)).unwrap_or("");
        // What is shown of the line: all of it, or some of it around the span.
        let is_long = file.text[line_start..line_end].chars().nth(WIDTH).is_some();
        let skipped = if is_long { column.saturating_sub(BEFORE) } else { 0 };
        let mut shown: Vec<char> =
            file.text[line_start..line_end].chars().skip(skipped).take(WIDTH).collect();
        if is_long {
            let cut = file.text[line_start..line_end].chars().nth(skipped + WIDTH).is_some();
            shown.extend(cut.then_some('…'));
        }
        let carets = "^".repeat(marked.chars().take(WIDTH - (column - skipped)).count().max(1));
        let indent: String = shown
            .iter()
            .take(column - skipped)
            .map(|character| if *character == '\t' { '\t' } else { ' ' })
            .collect();
        let before = if skipped > 0 { "…" } else { "" };
        let indent = if skipped > 0 { format!(" {indent}") } else { indent };
        // A text must not speak to the terminal.
        let line: String = shown
            .into_iter()
            .map(|character| match character {
                '\t' => '\t',
                other if other.is_control() => '\u{fffd}',
                other => other,
            })
            .collect();
        Some(format!("{margin} |\n{number} | {before}{line}\n{margin} | {indent}{carets}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excerpt(text: &str, start: u32, end: u32) -> String {
        let mut sources = Sources::default();
        let file = sources.add("x.scm", text.into(), false);
        sources.excerpt(Span { file, start, end }).expect("it is in the text")
    }

    #[test]
    fn the_place_is_underlined() {
        assert_eq!(excerpt("(a)\n\t(b c)", 5, 10), "  |\n2 | \t(b c)\n  | \t^^^^^");
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let text = format!("{}(bad){}", "x".repeat(5000), "y".repeat(5000));
        let shown = excerpt(&text, 5000, 5005);
        let lines: Vec<&str> = shown.lines().collect();
        assert!(lines[1].contains("(bad)") && lines[1].chars().count() < 200, "{shown}");
        let column = |line: &str, wanted| line.chars().position(|c| c == wanted);
        assert_eq!(column(lines[1], '('), column(lines[2], '^'), "{shown}");
    }

    #[test]
    fn a_text_does_not_speak_to_the_terminal() {
        assert!(!excerpt("(a \u{1b}[2J)", 0, 1).contains('\u{1b}'));
    }
}
