//! Pretty printing: data on several lines, laid out as Guile's `pretty-print` does.
//!
//! What fits on the rest of the line is written there. Else the head of a list says how its items stand: below
//! each other behind the head, or indented below it.

use steel::SteelVal;
use steel::rvals::Result;

use super::number::index;
use super::object::{is_true, spine, string, uncons};
use super::print::{display_datum, write_datum};
use super::registry::internals;

/// How items of a list are printed when they need more than one line.
#[derive(Clone, Copy)]
enum Item {
    Expression,
    /// A list of expressions without head, such as a clause.
    List,
}

/// What stands behind the head of a list.
struct Shape {
    /// The second item may be a name.
    named: bool,
    first: Option<Item>,
    second: Option<Item>,
    rest: Item,
}

/// Spaces by which a body is indented.
const INDENT: usize = 2;
/// A head longer than this stands on a line of its own.
const LONGEST_HEAD: usize = 5;

struct Printer {
    out: String,
    column: usize,
    width: usize,
    widest_expression: usize,
    display: bool,
}

/// The mark of `(quote X)` and its like, and X.
fn abbreviated(value: &SteelVal) -> Option<(&'static str, SteelVal)> {
    let (head, rest) = uncons(value)?;
    let SteelVal::SymbolV(name) = head else { return None };
    let mark = match name.as_str() {
        "quote" => "'",
        "quasiquote" => "`",
        "unquote" => ",",
        "unquote-splicing" => ",@",
        _ => return None,
    };
    let (only, rest) = uncons(&rest)?;
    super::object::is_nil(&rest).then_some((mark, only))
}

impl Printer {
    /// A value on one line.
    fn flat(&self, value: &SteelVal) -> String {
        if let Some((mark, value)) = abbreviated(value) {
            return format!("{mark}{}", self.flat(&value));
        }
        if super::object::is_pair(value) {
            let (items, tail) = spine(value);
            let mut parts: Vec<String> = items.iter().map(|item| self.flat(item)).collect();
            if !super::object::is_nil(&tail) {
                parts.push(".".to_string());
                parts.push(self.flat(&tail));
            }
            return format!("({})", parts.join(" "));
        }
        match super::vector::vector_items(value) {
            Some(items) => {
                let parts: Vec<String> = items.iter().map(|item| self.flat(item)).collect();
                format!("#({})", parts.join(" "))
            }
            None if self.display => display_datum(value),
            None => write_datum(value),
        }
    }

    fn put(&mut self, text: &str) {
        self.out.push_str(text);
        self.column += text.chars().count();
    }

    fn indent(&mut self, to: usize) {
        if to < self.column {
            self.out.push('\n');
            self.column = 0;
        }
        let blanks = " ".repeat(to - self.column);
        self.put(&blanks);
    }

    /// Prints a value that `extra` closing parentheses follow.
    fn print(&mut self, value: &SteelVal, extra: usize, item: Item) {
        let flat = self.flat(value);
        let items = super::vector::vector_items(value);
        if !super::object::is_pair(value) && items.is_none() {
            return self.put(&flat);
        }
        let left = (self.width + 1).saturating_sub(self.column + extra);
        if flat.chars().count() < left.min(self.widest_expression) {
            return self.put(&flat);
        }
        match (items, item) {
            (Some(items), _) => {
                self.put("#");
                self.list(&super::object::list(items), extra, Item::Expression);
            }
            (None, Item::Expression) => self.expression(value, extra),
            (None, Item::List) => self.list(value, extra, Item::Expression),
        }
    }

    fn expression(&mut self, value: &SteelVal, extra: usize) {
        if let Some((mark, value)) = abbreviated(value) {
            self.put(mark);
            return self.print(&value, extra, Item::Expression);
        }
        let Some((SteelVal::SymbolV(head), rest)) = uncons(value) else {
            return self.list(value, extra, Item::Expression);
        };
        let plain = |first, rest| Shape { named: false, first, second: None, rest };
        let shape = match head.as_str() {
            "lambda" | "lambda*" | "let*" | "letrec" | "letrec*" | "define" | "define*"
            | "define-public" | "define-syntax" | "let-syntax" | "letrec-syntax"
            | "with-syntax" | "syntax-rules" => plain(Some(Item::List), Item::Expression),
            "if" | "set!" => plain(Some(Item::Expression), Item::Expression),
            "cond" => return self.call(value, extra, Item::List),
            "case" => plain(Some(Item::Expression), Item::List),
            "and" | "or" => return self.call(value, extra, Item::Expression),
            "let" => Shape {
                named: uncons(&rest).is_some_and(|(name, _)| matches!(name, SteelVal::SymbolV(_))),
                ..plain(Some(Item::List), Item::Expression)
            },
            "begin" => plain(None, Item::Expression),
            "do" => Shape { second: Some(Item::List), ..plain(Some(Item::List), Item::Expression) },
            head if head.chars().count() > LONGEST_HEAD => plain(None, Item::Expression),
            _ => return self.call(value, extra, Item::Expression),
        };
        self.general(value, extra, &shape);
    }

    /// The items below each other behind the head.
    fn call(&mut self, value: &SteelVal, extra: usize, item: Item) {
        let Some((head, rest)) = uncons(value) else { return };
        self.put("(");
        let head = self.flat(&head);
        self.put(&head);
        let column = self.column + 1;
        self.down(&rest, column, extra, item);
    }

    /// The items below each other.
    fn list(&mut self, value: &SteelVal, extra: usize, item: Item) {
        self.put("(");
        let column = self.column;
        self.down(value, column, extra, item);
    }

    fn down(&mut self, value: &SteelVal, column: usize, extra: usize, item: Item) {
        let (items, tail) = spine(value);
        let is_proper = super::object::is_nil(&tail);
        for (position, value) in items.iter().enumerate() {
            let is_last = is_proper && position + 1 == items.len();
            self.indent(column);
            self.print(value, if is_last { extra + 1 } else { 0 }, item);
        }
        if !is_proper {
            self.indent(column);
            self.put(".");
            self.indent(column);
            self.print(&tail, extra + 1, item);
        }
        self.put(")");
    }

    /// The head, some items behind it, and the rest indented below.
    fn general(&mut self, value: &SteelVal, extra: usize, shape: &Shape) {
        let body = self.column + INDENT;
        let Some((head, mut rest)) = uncons(value) else { return };
        self.put("(");
        let head = self.flat(&head);
        self.put(&head);
        if shape.named
            && let Some((name, after)) = uncons(&rest)
        {
            let name = self.flat(&name);
            self.put(" ");
            self.put(&name);
            rest = after;
        }
        let behind = self.column + 1;
        for item in [shape.first, shape.second].into_iter().flatten() {
            if let Some((value, after)) = uncons(&rest) {
                self.indent(behind);
                let is_last = super::object::is_nil(&after);
                self.print(&value, if is_last { extra + 1 } else { 0 }, item);
                rest = after;
            }
        }
        self.down(&rest, body, extra, shape.rest);
    }
}

/// `(%pretty VALUE DISPLAY? WIDTH WIDEST-EXPRESSION)`: the text, without a newline at its end.
fn pretty(args: &[SteelVal]) -> Result<SteelVal> {
    let mut printer = Printer {
        out: String::new(),
        column: 0,
        width: index("pretty-print", 3, &args[2])?,
        widest_expression: index("pretty-print", 4, &args[3])?,
        display: is_true(&args[1]),
    };
    printer.print(&args[0], 0, Item::Expression);
    Ok(string(printer.out))
}

internals! { INTERNAL_TABLE:
    "%pretty" 4 => pretty;
}
