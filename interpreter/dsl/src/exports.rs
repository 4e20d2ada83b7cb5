//! Which module exports a name: for hints about names that are not bound. Only looked at when
//! something is wrong.

use crate::library;
use std::collections::BTreeMap;
use std::sync::OnceLock;
use tintype_scheme::{LexemeKind, lexemes, nearest_within};

/// The modules of the library that export `name`: ours first, then by name.
pub fn exporters(name: &str) -> Vec<String> {
    let modules = table().get(name).into_iter().flatten();
    modules.map(|module| (*module).to_owned()).collect()
}

/// The exported name nearest to `name`, and the modules that export it. Names are many: only long
/// ones with few slips are told from chance.
pub fn similar(name: &str) -> Option<(String, Vec<String>)> {
    let limit = (name.chars().count() / 6).min(2);
    let near = nearest_within(limit, name, table().keys().map(String::as_str));
    near.filter(|_| limit > 0).map(|near| (near.to_owned(), exporters(near)))
}

/// Exported name to modules.
fn table() -> &'static BTreeMap<String, Vec<&'static str>> {
    static TABLE: OnceLock<BTreeMap<String, Vec<&'static str>>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table: BTreeMap<String, Vec<&'static str>> = BTreeMap::new();
        for (module, text) in library::texts() {
            // What is for our own library only is no use to others.
            if module.starts_with("tintype ") {
                continue;
            }
            for name in exported_names(&text) {
                let modules = table.entry(name).or_default();
                if !modules.contains(&module) {
                    modules.push(module);
                }
            }
        }
        table
    })
}

/// The names that a module's text exports.
fn exported_names(text: &str) -> Vec<String> {
    let header = text.find("(define-module").unwrap_or(0);
    let body = text[header..].find("\n(define").map_or(text.len(), |at| header + at + 1);
    // Modules made from the index define nothing that their header does not export.
    let has_more = text.contains("(define-public") || text.contains("\n(export");
    let text = if has_more { text } else { &text[..body] };
    let words = lexemes(text);
    let word = |index: usize| words.get(index).map(|word| &text[word.start..word.end]);
    let kind = |index: usize| words.get(index).map(|word| word.kind);
    let mut names = Vec::new();
    for index in 0..words.len() {
        let list = match word(index) {
            Some("#:export" | "#:export-syntax" | "#:replace" | "#:re-export") => index + 2,
            Some("export" | "re-export") if index > 0 && word(index - 1) == Some("(") => index + 1,
            Some("define-public") => {
                let mut target = index + 1;
                while kind(target) == Some(LexemeKind::Open) {
                    target += 1;
                }
                names.extend(word(target).map(str::to_owned));
                continue;
            }
            _ => continue,
        };
        let mut at = list;
        loop {
            match kind(at) {
                Some(LexemeKind::Symbol) => names.extend(word(at).map(str::to_owned)),
                // `(own . exported)`
                Some(LexemeKind::Open) => {
                    names.extend(word(at + 3).map(str::to_owned));
                    at += 4;
                }
                Some(LexemeKind::Close) | None => break,
                Some(_) => {}
            }
            at += 1;
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exports_are_read_from_the_text() {
        let text = ";;; A\n\n(define-module (a b)\n  #:use-module (c)\n  #:export (one (own . two)\n \
                    three))\n(define-public (four x) x)\n(define-public five 5)\n(define six 6)\n\
                    (export seven)\n";
        assert_eq!(exported_names(text), ["one", "two", "three", "four", "five", "seven"]);
    }

    #[test]
    fn a_service_is_found_and_a_slip_is_mended() {
        assert_eq!(exporters("openssh-service-type"), ["gnu services ssh"]);
        assert!(exporters("delete-duplicates").contains(&"srfi srfi-1".to_owned()));
        let near = similar("opensh-service-type");
        let expected = ("openssh-service-type".to_owned(), vec!["gnu services ssh".to_owned()]);
        assert_eq!(near, Some(expected));
        assert_eq!(similar("zzyzx"), None);
    }
}
