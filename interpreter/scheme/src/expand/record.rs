//! Records of (guix records): `define-record-type*`, its syntactic constructors, `match-record`.

use std::rc::Rc;

use super::record_plain::field_names;
use super::{Keyword, bad_form};
use crate::core::{Expression, Kind};
use crate::diagnostic::{Fault, Result};
use crate::scope::{Binding, Contour, Global, Local, Module, Role, Scope, Storage};
use crate::session::Session;
use crate::syntax::{Span, Symbol, Syntax};

/// A record type as its syntactic constructor knows it.
pub struct RecordForm {
    /// Name of the constructor, for messages.
    pub name: Symbol,
    /// The type's descriptor.
    pub descriptor: Rc<Global>,
    /// Its fields, in order.
    pub fields: Vec<Field>,
    /// Where the type was defined: defaults and sanitizers mean what they mean there.
    pub scope: Scope,
}

/// A field of a record type.
pub struct Field {
    /// Its name.
    pub name: Symbol,
    /// How the value is kept.
    pub storage: Storage,
    /// The expression for its value when none is given.
    pub default: Option<Syntax>,
    /// Not taken over by `inherit`.
    pub innate: bool,
    /// What values go through.
    pub sanitizer: Option<Syntax>,
}

impl Session {
    /// `(define-record-type* <type> constructor make-type type? [this-type] (field accessor
    /// option ...) ...)`, where `(<type> part ...)` has a short form of records as well.
    pub(crate) fn define_record(&self, syntax: &Syntax, module: &Rc<Module>) -> Result<()> {
        let span = syntax.span();
        let bad = || bad_form("define-record-type*", syntax);
        let items = syntax.items().ok_or_else(bad)?;
        let [_, type_name, items @ ..] = items else { return Err(bad()) };
        let (type_name, summary) = match type_name.items() {
            Some([type_name, parts @ ..]) => (type_name, Some(parts)),
            _ => (type_name, None),
        };
        let names = items.iter().take_while(|item| item.identifier().is_some()).count();
        let (names, fields) = items.split_at(names);
        let (constructor, procedure, predicate, this) = match names {
            [constructor, procedure, predicate] => (constructor, procedure, predicate, None),
            [constructor, procedure, predicate, this] => {
                (constructor, procedure, predicate, Some(this))
            }
            _ => return Err(bad()),
        };
        let scope = module.scope();
        let define = |name: &Syntax| -> Result<Rc<Global>> {
            Ok(self.define_global(module, name.identifier().ok_or_else(bad)?))
        };
        let descriptor = define(type_name)?;
        let parsed = fields
            .iter()
            .map(|field| Field::parse(field))
            .collect::<Result<Vec<(Field, &Syntax)>>>()?;
        let names = field_names(fields.iter().filter_map(Syntax::head), span);
        let code = self.make_record_type(&type_name.to_string(), names, summary, span);
        self.define_code(&descriptor, code, &scope, module)?;
        let reference = || Expression::global(&descriptor, span);
        self.define_code(
            &define(predicate)?,
            self.record_predicate(reference(), span),
            &scope,
            module,
        )?;
        let locals: Vec<Local> = parsed.iter().map(|_| self.temporary("field")).collect();
        let mut arguments = vec![reference(), Expression::boolean(false, span)];
        arguments.extend(locals.iter().map(|local| Expression::local(local, span)));
        let make = Expression::native("%record", arguments, span);
        let make = Expression::lambda(locals, None, make, span);
        self.define_code(&define(procedure)?, make, &scope, module)?;
        for (index, (field, accessor)) in parsed.iter().enumerate() {
            self.define_accessor(&descriptor, index, accessor, field.storage, module)?;
        }
        let record = Rc::new(RecordForm {
            name: constructor.identifier().ok_or_else(bad)?.name,
            descriptor,
            fields: parsed.into_iter().map(|(field, _)| field).collect(),
            scope,
        });
        let bind = |name: &Syntax, binding: Binding| {
            if let Some(identifier) = name.identifier() {
                module.definitions.borrow_mut().insert(identifier.key(), binding);
            }
        };
        bind(constructor, Binding::Record(record.clone()));
        bind(type_name, Binding::RecordType(record.clone()));
        if let Some(this) = this.filter(|this| this.name() != Some(Symbol::new("this-record"))) {
            bind(this, Binding::ThisRecord(record));
        }
        Ok(())
    }

    /// `(constructor (inherit record) (field value) ...)`
    pub(crate) fn expand_record(
        &self,
        record: &Rc<RecordForm>,
        syntax: &Syntax,
        clauses: &[Syntax],
        scope: &Scope,
    ) -> Result<Expression> {
        let span = syntax.span();
        let fault =
            |message: String| Fault::syntax(span, message).about(record.name.name().to_string());
        let mut given: Vec<(&Syntax, &Syntax, &Syntax)> = Vec::with_capacity(clauses.len());
        for clause in clauses {
            let Some([name, value]) = clause.items() else {
                return Err(Fault::syntax(clause.span(), "invalid field specifier")
                    .about(clause.to_string()));
            };
            given.push((clause, name, value));
        }
        let inherited = match given.first() {
            Some((_, name, value)) if name.name() == Some(Symbol::INHERIT) => {
                let value = *value;
                given.remove(0);
                Some(value)
            }
            _ => None,
        };
        for (index, (clause, name, _)) in given.iter().enumerate() {
            if given[..index].iter().any(|(_, earlier, _)| earlier.name() == name.name()) {
                return Err(Fault::syntax(place(clause, span), "duplicate field initializer")
                    .about(clause.to_string()));
            }
        }
        let is_field =
            |name: &Syntax| record.fields.iter().position(|field| Some(field.name) == name.name());
        let unknown: Vec<String> = given
            .iter()
            .filter(|(_, name, _)| is_field(name).is_none())
            .map(|(_, name, _)| name.to_string())
            .collect();
        if !unknown.is_empty() {
            let known: Vec<_> = record.fields.iter().map(|field| field.name.name()).collect();
            let hint = crate::hint::nearest(&unknown[0], known.iter().map(|name| &**name));
            let fault = fault(format!("extraneous field initializers ({})", unknown.join(" ")));
            return Err(match hint {
                Some(name) => fault.with_hint(format!("did you mean '{name}'?")),
                None => fault,
            });
        }
        let is_given =
            |field: &Field| given.iter().any(|(_, name, _)| name.name() == Some(field.name));
        let missing: Vec<String> = record
            .fields
            .iter()
            .filter(|field| field.default.is_none() && !is_given(field))
            .filter(|field| inherited.is_none() || field.innate)
            .map(|field| field.name.to_string())
            .collect();
        if !missing.is_empty() {
            let list = missing.join(" ");
            return Err(fault(format!("missing field initializers ({list})")));
        }
        self.record_code(record, &given, inherited, scope, span)
    }

    /// The code of a well-formed constructor: values in the order written, each seeing the
    /// earlier ones under the names of their fields, then the record.
    fn record_code(
        &self,
        record: &Rc<RecordForm>,
        given: &[(&Syntax, &Syntax, &Syntax)],
        inherited: Option<&Syntax>,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let mut scope = scope.clone();
        let mut values: Vec<(usize, Local, Expression)> = Vec::with_capacity(given.len());
        for (_, name, value) in given {
            let index = record.fields.iter().position(|field| Some(field.name) == name.name());
            let Some(index) = index else { continue };
            let field = &record.fields[index];
            self.note_field(record, field.name, value, &scope);
            let code = self.field_value(record, field, &scope, (value.span(), span), |scope| {
                self.expand(value, scope)
            })?;
            scope = Contour::inside(&scope);
            values.push((index, self.bind_local(name, &scope)?, code));
        }
        let parent = match inherited {
            Some(inherited) => Some((self.expand(inherited, &scope)?, inherited.span())),
            None => None,
        };
        // What is neither given nor inherited.
        let mut defaults: Vec<(usize, Expression)> = Vec::new();
        for (index, field) in record.fields.iter().enumerate() {
            let is_given = values.iter().any(|(given, _, _)| *given == index);
            if is_given || (parent.is_some() && !field.innate) {
                continue;
            }
            let code = match &field.default {
                Some(default) => {
                    let default = self.transplant(default, &record.scope, span);
                    self.field_value(record, field, &scope, (span, span), |scope| {
                        self.expand(&default, scope)
                    })?
                }
                None => Expression::unspecified(span),
            };
            defaults.push((index, code));
        }
        let location = match self.location_text(span) {
            Some(location) => Expression::string(&location, span),
            None => Expression::boolean(false, span),
        };
        let mut arguments = vec![Expression::global(&record.descriptor, span), location];
        // Values stand where they are wanted, unless another one sees them or they come out of turn.
        let is_seen = |local: &Local| local.used.get() || local.assigned.get();
        let computed: Vec<usize> = values
            .iter()
            .filter(|(_, _, value)| !value.is_fixed())
            .map(|(index, _, _)| *index)
            .collect();
        let is_direct = !values.iter().any(|(_, local, _)| is_seen(local))
            && (parent.is_some() || computed.is_sorted());
        let mut bindings = Vec::new();
        let mut fields = Vec::with_capacity(record.fields.len());
        for (index, local, value) in values {
            let is_seen = is_seen(&local);
            if is_direct || (value.is_fixed() && !is_seen) {
                fields.push((index, value));
            } else {
                fields.push((index, Expression::local(&local, span)));
                bindings.push((local, value, is_seen));
            }
        }
        fields.extend(defaults);
        let code = match parent {
            None => {
                fields.sort_by_key(|(index, _)| *index);
                arguments.extend(fields.into_iter().map(|(_, value)| value));
                Expression::native("%record", arguments, span)
            }
            Some((parent, place)) => {
                for (index, value) in fields {
                    arguments.extend([Expression::integer(index, place), value]);
                }
                arguments.push(parent);
                Expression::native("%record-over", arguments, place)
            }
        };
        Ok(bind_in_turn(bindings, code, span))
    }

    /// A field's value as it is kept: sanitized, and wrapped if it is computed later. The places are
    /// that of the value and that of the whole form.
    fn field_value(
        &self,
        record: &Rc<RecordForm>,
        field: &Field,
        scope: &Scope,
        (span, whole): (Span, Span),
        expand: impl FnOnce(&Scope) -> Result<Expression>,
    ) -> Result<Expression> {
        let this = self.temporary("this");
        let inner = match field.storage {
            Storage::Thunked => {
                Contour::with_role(scope, Role::ThisRecord(record.clone(), this.clone()))
            }
            _ => scope.clone(),
        };
        let mut value = expand(&inner)?;
        if let Some(sanitizer) = &field.sanitizer {
            value = self.sanitized(sanitizer, value, record, &inner, (span, whole))?;
        }
        Ok(match field.storage {
            Storage::Plain => value,
            Storage::Thunked => Expression::lambda(vec![this], None, value, span),
            Storage::Delayed => {
                let thunk = Expression::lambda(Vec::new(), None, value, span);
                Expression::native("%make-promise", vec![thunk], span)
            }
        })
    }

    /// A sanitizer, procedure or macro, applied to a value that is expanded already.
    fn sanitized(
        &self,
        sanitizer: &Syntax,
        value: Expression,
        record: &RecordForm,
        scope: &Scope,
        (span, whole): (Span, Span),
    ) -> Result<Expression> {
        let sanitizer = self.transplant(sanitizer, &record.scope, span);
        let is_macro = match sanitizer.identifier() {
            Some(identifier) => {
                matches!(
                    self.resolve(identifier, scope)?,
                    Some(Binding::Macro(_) | Binding::Keyword(_))
                )
            }
            None => false,
        };
        if is_macro {
            let inner = Contour::inside(scope);
            let name = self.core_word(Keyword::Slot, span);
            let local = self.bind_local(&name, &inner)?;
            // The use of the macro is as long as the form: what it inserts is blamed on that.
            let call = self.expand(&Syntax::list(vec![sanitizer, name], whole), &inner)?;
            return Ok(value.bind(local, call, span));
        }
        let sanitizer = self.expand(&sanitizer, scope)?;
        Ok(super::apply(sanitizer, vec![value], span, self))
    }

    /// `this-record`, or the name that the type gave it.
    pub(crate) fn this_record(
        &self,
        record: Option<&Rc<RecordForm>>,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let found = scope.outward().find_map(|contour| match (&contour.role, record) {
            (Role::ThisRecord(_, local), None) => Some(local.clone()),
            (Role::ThisRecord(own, local), Some(record)) if Rc::ptr_eq(own, record) => {
                Some(local.clone())
            }
            _ => None,
        });
        match found {
            Some(local) => Ok(Expression::local(&local, span)),
            None => {
                let message = "cannot be used outside of a record instantiation";
                Err(Fault::syntax(span, message).about("this-record"))
            }
        }
    }
}

impl Field {
    /// `(name accessor option ...)`; the accessor too.
    fn parse(syntax: &Syntax) -> Result<(Field, &Syntax)> {
        let bad = || bad_form("field specification", syntax);
        let Some([name, accessor, options @ ..]) = syntax.items() else { return Err(bad()) };
        let mut field = Field {
            name: name.name().ok_or_else(bad)?,
            storage: Storage::Plain,
            default: None,
            innate: false,
            sanitizer: None,
        };
        for option in options {
            let items = option.items().ok_or_else(bad)?;
            match (items.first().and_then(Syntax::name), items.get(1)) {
                (Some(Symbol::DEFAULT), Some(value)) => field.default = Some(value.clone()),
                (Some(Symbol::SANITIZE), Some(value)) => field.sanitizer = Some(value.clone()),
                (Some(Symbol::THUNKED), _) => field.storage = Storage::Thunked,
                (Some(Symbol::DELAYED), _) => field.storage = Storage::Delayed,
                (Some(Symbol::INNATE), _) => field.innate = true,
                // Guix ignores properties that it does not know.
                _ => {}
            }
        }
        Ok((field, accessor))
    }
}

/// `body` with variables bound one after the other, as the engine does with those bound at once; but
/// what sees a variable is bound inside of it.
fn bind_in_turn(
    bindings: Vec<(Local, Expression, bool)>,
    body: Expression,
    span: Span,
) -> Expression {
    let mut groups: Vec<Vec<(Local, Expression)>> = Vec::new();
    let mut is_open = false;
    for (local, value, is_seen) in bindings {
        match groups.last_mut().filter(|_| is_open) {
            Some(group) => group.push((local, value)),
            None => groups.push(vec![(local, value)]),
        }
        is_open = !is_seen;
    }
    let nest = |body, group| Expression::new(Kind::Let(group, Box::new(body)), span);
    groups.into_iter().rev().fold(body, nest)
}

/// Where to blame a clause: the clause, unless only the whole form has a place.
pub(super) fn place(clause: &Syntax, whole: Span) -> Span {
    if clause.items().is_some() { clause.span() } else { whole }
}
