//! Errors of syntax as exceptions.

use steel::rvals::Result;
use steel::{SteelErr, SteelVal};

use super::super::natives::{session, thrown};
use super::super::value::from_syntax as from_datum;
use super::{form, to_datum};
use crate::diagnostic::{Diagnostic, Fault, Kind};
use crate::expand::strip;
use crate::runtime;
use crate::session::Session;
use crate::syntax::{Location, Syntax};

/// A place as Guile's association list.
pub(super) fn properties(location: &Location) -> SteelVal {
    let pair = |name: &str, value| runtime::cons(SteelVal::SymbolV(name.into()), value);
    SteelVal::ListV(
        vec![
            pair("filename", SteelVal::StringV(location.file.as_str().into())),
            pair("line", SteelVal::IntV(location.line as isize - 1)),
            pair("column", SteelVal::IntV(location.column as isize)),
        ]
        .into(),
    )
}

/// `(syntax-violation WHO MESSAGE FORM [SUBFORM])`
pub(super) fn violation(args: &[SteelVal]) -> Result<SteelVal> {
    let session = session()?;
    let whole = form(&args[2], &session);
    let part = args.get(3).filter(|part| !matches!(part, SteelVal::BoolV(false)));
    let part = part.map(|part| form(part, &session));
    let message = runtime::display_datum(&args[1]);
    let blamed = part.as_ref().unwrap_or(&whole);
    let subject = match args[0] {
        SteelVal::BoolV(false) => strip(blamed).to_string(),
        _ => runtime::display_datum(&to_datum(&args[..1])?),
    };
    let fault = Fault::syntax(blamed.span(), message).about(subject);
    let data = |form: Option<&Syntax>| match form {
        Some(form) => from_datum(&strip(form)),
        None => Ok(SteelVal::BoolV(false)),
    };
    let error = syntax_error(vec![
        args[0].clone(),
        args[1].clone(),
        match session.sources.borrow().locate(blamed.span()) {
            Some(location) => properties(&location),
            None => SteelVal::BoolV(false),
        },
        data(Some(&whole))?,
        data(part.as_ref())?,
    ]);
    remember(&session, session.report(fault));
    Err(error)
}

fn syntax_error(arguments: Vec<SteelVal>) -> SteelErr {
    runtime::raise(runtime::thrown("syntax-error", arguments))
}

/// The exception of a fault of the expander.
pub(in crate::machine) fn exception(diagnostic: &Diagnostic) -> SteelErr {
    if diagnostic.kind != Kind::Syntax {
        return thrown(
            "misc-error",
            "~A",
            vec![SteelVal::StringV(diagnostic.message.as_str().into())],
        );
    }
    let location = diagnostic.location.as_ref();
    let subject = diagnostic.subject.as_deref().map_or(SteelVal::BoolV(false), |subject| {
        runtime::datum_of(subject).unwrap_or_else(|| SteelVal::SymbolV(subject.into()))
    });
    syntax_error(vec![
        SteelVal::BoolV(false),
        SteelVal::StringV(diagnostic.message.as_str().into()),
        location.map_or(SteelVal::BoolV(false), properties),
        subject,
        SteelVal::BoolV(false),
    ])
}

/// Keeps a failure, so that it is reported as it is if nobody catches it.
pub(in crate::machine) fn remember(session: &Session, diagnostic: Diagnostic) {
    *session.failure.borrow_mut() = Some(diagnostic);
}
