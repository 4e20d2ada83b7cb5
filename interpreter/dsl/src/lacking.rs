//! What Guile's modules export and ours do not, each with the reason. Only looked at when something is
//! wrong.

use std::collections::BTreeMap;
use std::sync::OnceLock;
use tintype_scheme::{LexemeKind, lexemes};

/// For each module, `(lacks REASON NAME ...)` and `(besides REASON NAME ...)`.
const DIFFERENCES: &str = include_str!("../index/guile.scm");

/// Why no module here has a name that one of Guile's has; none if Guile has no such name either.
pub fn reason(name: &str) -> Option<&'static str> {
    static REASONS: OnceLock<BTreeMap<&str, &str>> = OnceLock::new();
    REASONS.get_or_init(|| reasons(DIFFERENCES)).get(name).copied()
}

fn reasons(text: &str) -> BTreeMap<&str, &str> {
    let mut reasons = BTreeMap::new();
    let words = lexemes(text);
    let mut words = words.iter().map(|word| (&text[word.start..word.end], word.kind));
    while let Some((word, kind)) = words.next() {
        if word != "lacks" || kind != LexemeKind::Symbol {
            continue;
        }
        let mut reason = "";
        for (word, kind) in words.by_ref() {
            match kind {
                LexemeKind::String(_) => reason = word.trim_matches('"'),
                LexemeKind::Close => break,
                LexemeKind::Comment(_) => {}
                _ => {
                    reasons.entry(word).or_insert(reason);
                }
            }
        }
    }
    reasons
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_guile_alone_has_is_told_with_its_reason() {
        let text = "((a) (lacks \"one\" x y))\n((b) (besides \"two\" z) (lacks \"three\" x w))";
        let expected = [("w", "three"), ("x", "one"), ("y", "one")];
        assert_eq!(reasons(text), BTreeMap::from(expected));
        assert!(reason("getpwnam").is_some());
        assert_eq!(reason("car"), None);
    }
}
