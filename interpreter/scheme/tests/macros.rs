//! Macros against Guile: programs made of nested macro definitions and shadowings, which both must
//! understand alike.
//!
//! A program is grown from a seed. Its names are few, so that macros, their templates, what they are
//! given and what is bound around them collide all the time. It prints the value of every form, and
//! both print the same. `MACRO_SEEDS=N` in the environment takes N programs instead of the usual
//! number, `MACRO_SEED=S` only the one of that seed.

mod support;

use std::process::Command;

use support::{Library, Written, root};
use tintype_scheme::{Interpreter, runtime, with_stack};

/// Programs of the short form.
const USUAL: u64 = 40;

/// Forms of one program.
const FORMS: usize = 12;

/// Numbers that follow from a seed (xorshift64*).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % sides
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.roll(from.len())]
    }
}

/// A program while it grows. Every expression has an integer as its value.
struct Program {
    dice: Dice,
    text: String,
    /// How many templates the place is inside of.
    level: usize,
}

const VARIABLES: [&str; 4] = ["x", "y", "t", "if*"];
const MACROS: [&str; 4] = ["m", "n", "x", "let*"];

/// Macros of the top level: each is defined once, since templates look them up when they are used.
const GLOBALS: [&str; FORMS] =
    ["g0", "g1", "g2", "g3", "g4", "g5", "g6", "g7", "g8", "g9", "g10", "g11"];

/// Pattern variables of a transformer, by how many templates it is inside of: a template puts
/// something else in the place of its own.
const PATTERNS: [[&str; 3]; 6] = [
    ["a0", "b0", "c0"],
    ["a1", "b1", "c1"],
    ["a2", "b2", "c2"],
    ["a3", "b3", "c3"],
    ["a4", "b4", "c4"],
    ["a5", "b5", "c5"],
];

/// What is bound at a place: variables, and macros with their number of arguments.
#[derive(Clone, Default)]
struct Scope {
    variables: Vec<&'static str>,
    macros: Vec<(&'static str, usize)>,
}

impl Scope {
    fn with_variable(&self, name: &'static str) -> Scope {
        let mut inner = self.without(name);
        inner.variables.push(name);
        inner
    }

    fn with_macro(&self, name: &'static str, arity: usize) -> Scope {
        let mut inner = self.without(name);
        inner.macros.push((name, arity));
        inner
    }

    fn without(&self, name: &str) -> Scope {
        let mut scope = self.clone();
        scope.variables.retain(|known| *known != name);
        scope.macros.retain(|(known, _)| *known != name);
        scope
    }
}

impl Program {
    fn new(seed: u64) -> Program {
        let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        dice.roll(2);
        let mut program = Program { dice, text: String::new(), level: 0 };
        program.text.push_str("(define x 1)\n(define y 2)\n(define t 3)\n(define if* 4)\n");
        let mut scope = Scope { variables: VARIABLES.to_vec(), macros: Vec::new() };
        for name in GLOBALS {
            if program.dice.roll(3) == 0 {
                let arity = program.dice.roll(3);
                let transformer = program.transformer(&scope, arity, 3);
                program.text.push_str(&format!("(define-syntax {name} {transformer})\n"));
                scope = scope.with_macro(name, arity);
            } else {
                let form = program.expression(&scope, 5);
                program.text.push_str(&format!("(write {form}) (newline)\n"));
            }
        }
        program
    }

    fn expression(&mut self, scope: &Scope, depth: usize) -> String {
        if depth == 0 {
            return self.atom(scope);
        }
        let depth = depth - 1;
        match self.dice.roll(12) {
            0 => self.atom(scope),
            1 | 2 => {
                let name = self.dice.pick(&VARIABLES);
                let value = self.expression(scope, depth);
                let body = self.expression(&scope.with_variable(name), depth);
                format!("(let (({name} {value})) {body})")
            }
            3 => {
                let name = self.dice.pick(&VARIABLES);
                let body = self.expression(&scope.with_variable(name), depth);
                let value = self.expression(scope, depth);
                format!("((lambda ({name}) {body}) {value})")
            }
            4 | 5 => self.local_macro(scope, depth),
            6 => {
                let name = self.dice.pick(&MACROS);
                let arity = self.dice.roll(3);
                let transformer = self.transformer(&scope.without(name), arity, depth.min(3));
                let body = self.expression(&scope.with_macro(name, arity), depth);
                format!("(let () (define-syntax {name} {transformer}) {body})")
            }
            7 => {
                let name = self.dice.pick(&VARIABLES);
                let inner = scope.with_variable(name);
                let value = self.dice.roll(9);
                let body = self.expression(&inner, depth);
                format!("(let () (define {name} {value}) {body})")
            }
            8 => {
                let (a, b) = (self.expression(scope, depth), self.expression(scope, depth));
                format!("(- {a} {b})")
            }
            _ => self.use_of_macro(scope, depth),
        }
    }

    fn atom(&mut self, scope: &Scope) -> String {
        match scope.variables.len() {
            0 => self.dice.roll(10).to_string(),
            _ if self.dice.roll(4) == 0 => self.dice.roll(10).to_string(),
            count => scope.variables[self.dice.roll(count)].to_string(),
        }
    }

    fn local_macro(&mut self, scope: &Scope, depth: usize) -> String {
        let name = self.dice.pick(&MACROS);
        let arity = self.dice.roll(3);
        let transformer = self.transformer(scope, arity, depth.min(3));
        let body = self.expression(&scope.with_macro(name, arity), depth);
        format!("(let-syntax (({name} {transformer})) {body})")
    }

    fn use_of_macro(&mut self, scope: &Scope, depth: usize) -> String {
        if scope.macros.is_empty() {
            return self.atom(scope);
        }
        let (name, arity) = scope.macros[self.dice.roll(scope.macros.len())];
        let arguments: Vec<String> =
            (0..arity).map(|_| format!(" {}", self.expression(scope, depth / 2))).collect();
        format!("({name}{})", arguments.concat())
    }

    /// A transformer whose template means what its names mean in `scope`, and binds some of them.
    fn transformer(&mut self, scope: &Scope, arity: usize, depth: usize) -> String {
        let Some([a, b, c]) = PATTERNS.get(self.level) else {
            let parameters = ["p", "q"][..arity].join(" ");
            return format!("(syntax-rules () ((_ {parameters}) {}))", self.dice.roll(9));
        };
        let parameters = &[*a, *b][..arity];
        let mut inner = scope.clone();
        parameters.iter().for_each(|name| inner = inner.with_variable(name));
        self.level += 1;
        let template = self.expression(&inner, depth);
        self.level -= 1;
        let pattern: String = parameters.iter().map(|name| format!(" {name}")).collect();
        match self.dice.roll(5) {
            0 => format!("(syntax-rules () ((_{pattern}) {template}))"),
            1 => format!("(lambda (s) (syntax-case s () ((_{pattern}) (syntax {template}))))"),
            // The template binds what the argument may mention.
            2 if arity == 2 => {
                format!("(syntax-rules () ((_ {a} {b}) (let ((t {a}) (x 5)) (- t (- {b} x)))))")
            }
            3 => {
                // What the template binds hides what it would mean outside.
                let is_variable =
                    |name: &&&str| !inner.macros.iter().any(|(known, _)| known == *name);
                let names: Vec<&str> = VARIABLES.iter().filter(is_variable).copied().collect();
                let bound = self.dice.pick(&names);
                format!(
                    "(lambda (s) (syntax-case s () ((_{pattern}) \
                     (with-syntax (({c} (syntax {template}))) \
                     (syntax (+ {c} (let (({bound} 7)) (- {bound} {template}))))))))"
                )
            }
            // Two templates make one form.
            4 => format!(
                "(lambda (s) (define (wrap e) (quasisyntax (let ((t 8)) (- t (unsyntax e))))) \
                 (syntax-case s () ((_{pattern}) (wrap (syntax {template})))))"
            ),
            _ => format!("(syntax-rules () ((_{pattern}) {template}))"),
        }
    }
}

/// What we print, and how the program failed if it did.
fn ours(text: &str) -> String {
    with_stack(move || {
        let written = Written::default();
        runtime::set_output(Some(Box::new(written.clone())));
        let library = Library(root().join("stdlib"));
        let mut interpreter = Interpreter::new(Box::new(library), Vec::new());
        let outcome = interpreter.load_program("grown.scm", text, &[]);
        runtime::set_output(None);
        let mut printed = String::from_utf8_lossy(&written.0.borrow()).into_owned();
        if let Err(diagnostic) = outcome {
            printed += &format!("FAILED {diagnostic}\n");
        }
        printed
    })
}

#[test]
fn grown_macros_mean_what_they_mean_in_guile() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let seeds = match number("MACRO_SEED") {
        Some(seed) => seed..seed + 1,
        None => 1..number("MACRO_SEEDS").unwrap_or(USUAL) + 1,
    };
    let texts: Vec<(u64, String)> = seeds.map(|seed| (seed, Program::new(seed).text)).collect();
    let scratch = std::env::temp_dir().join(format!("grown-macros-{}", std::process::id()));
    std::fs::create_dir_all(&scratch).expect("a scratch directory");
    // One Guile for all programs, each in a module of its own.
    let mut driver = String::from("(define (run file) (let ((m (make-fresh-user-module)))\n");
    driver.push_str("  (save-module-excursion (lambda () (set-current-module m) (load file)))\n");
    driver.push_str("  (display \"----\") (newline)))\n");
    for (seed, text) in &texts {
        let file = scratch.join(format!("{seed}.scm"));
        std::fs::write(&file, text).expect("a program");
        driver.push_str(&format!("(run {:?})\n", file.display().to_string()));
    }
    let file = scratch.join("driver.scm");
    std::fs::write(&file, driver).expect("the driver");
    let guile = Command::new("guile").args(["--no-auto-compile", "-q"]).arg(&file).output();
    let _ = std::fs::remove_dir_all(&scratch);
    let guile = match guile {
        Ok(output) => {
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8_lossy(&output.stdout).into_owned()
        }
        Err(error) if std::env::var_os("CI").is_some() => panic!("guile is needed: {error}"),
        Err(_) => return eprintln!("NOT COMPARED: guile is not installed"),
    };
    let mut expected = guile.split("----\n");
    for (seed, text) in &texts {
        let expected = expected.next().unwrap_or("(nothing)");
        let found = ours(text);
        assert_eq!(found, expected, "seed {seed}:\n{text}");
    }
}
