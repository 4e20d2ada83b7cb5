//! The expander: syntax to core forms, hygienically. An identifier is a name and the chain of
//! expansions that inserted it; it means what its innermost binding of that very name and chain
//! says, else what the name without its last expansion means where that macro was defined.

mod bind;
mod body;
mod control;
mod features;
mod gexp;
mod keyword;
mod macros;
mod matching;
mod name;
mod optional;
mod quotation;
mod record;
mod record_match;
mod record_plain;
mod single;
mod toplevel;
mod values;

use std::rc::Rc;

use crate::core::{Expression, Kind};
use crate::diagnostic::{Fault, Kind as FaultKind, Result};
use crate::scope::{Binding, Contour, Scope, Storage};
use crate::session::Session;
use crate::syntax::{Form, Identifier, Span, Symbol, Syntax};

pub use features::FEATURES;
pub use keyword::Keyword;
pub use macros::{CasePattern, CaseTemplate, Expansion, Macro, no_match};
pub(crate) use name::{is_plain, sorted_keys};
pub use record::{Field as RecordField, RecordForm};

/// Nested macro uses beyond this do not end.
const DEEPEST_EXPANSION: u32 = 3000;

/// The scope in which each core keyword is bound to itself.
pub fn core_scope() -> Scope {
    let bind = |keyword: &Keyword| ((Symbol::new(keyword.name()), 0), Binding::Keyword(*keyword));
    Contour::of_core(Keyword::ALL.iter().map(bind).collect())
}

impl Session {
    /// Expands an expression.
    pub fn expand(&self, syntax: &Syntax, scope: &Scope) -> Result<Expression> {
        match syntax.form() {
            Form::Identifier(identifier) => self.expand_reference(syntax, identifier, scope),
            Form::List(items) => self.expand_list(syntax, items, scope),
            Form::Dotted(items, _) => match self.head_binding(items, scope)? {
                Some(Binding::Macro(used)) => self.expand_use(&used, syntax, scope),
                _ => Err(bad_form("expression", syntax)),
            },
            Form::Vector(_) => Ok(Expression::constant(strip(syntax))),
            _ => Ok(Expression::constant(syntax.clone())),
        }
    }

    fn expand_list(&self, syntax: &Syntax, items: &[Syntax], scope: &Scope) -> Result<Expression> {
        let Some(operator) = items.first() else {
            return Err(Fault::syntax(syntax.span(), "unexpected syntax").about("()"));
        };
        let binding = self.head_binding(items, scope)?;
        match binding {
            Some(Binding::Keyword(keyword)) => {
                return self.expand_keyword(keyword, syntax, items, scope);
            }
            Some(Binding::Macro(used)) => return self.expand_use(&used, syntax, scope),
            Some(Binding::Record(record)) => {
                return self.expand_record(&record, syntax, &items[1..], scope);
            }
            Some(Binding::Accessor(ref accessor)) if items.len() == 2 => {
                let record = self.expand(&items[1], scope)?;
                return Ok(self.access(accessor, record, syntax.span()));
            }
            _ => {}
        }
        let procedure = self.expand(operator, scope)?;
        if let Kind::Local(local) = &procedure.kind {
            local.passed_on.set(local.passed_on.get().saturating_sub(1));
        }
        self.note_arguments(binding.as_ref(), &items[1..], scope);
        let arguments = match self.expand_arguments(&items[1..], scope) {
            // What has an unbound name may be the use of a macro that is missing.
            Err(_) if self.is_checking() && matches!(procedure.kind, Kind::Free(..)) => {
                return Ok(procedure);
            }
            arguments => arguments?,
        };
        Ok(apply(procedure, arguments, syntax.span(), self))
    }

    /// What the use of a macro as an expression stands for.
    pub(crate) fn expand_use(
        &self,
        used: &Rc<Macro>,
        syntax: &Syntax,
        scope: &Scope,
    ) -> Result<Expression> {
        let expansion = self.expand_macro(used, syntax, scope)?;
        self.nested(syntax, || self.expand(&expansion, scope))
    }

    /// Runs `expand` one level deeper, and refuses what does not end.
    fn nested<T>(&self, syntax: &Syntax, expand: impl FnOnce() -> Result<T>) -> Result<T> {
        let depth = self.depth.get() + 1;
        if depth > DEEPEST_EXPANSION {
            let name = syntax.head().map_or(String::new(), ToString::to_string);
            return Err(Fault::syntax(
                syntax.span(),
                format!("the expansion of {name} never ends"),
            ));
        }
        if self.interrupt.is_raised() {
            return Err(Fault::of_kind(FaultKind::Interrupted, syntax.span(), "interrupted"));
        }
        self.depth.set(depth);
        let result = expand();
        self.depth.set(depth - 1);
        result
    }

    fn expand_reference(
        &self,
        syntax: &Syntax,
        identifier: &Identifier,
        scope: &Scope,
    ) -> Result<Expression> {
        let span = syntax.span();
        let name = identifier.name;
        let binding = self.resolve(identifier, scope)?.map(|found| self.in_force(found, scope));
        match binding {
            Some(Binding::Local(local)) if local.phase != self.phase.get() => {
                let message = "reference to identifier outside its scope";
                Err(Fault::syntax(span, message).about(name.name().to_string()))
            }
            Some(Binding::Local(local)) => {
                local.passed_on.set(local.passed_on.get() + 1);
                Ok(Expression::local(&local, span))
            }
            Some(Binding::Keyword(Keyword::ThisRecord)) => self.this_record(None, scope, span),
            Some(Binding::ThisRecord(record)) => self.this_record(Some(&record), scope, span),
            Some(Binding::Macro(used)) => self.expand_use(&used, syntax, scope),
            Some(Binding::Pattern(_)) => {
                let message = "reference to pattern variable outside syntax form";
                Err(Fault::syntax(span, message).about(name.name().to_string()))
            }
            Some(Binding::Keyword(_) | Binding::Record(_)) => {
                let message = "syntactic keyword used as a variable";
                Err(Fault::syntax(span, message).about(name.name().to_string()))
            }
            Some(Binding::Deferred(_)) | None => {
                let (module, identifier) = self.top_level_name(identifier, scope);
                Ok(Expression::new(Kind::Free(module, identifier), span))
            }
            Some(binding) => match binding.global() {
                Some(global) => Ok(Expression::global(global, span)),
                None => Err(Fault::syntax(span, format!("{name} cannot be used here"))),
            },
        }
    }

    pub(crate) fn expand_each(&self, forms: &[Syntax], scope: &Scope) -> Result<Vec<Expression>> {
        forms.iter().map(|form| self.expand(form, scope)).collect()
    }

    /// Code that reads a record's field.
    pub(crate) fn access(
        &self,
        accessor: &crate::scope::Accessor,
        record: Expression,
        span: Span,
    ) -> Expression {
        let read = |record: Expression| {
            let descriptor = Expression::global(&accessor.descriptor, span);
            let index = Expression::integer(accessor.index, span);
            let name = Expression::string(&accessor.name.name(), span);
            Expression::native("%record-ref", vec![record, descriptor, index, name], span)
        };
        match accessor.storage {
            Storage::Plain => read(record),
            Storage::Thunked => {
                let local = self.temporary("record");
                let thunk = read(Expression::local(&local, span));
                record.bind(
                    local.clone(),
                    thunk.call(vec![Expression::local(&local, span)], span),
                    span,
                )
            }
            Storage::Delayed => self.control("%force", span).call(vec![read(record)], span),
        }
    }

    fn expand_keyword(
        &self,
        keyword: Keyword,
        syntax: &Syntax,
        items: &[Syntax],
        scope: &Scope,
    ) -> Result<Expression> {
        use Keyword as K;
        let span = syntax.span();
        match keyword {
            K::Quote => self.expand_quote(syntax, items),
            K::Quasiquote => self.expand_quasiquote(syntax, items, scope),
            K::Gexp => self.expand_gexp(syntax, items, scope),
            K::WithImportedModules | K::WithExtensions => {
                self.expand_brought(keyword, syntax, items, scope)
            }
            K::If => self.expand_if(syntax, items, scope),
            K::Lambda => self.expand_lambda(syntax, items, scope),
            K::LambdaStar => self.expand_lambda_star(syntax, items, scope),
            K::CaseLambda | K::CaseLambdaStar => {
                self.expand_case_lambda(keyword, syntax, items, scope)
            }
            K::Set => self.expand_set(syntax, items, scope),
            K::Begin | K::EvalWhen => {
                let skipped = if keyword == K::Begin { 1 } else { 2 };
                let forms = items.get(skipped..).ok_or_else(|| bad_form(keyword.name(), syntax))?;
                Ok(Expression::sequence(self.expand_each(forms, scope)?, span))
            }
            K::CondExpand => {
                let forms = self.cond_expand(syntax, items)?;
                Ok(Expression::sequence(self.expand_each(&forms, scope)?, span))
            }
            K::Let => self.expand_let(syntax, items, scope),
            K::LetStar => self.expand_let_star(syntax, items, scope),
            K::Letrec | K::LetrecStar => self.expand_letrec(syntax, items, scope),
            K::LetValues => self.expand_let_values(syntax, items, scope, false),
            K::LetStarValues => self.expand_let_values(syntax, items, scope, true),
            K::Receive => self.expand_receive(syntax, items, scope),
            K::Parameterize => self.expand_parameterize(syntax, items, scope),
            K::Do => self.expand_do(syntax, items, scope),
            K::LetSyntax | K::LetrecSyntax | K::SyntaxParameterize => {
                let inner = self.bind_syntax(keyword, syntax, scope)?;
                let body = syntax.after(2).ok_or_else(|| bad_form(keyword.name(), syntax))?;
                self.expand_body(&body, &inner)
            }
            K::SyntaxRules | K::IdentifierSyntax => self.expand_transformer(syntax, scope),
            K::SyntaxCase => self.expand_syntax_case(syntax, items, scope),
            K::Syntax => self.expand_syntax(syntax, items, scope),
            K::Quasisyntax => self.expand_quasisyntax(syntax, items, scope),
            K::WithSyntax => self.expand_with_syntax(syntax, items, scope),
            K::WithEllipsis => self.expand_with_ellipsis(syntax, items, scope),
            K::Cond => self.expand_cond(syntax, &items[1..], scope),
            K::Case => self.expand_case(syntax, items, scope),
            K::And => self.expand_and(syntax, &items[1..], scope),
            K::Or => self.expand_or(syntax, &items[1..], scope),
            K::When | K::Unless => self.expand_when(keyword, syntax, items, scope),
            K::While => self.expand_while(syntax, items, scope),
            K::Delay => self.expand_delay("%make-promise", syntax, items, scope),
            K::DelayForce => self.expand_delay("%make-lazy", syntax, items, scope),
            K::Guard => self.expand_guard(syntax, items, scope),
            K::Assert => self.expand_assert(syntax, items, scope),
            K::Cut | K::Cute => self.expand_cut(keyword, syntax, items, scope),
            K::Match => self.expand_match(syntax, items, scope),
            K::MatchLambda => self.expand_match_lambda(syntax, items, scope),
            K::MatchLambdaStar => self.expand_match_lambda_star(syntax, items, scope),
            K::MatchLet | K::MatchLetStar | K::MatchLetrec => {
                self.expand_match_let(keyword, syntax, items, scope)
            }
            K::MatchRecord => self.expand_match_record(syntax, items, scope),
            K::MatchRecordLambda => self.expand_match_record_lambda(syntax, items, scope),
            // With an argument: where the user wrote that.
            K::CurrentSourceLocation => {
                let place = items.get(1).map_or(span, Syntax::span);
                let properties = self.source_properties(place);
                Ok(properties
                    .map_or_else(|| Expression::boolean(false, span), Expression::constant))
            }
            K::CurrentSourceDirectory => Ok(match self.source_directory(span) {
                Some(directory) => Expression::string(&directory, span),
                None => Expression::boolean(false, span),
            }),
            K::CurrentFilename => Ok(match self.source_file(span) {
                Some(name) => Expression::string(&name, span),
                None => Expression::boolean(false, span),
            }),
            K::Include | K::IncludeCi | K::IncludeFromPath => {
                let forms = self.included(keyword, syntax, items)?;
                Ok(Expression::sequence(self.expand_each(&forms, scope)?, span))
            }
            K::At | K::AtAt => self.expand_at(keyword, syntax, items, scope),
            K::UseModules | K::Import | K::Export | K::ReExport | K::ExportReplace => {
                let module = self.module_of(scope);
                self.module_form(keyword, syntax, &items[1..], &module)?;
                Ok(Expression::unspecified(span))
            }
            K::Define
            | K::DefineStar
            | K::DefinePublic
            | K::DefineInlinable
            | K::DefineOnce
            | K::DefineValues
            | K::DefineSyntax
            | K::DefineSyntaxRule
            | K::DefineSyntaxParameter
            | K::DefineRecordType
            | K::DefineImmutableRecordType
            | K::DefineRecordTypeStar
            | K::DefineModule
            | K::DefineLibrary
            | K::Library => {
                let message =
                    "definition in expression context, where definitions are not allowed,";
                Err(Fault::syntax(span, message).about(syntax.to_string()))
            }
            K::ThisRecord
            | K::Unquote
            | K::UnquoteSplicing
            | K::Else
            | K::Arrow
            | K::Underscore
            | K::Ellipsis
            | K::Slot
            | K::RestSlot
            | K::Ungexp
            | K::UngexpSplicing
            | K::UngexpNative
            | K::UngexpNativeSplicing
            | K::Unsyntax
            | K::UnsyntaxSplicing => {
                let message = format!("bad use of '{}' syntactic keyword", keyword.name());
                Err(Fault::syntax(span, message).about(syntax.to_string()))
            }
        }
    }
}

/// An application; a procedure written in place takes its arguments like `let`.
pub(crate) fn apply(
    procedure: Expression,
    arguments: Vec<Expression>,
    span: Span,
    session: &Session,
) -> Expression {
    let lambda = match procedure.kind {
        Kind::Lambda(lambda) => lambda,
        kind => return Expression::new(kind, procedure.span).call(arguments, span),
    };
    if lambda.rest.is_none() && lambda.parameters.len() == arguments.len() {
        if arguments.is_empty() {
            return lambda.body;
        }
        let bindings = lambda.parameters.into_iter().zip(arguments).collect();
        return Expression::new(Kind::Let(bindings, Box::new(lambda.body)), span);
    }
    // The engine miscounts the arguments of a procedure that is applied in place.
    let local = session.temporary("procedure");
    let procedure = Expression::new(Kind::Lambda(lambda), procedure.span);
    let list = Expression::native("#%prim.list", arguments, span);
    let call =
        Expression::native("#%prim.apply", vec![Expression::local(&local, span), list], span);
    procedure.bind(local, call, span)
}

/// A form that does not have the shape it must have, in Guile's words.
pub(crate) fn bad_form(keyword: &str, syntax: &Syntax) -> Fault {
    let shown = syntax.to_string();
    let shown = if shown.chars().count() > 100 {
        format!("{}...", shown.chars().take(100).collect::<String>())
    } else {
        shown
    };
    Fault::syntax(syntax.span(), format!("bad {keyword}")).about(shown)
}

/// The datum without contexts: what `quote` gives.
pub fn strip(syntax: &Syntax) -> Syntax {
    let all = |items: &[Syntax]| items.iter().map(strip).collect::<Box<[Syntax]>>();
    let form = match syntax.form() {
        Form::List(items) => Form::List(all(items)),
        Form::Dotted(items, tail) => Form::Dotted(all(items), strip(tail)),
        Form::Vector(items) => Form::Vector(all(items)),
        Form::Identifier(identifier) if identifier.mark.is_some() => {
            Form::Identifier(Identifier::plain(identifier.name))
        }
        _ => return syntax.clone(),
    };
    Syntax::new(form, syntax.span())
}
