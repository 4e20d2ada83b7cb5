//! The text of an exception, as Guile prints one that nobody catches.

use std::rc::Rc;

use steel::SteelVal;

use super::condition::{components, is_exception, key_and_args, standard_field};
use super::object::spine;
use super::print::{display_datum, write_datum};
use super::record::{Record, type_of};

/// What an uncaught exception says, without the place.
pub fn describe(payload: &SteelVal) -> String {
    if !is_exception(payload) {
        return format!("Throw to key `%exception' with args `({})'.", write_datum(payload));
    }
    if let Some(text) = formatted_message(payload) {
        return text;
    }
    let (key, args) = key_and_args(payload);
    let (items, _) = spine(&args);
    let name = display_datum(&key);
    match (name.as_str(), items.as_slice()) {
        ("%exception", _) => describe_condition(payload),
        ("quit", _) => "exit".to_string(),
        ("syntax-error", [who, what, _, form, subform, ..]) => {
            let mut text = String::from("Syntax error:\n");
            if !matches!(who, SteelVal::BoolV(false)) {
                text += &format!("{}: ", display_datum(who));
            }
            text += &display_datum(what);
            if !matches!(subform, SteelVal::BoolV(false)) {
                text += &format!(" in subform {} of {}", write_datum(subform), write_datum(form));
            } else if !matches!(form, SteelVal::BoolV(false)) {
                text += &format!(" in form {}", write_datum(form));
            }
            text
        }
        ("keyword-argument-error", [_, SteelVal::StringV(what), _, keyword]) => {
            let keyword: Vec<String> = spine(keyword).0.iter().map(write_datum).collect();
            format!("{what}: {}", keyword.join(" "))
        }
        (_, [origin, SteelVal::StringV(template), irritants, _])
            if matches!(irritants, SteelVal::ListV(_) | SteelVal::BoolV(false)) =>
        {
            let text = fill(template, &spine(irritants).0);
            match origin {
                SteelVal::BoolV(false) => text,
                origin => format!("In procedure {}: {text}", display_datum(origin)),
            }
        }
        _ => format!("Throw to key `{name}' with args `{}'.", write_datum(&args)),
    }
}

/// Guix's `formatted-message`: a template and its arguments in one condition.
fn formatted_message(payload: &SteelVal) -> Option<String> {
    let part = components(payload).into_iter().find(|part| {
        type_of(part)
            .is_some_and(|found| found.name.trim_matches(['<', '>']) == "&formatted-message")
    })?;
    let template = super::record::field(&part, 0)?;
    let arguments = super::record::field(&part, 1)?;
    match template {
        SteelVal::StringV(template) => {
            let arguments = spine(&arguments).0;
            let formatted = super::format::fill(&template, arguments.clone());
            Some(formatted.unwrap_or_else(|_| fill(&template, &arguments)))
        }
        _ => None,
    }
}

/// What `print-exception` prints: a condition without key is listed part by part.
pub(crate) fn describe_in_full(payload: &SteelVal) -> String {
    let has_key = display_datum(&key_and_args(payload).0) != "%exception";
    if !is_exception(payload) || has_key { describe(payload) } else { list_components(payload) }
}

fn describe_condition(payload: &SteelVal) -> String {
    let message = standard_field(payload, |types| Rc::clone(&types.message), 0);
    if let Some(SteelVal::StringV(message)) = &message {
        let mut text = message.to_string();
        if let Some(irritants) = standard_field(payload, |types| Rc::clone(&types.irritants), 0) {
            for irritant in spine(&irritants).0 {
                text.push(' ');
                text += &write_datum(&irritant);
            }
        }
        return text;
    }
    list_components(payload)
}

fn list_components(payload: &SteelVal) -> String {
    let mut lines = vec!["ERROR:".to_string()];
    if components(payload).is_empty() {
        lines.push("Empty exception object".to_string());
    }
    for (position, part) in components(payload).iter().enumerate() {
        lines.push(format!("  {}. {}", position + 1, describe_component(part)));
    }
    lines.join("\n")
}

fn describe_component(part: &SteelVal) -> String {
    super::object::peek::<Record, _>(part, |record| {
        let name = &record.record_type.name;
        match record.fields.as_slice() {
            [] => name.clone(),
            [only] => format!("{name}: {}", write_datum(only.peek())),
            fields => {
                let fields: Vec<String> = record
                    .record_type
                    .fields
                    .iter()
                    .zip(fields)
                    .map(|(field, value)| format!("\n      {field}: {}", write_datum(value.peek())))
                    .collect();
                format!("{name}:{}", fields.concat())
            }
        }
    })
    .unwrap_or_else(|| write_datum(part))
}

/// Fills `~A`, `~S`, `~%` and `~~` of a template, as `simple-format` does; arguments that are
/// missing leave their directive as it stands.
pub(crate) fn fill(template: &str, arguments: &[SteelVal]) -> String {
    let mut text = String::new();
    let mut arguments = arguments.iter();
    let mut characters = template.chars();
    while let Some(character) = characters.next() {
        if character != '~' {
            text.push(character);
            continue;
        }
        match characters.next() {
            Some(directive @ ('a' | 'A' | 's' | 'S')) => match arguments.next() {
                Some(argument) if directive.eq_ignore_ascii_case(&'a') => {
                    text += &display_datum(argument);
                }
                Some(argument) => text += &write_datum(argument),
                None => text.extend(['~', directive]),
            },
            Some(directive @ ('d' | 'D')) => match arguments.next() {
                Some(argument) => text += &display_datum(argument),
                None => text.extend(['~', directive]),
            },
            Some('%') => text.push('\n'),
            Some('~') => text.push('~'),
            Some(other) => text.extend(['~', other]),
            None => text.push('~'),
        }
    }
    text
}
