//! Plain data: what a Scheme value looks like from outside.

/// A value as data, free of the engine. Lists are `List`; improper ones are `Improper`.
#[derive(Clone, Debug, PartialEq)]
pub enum Datum {
    /// `#t` or `#f`.
    Bool(bool),
    /// An exact integer that fits; larger ones are `Number`.
    Integer(i128),
    /// Any other number, as it is written.
    Number(String),
    /// A character.
    Char(char),
    /// A string.
    String(String),
    /// A symbol's name.
    Symbol(String),
    /// A keyword's name, without `#:`.
    Keyword(String),
    /// A bytevector.
    Bytes(Vec<u8>),
    /// A proper list; `()` is the empty one.
    List(Vec<Datum>),
    /// A list of at least one item that ends in something other than `()`.
    Improper(Vec<Datum>, Box<Datum>),
    /// A vector.
    Vector(Vec<Datum>),
    /// A record instance: the type's name and the fields in order.
    Record {
        /// Name of the type, as in `<image>`.
        type_name: String,
        /// Field names and values.
        fields: Vec<(String, Datum)>,
    },
    /// The value of an expression that has none.
    Unspecified,
    /// Anything that is no data (a procedure, a promise ...), as it is displayed.
    Opaque(String),
}

impl Datum {
    /// The items of a proper list.
    pub fn list(&self) -> Option<&[Datum]> {
        match self {
            Datum::List(items) => Some(items),
            _ => None,
        }
    }

    /// A symbol's name.
    pub fn symbol(&self) -> Option<&str> {
        match self {
            Datum::Symbol(name) => Some(name),
            _ => None,
        }
    }

    /// A string's text.
    pub fn string(&self) -> Option<&str> {
        match self {
            Datum::String(text) => Some(text),
            _ => None,
        }
    }

    /// An exact integer.
    pub fn integer(&self) -> Option<i128> {
        match self {
            Datum::Integer(value) => Some(*value),
            _ => None,
        }
    }

    /// Everything but `#f` is true.
    pub fn is_true(&self) -> bool {
        *self != Datum::Bool(false)
    }
}
