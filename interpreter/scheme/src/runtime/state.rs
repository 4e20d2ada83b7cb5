//! The dynamic state of a program: handlers, extents entered by `dynamic-wind`, values of fluids and
//! parameters. Continuations written in Scheme (stdlib/tintype/control.scm) save and restore it.

use std::cell::RefCell;
use std::mem::ManuallyDrop;

use steel::SteelVal;
use steel::rvals::{Custom, Result};

use super::exception::{expecting, wrong_type};
use super::object::{Held, boolean, cons, is, nil, object, peek, poke, same_object, uncons};
use super::registry::{internals, natives};

struct State {
    /// Procedures of one argument, innermost first.
    handlers: SteelVal,
    /// `(IN OUT HANDLERS BINDINGS)` of each extent, innermost first.
    winds: SteelVal,
    /// `Binding` objects, innermost first.
    bindings: SteelVal,
    // What of the above may lead to Steel's heap is held here as well.
    _held: [Option<Held>; 3],
}

impl State {
    fn new() -> State {
        State { handlers: nil(), winds: nil(), bindings: nil(), _held: [None, None, None] }
    }
}

thread_local! {
    // Never dropped at the end of a thread, as in `exception`.
    static STATE: RefCell<ManuallyDrop<State>> = RefCell::new(ManuallyDrop::new(State::new()));
}

/// Everything a program changes while it runs; dropping it puts the state back as it was at `enter`,
/// whichever way the program ended.
pub struct DynamicExtent {
    saved: [SteelVal; 3],
}

impl DynamicExtent {
    /// Starts an extent without handlers; fluids and parameters keep their values.
    #[must_use]
    pub fn enter() -> DynamicExtent {
        let saved = STATE.with_borrow(|state| {
            [state.handlers.clone(), state.winds.clone(), state.bindings.clone()]
        });
        set(Part::Handlers, nil());
        DynamicExtent { saved }
    }
}

impl Drop for DynamicExtent {
    fn drop(&mut self) {
        let [handlers, winds, bindings] = self.saved.clone();
        set(Part::Handlers, handlers);
        set(Part::Winds, winds);
        set(Part::Bindings, bindings);
    }
}

#[derive(Clone, Copy)]
enum Part {
    Handlers,
    Winds,
    Bindings,
}

fn get(part: Part) -> SteelVal {
    STATE.with_borrow(|state| match part {
        Part::Handlers => state.handlers.clone(),
        Part::Winds => state.winds.clone(),
        Part::Bindings => state.bindings.clone(),
    })
}

fn set(part: Part, value: SteelVal) {
    let held = Some(Held::new(value.clone()));
    // Old values are dropped when the state is no longer borrowed.
    let _old = STATE.with_borrow_mut(|state| {
        let slot = match part {
            Part::Handlers => &mut state.handlers,
            Part::Winds => &mut state.winds,
            Part::Bindings => &mut state.bindings,
        };
        let old = std::mem::replace(slot, value);
        (old, std::mem::replace(&mut state._held[part as usize], held))
    });
}

/// What a fluid or parameter object refers to.
pub(crate) struct Cell {
    value: Held,
    converter: Held,
}

impl Custom for Cell {
    fn fmt(&self) -> Option<std::result::Result<String, std::fmt::Error>> {
        Some(Ok("#<fluid>".to_string()))
    }
}

/// The value of a cell during a `parameterize` or `with-fluids`.
struct Binding {
    cell: SteelVal,
    value: Held,
}

impl Custom for Binding {}

/// A cell for a parameter that natives read too, such as the current output port.
pub(crate) fn make_cell(value: SteelVal, converter: SteelVal) -> Result<SteelVal> {
    object(Cell { value: Held::new(value), converter: Held::new(converter) })
}

fn find_binding(cell: &SteelVal) -> Option<SteelVal> {
    let SteelVal::ListV(bindings) = get(Part::Bindings) else { return None };
    bindings
        .iter()
        .find(|binding| {
            peek::<Binding, _>(binding, |binding| same_object(&binding.cell, cell)).unwrap_or(false)
        })
        .cloned()
}

/// The value that a cell has now.
pub(crate) fn cell_value(cell: &SteelVal) -> Option<SteelVal> {
    match find_binding(cell) {
        Some(binding) => peek::<Binding, _>(&binding, |binding| binding.value.get()),
        None => peek::<Cell, _>(cell, |cell| cell.value.get()),
    }
}

fn set_cell(cell: &SteelVal, value: SteelVal) -> Option<SteelVal> {
    let Some(binding) = find_binding(cell) else { return set_cell_itself(cell, value) };
    let held = Held::new(value);
    let old = poke::<Binding, _>(&binding, |binding| std::mem::replace(&mut binding.value, held));
    old.map(|old| old.get())
}

/// Sets the value that a cell has where nothing is bound to it; the old one.
pub(crate) fn set_cell_itself(cell: &SteelVal, value: SteelVal) -> Option<SteelVal> {
    let held = Held::new(value);
    let old = poke::<Cell, _>(cell, |cell| std::mem::replace(&mut cell.value, held));
    old.map(|old| old.get())
}

/// The cell of a parameter object: a procedure that has captured it (see `make-parameter`).
fn parameter_cell(value: &SteelVal) -> Option<SteelVal> {
    match value {
        SteelVal::Closure(closure) => {
            closure.captures().iter().find(|captured| is::<Cell>(captured)).cloned()
        }
        value if is::<Cell>(value) => Some(value.clone()),
        _ => None,
    }
}

fn need_cell(name: &'static str, value: &SteelVal) -> Result<SteelVal> {
    parameter_cell(value).ok_or_else(|| expecting(name, 1, "parameter", value))
}

fn fluid_ref(args: &[SteelVal]) -> Result<SteelVal> {
    cell_value(&args[0]).ok_or_else(|| wrong_type("fluid-ref", 1, &args[0]))
}

fn fluid_set(args: &[SteelVal]) -> Result<SteelVal> {
    match set_cell(&args[0], args[1].clone()) {
        Some(_) => Ok(SteelVal::Void),
        None => Err(wrong_type("fluid-set!", 1, &args[0])),
    }
}

/// `(%cell-swap! CELL VALUE)`: sets a value and gives the one before.
fn swap(args: &[SteelVal]) -> Result<SteelVal> {
    set_cell(&args[0], args[1].clone()).ok_or_else(|| wrong_type("fluid-set!", 1, &args[0]))
}

fn converter(args: &[SteelVal]) -> Result<SteelVal> {
    let cell = need_cell("parameterize", &args[0])?;
    Ok(peek::<Cell, _>(&cell, |cell| cell.converter.get()).unwrap_or(SteelVal::BoolV(false)))
}

/// `(%bind BINDINGS PARAMETER VALUE)`: the bindings with one more.
fn bind(args: &[SteelVal]) -> Result<SteelVal> {
    let cell = need_cell("parameterize", &args[1])?;
    Ok(cons(object(Binding { cell, value: Held::new(args[2].clone()) })?, args[0].clone()))
}

/// `(%common-winds A B)`: the innermost extents that two lists of winds share.
fn common_winds(args: &[SteelVal]) -> Result<SteelVal> {
    let length = |value: &SteelVal| match value {
        SteelVal::ListV(list) => list.len(),
        _ => 0,
    };
    let (mut left, mut right) = (args[0].clone(), args[1].clone());
    while length(&left) > length(&right) {
        left = uncons(&left).map_or_else(nil, |(_, rest)| rest);
    }
    while length(&right) > length(&left) {
        right = uncons(&right).map_or_else(nil, |(_, rest)| rest);
    }
    while let (Some((a, left_rest)), Some((b, right_rest))) = (uncons(&left), uncons(&right)) {
        if same_object(&a, &b) {
            return Ok(left);
        }
        (left, right) = (left_rest, right_rest);
    }
    Ok(nil())
}

/// One entry of the list of winds.
struct Wind([Held; 4]);

impl Custom for Wind {}

fn make_wind(args: &[SteelVal]) -> Result<SteelVal> {
    object(Wind([
        Held::new(args[0].clone()),
        Held::new(args[1].clone()),
        Held::new(get(Part::Handlers)),
        Held::new(get(Part::Bindings)),
    ]))
}

fn wind_part(args: &[SteelVal]) -> Result<SteelVal> {
    let SteelVal::IntV(index) = args[1] else { return Ok(SteelVal::Void) };
    peek::<Wind, _>(&args[0], |wind| wind.0.get(index as usize).map(Held::get))
        .flatten()
        .ok_or_else(|| wrong_type("dynamic-wind", 1, &args[0]))
}

fn handler_depth(_: &[SteelVal]) -> Result<SteelVal> {
    match get(Part::Handlers) {
        SteelVal::ListV(handlers) => Ok(SteelVal::IntV(handlers.len() as isize)),
        _ => Ok(SteelVal::IntV(0)),
    }
}

fn setter(part: Part, args: &[SteelVal]) -> Result<SteelVal> {
    set(part, args[0].clone());
    Ok(SteelVal::Void)
}

internals! { INTERNAL_TABLE:
    "%handlers" 0 => |_| Ok(get(Part::Handlers));
    "%set-handlers!" 1 => |args| setter(Part::Handlers, args);
    "%handler-depth" 0 => handler_depth;
    "%winds" 0 => |_| Ok(get(Part::Winds));
    "%set-winds!" 1 => |args| setter(Part::Winds, args);
    "%bindings" 0 => |_| Ok(get(Part::Bindings));
    "%set-bindings!" 1 => |args| setter(Part::Bindings, args);
    "%make-wind" 2 => make_wind;
    "%wind-ref" 2 => wind_part;
    "%common-winds" 2 => common_winds;
    "%make-cell" 2 => |args: &[SteelVal]| make_cell(args[0].clone(), args[1].clone());
    "%cell-ref" 1 => fluid_ref;
    "%cell-swap!" 2 => swap;
    "%parameter-cell" 1 => |args: &[SteelVal]| need_cell("parameterize", &args[0]);
    "%parameter-converter" 1 => converter;
    "%bind" 3 => bind;
}

natives! { TABLE:
    "make-fluid" 0..=1 => |args: &[SteelVal]| make_cell(
        args.first().cloned().unwrap_or(SteelVal::BoolV(false)), SteelVal::BoolV(false));
    "fluid?" 1 => |args: &[SteelVal]| boolean(is::<Cell>(&args[0]));
    "fluid-ref" 1 => fluid_ref;
    "fluid-set!" 2 => fluid_set;
    "parameter?" 1 => |args: &[SteelVal]| boolean(
        matches!(args[0], SteelVal::Closure(_)) && parameter_cell(&args[0]).is_some());
}
