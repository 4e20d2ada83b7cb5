use std::rc::Rc;

use super::{Reader, skim};
use crate::syntax::{FileId, Sources};

fn written(text: &str) -> String {
    let mut sources = Sources::default();
    let file = sources.add("F", Rc::from(text), false);
    match Reader::new(text, file).read_all() {
        Ok(data) => data.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
        Err(fault) => {
            let diagnostic = fault.into_diagnostic(&sources);
            let place = diagnostic.location.map_or(String::new(), |place| place.to_string());
            format!("{place}: {}", diagnostic.message)
        }
    }
}

#[test]
fn data_are_read_as_guile_reads_them() {
    let cases = [
        ("#:a", "#:a"),
        ("#{a b}#", "a b"),
        ("( . a)", "a"),
        ("(a . (b c))", "(a b c)"),
        ("[a b]", "(a b)"),
        ("1+ ... - 1.2.3", "1+ ... - 1.2.3"),
        ("#true #f #t", "#t #f #t"),
        (r#""\x41;\x41B\u00e9\n""#, "\"A;AB\u{e9}\\n\""),
        ("\"a\\\n   b\"", "\"a   b\""),
        (r"#\x41 #\( #\101 #\space", "#\\A #\\( #\\A #\\ "),
        ("a #| b #| c |# |# d ;e\n f", "a d f"),
        ("a #;(b c) d", "a d"),
        ("#!/bin/sh\n!# a", "a"),
        ("#!fold-case ABC", "abc"),
        ("#vu8(1 255) #u8()", "#vu8(1 255) #vu8()"),
        ("#(1 (2))", "#(1 (2))"),
        (
            "#~(a #$b #$@c #+d #+@e)",
            "(gexp (a (ungexp b) (ungexp-splicing c) (ungexp-native d) (ungexp-native-splicing e)))",
        ),
        ("#$a:out", "(ungexp a:out)"),
        ("#'a #`a #,a #,@a", "(syntax a) (quasisyntax a) (unsyntax a) (unsyntax-splicing a)"),
        ("`(a ,b ,@c 'd)", "`(a ,b ,@c 'd)"),
        ("|a b|", "a b"),
        ("(a.b) (a .b) (1 .5)", "(a.b) (a .b) (1 0.5)"),
    ];
    for (text, datum) in cases {
        assert_eq!(written(text), datum, "{text}");
    }
}

#[test]
fn errors_have_guiles_words_and_places() {
    let cases = [
        ("(a", "F:1:3: unexpected end of input while searching for: )"),
        ("(a b\n  [c", "F:2:5: unexpected end of input while searching for: ]"),
        ("(a\n(b)\n", "F:3:1: unexpected end of input while searching for: )"),
        (")", "F:1:2: unexpected \")\""),
        (r"#\foo", r"F:1:6: unknown character name foo"),
        ("\"abc", "F:1:5: unexpected end of input while reading string"),
        (r#""a\qb""#, r"F:1:5: invalid character in escape sequence: #\q"),
        ("#|", "F:1:3: unterminated `#| ... |#' comment"),
        ("#:", "F:1:3: unexpected end of input while reading keyword"),
        ("#{a b", "F:1:6: end of input while reading symbol"),
        ("#<foo>", "F:1:3: Unknown # object: \"#<\""),
        ("#z", "F:1:3: Unknown # object: \"#z\""),
        ("#xfg", "F:1:5: unknown # object: \"#xfg\""),
        ("(a . )", "F:1:7: unexpected \")\""),
        ("(a . b c)", "F:1:9: missing close paren: c"),
        ("'", "F:1:2: unexpected end of input while reading quoted expression"),
        ("#;", "F:1:3: unexpected end of input while reading #; comment"),
        ("[a b)", "F:1:6: mismatched close paren: )"),
        ("#!eof", "F:1:6: unterminated `#! ... !#' comment"),
        ("#vu8(1 256)", "F:1:8: Value out of range: 256"),
    ];
    for (text, message) in cases {
        assert_eq!(written(text), message, "{text}");
    }
}

#[test]
fn deep_nesting_is_refused() {
    let text = "(".repeat(100_000);
    crate::with_stack(move || assert!(written(&text).contains("levels deep")));
}

#[test]
fn skimming_finds_heads_and_names() {
    let text = "(define-module (a b))\n#| ( |# (define (f x) \"(\" #\\( ) ; (\n\
                (define ((curried a) b) #;( 1) 2)\n(define v 1) 'datum (display \")\")";
    let forms: Vec<_> = skim(text, FileId(0))
        .unwrap()
        .into_iter()
        .map(|form| (form.head, form.name, form.span.end - form.span.start))
        .collect();
    assert_eq!(
        forms,
        [
            ("define-module", "a", 21),
            ("define", "f", 23),
            ("define", "curried", 33),
            ("define", "v", 12),
            ("", "", 6),
            ("display", "", 13)
        ]
    );
}

#[test]
fn skimming_reports_what_reading_would() {
    assert!(skim("(a\n(b", FileId(0)).is_err());
    assert!(skim("(a))", FileId(0)).is_err());
}
