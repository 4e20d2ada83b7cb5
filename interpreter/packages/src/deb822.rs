//! Stanzas of fields, as in Debian's control files, indexes and sources (deb822(5)).

/// One stanza: text in which every line but the continued ones is `Name: value`.
#[derive(Clone, Copy, Debug)]
pub struct Stanza<'a> {
    /// Its lines.
    pub text: &'a str,
    /// Where it begins in the file; lines count from 1.
    pub line: usize,
}

impl<'a> Stanza<'a> {
    /// The fields: name, value with the lines that continue it, and line. What is no field comes with
    /// an empty name.
    pub fn fields(&self) -> impl Iterator<Item = (&'a str, &'a str, usize)> {
        let mut rest = self.text;
        let mut line = self.line;
        std::iter::from_fn(move || {
            while !rest.is_empty() {
                let end = field_end(rest);
                let (field, after) = rest.split_at(end);
                let at = line;
                line += field.bytes().filter(|byte| *byte == b'\n').count();
                rest = after;
                if field.starts_with('#') || field.trim().is_empty() {
                    continue;
                }
                return Some(match field.split_once(':') {
                    Some((name, value)) if !name.contains(char::is_whitespace) => {
                        (name, value.trim(), at)
                    }
                    _ => ("", field.trim(), at),
                });
            }
            None
        })
    }

    /// The value of a field, whatever the case of its name.
    pub fn get(&self, wanted: &str) -> Option<&'a str> {
        self.fields().find(|(name, _, _)| name.eq_ignore_ascii_case(wanted)).map(|field| field.1)
    }
}

/// The stanzas of a file, apart by empty lines.
pub fn stanzas(text: &str) -> impl Iterator<Item = Stanza<'_>> {
    let mut rest = text;
    let mut line = 1;
    std::iter::from_fn(move || {
        loop {
            if rest.is_empty() {
                return None;
            }
            let end = stanza_end(rest);
            let (stanza, after) = rest.split_at(end);
            let at = line;
            line += stanza.bytes().filter(|byte| *byte == b'\n').count();
            rest = after;
            if stanza.lines().any(|line| !line.trim().is_empty() && !line.starts_with('#')) {
                return Some(Stanza { text: stanza, line: at });
            }
        }
    })
}

/// Where the stanza at the start of `text` ends: after its empty line.
fn stanza_end(text: &str) -> usize {
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        end += line.len();
        if line.trim().is_empty() {
            break;
        }
    }
    end
}

/// Where the field at the start of `text` ends: before the next line that begins with no blank. A
/// comment is part of the value if the value goes on after it.
fn field_end(text: &str) -> usize {
    let mut lines = text.split_inclusive('\n');
    let mut passed = lines.next().map_or(0, str::len);
    let mut end = passed;
    for line in lines {
        passed += line.len();
        match line.as_bytes()[0] {
            b' ' | b'\t' => end = passed,
            b'#' => {}
            _ => break,
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_know_their_lines() {
        let text = "# a comment\n\nTypes: deb\nSigned-By:\n one\n .\n two\n\n\nTypes: none\n";
        let read: Vec<Stanza> = stanzas(text).collect();
        assert_eq!(read.len(), 2);
        let fields: Vec<_> = read[0].fields().collect();
        assert_eq!(fields, [("Types", "deb", 3), ("Signed-By", "one\n .\n two", 4)]);
        assert_eq!(read[1].get("types"), Some("none"));
        assert_eq!(read[1].line, 10);
    }
}
