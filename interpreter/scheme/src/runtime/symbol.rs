//! Symbols.

use std::cell::Cell;

use steel::SteelVal;
use steel::rvals::Result;

use super::exception::expecting;
use super::object::{boolean, string, symbol};
use super::registry::natives;
use super::string::text;

thread_local! {
    // Counts up from the start of the thread's first engine: the same names on every run.
    static COUNTER: Cell<u64> = const { Cell::new(0) };
}

fn name(of: &'static str, position: usize, value: &SteelVal) -> Result<String> {
    match value {
        SteelVal::SymbolV(name) => Ok(name.to_string()),
        other => Err(expecting(of, position, "symbol", other)),
    }
}

fn append(args: &[SteelVal]) -> Result<SteelVal> {
    let mut all = String::new();
    for value in args {
        // As in Guile, the complaint is that of `symbol->string`.
        all += &name("symbol->string", 1, value)?;
    }
    Ok(symbol(&all))
}

fn gensym(args: &[SteelVal]) -> Result<SteelVal> {
    let prefix = match args.first() {
        None => " g",
        Some(SteelVal::SymbolV(prefix)) => prefix.as_str(),
        Some(value) => text("gensym", 1, value)?,
    };
    let number = COUNTER.get() + 1;
    COUNTER.set(number);
    Ok(symbol(&format!("{prefix}{number}")))
}

fn less(args: &[SteelVal]) -> Result<SteelVal> {
    let mut names = Vec::new();
    for (position, value) in args.iter().enumerate() {
        names.push(name("symbol<?", position + 1, value)?);
    }
    boolean(names.windows(2).all(|pair| pair[0] < pair[1]))
}

natives! { TABLE:
    "symbol?" 1 => |args: &[SteelVal]| boolean(matches!(args[0], SteelVal::SymbolV(_)));
    "symbol->string" 1 => |args: &[SteelVal]| Ok(string(name("symbol->string", 1, &args[0])?));
    "string->symbol" 1 => |args: &[SteelVal]| Ok(symbol(text("string->symbol", 1, &args[0])?));
    "symbol-append" 0.._ => append;
    "string-ci->symbol" 1 => |args: &[SteelVal]|
        Ok(symbol(text("string-ci->symbol", 1, &args[0])?));
    "gensym" 0..=1 => gensym;
    "generate-symbol" 0..=1 => gensym;
    "symbol<?" 0.._ => less;
    "symbol-interned?" 1 => |args: &[SteelVal]| boolean(name("symbol-interned?", 1, &args[0]).is_ok());
}
