//! The reader: text to syntax, in the whole of Guile's notation and Guix's gexp abbreviations.
//! Its errors have Guile's words, and Guile's place: where reading stopped.

mod encoding;
mod lexeme;
mod skim;
mod token;

use std::rc::Rc;

use crate::diagnostic::{Fault, Kind, Result};
use crate::syntax::{FileId, Form, Number, Span, Symbol, Syntax};

pub use encoding::decode;
pub use lexeme::{Lexeme, LexemeKind, is_complete, lexemes};
pub use skim::skim;

/// Data nested deeper than this are refused: the expander and the engine recurse on them.
const DEEPEST_NESTING: u32 = 4000;

/// Reads data from a text, one after the other.
pub struct Reader<'text> {
    text: &'text str,
    position: usize,
    file: FileId,
    fold_case: bool,
    depth: u32,
}

impl<'text> Reader<'text> {
    /// A reader at the beginning of a text.
    pub fn new(text: &'text str, file: FileId) -> Reader<'text> {
        Reader { text, position: 0, file, fold_case: false, depth: 0 }
    }

    /// The same, with all names in small letters, as after `#!fold-case`.
    pub fn folding_case(self) -> Reader<'text> {
        Reader { fold_case: true, ..self }
    }

    /// A reader in the middle of a text.
    pub fn at(text: &'text str, file: FileId, position: usize) -> Reader<'text> {
        Reader { position, ..Reader::new(text, file) }
    }

    /// Every datum that is left.
    pub fn read_all(&mut self) -> Result<Vec<Syntax>> {
        let mut data = Vec::new();
        while let Some(datum) = self.read()? {
            data.push(datum);
        }
        Ok(data)
    }

    /// The next datum; none at the end.
    pub fn read(&mut self) -> Result<Option<Syntax>> {
        self.skip_atmosphere()?;
        if self.peek().is_none() { Ok(None) } else { self.datum().map(Some) }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.position).copied()
    }

    fn peek_second(&self) -> Option<u8> {
        self.text.as_bytes().get(self.position + 1).copied()
    }

    fn next_char(&mut self) -> Option<char> {
        let character = self.text[self.position..].chars().next()?;
        self.position += character.len_utf8();
        Some(character)
    }

    fn rest(&self) -> &'text str {
        &self.text[self.position..]
    }

    fn span_from(&self, start: usize) -> Span {
        Span { file: self.file, start: start as u32, end: self.position as u32 }
    }

    fn fault(&self, message: impl Into<String>) -> Fault {
        Fault::of_kind(Kind::Read, self.span_from(self.position), message)
    }

    /// Skips blanks, comments and directives.
    fn skip_atmosphere(&mut self) -> Result<()> {
        loop {
            match self.peek() {
                Some(b' ' | b'\n' | b'\t' | b'\r' | 0x0c) => self.position += 1,
                Some(b';') => {
                    self.position =
                        self.rest().find('\n').map_or(self.text.len(), |end| self.position + end);
                }
                Some(b'#') => match self.peek_second() {
                    Some(b'|') => self.skip_block_comment()?,
                    Some(b'!') => self.skip_directive()?,
                    Some(b';') => {
                        self.position += 2;
                        self.skip_atmosphere()?;
                        if self.peek().is_none() {
                            return Err(
                                self.fault("unexpected end of input while reading #; comment")
                            );
                        }
                        self.datum()?;
                    }
                    _ => return Ok(()),
                },
                Some(byte) if byte >= 0x80 => {
                    match self.rest().chars().next() {
                        Some(blank) if blank.is_whitespace() || blank == '\u{feff}' => {
                            self.position += blank.len_utf8();
                        }
                        _ => return Ok(()),
                    };
                }
                _ => return Ok(()),
            }
        }
    }

    fn skip_block_comment(&mut self) -> Result<()> {
        let mut depth = 0;
        loop {
            let rest = self.rest();
            if rest.starts_with("#|") {
                depth += 1;
                self.position += 2;
            } else if rest.starts_with("|#") {
                depth -= 1;
                self.position += 2;
                if depth == 0 {
                    return Ok(());
                }
            } else if self.next_char().is_none() {
                return Err(self.fault("unterminated `#| ... |#' comment"));
            }
        }
    }

    fn skip_directive(&mut self) -> Result<()> {
        let word: &str = self.rest()[2..]
            .split(|c: char| !(c.is_alphanumeric() || c == '-'))
            .next()
            .unwrap_or("");
        match word {
            "fold-case" => self.fold_case = true,
            "no-fold-case" => self.fold_case = false,
            "r6rs" | "curly-infix" | "curly-infix-and-bracket-lists" => {}
            _ => {
                let Some(end) = self.rest()[2..].find("!#") else {
                    self.position = self.text.len();
                    return Err(self.fault("unterminated `#! ... !#' comment"));
                };
                self.position += 2 + end + 2;
                return Ok(());
            }
        }
        self.position += 2 + word.len();
        Ok(())
    }

    /// A datum; the atmosphere before it is skipped and there is something.
    fn datum(&mut self) -> Result<Syntax> {
        self.depth += 1;
        if self.depth > DEEPEST_NESTING {
            return Err(self.fault(format!("data nested more than {DEEPEST_NESTING} levels deep")));
        }
        let datum = self.datum_of_any_depth();
        self.depth -= 1;
        datum
    }

    fn datum_of_any_depth(&mut self) -> Result<Syntax> {
        let start = self.position;
        match self.peek() {
            Some(b'(') => self.list(b')'),
            Some(b'[') => self.list(b']'),
            Some(close @ (b')' | b']')) => {
                self.position += 1;
                Err(self.fault(format!("unexpected \"{}\"", close as char)))
            }
            Some(b'"') => self.string(),
            Some(b'\'') => self.abbreviation(1, Symbol::QUOTE),
            Some(b'`') => self.abbreviation(1, Symbol::QUASIQUOTE),
            Some(b',') if self.peek_second() == Some(b'@') => {
                self.abbreviation(2, Symbol::UNQUOTE_SPLICING)
            }
            Some(b',') => self.abbreviation(1, Symbol::UNQUOTE),
            Some(b'#') => self.hash(),
            Some(b'|') => self.bar_symbol(),
            _ => {
                let word = self.word();
                if word.contains('\0') {
                    return Err(self.fault("a NUL byte stands outside of strings and comments"));
                }
                let span = self.span_from(start);
                Ok(match Number::parse(word) {
                    Some(number) => Syntax::new(Form::Number(number), span),
                    None => Syntax::symbol(self.symbol(word), span),
                })
            }
        }
    }

    fn symbol(&self, name: &str) -> Symbol {
        if self.fold_case { Symbol::new(&name.to_lowercase()) } else { Symbol::new(name) }
    }

    /// `'x` and its like: `(quote x)`.
    fn abbreviation(&mut self, length: usize, keyword: Symbol) -> Result<Syntax> {
        let start = self.position;
        self.position += length;
        let keyword = Syntax::symbol(keyword, self.span_from(start));
        self.skip_atmosphere()?;
        if self.peek().is_none() {
            return Err(self.fault("unexpected end of input while reading quoted expression"));
        }
        let datum = self.datum()?;
        Ok(Syntax::list(vec![keyword, datum], self.span_from(start)))
    }

    fn list(&mut self, close: u8) -> Result<Syntax> {
        let start = self.position;
        let (items, tail) = self.sequence(close)?;
        let span = self.span_from(start);
        Ok(match tail {
            Some(tail) => Syntax::list_with_tail(items, tail, span),
            None => Syntax::list(items, span),
        })
    }

    /// The items up to the closing parenthesis, and what follows a dot.
    fn sequence(&mut self, close: u8) -> Result<(Vec<Syntax>, Option<Syntax>)> {
        let open = self.position;
        self.position += 1;
        let mut items = Vec::new();
        let mut tail = None;
        loop {
            self.skip_atmosphere()?;
            match self.peek() {
                None => {
                    let message =
                        format!("unexpected end of input while searching for: {}", close as char);
                    return Err(self.fault(message).with_hint(self.never_closed(open)));
                }
                Some(byte @ (b')' | b']')) => {
                    self.position += 1;
                    if byte != close {
                        return Err(self.fault(format!("mismatched close paren: {}", byte as char)));
                    }
                    return Ok((items, tail));
                }
                Some(_) if tail.is_some() => {
                    let next = self.next_char().unwrap_or(' ');
                    return Err(self.fault(format!("missing close paren: {next}")));
                }
                Some(b'.') if self.peek_second().is_none_or(token::is_delimiter) => {
                    self.position += 1;
                    self.skip_atmosphere()?;
                    if self.peek().is_none() {
                        return Err(self.fault(format!(
                            "unexpected end of input while searching for: {}",
                            close as char
                        )));
                    }
                    tail = Some(self.datum()?);
                }
                Some(_) => items.push(self.datum()?),
            }
        }
    }

    fn never_closed(&self, open: usize) -> String {
        let before = &self.text[..open];
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count();
        format!("the parenthesis opened at line {line}, column {column} is never closed")
    }

    /// What starts with `#`.
    fn hash(&mut self) -> Result<Syntax> {
        let start = self.position;
        let rest = self.rest();
        const ABBREVIATIONS: [(&str, Symbol); 9] = [
            ("#~", Symbol::GEXP),
            ("#$@", Symbol::UNGEXP_SPLICING),
            ("#$", Symbol::UNGEXP),
            ("#+@", Symbol::UNGEXP_NATIVE_SPLICING),
            ("#+", Symbol::UNGEXP_NATIVE),
            ("#'", Symbol::SYNTAX),
            ("#`", Symbol::QUASISYNTAX),
            ("#,@", Symbol::UNSYNTAX_SPLICING),
            ("#,", Symbol::UNSYNTAX),
        ];
        for (prefix, keyword) in ABBREVIATIONS {
            if rest.starts_with(prefix) {
                return self.abbreviation(prefix.len(), keyword);
            }
        }
        match rest.as_bytes().get(1) {
            Some(b'(') => {
                self.position += 1;
                let (items, tail) = self.sequence(b')')?;
                if tail.is_some() {
                    return Err(self.fault("unexpected \".\" in a vector"));
                }
                Ok(Syntax::new(Form::Vector(items.into()), self.span_from(start)))
            }
            Some(b'\\') => self.character(),
            Some(b':') => self.keyword(),
            Some(b'{') => self.extended_symbol(),
            Some(b'v') if rest.starts_with("#vu8(") => self.bytevector(4),
            Some(b'u') if rest.starts_with("#u8(") => self.bytevector(3),
            _ => self.hash_word(),
        }
    }

    fn hash_word(&mut self) -> Result<Syntax> {
        let start = self.position;
        let word = self.word();
        let form = match word {
            "#t" | "#true" => Form::Boolean(true),
            "#f" | "#false" => Form::Boolean(false),
            _ => match Number::parse(word) {
                Some(number) => Form::Number(number),
                None => {
                    let numeral = matches!(word.as_bytes().get(1), Some(b'x' | b'b' | b'o' | b'd'));
                    let message = if numeral {
                        format!("unknown # object: {word:?}")
                    } else {
                        let shown: String = word.chars().take(2).collect();
                        self.position = start + shown.len();
                        format!("Unknown # object: {shown:?}")
                    };
                    return Err(self.fault(message));
                }
            },
        };
        Ok(Syntax::new(form, self.span_from(start)))
    }

    fn bytevector(&mut self, prefix: usize) -> Result<Syntax> {
        let start = self.position;
        self.position += prefix;
        let (items, tail) = self.sequence(b')')?;
        let mut bytes = Vec::with_capacity(items.len());
        for item in items.iter().chain(&tail) {
            let byte = match item.form() {
                Form::Number(Number::Small(value)) => u8::try_from(*value).ok(),
                _ => None,
            };
            bytes.push(byte.ok_or_else(|| {
                Fault::of_kind(Kind::Read, item.span(), format!("Value out of range: {item}"))
            })?);
        }
        Ok(Syntax::new(Form::Bytes(Rc::from(bytes)), self.span_from(start)))
    }
}

#[cfg(test)]
mod tests;
