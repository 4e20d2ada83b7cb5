//! The engine's errors as diagnostics: what was raised, and where in the user's text.

use std::rc::Rc;

use steel::parser::span::Span as EngineSpan;
use steel::rerrs::ErrorKind;
use steel::{SteelErr, SteelVal};

use super::lower::unit_of_source;
use super::nested::with_way;
use super::{Machine, UnitTable};
use crate::diagnostic::{Diagnostic, Frame, Kind};
use crate::emit::{Mapping, Unit};
use crate::queue::reached;
use crate::runtime;
use crate::scope::Global;
use crate::session::Session;
use crate::syntax::{Location, Span, Symbol};

/// At most so many steps of a backtrace are looked at: a runaway recursion has millions.
const LONGEST_TRACE: usize = 1000;

/// A place in the user's text, and what is applied there.
struct Place {
    span: Span,
    operator: Option<Symbol>,
    procedure: Option<Symbol>,
    library: bool,
}

impl Machine {
    /// What a user should read about an error. `unit` is the number of the unit that was run.
    pub(super) fn explain(
        &mut self,
        session: &Session,
        error: &SteelErr,
        unit: usize,
    ) -> Diagnostic {
        // Nothing runs now: printers of records are called as what runs next.
        let mut way = |procedure: &SteelVal| {
            let arguments = vec![SteelVal::BoolV(false)];
            Some(self.engine.call_function_with_args(procedure.clone(), arguments))
        };
        let uncaught = with_way(&mut way, || runtime::uncaught(error));
        if let Some(failure) = session.failure.take()
            && error.to_string().contains(&failure.message)
        {
            return failure;
        }
        let interrupted = self.interrupt.is_raised();
        if let Some(status) = uncaught.exit_status.filter(|_| !interrupted) {
            return Diagnostic::new(Kind::Exit(status), uncaught.message);
        }
        let mut places: Vec<Place> = Vec::new();
        let spans = error.span().into_iter().chain(trace(error));
        for (index, span) in spans.take(LONGEST_TRACE).enumerate() {
            let Some((table, span)) = self.unit(session, span) else { continue };
            let called = places.last().and_then(|place| place.procedure);
            // Of the error itself, and of the innermost procedure, the engine knows the place.
            let caller = (index > 1).then_some(Caller { called });
            let Some(place) = place(session, &table, span, caller) else { continue };
            if places.last().is_none_or(|last| last.span != place.span) {
                places.push(place);
            }
        }
        let kind = match &*uncaught.key {
            _ if interrupted => Kind::Interrupted,
            "unbound-variable" => Kind::UnboundVariable,
            _ => Kind::Runtime,
        };
        let mut message = uncaught.message;
        if interrupted {
            message = "interrupted".into();
        }
        if error.kind() == ErrorKind::ArityMismatch
            && let Some(Place { operator: Some(operator), .. }) = places.first()
            && message == "Wrong number of arguments"
        {
            message = format!("Wrong number of arguments to {operator}");
        }
        let mut diagnostic = Diagnostic::new(kind, message);
        diagnostic.hint = uncaught.hint;
        if kind == Kind::UnboundVariable {
            diagnostic.hint = session.unbound_hint(&diagnostic.message);
        }
        // The innermost place in a program is more useful than one inside of the library; calls in
        // tail position leave no trace, but the form that was run is known.
        let own = places.iter().find(|place| !place.library).map(|place| place.span);
        let form = session.tables.borrow().get(unit).map(|table| table.span);
        let form = form.filter(|form| session.is_in_program(*form));
        // What the library raises on its own account, of no program, is not about a file of its.
        let innermost = places.first().map(|place| place.span);
        let innermost = innermost.filter(|_| &*uncaught.key != "%exception");
        if let Some(span) = own.or(form).or(innermost) {
            diagnostic = session.locate(diagnostic, span);
        }
        if let Some(location) =
            uncaught.location.as_deref().and_then(parse_location).filter(|_| !interrupted)
        {
            if diagnostic.location.as_ref() != Some(&location) {
                diagnostic.excerpt = None;
            }
            diagnostic.location = Some(location);
        }
        let sources = session.sources.borrow();
        let frame = |place: Place| {
            let location = sources.locate(place.span)?;
            let [procedure, operator] =
                [place.procedure, place.operator].map(|name| name.map(|name| name.to_string()));
            let library = place.library;
            Some(Frame { procedure, operator, location, library })
        };
        diagnostic.trace = places.into_iter().filter_map(frame).collect();
        diagnostic
    }

    /// The unit that a place in the engine's text is in, and where in that unit's own text.
    fn unit(&self, session: &Session, span: EngineSpan) -> Option<(Rc<UnitTable>, EngineSpan)> {
        let source = span.source_id()?;
        let number = match unit_of_source(source.0) {
            Some(number) => number,
            None => {
                let text = self.engine.get_source(&source)?;
                text.lines().next()?.strip_prefix(";unit ")?.parse().ok()?
            }
        };
        let mut table = session.tables.borrow().get(number)?.clone();
        let mut span = span;
        while let Some((start, number)) = table.part_at(span.start) {
            table = session.tables.borrow().get(number)?.clone();
            span = EngineSpan { start: span.start - start, end: span.end - start, ..span };
        }
        Some((table, span))
    }
}

/// What calls something: of it the engine knows the procedure, but not where in it.
struct Caller {
    called: Option<Symbol>,
}

/// The user's place for a place in a unit's text. That of a caller is where it calls what was called;
/// where that is not known, it is all of the procedure.
fn place(
    session: &Session,
    table: &UnitTable,
    span: EngineSpan,
    caller: Option<Caller>,
) -> Option<Place> {
    let smallest = |covered: EngineSpan| {
        let covers =
            move |mapping: &&Mapping| mapping.start <= covered.start && mapping.end >= covered.end;
        let size = |mapping: &&Mapping| mapping.end - mapping.start;
        table.mappings.iter().filter(covers).min_by_key(size)
    };
    let mut mapping = smallest(span)?;
    // A failing application is reported at its operator: the form is meant.
    if mapping.start == span.start && mapping.end == span.end && span.start > 0 {
        let form = EngineSpan { start: span.start - 1, ..span };
        let application = smallest(form).filter(|form| form.operator.is_some());
        mapping = application.filter(|found| found.start == form.start).unwrap_or(mapping);
    }
    let around =
        |(start, end, _): &&(u32, u32, Symbol)| *start <= mapping.start && mapping.end <= *end;
    let procedure =
        table.procedures.iter().filter(around).min_by_key(|(start, end, _)| end - start);
    if let (Some((start, end, _)), Some(Caller { called })) = (procedure, caller)
        && (called.is_none() || mapping.operator != called)
    {
        let within = |call: &&Mapping| *start <= call.start && call.end <= *end;
        let is_call = |call: &&Mapping| called.is_some() && call.operator == called;
        let calls = table.mappings.iter().filter(within);
        let first = calls.filter(is_call).min_by_key(|call| call.start);
        let all = smallest(EngineSpan { start: *start, end: *end, ..span });
        mapping = first.or(all)?;
    }
    let library = session.sources.borrow().file(mapping.span.file)?.library;
    let procedure = procedure.map(|(_, _, name)| *name);
    Some(Place { span: mapping.span, operator: mapping.operator, procedure, library })
}

/// The spans of the callers, innermost first.
fn trace(error: &SteelErr) -> impl Iterator<Item = EngineSpan> + '_ {
    let frames = error.stack_trace().as_ref().map_or(&[][..], |trace| trace.trace());
    frames.iter().rev().filter_map(|frame| *frame.span())
}

fn parse_location(text: &str) -> Option<Location> {
    let (rest, column) = text.rsplit_once(':')?;
    let (file, line) = rest.rsplit_once(':')?;
    Some(Location { file: file.into(), line: line.parse().ok()?, column: column.parse().ok()? })
}

impl Session {
    /// Places a diagnostic.
    fn locate(&self, mut diagnostic: Diagnostic, span: Span) -> Diagnostic {
        let sources = self.sources.borrow();
        diagnostic.location = sources.locate(span);
        diagnostic.excerpt = sources.excerpt(span);
        diagnostic.expansion = self.expansions_at(span);
        diagnostic
    }

    /// Where the value of a variable of the library could not be computed: leads the report to the
    /// program's reference that wanted it, if nothing else in it leads into the program.
    pub(crate) fn blame(&self, diagnostic: Diagnostic, failed: &Rc<Global>) -> Diagnostic {
        let is_told = |location: &Location| self.sources.borrow().is_program(&location.file);
        if diagnostic.location.iter().any(is_told) || diagnostic.trace.iter().any(|at| !at.library)
        {
            return diagnostic;
        }
        let queue = self.queue.borrow();
        let table = |unit: &Unit| self.tables.borrow().get(unit.number).cloned();
        let wanting = queue.iter().find_map(|unit| {
            let table = table(unit).filter(|table| self.is_in_program(table.span))?;
            let wants = |global: &&Rc<Global>| {
                reached(std::slice::from_ref(global)).contains(&Rc::as_ptr(failed))
            };
            let global = unit.references.iter().find(wants)?;
            let is_reference = |mapping: &&Mapping| {
                unit.text.get(mapping.start as usize..mapping.end as usize) == Some(&*global.slot)
            };
            let mapping = table.mappings.iter().find(is_reference);
            Some(mapping.map_or(table.span, |mapping| mapping.span))
        });
        match wanting {
            Some(span) => self.locate(diagnostic, span),
            None => diagnostic,
        }
    }

    /// The place is in a program, not in the library.
    fn is_in_program(&self, span: Span) -> bool {
        self.sources.borrow().file(span.file).is_some_and(|file| !file.library)
    }

    /// Places a diagnostic at the form that a unit was made from.
    pub(super) fn locate_unit(&self, diagnostic: Diagnostic, unit: usize) -> Diagnostic {
        let span = self.tables.borrow().get(unit).map(|table| table.span);
        match span {
            Some(span) => self.locate(diagnostic, span),
            None => diagnostic,
        }
    }
}
