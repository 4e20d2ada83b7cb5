//! Bytes of a file as text.

use crate::diagnostic::{Diagnostic, Kind};
use crate::syntax::{Sources, Span};

/// The text that a file's bytes are.
///
/// # Errors
/// When they are no UTF-8: where they stop to be.
pub fn decode(file: &str, bytes: Vec<u8>) -> Result<String, Diagnostic> {
    let error = match String::from_utf8(bytes) {
        Ok(text) => return Ok(text),
        Err(error) => error,
    };
    let valid = error.utf8_error().valid_up_to();
    let byte = error.as_bytes()[valid];
    // What comes after the place on its line is replaced where it is no text.
    let text = String::from_utf8_lossy(error.as_bytes());
    let mut sources = Sources::default();
    let id = sources.add(file, text.into(), false);
    let span = Span { file: id, start: valid as u32, end: valid as u32 + 1 };
    let message = format!("the file is not UTF-8: byte 0x{byte:02x} is no part of a character");
    Err(Diagnostic {
        location: sources.locate(span),
        excerpt: sources.excerpt(span),
        hint: Some("convert the file to UTF-8, for example with iconv".into()),
        ..Diagnostic::new(Kind::Read, message)
    })
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn the_byte_that_is_no_text_is_named() {
        assert_eq!(decode("a.scm", "(ä)".into()).as_deref(), Ok("(ä)"));
        let found = decode("a.scm", b"(a\n  \"\xff\")\n".to_vec()).unwrap_err();
        assert_eq!(
            found.to_string(),
            "a.scm:2:3: error: the file is not UTF-8: byte 0xff is no part of a character"
        );
    }
}
