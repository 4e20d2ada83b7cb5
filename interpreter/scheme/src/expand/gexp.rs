//! G-expressions: build-side code with references, and the modules that it brings along.

use super::quotation::{Insertion, Nested};
use super::single::mentions;
use super::{Keyword, bad_form};
use crate::core::Expression;
use crate::diagnostic::Result;
use crate::scope::{Brought, Contour, Local, Role, Scope};
use crate::session::Session;
use crate::syntax::{Form, Span, Symbol, Syntax};

impl Session {
    /// `(with-imported-modules MODULES BODY ...)`, `(with-extensions EXTENSIONS BODY ...)`
    pub(crate) fn expand_brought(
        &self,
        keyword: Keyword,
        syntax: &Syntax,
        items: &[Syntax],
        scope: &Scope,
    ) -> Result<Expression> {
        let bad = || bad_form(keyword.name(), syntax);
        let [_, given, _, ..] = items else { return Err(bad()) };
        let body = syntax.after(2).ok_or_else(bad)?;
        let value = self.expand(given, scope)?;
        let extensions = keyword == Keyword::WithExtensions;
        let list = self.temporary("brought");
        let is_made = extensions || mentions(given, Symbol::new("=>"));
        let brought = Brought { extensions, list: list.clone(), is_made };
        let inner = Contour::with_role(scope, Role::Brought(brought));
        Ok(value.bind(list, self.expand_body(&body, &inner)?, syntax.span()))
    }

    /// The modules or extensions that G-expressions of a scope bring along.
    fn brought(&self, extensions: bool, scope: &Scope, span: Span) -> Expression {
        let list = scope.outward().find_map(|contour| match &contour.role {
            Role::Brought(brought) if brought.extensions == extensions => {
                Some(brought.list.clone())
            }
            _ => None,
        });
        match list.filter(|list| list.phase == self.phase.get()) {
            Some(list) => Expression::local(&list, span),
            None => Expression::constant(Syntax::list(Vec::new(), span)),
        }
    }

    /// `(gexp template)`: its references, and a procedure of their values that builds it.
    pub(crate) fn expand_gexp(
        &self,
        syntax: &Syntax,
        items: &[Syntax],
        scope: &Scope,
    ) -> Result<Expression> {
        let span = syntax.span();
        let [_, template] = items else { return Err(bad_form("gexp", syntax)) };
        self.note_template(syntax, template, scope);
        let mut references: Vec<(Local, Expression)> = Vec::new();
        let body = self.template(
            template,
            &mut |form, depth| self.ungexped(form, depth, scope, &mut references),
            1,
        )?;
        let (locals, references): (Vec<Local>, Vec<Expression>) = references.into_iter().unzip();
        let references = Expression::native("#%prim.list", references, span);
        let build = Expression::lambda(locals, None, body, span);
        let modules = self.brought(false, scope, span);
        let extensions = self.brought(true, scope, span);
        let location = match self.location_text(span) {
            Some(location) => Expression::string(&location, span),
            None => Expression::boolean(false, span),
        };
        let parts = vec![references, build, location, modules, extensions];
        Ok(Expression::native("%make-gexp", parts, span))
    }

    fn ungexped(
        &self,
        form: &Syntax,
        depth: u32,
        scope: &Scope,
        references: &mut Vec<(Local, Expression)>,
    ) -> Result<Nested> {
        let Some([head, rest @ ..]) = form.items() else { return Ok(Nested::Same) };
        let is = |keyword| self.is_keyword(head, keyword, scope);
        if is(Keyword::Gexp) && rest.len() == 1 {
            return Ok(Nested::Deeper);
        }
        let native = is(Keyword::UngexpNative) || is(Keyword::UngexpNativeSplicing);
        let splicing = is(Keyword::UngexpSplicing) || is(Keyword::UngexpNativeSplicing);
        if !native && !splicing && !is(Keyword::Ungexp) {
            return Ok(Nested::Same);
        }
        if depth > 1 {
            return Ok(Nested::Shallower);
        }
        let reference = self.gexp_reference(form, rest, native, scope)?;
        let local = self.temporary("reference");
        let value = Expression::local(&local, form.span());
        references.push((local, reference));
        let insertion = if splicing { Insertion::Splice(value) } else { Insertion::Value(value) };
        Ok(Nested::Insert(vec![insertion]))
    }

    fn gexp_reference(
        &self,
        form: &Syntax,
        rest: &[Syntax],
        native: bool,
        scope: &Scope,
    ) -> Result<Expression> {
        let span = form.span();
        let (thing, output) = match rest {
            [thing] => (thing, None),
            [thing, output] => (thing, Some(output)),
            _ => return Err(bad_form("ungexp", form)),
        };
        if let Some(name) = thing.name() {
            let name = name.name();
            let (word, output_name) = name.split_once(':').unwrap_or((&name, "out"));
            if Symbol::new(word) == Symbol::OUTPUT {
                let name = match output {
                    Some(output) => self.expand(output, scope)?,
                    None => Expression::string(output_name, span),
                };
                return Ok(Expression::native("%make-gexp-output", vec![name], span));
            }
            // `#$thing:output`, unless the whole is a variable.
            if let (Some((word, output_name)), None, Some(identifier)) =
                (name.split_once(':'), output, thing.identifier())
                && !word.is_empty()
                && self.resolve(identifier, scope)?.is_none()
            {
                let identifier = crate::syntax::Identifier {
                    name: Symbol::new(word),
                    mark: identifier.mark.clone(),
                };
                let thing = Syntax::new(Form::Identifier(identifier), thing.span());
                let arguments = vec![
                    self.expand(&thing, scope)?,
                    Expression::string(output_name, span),
                    Expression::boolean(native, span),
                ];
                return Ok(Expression::native("%make-gexp-input", arguments, span));
            }
        }
        let output = match output {
            Some(output) => self.expand(output, scope)?,
            None => Expression::string("out", span),
        };
        let arguments = vec![self.expand(thing, scope)?, output, Expression::boolean(native, span)];
        Ok(Expression::native("%make-gexp-input", arguments, span))
    }
}
