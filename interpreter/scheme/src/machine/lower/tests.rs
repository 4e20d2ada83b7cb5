//! Lowered code does what the engine makes of the same text.

use steel::SteelVal;

use super::super::Machine;
use super::lower;

/// The value of a text by either way.
fn values(text: &str) -> [String; 2] {
    let mut lowered = Machine::new();
    assert!(lowered.carrier.is_some(), "no file in memory");
    let mut compiled = Machine { carrier: None, ..Machine::new() };
    [&mut lowered, &mut compiled].map(|machine| match machine.run_text(text, 7) {
        Ok(values) => values.last().map(SteelVal::to_string).unwrap_or_default(),
        Err(error) => error.to_string(),
    })
}

#[track_caller]
fn both_give(value: &str, text: &str) {
    assert_eq!(values(text), [value, value], "{text}");
}

#[test]
fn constants() {
    both_give("-12", ";unit 7\n-12");
    both_give("#true", "#t");
    both_give("name", "'name");
    both_give("()", "'()");
    both_give(r#""a\"b\nc\u{1}é""#, r#""a\"b\nc\x1;é""#);
}

#[test]
fn several_forms_give_the_last() {
    both_give("2", ";unit 7\n1\n2\n");
}

#[test]
fn variables_and_choices() {
    both_give("(1 . 2)", "((lambda (a b) (#%prim.cons a b)) 1 2)");
    both_give("3", "((lambda () 3))");
    both_give("2", "(if (#%prim.not #t) 1 2)");
    both_give("(3 4)", "((lambda (a . rest) rest) 2 3 4)");
    both_give("(5)", "((lambda all all) 5)");
    both_give("7", "((lambda (a) (begin (#%prim.set-box! a 7) (#%prim.unbox a))) (#%prim.box 1))");
}

#[test]
fn local_procedures() {
    // Closed: of nothing around.
    let closed = "(define f (lambda (n) (if (#%prim.= n 0) 0 (g (#%prim.- n 1)))))
                  (define g (lambda (n) (if (#%prim.= n 0) 1 (f (#%prim.- n 1)))))";
    both_give("1", &format!("((lambda () {closed} (f 1001)))"));
    // Open: of a variable around.
    let open = "(define f (lambda (n) (if (#%prim.= n 0) x (f (#%prim.- n 1)))))";
    both_give("9", &format!("((lambda (x) ((lambda () {open} (f 1000)))) 9)"));
    // One that is closed but for a sibling that is not.
    let sibling = "(define g (lambda () (f 0)))";
    both_give("9", &format!("((lambda (x) ((lambda () {open} {sibling} (g)))) 9)"));
    // A procedure that escapes.
    both_give("4", &format!("(((lambda (x) ((lambda () {open} (lambda () (f 3))))) 4))"));
}

#[test]
fn definitions_come_in_order() {
    let early = "(define f (lambda () a)) (define a 1) (define b (f))";
    both_give("(1 . 1)", &format!("((lambda () {early} (#%prim.cons a b)))"));
    let steps = "(define a (#%prim.box 1)) (#%prim.set-box! a 2) (define b (#%prim.unbox a))";
    both_give("2", &format!("((lambda () {steps} b))"));
}

#[test]
fn a_variable_has_no_value_before_its_definition() {
    let text = "((lambda () (define v1:a v2:b) (define v2:b 1) v1:a))";
    assert!(values(text)[0].contains("Unbound variable: b"), "{}", values(text)[0]);
}

#[test]
fn text_of_other_syntax_is_left_to_the_engine() {
    for text in ["", "(a", "\"a", "\"\\q\"", ")"] {
        assert!(lower(text, 0).is_none(), "{text}");
    }
}
