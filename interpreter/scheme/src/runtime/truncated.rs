//! Data on one line of a bounded width, with an ellipsis where something was left out, as Guile's
//! `truncated-print` writes them.

use steel::SteelVal;
use steel::rvals::Result;

use super::bytevector::bytevector_bytes;
use super::exception::misc_error;
use super::number::index;
use super::object::{is_nil, is_pair, is_true, spine, string, uncons};
use super::print::{display_datum, write_datum};
use super::registry::internals;
use super::vector::vector_items;

/// What stands for what was left out.
const ELLIPSIS: char = '…';
/// What stands for a datum that has no room at all.
const NOTHING: &str = "#";
/// What encloses a text that is cut short inside.
const FRAMES: [[&str; 2]; 4] = [["#<", ">"], ["#(", ")"], ["(", ")"], ["\"", "\""]];

struct Printer {
    breadth_first: bool,
    display: bool,
}

fn length(text: &str) -> usize {
    text.chars().count()
}

/// The text of an atom, which is wider than `width`: its beginning in its frame.
fn cut(text: &str, width: usize) -> String {
    let frame = FRAMES.iter().find(|[open, close]| {
        text.starts_with(open) && text.ends_with(close) && width > length(open) + length(close)
    });
    match frame {
        Some([_, close]) => {
            let kept = width - length(close) - 1;
            let start: String = text.chars().take(kept).collect();
            format!("{start}{ELLIPSIS}{close}")
        }
        None => NOTHING.to_string(),
    }
}

impl Printer {
    /// A datum in at most `width` characters, which is more than none.
    fn datum(&self, value: &SteelVal, width: usize) -> String {
        if is_pair(value) || is_nil(value) {
            let (items, tail) = spine(value);
            return if is_nil(&tail) {
                self.framed("(", 1, &items, width)
            } else if width < 5 {
                NOTHING.to_string()
            } else {
                format!("({})", self.improper(value, width - 2))
            };
        }
        if let Some(items) = vector_items(value) {
            return self.framed("#(", 1, &items, width);
        }
        if let Some(bytes) = bytevector_bytes(value) {
            let items: Vec<SteelVal> =
                bytes.iter().map(|byte| SteelVal::IntV(isize::from(*byte))).collect();
            return self.framed("#vu8(", 3, &items, width);
        }
        let text = if self.display { display_datum(value) } else { write_datum(value) };
        if length(&text) <= width { text } else { cut(&text, width) }
    }

    /// Items in their frame, where there is room for it and at least `least` characters in it.
    fn framed(&self, open: &str, least: usize, items: &[SteelVal], width: usize) -> String {
        let frame = length(open) + 1;
        if width < frame + least {
            return NOTHING.to_string();
        }
        format!("{open}{})", self.sequence(items, width - frame))
    }

    /// The items of a list or vector. All but the last leave room for an ellipsis behind them, or share what
    /// there is, where the breadth counts.
    fn sequence(&self, items: &[SteelVal], mut width: usize) -> String {
        let mut out = String::new();
        for (position, item) in items.iter().enumerate() {
            if position > 0 {
                out.push(' ');
            }
            let left = items.len() - position;
            if left == 1 && (position == 0 || width > 1) {
                out += &self.datum(item, if position == 0 { width } else { width - 1 });
                break;
            }
            if width <= 2 {
                out.push(ELLIPSIS);
                break;
            }
            let room = if self.breadth_first {
                (width / left).saturating_sub(1).max(1)
            } else {
                width - 2
            };
            let text = self.datum(item, room);
            width = width.saturating_sub(length(&text) + 1);
            out += &text;
        }
        out
    }

    /// The items of an improper list and its tail, in at least three characters.
    fn improper(&self, value: &SteelVal, mut width: usize) -> String {
        let mut out = String::new();
        let mut rest = value.clone();
        while let Some((head, tail)) = uncons(&rest) {
            if width < 5 {
                out += ". #";
                return out;
            }
            let room = if self.breadth_first { (width - 3) / 2 } else { width - 4 };
            let text = self.datum(&head, room);
            width -= length(&text) + 1;
            out += &text;
            out.push(' ');
            rest = tail;
        }
        out += ". ";
        out += &self.datum(&rest, width - 2);
        out
    }
}

/// `(%truncated VALUE DISPLAY? WIDTH BREADTH-FIRST?)`: the text.
fn truncated(args: &[SteelVal]) -> Result<SteelVal> {
    let width = index("truncated-print", 3, &args[2])?;
    if width == 0 {
        return Err(misc_error("expected a positive width", &args[2..3]));
    }
    let printer = Printer { breadth_first: is_true(&args[3]), display: is_true(&args[1]) };
    Ok(string(printer.datum(&args[0], width)))
}

internals! { INTERNAL_TABLE:
    "%truncated" 4 => truncated;
}
