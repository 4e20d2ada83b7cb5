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
    /// Somebody asked to stop.
    Interrupted,
    /// The engine itself failed; a fault of ours.
    Internal,
}

/// One step of a backtrace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The procedure whose code this is; none at the top level or in one without a name.
    pub procedure: Option<String>,
    /// What was applied.
    pub operator: Option<String>,
    /// Where.
    pub location: Location,
    /// It is code of the standard library, not of the user's.
    pub library: bool,
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
    /// The macros whose use at the place made the code in question, outermost first.
    pub expansion: Vec<String>,
    /// The applications that were under way, innermost first; calls in tail position leave none.
    pub trace: Vec<Frame>,
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
            expansion: Vec::new(),
            trace: Vec::new(),
            hint: None,
        }
    }

    /// What is said besides the headline and the excerpt, without the hint: the macros that led
    /// there, then the user's own procedures that were running.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if !self.expansion.is_empty() {
            notes.push(format!("in the expansion of {}", self.expansion.join(", then ")));
        }
        let own: Vec<&Frame> = self.trace.iter().filter(|frame| !frame.library).collect();
        // One step at the top level says no more than the place does.
        if own.len() > 1 || own.iter().any(|frame| frame.procedure.is_some()) {
            notes.extend(steps(&own));
        }
        notes
    }

    /// Every step that was under way, in the library too.
    pub fn backtrace(&self) -> Vec<String> {
        steps(&self.trace.iter().collect::<Vec<_>>())
    }
}

/// Steps of a backtrace as lines; the middle of a long one is left out, and repetitions are
/// counted.
fn steps(frames: &[&Frame]) -> Vec<String> {
    const SHOWN: usize = 12;
    let mut lines: Vec<(String, usize)> = Vec::new();
    for frame in frames {
        let line = match (&frame.procedure, &frame.operator) {
            (Some(procedure), _) => format!("{}: in {procedure}", frame.location),
            (None, Some(operator)) => format!("{}: calling {operator}", frame.location),
            (None, None) => format!("{}: at the top level", frame.location),
        };
        match lines.last_mut() {
            Some((last, count)) if *last == line => *count += 1,
            _ => lines.push((line, 1)),
        }
    }
    let counted = |(line, count): &(String, usize)| match count {
        1 => line.clone(),
        count => format!("{line} ({count} times)"),
    };
    if lines.len() <= SHOWN {
        return lines.iter().map(counted).collect();
    }
    let (first, last) = (&lines[..SHOWN / 2], &lines[lines.len() - SHOWN / 2..]);
    let between = format!("... {} more ...", lines.len() - SHOWN);
    first.iter().map(counted).chain([between]).chain(last.iter().map(counted)).collect()
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

    /// At which stage it went wrong.
    pub fn kind(&self) -> Kind {
        match self {
            Fault::Syntax(fault) => fault.kind,
            Fault::Reported(diagnostic) => diagnostic.kind,
        }
    }

    /// Where, if it is not reported yet.
    pub fn span(&self) -> Option<Span> {
        match self {
            Fault::Syntax(fault) => Some(fault.span),
            Fault::Reported(_) => None,
        }
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
            expansion: Vec::new(),
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
