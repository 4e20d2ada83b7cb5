//! Where data was read, as `source-properties` tells it.
//!
//! Data has no room for its place. So the places of what was read last are kept beside it: programs ask
//! for them soon, and what is kept does not grow with what is read.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::mem::ManuallyDrop;
use std::rc::Rc;

use steel::SteelVal;
use steel::rvals::Result;

use super::equality::is_eq;
use super::object::{Held, cons, list, string, symbol};
use super::registry::internals;

/// So many data have their places.
pub(super) const KEPT: usize = 10_000;

struct Place {
    datum: Held,
    file: Option<Rc<str>>,
    line: usize,
    column: usize,
}

thread_local! {
    // Never dropped at the end of a thread, as in `exception`.
    static PLACES: RefCell<ManuallyDrop<VecDeque<Place>>> =
        const { RefCell::new(ManuallyDrop::new(VecDeque::new())) };
}

/// Keeps where data was read: each with its first byte in `text`, which begins at a line and a column of
/// a file.
pub(super) fn keep(
    mut read: VecDeque<(SteelVal, usize)>,
    text: &str,
    file: Option<&str>,
    (mut line, mut column): (usize, usize),
) {
    read.make_contiguous().sort_by_key(|(_, start)| *start);
    let file: Option<Rc<str>> = file.map(Rc::from);
    let mut at = 0;
    PLACES.with_borrow_mut(|places| {
        for (datum, start) in read {
            for character in text[at..start].chars() {
                (line, column) = if character == '\n' { (line + 1, 0) } else { (line, column + 1) };
            }
            at = start;
            if places.len() == KEPT {
                places.pop_front();
            }
            places.push_back(Place { datum: Held::new(datum), file: file.clone(), line, column });
        }
    });
}

/// `(%place-read DATUM)`: where it was read, as an association list; `#f` if that is not known.
fn place_read(args: &[SteelVal]) -> Result<SteelVal> {
    PLACES.with_borrow(|places| {
        let found = places.iter().rev().find(|place| is_eq(place.datum.peek(), &args[0]));
        let Some(Place { file, line, column, .. }) = found else {
            return Ok(SteelVal::BoolV(false));
        };
        let file = file.as_deref().map_or(SteelVal::BoolV(false), string);
        let number = |number: usize| SteelVal::IntV(number as isize);
        Ok(list(vec![
            cons(symbol("filename"), file),
            cons(symbol("line"), number(*line)),
            cons(symbol("column"), number(*column)),
        ]))
    })
}

internals! { INTERNAL_TABLE:
    "%place-read" 1 => place_read;
}
