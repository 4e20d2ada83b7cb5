//! Units as the engine's expanded code. The engine's own way from text to code goes over it dozens
//! of times, for the sake of macros and optimisations that the emitter's text has no use for;
//! this goes over it once, and does what must be done: anonymous procedures that are called at once
//! become variables, local procedures that need nothing of what is around them become globals, and
//! what is recursive otherwise lives in boxes.

mod carrier;
mod read;
mod recursive;
#[cfg(test)]
mod tests;
mod write;

use std::collections::{HashMap, HashSet};

pub(super) use carrier::Carrier;
use read::{Form, Node, read};
use recursive::definition;
use write::{At, Writer};

use crate::emit::own_name;

/// The global that a unit's code is set to, as a procedure without parameters.
pub(super) const UNIT: &str = "%unit";

/// The variable that its value goes through.
const VALUE: &str = "%value";

/// Sources with this bit are units that came this way, the rest of it is the unit's number.
const LOWERED: u32 = 1 << 31;

/// The number of the unit that a source is.
pub(super) fn unit_of_source(source: u32) -> Option<usize> {
    (source & LOWERED != 0).then_some((source & !LOWERED) as usize)
}

/// The expanded code that sets [`UNIT`] to a procedure that runs a unit's text.
pub(super) fn lower(text: &str, number: usize) -> Option<Vec<u8>> {
    let forms = read(text)?;
    let at = At::from(forms.last()?);
    let source = LOWERED | u32::try_from(number).ok()?;
    let mut lowering = Lowering {
        writer: Writer::new(source),
        source,
        globals: Vec::new(),
        locals: HashSet::new(),
        boxed: HashMap::new(),
    };
    lowering.writer.assignment();
    lowering.writer.name(UNIT, at);
    lowering.writer.procedure(0);
    // Not the procedure's last call, which would leave no trace of where it came from.
    lowering.writer.variables(1);
    lowering.writer.name(VALUE, at);
    lowering.body(&forms, at);
    lowering.writer.name(VALUE, at);
    lowering.writer.bound(at);
    lowering.writer.procedure_end(false, at);
    lowering.writer.assigned(at);
    let Lowering { writer, globals, .. } = lowering;
    let mut code = Writer::new(source);
    code.count(globals.len() + 1);
    for global in globals {
        code.bytes.extend(global);
    }
    code.bytes.extend(writer.bytes);
    Some(code.bytes)
}

struct Lowering<'a> {
    writer: Writer,
    source: u32,
    /// Definitions of local procedures that became globals.
    globals: Vec<Vec<u8>>,
    /// Variables of the procedures around.
    locals: HashSet<&'a str>,
    /// Variables that live in boxes, and whether code may come to one before it has a value.
    boxed: HashMap<&'a str, bool>,
}

impl<'a> Lowering<'a> {
    fn expression(&mut self, node: &Node<'a>) {
        let at = At::from(node);
        match &node.form {
            Form::Name(name) => match self.boxed.get(name) {
                Some(false) => self.primitive("#%prim.unbox", name, at),
                Some(true) => self.defined(name, at),
                None => self.writer.name(name, at),
            },
            Form::List(parts) => match parts.first() {
                Some(head) => self.compound(head, &parts[1..], at),
                None => self.writer.constant(node),
            },
            _ => self.writer.constant(node),
        }
    }

    fn primitive(&mut self, primitive: &str, argument: &str, at: At) {
        self.writer.call(2, at);
        self.writer.name(primitive, at);
        self.writer.name(argument, at);
        self.writer.called(at);
    }

    /// What is in a box, once something is.
    fn defined(&mut self, name: &str, at: At) {
        self.writer.call(3, at);
        self.writer.name("%bound", at);
        self.primitive("#%prim.unbox", name, at);
        self.writer.string(own_name(name).unwrap_or(name), at);
        self.writer.called(at);
    }

    fn compound(&mut self, head: &Node<'a>, rest: &[Node<'a>], at: At) {
        match (head.name(), rest) {
            (Some("if"), [test, then, otherwise]) => {
                self.writer.choice();
                match test.form("#%prim.not") {
                    Some([test]) => self.each(&[test, otherwise, then]),
                    _ => self.each(&[test, then, otherwise]),
                }
                self.writer.chosen(at);
            }
            (Some("begin"), steps) => self.body(steps, at),
            (Some("set!"), [target, value]) => {
                self.writer.assignment();
                self.each(&[target, value]);
                self.writer.assigned(at);
            }
            (Some("lambda"), [parameters, body @ ..]) => self.procedure(parameters, body, at),
            _ => match head.form("lambda") {
                Some([parameters, body @ ..]) if is_fixed(parameters, rest.len()) => {
                    self.variables(parameters, rest, body, at);
                }
                _ => self.call(head, rest, at),
            },
        }
    }

    fn each(&mut self, nodes: &[&Node<'a>]) {
        for node in nodes {
            self.expression(node);
        }
    }

    fn call(&mut self, procedure: &Node<'a>, arguments: &[Node<'a>], at: At) {
        self.writer.call(arguments.len() + 1, at);
        self.expression(procedure);
        for argument in arguments {
            self.expression(argument);
        }
        self.writer.called(at);
    }

    fn procedure(&mut self, parameters: &Node<'a>, body: &[Node<'a>], at: At) {
        let (names, has_rest): (Vec<&Node>, bool) = match parameters.list() {
            Some(parameters) => {
                let is_dot = |parameter: &&Node| parameter.name() == Some(".");
                let names = parameters.iter().filter(|parameter| !is_dot(parameter)).collect();
                (names, parameters.iter().any(|parameter| is_dot(&parameter)))
            }
            None => (vec![parameters], true),
        };
        self.writer.procedure(names.len());
        self.each(&names);
        self.within(&names, |lowering| lowering.body(body, at));
        self.writer.procedure_end(has_rest, at);
    }

    /// Does `work` where these are variables. Each has a name of its own in the whole unit.
    fn within(&mut self, names: &[&Node<'a>], work: impl FnOnce(&mut Self)) {
        let names: Vec<&str> = names.iter().filter_map(|name| name.name()).collect();
        for name in &names {
            let is_new = self.locals.insert(name);
            debug_assert!(is_new, "{name} is bound inside of itself");
        }
        work(self);
        for name in names {
            self.locals.remove(name);
        }
    }

    fn variables(&mut self, parameters: &Node<'a>, values: &[Node<'a>], body: &[Node<'a>], at: At) {
        let names: Vec<&Node> = parameters.list().into_iter().flatten().collect();
        if names.is_empty() {
            return self.body(body, at);
        }
        self.writer.variables(names.len());
        for (name, value) in names.iter().zip(values) {
            self.each(&[name, value]);
        }
        self.within(&names, |lowering| lowering.body(body, at));
        self.writer.bound(at);
    }

    /// Steps, of which the last has the value; some may be definitions.
    fn body(&mut self, steps: &[Node<'a>], at: At) {
        if steps.iter().any(|step| definition(step).is_some()) {
            return self.recursive(steps, at);
        }
        match steps {
            [step] => self.expression(step),
            steps => {
                self.writer.steps(steps.len());
                self.each(&steps.iter().collect::<Vec<_>>());
                self.writer.done(at);
            }
        }
    }
}

/// So many arguments are what the parameters take, and there are no more.
fn is_fixed(parameters: &Node, arguments: usize) -> bool {
    parameters.list().is_some_and(|parameters| {
        parameters.len() == arguments
            && parameters.iter().all(|parameter| parameter.name() != Some("."))
    })
}
