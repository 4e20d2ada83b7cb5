//! The commands of the dialogue: Guile's, and those that do what `tintype` does.

use super::{Dialogue, Next, description};
use crate::commands as tintype;
use crate::interrupt::attended;
use crate::render::{self, CommandError};
use std::path::Path;
use std::time::Instant;
use tintype_dsl::{Changes, Datum, Detail, Input, Value, readable, sexp};

type Done = Result<Next, CommandError>;

/// A command: its names, what it takes, what it does.
struct Command {
    names: &'static [&'static str],
    arguments: &'static str,
    summary: &'static str,
    run: fn(&mut Dialogue, &str) -> Done,
}

const COMMANDS: &[Command] = &[
    Command {
        names: &["help", "h"],
        arguments: "[COMMAND]",
        summary: "say what commands there are",
        run: help,
    },
    Command {
        names: &["describe", "d"],
        arguments: "NAME | EXPR",
        summary: "say what a name stands for, or show a value in full",
        run: describe,
    },
    Command {
        names: &["apropos", "a"],
        arguments: "TEXT",
        summary: "list the names in scope in which TEXT occurs",
        run: apropos,
    },
    Command {
        names: &["use", "u"],
        arguments: "MODULE",
        summary: "import a module",
        run: use_module,
    },
    Command {
        names: &["module", "m"],
        arguments: "[MODULE]",
        summary: "go into a module, or name the current one",
        run: module,
    },
    Command {
        names: &["expand", "x"],
        arguments: "EXPR",
        summary: "show what an expression is after expansion",
        run: expand,
    },
    Command {
        names: &["time", "t"],
        arguments: "EXPR",
        summary: "evaluate, and say how long it took",
        run: time,
    },
    Command {
        names: &["pretty-print", "pp"],
        arguments: "[EXPR]",
        summary: "print a value in full",
        run: pretty_print,
    },
    Command {
        names: &["load", "l"],
        arguments: "FILE",
        summary: "evaluate a file here; its last value is the latest value then",
        run: load,
    },
    Command {
        names: &["reload", "re"],
        arguments: "[MODULE]",
        summary: "load a module's file again",
        run: reload,
    },
    Command {
        names: &["bt", "backtrace"],
        arguments: "",
        summary: "show what was under way when the last error came",
        run: backtrace,
    },
    Command { names: &["types"], arguments: "", summary: "list every image type", run: types },
    Command {
        names: &["show"],
        arguments: "[-t TYPE] [EXPR]",
        summary: "show the records of a definition, as `tintype show' does",
        run: show,
    },
    Command {
        names: &["plan"],
        arguments: "[-t TYPE] [EXPR]",
        summary: "show what `,build' would build",
        run: plan,
    },
    Command {
        names: &["build"],
        arguments: "[-t TYPE] [-o OUT] [EXPR]",
        summary: "build an image, as `tintype image' does",
        run: build,
    },
    Command {
        names: &["quit", "q"],
        arguments: "",
        summary: "leave",
        run: |_, _| Ok(Next::Quit(0)),
    },
];

/// The long name of every command.
pub fn names() -> impl Iterator<Item = &'static str> {
    COMMANDS.iter().map(|command| command.names[0])
}

/// The command that an entry begins with takes a file.
pub fn takes_file(entry: &str) -> bool {
    matches!(entry.split_whitespace().next(), Some("load" | "l"))
}

/// Does a command; `entry` is what follows the comma.
pub fn run(dialogue: &mut Dialogue, entry: &str) -> Done {
    let entry = entry.trim();
    let (name, rest) = entry.split_once(char::is_whitespace).unwrap_or((entry, ""));
    let command = find(name)?;
    (command.run)(dialogue, rest.trim())
}

fn find(name: &str) -> Result<&'static Command, CommandError> {
    let found = COMMANDS.iter().find(|command| command.names.contains(&name));
    found.ok_or_else(|| CommandError::Other(format!("unknown command: ,{name} (see ,help)")))
}

fn usage(name: &str) -> CommandError {
    let arguments = find(name).map_or("", |command| command.arguments);
    CommandError::Other(format!("usage: ,{name} {arguments}"))
}

fn help(_: &mut Dialogue, name: &str) -> Done {
    let line = |command: &Command| {
        let names: Vec<String> = command.names.iter().map(|name| format!(",{name}")).collect();
        let use_of = format!("{} {}", names.join(" "), command.arguments);
        format!("{use_of:36} {}", command.summary)
    };
    if name.is_empty() {
        render::answer("What is no command is evaluated; values are called $1, $2 ...");
        COMMANDS.iter().for_each(|command| render::answer(&line(command)));
        render::answer("Without EXPR, the latest value is meant. Ctrl-C stops an evaluation.");
    } else {
        render::answer(&line(find(name.trim_start_matches(','))?));
    }
    Ok(Next::Go)
}

fn describe(dialogue: &mut Dialogue, text: &str) -> Done {
    if text.is_empty() {
        return Err(usage("describe"));
    }
    let is_name = !text.contains(|c: char| c.is_whitespace() || "()\"'`,;#".contains(c));
    let known = dialogue.session.borrow_mut().describe(text)?;
    if let Some(known) = known.filter(|_| is_name) {
        let is_variable = known.kind == tintype_dsl::NameKind::Variable;
        render::answer(&description::text(&known));
        if !is_variable {
            return Ok(Next::Go);
        }
        let value = value(dialogue, text)?;
        let shown = readable(&dialogue.session.borrow().datum(&value), Detail::Short);
        render::answer(&format!("  value: {}", shown.replace('\n', "\n  ")));
        return Ok(Next::Go);
    }
    pretty_print(dialogue, text)
}

fn apropos(dialogue: &mut Dialogue, text: &str) -> Done {
    if text.is_empty() {
        return Err(usage("apropos"));
    }
    let found = dialogue.session.borrow().apropos(text);
    let width = found.iter().map(|visible| visible.name.chars().count()).max().unwrap_or(0);
    for visible in &found {
        render::answer(&format!("{:width$}  ({})", visible.name, visible.module));
    }
    if found.is_empty() {
        render::answer(&format!("no name in scope contains `{text}'"));
    }
    Ok(Next::Go)
}

/// `(a b)`, or `a b`, as a module's name.
fn module_name(text: &str) -> String {
    let inner = text.trim_matches(['(', ')', ' ']);
    inner.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn use_module(dialogue: &mut Dialogue, text: &str) -> Done {
    if text.is_empty() {
        return Err(usage("use"));
    }
    let session = dialogue.session.clone();
    attended(&mut session.borrow_mut(), |session| session.use_module(&module_name(text)))?;
    Ok(Next::Go)
}

fn module(dialogue: &mut Dialogue, text: &str) -> Done {
    let session = dialogue.session.clone();
    if text.is_empty() {
        render::answer(&format!("({})", session.borrow().current_module()));
    } else {
        attended(&mut session.borrow_mut(), |session| session.enter_module(&module_name(text)))?;
    }
    Ok(Next::Go)
}

fn reload(dialogue: &mut Dialogue, text: &str) -> Done {
    let session = dialogue.session.clone();
    let name = if text.is_empty() { session.borrow().current_module() } else { module_name(text) };
    attended(&mut session.borrow_mut(), |session| session.reload_module(&name))?;
    Ok(Next::Go)
}

fn expand(dialogue: &mut Dialogue, text: &str) -> Done {
    let session = dialogue.session.clone();
    let forms =
        attended(&mut session.borrow_mut(), |session| session.expand(Input::Expression(text)))?;
    forms.iter().for_each(|form| render::answer(&readable(form, Detail::Full)));
    Ok(Next::Go)
}

fn time(dialogue: &mut Dialogue, text: &str) -> Done {
    let start = Instant::now();
    let outcome = dialogue.evaluate(Input::Expression(text));
    render::answer(&format!(";; {:.6}s real time", start.elapsed().as_secs_f64()));
    outcome.map(|()| Next::Go)
}

fn pretty_print(dialogue: &mut Dialogue, text: &str) -> Done {
    let value = value(dialogue, text)?;
    let datum = dialogue.session.borrow().datum(&value);
    render::answer(&readable(&datum, Detail::Full));
    Ok(Next::Go)
}

/// The value of an expression, or the latest value.
fn value(dialogue: &mut Dialogue, text: &str) -> Result<Value, CommandError> {
    if text.is_empty() {
        let missing = "there is no value yet: evaluate something, or give an expression";
        return dialogue.last.clone().ok_or_else(|| CommandError::Other(missing.to_owned()));
    }
    let mut last = None;
    let session = dialogue.session.clone();
    attended(&mut session.borrow_mut(), |session| {
        session.evaluate_each(Input::Expression(text), &mut |value| last = Some(value))
    })?;
    last.ok_or_else(|| CommandError::Other("the expression has no value".to_owned()))
}

fn load(dialogue: &mut Dialogue, text: &str) -> Done {
    if text.is_empty() {
        return Err(usage("load"));
    }
    dialogue.load(Path::new(text.trim_matches('"')))?;
    Ok(Next::Go)
}

fn backtrace(dialogue: &mut Dialogue, _: &str) -> Done {
    match &dialogue.error {
        None => render::answer("no error so far"),
        Some(error) => {
            render::answer(&error.to_string());
            error.backtrace().iter().for_each(|step| render::answer(&format!("  {step}")));
        }
    }
    Ok(Next::Go)
}

fn types(dialogue: &mut Dialogue, _: &str) -> Done {
    let session = dialogue.session.clone();
    let names = attended(&mut session.borrow_mut(), tintype_dsl::Session::image_types)?;
    names.iter().for_each(|name| render::answer(name));
    Ok(Next::Go)
}

/// What `,show`, `,plan` and `,build` are given.
struct Definition {
    value: Value,
    changes: Changes,
    output: Option<String>,
}

fn definition(dialogue: &mut Dialogue, text: &str) -> Result<Definition, CommandError> {
    let mut changes = Changes::default();
    let mut output = None;
    let mut rest = text;
    while let Some((option, after)) =
        rest.split_once(char::is_whitespace).filter(|(word, _)| word.starts_with('-'))
    {
        let after = after.trim_start();
        let (argument, next) = after.split_once(char::is_whitespace).unwrap_or((after, ""));
        match option {
            "-t" => changes.image_type = Some(argument.to_owned()),
            "-o" => output = Some(argument.to_owned()),
            _ => {
                return Err(CommandError::Other(format!(
                    "unknown option: {option} (known are -t and -o)"
                )));
            }
        }
        rest = next.trim_start();
    }
    Ok(Definition { value: value(dialogue, rest)?, changes, output })
}

fn show(dialogue: &mut Dialogue, text: &str) -> Done {
    let Definition { value, changes, .. } = definition(dialogue, text)?;
    let session = dialogue.session.clone();
    let shown = attended(&mut session.borrow_mut(), |session| {
        session.show(Input::Expression(""), &value, &changes)
    })?;
    render::answer(&sexp::pretty(&shown));
    Ok(Next::Go)
}

fn planned(
    dialogue: &mut Dialogue,
    definition: &Definition,
) -> Result<(Datum, tintype_image::Plan), CommandError> {
    let session = dialogue.session.clone();
    attended(&mut session.borrow_mut(), |session| {
        tintype::plan(session, Input::Expression(""), &definition.value, &definition.changes)
    })
}

fn plan(dialogue: &mut Dialogue, text: &str) -> Done {
    let definition = definition(dialogue, text)?;
    let (datum, _) = planned(dialogue, &definition)?;
    render::answer(&sexp::pretty(&datum));
    Ok(Next::Go)
}

fn build(dialogue: &mut Dialogue, text: &str) -> Done {
    let definition = definition(dialogue, text)?;
    let (_, plan) = planned(dialogue, &definition)?;
    let builder = dialogue.session.borrow().build_side();
    let built = tintype::build(
        &plan,
        &dialogue.packages,
        &builder,
        definition.output.as_deref().map(Path::new),
        true,
    )?;
    render::answer(&built.path.to_string_lossy());
    Ok(Next::Go)
}
