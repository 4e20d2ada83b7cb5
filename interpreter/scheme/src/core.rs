//! Core forms: what is left of a program after expansion.

use std::rc::Rc;

use crate::scope::{Global, Local, Module};
use crate::syntax::{Identifier, Span, Symbol, Syntax};

/// A core form and the place it stands for.
pub struct Expression {
    /// What it does.
    pub kind: Kind,
    /// The form that it was made from, in the user's text.
    pub span: Span,
}

/// What a core form does.
pub enum Kind {
    /// A constant, quoted.
    Constant(Syntax),
    /// No value.
    Unspecified,
    /// A local variable.
    Local(Local),
    /// A module's variable.
    Global(Rc<Global>),
    /// A name that nothing binds, yet: looked up again when the code is emitted.
    Free(Rc<Module>, Identifier),
    /// A procedure of the engine or of the runtime, by its name there.
    Native(&'static str),
    /// Two-way choice.
    If(Box<Expression>, Box<Expression>, Box<Expression>),
    /// A procedure.
    Lambda(Box<Lambda>),
    /// An application.
    Call(Box<Expression>, Vec<Expression>),
    /// Variables bound to values, all computed before.
    Let(Vec<(Local, Expression)>, Box<Expression>),
    /// Variables that see each other, set one after the other: `letrec*`. Steps without a
    /// variable are just run.
    Recursive(Vec<(Option<Local>, Expression)>, Box<Expression>),
    /// One after the other; the last one's value. Never empty.
    Sequence(Vec<Expression>),
    /// Assignment to a local variable.
    SetLocal(Local, Box<Expression>),
    /// Assignment to a module's variable.
    SetGlobal(Rc<Global>, Box<Expression>),
    /// Definition of a module's variable.
    Define(Rc<Global>, Box<Expression>),
}

/// A procedure.
pub struct Lambda {
    /// Required parameters.
    pub parameters: Vec<Local>,
    /// The parameter that takes the rest.
    pub rest: Option<Local>,
    /// Its body.
    pub body: Expression,
    /// How the program writes its parameters.
    pub written: Written,
}

/// Parameters as a program writes them: what a procedure that has a name is shown with.
#[derive(Default)]
pub enum Written {
    /// Nobody has written it.
    #[default]
    Not,
    /// Of a `lambda` or a `lambda*`.
    Once(Syntax),
    /// Of each clause of a `case-lambda`.
    Clauses(Vec<Syntax>),
}

impl Written {
    /// As Guile shows them: without default values.
    pub fn shown(&self) -> String {
        match self {
            Written::Not => String::new(),
            Written::Once(parameters) => shown_parameters(parameters),
            Written::Clauses(clauses) => {
                clauses.iter().map(shown_parameters).collect::<Vec<_>>().join(" | ")
            }
        }
    }
}

fn shown_parameters(parameters: &Syntax) -> String {
    let Some((items, tail)) = parameters.items_and_tail() else { return parameters.to_string() };
    let mut shown: Vec<String> = Vec::new();
    for item in items {
        match item.keyword().map(|keyword| keyword.name()).as_deref() {
            Some("allow-other-keys") => {}
            Some("rest") => shown.push(".".to_owned()),
            // `(NAME DEFAULT)`
            _ => shown.push(item.head().unwrap_or(item).to_string()),
        }
    }
    if let Some(tail) = tail {
        shown.extend([".".to_owned(), tail.to_string()]);
    }
    match &shown[..] {
        [dot, rest] if dot == "." => rest.clone(),
        shown => format!("({})", shown.join(" ")),
    }
}

impl Expression {
    /// A core form at a place.
    pub fn new(kind: Kind, span: Span) -> Expression {
        Expression { kind, span }
    }

    /// A constant.
    pub fn constant(datum: Syntax) -> Expression {
        let span = datum.span();
        Expression::new(Kind::Constant(datum), span)
    }

    /// A string constant.
    pub fn string(text: &str, span: Span) -> Expression {
        Expression::constant(Syntax::string(text, span))
    }

    /// `#t` or `#f`.
    pub fn boolean(value: bool, span: Span) -> Expression {
        Expression::constant(Syntax::new(crate::syntax::Form::Boolean(value), span))
    }

    /// A small integer.
    pub fn integer(value: usize, span: Span) -> Expression {
        let number = crate::syntax::Number::Small(value as i64);
        Expression::constant(Syntax::new(crate::syntax::Form::Number(number), span))
    }

    /// No value.
    pub fn unspecified(span: Span) -> Expression {
        Expression::new(Kind::Unspecified, span)
    }

    /// A reference to a local variable.
    pub fn local(local: &Local, span: Span) -> Expression {
        local.used.set(true);
        Expression::new(Kind::Local(local.clone()), span)
    }

    /// A reference to a global variable.
    pub fn global(global: &Rc<Global>, span: Span) -> Expression {
        Expression::new(Kind::Global(global.clone()), span)
    }

    /// An application of a native procedure.
    pub fn native(name: &'static str, arguments: Vec<Expression>, span: Span) -> Expression {
        Expression::new(Kind::Native(name), span).call(arguments, span)
    }

    /// An application of this.
    pub fn call(self, arguments: Vec<Expression>, span: Span) -> Expression {
        Expression::new(Kind::Call(Box::new(self), arguments), span)
    }

    /// A choice on this.
    pub fn choose(self, then: Expression, otherwise: Expression, span: Span) -> Expression {
        Expression::new(Kind::If(Box::new(self), Box::new(then), Box::new(otherwise)), span)
    }

    /// `body` with one variable bound to this.
    pub fn bind(self, local: Local, body: Expression, span: Span) -> Expression {
        Expression::new(Kind::Let(vec![(local, self)], Box::new(body)), span)
    }

    /// Computing it runs no code, and it is the same whenever it is computed.
    pub fn is_fixed(&self) -> bool {
        match &self.kind {
            Kind::Constant(_) | Kind::Unspecified | Kind::Lambda(_) => true,
            Kind::Local(local) => !local.assigned.get(),
            _ => false,
        }
    }

    /// A procedure.
    pub fn lambda(
        parameters: Vec<Local>,
        rest: Option<Local>,
        body: Expression,
        span: Span,
    ) -> Expression {
        let written = Written::Not;
        Expression::new(Kind::Lambda(Box::new(Lambda { parameters, rest, body, written })), span)
    }

    /// The same procedure, with its parameters as the program writes them.
    pub fn written(mut self, parameters: Written) -> Expression {
        if let Kind::Lambda(lambda) = &mut self.kind {
            lambda.written = parameters;
        }
        self
    }

    /// The same; a procedure is told its name.
    pub fn named(self, name: Symbol) -> Expression {
        let Kind::Lambda(lambda) = &self.kind else { return self };
        let span = self.span;
        let shown = Expression::string(&format!("{name} {}", lambda.written.shown()), span);
        Expression::native("%named", vec![self, shown], span)
    }

    /// One after the other.
    pub fn sequence(mut steps: Vec<Expression>, span: Span) -> Expression {
        match steps.len() {
            0 => Expression::unspecified(span),
            1 => steps.remove(0),
            _ => Expression::new(Kind::Sequence(steps), span),
        }
    }

    /// It is a procedure: computing it runs no code and needs no other variable's value.
    pub fn is_lambda(&self) -> bool {
        matches!(self.kind, Kind::Lambda(_))
    }
}
