//! SRFI-9 records, at top level and in bodies; `define-immutable-record-type` of (srfi srfi-9 gnu).

use std::rc::Rc;

use super::body::BodyStep;
use super::{Keyword, bad_form};
use crate::core::{Expression, Kind};
use crate::diagnostic::{Fault, Result};
use crate::scope::{
    Accessor, Binding, DefinitionSource, Global, Local, Module, Scope, State, Storage,
};
use crate::session::Session;
use crate::syntax::{Span, Syntax};

/// The parts of a `define-record-type`.
struct PlainRecord<'a> {
    type_name: &'a Syntax,
    /// The constructor's name and the fields that it takes.
    constructor: Option<(&'a Syntax, Vec<usize>)>,
    predicate: Option<&'a Syntax>,
    fields: Vec<PlainField<'a>>,
}

struct PlainField<'a> {
    name: &'a Syntax,
    accessor: Option<&'a Syntax>,
    modifier: Option<&'a Syntax>,
}

impl<'a> PlainRecord<'a> {
    fn parse(keyword: Keyword, syntax: &'a Syntax) -> Result<PlainRecord<'a>> {
        let bad = || bad_form(keyword.name(), syntax);
        let [_, type_name, constructor, predicate, fields @ ..] = syntax.items().ok_or_else(bad)?
        else {
            return Err(bad());
        };
        let type_name = type_name.head().unwrap_or(type_name);
        let mut parsed = Vec::with_capacity(fields.len());
        for field in fields {
            let parts = match field.items() {
                Some(parts @ [_] | parts @ [_, _] | parts @ [_, _, _]) => parts,
                None if field.identifier().is_some() => std::slice::from_ref(field),
                _ => return Err(bad()),
            };
            parsed.push(PlainField {
                name: &parts[0],
                accessor: parts.get(1),
                modifier: parts.get(2),
            });
        }
        let constructor = match constructor.items_and_tail() {
            None if constructor.identifier().is_some() => {
                Some((constructor, (0..parsed.len()).collect()))
            }
            None => None,
            Some((items, _)) => {
                let [name, arguments @ ..] = items else { return Err(bad()) };
                let mut taken = Vec::with_capacity(arguments.len());
                for argument in arguments {
                    let index =
                        parsed.iter().position(|field| field.name.name() == argument.name());
                    taken.push(index.ok_or_else(|| {
                        Fault::syntax(argument.span(), "unknown field in constructor spec")
                            .about(argument.to_string())
                    })?);
                }
                Some((name, taken))
            }
        };
        let predicate = predicate.identifier().map(|_| predicate);
        Ok(PlainRecord { type_name, constructor, predicate, fields: parsed })
    }

    fn field_names(&self, span: Span) -> Expression {
        field_names(self.fields.iter().map(|field| field.name), span)
    }
}

/// The names of fields as a constant list of strings.
pub(super) fn field_names<'a>(names: impl Iterator<Item = &'a Syntax>, span: Span) -> Expression {
    let names = names.map(|name| Syntax::string(&name.to_string(), span)).collect();
    Expression::constant(Syntax::list(names, span))
}

impl Session {
    /// Code that makes a record type. `summary` has the parts of the short form of its records.
    pub(super) fn make_record_type(
        &self,
        name: &str,
        fields: Expression,
        summary: Option<&[Syntax]>,
        span: Span,
    ) -> Expression {
        let mut arguments = vec![Expression::string(name, span), fields];
        if let Some(parts) = summary {
            arguments.push(Expression::constant(Syntax::list(parts.to_vec(), span)));
            return Expression::native("%make-summarized-record-type", arguments, span);
        }
        Expression::native("%make-record-type", arguments, span)
    }

    /// A procedure that recognises records of the type.
    pub(super) fn record_predicate(&self, descriptor: Expression, span: Span) -> Expression {
        let object = self.temporary("object");
        let test = vec![Expression::local(&object, span), descriptor];
        Expression::lambda(vec![object], None, Expression::native("%record?", test, span), span)
    }

    /// A procedure that makes a record of its arguments.
    fn record_constructor(
        &self,
        descriptor: Expression,
        taken: &[usize],
        count: usize,
        span: Span,
    ) -> Expression {
        let locals: Vec<Local> = taken.iter().map(|_| self.temporary("field")).collect();
        let mut arguments = vec![descriptor, Expression::boolean(false, span)];
        for index in 0..count {
            let position = taken.iter().position(|taken| *taken == index);
            arguments.push(match position {
                Some(position) => Expression::local(&locals[position], span),
                None => Expression::boolean(false, span),
            });
        }
        Expression::lambda(locals, None, Expression::native("%record", arguments, span), span)
    }

    fn record_modifier(
        &self,
        descriptor: Expression,
        index: usize,
        name: &Syntax,
        functional: bool,
        span: Span,
    ) -> Expression {
        let (record, value) = (self.temporary("record"), self.temporary("value"));
        let native = if functional { "%record-with" } else { "%record-set!" };
        let arguments = vec![
            Expression::local(&record, span),
            descriptor,
            Expression::integer(index, span),
            Expression::string(&name.to_string(), span),
            Expression::local(&value, span),
        ];
        let body = Expression::native(native, arguments, span);
        Expression::lambda(vec![record, value], None, body, span)
    }

    fn record_accessor(
        &self,
        descriptor: Expression,
        index: usize,
        name: &Syntax,
        span: Span,
    ) -> Expression {
        let record = self.temporary("record");
        let arguments = vec![
            Expression::local(&record, span),
            descriptor,
            Expression::integer(index, span),
            Expression::string(&name.to_string(), span),
        ];
        let body = Expression::native("%record-ref", arguments, span);
        Expression::lambda(vec![record], None, body, span)
    }

    /// `define-record-type` at top level.
    pub(crate) fn define_plain_record(
        &self,
        keyword: Keyword,
        syntax: &Syntax,
        module: &Rc<Module>,
    ) -> Result<()> {
        let span = syntax.span();
        let record = PlainRecord::parse(keyword, syntax)?;
        let scope = module.scope();
        let define = |name: &Syntax| -> Result<Rc<Global>> {
            let identifier = name.identifier().ok_or_else(|| bad_form(keyword.name(), syntax))?;
            Ok(self.define_global(module, identifier))
        };
        let descriptor = define(record.type_name)?;
        let type_name = record.type_name.to_string();
        let fields = record.field_names(span);
        let code = self.make_record_type(&type_name, fields, None, span);
        self.define_code(&descriptor, code, &scope, module)?;
        let reference = || Expression::global(&descriptor, span);
        if let Some((name, taken)) = &record.constructor {
            let count = record.fields.len();
            let code = self.record_constructor(reference(), taken, count, span);
            self.define_code(&define(name)?, code, &scope, module)?;
        }
        if let Some(name) = record.predicate {
            let code = self.record_predicate(reference(), span);
            self.define_code(&define(name)?, code, &scope, module)?;
        }
        let functional = keyword == Keyword::DefineImmutableRecordType;
        for (index, field) in record.fields.iter().enumerate() {
            if let Some(name) = field.accessor {
                self.define_accessor(&descriptor, index, name, Storage::Plain, module)?;
            }
            if let Some(name) = field.modifier {
                let code = self.record_modifier(reference(), index, name, functional, span);
                self.define_code(&define(name)?, code, &scope, module)?;
            }
        }
        Ok(())
    }

    /// Defines a variable by core code: on first reference where the module is lazy or the value
    /// a procedure, else now.
    pub(super) fn define_code(
        &self,
        global: &Rc<Global>,
        code: Expression,
        scope: &Scope,
        module: &Module,
    ) -> Result<()> {
        if module.lazy || code.is_lambda() {
            let source = DefinitionSource::Code(std::cell::RefCell::new(Some(code)));
            return self.define_later(global, source, scope);
        }
        let span = code.span;
        let code = Expression::new(Kind::Define(global.clone(), code.into()), span);
        self.queue_code(code, false)?;
        *global.state.borrow_mut() = State::Defined;
        Ok(())
    }

    /// Defines an accessor that is inlined where it is applied.
    pub(super) fn define_accessor(
        &self,
        descriptor: &Rc<Global>,
        index: usize,
        name: &Syntax,
        storage: Storage,
        module: &Rc<Module>,
    ) -> Result<()> {
        let identifier = name.identifier().ok_or_else(|| bad_form("record accessor", name))?;
        let global = self.define_global(module, identifier);
        let accessor = Rc::new(Accessor {
            global: global.clone(),
            descriptor: descriptor.clone(),
            index,
            name: identifier.name,
            storage,
        });
        let source = DefinitionSource::Accessor(accessor.clone(), name.span());
        module.definitions.borrow_mut().insert(identifier.key(), Binding::Accessor(accessor));
        self.define_later(&global, source, &module.scope())
    }

    /// `define-record-type` in a body.
    pub(crate) fn collect_local_record(
        &self,
        syntax: &Syntax,
        scope: &Scope,
        steps: &mut Vec<BodyStep>,
    ) -> Result<()> {
        let span = syntax.span();
        let keyword = Keyword::DefineRecordType;
        let record = PlainRecord::parse(keyword, syntax)?;
        let descriptor = self.bind_local(record.type_name, scope)?;
        let code = self.make_record_type(
            &record.type_name.to_string(),
            record.field_names(span),
            None,
            span,
        );
        steps.push(BodyStep::Code(Some(descriptor.clone()), code));
        let reference = || Expression::local(&descriptor, span);
        let mut step = |name: &Syntax, code: Expression| -> Result<()> {
            steps.push(BodyStep::Code(Some(self.bind_local(name, scope)?), code));
            Ok(())
        };
        if let Some((name, taken)) = &record.constructor {
            let count = record.fields.len();
            step(name, self.record_constructor(reference(), taken, count, span))?;
        }
        if let Some(name) = record.predicate {
            step(name, self.record_predicate(reference(), span))?;
        }
        for (index, field) in record.fields.iter().enumerate() {
            if let Some(name) = field.accessor {
                step(name, self.record_accessor(reference(), index, name, span))?;
            }
            if let Some(name) = field.modifier {
                step(name, self.record_modifier(reference(), index, name, false, span))?;
            }
        }
        Ok(())
    }
}
