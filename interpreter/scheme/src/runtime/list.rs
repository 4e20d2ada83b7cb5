//! Lists: the natives of the core and of SRFI-1 that call no procedures. Lists cannot be changed in
//! place: the `!` procedures return new ones, which the standards allow.

use steel::SteelVal;
use steel::rvals::Result;

use super::equality::{Same, is_eq, is_equal, is_eqv};
use super::exception::{
    expecting, expecting_somewhere, instruction_expecting, misc_error, out_of_range, raise, thrown,
    wrong_type,
};
use super::number::index;
use super::object::{boolean, cons, cons_all, is_nil, is_pair, list, nil, spine, string, uncons};
use super::registry::{internals, natives};

/// The items of a proper list.
pub(crate) fn items(
    name: &'static str,
    position: usize,
    value: &SteelVal,
) -> Result<Vec<SteelVal>> {
    match value {
        SteelVal::ListV(list) => Ok(list.iter().cloned().collect()),
        _ => Err(wrong_type(name, position, value)),
    }
}

fn length(args: &[SteelVal]) -> Result<SteelVal> {
    match &args[0] {
        SteelVal::ListV(list) => Ok(SteelVal::IntV(list.len() as isize)),
        other => Err(wrong_type("length", 1, other)),
    }
}

fn append(args: &[SteelVal]) -> Result<SteelVal> {
    let Some((last, lists)) = args.split_last() else { return Ok(nil()) };
    let mut result = last.clone();
    for (position, value) in lists.iter().enumerate().rev() {
        let SteelVal::ListV(front) = value else {
            let (_, rest) = spine(value);
            return Err(expecting("append", position + 1, "empty list", &rest));
        };
        if front.is_empty() {
            continue;
        }
        result = match result {
            SteelVal::ListV(back) => SteelVal::ListV(front.clone().append(back)),
            back => cons_all(front.iter().cloned().collect(), back),
        };
    }
    Ok(result)
}

fn reverse(name: &'static str, args: &[SteelVal]) -> Result<SteelVal> {
    let mut all = items(name, 1, &args[0])?;
    all.reverse();
    Ok(list(all))
}

/// `(append-reverse FRONT TAIL)`.
fn append_reverse(args: &[SteelVal]) -> Result<SteelVal> {
    let mut all = items("append-reverse", 1, &args[0])?;
    all.reverse();
    Ok(cons_all(all, args[1].clone()))
}

/// The arguments of `apply` as one list: the last one is spread.
fn spread(args: &[SteelVal]) -> Result<SteelVal> {
    match args {
        [SteelVal::ListV(_)] => Ok(args[0].clone()),
        [front @ .., SteelVal::ListV(last)] => {
            Ok(list(front.iter().chain(last.iter()).cloned().collect()))
        }
        [.., last] => {
            let irritants = list(vec![last.clone()]);
            let about = vec![string("apply"), string("Apply to non-list: ~S")];
            Err(raise(thrown(
                "wrong-type-arg",
                [about, vec![irritants.clone(), irritants]].concat(),
            )))
        }
        [] => Ok(nil()),
    }
}

/// What is left after `count` pairs; says which value was no pair.
fn drop_pairs(value: &SteelVal, count: usize) -> std::result::Result<SteelVal, SteelVal> {
    if let SteelVal::ListV(list) = value
        && let Some(tail) = list.tail(count)
        && count <= list.len()
    {
        return Ok(SteelVal::ListV(tail));
    }
    let mut rest = value.clone();
    for _ in 0..count {
        rest = uncons(&rest).ok_or(rest)?.1;
    }
    Ok(rest)
}

fn list_tail(name: &'static str, args: &[SteelVal]) -> Result<SteelVal> {
    let count = index(name, 2, &args[1])?;
    drop_pairs(&args[0], count).map_err(|rest| expecting(name, 1, "pair", &rest))
}

fn list_head(name: &'static str, args: &[SteelVal]) -> Result<SteelVal> {
    let count = index(name, 2, &args[1])?;
    let (all, rest) = spine(&args[0]);
    match all.get(..count) {
        Some(head) => Ok(list(head.to_vec())),
        None => Err(expecting(name, 1, "pair", &rest)),
    }
}

fn list_ref(args: &[SteelVal]) -> Result<SteelVal> {
    let position = index("list-ref", 2, &args[1])?;
    let found = match &args[0] {
        SteelVal::ListV(list) => list.get(position).cloned(),
        other => spine(other).0.get(position).cloned(),
    };
    found.ok_or_else(|| out_of_range("list-ref", 2, &args[1]))
}

fn last_pair(args: &[SteelVal]) -> Result<SteelVal> {
    let (all, rest) = spine(&args[0]);
    Ok(match all.last() {
        Some(last) => cons(last.clone(), rest),
        None => args[0].clone(),
    })
}

fn last(args: &[SteelVal]) -> Result<SteelVal> {
    spine(&args[0])
        .0
        .last()
        .cloned()
        .ok_or_else(|| instruction_expecting("car", 1, "pair", &args[0]))
}

/// `take-right` and `drop-right` count from the end of the spine.
fn split_right(name: &'static str, args: &[SteelVal]) -> Result<(Vec<SteelVal>, SteelVal)> {
    let count = index(name, 2, &args[1])?;
    let (mut all, rest) = spine(&args[0]);
    if count > all.len() {
        return Err(expecting(name, 1, "pair", &rest));
    }
    let right = all.split_off(all.len() - count);
    Ok((all, cons_all(right, rest)))
}

fn split_at(args: &[SteelVal]) -> Result<SteelVal> {
    super::values::multiple_values(&[list_head("split-at", args)?, list_tail("split-at", args)?])
}

fn member(name: &'static str, args: &[SteelVal], same: Same) -> Result<SteelVal> {
    let mut rest = args[1].clone();
    if let SteelVal::ListV(list) = &rest {
        return Ok(match list.iter().position(|item| same(&args[0], item)) {
            Some(position) => drop_pairs(&rest, position).unwrap_or(SteelVal::Void),
            None => SteelVal::BoolV(false),
        });
    }
    while let Some((first, tail)) = uncons(&rest) {
        if same(&args[0], &first) {
            return Ok(rest);
        }
        rest = tail;
    }
    Err(expecting(name, 2, "list", &args[1]))
}

fn delete(name: &'static str, args: &[SteelVal], same: Same) -> Result<SteelVal> {
    let all = items(name, 2, &args[1])?;
    Ok(list(all.into_iter().filter(|item| !same(&args[0], item)).collect()))
}

/// `(delete-duplicates LIST)` under `equal?`.
fn delete_duplicates(args: &[SteelVal]) -> Result<SteelVal> {
    let mut kept: Vec<SteelVal> = Vec::new();
    for item in items("delete-duplicates", 1, &args[0])? {
        if !kept.iter().any(|known| is_equal(known, &item)) {
            kept.push(item);
        }
    }
    Ok(list(kept))
}

fn cons_star(args: &[SteelVal]) -> Result<SteelVal> {
    match args.split_last() {
        Some((last, front)) => Ok(cons_all(front.to_vec(), last.clone())),
        None => Ok(nil()),
    }
}

fn make_list(args: &[SteelVal]) -> Result<SteelVal> {
    let count = index("make-list", 1, &args[0])?;
    if count > 1 << 40 {
        return Err(out_of_range("make-list", 1, &args[0]));
    }
    Ok(list(vec![args.get(1).cloned().unwrap_or_else(nil); count]))
}

fn iota(args: &[SteelVal]) -> Result<SteelVal> {
    use super::number::Number;
    let count = index("iota", 1, &args[0])?;
    let (start, step) = (args.get(1), args.get(2));
    if let (None | Some(SteelVal::IntV(_)), None | Some(SteelVal::IntV(_))) = (start, step) {
        let value = |value: Option<&SteelVal>, otherwise: i128| match value {
            Some(SteelVal::IntV(value)) => *value as i128,
            _ => otherwise,
        };
        let (start, step) = (value(start, 0), value(step, 1));
        let numbers = (0..count as i128).map(|n| start + n * step);
        return Ok(list(numbers.map(|n| super::number::integer(n.into())).collect()));
    }
    let operand = |position: usize, otherwise: isize| {
        let value = args.get(position).cloned().unwrap_or(SteelVal::IntV(otherwise));
        Number::from_value(&value).ok_or_else(|| wrong_type("iota", position + 1, &value))
    };
    let (start, step) = (operand(1, 0)?, operand(2, 1)?);
    let numbers = (0..count).map(|n| start.plus_times(&step, n).into_value());
    Ok(list(numbers.collect()))
}

/// `(list-set! LIST K VALUE)` and its like.
fn immutable(name: &'static str) -> Result<SteelVal> {
    Err(misc_error(
        &format!(
            "{name}: pairs cannot be changed in this implementation; build a new list instead"
        ),
        &[],
    ))
}

/// `(c[ad]{2,4}r X)`.
fn accessor(name: &'static str, path: &str, value: &SteelVal) -> Result<SteelVal> {
    let mut current = value.clone();
    for step in path.bytes().rev() {
        let (car, cdr) =
            uncons(&current).ok_or_else(|| expecting_somewhere(name, "pair", &current))?;
        current = if step == b'a' { car } else { cdr };
    }
    Ok(current)
}

/// `first` to `tenth`.
fn nth(name: &'static str, position: usize, value: &SteelVal) -> Result<SteelVal> {
    let found = match value {
        SteelVal::ListV(list) => list.get(position).cloned(),
        other => spine(other).0.get(position).cloned(),
    };
    match (found, position) {
        (Some(found), _) => Ok(found),
        // `first` is `car`.
        (None, 0) => Err(expecting_somewhere("car", "pair", value)),
        (None, _) => Err(expecting(name, 1, "list", value)),
    }
}

macro_rules! accessors {
    ($($path:literal)*) => {
        natives! { ACCESSOR_TABLE: $(
            $path 1 => |args: &[SteelVal]|
                accessor($path, $path.trim_start_matches('c').trim_end_matches('r'), &args[0]);
        )* }
    };
}

accessors! {
    "caar" "cadr" "cdar" "cddr"
    "caaar" "caadr" "cadar" "caddr" "cdaar" "cdadr" "cddar" "cdddr"
    "caaaar" "caaadr" "caadar" "caaddr" "cadaar" "cadadr" "caddar" "cadddr"
    "cdaaar" "cdaadr" "cdadar" "cdaddr" "cddaar" "cddadr" "cdddar" "cddddr"
}

internals! { INTERNAL_TABLE:
    "%car" 1 => |args: &[SteelVal]| uncons(&args[0]).map(|(car, _)| car)
        .ok_or_else(|| instruction_expecting("car", 1, "pair", &args[0]));
    "%cdr" 1 => |args: &[SteelVal]| uncons(&args[0]).map(|(_, cdr)| cdr)
        .ok_or_else(|| instruction_expecting("cdr", 1, "pair", &args[0]));
    "%cons" 2 => |args: &[SteelVal]| Ok(cons(args[0].clone(), args[1].clone()));
    "%null?" 1 => |args: &[SteelVal]| boolean(is_nil(&args[0]));
    "%pair?" 1 => |args: &[SteelVal]| boolean(is_pair(&args[0]));
    "%not" 1 => |args: &[SteelVal]| boolean(matches!(args[0], SteelVal::BoolV(false)));
    "%spread" 0.._ => spread;
    "%spread*" 1 => |args: &[SteelVal]| spread(&items("apply", 2, &args[0])?);
    "%member" 2 => |args| member("member", args, is_equal);
    "%delete" 2 => |args| delete("delete", args, is_equal);
    "%delete-duplicates" 1 => delete_duplicates;
}

natives! { TABLE:
    "list?" 1 => |args: &[SteelVal]| boolean(matches!(args[0], SteelVal::ListV(_)));
    "proper-list?" 1 => |args: &[SteelVal]| boolean(matches!(args[0], SteelVal::ListV(_)));
    "dotted-list?" 1 => |args: &[SteelVal]| boolean(!matches!(args[0], SteelVal::ListV(_)));
    "circular-list?" 1 => |_| boolean(false);
    "null-list?" 1 => |args: &[SteelVal]| boolean(is_nil(&args[0]));
    "not-pair?" 1 => |args: &[SteelVal]| boolean(!is_pair(&args[0]));
    "length" 1 => length;
    "length+" 1 => length;
    "append" 0.._ => append;
    "append!" 0.._ => append;
    "reverse" 1 => |args| reverse("reverse", args);
    "reverse!" 1..=2 => |args: &[SteelVal]| match args.len() {
        1 => reverse("reverse!", args),
        _ => append_reverse(args),
    };
    "append-reverse" 2 => append_reverse;
    "append-reverse!" 2 => append_reverse;
    "concatenate" 1 => |args: &[SteelVal]| append(&items("concatenate", 1, &args[0])?);
    "concatenate!" 1 => |args: &[SteelVal]| append(&items("concatenate!", 1, &args[0])?);
    "list-copy" 1 => |args: &[SteelVal]| if is_pair(&args[0]) || is_nil(&args[0]) {
        Ok(args[0].clone())
    } else {
        Err(wrong_type("list-copy", 1, &args[0]))
    };
    "list-tail" 2 => |args| list_tail("list-tail", args);
    "list-cdr-ref" 2 => |args| list_tail("list-cdr-ref", args);
    "drop" 2 => |args| list_tail("list-tail", args);
    "list-head" 2 => |args| list_head("list-head", args);
    "take" 2 => |args| list_head("list-head", args);
    "take!" 2 => |args| list_head("list-head", args);
    "split-at" 2 => split_at;
    "split-at!" 2 => split_at;
    "take-right" 2 => |args| Ok(split_right("take-right", args)?.1);
    "drop-right" 2 => |args| Ok(list(split_right("drop-right", args)?.0));
    "drop-right!" 2 => |args| Ok(list(split_right("drop-right!", args)?.0));
    "list-ref" 2 => list_ref;
    "last-pair" 1 => last_pair;
    "last" 1 => last;
    "memq" 2 => |args| member("memq", args, is_eq);
    "memv" 2 => |args| member("memv", args, is_eqv);
    "delq" 2 => |args| delete("delq", args, is_eq);
    "delq!" 2 => |args| delete("delq!", args, is_eq);
    "delv" 2 => |args| delete("delv", args, is_eqv);
    "delv!" 2 => |args| delete("delv!", args, is_eqv);
    "cons*" 1.._ => cons_star;
    "xcons" 2 => |args: &[SteelVal]| Ok(cons(args[1].clone(), args[0].clone()));
    "make-list" 1..=2 => make_list;
    "iota" 1..=3 => iota;
    "set-car!" 2 => |_| immutable("set-car!");
    "set-cdr!" 2 => |_| immutable("set-cdr!");
    "list-set!" 3 => |_| immutable("list-set!");
    "list-cdr-set!" 3 => |_| immutable("list-cdr-set!");
    "first" 1 => |args: &[SteelVal]| nth("first", 0, &args[0]);
    "second" 1 => |args: &[SteelVal]| accessor("cadr", "ad", &args[0]);
    "third" 1 => |args: &[SteelVal]| accessor("caddr", "add", &args[0]);
    "fourth" 1 => |args: &[SteelVal]| accessor("cadddr", "addd", &args[0]);
    "fifth" 1 => |args: &[SteelVal]| nth("fifth", 4, &args[0]);
    "sixth" 1 => |args: &[SteelVal]| nth("sixth", 5, &args[0]);
    "seventh" 1 => |args: &[SteelVal]| nth("seventh", 6, &args[0]);
    "eighth" 1 => |args: &[SteelVal]| nth("eighth", 7, &args[0]);
    "ninth" 1 => |args: &[SteelVal]| nth("ninth", 8, &args[0]);
    "tenth" 1 => |args: &[SteelVal]| nth("tenth", 9, &args[0]);
}
