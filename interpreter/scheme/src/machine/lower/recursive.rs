//! Bodies with definitions: which of their procedures become globals, and what lives in boxes.

use std::collections::HashSet;

use super::Lowering;
use super::read::Node;
use super::write::{At, Writer};

impl<'a> Lowering<'a> {
    /// A body with definitions.
    pub(super) fn recursive(&mut self, steps: &[Node<'a>], at: At) {
        let closed = self.closed(steps);
        for (name, value) in steps.iter().filter_map(definition) {
            if name.name().is_some_and(|name| closed.contains(name)) {
                self.make_global(name, value);
            }
        }
        let is_closed = |step: &&Node| {
            definition(step)
                .is_some_and(|(name, _)| name.name().is_some_and(|name| closed.contains(name)))
        };
        let steps: Vec<&Node> = steps.iter().filter(|step| !is_closed(step)).collect();
        let mut early: Vec<&Node> = Vec::new();
        for (index, step) in steps.iter().enumerate() {
            let Some((name, _)) = definition(step) else { continue };
            let mut is_it = |mentioned: &str| Some(mentioned) == name.name();
            if steps[..=index].iter().any(|step| value_of(step).mentions(&mut is_it)) {
                early.push(name);
            }
        }
        if early.is_empty() {
            return self.steps(&steps, at);
        }
        self.writer.variables(early.len());
        for name in &early {
            self.writer.name(name.name().unwrap_or_default(), At::from(*name));
            let at = At::from(*name);
            self.writer.call(2, at);
            self.writer.name("#%prim.box", at);
            self.writer.call(1, at);
            self.writer.name("%unbound-value", at);
            self.writer.called(at);
            self.writer.called(at);
        }
        // Nothing runs before procedures that stand first are there.
        let is_procedure = |step: &&&Node| is_lambda(value_of(step)) && definition(step).is_some();
        let first = steps.iter().take_while(is_procedure).filter_map(|step| definition(step));
        let first: HashSet<&str> = first.filter_map(|(name, _)| name.name()).collect();
        let names = early.iter().filter_map(|name| name.name());
        self.boxed.extend(names.map(|name| (name, !first.contains(name))));
        self.within(&early, |lowering| lowering.steps(&steps, at));
        self.writer.bound(at);
    }

    /// What follows in a body whose boxes exist.
    fn steps(&mut self, steps: &[&Node<'a>], at: At) {
        let is_variable = |step: &Node<'a>| {
            definition(step).is_some_and(|(name, _)| {
                !name.name().is_some_and(|name| self.boxed.contains_key(name))
            })
        };
        let count = steps.iter().position(|step| is_variable(step)).unwrap_or(steps.len());
        let (first, rest) = steps.split_at(count);
        if let ([], [step, rest @ ..]) = (first, rest)
            && let Some((name, value)) = definition(step)
        {
            self.writer.variables(1);
            self.each(&[name, value]);
            self.within(&[name], |lowering| lowering.steps(rest, at));
            return self.writer.bound(at);
        }
        if let ([step], []) = (first, rest) {
            return self.expression(step);
        }
        self.writer.steps(first.len() + usize::from(!rest.is_empty()));
        for step in first {
            match definition(step) {
                Some((name, value)) => {
                    let at = At::from(*step);
                    self.writer.call(3, at);
                    self.writer.name("#%prim.set-box!", at);
                    self.writer.name(name.name().unwrap_or_default(), at);
                    self.expression(value);
                    self.writer.called(at);
                }
                None => self.expression(step),
            }
        }
        if !rest.is_empty() {
            self.steps(rest, at);
        }
        self.writer.done(at);
    }

    /// The procedures among definitions that refer to no variable around them but each other.
    fn closed(&self, steps: &[Node<'a>]) -> HashSet<&'a str> {
        let defined = || steps.iter().filter_map(definition);
        let names: HashSet<&str> = defined().filter_map(|(name, _)| name.name()).collect();
        let mut closed: HashSet<&str> = defined()
            .filter(|(_, value)| is_lambda(value))
            .filter_map(|(name, _)| name.name())
            .collect();
        loop {
            let mut is_around = |name: &str| {
                self.locals.contains(name) || names.contains(name) && !closed.contains(name)
            };
            let open: Vec<&str> = defined()
                .filter(|(name, _)| name.name().is_some_and(|name| closed.contains(name)))
                .filter(|(_, value)| value.mentions(&mut is_around))
                .filter_map(|(name, _)| name.name())
                .collect();
            if open.is_empty() {
                return closed;
            }
            for name in open {
                closed.remove(name);
            }
        }
    }

    fn make_global(&mut self, name: &Node<'a>, value: &Node<'a>) {
        let at = At::from(value);
        let around = std::mem::replace(&mut self.writer, Writer::new(self.source));
        self.writer.definition();
        self.each(&[name, value]);
        self.writer.defined(at);
        let definition = std::mem::replace(&mut self.writer, around);
        self.globals.push(definition.bytes);
    }
}

/// The name and the value of `(define NAME VALUE)`.
pub(super) fn definition<'n, 'a>(step: &'n Node<'a>) -> Option<(&'n Node<'a>, &'n Node<'a>)> {
    match step.form("define") {
        Some([name, value]) => Some((name, value)),
        _ => None,
    }
}

fn is_lambda(value: &Node) -> bool {
    value.form("lambda").is_some()
}

/// What a step computes.
fn value_of<'n, 'a>(step: &'n Node<'a>) -> &'n Node<'a> {
    definition(step).map_or(step, |(_, value)| value)
}
