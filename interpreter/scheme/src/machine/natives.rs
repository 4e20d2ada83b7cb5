//! Native procedures that belong to the front end: what emitted code needs for parameters, values
//! and unbound variables; how all of the front end's natives are declared.

use std::rc::Rc;
use std::sync::LazyLock;

use steel::rvals::{AsRefSteelVal, Custom, IntoSteelVal, Result};
use steel::steel_vm::engine::Engine;
use steel::{SteelErr, SteelVal};

use super::{modules, nested, running_session, syntax, value};
use crate::datum::Datum;
use crate::runtime;
use crate::session::Session;

type Native = fn(&[SteelVal]) -> Result<SteelVal>;

const NATIVES: &[(&str, Native)] = &[
    ("%bound", bound),
    ("%unbound-value", |_| Ok(unbound_value())),
    ("%constant", constant),
    ("%absent?", |args| Ok(SteelVal::BoolV(is::<Absent>(&args[0])))),
    ("%optional-given?", optional_given),
    ("%keyword-arguments", keyword_arguments),
    ("%too-many-arguments", |_| Err(wrong_number_of_args())),
    ("%pair-count", pair_count),
    ("%expect-values", expect_values),
    ("%assertion-failed", assertion_failed),
    ("%host-call", host_call),
    ("%next-unit", next_unit),
];

/// A native that checks its number of arguments and may come to run macros' procedures.
pub(super) struct Named {
    /// Name in `(tintype native)`.
    pub name: &'static str,
    /// Name in the engine.
    pub slot: &'static str,
    /// The procedure.
    pub value: fn() -> SteelVal,
}

/// `named!(name, least, most, native)`: a native with that many arguments. Its name in the engine
/// has a `%` in front.
macro_rules! named {
    ($name:literal, $least:literal, $most:literal, $native:expr) => {
        $crate::machine::natives::Named {
            name: $name,
            slot: $crate::machine::natives::slot_of($name, concat!("%", $name)),
            value: || {
                $crate::machine::nested::calling!(|args: &[steel::SteelVal]| {
                    if !($least..=$most).contains(&args.len()) {
                        return Err($crate::runtime::wrong_number_of_args_to($name));
                    }
                    ($native)(args)
                })
            },
        }
    };
}
pub(super) use named;

/// The name itself, if it has a `%` in front already.
pub(super) const fn slot_of(name: &'static str, prefixed: &'static str) -> &'static str {
    if name.as_bytes()[0] == b'%' { name } else { prefixed }
}

/// A procedure in core forms: its name, its name in the engine, what must be there first, its text.
pub(super) const fn definition(
    name: &'static str,
    global: &'static str,
    needs: &'static [&'static str],
    source: &'static str,
) -> runtime::Definition {
    runtime::Definition { global, name, needs, source }
}

/// Runs what the front end has made ready; the value of the last unit.
const RUN_QUEUE: runtime::Definition = definition(
    "%run-queue",
    "%run-queue",
    &["%nested"],
    "(%keep-tool \"run-queue\"
  (lambda (last)
    ((lambda (text) (if text (%run-queue (#%prim.eval-string text)) last)) (%next-unit))))",
);

/// Procedures in core forms over natives, by name in `(tintype native)`.
pub fn control() -> impl Iterator<Item = &'static runtime::Definition> {
    let own = [&nested::NESTED, &nested::SET_PRINTER, &nested::CUSTOM_PORT, &RUN_QUEUE];
    own.into_iter().chain(modules::CONTROL)
}

/// All that programs can name: natives and control procedures.
pub fn native_names() -> impl Iterator<Item = (&'static str, &'static str)> {
    let control = control().map(|definition| (definition.name, definition.global));
    let named = modules::NATIVES.iter().chain(syntax::NATIVES);
    control.chain(named.map(|native| (native.name, native.slot)))
}

/// Natives of the runtime that may come to call procedures: printers of records, and those of ports that
/// programs make.
macro_rules! calling_natives {
    ($($global:literal)*) => {
        &[$(Named {
            name: $global,
            slot: $global,
            value: || {
                $crate::machine::nested::calling!(|args: &[SteelVal]| {
                    static NATIVE: LazyLock<Option<&'static runtime::Native>> =
                        LazyLock::new(|| runtime::native($global));
                    match *NATIVE {
                        Some(native) => runtime::print_with(|| (native.call)(args)),
                        None => Ok(SteelVal::Void),
                    }
                })
            },
        }),*]
    };
}

/// Their names in the engine, and how each is made.
const CALLING: &[Named] = calling_natives! {
    "%display" "%write" "%write-shared" "%write-simple" "%write-line" "%object->string" "%simple-format"
    "%format" "%pretty" "%truncated" "%newline" "%write-char" "%write-string" "%put-string" "%put-char"
    "%put-u8" "%put-bytevector" "%force-output" "%flush-output-port" "%close-port" "%close-input-port"
    "%close-output-port" "%close" "%read-char" "%peek-char" "%get-char" "%lookahead-char" "%get-u8"
    "%lookahead-u8" "%read-u8" "%peek-u8" "%read-line" "%get-line" "%read-string" "%get-string-n"
    "%get-string-all" "%read-delimited" "%get-bytevector-all" "%get-bytevector-n"
    "%get-bytevector-some" "%read" "%custom-port-position" "%set-custom-port-position!"
};

pub(super) fn install(engine: &mut Engine) {
    for (slot, native) in NATIVES.iter().chain(nested::NATIVES) {
        engine.register_value(slot, SteelVal::FuncV(*native));
    }
    for printing in CALLING {
        let value = (printing.value)();
        if let Some(native) = runtime::native(printing.slot) {
            runtime::wrap_native(&value, native);
        }
        engine.register_value(printing.slot, value);
    }
    let internal = modules::INTERNAL.iter().chain(syntax::INTERNAL);
    for native in internal.chain(modules::NATIVES).chain(syntax::NATIVES) {
        engine.register_value(native.slot, (native.value)());
    }
}

/// What a variable holds before it is defined.
struct Unbound;
/// What stands for a keyword argument that was not given.
struct Absent;

impl Custom for Unbound {}
impl Custom for Absent {}

pub(super) fn peek<T: Custom + 'static, R>(
    value: &SteelVal,
    look: impl FnOnce(&T) -> R,
) -> Option<R> {
    T::as_ref(value).ok().map(|object| look(&object))
}

/// The exception that Guile throws with these arguments: origin, template, its arguments, rest.
pub(super) fn thrown(key: &str, message: &str, irritants: Vec<SteelVal>) -> SteelErr {
    let arguments = vec![
        SteelVal::BoolV(false),
        SteelVal::StringV(message.into()),
        SteelVal::ListV(irritants.into()),
        SteelVal::BoolV(false),
    ];
    runtime::raise(runtime::thrown(key, arguments))
}

pub(super) fn misc_error(message: &str) -> SteelErr {
    thrown("misc-error", "~A", vec![SteelVal::StringV(message.into())])
}

fn unbound_variable(name: &str) -> SteelErr {
    thrown("unbound-variable", "Unbound variable: ~S", vec![SteelVal::SymbolV(name.into())])
}

fn keyword_error(message: &str, keyword: &SteelVal) -> SteelErr {
    let arguments = vec![
        SteelVal::BoolV(false),
        SteelVal::StringV(message.into()),
        SteelVal::ListV(Vec::new().into()),
        SteelVal::ListV(vec![keyword.clone()].into()),
    ];
    runtime::raise(runtime::thrown("keyword-argument-error", arguments))
}

fn wrong_number_of_args() -> SteelErr {
    thrown("wrong-number-of-args", "Wrong number of arguments", Vec::new())
}

fn is<T: Custom + 'static>(value: &SteelVal) -> bool {
    peek::<T, _>(value, |_| ()).is_some()
}

/// See [`Unbound`].
pub fn unbound_value() -> SteelVal {
    Unbound.into_steelval().unwrap_or(SteelVal::Void)
}

/// The value stands for "not defined".
pub(super) fn is_unbound(value: &SteelVal) -> bool {
    is::<Unbound>(value)
}

pub(super) fn session() -> Result<Rc<Session>> {
    running_session().ok_or_else(|| misc_error("no session is running"))
}

pub(super) fn text(value: &SteelVal) -> &str {
    match value {
        SteelVal::StringV(text) | SteelVal::SymbolV(text) => text.as_str(),
        _ => "",
    }
}

pub(super) fn list(value: &SteelVal) -> Vec<SteelVal> {
    match value {
        SteelVal::ListV(items) => items.iter().cloned().collect(),
        _ => Vec::new(),
    }
}

fn bound(args: &[SteelVal]) -> Result<SteelVal> {
    if is_unbound(&args[0]) {
        return Err(unbound_variable(text(&args[1])));
    }
    Ok(args[0].clone())
}

fn constant(args: &[SteelVal]) -> Result<SteelVal> {
    let datum = session()?.take_constant(text(&args[0]));
    datum.map_or(Ok(SteelVal::Void), |datum| value::from_syntax(&datum))
}

fn optional_given(args: &[SteelVal]) -> Result<SteelVal> {
    let first = match &args[0] {
        SteelVal::ListV(items) => items.car(),
        _ => None,
    };
    let given = first.is_some_and(|first| runtime::keyword_name(&first).is_none());
    Ok(SteelVal::BoolV(given))
}

/// `(%keyword-arguments REST KEYWORDS ALLOW-OTHERS? HAS-REST?)`: the value of each keyword, in
/// order, or the absent object.
fn keyword_arguments(args: &[SteelVal]) -> Result<SteelVal> {
    let (given, keywords) = (list(&args[0]), list(&args[1]));
    let allow_others = matches!(args[2], SteelVal::BoolV(true));
    let has_rest = matches!(args[3], SteelVal::BoolV(true));
    let names: Vec<Option<String>> = keywords.iter().map(runtime::keyword_name).collect();
    let absent = Absent.into_steelval()?;
    let mut values = vec![absent; names.len()];
    let mut index = 0;
    while let Some(item) = given.get(index) {
        let Some(name) = runtime::keyword_name(item) else {
            if has_rest {
                index += 1;
                continue;
            }
            return Err(keyword_error("Invalid keyword", item));
        };
        let Some(value) = given.get(index + 1) else {
            return Err(keyword_error("Keyword argument has no value", item));
        };
        match names.iter().position(|known| known.as_ref() == Some(&name)) {
            Some(position) => values[position] = value.clone(),
            None if allow_others => {}
            None => return Err(keyword_error("Unrecognized keyword", item)),
        }
        index += 2;
    }
    Ok(SteelVal::ListV(values.into()))
}

/// The number of pairs in front of a list's end, proper or not.
fn pair_count(args: &[SteelVal]) -> Result<SteelVal> {
    let mut count = 0;
    let mut rest = args[0].clone();
    loop {
        rest = match &rest {
            SteelVal::ListV(items) => return Ok(SteelVal::IntV((count + items.len()) as isize)),
            SteelVal::Pair(pair) => pair.cdr(),
            _ => return Ok(SteelVal::IntV(count as isize)),
        };
        count += 1;
    }
}

fn expect_values(args: &[SteelVal]) -> Result<SteelVal> {
    let found = list(&args[0]).len();
    let (SteelVal::IntV(wanted), SteelVal::BoolV(more)) = (&args[1], &args[2]) else {
        return Ok(args[0].clone());
    };
    let wanted = *wanted as usize;
    if found == wanted || (*more && found > wanted) {
        return Ok(args[0].clone());
    }
    Err(runtime::wrong_number_of_args_to("values"))
}

fn assertion_failed(args: &[SteelVal]) -> Result<SteelVal> {
    Err(misc_error(&format!("assertion failed: {}", runtime::write_datum(&args[0]))))
}

/// `(%host-call NUMBER ARGUMENTS)`
fn host_call(args: &[SteelVal]) -> Result<SteelVal> {
    let session = session()?;
    let SteelVal::IntV(number) = args[0] else { return Ok(SteelVal::Void) };
    let arguments: Vec<Datum> = list(&args[1]).iter().map(value::to_datum).collect();
    let result = session
        .host_procedures
        .get(number as usize)
        .map_or_else(|| Err("no such procedure".to_string()), |procedure| procedure(&arguments));
    let result = result.and_then(|datum| value::Value::from_datum(&datum));
    result.map(|value| value.0).map_err(|message| misc_error(&message))
}

/// The text of the next unit that is ready, `#f` if there is none.
fn next_unit(_: &[SteelVal]) -> Result<SteelVal> {
    Ok(match session()?.next_text() {
        Some(text) => SteelVal::StringV(text.into()),
        None => SteelVal::BoolV(false),
    })
}

/// The exception of a failure of the front end, which is reported as it is if nobody catches it.
pub(super) fn fail(session: &Session, fault: crate::diagnostic::Fault) -> SteelErr {
    let diagnostic = session.report(fault);
    if let Some(payload) = session.payload.take() {
        return runtime::raise(payload.value().0);
    }
    let error = syntax::exception(&diagnostic);
    syntax::remember(session, diagnostic);
    error
}
