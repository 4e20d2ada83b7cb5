//! Directives of `format` as they are written: parameters and modifiers, and what stands between brackets.

use steel::rvals::Result;

use super::exception::misc_error_in;
use super::object::string;

/// A parameter in front of a directive's letter.
#[derive(Clone, Copy)]
pub(crate) enum Parameter {
    Number(i64),
    Character(char),
}

/// One directive without its letter.
pub(crate) struct Modifiers {
    pub(super) parameters: Vec<Option<Parameter>>,
    pub(crate) colon: bool,
    pub(crate) at: bool,
}

impl Modifiers {
    pub(crate) fn number(&self, position: usize) -> Result<Option<usize>> {
        match self.parameters.get(position).copied().flatten() {
            None => Ok(None),
            Some(Parameter::Number(number)) => match usize::try_from(number) {
                // A width beyond any line is a mistake.
                Ok(number) if number <= 1 << 24 => Ok(Some(number)),
                _ => Err(fault("parameter must be a positive integer")),
            },
            Some(Parameter::Character(_)) => Err(fault("parameter must be a number")),
        }
    }

    pub(crate) fn character(&self, position: usize, otherwise: char) -> Result<char> {
        match self.parameters.get(position).copied().flatten() {
            None => Ok(otherwise),
            Some(Parameter::Character(c)) => Ok(c),
            Some(Parameter::Number(code)) => u32::try_from(code)
                .ok()
                .and_then(char::from_u32)
                .ok_or_else(|| fault("parameter must be a character")),
        }
    }
}

/// An error of `format` itself.
pub(crate) fn fault(what: &str) -> steel::SteelErr {
    misc_error_in("format", "FORMAT: ~A", &[string(what)])
}

/// A part of a bracketed directive, and whether it is the default (`~:;`).
pub(super) type Part = (Vec<char>, bool);

/// The parts between an opening directive and its end, split at `~;`; each with whether it is the
/// default (`~:;`). Also where the text goes on.
pub(super) fn split(text: &[char], start: usize, open: char) -> Result<(Vec<Part>, usize)> {
    let close = match open {
        '{' => '}',
        '[' => ']',
        _ => ')',
    };
    let (mut parts, mut current, mut is_default) = (Vec::new(), Vec::new(), false);
    let (mut depth, mut at) = (0, start);
    while at < text.len() {
        if text[at] != '~' {
            current.push(text[at]);
            at += 1;
            continue;
        }
        let directive = at;
        at += 1;
        let mut colon = false;
        while let Some(c) = text.get(at) {
            match c {
                '\'' => at += 1,
                ':' => colon = true,
                '0'..='9' | '+' | '-' | ',' | '@' | 'v' | 'V' | '#' => {}
                _ => break,
            }
            at += 1;
        }
        let letter = *text.get(at).ok_or_else(|| fault("unexpected end of the template"))?;
        at += 1;
        if letter == close && depth == 0 {
            parts.push((current, is_default));
            return Ok((parts, at));
        }
        if letter == ';' && depth == 0 && open == '[' {
            parts.push((std::mem::take(&mut current), is_default));
            is_default = colon;
            continue;
        }
        depth += usize::from(letter == open);
        depth -= usize::from(letter == close);
        current.extend_from_slice(&text[directive..at]);
    }
    Err(fault(&format!("missing ~{close}")))
}
