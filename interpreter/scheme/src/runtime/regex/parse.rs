//! The grammar of POSIX regular expressions, basic and extended, with GNU's escapes.

use super::Syntax;

/// A part of an expression.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Empty,
    Set(Set),
    Any,
    Assertion(Assertion),
    Group(usize, Box<Node>),
    Sequence(Vec<Node>),
    Alternatives(Vec<Node>),
    Repeat { node: Box<Node>, least: usize, most: Option<usize> },
}

/// A condition on a position.
#[derive(Clone, Copy, Debug)]
pub(super) enum Assertion {
    LineStart,
    LineEnd,
    TextStart,
    TextEnd,
    WordEdge,
    NoWordEdge,
    WordStart,
    WordEnd,
}

/// The characters that a bracket expression, an escape or a character stands for.
#[derive(Clone, Debug, Default)]
pub(super) struct Set {
    ranges: Vec<(char, char)>,
    classes: Vec<fn(char) -> bool>,
    pub(super) negated: bool,
}

impl Set {
    pub(super) fn contains(&self, c: char, ignores_case: bool) -> bool {
        let holds = |c: char| {
            self.ranges.iter().any(|(low, high)| (*low..=*high).contains(&c))
                || self.classes.iter().any(|class| class(c))
        };
        let found = holds(c)
            || ignores_case
                && (holds(super::super::character::upcase(c))
                    || holds(super::super::character::downcase(c)));
        found != self.negated
    }
}

/// A character of a word, as `\w` has it.
pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The most parts that bounds may multiply an expression to.
const MOST_PARTS: usize = 100_000;
const MOST_REPETITIONS: usize = 32_767;

struct Parser<'a> {
    characters: Vec<char>,
    position: usize,
    groups: usize,
    syntax: &'a Syntax,
}

type Result<T> = std::result::Result<T, &'static str>;

const BAD_REPEAT: &str = "Invalid preceding regular expression";
const TRAILING_BACKSLASH: &str = "Trailing backslash";
const UNMATCHED_BRACKET: &str = "Unmatched [, [^, [:, [., or [=";
const UNMATCHED_BRACE: &str = "Unmatched \\{";
const BAD_BOUNDS: &str = "Invalid content of \\{\\}";
const TOO_BIG: &str = "Regular expression too big";

/// Reads an expression; also gives the number of its groups. The errors are the C library's.
pub(super) fn parse(pattern: &str, syntax: Syntax) -> Result<(Node, usize)> {
    let mut parser =
        Parser { characters: pattern.chars().collect(), position: 0, groups: 0, syntax: &syntax };
    let node = parser.alternatives(0)?;
    if parser.position < parser.characters.len() {
        // Only a closing parenthesis of a basic expression stops before the end.
        return Err("Unmatched ) or \\)");
    }
    if size(&node) > MOST_PARTS {
        return Err(TOO_BIG);
    }
    Ok((node, parser.groups))
}

fn size(node: &Node) -> usize {
    match node {
        Node::Group(_, node) => size(node).saturating_add(2),
        Node::Sequence(nodes) | Node::Alternatives(nodes) => {
            nodes.iter().map(size).fold(1, usize::saturating_add)
        }
        Node::Repeat { node, least, most } => {
            size(node).saturating_add(1).saturating_mul(most.unwrap_or(least + 1).max(1))
        }
        _ => 1,
    }
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.characters.get(self.position).copied()
    }

    fn accept(&mut self, text: &str) -> bool {
        let found = text
            .chars()
            .enumerate()
            .all(|(offset, c)| self.characters.get(self.position + offset) == Some(&c));
        if found {
            self.position += text.chars().count();
        }
        found
    }

    fn at(&self, text: &str) -> bool {
        text.chars()
            .enumerate()
            .all(|(offset, c)| self.characters.get(self.position + offset) == Some(&c))
    }

    fn bar(&self) -> &'static str {
        if self.syntax.basic { "\\|" } else { "|" }
    }

    fn close(&self) -> &'static str {
        if self.syntax.basic { "\\)" } else { ")" }
    }

    fn alternatives(&mut self, depth: usize) -> Result<Node> {
        // Deeper than any person writes: refuse before the stack does.
        if depth > 500 {
            return Err(TOO_BIG);
        }
        let mut all = vec![self.sequence(depth)?];
        while self.accept(self.bar()) {
            all.push(self.sequence(depth)?);
        }
        Ok(if all.len() == 1 { all.swap_remove(0) } else { Node::Alternatives(all) })
    }

    fn sequence(&mut self, depth: usize) -> Result<Node> {
        let mut all = Vec::new();
        let start = self.position;
        while self.position < self.characters.len() && !self.at(self.bar()) {
            // A parenthesis that closes nothing is a character in an extended expression.
            if self.at(self.close()) && (depth > 0 || self.syntax.basic) {
                break;
            }
            let is_first = self.position == start;
            let atom = self.atom(depth, is_first)?;
            all.push(self.repeated(atom)?);
        }
        Ok(match all.len() {
            0 => Node::Empty,
            1 => all.swap_remove(0),
            _ => Node::Sequence(all),
        })
    }

    fn repeated(&mut self, atom: Node) -> Result<Node> {
        let mut node = atom;
        loop {
            let basic = self.syntax.basic;
            let (least, most) = if self.accept("*") {
                (0, None)
            } else if self.accept(if basic { "\\+" } else { "+" }) {
                (1, None)
            } else if self.accept(if basic { "\\?" } else { "?" }) {
                (0, Some(1))
            } else if self.accept(if basic { "\\{" } else { "{" }) {
                self.bounds()?
            } else {
                return Ok(node);
            };
            node = Node::Repeat { node: Box::new(node), least, most };
            if size(&node) > MOST_PARTS {
                return Err(TOO_BIG);
            }
        }
    }

    fn count(&mut self) -> Option<usize> {
        let start = self.position;
        while self.peek().is_some_and(|c| c.is_ascii_digit()) {
            self.position += 1;
        }
        let digits: String = self.characters[start..self.position].iter().collect();
        digits.parse().ok()
    }

    fn bounds(&mut self) -> Result<(usize, Option<usize>)> {
        let least = self.count();
        let most = if self.accept(",") { self.count() } else { least };
        let open = self.characters[self.position - 1] == ',';
        if !self.accept(if self.syntax.basic { "\\}" } else { "}" }) {
            let at_end = self.position >= self.characters.len();
            return Err(if at_end { UNMATCHED_BRACE } else { BAD_BOUNDS });
        }
        let (least, most) = match (least, most, open) {
            (None, None, _) => return Err(BAD_BOUNDS),
            (least, None, true) => (least.unwrap_or(0), None),
            (least, most, _) => (least.unwrap_or(0), most),
        };
        if most.is_some_and(|most| most < least) {
            return Err(BAD_BOUNDS);
        }
        if least.max(most.unwrap_or(0)) > MOST_REPETITIONS {
            return Err(TOO_BIG);
        }
        Ok((least, most))
    }

    fn atom(&mut self, depth: usize, is_first: bool) -> Result<Node> {
        if self.accept(if self.syntax.basic { "\\(" } else { "(" }) {
            self.groups += 1;
            let number = self.groups;
            let inner = self.alternatives(depth + 1)?;
            if !self.accept(self.close()) {
                return Err("Unmatched ( or \\(");
            }
            return Ok(Node::Group(number, Box::new(inner)));
        }
        let Some(c) = self.peek() else { return Ok(Node::Empty) };
        self.position += 1;
        let basic = self.syntax.basic;
        match c {
            '.' => Ok(Node::Any),
            '[' => self.bracket(),
            '\\' => self.escape(),
            '^' if !basic || is_first => Ok(Node::Assertion(Assertion::LineStart)),
            '$' if !basic || self.is_at_end_of_branch() => Ok(Node::Assertion(Assertion::LineEnd)),
            '*' if basic && is_first => Ok(literal(c)),
            '*' | '+' | '?' | '{' if !basic => Err(BAD_REPEAT),
            c => Ok(literal(c)),
        }
    }

    fn is_at_end_of_branch(&self) -> bool {
        self.position >= self.characters.len() || self.at(self.bar()) || self.at(self.close())
    }

    fn escape(&mut self) -> Result<Node> {
        let Some(c) = self.peek() else { return Err(TRAILING_BACKSLASH) };
        self.position += 1;
        let class = |class: fn(char) -> bool, negated| {
            Ok(Node::Set(Set { ranges: Vec::new(), classes: vec![class], negated }))
        };
        match c {
            'w' => class(is_word, false),
            'W' => class(is_word, true),
            's' => class(char::is_whitespace, false),
            'S' => class(char::is_whitespace, true),
            'b' => Ok(Node::Assertion(Assertion::WordEdge)),
            'B' => Ok(Node::Assertion(Assertion::NoWordEdge)),
            '<' => Ok(Node::Assertion(Assertion::WordStart)),
            '>' => Ok(Node::Assertion(Assertion::WordEnd)),
            '`' => Ok(Node::Assertion(Assertion::TextStart)),
            '\'' => Ok(Node::Assertion(Assertion::TextEnd)),
            '1'..='9' if c as usize - '0' as usize > self.groups => Err("Invalid back reference"),
            '1'..='9' => Err("Back references are not supported"),
            '{' if self.syntax.basic => Err(BAD_REPEAT),
            c => Ok(literal(c)),
        }
    }

    /// What follows `[`.
    fn bracket(&mut self) -> Result<Node> {
        let mut set = Set { negated: self.accept("^"), ..Set::default() };
        let mut is_first = true;
        loop {
            if self.accept("]") {
                if !is_first {
                    return Ok(Node::Set(set));
                }
                self.position -= 1;
            }
            is_first = false;
            if self.accept("[:") {
                set.classes.push(class_of(&self.named(":]")?)?);
                continue;
            }
            let low = self.member()?;
            let is_range = self.at("-") && self.characters.get(self.position + 1) != Some(&']');
            if !is_range {
                set.ranges.push((low, low));
                continue;
            }
            self.position += 1;
            let high = self.member()?;
            if high < low {
                return Err("Invalid range end");
            }
            set.ranges.push((low, high));
        }
    }

    /// A character of a bracket expression, itself or as `[.c.]` or `[=c=]`.
    fn member(&mut self) -> Result<char> {
        for (open, close) in [("[.", ".]"), ("[=", "=]")] {
            if self.accept(open) {
                let name = self.named(close)?;
                let mut characters = name.chars();
                return match (characters.next(), characters.next()) {
                    (Some(c), None) => Ok(c),
                    _ => Err("Invalid collation character"),
                };
            }
        }
        let c = self.peek().ok_or(UNMATCHED_BRACKET)?;
        self.position += 1;
        Ok(c)
    }

    fn named(&mut self, close: &str) -> Result<String> {
        let mut name = String::new();
        while !self.accept(close) {
            name.push(self.peek().ok_or(UNMATCHED_BRACKET)?);
            self.position += 1;
        }
        Ok(name)
    }
}

fn literal(c: char) -> Node {
    Node::Set(Set { ranges: vec![(c, c)], ..Set::default() })
}

fn class_of(name: &str) -> Result<fn(char) -> bool> {
    Ok(match name {
        "alpha" => char::is_alphabetic,
        "digit" => |c| c.is_ascii_digit(),
        "alnum" => char::is_alphanumeric,
        "upper" => char::is_uppercase,
        "lower" => char::is_lowercase,
        "space" => char::is_whitespace,
        "blank" => |c| matches!(c, ' ' | '\t'),
        "punct" => |c| c.is_ascii_punctuation(),
        "cntrl" => char::is_control,
        "xdigit" => |c| c.is_ascii_hexdigit(),
        "print" => |c| !c.is_control(),
        "graph" => |c| !c.is_control() && !c.is_whitespace(),
        _ => return Err("Invalid character class name"),
    })
}
