//! Reading data from text: `read` on a port.

use std::collections::VecDeque;

use steel::SteelVal;
use steel::rvals::Result;

use super::bytevector::make_bytevector;
use super::character;
use super::exception::{raise, thrown};
use super::number_text;
use super::object::{cons_all, list, nil, object, string, symbol};
use super::places;
use super::values::{EndOfFile, keyword};
use super::vector::make_vector;

struct Reader<'a> {
    text: &'a str,
    position: usize,
    /// What was read last and may be asked for its place, with its first byte.
    places: VecDeque<(SteelVal, usize)>,
}

/// What stands at a position.
enum Token {
    Datum(SteelVal),
    Close(char),
    Dot,
    End,
}

/// Reads the first datum of a text, which begins at a line and a column of a file; the end-of-file object
/// if there is none. Also gives the number of bytes used.
pub(crate) fn read_datum(
    text: &str,
    file: Option<&str>,
    start: (usize, usize),
) -> (Result<SteelVal>, usize) {
    let mut reader = Reader { text, position: 0, places: VecDeque::new() };
    let result = match reader.token() {
        Ok(Token::Datum(datum)) => Ok(datum),
        Ok(Token::End) => object(EndOfFile),
        Ok(Token::Close(c)) => Err(reader.error(&format!("unexpected \"{c}\""))),
        Ok(Token::Dot) => Err(reader.error("unexpected \".\"")),
        Err(error) => Err(error),
    };
    places::keep(reader.places, text, file, start);
    (result, reader.position)
}

/// The datum that a whole text is, if it is one.
pub fn datum_of(text: &str) -> Option<SteelVal> {
    match read_datum(text, None, (0, 0)) {
        (Ok(datum), used) if used == text.len() => Some(datum),
        _ => None,
    }
}

impl Reader<'_> {
    fn error(&self, what: &str) -> steel::SteelErr {
        let before = &self.text[..self.position.min(self.text.len())];
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        raise(thrown(
            "read-error",
            vec![
                SteelVal::BoolV(false),
                string(format!("#<unknown port>:{line}:{column}: {what}")),
                nil(),
                SteelVal::BoolV(false),
            ],
        ))
    }

    fn peek(&self) -> Option<char> {
        self.text[self.position..].chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.position += c.len_utf8();
        Some(c)
    }

    fn accept(&mut self, prefix: &str) -> bool {
        let found = self.text[self.position..].starts_with(prefix);
        if found {
            self.position += prefix.len();
        }
        found
    }

    fn skip_blanks(&mut self) -> Result<()> {
        loop {
            match self.peek() {
                Some(c) if c.is_whitespace() => self.position += c.len_utf8(),
                Some(';') => while !matches!(self.next(), None | Some('\n')) {},
                Some('#') if self.accept("#|") => {
                    let mut depth = 1;
                    while depth > 0 {
                        if self.accept("|#") {
                            depth -= 1;
                        } else if self.accept("#|") {
                            depth += 1;
                        } else if self.next().is_none() {
                            return Err(self.error("unterminated `#| ... |#' comment"));
                        }
                    }
                }
                Some('#') if self.accept("#;") => {
                    self.datum()?;
                }
                _ => return Ok(()),
            }
        }
    }

    fn datum(&mut self) -> Result<SteelVal> {
        match self.token()? {
            Token::Datum(datum) => Ok(datum),
            Token::End => Err(self.error("unexpected end of input while searching for: )")),
            Token::Close(c) => Err(self.error(&format!("unexpected \"{c}\""))),
            Token::Dot => Err(self.error("unexpected \".\"")),
        }
    }

    fn token(&mut self) -> Result<Token> {
        self.skip_blanks()?;
        let Some(c) = self.peek() else { return Ok(Token::End) };
        let start = self.position;
        let datum = match c {
            '(' | '[' => {
                self.next();
                self.items(if c == '(' { ')' } else { ']' })?
            }
            ')' | ']' => {
                self.next();
                return Ok(Token::Close(c));
            }
            '\'' => self.quoted(1, "quote")?,
            '`' => self.quoted(1, "quasiquote")?,
            ',' if self.text[self.position..].starts_with(",@") => {
                self.quoted(2, "unquote-splicing")?
            }
            ',' => self.quoted(1, "unquote")?,
            '"' => self.string()?,
            '#' => self.hash()?,
            _ => {
                let word = self.word();
                if word == "." {
                    return Ok(Token::Dot);
                }
                number_text::parse(word, 10).unwrap_or_else(|| symbol(word))
            }
        };
        if matches!(c, '(' | '[' | '"' | '#' | '\'' | '`' | ',') {
            self.keep(&datum, start);
        }
        Ok(Token::Datum(datum))
    }

    fn keep(&mut self, datum: &SteelVal, start: usize) {
        let has_place = match datum {
            SteelVal::ListV(items) => !items.is_empty(),
            SteelVal::Pair(_) | SteelVal::StringV(_) | SteelVal::Custom(_) => true,
            _ => false,
        };
        if has_place {
            if self.places.len() == places::KEPT {
                self.places.pop_front();
            }
            self.places.push_back((datum.clone(), start));
        }
    }

    fn quoted(&mut self, length: usize, name: &str) -> Result<SteelVal> {
        self.position += length;
        Ok(list(vec![symbol(name), self.datum()?]))
    }

    fn items(&mut self, close: char) -> Result<SteelVal> {
        let mut all = Vec::new();
        loop {
            match self.token()? {
                Token::Datum(datum) => all.push(datum),
                Token::Close(found) if found == close => return Ok(list(all)),
                Token::Close(found) => {
                    return Err(self.error(&format!("mismatched close paren: {found}")));
                }
                Token::Dot if !all.is_empty() => {
                    let tail = self.datum()?;
                    return match self.token()? {
                        Token::Close(found) if found == close => Ok(cons_all(all, tail)),
                        Token::Datum(datum) => {
                            let datum = super::print::write_datum(&datum);
                            Err(self.error(&format!("missing close paren: {datum}")))
                        }
                        _ => Err(self.error("missing close paren")),
                    };
                }
                Token::Dot => return Err(self.error("unexpected \".\"")),
                Token::End => {
                    return Err(self
                        .error(&format!("unexpected end of input while searching for: {close}")));
                }
            }
        }
    }

    /// The characters up to the next delimiter.
    fn word(&mut self) -> &str {
        let start = self.position;
        while let Some(c) = self.peek() {
            if c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | '"' | ';') {
                break;
            }
            self.position += c.len_utf8();
        }
        &self.text[start..self.position]
    }

    fn string(&mut self) -> Result<SteelVal> {
        self.next();
        let mut all = String::new();
        loop {
            let c = match self.next() {
                Some('"') => return Ok(string(all)),
                Some('\\') => match self.next() {
                    Some('n') => '\n',
                    Some('t') => '\t',
                    Some('r') => '\r',
                    Some('a') => '\x07',
                    Some('b') => '\x08',
                    Some('v') => '\x0b',
                    Some('f') => '\x0c',
                    Some('0') => '\0',
                    Some(c @ ('"' | '\\' | '|' | '(')) => c,
                    Some('x') => self.code(2)?,
                    Some('u') => self.code(4)?,
                    Some('U') => self.code(6)?,
                    Some('\n') => {
                        while matches!(self.peek(), Some(' ' | '\t')) {
                            self.next();
                        }
                        continue;
                    }
                    Some(c) => {
                        return Err(
                            self.error(&format!("illegal character in escape sequence: #\\{c}"))
                        );
                    }
                    None => return Err(self.error("unexpected end of input while reading string")),
                },
                Some(c) => c,
                None => return Err(self.error("unexpected end of input while reading string")),
            };
            all.push(c);
        }
    }

    fn code(&mut self, digits: usize) -> Result<char> {
        let found = self.text.get(self.position..self.position + digits);
        let c = found.and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32);
        self.position = (self.position + digits).min(self.text.len());
        c.ok_or_else(|| self.error("illegal character in escape sequence"))
    }

    fn hash(&mut self) -> Result<SteelVal> {
        if self.accept("#\\") {
            // The character itself may be a delimiter.
            let start = self.position;
            self.next();
            self.word();
            let name = self.text[start..self.position].to_string();
            return character::named(&name)
                .map(SteelVal::CharV)
                .ok_or_else(|| self.error(&format!("unknown character name {name}")));
        }
        if self.accept("#:") {
            let name = match self.token()? {
                Token::Datum(SteelVal::SymbolV(name)) => name.to_string(),
                _ => return Err(self.error("keyword syntax")),
            };
            return keyword(&name);
        }
        if self.accept("#{") {
            let rest = &self.text[self.position..];
            let Some(end) = rest.find("}#") else {
                return Err(self.error("unexpected end of input while reading symbol"));
            };
            self.position += end + 2;
            return Ok(symbol(&rest[..end]));
        }
        if self.accept("#vu8(") || self.accept("#u8(") {
            let items = self.items(')')?;
            let bytes: Option<Vec<u8>> = super::object::spine(&items)
                .0
                .iter()
                .map(|item| match item {
                    SteelVal::IntV(byte) => u8::try_from(*byte).ok(),
                    _ => None,
                })
                .collect();
            return match bytes {
                Some(bytes) => make_bytevector(bytes),
                None => Err(self.error("octet expected")),
            };
        }
        if self.accept("#(") {
            return make_vector(super::object::spine(&self.items(')')?).0);
        }
        for (prefix, name) in [
            ("#'", "syntax"),
            ("#`", "quasisyntax"),
            ("#,@", "unsyntax-splicing"),
            ("#,", "unsyntax"),
            ("#~", "gexp"),
            ("#$@", "ungexp-splicing"),
            ("#$", "ungexp"),
            ("#+@", "ungexp-native-splicing"),
            ("#+", "ungexp-native"),
        ] {
            if self.text[self.position..].starts_with(prefix) {
                return self.quoted(prefix.len(), name);
            }
        }
        let word = self.word().to_string();
        match word.as_str() {
            "#t" | "#true" => Ok(SteelVal::BoolV(true)),
            "#f" | "#false" => Ok(SteelVal::BoolV(false)),
            "#nil" => Ok(nil()),
            _ => number_text::parse(&word, 10)
                .ok_or_else(|| self.error(&format!("Unknown # object: {word}"))),
        }
    }
}
