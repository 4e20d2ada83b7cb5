//! The line editor: several lines, colours, matching parentheses, completion, history.

use super::{Dialogue, Next, commands};
use crate::render::{self, CommandError};
use rustyline::completion::{Completer, FilenameCompleter, Pair};
use rustyline::error::ReadlineError;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{ColorMode, CompletionType, Config, Context, Editor, Helper};
use std::borrow::Cow;
use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;
use tintype_dsl::{LexemeKind, Session, is_complete, lexemes};

/// Entries that are remembered.
const HISTORY: usize = 2000;

/// Does what is typed on a terminal; the status to exit with.
pub fn converse(dialogue: &mut Dialogue) -> Result<u8, CommandError> {
    let failed = |error: ReadlineError| CommandError::Other(format!("the terminal: {error}"));
    let colour = if render::wants_colour() { ColorMode::Enabled } else { ColorMode::Disabled };
    let config = Config::builder()
        .max_history_size(HISTORY)
        .and_then(|config| config.history_ignore_dups(true))
        .map_err(failed)?
        .completion_type(CompletionType::List)
        .auto_add_history(true)
        .color_mode(colour)
        .build();
    let mut editor: Editor<Words, FileHistory> = Editor::with_config(config).map_err(failed)?;
    editor.set_helper(Some(Words {
        session: dialogue.session.clone(),
        files: FilenameCompleter::new(),
    }));
    let history = history_file();
    if let Some(file) = &history {
        // The first time there is none.
        let _ = editor.load_history(file);
    }
    println!("Tintype {}. Type `,help' for help, `,quit' to leave.", env!("CARGO_PKG_VERSION"));
    let status = loop {
        // What a program prints without a newline stays to be seen. The terminal is not asked where the
        // cursor is: what has been typed by now would be taken for the answer.
        dialogue.unfinished.end();
        let prompt = format!("tintype@({})> ", dialogue.session.borrow().current_module());
        match editor.readline(&prompt) {
            Ok(entry) if entry.trim().is_empty() => {}
            Ok(entry) => {
                if let Some(file) = &history {
                    // Kept at once: a crash loses nothing. Where it cannot be kept, it is not.
                    let _ = editor.append_history(file);
                }
                if let Next::Quit(status) = dialogue.enter(&entry) {
                    break status;
                }
            }
            Err(ReadlineError::Interrupted) => {}
            Err(ReadlineError::Eof) => break 0,
            Err(error) => return Err(failed(error)),
        }
    };
    Ok(status)
}

/// `tintype/history` in the directory for state of the XDG base directory specification.
fn history_file() -> Option<PathBuf> {
    let variable =
        |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = variable("XDG_STATE_HOME")
        .or_else(|| variable("HOME").map(|home| home.join(".local/state")))?;
    let directory = state.join("tintype");
    std::fs::create_dir_all(&directory).ok()?;
    Some(directory.join("history"))
}

/// What the editor knows about Scheme.
struct Words {
    session: Rc<RefCell<Session>>,
    files: FilenameCompleter,
}

impl Helper for Words {}

impl Hinter for Words {
    type Hint = String;
}

impl Completer for Words {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        position: usize,
        context: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        let pair = |word: String| Pair { display: word.clone(), replacement: word };
        let before = &line[..position];
        if let Some(command) = before.trim_start().strip_prefix(',') {
            if !command.contains(char::is_whitespace) {
                let names = commands::names().filter(|name| name.starts_with(command));
                let pairs = names.map(|name| pair(name.to_owned())).collect();
                return Ok((position - command.len(), pairs));
            }
            if commands::takes_file(command) {
                return self.files.complete(line, position, context);
            }
        }
        let completion = self.session.borrow_mut().complete(before);
        Ok((completion.start, completion.words.into_iter().map(pair).collect()))
    }
}

impl Validator for Words {
    fn validate(&self, context: &mut ValidationContext) -> rustyline::Result<ValidationResult> {
        let entry = context.input().trim_start();
        let whole = is_complete(entry.strip_prefix(',').unwrap_or(entry));
        Ok(if whole { ValidationResult::Valid(None) } else { ValidationResult::Incomplete })
    }
}

impl Highlighter for Words {
    fn highlight<'l>(&self, line: &'l str, position: usize) -> Cow<'l, str> {
        Cow::Owned(highlighted(line, position))
    }

    fn highlight_char(&self, _: &str, _: usize, _: CmdKind) -> bool {
        true
    }
}

/// The line in colours, the parentheses at the cursor marked.
fn highlighted(line: &str, position: usize) -> String {
    let words = lexemes(line);
    let marked = matching(line, position);
    let mut out = String::with_capacity(line.len() * 2);
    let mut at = 0;
    for word in &words {
        out += &line[at..word.start];
        let text = &line[word.start..word.end];
        let colour = match word.kind {
            LexemeKind::Open | LexemeKind::Close if marked.contains(&word.start) => "1;7",
            LexemeKind::String(_) => "32",
            LexemeKind::Comment(_) => "2",
            LexemeKind::Keyword | LexemeKind::Prefix => "35",
            LexemeKind::Number | LexemeKind::Constant => "36",
            LexemeKind::Open | LexemeKind::Close | LexemeKind::Symbol => "",
        };
        match colour {
            "" => out += text,
            colour => out += &format!("\x1b[{colour}m{text}\x1b[0m"),
        }
        at = word.end;
    }
    out + &line[at..]
}

/// The parenthesis before or at the cursor and the one that belongs to it.
fn matching(line: &str, position: usize) -> Vec<usize> {
    let words = lexemes(line);
    let mut open = Vec::new();
    let mut pairs = Vec::new();
    for word in &words {
        match word.kind {
            LexemeKind::Open => open.push(word),
            LexemeKind::Close => pairs.extend(open.pop().map(|open| (open, word))),
            _ => {}
        }
    }
    let touches = |end: usize, start: usize| end == position || start == position;
    // A closing parenthesis just typed counts before one that comes next.
    let pair = pairs
        .iter()
        .find(|(_, close)| close.end == position)
        .or_else(|| pairs.iter().find(|(open, close)| touches(close.end, open.start)));
    pair.map_or_else(Vec::new, |(open, close)| vec![open.start, close.start])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parentheses_find_each_other() {
        assert_eq!(matching("(a (b))", 7), [0, 6]);
        assert_eq!(matching("(a (b))", 6), [3, 5]);
        assert_eq!(matching("(a (b))", 0), [0, 6]);
        assert_eq!(matching("(a \")\" b)", 9), [0, 8]);
        assert_eq!(matching("(a", 0), [0usize; 0]);
    }

    #[test]
    fn colours_keep_the_text() {
        let line = "(f \"a\" #:k 1 ; c";
        let coloured = highlighted(line, 0);
        assert_ne!(coloured, line);
        let mut plain = String::new();
        for (index, part) in coloured.split("\x1b[").enumerate() {
            plain +=
                if index == 0 { part } else { part.split_once('m').map_or("", |(_, text)| text) };
        }
        assert_eq!(plain, line);
    }
}
