//! Values of the engine, and their passage to and from plain data.

use std::rc::Rc;

use num_bigint::BigInt;
use num_traits::ToPrimitive;
use steel::rvals::IntoSteelVal;
use steel::{SteelErr, SteelVal};

use crate::datum::Datum;
use crate::runtime::{self, Held};
use crate::syntax::{Form, Number, Syntax};

/// A value of a running program.
#[derive(Clone)]
pub struct Value(pub(crate) SteelVal);

type Result<T> = std::result::Result<T, SteelErr>;

/// A value that stays as it is while no running code refers to it.
#[derive(Clone)]
pub struct Kept(Rc<Held>);

impl Kept {
    /// Keeps a value.
    pub fn new(value: &Value) -> Kept {
        Kept(Rc::new(Held::new(value.0.clone())))
    }

    /// The value.
    pub fn value(&self) -> Value {
        Value(self.0.get())
    }

    /// As `write` prints it.
    pub fn written(&self) -> String {
        runtime::write_datum(self.0.peek())
    }
}

impl Value {
    /// As `write` prints it.
    pub fn written(&self) -> String {
        runtime::write_datum(&self.0)
    }

    /// As `display` prints it.
    pub fn displayed(&self) -> String {
        runtime::display_datum(&self.0)
    }

    /// The value of an expression that has none.
    pub fn is_unspecified(&self) -> bool {
        matches!(self.0, SteelVal::Void)
    }

    /// The value of an expression that has none.
    pub fn unspecified() -> Value {
        Value(SteelVal::Void)
    }

    /// A string.
    pub fn string(text: &str) -> Value {
        Value(SteelVal::StringV(text.into()))
    }

    /// The symbols of a list, as far as they are symbols.
    pub(crate) fn symbols(&self) -> Vec<String> {
        let SteelVal::ListV(items) = &self.0 else { return Vec::new() };
        items
            .iter()
            .filter_map(|item| match item {
                SteelVal::SymbolV(name) => Some(name.to_string()),
                _ => None,
            })
            .collect()
    }

    /// A list.
    pub(crate) fn list(items: impl Iterator<Item = Value>) -> Value {
        Value(SteelVal::ListV(items.map(|item| item.0).collect()))
    }

    /// The items of a list; none of anything else.
    pub(crate) fn items(&self) -> Vec<Value> {
        match &self.0 {
            SteelVal::ListV(items) => items.iter().cloned().map(Value).collect(),
            _ => Vec::new(),
        }
    }

    /// It can be applied.
    pub(crate) fn is_procedure(&self) -> bool {
        matches!(
            self.0,
            SteelVal::Closure(_)
                | SteelVal::FuncV(_)
                | SteelVal::MutFunc(_)
                | SteelVal::BuiltIn(_)
                | SteelVal::BoxedFunction(_)
                | SteelVal::ContinuationFunction(_)
        )
    }

    /// A quoted datum; none if it cannot be made.
    pub(crate) fn from_constant(datum: &Syntax) -> Option<Value> {
        from_syntax(datum).ok().map(Value)
    }

    /// The values of an expression that has several, or the one.
    pub fn each(&self) -> Vec<Value> {
        runtime::unpack_values(&self.0).into_iter().map(Value).collect()
    }

    /// As plain data.
    pub fn to_datum(&self) -> Datum {
        to_datum(&self.0)
    }

    /// From plain data. Records and opaque values cannot be made from outside.
    pub fn from_datum(datum: &Datum) -> std::result::Result<Value, String> {
        from_datum(datum).map(Value)
    }
}

pub(super) fn to_datum(value: &SteelVal) -> Datum {
    match value {
        SteelVal::BoolV(value) => Datum::Bool(*value),
        SteelVal::IntV(value) => Datum::Integer(*value as i128),
        SteelVal::BigNum(value) => match value.to_i128() {
            Some(value) => Datum::Integer(value),
            None => Datum::Number(value.to_string()),
        },
        SteelVal::NumV(_) | SteelVal::Rational(_) | SteelVal::BigRational(_) => {
            Datum::Number(runtime::write_datum(value))
        }
        SteelVal::CharV(value) => Datum::Char(*value),
        SteelVal::StringV(value) => Datum::String(value.to_string()),
        SteelVal::SymbolV(value) => Datum::Symbol(value.to_string()),
        SteelVal::Void => Datum::Unspecified,
        SteelVal::ListV(items) => Datum::List(items.iter().map(to_datum).collect()),
        SteelVal::Pair(_) => {
            let mut items = Vec::new();
            let mut rest = value.clone();
            loop {
                rest = match &rest {
                    SteelVal::Pair(pair) => {
                        items.push(to_datum(pair.car_ref()));
                        pair.cdr()
                    }
                    SteelVal::ListV(list) => {
                        items.extend(list.iter().map(to_datum));
                        return Datum::List(items);
                    }
                    _ => break,
                };
            }
            Datum::Improper(items, Box::new(to_datum(&rest)))
        }
        SteelVal::VectorV(items) => Datum::Vector(items.iter().map(to_datum).collect()),
        SteelVal::MutableVector(items) => Datum::Vector(items.get().iter().map(to_datum).collect()),
        _ => {
            if let Some(name) = runtime::keyword_name(value) {
                return Datum::Keyword(name);
            }
            if let Some(items) = runtime::vector_items(value) {
                return Datum::Vector(items.iter().map(to_datum).collect());
            }
            if let Some(bytes) = runtime::bytevector_bytes(value) {
                return Datum::Bytes(bytes);
            }
            if let Some((type_name, fields)) = runtime::record_fields(value) {
                let fields =
                    fields.into_iter().map(|(name, value)| (name, to_datum(&value))).collect();
                return Datum::Record { type_name, fields };
            }
            Datum::Opaque(runtime::display_datum(value))
        }
    }
}

fn from_datum(datum: &Datum) -> std::result::Result<SteelVal, String> {
    let all = |items: &[Datum]| {
        items.iter().map(from_datum).collect::<std::result::Result<Vec<SteelVal>, String>>()
    };
    let text = |error: SteelErr| error.to_string();
    Ok(match datum {
        Datum::Bool(value) => SteelVal::BoolV(*value),
        Datum::Integer(value) => integer(BigInt::from(*value)).map_err(text)?,
        Datum::Number(number) => {
            let number = Number::parse(number).ok_or_else(|| format!("no number: {number}"))?;
            from_number(&number).map_err(text)?
        }
        Datum::Char(value) => SteelVal::CharV(*value),
        Datum::String(value) => SteelVal::StringV(value.as_str().into()),
        Datum::Symbol(name) => SteelVal::SymbolV(name.as_str().into()),
        Datum::Keyword(name) => runtime::keyword(name).map_err(text)?,
        Datum::Bytes(bytes) => runtime::make_bytevector(bytes.clone()).map_err(text)?,
        Datum::List(items) => SteelVal::ListV(all(items)?.into()),
        Datum::Improper(items, tail) => {
            let tail = from_datum(tail)?;
            all(items)?.into_iter().rev().fold(tail, |tail, item| runtime::cons(item, tail))
        }
        Datum::Vector(items) => runtime::make_vector(all(items)?).map_err(text)?,
        Datum::Unspecified => SteelVal::Void,
        Datum::Record { type_name, .. } => return Err(format!("{type_name} cannot be made here")),
        Datum::Opaque(text) => return Err(format!("{text} is no data")),
    })
}

fn integer(value: BigInt) -> Result<SteelVal> {
    match value.to_isize() {
        Some(small) => Ok(SteelVal::IntV(small)),
        None => value.into_steelval(),
    }
}

fn from_number(number: &Number) -> Result<SteelVal> {
    match number {
        Number::Small(value) => integer(BigInt::from(*value)),
        Number::Big(value) => integer(value.clone()),
        Number::Ratio(value) => Ok(runtime::ratio(value.clone())),
        Number::Real(value) => Ok(SteelVal::NumV(*value)),
    }
}

/// A quoted datum as a value.
pub(super) fn from_syntax(datum: &Syntax) -> Result<SteelVal> {
    let all = |items: &[Syntax]| items.iter().map(from_syntax).collect::<Result<Vec<SteelVal>>>();
    Ok(match datum.form() {
        Form::List(items) => SteelVal::ListV(all(items)?.into()),
        Form::Dotted(items, tail) => {
            let tail = from_syntax(tail)?;
            all(items)?.into_iter().rev().fold(tail, |tail, item| runtime::cons(item, tail))
        }
        Form::Vector(items) => runtime::make_vector(all(items)?)?,
        Form::Identifier(identifier) => SteelVal::SymbolV(identifier.name.name().as_ref().into()),
        Form::Keyword(name) => runtime::keyword(&name.name())?,
        Form::String(text) => SteelVal::StringV(text.as_ref().into()),
        Form::Boolean(value) => SteelVal::BoolV(*value),
        Form::Number(number) => from_number(number)?,
        Form::Character(character) => SteelVal::CharV(*character),
        Form::Bytes(bytes) => runtime::make_bytevector(bytes.to_vec())?,
        Form::Unspecified => SteelVal::Void,
        Form::Value(value) => value.0.get(),
    })
}
