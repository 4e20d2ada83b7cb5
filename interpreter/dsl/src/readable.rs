//! Values as a person likes to read them: records field by field, long ones over several lines.

use crate::sexp::flat;
use tintype_scheme::Datum;

/// Lines are broken where they would be longer than this many characters.
const WIDTH: usize = 79;

/// Items of a list that are shown in short.
const ITEMS: usize = 40;

/// How much is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Records inside of others by type and name, the beginning of long lists.
    Short,
    /// Everything.
    Full,
}

/// `datum` over as many lines as it takes.
pub fn readable(datum: &Datum, detail: Detail) -> String {
    lay_out(datum, detail, 0, 0)
}

/// `datum` on one line.
fn line(datum: &Datum, detail: Detail, depth: usize) -> String {
    let sequence = |open: &str, items: &[Datum], tail: Option<&Datum>| {
        let (shown, more) = shown(items, detail);
        let mut parts: Vec<String> =
            shown.iter().map(|item| line(item, detail, depth + 1)).collect();
        parts.extend(more.then(|| "...".to_owned()));
        parts.extend(tail.map(|tail| format!(". {}", line(tail, detail, depth + 1))));
        format!("{open}{})", parts.join(" "))
    };
    match datum {
        Datum::List(items) => match quoted(items) {
            Some((prefix, quoted)) => format!("{prefix}{}", line(quoted, detail, depth)),
            None => sequence("(", items, None),
        },
        Datum::Improper(items, tail) => sequence("(", items, Some(tail)),
        Datum::Vector(items) => sequence("#(", items, None),
        Datum::Record { type_name, fields } => {
            let type_name = bare(type_name);
            if detail == Detail::Short && depth > 0 {
                return match name_of(fields) {
                    Some(name) => format!("#<{type_name} {name}>"),
                    None => format!("#<{type_name}>"),
                };
            }
            let mut text = format!("#<{type_name}");
            for (name, value) in fields {
                text += &format!(" {name}: {}", line(value, detail, depth + 1));
            }
            text + ">"
        }
        other => flat(other),
    }
}

fn bare(type_name: &str) -> &str {
    type_name.trim_matches(['<', '>'])
}

/// The name of a record that has one.
fn name_of(fields: &[(String, Datum)]) -> Option<String> {
    let (_, value) = fields.iter().find(|(name, _)| name == "name" || name.ends_with("-name"))?;
    match value {
        Datum::String(name) | Datum::Symbol(name) => Some(name.clone()),
        _ => None,
    }
}

fn shown(items: &[Datum], detail: Detail) -> (&[Datum], bool) {
    match detail {
        Detail::Short if items.len() > ITEMS => (&items[..ITEMS], true),
        _ => (items, false),
    }
}

fn quoted(items: &[Datum]) -> Option<(&'static str, &Datum)> {
    let [Datum::Symbol(head), datum] = items else { return None };
    let prefix = match head.as_str() {
        "quote" => "'",
        "quasiquote" => "`",
        "unquote" => ",",
        "unquote-splicing" => ",@",
        _ => return None,
    };
    Some((prefix, datum))
}

/// `datum` at a column.
fn lay_out(datum: &Datum, detail: Detail, depth: usize, column: usize) -> String {
    let one = line(datum, detail, depth);
    if column + one.chars().count() <= WIDTH {
        return one;
    }
    let below = |column: usize| format!("\n{:column$}", "");
    match datum {
        Datum::List(items) if !items.is_empty() && quoted(items).is_none() => {
            let (shown, more) = shown(items, detail);
            let keyword = leading(shown);
            let mut text = "(".to_owned();
            let indent = column + if keyword > 0 { 2 } else { 1 };
            for (index, item) in shown.iter().enumerate() {
                let at = if index == 0 { column + 1 } else { indent };
                let stays = index > 0 && index < keyword;
                match index {
                    0 => {}
                    _ if stays => text.push(' '),
                    _ => text += &below(indent),
                }
                let at = if stays { last_column(&text, column) } else { at };
                text += &lay_out(item, detail, depth + 1, at);
            }
            if more {
                text += &format!("{}...", below(indent));
            }
            text + ")"
        }
        Datum::Vector(items) => {
            let (shown, more) = shown(items, detail);
            let mut parts: Vec<String> =
                shown.iter().map(|item| lay_out(item, detail, depth + 1, column + 2)).collect();
            parts.extend(more.then(|| "...".to_owned()));
            format!("#({})", parts.join(&below(column + 2)))
        }
        Datum::Record { type_name, fields } if depth == 0 || detail == Detail::Full => {
            let mut text = format!("#<{}", bare(type_name));
            for (name, value) in fields {
                let start = column + 2 + name.chars().count() + 2;
                let value = lay_out(value, detail, depth + 1, start);
                text += &format!("{}{name}: {value}", below(column + 2));
            }
            text + ">"
        }
        _ => one,
    }
}

/// How many items of a form of code stay on its first line; 0 if it is no such form.
fn leading(items: &[Datum]) -> usize {
    match items.first() {
        Some(Datum::Symbol(head)) => match head.as_str() {
            "lambda" | "lambda*" | "define" | "define*" | "let" | "let*" | "letrec" | "if"
            | "when" | "unless" | "set!" => 2,
            _ => 1,
        },
        _ => 0,
    }
}

/// The column in which a text that began at `column` ends.
fn last_column(text: &str, column: usize) -> usize {
    match text.rsplit_once('\n') {
        Some((_, last)) => last.chars().count(),
        None => column + text.chars().count(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn symbol(name: &str) -> Datum {
        Datum::Symbol(name.to_owned())
    }

    fn record(name: &str, fields: &[(&str, Datum)]) -> Datum {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        Datum::Record { type_name: format!("<{name}>"), fields: fields.collect() }
    }

    #[test]
    fn what_fits_is_on_one_line() {
        let datum = Datum::List(vec![symbol("quote"), Datum::List(vec![symbol("a"), symbol("b")])]);
        assert_eq!(readable(&datum, Detail::Short), "'(a b)");
        assert_eq!(
            readable(&record("point", &[("x", Datum::Integer(1))]), Detail::Short),
            "#<point x: 1>"
        );
    }

    #[test]
    fn a_long_record_has_a_line_for_each_field() {
        let inner = record(
            "package",
            &[("name", Datum::String("hello".into())), ("version", symbol("long"))],
        );
        let long = Datum::String("x".repeat(70));
        let outer =
            record("image", &[("name", symbol("disk")), ("first", inner), ("note", long.clone())]);
        let note = flat(&long);
        assert_eq!(
            readable(&outer, Detail::Short),
            format!("#<image\n  name: disk\n  first: #<package hello>\n  note: {note}>")
        );
        assert_eq!(
            readable(&outer, Detail::Full),
            format!(
                "#<image\n  name: disk\n  first: #<package name: \"hello\" version: long>\n  note: {note}>"
            )
        );
    }

    #[test]
    fn code_is_indented() {
        let call = Datum::List(vec![symbol("call"), symbol(&"x".repeat(60))]);
        let code = Datum::List(vec![symbol("lambda"), Datum::List(vec![symbol("x")]), call]);
        assert_eq!(
            readable(&code, Detail::Full),
            format!("(lambda (x)\n  (call {}))", "x".repeat(60))
        );
    }

    #[test]
    fn of_a_long_list_the_beginning_is_shown() {
        let list = Datum::List((0..1000).map(Datum::Integer).collect());
        assert!(readable(&list, Detail::Short).ends_with("\n 39\n ...)"));
        assert!(readable(&list, Detail::Full).ends_with("\n 999)"));
    }
}
