//! Interned names.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;

/// A name, interned: equal names are the same number. Belongs to the thread that made it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Symbol(u32);

#[derive(Default)]
struct Interner {
    numbers: HashMap<Rc<str>, u32>,
    names: Vec<Rc<str>>,
}

thread_local! {
    static INTERNER: RefCell<Interner> = RefCell::new(Interner::with_known_names());
}

impl Interner {
    fn intern(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = self.names.len() as u32;
        let name: Rc<str> = name.into();
        self.names.push(name.clone());
        self.numbers.insert(name, number);
        number
    }
}

impl Symbol {
    /// The symbol of that name.
    pub fn new(name: &str) -> Symbol {
        Symbol(INTERNER.with_borrow_mut(|interner| interner.intern(name)))
    }

    /// Its name.
    pub fn name(self) -> Rc<str> {
        INTERNER.with_borrow(|interner| interner.names[self.0 as usize].clone())
    }
}

impl fmt::Display for Symbol {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.name())
    }
}

impl fmt::Debug for Symbol {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// Names that the expander itself looks for, interned before all others.
macro_rules! known_names {
    ($($constant:ident = $name:literal),* $(,)?) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Known { $($constant),* }

        impl Symbol {
            $(
                #[doc = concat!("`", $name, "`")]
                pub const $constant: Symbol = Symbol(Known::$constant as u32);
            )*
        }

        impl Interner {
            fn with_known_names() -> Interner {
                let mut interner = Interner::default();
                $(interner.intern($name);)*
                interner
            }
        }
    };
}

known_names! {
    QUOTE = "quote",
    QUASIQUOTE = "quasiquote",
    UNQUOTE = "unquote",
    UNQUOTE_SPLICING = "unquote-splicing",
    SYNTAX = "syntax",
    QUASISYNTAX = "quasisyntax",
    UNSYNTAX = "unsyntax",
    UNSYNTAX_SPLICING = "unsyntax-splicing",
    GEXP = "gexp",
    UNGEXP = "ungexp",
    UNGEXP_SPLICING = "ungexp-splicing",
    UNGEXP_NATIVE = "ungexp-native",
    UNGEXP_NATIVE_SPLICING = "ungexp-native-splicing",
    ELLIPSIS = "...",
    UNDERSCORE = "_",
    LONG_UNDERSCORE = "___",
    AT_LEAST_ONE = "..1",
    QUESTION = "?",
    EQUALS = "=",
    DOLLAR = "$",
    AND = "and",
    OR = "or",
    NOT = "not",
    GET = "get!",
    SET = "set!",
    VALUES = "values",
    INHERIT = "inherit",
    DEFAULT = "default",
    THUNKED = "thunked",
    DELAYED = "delayed",
    INNATE = "innate",
    SANITIZE = "sanitize",
    OUTPUT = "output",
    OPTIONAL = "optional",
    KEY = "key",
    REST = "rest",
    ALLOW_OTHER_KEYS = "allow-other-keys",
    DEFINE_MODULE = "define-module",
}
