//! Running an expression: all ways of matching are followed at once, one character at a time, each in the
//! order in which it is preferred.

use std::rc::Rc;

use super::Syntax;
use super::parse::{Assertion, Node, Set, is_word};

enum Instruction {
    Set(Set),
    Any,
    /// Go on at each of these, the first preferred.
    Split(usize, usize),
    Jump(usize),
    /// The bounds of group N are slots 2N and 2N+1.
    Save(usize),
    Assertion(Assertion),
    Match,
}

/// A compiled expression.
pub(super) struct Program {
    instructions: Vec<Instruction>,
    groups: usize,
    syntax: Syntax,
}

/// Whether the ends of a text are ends of a line.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    pub(super) starts_line: bool,
    pub(super) ends_line: bool,
}

type Slots = Rc<Vec<Option<usize>>>;

/// The ways that are open at a position, in order of preference.
struct Threads {
    list: Vec<(usize, Slots)>,
    /// The position at which each instruction was last reached, plus one.
    reached: Vec<usize>,
}

impl Program {
    pub(super) fn new(node: &Node, groups: usize, syntax: Syntax) -> Program {
        let mut program = Program { instructions: Vec::new(), groups: groups + 1, syntax };
        program.emit(&Node::Group(0, Box::new(node.clone())));
        program.instructions.push(Instruction::Match);
        program
    }

    fn push(&mut self, instruction: Instruction) -> usize {
        self.instructions.push(instruction);
        self.instructions.len() - 1
    }

    fn emit(&mut self, node: &Node) {
        match node {
            Node::Empty => {}
            Node::Set(set) => {
                self.push(Instruction::Set(set.clone()));
            }
            Node::Any => {
                self.push(Instruction::Any);
            }
            Node::Assertion(assertion) => {
                self.push(Instruction::Assertion(*assertion));
            }
            Node::Group(number, node) => {
                self.push(Instruction::Save(2 * number));
                self.emit(node);
                self.push(Instruction::Save(2 * number + 1));
            }
            Node::Sequence(nodes) => nodes.iter().for_each(|node| self.emit(node)),
            Node::Alternatives(nodes) => self.emit_alternatives(nodes),
            Node::Repeat { node, least, most } => self.emit_repeat(node, *least, *most),
        }
    }

    fn emit_alternatives(&mut self, nodes: &[Node]) {
        let mut ends = Vec::new();
        for (position, node) in nodes.iter().enumerate() {
            if position + 1 == nodes.len() {
                self.emit(node);
                break;
            }
            let split = self.push(Instruction::Split(0, 0));
            self.emit(node);
            ends.push(self.push(Instruction::Jump(0)));
            self.instructions[split] = Instruction::Split(split + 1, self.instructions.len());
        }
        let end = self.instructions.len();
        for jump in ends {
            self.instructions[jump] = Instruction::Jump(end);
        }
    }

    fn emit_repeat(&mut self, node: &Node, least: usize, most: Option<usize>) {
        for _ in 1..least {
            self.emit(node);
        }
        let mut skips = Vec::new();
        if least == 0 {
            if most == Some(0) {
                return;
            }
            skips.push(self.push(Instruction::Split(0, 0)));
        }
        let start = self.instructions.len();
        self.emit(node);
        match most {
            // The way on comes after the body, so that a body which matches nothing is entered once.
            None => {
                let split = self.instructions.len();
                self.push(Instruction::Split(start, split + 1));
            }
            Some(most) => {
                for _ in least.max(1)..most {
                    skips.push(self.push(Instruction::Split(0, 0)));
                    self.emit(node);
                }
            }
        }
        let end = self.instructions.len();
        for split in skips {
            self.instructions[split] = Instruction::Split(split + 1, end);
        }
    }

    /// The bounds of the match and of each group.
    pub(super) fn run(&self, text: &[char], limits: Limits) -> Option<Vec<Option<(usize, usize)>>> {
        let none: Slots = Rc::new(vec![None; 2 * self.groups]);
        let size = self.instructions.len();
        let mut current = Threads { list: Vec::new(), reached: vec![0; size] };
        let mut next = Threads { list: Vec::new(), reached: vec![0; size] };
        let mut best: Option<Slots> = None;
        for position in 0..=text.len() {
            // A way that starts later is only of interest as long as nothing matched.
            if best.is_none() {
                self.follow(&mut current, 0, none.clone(), position, text, limits);
            }
            if current.list.is_empty() && best.is_some() {
                break;
            }
            next.list.clear();
            for (at, slots) in current.list.drain(..) {
                if best.as_ref().is_some_and(|best| slots[0] > best[0]) {
                    continue;
                }
                let goes_on = match (&self.instructions[at], text.get(position)) {
                    (Instruction::Match, _) => {
                        // The longest wins; of two equal ones the first that came here.
                        if best.as_ref().is_none_or(|best| slots[1] > best[1]) {
                            best = Some(slots);
                        }
                        continue;
                    }
                    (Instruction::Set(set), Some(c)) => {
                        set.contains(*c, self.syntax.ignores_case)
                            && !(self.syntax.by_line && set.negated && *c == '\n')
                    }
                    (Instruction::Any, Some(c)) => !(self.syntax.by_line && *c == '\n'),
                    _ => false,
                };
                if goes_on {
                    self.follow(&mut next, at + 1, slots, position + 1, text, limits);
                }
            }
            std::mem::swap(&mut current, &mut next);
        }
        let best = best?;
        Some(best.chunks_exact(2).map(|bounds| Some((bounds[0]?, bounds[1]?))).collect())
    }

    /// Adds the instructions that wait for a character and can be reached from `start`.
    fn follow(
        &self,
        threads: &mut Threads,
        start: usize,
        slots: Slots,
        position: usize,
        text: &[char],
        limits: Limits,
    ) {
        let mut waiting = vec![(start, slots)];
        while let Some((at, mut slots)) = waiting.pop() {
            if std::mem::replace(&mut threads.reached[at], position + 1) == position + 1 {
                continue;
            }
            match &self.instructions[at] {
                Instruction::Jump(to) => waiting.push((*to, slots)),
                Instruction::Split(first, second) => {
                    waiting.push((*second, slots.clone()));
                    waiting.push((*first, slots));
                }
                Instruction::Save(slot) => {
                    Rc::make_mut(&mut slots)[*slot] = Some(position);
                    waiting.push((at + 1, slots));
                }
                Instruction::Assertion(assertion) => {
                    if self.holds(*assertion, position, text, limits) {
                        waiting.push((at + 1, slots));
                    }
                }
                Instruction::Set(_) | Instruction::Any | Instruction::Match => {
                    threads.list.push((at, slots));
                }
            }
        }
    }

    fn holds(&self, assertion: Assertion, position: usize, text: &[char], limits: Limits) -> bool {
        let before = position.checked_sub(1).map(|position| text[position]);
        let after = text.get(position).copied();
        let (word_before, word_after) = (before.is_some_and(is_word), after.is_some_and(is_word));
        match assertion {
            Assertion::LineStart => match before {
                None => limits.starts_line,
                Some(c) => self.syntax.by_line && c == '\n',
            },
            Assertion::LineEnd => match after {
                None => limits.ends_line,
                Some(c) => self.syntax.by_line && c == '\n',
            },
            Assertion::TextStart => before.is_none(),
            Assertion::TextEnd => after.is_none(),
            Assertion::WordEdge => word_before != word_after,
            Assertion::NoWordEdge => word_before == word_after,
            Assertion::WordStart => !word_before && word_after,
            Assertion::WordEnd => word_before && !word_after,
        }
    }
}
