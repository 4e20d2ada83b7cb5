//! The words of a text that may be unfinished or wrong, for editors: what to colour, which
//! parentheses belong together, whether more is to come.

use super::token::is_delimiter;
use crate::syntax::Number;

/// A word of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lexeme {
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    /// What it is.
    pub kind: LexemeKind,
}

/// What a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LexemeKind {
    /// `(`, `[`, `#(`, `#vu8(`.
    Open,
    /// `)` or `]`.
    Close,
    /// A string; whether it ends.
    String(bool),
    /// A comment; whether it ends.
    Comment(bool),
    /// `'`, `#~`, `#$@` and the like.
    Prefix,
    /// `#:name`.
    Keyword,
    /// A number.
    Number,
    /// `#t`, `#\x`.
    Constant,
    /// Any other word.
    Symbol,
}

const PREFIXES: [&str; 15] =
    ["#$@", "#+@", "#,@", "#~", "#$", "#+", "#'", "#`", "#,", "#;", ",@", "'", "`", ",", "@"];

/// The words of a text, in order; blanks are left out.
pub fn lexemes(text: &str) -> Vec<Lexeme> {
    let mut found = Vec::new();
    let mut start = 0;
    while let Some(first) = text[start..].chars().next() {
        if first.is_whitespace() {
            start += first.len_utf8();
            continue;
        }
        let (length, kind) = lexeme(&text[start..], first);
        found.push(Lexeme { start, end: start + length, kind });
        start += length;
    }
    found
}

/// Length and kind of the word that a text begins with.
fn lexeme(rest: &str, first: char) -> (usize, LexemeKind) {
    use LexemeKind as K;
    match first {
        '(' | '[' => return (1, K::Open),
        ')' | ']' => return (1, K::Close),
        ';' => return (rest.find('\n').unwrap_or(rest.len()), K::Comment(true)),
        '"' => {
            return match string_end(rest.as_bytes()) {
                Some(end) => (end, K::String(true)),
                None => (rest.len(), K::String(false)),
            };
        }
        _ => {}
    }
    if rest.starts_with("#|") {
        return match comment_end(rest) {
            Some(end) => (end, K::Comment(true)),
            None => (rest.len(), K::Comment(false)),
        };
    }
    for open in ["#(", "#vu8(", "#u8("] {
        if rest.starts_with(open) {
            return (open.len(), K::Open);
        }
    }
    if let Some(character) = rest.strip_prefix("#\\") {
        let one = character.chars().next().map_or(0, char::len_utf8);
        let more = word_length(character.get(one..).unwrap_or(""));
        return (2 + one + more, K::Constant);
    }
    if let Some(name) = rest.strip_prefix("#:") {
        return (2 + word_length(name), K::Keyword);
    }
    if rest.starts_with("#{") {
        return (rest.find("}#").map_or(rest.len(), |end| end + 2), K::Symbol);
    }
    // `@` alone is a name.
    if let Some(prefix) =
        PREFIXES.iter().find(|prefix| **prefix != "@" && rest.starts_with(**prefix))
    {
        return (prefix.len(), K::Prefix);
    }
    let length = word_length(rest).max(first.len_utf8());
    let word = &rest[..length];
    let kind = if matches!(word, "#t" | "#f" | "#true" | "#false") {
        K::Constant
    } else if Number::parse(word).is_some() {
        K::Number
    } else {
        K::Symbol
    };
    (length, kind)
}

fn word_length(text: &str) -> usize {
    text.bytes().position(is_delimiter).unwrap_or(text.len())
}

fn string_end(bytes: &[u8]) -> Option<usize> {
    let mut position = 1;
    loop {
        match *bytes.get(position)? {
            b'"' => return Some(position + 1),
            b'\\' => position += 2,
            _ => position += 1,
        }
    }
}

fn comment_end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut depth, mut position) = (0, 0);
    while let Some(two) = bytes.get(position..position + 2) {
        match two {
            b"#|" => (depth, position) = (depth + 1, position + 2),
            b"|#" => (depth, position) = (depth - 1, position + 2),
            _ => position += 1,
        }
        if depth == 0 {
            return Some(position);
        }
    }
    None
}

/// Nothing that was begun in the text is unfinished. A text with too many closing parentheses is
/// complete, and wrong.
pub fn is_complete(text: &str) -> bool {
    let words = lexemes(text);
    let mut depth = 0i64;
    for word in &words {
        match word.kind {
            LexemeKind::Open => depth += 1,
            LexemeKind::Close => depth -= 1,
            LexemeKind::String(false) | LexemeKind::Comment(false) => return false,
            _ => {}
        }
        if depth < 0 {
            return true;
        }
    }
    let last = words.iter().rev().find(|word| !matches!(word.kind, LexemeKind::Comment(_)));
    depth == 0 && last.is_none_or(|word| word.kind != LexemeKind::Prefix)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(&str, LexemeKind)> {
        lexemes(text).iter().map(|word| (&text[word.start..word.end], word.kind)).collect()
    }

    #[test]
    fn words_are_told_apart() {
        use LexemeKind as K;
        assert_eq!(
            kinds("(f #:k 'x 1.5 \"a)\\\"\" #\\( #t ; c\n#| (|# #~#$y)"),
            [
                ("(", K::Open),
                ("f", K::Symbol),
                ("#:k", K::Keyword),
                ("'", K::Prefix),
                ("x", K::Symbol),
                ("1.5", K::Number),
                ("\"a)\\\"\"", K::String(true)),
                ("#\\(", K::Constant),
                ("#t", K::Constant),
                ("; c", K::Comment(true)),
                ("#| (|#", K::Comment(true)),
                ("#~", K::Prefix),
                ("#$", K::Prefix),
                ("y", K::Symbol),
                (")", K::Close),
            ]
        );
    }

    #[test]
    fn more_is_to_come() {
        for text in ["(a", "\"a", "'", "(a ; )", "#| ", "#(1", "(a #\\)", "\"\\"] {
            assert!(!is_complete(text), "{text}");
        }
        for text in ["", "a", "(a)", "'a", "(a))", "(a \")\" #\\( )", "; (", "x ; '"] {
            assert!(is_complete(text), "{text}");
        }
    }
}
