//! What can stand where a cursor is: names in scope, modules, fields of records.

use crate::session::Session;
use tintype_scheme::{Lexeme, LexemeKind, lexemes};

/// The ways in which a word can go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// First byte of the word.
    pub start: usize,
    /// What it can become, sorted.
    pub words: Vec<String>,
}

/// A text up to a cursor.
struct Before<'a> {
    text: &'a str,
    words: Vec<Lexeme>,
    /// The parentheses that are open, outermost first, by index into `words`.
    open: Vec<usize>,
    /// First byte of the word that ends at the cursor.
    start: usize,
}

impl<'a> Before<'a> {
    /// None inside of a string or comment.
    fn read(text: &'a str) -> Option<Before<'a>> {
        let mut words = lexemes(text);
        let mut start = text.len();
        if let Some(last) = words.last() {
            let touches = last.end == text.len();
            match last.kind {
                LexemeKind::String(false) | LexemeKind::Comment(false) => return None,
                LexemeKind::Comment(true) if touches && text[last.start..].starts_with(';') => {
                    return None;
                }
                LexemeKind::Symbol | LexemeKind::Number | LexemeKind::Keyword if touches => {
                    start = last.start;
                    words.pop();
                }
                _ => {}
            }
        }
        let mut open = Vec::new();
        for (index, word) in words.iter().enumerate() {
            match word.kind {
                LexemeKind::Open => open.push(index),
                LexemeKind::Close => drop(open.pop()),
                _ => {}
            }
        }
        Some(Before { text, words, open, start })
    }

    fn word(&self, index: usize) -> &'a str {
        self.words.get(index).map_or("", |word| &self.text[word.start..word.end])
    }

    fn unfinished(&self) -> &'a str {
        &self.text[self.start..]
    }

    /// The first word of the list that is open at `depth`, counted from the innermost.
    fn head(&self, depth: usize) -> &'a str {
        match self.open.iter().rev().nth(depth) {
            Some(open) => self.word(open + 1),
            None => "",
        }
    }

    /// The words of a module's name that are there, if the cursor is in one.
    fn module_parts(&self) -> Option<Vec<String>> {
        let innermost = *self.open.last()?;
        let before = innermost.checked_sub(1).map_or("", |index| self.word(index));
        let by_command = self.text.trim_start().starts_with(',')
            && matches!(self.word(1), "use" | "u" | "module" | "m" | "reload" | "re");
        let imports = |depth| matches!(self.head(depth), "use-modules" | "@" | "@@");
        // `((gnu image) #:select ...)`
        let is_wrapped = before == "("
            && (imports(2) || {
                let outer = innermost.checked_sub(2).map_or("", |index| self.word(index));
                outer == "#:use-module"
            });
        let in_name = by_command
            || matches!(before, "#:use-module" | "#:autoload")
            || (imports(1) && self.open.len() > 1)
            || (self.head(1) == "define-module" && before == "define-module")
            || is_wrapped;
        let parts = &self.words[innermost + 1..];
        let plain = parts.iter().all(|word| word.kind == LexemeKind::Symbol);
        (in_name && plain)
            .then(|| parts.iter().map(|word| self.text[word.start..word.end].to_owned()).collect())
    }

    /// The constructor of the record whose field the cursor begins to name.
    fn record(&self) -> Option<&'a str> {
        let innermost = *self.open.last()?;
        let at_head = innermost + 1 == self.words.len();
        let head = self.head(1);
        (at_head && !head.is_empty()).then_some(head)
    }
}

impl Session {
    /// The ways in which the word before the end of `text` can go on.
    pub fn complete(&mut self, text: &str) -> Completion {
        let nothing = Completion { start: text.len(), words: Vec::new() };
        let Some(before) = Before::read(text) else { return nothing };
        let unfinished = before.unfinished();
        let candidates = if let Some(parts) = before.module_parts() {
            self.library.next_parts(&parts)
        } else if let Some(fields) =
            before.record().and_then(|name| self.interpreter.record_fields(name))
        {
            let mut fields = fields;
            fields.push("inherit".to_owned());
            fields
        } else if unfinished.is_empty() {
            return nothing;
        } else {
            let names = self.interpreter.visible_names();
            names.into_iter().map(|visible| visible.name.to_string()).collect()
        };
        let mut words: Vec<String> = candidates
            .into_iter()
            .filter(|candidate| {
                candidate.starts_with(unfinished)
                    && !candidate.starts_with('%') | unfinished.starts_with('%')
            })
            .collect();
        words.sort();
        Completion { start: before.start, words }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Settings;

    fn completions(text: &str) -> Vec<String> {
        tintype_scheme::with_stack(|| {
            let mut session = Session::new(Settings::default());
            session.open();
            session.complete(text).words
        })
    }

    #[test]
    fn names_in_scope() {
        assert!(completions("(call-with-val").contains(&"call-with-values".to_owned()));
        assert!(completions("(operating-sys").contains(&"operating-system".to_owned()));
        assert_eq!(completions("(no-such-name-anywhere"), [""; 0]);
        assert_eq!(completions("\"operating-sys"), [""; 0]);
        assert_eq!(completions("; operating-sys"), [""; 0]);
    }

    #[test]
    fn modules() {
        for text in [
            "(use-modules (gnu system ima",
            "(use-modules ((gnu system ima",
            ",use (gnu system ima",
        ] {
            assert!(completions(text).contains(&"image".to_owned()), "{text}");
        }
        assert!(completions("(define-module (a) #:use-module (srfi srfi-2").len() > 1);
        // Modules that only the index knows.
        assert!(completions("(use-modules (gnu packages inksca").contains(&"inkscape".to_owned()));
    }

    #[test]
    fn fields_of_records() {
        assert_eq!(completions("(operating-system (host-"), ["host-name"]);
        assert_eq!(completions("(operating-system (host-name \"a\") (timez"), ["timezone"]);
        assert_eq!(completions("(operating-system (inh"), ["inherit"]);
        // A value is no field.
        assert!(
            completions("(operating-system (host-name (string-app")
                .contains(&"string-append".to_owned())
        );
    }
}
