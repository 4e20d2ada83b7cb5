//! `format` of `(ice-9 format)`: the directives of Common Lisp that Guile has.

use steel::SteelVal;
use steel::rvals::Result;

use super::exception::misc_error_in;
use super::format_directive::{Modifiers, Parameter, Part, fault, split};
use super::format_number as number;
use super::object::{is_nil, spine};
use super::print::{display_datum, write_datum};
use super::registry::internals;
use super::simple_format::deliver;

/// Whether the text after a directive goes on.
#[derive(PartialEq)]
enum Flow {
    On,
    /// `~^` ended the innermost iteration.
    Up,
}

struct Formatter {
    arguments: Vec<SteelVal>,
    position: usize,
    out: String,
}

/// Fills a template.
pub(crate) fn fill(template: &str, arguments: Vec<SteelVal>) -> Result<String> {
    let mut formatter = Formatter { arguments, position: 0, out: String::new() };
    formatter.run(&template.chars().collect::<Vec<_>>())?;
    Ok(formatter.out)
}

impl Formatter {
    fn next(&mut self) -> Result<SteelVal> {
        let argument = self.arguments.get(self.position).cloned();
        self.position += 1;
        argument.ok_or_else(|| fault("missing argument(s)"))
    }

    fn column(&self) -> usize {
        self.out.chars().rev().take_while(|c| *c != '\n').count()
    }

    /// Reads the modifiers at `at`; gives them, the letter, and where it ends.
    fn modifiers(&mut self, text: &[char], mut at: usize) -> Result<(Modifiers, char, usize)> {
        let mut modifiers = Modifiers { parameters: Vec::new(), colon: false, at: false };
        let mut pending = None;
        loop {
            let c = *text.get(at).ok_or_else(|| fault("unexpected end of the template after ~"))?;
            match c {
                '0'..='9' | '+' | '-' => {
                    let start = at;
                    at += 1;
                    while text.get(at).is_some_and(char::is_ascii_digit) {
                        at += 1;
                    }
                    let digits: String = text[start..at].iter().collect();
                    let value = digits.parse().map_err(|_| fault("parameter is too large"))?;
                    pending = Some(Parameter::Number(value));
                    continue;
                }
                '\'' => {
                    at += 1;
                    let c = text.get(at).ok_or_else(|| fault("missing character after '"))?;
                    pending = Some(Parameter::Character(*c));
                }
                'v' | 'V' => {
                    pending = match self.next()? {
                        SteelVal::IntV(value) => Some(Parameter::Number(value as i64)),
                        SteelVal::CharV(c) => Some(Parameter::Character(c)),
                        SteelVal::BoolV(false) => None,
                        _ => return Err(fault("wrong parameter value for ~v")),
                    };
                }
                '#' => {
                    let left = self.arguments.len().saturating_sub(self.position);
                    pending = Some(Parameter::Number(left as i64));
                }
                ',' => modifiers.parameters.push(pending.take()),
                ':' => modifiers.colon = true,
                '@' => modifiers.at = true,
                letter => {
                    if pending.is_some() || !modifiers.parameters.is_empty() {
                        modifiers.parameters.push(pending);
                    }
                    return Ok((modifiers, letter.to_ascii_lowercase(), at + 1));
                }
            }
            at += 1;
        }
    }

    fn run(&mut self, text: &[char]) -> Result<Flow> {
        let mut at = 0;
        while let Some(c) = text.get(at) {
            at += 1;
            if *c != '~' {
                self.out.push(*c);
                continue;
            }
            let (modifiers, letter, after) = self.modifiers(text, at)?;
            at = after;
            match letter {
                '{' | '[' | '(' => {
                    let (parts, end) = split(text, at, letter)?;
                    at = end;
                    let flow = match letter {
                        '{' => self.iterate(&modifiers, &parts[0].0)?,
                        '[' => self.choose(&modifiers, &parts)?,
                        _ => self.change_case(&modifiers, &parts[0].0)?,
                    };
                    if flow == Flow::Up {
                        return Ok(Flow::Up);
                    }
                }
                '^' if self.position >= self.arguments.len() => return Ok(Flow::Up),
                '^' => {}
                '\n' => {
                    // The end of a line and the blanks of the next vanish.
                    if modifiers.at {
                        self.out.push('\n');
                    }
                    while !modifiers.colon && text.get(at).is_some_and(|c| c.is_whitespace()) {
                        at += 1;
                    }
                }
                letter => self.simple(&modifiers, letter)?,
            }
        }
        Ok(Flow::On)
    }

    fn simple(&mut self, modifiers: &Modifiers, letter: char) -> Result<()> {
        let text = match letter {
            'a' => pad(modifiers, display_datum(&self.next()?))?,
            's' => pad(modifiers, write_datum(&self.next()?))?,
            'y' => format!("{}\n", write_datum(&self.next()?)),
            'd' => number::integer(modifiers, &self.next()?, 10, 0)?,
            'b' => number::integer(modifiers, &self.next()?, 2, 0)?,
            'o' => number::integer(modifiers, &self.next()?, 8, 0)?,
            'x' => number::integer(modifiers, &self.next()?, 16, 0)?,
            'r' => match modifiers.number(0)? {
                Some(radix @ 2..=36) => number::integer(modifiers, &self.next()?, radix as u32, 1)?,
                Some(_) => return Err(fault("~r expects a radix from 2 to 36")),
                None => number::in_words(modifiers, &self.next()?)?,
            },
            'f' => number::fixed(modifiers, &self.next()?)?,
            'e' => number::exponential(modifiers, &self.next()?)?,
            'g' => number::general(modifiers, &self.next()?)?,
            'h' => number::local(modifiers, &self.next()?)?,
            '$' => number::money(modifiers, &self.next()?)?,
            'i' => number::complex(&self.next()?)?,
            'c' => match self.next()? {
                SteelVal::CharV(c) if modifiers.at => super::character::external(c),
                SteelVal::CharV(c) if modifiers.colon && c.is_control() => {
                    format!("^{}", char::from((c as u8) ^ 0x40))
                }
                SteelVal::CharV(c) => c.to_string(),
                _ => return Err(fault("~c expects a character")),
            },
            'p' => {
                if modifiers.colon {
                    self.position = self.position.saturating_sub(1);
                }
                let one = matches!(self.next()?, SteelVal::IntV(1));
                match (modifiers.at, one) {
                    (false, true) => "",
                    (false, false) => "s",
                    (true, true) => "y",
                    (true, false) => "ies",
                }
                .to_string()
            }
            '%' => "\n".repeat(modifiers.number(0)?.unwrap_or(1)),
            '&' => {
                let count = modifiers.number(0)?.unwrap_or(1);
                let lines = if self.column() == 0 { count.saturating_sub(1) } else { count };
                "\n".repeat(lines)
            }
            '~' => "~".repeat(modifiers.number(0)?.unwrap_or(1)),
            '|' => "\x0c".repeat(modifiers.number(0)?.unwrap_or(1)),
            '_' => " ".repeat(modifiers.number(0)?.unwrap_or(1)),
            '/' => "\t".repeat(modifiers.number(0)?.unwrap_or(1)),
            '!' => String::new(),
            't' => {
                let count = modifiers.number(0)?.unwrap_or(1);
                let step = modifiers.number(1)?.unwrap_or(1).max(1);
                let column = self.column();
                let blanks = if modifiers.at {
                    let rest = (column + count) % step;
                    count + if rest == 0 { 0 } else { step - rest }
                } else if column < count {
                    count - column
                } else if modifiers.number(1)?.is_some() {
                    step - (column - count) % step
                } else {
                    0
                };
                " ".repeat(blanks)
            }
            '*' => {
                let count = modifiers.number(0)?;
                self.position = match (modifiers.at, modifiers.colon) {
                    (true, _) => count.unwrap_or(0),
                    (false, true) => self.position.saturating_sub(count.unwrap_or(1)),
                    (false, false) => self.position + count.unwrap_or(1),
                };
                String::new()
            }
            '?' | 'k' => {
                let SteelVal::StringV(template) = self.next()? else {
                    return Err(fault("~? expects a string"));
                };
                let template: Vec<char> = template.chars().collect();
                if modifiers.at {
                    self.run(&template)?;
                } else {
                    let inner = self.sublist()?;
                    self.nested(inner, &template)?;
                }
                String::new()
            }
            '}' => return Err(fault("missing ~{")),
            ']' => return Err(fault("missing ~[")),
            ')' => return Err(fault("missing ~(")),
            ';' => return Err(fault("~; not in a ~[ ~] conditional")),
            'q' => String::new(),
            other => return Err(fault(&format!("unknown control character `{other}'"))),
        };
        self.out.push_str(&text);
        Ok(())
    }

    fn sublist(&mut self) -> Result<Vec<SteelVal>> {
        let (items, rest) = spine(&self.next()?);
        if is_nil(&rest) { Ok(items) } else { Err(fault("expected a list argument")) }
    }

    /// Runs a template over arguments of its own.
    fn nested(&mut self, arguments: Vec<SteelVal>, text: &[char]) -> Result<Flow> {
        let outer = std::mem::replace(&mut self.arguments, arguments);
        let position = std::mem::replace(&mut self.position, 0);
        let flow = self.run(text);
        self.arguments = outer;
        self.position = position;
        flow
    }

    fn iterate(&mut self, modifiers: &Modifiers, body: &[char]) -> Result<Flow> {
        let limit = modifiers.number(0)?.unwrap_or(usize::MAX);
        let own;
        let body = if body.is_empty() {
            let SteelVal::StringV(template) = self.next()? else {
                return Err(fault("~{~} expects a string"));
            };
            own = template.chars().collect::<Vec<_>>();
            &own
        } else {
            body
        };
        let items = if modifiers.at {
            let start = self.position.min(self.arguments.len());
            let rest = self.arguments[start..].to_vec();
            self.position = self.arguments.len();
            rest
        } else {
            self.sublist()?
        };
        if modifiers.colon {
            for item in items.into_iter().take(limit) {
                let (arguments, rest) = spine(&item);
                if !is_nil(&rest) {
                    return Err(fault("expected a list of lists argument"));
                }
                self.nested(arguments, body)?;
            }
            return Ok(Flow::On);
        }
        let outer = std::mem::replace(&mut self.arguments, items);
        let position = std::mem::replace(&mut self.position, 0);
        let mut outcome = Ok(Flow::On);
        for _ in 0..limit {
            let before = self.position;
            if before >= self.arguments.len() {
                break;
            }
            outcome = self.run(body);
            if outcome.as_ref().map_or(true, |flow| *flow == Flow::Up) {
                break;
            }
            if self.position == before {
                outcome = Err(fault("~{ ~} takes no argument: it would never end"));
                break;
            }
        }
        self.arguments = outer;
        self.position = position;
        outcome.map(|_| Flow::On)
    }

    fn choose(&mut self, modifiers: &Modifiers, parts: &[Part]) -> Result<Flow> {
        let chosen = if modifiers.colon {
            usize::from(!matches!(self.next()?, SteelVal::BoolV(false)))
        } else if modifiers.at {
            if matches!(self.next()?, SteelVal::BoolV(false)) {
                return Ok(Flow::On);
            }
            self.position -= 1;
            0
        } else {
            let index = match modifiers.number(0)? {
                Some(index) => Some(index),
                None => match self.next()? {
                    SteelVal::IntV(index) => usize::try_from(index).ok(),
                    _ => return Err(fault("~[ expects an integer")),
                },
            };
            let default = parts.iter().position(|(_, is_default)| *is_default);
            match (index.filter(|index| *index < parts.len()), default) {
                (Some(index), Some(default)) if index > default => default,
                (Some(index), _) => index,
                (None, Some(default)) => default,
                (None, None) => return Ok(Flow::On),
            }
        };
        match parts.get(chosen) {
            Some((text, _)) => self.run(text),
            None => Ok(Flow::On),
        }
    }

    fn change_case(&mut self, modifiers: &Modifiers, body: &[char]) -> Result<Flow> {
        let before = std::mem::take(&mut self.out);
        let flow = self.run(body);
        let inner = std::mem::replace(&mut self.out, before);
        // As in Guile, all forms but the plain one give capitals.
        let changed = if modifiers.colon || modifiers.at {
            inner.to_uppercase()
        } else {
            inner.to_lowercase()
        };
        self.out.push_str(&changed);
        flow
    }
}

/// `~mincol,colinc,minpad,padcharA`.
fn pad(modifiers: &Modifiers, text: String) -> Result<String> {
    let width = modifiers.number(0)?.unwrap_or(0);
    let step = modifiers.number(1)?.unwrap_or(1).max(1);
    let mut padding = modifiers.number(2)?.unwrap_or(0);
    let fill = modifiers.character(3, ' ')?;
    let length = text.chars().count();
    while length + padding < width {
        padding += step;
    }
    let padding: String = std::iter::repeat_n(fill, padding).collect();
    Ok(if modifiers.at { padding + &text } else { text + &padding })
}

fn format(args: &[SteelVal]) -> Result<SteelVal> {
    let SteelVal::StringV(template) = &args[1] else {
        return Err(misc_error_in(
            "",
            "format: expected a string for format string ~S",
            &[args[1].clone()],
        ));
    };
    deliver("format", &args[0], fill(template, args[2..].to_vec())?)
}

internals! { INTERNAL_TABLE:
    "%format" 2.._ => format;
}
