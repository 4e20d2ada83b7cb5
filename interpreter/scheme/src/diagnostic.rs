//! What a person reads when something is wrong: place, fact, way out.

use std::fmt;

use crate::syntax::{Location, Sources, Span};

/// At which stage it went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The text is no sequence of data.
    Read,
    /// A form is malformed, or a name is misused.
    Syntax,
    /// A module cannot be found.
    Module,
    /// A reference to a name that is bound nowhere.
    UnboundVariable,
    /// An exception that nobody caught.
    Runtime,
    /// `(exit n)`: no error at all, but the program is over, with this status.
    Exit(i32),
    /// The engine itself failed; a fault of ours.
    Internal,
}

/// One error with all that is known about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    /// At which stage.
    pub kind: Kind,
    /// What is wrong, in Guile's and Guix's words where they have any.
    pub message: String,
    /// The form or record that it is about, printed before the message.
    pub subject: Option<String>,
    /// Where.
    pub location: Option<Location>,
    /// The source line with the place underlined.
    pub excerpt: Option<String>,
    /// Who called, innermost first: procedure or form, and place.
    pub trace: Vec<(String, Location)>,
    /// A way out.
    pub hint: Option<String>,
}

impl Diagnostic {
    /// A diagnostic without a place.
    pub fn new(kind: Kind, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            kind,
            message: message.into(),
            subject: None,
            location: None,
            excerpt: None,
            trace: Vec::new(),
            hint: None,
        }
    }

    /// The whole report as plain text: headline, excerpt, callers, hint.
    pub fn render(&self) -> String {
        let mut text = format!("{self}\n");
        if let Some(excerpt) = &self.excerpt {
            text.push_str(excerpt);
            text.push('\n');
        }
        for (what, location) in &self.trace {
            text.push_str(&format!("{location}: in {what}\n"));
        }
        if let Some(hint) = &self.hint {
            text.push_str(&format!("hint: {hint}\n"));
        }
        text
    }
}

impl fmt::Display for Diagnostic {
    /// The headline: `FILE:LINE:COLUMN: error: MESSAGE`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(location) = &self.location {
            write!(out, "{location}: ")?;
        }
        out.write_str("error: ")?;
        if let Some(subject) = &self.subject {
            write!(out, "{subject}: ")?;
        }
        out.write_str(&self.message)
    }
}

impl std::error::Error for Diagnostic {}

/// An error of the front end: a span that still has to be located, or a finished diagnostic.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Found while reading or expanding.
    Syntax(Box<SyntaxFault>),
    /// Found while loading another module or running code.
    Reported(Box<Diagnostic>),
}

/// What is wrong with a form.
#[derive(Clone, Debug)]
pub struct SyntaxFault {
    /// At which stage.
    pub kind: Kind,
    /// The offending form.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What it is about.
    pub subject: Option<String>,
    /// A way out.
    pub hint: Option<String>,
}

/// Result of the front end.
pub type Result<T> = std::result::Result<T, Fault>;

impl Fault {
    /// A malformed form at `span`.
    pub fn syntax(span: Span, message: impl Into<String>) -> Fault {
        Fault::of_kind(Kind::Syntax, span, message)
    }

    /// An error of any kind at `span`.
    pub fn of_kind(kind: Kind, span: Span, message: impl Into<String>) -> Fault {
        let message = message.into();
        Fault::Syntax(Box::new(SyntaxFault { kind, span, message, subject: None, hint: None }))
    }

    /// Names what the error is about.
    pub fn about(mut self, subject: impl Into<String>) -> Fault {
        if let Fault::Syntax(fault) = &mut self {
            fault.subject = Some(subject.into());
        }
        self
    }

    /// What the error is about, if that was said.
    pub fn subject(&self) -> String {
        match self {
            Fault::Syntax(fault) => fault.subject.clone(),
            Fault::Reported(diagnostic) => diagnostic.subject.clone(),
        }
        .unwrap_or_default()
    }

    /// Adds a way out.
    pub fn with_hint(mut self, hint: impl Into<String>) -> Fault {
        match &mut self {
            Fault::Syntax(fault) => fault.hint = Some(hint.into()),
            Fault::Reported(diagnostic) => diagnostic.hint = Some(hint.into()),
        }
        self
    }

    /// The finished report.
    pub fn into_diagnostic(self, sources: &Sources) -> Diagnostic {
        let fault = match self {
            Fault::Reported(diagnostic) => return *diagnostic,
            Fault::Syntax(fault) => fault,
        };
        let mut location = sources.locate(fault.span);
        if fault.kind == Kind::Read
            && let Some(location) = &mut location
        {
            location.column += 1;
        }
        Diagnostic {
            kind: fault.kind,
            message: fault.message,
            subject: fault.subject,
            location,
            excerpt: sources.excerpt(fault.span),
            trace: Vec::new(),
            hint: fault.hint,
        }
    }
}

impl From<Diagnostic> for Fault {
    fn from(diagnostic: Diagnostic) -> Fault {
        Fault::Reported(Box::new(diagnostic))
    }
}
