//! Tokens with rules of their own: words, strings, characters, keywords, quoted symbols.

use super::Reader;
use crate::diagnostic::Result;
use crate::syntax::{Form, Symbol, Syntax};

/// What ends a word, in Guile's reader.
pub fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\t' | b'\r' | 0x0c | b'(' | b')' | b'[' | b']' | b'"' | b';')
}

/// Names of characters besides `x41` and octal digits.
const CHARACTER_NAMES: [(&str, char); 20] = [
    ("space", ' '),
    ("sp", ' '),
    ("newline", '\n'),
    ("nl", '\n'),
    ("linefeed", '\n'),
    ("lf", '\n'),
    ("tab", '\t'),
    ("ht", '\t'),
    ("return", '\r'),
    ("cr", '\r'),
    ("nul", '\0'),
    ("null", '\0'),
    ("alarm", '\u{7}'),
    ("backspace", '\u{8}'),
    ("vtab", '\u{b}'),
    ("page", '\u{c}'),
    ("escape", '\u{1b}'),
    ("esc", '\u{1b}'),
    ("delete", '\u{7f}'),
    ("del", '\u{7f}'),
];

impl<'text> Reader<'text> {
    /// The characters up to the next delimiter; at least one.
    pub(super) fn word(&mut self) -> &'text str {
        let rest = self.rest();
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let length = rest.as_bytes()[first..]
            .iter()
            .position(|byte| is_delimiter(*byte))
            .map_or(rest.len(), |length| first + length);
        self.position += length;
        &rest[..length]
    }

    pub(super) fn keyword(&mut self) -> Result<Syntax> {
        let start = self.position;
        self.position += 2;
        if self.peek().is_none() {
            return Err(self.fault("unexpected end of input while reading keyword"));
        }
        let name = self.word();
        let name = self.symbol(name);
        Ok(Syntax::new(Form::Keyword(name), self.span_from(start)))
    }

    pub(super) fn string(&mut self) -> Result<Syntax> {
        let start = self.position;
        self.position += 1;
        let mut text = String::new();
        loop {
            match self.next_char() {
                None => return Err(self.fault("unexpected end of input while reading string")),
                Some('"') => break,
                Some('\\') => self.escape(&mut text)?,
                Some(character) => text.push(character),
            }
        }
        Ok(Syntax::string(&text, self.span_from(start)))
    }

    fn escape(&mut self, text: &mut String) -> Result<()> {
        let Some(character) = self.next_char() else {
            return Err(self.fault("unexpected end of input while reading string"));
        };
        text.push(match character {
            '"' | '\\' | '|' | '/' | '(' => character,
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'a' => '\u{7}',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'v' => '\u{b}',
            '0' => '\0',
            'x' => self.hexadecimal(2)?,
            'u' => self.hexadecimal(4)?,
            'U' => self.hexadecimal(6)?,
            '\n' => return Ok(()),
            other => {
                return Err(self.fault(format!("invalid character in escape sequence: #\\{other}")));
            }
        });
        Ok(())
    }

    fn hexadecimal(&mut self, digits: usize) -> Result<char> {
        let code = self
            .rest()
            .get(..digits)
            .filter(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .and_then(|text| u32::from_str_radix(text, 16).ok())
            .and_then(char::from_u32);
        match code {
            Some(character) => {
                self.position += digits;
                Ok(character)
            }
            None => {
                let wrong = self.rest().chars().find(|c| !c.is_ascii_hexdigit()).unwrap_or(' ');
                Err(self.fault(format!("invalid character in escape sequence: #\\{wrong}")))
            }
        }
    }

    pub(super) fn character(&mut self) -> Result<Syntax> {
        let start = self.position;
        self.position += 2;
        if self.peek().is_none() {
            return Err(self.fault("unexpected end of input while reading character"));
        }
        let word = if self.peek().is_some_and(is_delimiter) {
            let delimiter = self.rest();
            self.position += 1;
            &delimiter[..1]
        } else {
            self.word()
        };
        let mut characters = word.chars();
        let character = match (characters.next(), characters.next()) {
            (Some(single), None) => Some(single),
            _ => named_character(word),
        };
        match character {
            Some(character) => Ok(Syntax::new(Form::Character(character), self.span_from(start))),
            None => Err(self.fault(format!("unknown character name {word}"))),
        }
    }

    /// `#{a b}#`.
    pub(super) fn extended_symbol(&mut self) -> Result<Syntax> {
        let start = self.position;
        self.position += 2;
        let mut name = String::new();
        loop {
            if self.rest().starts_with("}#") {
                self.position += 2;
                return Ok(Syntax::symbol(Symbol::new(&name), self.span_from(start)));
            }
            match self.next_char() {
                None => return Err(self.fault("end of input while reading symbol")),
                Some('\\') if self.peek() == Some(b'x') => {
                    self.position += 1;
                    let digits = self.rest().find(';').unwrap_or(2);
                    name.push(self.hexadecimal(digits)?);
                    self.position += usize::from(self.peek() == Some(b';'));
                }
                Some('\\') => name.extend(self.next_char()),
                Some(character) => name.push(character),
            }
        }
    }

    /// `|a b|`, as in R7RS.
    pub(super) fn bar_symbol(&mut self) -> Result<Syntax> {
        let start = self.position;
        self.position += 1;
        let mut name = String::new();
        loop {
            match self.next_char() {
                None => return Err(self.fault("end of input while reading symbol")),
                Some('|') => {
                    return Ok(Syntax::symbol(Symbol::new(&name), self.span_from(start)));
                }
                Some('\\') => self.escape(&mut name)?,
                Some(character) => name.push(character),
            }
        }
    }
}

fn named_character(word: &str) -> Option<char> {
    if let Some((_, character)) =
        CHARACTER_NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(word))
    {
        return Some(*character);
    }
    if let Some(code) = word.strip_prefix(['x', 'X'])
        && code.bytes().all(|byte| byte.is_ascii_hexdigit())
    {
        return u32::from_str_radix(code, 16).ok().and_then(char::from_u32);
    }
    if word.bytes().all(|byte| (b'0'..b'8').contains(&byte)) {
        return u32::from_str_radix(word, 8).ok().and_then(char::from_u32);
    }
    None
}
