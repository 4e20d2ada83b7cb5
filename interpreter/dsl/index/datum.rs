//! The data of the index's files.

/// A datum of the index.
#[derive(Clone, PartialEq)]
pub enum Datum {
    /// A symbol, number, boolean, keyword or string, as it is written.
    Atom(String),
    /// A list; a dot is an element of it.
    List(Vec<Datum>),
}

impl Datum {
    /// Reads a line of the index.
    pub fn read(line: &str) -> Datum {
        read(line.as_bytes(), 0).0
    }

    /// Whether this is the atom `text`.
    pub fn is(&self, text: &str) -> bool {
        matches!(self, Datum::Atom(own) if own == text)
    }

    /// Whether this is a list that begins with the atom `head`.
    pub fn begins(&self, head: &str) -> bool {
        matches!(self, Datum::List(items) if items.first().is_some_and(|first| first.is(head)))
    }

    /// What follows `head` in the first element of this list that begins with it.
    pub fn part(&self, head: &str) -> Option<&[Datum]> {
        let part = self.list().iter().find(|item| item.begins(head))?;
        Some(&part.list()[1..])
    }

    /// A string without its quotes.
    pub fn unquoted(&self) -> &str {
        self.atom().trim_matches('"')
    }

    /// The text of an atom.
    pub fn atom(&self) -> &str {
        match self {
            Datum::Atom(text) => text,
            Datum::List(_) => panic!("index: a name was expected"),
        }
    }

    /// The elements of a list.
    pub fn list(&self) -> &[Datum] {
        match self {
            Datum::List(items) => items,
            Datum::Atom(text) => panic!("index: a list was expected, not {text}"),
        }
    }

    /// Adds this as it is written to `out`.
    pub fn write(&self, out: &mut String) {
        match self {
            Datum::Atom(text) => out.push_str(text),
            Datum::List(items) => {
                out.push('(');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(' ');
                    }
                    item.write(out);
                }
                out.push(')');
            }
        }
    }
}

/// The name of a module, its parts joined by spaces.
pub fn joined(name: &Datum) -> String {
    let parts: Vec<&str> = name.list().iter().map(Datum::atom).collect();
    parts.join(" ")
}

/// Reads one datum from `at` on; also gives the position after it.
pub fn read(text: &[u8], at: usize) -> (Datum, usize) {
    let mut at = skip_blank(text, at);
    let start = at;
    match text[at] {
        b'(' => {
            let mut items = Vec::new();
            at += 1;
            loop {
                at = skip_blank(text, at);
                if text[at] == b')' {
                    return (Datum::List(items), at + 1);
                }
                let (item, next) = read(text, at);
                items.push(item);
                at = next;
            }
        }
        b'"' => {
            at += 1;
            while text[at] != b'"' {
                at += if text[at] == b'\\' { 2 } else { 1 };
            }
            (atom(text, start, at + 1), at + 1)
        }
        _ => {
            while at < text.len() && !text[at].is_ascii_whitespace() && !b"()".contains(&text[at]) {
                at += 1;
            }
            (atom(text, start, at), at)
        }
    }
}

fn skip_blank(text: &[u8], at: usize) -> usize {
    let mut at = at;
    while text[at].is_ascii_whitespace() || text[at] == b';' {
        if text[at] == b';' {
            while text[at] != b'\n' {
                at += 1;
            }
        } else {
            at += 1;
        }
    }
    at
}

/// An atom. Guile writes names that begin with a digit in `#{` and `}#`, and reads them without.
fn atom(text: &[u8], from: usize, to: usize) -> Datum {
    let atom = std::str::from_utf8(&text[from..to]).expect("the index is UTF-8");
    let bare = atom.strip_prefix("#{").and_then(|atom| atom.strip_suffix("}#"));
    Datum::Atom(bare.unwrap_or(atom).to_owned())
}
