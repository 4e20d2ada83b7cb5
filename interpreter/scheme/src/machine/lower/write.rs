//! The engine's expanded code as bytes: what its `load_from_expanded_file` reads, which is the
//! serialised form (bincode 1.3: little endian, lengths of 64 bits, variants by 32-bit numbers) of
//! steel-parser 0.8.3's `ExprKind`.

use steel::parser::parser::SyntaxObjectId;

use super::read::{Form, Node};

/// Numbers of `ExprKind`'s variants.
#[derive(Clone, Copy)]
enum Variant {
    Atom = 0,
    If = 1,
    Let = 2,
    Define = 3,
    Lambda = 4,
    Begin = 5,
    Quote = 7,
    List = 10,
    Set = 11,
}

/// Numbers of `TokenType`'s variants.
#[derive(Clone, Copy)]
enum Token {
    If = 10,
    Define = 11,
    Let = 12,
    Begin = 15,
    Lambda = 16,
    Quote = 17,
    Set = 21,
    Boolean = 26,
    Identifier = 27,
    Number = 29,
    String = 30,
}

/// A place in a unit's text.
#[derive(Clone, Copy)]
pub(super) struct At {
    start: u32,
    end: u32,
}

impl From<&Node<'_>> for At {
    fn from(node: &Node) -> At {
        At { start: node.start, end: node.end }
    }
}

/// Writes code. Each method writes the head of a form, its parts are written in the order that is
/// given there.
pub(super) struct Writer {
    pub bytes: Vec<u8>,
    source: u32,
}

impl Writer {
    /// Places are of the source with that number.
    pub fn new(source: u32) -> Writer {
        Writer { bytes: Vec::new(), source }
    }

    fn number(&mut self, number: u32) {
        self.bytes.extend(number.to_le_bytes());
    }

    /// How many follow.
    pub fn count(&mut self, count: usize) {
        self.bytes.extend((count as u64).to_le_bytes());
    }

    fn flag(&mut self, flag: bool) {
        self.bytes.push(flag.into());
    }

    fn text(&mut self, text: &str) {
        self.count(text.len());
        self.bytes.extend(text.as_bytes());
    }

    fn fresh(&mut self) {
        self.number(SyntaxObjectId::fresh().0);
    }

    fn span(&mut self, at: At) {
        self.number(at.start);
        self.number(at.end);
        self.bytes.push(1);
        self.number(self.source);
    }

    /// The rest of a syntax object, after its token.
    fn placed(&mut self, at: At) {
        self.span(at);
        self.fresh();
        // Neither unresolved nor from a macro.
        self.bytes.extend([0, 0]);
    }

    fn location(&mut self, token: Token, at: At) {
        self.number(token as u32);
        self.placed(at);
    }

    /// A name.
    pub fn name(&mut self, name: &str, at: At) {
        self.number(Variant::Atom as u32);
        self.number(Token::Identifier as u32);
        self.text(name);
        self.placed(at);
    }

    /// A string.
    pub fn string(&mut self, text: &str, at: At) {
        self.number(Variant::Atom as u32);
        self.number(Token::String as u32);
        self.text(text);
        self.placed(at);
    }

    /// What stands for itself, or is quoted.
    pub fn constant(&mut self, node: &Node) {
        let at = At::from(node);
        match &node.form {
            Form::Quoted(datum) => {
                self.number(Variant::Quote as u32);
                match &datum.form {
                    Form::List(_) => self.call(0, at),
                    _ => self.constant(datum),
                }
                self.location(Token::Quote, at);
            }
            Form::Name(name) => self.name(name, at),
            Form::List(_) => self.call(0, at),
            Form::String(text) => self.string(text, at),
            Form::Boolean(value) => {
                self.number(Variant::Atom as u32);
                self.number(Token::Boolean as u32);
                self.flag(*value);
                self.placed(at);
            }
            Form::Integer(value) => {
                self.number(Variant::Atom as u32);
                self.number(Token::Number as u32);
                // A real number, an integer, a small one.
                self.bytes.extend([0; 12]);
                self.bytes.extend(value.to_le_bytes());
                self.placed(at);
            }
        }
    }

    /// A call of so many parts: the parts, then [`Writer::called`].
    pub fn call(&mut self, parts: usize, at: At) {
        self.number(Variant::List as u32);
        self.count(parts);
        if parts == 0 {
            self.called(at);
        }
    }

    /// The end of a call.
    pub fn called(&mut self, at: At) {
        self.fresh();
        // It is a proper list.
        self.flag(false);
        self.span(at);
    }

    /// A choice: test and branches, then [`Writer::chosen`].
    pub fn choice(&mut self) {
        self.number(Variant::If as u32);
    }

    /// The end of a choice.
    pub fn chosen(&mut self, at: At) {
        self.location(Token::If, at);
    }

    /// Steps, then [`Writer::done`].
    pub fn steps(&mut self, count: usize) {
        self.number(Variant::Begin as u32);
        self.count(count);
    }

    /// The end of steps.
    pub fn done(&mut self, at: At) {
        self.location(Token::Begin, at);
    }

    /// A procedure: the parameters, the body, then [`Writer::procedure_end`].
    pub fn procedure(&mut self, parameters: usize) {
        self.number(Variant::Lambda as u32);
        self.count(parameters);
    }

    /// The end of a procedure.
    pub fn procedure_end(&mut self, has_rest: bool, at: At) {
        self.location(Token::Lambda, at);
        self.flag(has_rest);
        self.fresh();
        // No keyword arguments of the engine's.
        self.flag(false);
    }

    /// Variables: each with its value, then the body, then [`Writer::bound`].
    pub fn variables(&mut self, count: usize) {
        self.number(Variant::Let as u32);
        self.count(count);
    }

    /// The end of variables.
    pub fn bound(&mut self, at: At) {
        self.location(Token::Let, at);
        self.fresh();
    }

    /// An assignment to a global: its name, its value, then [`Writer::assigned`].
    pub fn assignment(&mut self) {
        self.number(Variant::Set as u32);
    }

    /// The end of an assignment.
    pub fn assigned(&mut self, at: At) {
        self.location(Token::Set, at);
    }

    /// A definition of a global: its name, its value, then [`Writer::defined`].
    pub fn definition(&mut self) {
        self.number(Variant::Define as u32);
    }

    /// The end of a definition.
    pub fn defined(&mut self, at: At) {
        self.location(Token::Define, at);
    }
}
