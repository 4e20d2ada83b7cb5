//! Natives in an engine as programs see them.

use std::collections::BTreeMap;

use steel::SteelVal;
use steel::steel_vm::engine::Engine;

/// An engine with Steel's primitives and the natives, as the interpreter makes it.
fn engine() -> Engine {
    let mut engine = Engine::new_raw_no_kernel();
    steel::steel_vm::primitives::register_builtin_modules(&mut engine, false);
    let mut primitives = BTreeMap::new();
    {
        let modules = engine.builtin_modules().clone();
        for name in [
            "steel/lists",
            "steel/numbers",
            "steel/ord",
            "steel/identity",
            "steel/equality",
            "steel/meta",
            "steel/constants",
        ] {
            let Some(module) = modules.get(name) else { continue };
            for identifier in module.bound_identifiers() {
                if let SteelVal::StringV(name) = identifier {
                    primitives.insert(name.to_string(), module.get(name.to_string()));
                }
            }
        }
    }
    for (name, value) in primitives {
        engine.register_value(&format!("#%prim.{name}"), value);
    }
    super::install(&mut engine);
    for definition in super::CONTROL {
        engine.register_value(definition.global, SteelVal::Void);
    }
    for definition in super::CONTROL {
        let source = format!("(set! {} {})", definition.global, definition.source);
        engine.compile_and_run_raw_program(source).expect(definition.global);
    }
    engine
}

/// What a program in core forms gives, as `write` prints it; `!` and the text of an exception.
fn run(program: &str) -> String {
    let mut engine = engine();
    let _extent = super::DynamicExtent::enter();
    match engine.compile_and_run_raw_program(program.to_string()) {
        Ok(values) => values.last().map(super::write_datum).unwrap_or_default(),
        Err(error) => format!("!{}", super::uncaught(&error).message),
    }
}

/// Runs programs and compares what they give.
fn check(cases: &[(&str, &str)]) {
    for (program, expected) in cases {
        assert_eq!(run(program), *expected, "{program}");
    }
}

#[test]
fn control_and_exceptions() {
    check(&[
        (
            r#"(%guard (lambda () (%raise 'x)) (lambda (e reraise) (#%prim.list 'caught e)))"#,
            r#"(caught x)"#,
        ),
        (
            r#"(%guard (lambda () (#%prim.car 5)) (lambda (e reraise) (%exception-args e)))"#,
            r#"("car" "Wrong type argument in position 1 (expecting pair): ~S" (5) (5))"#,
        ),
        (r#"(%guard (lambda () 5) (lambda (e reraise) (%exception-args e)))"#, r#"5"#),
        (
            r#"(%guard (lambda () (%values 1 2)) (lambda (e reraise) (%exception-args e)))"#,
            r#"#<values 1 2>"#,
        ),
        (
            r#"(%guard (lambda () (%guard (lambda () (%raise 'x)) (lambda (e reraise) (reraise)))) (lambda (e reraise) (#%prim.list 'outer e)))"#,
            r#"(outer x)"#,
        ),
        (
            r#"(%guard (lambda () (%guard (lambda () (%raise 'x)) (lambda (e reraise) (%raise 'y)))) (lambda (e reraise) (#%prim.list 'outer e)))"#,
            r#"(outer y)"#,
        ),
        (
            r#"(%guard (lambda () (%raise-continuable 'x)) (lambda (e reraise) (#%prim.list 'caught e)))"#,
            r#"(caught x)"#,
        ),
        (
            r#"(%guard (lambda () (%guard (lambda () (%raise-continuable 'x)) (lambda (e reraise) (reraise)))) (lambda (e reraise) (#%prim.list 'outer e)))"#,
            r#"(outer x)"#,
        ),
        (
            r#"(%with-handler (lambda (e) 10) (lambda () (#%prim.+ 1 (%raise-continuable 'x))))"#,
            r#"11"#,
        ),
        (
            r#"(%with-handler (lambda (e) 10) (lambda () (#%prim.+ 1 (%raise 'x))))"#,
            "!ERROR:\n  1. &non-continuable",
        ),
        (
            r#"(%guard (lambda () (%with-handler (lambda (e) 10) (lambda () (#%prim.+ 1 (%raise 'x))))) (lambda (e r) e))"#,
            r#"#<&non-continuable>"#,
        ),
        (
            r#"(%guard (lambda () (%with-handler (lambda (e) (%raise 'second)) (lambda () (#%prim.+ 1 (%raise 'x))))) (lambda (e r) e))"#,
            r#"second"#,
        ),
        (
            r#"(%with-handler (lambda (e) 100) (lambda () (%with-handler (lambda (e) (#%prim.+ 1 (%raise-continuable 'y))) (lambda () (#%prim.+ 1 (%raise-continuable 'x))))))"#,
            r#"102"#,
        ),
        (
            r#"((lambda (p) (#%prim.list (p) (%parameterize (#%prim.list p) (#%prim.list 5) (lambda () (p))) (p))) (%make-parameter 1))"#,
            r#"(1 5 1)"#,
        ),
        (
            r#"((lambda (p) (#%prim.list (p) (%parameterize (#%prim.list p) (#%prim.list 5) (lambda () (p))) (p))) (%make-parameter 1 (lambda (x) (#%prim.* 2 x))))"#,
            r#"(2 10 2)"#,
        ),
        (
            r#"((lambda (p) (#%prim.list (%guard (lambda () (%parameterize (#%prim.list p) (#%prim.list 5) (lambda () (%raise 'x)))) (lambda (e r) (p))) (p))) (%make-parameter 1))"#,
            r#"(1 1)"#,
        ),
        (
            r#"((lambda (p) (%call-with-current-continuation (lambda (k) (%with-handler (lambda (e) (k (#%prim.list 'h (p)))) (lambda () (%parameterize (#%prim.list p) (#%prim.list 5) (lambda () (%raise 'x)))))))) (%make-parameter 1))"#,
            r#"(h 5)"#,
        ),
        (r#"(%force (%make-lazy (lambda () (%make-promise (lambda () 9)))))"#, r#"9"#),
        (
            r#"(begin (define %loop 1) (set! %loop (lambda (n) (if (%eq? n 0) (%make-promise (lambda () 'done)) (%make-lazy (lambda () (%loop (#%prim.- n 1))))))) (%force (%loop 100000)))"#,
            r#"done"#,
        ),
        (r#"(%call-with-values (lambda () (%values 1 2)) #%prim.list)"#, r#"(1 2)"#),
        (r#"(%call-with-values (lambda () 1) #%prim.list)"#, r#"(1)"#),
        (r#"(%call-with-values (lambda () (%values)) #%prim.list)"#, r#"()"#),
        (r#"(%call-with-current-continuation (lambda (k) (k 1 2)))"#, r#"#<values 1 2>"#),
        (r#"(%parameter? (%make-parameter 1))"#, r#"#t"#),
        (r#"(%parameter? (lambda () 1))"#, r#"#f"#),
        (r#"(5 5)"#, r#"!Wrong type to apply: 5"#),
        (r#"(#%prim.-)"#, r#"!Wrong number of arguments to #<procedure - (_ . _)>"#),
        (r#"(%< 1 'a)"#, r#"!In procedure <: Wrong type argument in position 2: a"#),
        (r#"(#%prim.+ 1 'a)"#, r#"!In procedure +: Wrong type argument in position 2: a"#),
        (r#"(#%prim.+ 'b 'a)"#, r#"!In procedure +: Wrong type argument in position 1: b"#),
        (r#"(%hash '("a" "b") 100)"#, r#"46"#),
        (r#"(%error 'foo "bar" 1)"#, r#"!foo "bar" 1"#),
        (
            r#"(%guard (lambda () (undefined-thing)) (lambda (e r) (%exception-kind e)))"#,
            r#"!Cannot reference an identifier before its definition: undefined-thing"#,
        ),
    ]);
}

/// What a program writes to standard output.
fn output(program: &str) -> String {
    let sink = Shared::default();
    let before = super::set_output(Some(Box::new(sink.clone())));
    run(program);
    super::set_output(before);
    String::from_utf8(sink.0.borrow().clone()).expect("text")
}

#[derive(Clone, Default)]
struct Shared(std::rc::Rc<std::cell::RefCell<Vec<u8>>>);

impl std::io::Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn extents_run_their_thunks_whichever_way_they_are_left() {
    let wind = |body: &str| {
        format!(
            r#"(%dynamic-wind (lambda () (%display "in ")) (lambda () {body}) (lambda () (%display "out ")))"#
        )
    };
    assert_eq!(output(&wind("5")), "in out ");
    let escape = format!("(%call-with-current-continuation (lambda (k) {}))", wind("(k 1)"));
    assert_eq!(output(&escape), "in out ");
    let raise = format!("(%guard (lambda () {}) (lambda (e r) (%display e)))", wind("(%raise 'x)"));
    assert_eq!(output(&raise), "in out x");
    let nested = format!("(%guard (lambda () {}) (lambda (e r) e))", wind(&wind("(#%prim.car 1)")));
    assert_eq!(output(&nested), "in in out out ");
}

#[test]
fn procedures_are_written_with_their_names() {
    assert_eq!(output("(%write #%prim.car)"), "#<procedure car (_)>");
    assert_eq!(output("(%write %cadr)"), "#<procedure cadr (_)>");
    assert_eq!(output("(%write %number->string)"), "#<procedure number->string (_ #:optional _)>");
}

#[test]
fn forcing_runs_the_thunk_once() {
    let program = r#"((lambda (p) (begin (%force p) (%force p)))
        (%make-promise (lambda () (begin (%display "once") 7))))"#;
    assert_eq!(output(program), "once");
}

#[test]
fn the_state_is_put_back_after_an_error() {
    let mut engine = engine();
    {
        let _extent = super::DynamicExtent::enter();
        let program = "(%parameterize (#%prim.list (%make-parameter 1)) (#%prim.list 2)
            (lambda () (%dynamic-wind (lambda () 1) (lambda () (%raise 'x)) (lambda () 1))))";
        assert!(engine.compile_and_run_raw_program(program.to_string()).is_err());
    }
    let left = engine
        .compile_and_run_raw_program("(#%prim.list (%handlers) (%winds) (%bindings))".to_string())
        .expect("state");
    assert_eq!(left.last().map(super::write_datum).as_deref(), Some("(() () ())"));
}

#[test]
fn what_objects_hold_survives_a_collection() {
    // The closure's captured variable is assigned, so it lives in Steel's heap; more cells than its first
    // heap has make Steel collect.
    let program = "
        (define make (lambda (n) (lambda () (begin (set! n (#%prim.+ n 1)) n))))
        (define table (%make-hash-table))
        (%hash-set! table 'a (#%prim.list (make 41)))
        (define record (%record (%make-record-type \"t\" '(\"f\")) #f (make 6)))
        (define loop (lambda (n) (if (%= n 0) 0 (begin (make n) (loop (#%prim.- n 1))))))
        (define keep (lambda (n l) (if (%= n 0) l (keep (#%prim.- n 1) (#%prim.cons (make n) l)))))
        (keep 300000 '())
        (loop 1000000)
        (#%prim.list ((#%prim.car (%hash-ref table 'a))) ((%record-ref record (%record-type-of record) 0 \"f\")))";
    assert_eq!(run(program), "(42 7)");
}

#[test]
fn no_two_procedures_share_a_global() {
    let mut globals = BTreeMap::new();
    for (name, global) in super::natives() {
        let plain = |name: &str| name.trim_start_matches('%').to_string();
        if let Some(other) = globals.insert(*global, *name) {
            assert_eq!(plain(other), plain(name), "{global}");
        }
    }
}

#[test]
fn control_procedures_name_what_they_need() {
    let mut defined = Vec::new();
    for definition in super::CONTROL {
        for other in super::CONTROL {
            let refers = definition
                .source
                .split(|c: char| c.is_whitespace() || matches!(c, '(' | ')'))
                .any(|word| word == other.global);
            let named = definition.needs.contains(&other.global);
            if other.global != definition.global {
                assert_eq!(refers, named, "{} and {}", definition.global, other.global);
            }
            assert!(!named || defined.contains(&other.global), "{} too early", definition.global);
        }
        defined.push(definition.global);
    }
}
