//! Exception objects (SRFI-35 conditions, `(ice-9 exceptions)`) and the natives that raise them.

use std::mem::ManuallyDrop;
use std::rc::Rc;

use steel::rvals::Result;
use steel::{SteelErr, SteelVal};

use super::exception::{self, caught, expecting, raise, text, thrown};
use super::object::{list, nil, object, peek, spine, string, symbol};
use super::record::{Descriptor, RecordType, descriptor, make_record, type_of};
use super::registry::{internals, natives};

/// The standard exception types; the names are Guile's.
pub(crate) struct Types {
    pub(crate) exception: Rc<RecordType>,
    pub(crate) compound: Rc<RecordType>,
    pub(crate) message: Rc<RecordType>,
    pub(crate) irritants: Rc<RecordType>,
    pub(crate) origin: Rc<RecordType>,
    pub(crate) error: Rc<RecordType>,
    pub(crate) external_error: Rc<RecordType>,
    pub(crate) programming_error: Rc<RecordType>,
    pub(crate) assertion_failure: Rc<RecordType>,
    pub(crate) undefined_variable: Rc<RecordType>,
    pub(crate) implementation_restriction: Rc<RecordType>,
    pub(crate) syntax: Rc<RecordType>,
    pub(crate) lexical: Rc<RecordType>,
    pub(crate) warning: Rc<RecordType>,
    pub(crate) non_continuable: Rc<RecordType>,
    pub(crate) quit: Rc<RecordType>,
    pub(crate) kind_and_args: Rc<RecordType>,
}

thread_local! {
    static TYPES: ManuallyDrop<Types> = ManuallyDrop::new(Types::new());
}

impl Types {
    fn new() -> Types {
        let make = |name: &str, parent: Option<&Rc<RecordType>>, own: &[&str]| {
            let mut fields = parent.map(|parent| parent.fields.clone()).unwrap_or_default();
            fields.extend(own.iter().map(|field| field.to_string()));
            Rc::new(RecordType::new(name.to_string(), fields, parent.cloned()))
        };
        let exception = make("&exception", None, &[]);
        let base = Some(&exception);
        let error = make("&error", base, &[]);
        let programming_error = make("&programming-error", Some(&error), &[]);
        let bug = Some(&programming_error);
        Types {
            compound: make("&compound-exception", base, &["components"]),
            message: make("&message", base, &["message"]),
            irritants: make("&irritants", base, &["irritants"]),
            origin: make("&origin", base, &["origin"]),
            external_error: make("&external-error", Some(&error), &[]),
            assertion_failure: make("&assertion-failure", bug, &[]),
            undefined_variable: make("&undefined-variable", bug, &[]),
            implementation_restriction: make("&implementation-restriction", bug, &[]),
            syntax: make("&syntax", bug, &["form", "subform"]),
            lexical: make("&lexical", bug, &[]),
            warning: make("&warning", base, &[]),
            non_continuable: make("&non-continuable", bug, &[]),
            quit: make("&quit-exception", base, &["code"]),
            kind_and_args: make("&exception-with-kind-and-args", base, &["kind", "args"]),
            programming_error,
            error,
            exception,
        }
    }
}

/// Looks at the standard types.
pub(crate) fn with_types<R>(look: impl FnOnce(&Types) -> R) -> R {
    TYPES.with(|types| look(types))
}

fn simple(record_type: &Rc<RecordType>, fields: &[SteelVal]) -> SteelVal {
    // Wrapping an object of ours cannot fail.
    make_record(record_type, SteelVal::BoolV(false), fields).unwrap_or(SteelVal::Void)
}

fn compound(parts: Vec<SteelVal>) -> SteelVal {
    with_types(|types| simple(&types.compound, &[list(parts)]))
}

/// The exception object of `(throw key . args)`: what kind of exception Guile makes of each key.
pub(crate) fn from_throw(key: SteelVal, args: SteelVal) -> SteelVal {
    let name = text(&key);
    let (items, _) = spine(&args);
    if name == "%exception" {
        return items.first().cloned().unwrap_or(SteelVal::BoolV(false));
    }
    with_types(|types| {
        let mut parts = Vec::new();
        let kind = match name.as_str() {
            "wrong-type-arg"
            | "out-of-range"
            | "wrong-number-of-args"
            | "bad-format-string"
            | "keyword-argument-error"
            | "assertion-failed" => &types.assertion_failure,
            "unbound-variable" => &types.undefined_variable,
            "numerical-overflow" | "stack-overflow" | "out-of-memory" => {
                &types.implementation_restriction
            }
            "system-error" | "getaddrinfo-error" => &types.external_error,
            "read-error" => &types.lexical,
            _ => &types.error,
        };
        match (name.as_str(), items.as_slice()) {
            ("quit", codes) => {
                let code = codes.first().cloned().unwrap_or(SteelVal::IntV(0));
                parts.push(simple(&types.quit, &[code]));
                parts.push(simple(&types.irritants, std::slice::from_ref(&args)));
            }
            ("syntax-error", [who, what, _, form, subform, ..]) => {
                parts.push(simple(&types.syntax, &[form.clone(), subform.clone()]));
                parts.push(simple(&types.origin, std::slice::from_ref(who)));
                parts.push(simple(&types.message, std::slice::from_ref(what)));
            }
            (_, [origin, template @ SteelVal::StringV(_), irritants, _])
                if matches!(
                    origin,
                    SteelVal::BoolV(false) | SteelVal::StringV(_) | SteelVal::SymbolV(_)
                ) =>
            {
                parts.push(simple(kind, &[]));
                parts.push(simple(&types.origin, std::slice::from_ref(origin)));
                parts.push(simple(&types.message, std::slice::from_ref(template)));
                parts.push(simple(&types.irritants, std::slice::from_ref(irritants)));
            }
            _ => {
                parts.push(simple(kind, &[]));
                parts.push(simple(&types.irritants, std::slice::from_ref(&args)));
            }
        }
        parts.push(simple(&types.kind_and_args, &[key.clone(), args.clone()]));
        simple(&types.compound, &[list(parts)])
    })
}

/// Whether a value is an exception object.
pub(crate) fn is_exception(value: &SteelVal) -> bool {
    type_of(value).is_some_and(|found| with_types(|types| found.extends(&types.exception)))
}

/// The simple exceptions that an exception object is made of.
pub(crate) fn components(value: &SteelVal) -> Vec<SteelVal> {
    let is_compound =
        type_of(value).is_some_and(|found| with_types(|types| Rc::ptr_eq(&found, &types.compound)));
    if !is_compound {
        return vec![value.clone()];
    }
    let parts = super::record::field(value, 0).unwrap_or_else(nil);
    spine(&parts).0.iter().flat_map(components).collect()
}

/// The first component whose type extends `wanted`.
pub(crate) fn component(value: &SteelVal, wanted: &Rc<RecordType>) -> Option<SteelVal> {
    components(value)
        .into_iter()
        .find(|part| type_of(part).is_some_and(|found| found.extends(wanted)))
}

/// A field of the first component of a standard type.
pub(crate) fn standard_field(
    value: &SteelVal,
    record_type: impl FnOnce(&Types) -> Rc<RecordType>,
    index: usize,
) -> Option<SteelVal> {
    let record_type = with_types(record_type);
    super::record::field(&component(value, &record_type)?, index)
}

/// Key and arguments as a `catch` handler receives them.
pub(crate) fn key_and_args(value: &SteelVal) -> (SteelVal, SteelVal) {
    let kind = |types: &Types| Rc::clone(&types.kind_and_args);
    match (standard_field(value, kind, 0), standard_field(value, kind, 1)) {
        (Some(key), Some(args)) => (key, args),
        _ => (symbol("%exception"), list(vec![value.clone()])),
    }
}

/// The exit status that `(exit ...)` asks for.
pub fn exit_status(payload: &SteelVal) -> Option<i32> {
    match standard_field(payload, |types| Rc::clone(&types.quit), 0)? {
        SteelVal::IntV(code) => Some((code & 0xff) as i32),
        SteelVal::BoolV(true) => Some(0),
        SteelVal::BoolV(false) => Some(1),
        _ => Some(0),
    }
}

fn throw(args: &[SteelVal]) -> Result<SteelVal> {
    match &args[0] {
        SteelVal::SymbolV(_) => Err(raise(from_throw(args[0].clone(), list(args[1..].to_vec())))),
        other => Err(raise(thrown(
            "wrong-type-arg",
            vec![
                string("throw"),
                string("Wrong type argument in position ~a: ~a"),
                list(vec![SteelVal::IntV(1), other.clone()]),
                list(vec![other.clone()]),
            ],
        ))),
    }
}

fn exit(args: &[SteelVal]) -> Result<SteelVal> {
    Err(raise(from_throw(symbol("quit"), list(args.to_vec()))))
}

fn make_exception(args: &[SteelVal]) -> Result<SteelVal> {
    if let Some(wrong) = args.iter().find(|part| !is_exception(part)) {
        return Err(expecting("make-exception", 1, "exception", wrong));
    }
    let mut parts: Vec<SteelVal> = args.iter().flat_map(components).collect();
    match parts.len() {
        1 => Ok(parts.remove(0)),
        _ => Ok(compound(parts)),
    }
}

/// `(%exception-component OBJECT TYPE)`: the part of that type, or `#f`.
fn exception_component(args: &[SteelVal]) -> Result<SteelVal> {
    let record_type = descriptor("exception-accessor", 2, &args[1])?;
    if !is_exception(&args[0]) {
        return Ok(SteelVal::BoolV(false));
    }
    Ok(component(&args[0], &record_type).unwrap_or(SteelVal::BoolV(false)))
}

fn type_extends(args: &[SteelVal]) -> Result<SteelVal> {
    let wanted = descriptor("condition-type?", 2, &args[1])?;
    Ok(SteelVal::BoolV(
        peek::<Descriptor, _>(&args[0], |found| found.0.extends(&wanted)).unwrap_or(false),
    ))
}

fn keyword_error(args: &[SteelVal]) -> Result<SteelVal> {
    Err(raise(thrown(
        "keyword-argument-error",
        vec![args[0].clone(), args[1].clone(), nil(), list(args[2..].to_vec())],
    )))
}

fn wrong_number(args: &[SteelVal]) -> Result<SteelVal> {
    let what = match &args[0] {
        SteelVal::StringV(name) | SteelVal::SymbolV(name) => {
            format!("#<procedure {}>", name.as_str())
        }
        other => super::print::write_datum(other),
    };
    Err(exception::wrong_number_of_args_to(&what))
}

fn unbound(args: &[SteelVal]) -> Result<SteelVal> {
    let name = symbol(&text(&args[0]));
    Err(raise(thrown(
        "unbound-variable",
        vec![
            SteelVal::BoolV(false),
            string("Unbound variable: ~S"),
            list(vec![name]),
            SteelVal::BoolV(false),
        ],
    )))
}

fn match_error(args: &[SteelVal]) -> Result<SteelVal> {
    Err(raise(thrown(
        "match-error",
        vec![string("match"), string("no matching pattern"), args[0].clone()],
    )))
}

fn reraise(args: &[SteelVal]) -> Result<SteelVal> {
    match peek::<SteelErr, _>(&args[1], SteelErr::clone) {
        Some(error) => Err(exception::reraise(args[0].clone(), error)),
        None => Err(raise(args[0].clone())),
    }
}

fn raise_exception(args: &[SteelVal]) -> Result<SteelVal> {
    Err(raise(args[0].clone()))
}

/// What happens when a handler returns from an exception that cannot be resumed.
fn raise_non_continuable(_: &[SteelVal]) -> Result<SteelVal> {
    Err(raise(with_types(|types| simple(&types.non_continuable, &[]))))
}

/// `(%standard-type NAME)`: a standard exception type.
fn standard_type(args: &[SteelVal]) -> Result<SteelVal> {
    let name = text(&args[0]);
    let found = with_types(|types| {
        [
            &types.exception,
            &types.compound,
            &types.message,
            &types.irritants,
            &types.origin,
            &types.error,
            &types.external_error,
            &types.programming_error,
            &types.assertion_failure,
            &types.undefined_variable,
            &types.implementation_restriction,
            &types.syntax,
            &types.lexical,
            &types.warning,
            &types.non_continuable,
            &types.quit,
            &types.kind_and_args,
        ]
        .into_iter()
        .find(|record_type| record_type.name == name)
        .cloned()
    });
    match found {
        Some(record_type) => object(Descriptor(record_type)),
        None => Err(exception::out_of_range("standard-exception-type", 1, &args[0])),
    }
}

/// `(%make-condition TYPE VALUE ...)`: a simple exception of a type.
fn make_condition(args: &[SteelVal]) -> Result<SteelVal> {
    let record_type = descriptor("make-condition", 1, &args[0])?;
    if args.len() - 1 != record_type.fields.len() {
        return Err(exception::wrong_number_of_args_to(&format!(
            "#<procedure make-{}>",
            record_type.name
        )));
    }
    make_record(&record_type, SteelVal::BoolV(false), &args[1..])
}

/// `(%exception-text KEY ARGS)`.
fn exception_text(args: &[SteelVal]) -> Result<SteelVal> {
    let payload = from_throw(args[0].clone(), args[1].clone());
    Ok(string(super::describe::describe_in_full(&payload)))
}

internals! { INTERNAL_TABLE:
    "%exception-text" 2 => exception_text;
    "%caught" 1 => |args: &[SteelVal]| caught(&args[0]);
    "%reraise" 2 => reraise;
    "%unbound" 1 => unbound;
    "%match-error" 1 => match_error;
    "%wrong-number-of-args" 1.._ => wrong_number;
    "%keyword-error" 2.._ => keyword_error;
    "%exception-component" 2 => exception_component;
    "%condition-type-extends?" 2 => type_extends;
    "%standard-type" 1 => standard_type;
    "%make-condition" 1.._ => make_condition;
    "%raise-non-continuable" 1 => raise_non_continuable;
    "%raise" 1 => raise_exception;
    "%exception-key" 1 => |args: &[SteelVal]| Ok(key_and_args(&args[0]).0);
    "%exception-args" 1 => |args: &[SteelVal]| Ok(key_and_args(&args[0]).1);
}

natives! { TABLE:
    "raise" 1 => raise_exception;
    "throw" 1.._ => throw;
    "error" 0.._ => |args: &[SteelVal]| Err(raise(exception::error_payload(args)));
    "scm-error" 5 => throw;
    "exit" 0..=1 => exit;
    "quit" 0..=1 => exit;
    "primitive-exit" 0..=1 => exit;
    "exception?" 1 => |args: &[SteelVal]| Ok(SteelVal::BoolV(is_exception(&args[0])));
    "make-exception" 0.._ => make_exception;
    "simple-exceptions" 1 => |args: &[SteelVal]| Ok(list(components(&args[0])));
    "exception-kind" 1 => |args: &[SteelVal]| Ok(key_and_args(&args[0]).0);
    "exception-args" 1 => |args: &[SteelVal]| Ok(key_and_args(&args[0]).1);
    "exception-type?" 1 => |args: &[SteelVal]| Ok(SteelVal::BoolV(
        peek::<Descriptor, _>(&args[0], |found| with_types(|types| found.0.extends(&types.exception)))
            .unwrap_or(false)));
}
