//! Native procedures that belong to the front end: what emitted code needs for parameters, values
//! and unbound variables, and the way back from running code into the module system.

use std::rc::Rc;

use steel::rvals::{AsRefSteelVal, Custom, IntoSteelVal, Result};
use steel::steel_vm::engine::Engine;
use steel::{SteelErr, SteelVal};

use super::nested::{self, calling};
use super::{running_session, syntax, value};
use crate::datum::Datum;
use crate::runtime;
use crate::scope::{Global, Module};
use crate::session::Session;
use crate::syntax::Span;

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
    ("%module-name", module_name),
    ("%current-module", |_| module_handle(session()?.current_module())),
    ("%set-current-module", set_current_module),
];

/// Natives that may come to run macros' procedures.
fn calling_natives() -> [(&'static str, SteelVal); 10] {
    [
        ("%load-module", calling!(load_module)),
        ("%module-reference", calling!(module_reference)),
        ("%variable-reference", calling!(variable_reference)),
        ("%module-variables", calling!(module_variables)),
        ("%module-exports", calling!(module_exports)),
        ("%prepare-eval", calling!(prepare_eval)),
        ("%prepare-load", calling!(prepare_load)),
        ("%syntax-match", calling!(syntax::syntax_match)),
        ("%syntax-take", calling!(syntax::syntax_take)),
        ("%free-identifier=?", calling!(syntax::same_free)),
    ]
}

/// Procedures in core forms over the natives above, by name in `(tintype native)`.
pub const CONTROL: &[runtime::Definition] = &[
    nested::NESTED,
    // Runs what the front end has made ready; the value of the last unit.
    definition(
        "%run-queue",
        "%run-queue",
        &["%nested"],
        "(%keep-runner
  (lambda (last)
    ((lambda (text) (if text (%run-queue (#%prim.eval-string text)) last)) (%next-unit))))",
    ),
    definition(
        "resolve-module",
        "%resolve-module",
        &["%run-queue"],
        "(lambda (name . options)
  ((lambda (module) (begin (%run-queue #f) module)) (%load-module name)))",
    ),
    definition(
        "resolve-interface",
        "%resolve-interface",
        &["%run-queue"],
        "(lambda (name . options)
  ((lambda (module) (begin (%run-queue #f) module)) (%load-module name)))",
    ),
    definition(
        "module-ref",
        "%module-ref",
        &["%run-queue"],
        "(lambda (module name . default)
  (if (%module-reference module name (#%prim.pair? default))
      (%run-queue #f)
      (#%prim.car default)))",
    ),
    definition(
        "variable-ref",
        "%variable-ref",
        &["%run-queue"],
        "(lambda (variable)
  (begin (%variable-reference variable) (%run-queue #f)))",
    ),
    definition(
        "module-map",
        "%module-map",
        &[],
        "(lambda (procedure module)
  ((lambda ()
     (define loop (lambda (rest)
       (if (#%prim.null? rest)
           '()
           (#%prim.cons
             (procedure (#%prim.car (#%prim.car rest)) (#%prim.car (#%prim.cdr (#%prim.car rest))))
             (loop (#%prim.cdr rest))))))
     (loop (%module-variables module)))))",
    ),
    definition(
        "eval",
        "%eval",
        &["%run-queue"],
        "(lambda (form . module)
  (begin (%prepare-eval form module) (%run-queue #%prim.void)))",
    ),
    definition(
        "primitive-load",
        "%primitive-load",
        &["%run-queue"],
        "(lambda (file)
  (begin (%prepare-load file) (%run-queue #%prim.void)))",
    ),
];

const fn definition(
    name: &'static str,
    global: &'static str,
    needs: &'static [&'static str],
    source: &'static str,
) -> runtime::Definition {
    runtime::Definition { global, name, needs, source }
}

/// Name in `(tintype native)` and engine name of the natives for programs.
const NAMES: &[(&str, &str)] = &[
    ("module-name", "%module-name"),
    ("module-exports", "%module-exports"),
    ("current-module", "%current-module"),
    ("set-current-module", "%set-current-module"),
];

/// All that programs can name: natives and control procedures.
pub fn native_names() -> impl Iterator<Item = (&'static str, &'static str)> {
    let control = CONTROL.iter().map(|definition| (definition.name, definition.global));
    let syntax = syntax::NAMED.iter().map(|(name, slot, _)| (*name, *slot));
    let syntax = syntax.chain([("free-identifier=?", "%free-identifier=?")]);
    NAMES.iter().copied().chain(control).chain(syntax)
}

pub(super) fn install(engine: &mut Engine) {
    let named = syntax::NAMED.iter().map(|(_, slot, native)| (slot, native));
    let natives = NATIVES.iter().chain(syntax::INTERNAL).chain(nested::NATIVES);
    for (slot, native) in natives.map(|(slot, native)| (slot, native)).chain(named) {
        engine.register_value(slot, SteelVal::FuncV(*native));
    }
    for (slot, native) in calling_natives() {
        engine.register_value(slot, native);
    }
}

/// What a variable holds before it is defined.
struct Unbound;
/// What stands for a keyword argument that was not given.
struct Absent;
/// A module as a value.
struct ModuleHandle(Rc<Module>);
/// A module's variable as a value.
struct VariableHandle(Rc<Global>);

impl Custom for Unbound {}
impl Custom for Absent {}
impl Custom for ModuleHandle {
    fn fmt(&self) -> Option<std::result::Result<String, std::fmt::Error>> {
        Some(Ok(format!("#<module ({})>", self.0.name)))
    }
}
impl Custom for VariableHandle {
    fn fmt(&self) -> Option<std::result::Result<String, std::fmt::Error>> {
        Some(Ok(format!("#<variable {}>", self.0.name)))
    }
}

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
    let message = format!("{message}: ~S");
    thrown("keyword-argument-error", &message, vec![keyword.clone()])
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
fn is_unbound(value: &SteelVal) -> bool {
    is::<Unbound>(value)
}

pub(super) fn session() -> Result<Rc<Session>> {
    running_session().ok_or_else(|| misc_error("no session is running"))
}

fn text(value: &SteelVal) -> &str {
    match value {
        SteelVal::StringV(text) | SteelVal::SymbolV(text) => text.as_str(),
        _ => "",
    }
}

fn list(value: &SteelVal) -> Vec<SteelVal> {
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

fn module_handle(module: Rc<Module>) -> Result<SteelVal> {
    ModuleHandle(module).into_steelval()
}

fn the_module(value: &SteelVal) -> Result<Rc<Module>> {
    peek::<ModuleHandle, _>(value, |handle| handle.0.clone())
        .ok_or_else(|| misc_error(&format!("{} is no module", runtime::write_datum(value))))
}

fn load_module(args: &[SteelVal]) -> Result<SteelVal> {
    let session = session()?;
    let parts: Vec<String> = list(&args[0]).iter().map(runtime::display_datum).collect();
    let module = session.module(&parts.join(" "), Span::default());
    module_handle(module.map_err(|fault| fail(&session, fault))?)
}

/// Makes a reference to a module's variable ready to run; `#f` if it is unbound and may be.
fn module_reference(args: &[SteelVal]) -> Result<SteelVal> {
    let session = session()?;
    let module = the_module(&args[0])?;
    let name = text(&args[1]);
    let found = session.variable(&module.name, name).map_err(|fault| fail(&session, fault))?;
    match found {
        Some(global) => {
            session.queue_reference(&global).map_err(|fault| fail(&session, fault))?;
            Ok(SteelVal::BoolV(true))
        }
        None if matches!(args[2], SteelVal::BoolV(true)) => Ok(SteelVal::BoolV(false)),
        None => Err(misc_error(&format!(
            "No variable named {name} in {}",
            runtime::display_datum(&args[0])
        ))),
    }
}

fn variable_reference(args: &[SteelVal]) -> Result<SteelVal> {
    let session = session()?;
    let global = peek::<VariableHandle, _>(&args[0], |handle| handle.0.clone());
    let Some(global) = global else {
        return Err(misc_error(&format!("{} is no variable", runtime::write_datum(&args[0]))));
    };
    session.queue_reference(&global).map_err(|fault| fail(&session, fault))?;
    Ok(SteelVal::Void)
}

/// `((NAME VARIABLE) ...)` of a module's exported variables, sorted by name.
fn module_variables(args: &[SteelVal]) -> Result<SteelVal> {
    let session = session()?;
    let module = the_module(&args[0])?;
    let mut pairs = Vec::new();
    for name in session.exported_names(&module).map_err(|fault| fail(&session, fault))? {
        let binding = session.exported(&module, name).map_err(|fault| fail(&session, fault))?;
        if let Some(global) = binding.as_ref().and_then(|binding| binding.global()) {
            let variable = VariableHandle(global.clone()).into_steelval()?;
            let pair = vec![SteelVal::SymbolV(name.name().as_ref().into()), variable];
            pairs.push(SteelVal::ListV(pair.into()));
        }
    }
    Ok(SteelVal::ListV(pairs.into()))
}

fn module_exports(args: &[SteelVal]) -> Result<SteelVal> {
    let session = session()?;
    let names = session.exported_names(&the_module(&args[0])?);
    let names = names.map_err(|fault| fail(&session, fault))?;
    let names: Vec<SteelVal> =
        names.iter().map(|name| SteelVal::SymbolV(name.name().as_ref().into())).collect();
    Ok(SteelVal::ListV(names.into()))
}

/// `(%prepare-eval FORM (MODULE))`
fn prepare_eval(args: &[SteelVal]) -> Result<SteelVal> {
    let session = session()?;
    let module = match list(&args[1]).first() {
        Some(module) => the_module(module)?,
        None => session.current_module(),
    };
    let form = syntax::to_syntax(&args[0], Span::default()).as_code();
    session.run_forms(&module, &[form]).map_err(|fault| fail(&session, fault))?;
    Ok(SteelVal::Void)
}

fn prepare_load(args: &[SteelVal]) -> Result<SteelVal> {
    let session = session()?;
    session.load_file(text(&args[0])).map_err(|fault| fail(&session, fault))?;
    Ok(SteelVal::Void)
}

fn module_name(args: &[SteelVal]) -> Result<SteelVal> {
    let name = the_module(&args[0])?.name.clone();
    let parts: Vec<SteelVal> = name.split(' ').map(|part| SteelVal::SymbolV(part.into())).collect();
    Ok(SteelVal::ListV(parts.into()))
}

fn set_current_module(args: &[SteelVal]) -> Result<SteelVal> {
    let session = session()?;
    let old = session.current.replace(Some(the_module(&args[0])?));
    old.map_or(Ok(SteelVal::Void), module_handle)
}
