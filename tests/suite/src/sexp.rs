//! S-expressions, as much of them as the oracle's files and `tintype show` hold.

use std::fmt;

/// A datum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sexp {
    /// A symbol, keyword, number or boolean, as it is written.
    Atom(String),
    /// A string, without its escapes.
    Text(String),
    /// A proper list.
    List(Vec<Self>),
}

impl Sexp {
    /// Reads all data in `text`.
    ///
    /// # Errors
    /// A sentence, where a list or a string does not end, or ends twice.
    pub fn read_all(text: &str) -> Result<Vec<Self>, String> {
        let mut reader = Reader { rest: text };
        let mut data = Vec::new();
        while let Some(datum) = reader.datum()? {
            data.push(datum);
        }
        if reader.rest.is_empty() { Ok(data) } else { Err("a list ends twice".to_owned()) }
    }

    /// The elements of a list; nothing for others.
    pub fn list(&self) -> &[Self] {
        match self {
            Self::List(elements) => elements,
            Self::Atom(_) | Self::Text(_) => &[],
        }
    }

    /// True for a list whose first element is the symbol `head`.
    pub fn is(&self, head: &str) -> bool {
        matches!(self.list().first(), Some(Self::Atom(name)) if name == head)
    }

    /// The first list headed by `head`, the datum itself or within it, from left to right.
    pub fn find(&self, head: &str) -> Option<&Self> {
        if self.is(head) {
            return Some(self);
        }
        self.list().iter().find_map(|element| element.find(head))
    }

    /// The value of `(NAME VALUE)` directly in this list.
    pub fn field(&self, name: &str) -> Option<&Self> {
        self.list().iter().find(|element| element.is(name)).and_then(|pair| pair.list().get(1))
    }

    /// All `(NAME VALUE)` directly in this list, in order.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &Self)> {
        self.list().iter().filter_map(|element| match element.list() {
            [Self::Atom(name), value] => Some((name.as_str(), value)),
            _ => None,
        })
    }
}

impl fmt::Display for Sexp {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Atom(name) => out.write_str(name),
            Self::Text(text) => write!(out, "{text:?}"),
            Self::List(elements) => {
                out.write_str("(")?;
                for (index, element) in elements.iter().enumerate() {
                    let space = if index > 0 { " " } else { "" };
                    write!(out, "{space}{element}")?;
                }
                out.write_str(")")
            }
        }
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    /// The next datum; none at the end of the text or of the list.
    fn datum(&mut self) -> Result<Option<Sexp>, String> {
        self.skip_blanks();
        let Some(first) = self.rest.chars().next() else { return Ok(None) };
        match first {
            ')' => Ok(None),
            '(' => {
                self.rest = &self.rest[1..];
                let mut elements = Vec::new();
                while let Some(element) = self.datum()? {
                    elements.push(element);
                }
                self.rest = self.rest.strip_prefix(')').ok_or("a list does not end")?;
                Ok(Some(Sexp::List(elements)))
            }
            '"' => self.text().map(Some),
            '\'' => {
                self.rest = &self.rest[1..];
                let quoted = self.datum()?.ok_or("a quote of nothing")?;
                Ok(Some(Sexp::List(vec![Sexp::Atom("quote".to_owned()), quoted])))
            }
            _ => {
                let ends = |c: char| c.is_whitespace() || "()\";".contains(c);
                let end = self.rest.find(ends).unwrap_or(self.rest.len());
                let (atom, rest) = self.rest.split_at(end);
                self.rest = rest;
                Ok(Some(Sexp::Atom(atom.to_owned())))
            }
        }
    }

    fn text(&mut self) -> Result<Sexp, String> {
        let mut text = String::new();
        let mut characters = self.rest.char_indices().skip(1);
        while let Some((at, character)) = characters.next() {
            match character {
                '"' => {
                    self.rest = &self.rest[at + 1..];
                    return Ok(Sexp::Text(text));
                }
                '\\' => text.push(match characters.next() {
                    Some((_, 'n')) => '\n',
                    Some((_, 't')) => '\t',
                    // Two hexadecimal digits, as Guile writes them.
                    Some((_, 'x')) => {
                        let mut code = 0;
                        for (_, digit) in characters.by_ref().take(2) {
                            code = code * 16 + digit.to_digit(16).ok_or("a digit after \\x")?;
                        }
                        char::from_u32(code).ok_or("a character")?
                    }
                    Some((_, escaped)) => escaped,
                    None => break,
                }),
                _ => text.push(character),
            }
        }
        Err("a string does not end".to_owned())
    }

    fn skip_blanks(&mut self) {
        loop {
            self.rest = self.rest.trim_start();
            if !self.rest.starts_with(';') {
                return;
            }
            self.rest = self.rest.find('\n').map_or("", |end| &self.rest[end..]);
        }
    }
}
