//! `match-record`: fields of records by name.

use super::bad_form;
use super::record::place;
use crate::core::Expression;
use crate::diagnostic::{Fault, Result};
use crate::scope::{Accessor, Binding, Contour, Local, Scope};
use crate::session::Session;
use crate::syntax::Syntax;

impl Session {
    /// `(match-record record <type> (field ...) body ...)`
    pub(crate) fn expand_match_record(
        &self,
        syntax: &Syntax,
        items: &[Syntax],
        scope: &Scope,
    ) -> Result<Expression> {
        let [_, object, type_name, fields, ..] = items else {
            return Err(bad_form("match-record", syntax));
        };
        let object = self.expand(object, scope)?;
        let local = self.temporary("record");
        let body = syntax.after(4).ok_or_else(|| bad_form("match-record", syntax))?;
        let code = self.with_fields(syntax, &local, type_name, fields, &body, scope)?;
        Ok(object.bind(local, code, syntax.span()))
    }

    /// `(match-record-lambda <type> (field ...) body ...)`
    pub(crate) fn expand_match_record_lambda(
        &self,
        syntax: &Syntax,
        items: &[Syntax],
        scope: &Scope,
    ) -> Result<Expression> {
        let [_, type_name, fields, ..] = items else {
            return Err(bad_form("match-record-lambda", syntax));
        };
        let local = self.temporary("record");
        let body = syntax.after(3).ok_or_else(|| bad_form("match-record-lambda", syntax))?;
        let code = self.with_fields(syntax, &local, type_name, fields, &body, scope)?;
        Ok(Expression::lambda(vec![local], None, code, syntax.span()))
    }

    fn with_fields(
        &self,
        syntax: &Syntax,
        record: &Local,
        type_name: &Syntax,
        fields: &Syntax,
        body: &Syntax,
        scope: &Scope,
    ) -> Result<Expression> {
        let span = syntax.span();
        let form = match type_name.identifier() {
            Some(identifier) => self.resolve(identifier, scope)?,
            None => None,
        };
        let Some(Binding::RecordType(form)) = form else {
            return Err(Fault::syntax(type_name.span(), "undefined record type")
                .about(type_name.to_string()));
        };
        let inner = Contour::inside(scope);
        let mut bindings = Vec::new();
        let fields = fields.items().ok_or_else(|| bad_form("match-record", syntax))?;
        for clause in fields {
            let (name, variable) = match clause.items() {
                Some([name, variable]) => (name, variable),
                _ => (clause, clause),
            };
            let index = form.fields.iter().position(|field| Some(field.name) == name.name());
            let Some(index) = index else {
                return Err(Fault::syntax(place(clause, span), "unknown record type field")
                    .about(name.to_string()));
            };
            let accessor = Accessor {
                global: form.descriptor.clone(),
                descriptor: form.descriptor.clone(),
                index,
                name: form.fields[index].name,
                storage: form.fields[index].storage,
            };
            let value = self.access(&accessor, Expression::local(record, span), span);
            bindings.push((self.bind_local(variable, &inner)?, value));
        }
        let mut code = self.expand_body(body, &inner)?;
        for (local, value) in bindings.into_iter().rev() {
            code = value.bind(local, code, span);
        }
        Ok(code)
    }
}
