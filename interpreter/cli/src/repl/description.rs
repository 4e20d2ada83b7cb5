//! What `,describe` prints about a name.

use tintype_dsl::{Description, FieldDescription, NameKind};

/// The description as text.
pub fn text(description: &Description) -> String {
    let what = match description.kind {
        NameKind::Variable => "variable",
        NameKind::Keyword => "core syntax",
        NameKind::Macro => "macro",
        NameKind::Record => "record constructor",
        NameKind::RecordType => "record type",
    };
    let mut text = format!("{}: {what}", description.name);
    if let Some(module) = &description.module {
        text += &format!(" of ({module})");
    }
    if let Some(location) = &description.location {
        text += &format!(", defined at {location}");
    }
    for usage in description.usage.iter().flat_map(|usage| usage.lines()) {
        text += &format!("\n  {usage}");
    }
    if let Some(documentation) = &description.documentation {
        for line in documentation.lines() {
            text += &format!("\n  {}", line.trim());
        }
    }
    if !description.fields.is_empty() {
        text += "\n  fields:";
    }
    let width = description.fields.iter().map(|field| field.name.chars().count()).max();
    for field in &description.fields {
        text += &format!("\n    {}", field_text(field, width.unwrap_or(0)));
    }
    text
}

fn field_text(field: &FieldDescription, width: usize) -> String {
    let mut facts = Vec::new();
    match &field.default {
        Some(default) => facts.push(format!("default {}", one_line(default))),
        None => facts.push("required".to_owned()),
    }
    if field.is_lazy {
        facts.push("computed when asked for".to_owned());
    }
    if field.is_innate {
        facts.push("not inherited".to_owned());
    }
    if let Some(sanitizer) = &field.sanitizer {
        facts.push(format!("through {}", one_line(sanitizer)));
    }
    let comment = field.comment.as_ref().map_or(String::new(), |comment| format!("  ; {comment}"));
    format!("{:width$}  {}{comment}", field.name, facts.join(", "))
}

/// The beginning of an expression.
fn one_line(text: &str) -> String {
    const LONGEST: usize = 50;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}
