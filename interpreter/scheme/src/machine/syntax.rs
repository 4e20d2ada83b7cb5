//! Syntax as values of running code: what transformers take apart and put together.

mod violation;

use std::rc::Rc;

use steel::rvals::{Custom, IntoSteelVal, Result};
use steel::{SteelErr, SteelVal};

use super::natives::{Named, fail, misc_error, named, peek, session};
use super::value::{Kept, Value, from_syntax as from_datum};
use crate::expand::{CasePattern, CaseTemplate, Macro, no_match, strip};
use crate::runtime::{self, Held};
use crate::session::Session;
use crate::syntax::{Form, Identifier, Mark, Number, Span, Symbol, Syntax};

pub(super) use violation::{exception, remember};
use violation::{properties, violation};

/// A form of a program.
struct SyntaxObject(Syntax);
/// See [`Macro`].
struct MacroObject(Rc<Macro>);
/// What `make-variable-transformer` gives.
struct VariableTransformer(Held);
/// See [`CasePattern`].
struct PatternObject(CasePattern);
/// See [`CaseTemplate`].
struct TemplateObject(CaseTemplate);

impl Custom for SyntaxObject {
    fn fmt(&self) -> Option<std::result::Result<String, std::fmt::Error>> {
        Some(Ok(format!("#<syntax {}>", self.0)))
    }
}
impl Custom for MacroObject {
    fn fmt(&self) -> Option<std::result::Result<String, std::fmt::Error>> {
        Some(Ok("#<syntax-transformer>".to_owned()))
    }
}
impl Custom for VariableTransformer {
    fn fmt(&self) -> Option<std::result::Result<String, std::fmt::Error>> {
        Some(Ok("#<variable-transformer>".to_owned()))
    }
}
impl Custom for PatternObject {}
impl Custom for TemplateObject {}

fn object<T: Custom + 'static>(object: T) -> SteelVal {
    object.into_steelval().unwrap_or(SteelVal::Void)
}

impl Value {
    /// A form as transformers see it: lists that running code made are lists, everything else is a
    /// syntax object.
    pub(crate) fn from_syntax(form: &Syntax) -> Value {
        Value(from_syntax(form))
    }

    /// The form that a value is in code.
    pub(crate) fn to_syntax(&self, span: Span) -> Syntax {
        to_syntax(&self.0, span)
    }

    /// A macro as a value.
    pub(crate) fn of_macro(made: Rc<Macro>) -> Value {
        Value(object(MacroObject(made)))
    }

    /// The macro, if it is one.
    pub(crate) fn as_macro(&self) -> Option<Rc<Macro>> {
        peek::<MacroObject, _>(&self.0, |object| object.0.clone())
    }

    /// The procedure of a variable transformer.
    pub(crate) fn as_variable_transformer(&self) -> Option<Value> {
        peek::<VariableTransformer, _>(&self.0, |object| Value(object.0.get()))
    }

    /// A pattern as a value.
    pub(crate) fn of_pattern(pattern: CasePattern) -> Value {
        Value(object(PatternObject(pattern)))
    }

    /// A template as a value.
    pub(crate) fn of_template(template: CaseTemplate) -> Value {
        Value(object(TemplateObject(template)))
    }
}

fn from_syntax(form: &Syntax) -> SteelVal {
    if form.is_empty_list() {
        return SteelVal::ListV(Vec::new().into());
    }
    if !form.is_plain() {
        return match form.form() {
            Form::Value(value) => value.value().0,
            _ => object(SyntaxObject(form.clone())),
        };
    }
    match form.form() {
        Form::List(items) => SteelVal::ListV(items.iter().map(from_syntax).collect()),
        Form::Dotted(items, tail) => items
            .iter()
            .rev()
            .fold(from_syntax(tail), |tail, item| runtime::cons(from_syntax(item), tail)),
        Form::Vector(items) => {
            runtime::make_vector(items.iter().map(from_syntax)).unwrap_or(SteelVal::Void)
        }
        _ => from_datum(form).unwrap_or(SteelVal::Void),
    }
}

/// See [`Value::to_syntax`].
pub(super) fn to_syntax(value: &SteelVal, span: Span) -> Syntax {
    let form = match value {
        SteelVal::BoolV(value) => Form::Boolean(*value),
        SteelVal::IntV(value) => Form::Number(Number::Small(*value as i64)),
        SteelVal::BigNum(value) => Form::Number(Number::Big((**value).clone())),
        SteelVal::NumV(value) => Form::Number(Number::Real(*value)),
        SteelVal::Rational(_) | SteelVal::BigRational(_) => {
            match Number::parse(&runtime::write_datum(value)) {
                Some(number) => Form::Number(number),
                None => Form::Value(Kept::new(&Value(value.clone()))),
            }
        }
        SteelVal::CharV(value) => Form::Character(*value),
        SteelVal::StringV(value) => Form::String(value.as_str().into()),
        SteelVal::SymbolV(name) => Form::Identifier(Identifier::plain(Symbol::new(name))),
        SteelVal::Void => Form::Unspecified,
        SteelVal::ListV(items) => {
            Form::List(items.iter().map(|item| to_syntax(item, span)).collect())
        }
        SteelVal::Pair(_) => {
            let (mut items, mut rest) = (Vec::new(), value.clone());
            while let SteelVal::Pair(pair) = &rest {
                items.push(to_syntax(pair.car_ref(), span));
                let next = pair.cdr();
                rest = next;
            }
            let whole = Syntax::list_with_tail(items, to_syntax(&rest, span), span);
            whole.form().clone()
        }
        _ => {
            if let Some(form) = peek::<SyntaxObject, _>(value, |object| object.0.clone()) {
                return form;
            }
            if let Some(name) = runtime::keyword_name(value) {
                Form::Keyword(Symbol::new(&name))
            } else if let Some(bytes) = runtime::bytevector_bytes(value) {
                Form::Bytes(bytes.into())
            } else if let Some(items) = runtime::vector_items(value) {
                Form::Vector(items.iter().map(|item| to_syntax(item, span)).collect())
            } else {
                Form::Value(Kept::new(&Value(value.clone())))
            }
        }
    };
    Syntax::plain(form, span)
}

/// Natives that emitted code calls.
pub(super) const INTERNAL: &[Named] = &[
    named!("%syntax-match", 2, 2, syntax_match),
    named!("%syntax-take", 2, 2, syntax_take),
    named!("%syntax-mismatch", 1, 1, syntax_mismatch),
    named!("%syntax-fill", 1, 1000, syntax_fill),
];

/// Natives for programs.
pub(super) const NATIVES: &[Named] = &[
    named!("syntax->datum", 1, 1, to_datum),
    named!("datum->syntax", 2, 4, datum_to_syntax),
    named!("identifier?", 1, 1, is_identifier),
    named!("syntax?", 1, 1, is_syntax),
    named!("free-identifier=?", 2, 2, same_free),
    named!("bound-identifier=?", 2, 2, same_bound),
    named!("generate-temporaries", 1, 1, generate_temporaries),
    named!("syntax-source", 1, 1, source),
    named!("syntax-violation", 3, 4, violation),
    named!("make-variable-transformer", 1, 1, variable_transformer),
];

/// The value in code, as of a form where the current macro use stands.
fn form(value: &SteelVal, session: &Session) -> Syntax {
    to_syntax(value, session.expansion().span)
}

fn identifier(
    name: &'static str,
    position: isize,
    value: &SteelVal,
    session: &Session,
) -> Result<Identifier> {
    let form = form(value, session);
    match form.identifier().filter(|_| !form.is_plain()) {
        Some(identifier) => Ok(identifier.clone()),
        None => Err(wrong_type(name, position, "identifier", value)),
    }
}

pub(super) fn wrong_type(name: &str, position: isize, wanted: &str, value: &SteelVal) -> SteelErr {
    let found = vec![SteelVal::IntV(position), SteelVal::SymbolV(wanted.into()), value.clone()];
    runtime::raise(runtime::thrown(
        "wrong-type-arg",
        vec![
            SteelVal::StringV(name.into()),
            SteelVal::StringV("Wrong type argument in position ~A (expecting ~A): ~S".into()),
            SteelVal::ListV(found.into()),
            SteelVal::ListV(vec![value.clone()].into()),
        ],
    ))
}

/// `(%syntax-match PATTERN VALUE)`: the variables' values, `#f` if it does not match.
fn syntax_match(args: &[SteelVal]) -> Result<SteelVal> {
    let session = session()?;
    let form = form(&args[1], &session);
    let found = peek::<PatternObject, _>(&args[0], |pattern| pattern.0.matches(&session, &form));
    match found {
        Some(Ok(Some(values))) => Ok(Value::list(values.into_iter()).0),
        Some(Err(fault)) => Err(fail(&session, fault)),
        _ => Ok(SteelVal::BoolV(false)),
    }
}

/// The same for `with-syntax`, where what does not match is an error.
fn syntax_take(args: &[SteelVal]) -> Result<SteelVal> {
    match syntax_match(args)? {
        SteelVal::BoolV(false) => syntax_mismatch(&args[1..]),
        found => Ok(found),
    }
}

/// `(%syntax-mismatch VALUE)`: no clause is for it.
fn syntax_mismatch(args: &[SteelVal]) -> Result<SteelVal> {
    let session = session()?;
    let form = form(&args[0], &session);
    Err(fail(&session, no_match(&form, form.span())))
}

/// `(%syntax-fill TEMPLATE VALUE ...)`
fn syntax_fill(args: &[SteelVal]) -> Result<SteelVal> {
    let session = session()?;
    let values: Vec<Value> = args[1..].iter().cloned().map(Value).collect();
    let filled = peek::<TemplateObject, _>(&args[0], |template| template.0.fill(&session, &values));
    match filled {
        Some(Ok(value)) => Ok(value.0),
        Some(Err(fault)) => Err(fail(&session, fault)),
        None => Ok(SteelVal::Void),
    }
}

fn to_datum(args: &[SteelVal]) -> Result<SteelVal> {
    from_datum(&strip(&form(&args[0], session()?.as_ref())))
}

/// `(datum->syntax CONTEXT DATUM [#:source PLACE])`
fn datum_to_syntax(args: &[SteelVal]) -> Result<SteelVal> {
    let session = session()?;
    let context = match &args[0] {
        SteelVal::BoolV(false) => None,
        context => match peek::<SyntaxObject, _>(context, |object| mark_of(&object.0)) {
            Some(mark) => mark,
            None => return Err(wrong_type("datum->syntax", 1, "syntax object", context)),
        },
    };
    // The place of the datum: what #:source says where that is syntax, else that of the use.
    let source =
        args.get(3).and_then(|value| peek::<SyntaxObject, _>(value, |object| object.0.span()));
    let span = source.unwrap_or(session.expansion().span);
    Ok(from_syntax(&in_context(&to_syntax(&args[1], span), context.as_ref())))
}

/// Which expansion a form comes from: that of its first identifier.
fn mark_of(form: &Syntax) -> Option<Rc<Mark>> {
    match form.identifier() {
        Some(identifier) => identifier.mark.clone(),
        None => mark_of(form.head()?),
    }
}

fn in_context(datum: &Syntax, mark: Option<&Rc<Mark>>) -> Syntax {
    let all = |items: &[Syntax]| items.iter().map(|item| in_context(item, mark)).collect();
    let form = match datum.form() {
        _ if !datum.is_plain() => return datum.clone(),
        Form::List(items) => Form::List(all(items)),
        Form::Vector(items) => Form::Vector(all(items)),
        Form::Dotted(items, tail) => Form::Dotted(all(items), in_context(tail, mark)),
        Form::Identifier(identifier) => {
            Form::Identifier(Identifier { name: identifier.name, mark: mark.cloned() })
        }
        form => form.clone(),
    };
    Syntax::new(form, datum.span())
}

fn is_syntax(args: &[SteelVal]) -> Result<SteelVal> {
    Ok(SteelVal::BoolV(peek::<SyntaxObject, _>(&args[0], |_| ()).is_some()))
}

fn is_identifier(args: &[SteelVal]) -> Result<SteelVal> {
    let found = peek::<SyntaxObject, _>(&args[0], |object| object.0.identifier().is_some());
    Ok(SteelVal::BoolV(found.unwrap_or(false)))
}

fn same_free(args: &[SteelVal]) -> Result<SteelVal> {
    let session = session()?;
    let a = identifier("free-identifier=?", 1, &args[0], &session)?;
    let b = identifier("free-identifier=?", 2, &args[1], &session)?;
    let scope = session.expansion().scope.clone();
    let scope = scope.unwrap_or_else(|| session.current_module().scope());
    match session.same_meaning(&a, &scope, &b, &scope) {
        Ok(same) => Ok(SteelVal::BoolV(same)),
        Err(fault) => Err(fail(&session, fault)),
    }
}

fn same_bound(args: &[SteelVal]) -> Result<SteelVal> {
    let session = session()?;
    let a = identifier("bound-identifier=?", 1, &args[0], &session)?;
    let b = identifier("bound-identifier=?", 2, &args[1], &session)?;
    Ok(SteelVal::BoolV(a.key() == b.key()))
}

fn generate_temporaries(args: &[SteelVal]) -> Result<SteelVal> {
    let session = session()?;
    let list = form(&args[0], &session);
    let Some(items) = list.items() else {
        let message = format!("generate-temporaries: {} is no list", list);
        return Err(misc_error(&message));
    };
    let temporaries = items.iter().map(|item| {
        let number = session.fresh();
        let mark = Mark { number, parent: None, scope: session.core_scope.clone() };
        let name = Symbol::new(&format!("t-{number}"));
        let identifier = Identifier { name, mark: Some(Rc::new(mark)) };
        from_syntax(&Syntax::new(Form::Identifier(identifier), item.span()))
    });
    Ok(SteelVal::ListV(temporaries.collect()))
}

/// `((filename . FILE) (line . LINE) (column . COLUMN))`, lines from 0, or `#f`.
fn source(args: &[SteelVal]) -> Result<SteelVal> {
    let session = session()?;
    let span = peek::<SyntaxObject, _>(&args[0], |object| object.0.span());
    let location = span.and_then(|span| session.sources.borrow().locate(span));
    Ok(location.map_or(SteelVal::BoolV(false), |location| properties(&location)))
}

fn variable_transformer(args: &[SteelVal]) -> Result<SteelVal> {
    Ok(object(VariableTransformer(Held::new(args[0].clone()))))
}
