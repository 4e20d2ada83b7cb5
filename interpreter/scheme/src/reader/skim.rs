//! Finds the top-level forms of a text without reading them, so that a large library costs
//! only what a program uses of it.

use super::Reader;
use super::token::is_delimiter;
use crate::diagnostic::{Fault, Kind, Result};
use crate::syntax::{FileId, Span};

/// A top-level form: where it is, and its first two words.
#[derive(Clone, Copy, Debug)]
pub struct TopForm<'text> {
    /// Its range.
    pub span: Span,
    /// The word after the opening parenthesis; empty if the form is none.
    pub head: &'text str,
    /// What it seems to define: the next word, through any parentheses of a curried `define`.
    pub name: &'text str,
}

/// The top-level forms of a text.
pub fn skim(text: &str, file: FileId) -> Result<Vec<TopForm<'_>>> {
    let mut forms = Vec::new();
    let mut reader = Reader::new(text, file);
    loop {
        reader.skip_atmosphere()?;
        let start = reader.position;
        let Some(first) = reader.peek() else { return Ok(forms) };
        if first != b'(' {
            reader.datum()?;
            let span = reader.span_from(start);
            forms.push(TopForm { span, head: "", name: "" });
            continue;
        }
        reader.position = end_of_list(text, start).ok_or_else(|| {
            // Read it for the sake of the error.
            let mut reader = Reader::at(text, file, start);
            let end = Span { file, start: text.len() as u32, end: text.len() as u32 };
            reader.read().err().unwrap_or_else(|| Fault::of_kind(Kind::Read, end, "unbalanced"))
        })?;
        let (head, name) = first_words(&text[start + 1..reader.position]);
        forms.push(TopForm { span: reader.span_from(start), head, name });
    }
}

/// Position after the parenthesis that closes the one at `start`.
fn end_of_list(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut depth = 0usize;
    let mut position = start;
    loop {
        match *bytes.get(position)? {
            b'(' | b'[' => depth += 1,
            b')' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return Some(position + 1);
                }
            }
            b'"' => position = end_of_string(bytes, position)?,
            b';' => position += bytes[position..].iter().position(|byte| *byte == b'\n')?,
            b'#' => match bytes.get(position + 1)? {
                b'\\' => position += 1 + text[position + 2..].chars().next()?.len_utf8(),
                b'|' => position = end_of_block_comment(bytes, position)?,
                // A datum comment: the datum is balanced, so it can be passed over like any other.
                b';' => position += 1,
                b'{' => position += text[position..].find("}#")? + 1,
                _ => {}
            },
            _ => {}
        }
        position += 1;
    }
}

/// Position of the closing quotation mark.
fn end_of_string(bytes: &[u8], start: usize) -> Option<usize> {
    let mut position = start + 1;
    loop {
        match *bytes.get(position)? {
            b'"' => return Some(position),
            b'\\' => position += 2,
            _ => position += 1,
        }
    }
}

/// Position of the last byte of a block comment.
fn end_of_block_comment(bytes: &[u8], start: usize) -> Option<usize> {
    let mut depth = 0;
    let mut position = start;
    loop {
        match bytes.get(position..position + 2)? {
            b"#|" => {
                depth += 1;
                position += 2;
            }
            b"|#" => {
                depth -= 1;
                if depth == 0 {
                    return Some(position + 1);
                }
                position += 2;
            }
            _ => position += 1,
        }
    }
}

fn first_words(form: &str) -> (&str, &str) {
    let word = |text: &str| text.bytes().position(is_delimiter).unwrap_or(text.len());
    let head = &form[..word(form)];
    let target = form[head.len()..].trim_start();
    let rest = target.trim_start_matches(|c: char| c.is_whitespace() || c == '(');
    (head, &rest[..word(rest)])
}
