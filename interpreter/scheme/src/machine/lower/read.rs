//! A unit's text as a tree. It is the emitter's own: a small part of the engine's syntax.

use std::borrow::Cow;

/// A piece of a unit's text.
pub(super) struct Node<'a> {
    /// First byte.
    pub start: u32,
    /// Byte after the last.
    pub end: u32,
    pub form: Form<'a>,
}

/// What the piece is.
pub(super) enum Form<'a> {
    Name(&'a str),
    Boolean(bool),
    Integer(i64),
    String(Cow<'a, str>),
    /// `'DATUM`: a symbol or the empty list.
    Quoted(Box<Node<'a>>),
    List(Vec<Node<'a>>),
}

impl<'a> Node<'a> {
    /// The parts of a list.
    pub fn list(&self) -> Option<&[Node<'a>]> {
        match &self.form {
            Form::List(parts) => Some(parts),
            _ => None,
        }
    }

    /// The name that it is.
    pub fn name(&self) -> Option<&'a str> {
        match self.form {
            Form::Name(name) => Some(name),
            _ => None,
        }
    }

    /// The parts of `(KEYWORD PART ...)` after the keyword.
    pub fn form(&self, keyword: &str) -> Option<&[Node<'a>]> {
        let (head, parts) = self.list()?.split_first()?;
        (head.name() == Some(keyword)).then_some(parts)
    }

    /// Every name in it, but for what is quoted.
    pub fn mentions(&self, is_wanted: &mut dyn FnMut(&'a str) -> bool) -> bool {
        match &self.form {
            Form::Name(name) => is_wanted(name),
            Form::List(parts) => parts.iter().any(|part| part.mentions(is_wanted)),
            _ => false,
        }
    }
}

/// The forms of a text; none if it is not of the emitter's syntax.
pub(super) fn read(text: &str) -> Option<Vec<Node<'_>>> {
    let mut reader = Reader { text, at: 0 };
    let mut forms = Vec::new();
    while reader.skip() {
        forms.push(reader.node()?);
    }
    Some(forms)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Goes to what comes next; false at the end.
    fn skip(&mut self) -> bool {
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\n' => self.at += 1,
                b';' => {
                    self.at =
                        self.text[self.at..].find('\n').map_or(self.text.len(), |end| self.at + end)
                }
                _ => return true,
            }
        }
        false
    }

    fn node(&mut self) -> Option<Node<'a>> {
        let start = self.at as u32;
        let form = match self.peek()? {
            b'(' => self.list()?,
            b'"' => Form::String(self.string()?),
            b'\'' => {
                self.at += 1;
                Form::Quoted(Box::new(self.node()?))
            }
            _ => self.atom()?,
        };
        Some(Node { start, end: self.at as u32, form })
    }

    fn list(&mut self) -> Option<Form<'a>> {
        self.at += 1;
        let mut parts = Vec::new();
        while self.skip() && self.peek()? != b')' {
            parts.push(self.node()?);
        }
        self.at += 1;
        (self.at <= self.text.len()).then_some(Form::List(parts))
    }

    fn atom(&mut self) -> Option<Form<'a>> {
        let rest = &self.text[self.at..];
        let end = rest.find([' ', '\n', '(', ')', '"']).unwrap_or(rest.len());
        let name = &rest[..end];
        self.at += end;
        Some(match name {
            "" => return None,
            "#t" => Form::Boolean(true),
            "#f" => Form::Boolean(false),
            name => name.parse().map_or(Form::Name(name), Form::Integer),
        })
    }

    fn string(&mut self) -> Option<Cow<'a, str>> {
        let start = self.at + 1;
        let mut text = Cow::Borrowed("");
        let mut plain = start;
        loop {
            let rest = &self.text[plain..];
            let found = rest.find(['"', '\\'])?;
            text += &rest[..found];
            let at = plain + found;
            if self.text.as_bytes()[at] == b'"' {
                self.at = at + 1;
                return Some(text);
            }
            let (character, next) = self.escape(at + 1)?;
            text.to_mut().push(character);
            plain = next;
        }
    }

    /// The character that is escaped there, and where what follows it begins.
    fn escape(&self, at: usize) -> Option<(char, usize)> {
        let character = match self.text.as_bytes().get(at)? {
            b'n' => '\n',
            b't' => '\t',
            b'r' => '\r',
            b'x' => {
                let rest = &self.text[at + 1..];
                let end = rest.find(';')?;
                let code = u32::from_str_radix(&rest[..end], 16).ok()?;
                return Some((char::from_u32(code)?, at + end + 2));
            }
            byte @ (b'"' | b'\\') => char::from(*byte),
            _ => return None,
        };
        Some((character, at + 1))
    }
}
