//! Programs with mistakes in them: whatever the text, reading and expanding end with an answer or an
//! error, and never with a panic.
//!
//! The programs are those of this checkout, spoiled in ways that follow from a number: a failure names
//! the number, and `TINTYPE_FUZZ_CASE=NUMBER` repeats it alone. `TINTYPE_FUZZ_CASES=COUNT` makes more.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tintype_scheme::{Interpreter, Loader, ModuleSource, is_complete, lexemes, with_stack};

/// Cases where nothing else is asked for.
const CASES: u64 = 500;

/// An interpreter is used for so many cases.
const CASES_OF_ONE: u64 = 100;

/// Expansion runs code of the programs; what has not ended by then is stopped.
const PATIENCE: Duration = Duration::from_secs(5);

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

struct Library;

impl Loader for Library {
    fn source(&self, module: &[String]) -> Option<ModuleSource> {
        let file = root().join("stdlib").join(module.join("/")).with_extension("scm");
        let text = std::fs::read_to_string(&file).ok()?;
        Some(ModuleSource { file: file.display().to_string(), text: text.into(), lazy: true })
    }
}

/// Numbers that follow from a number (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }
}

/// The texts to spoil, in the order of their names.
fn seeds() -> Vec<String> {
    fn collect(directory: &Path, files: &mut Vec<PathBuf>) {
        let Ok(entries) = std::fs::read_dir(directory) else { return };
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() {
                collect(&path, files);
            } else if path.extension().is_some_and(|extension| extension == "scm") {
                files.push(path);
            }
        }
    }
    let mut files = Vec::new();
    for directory in ["stdlib", "images", "tests/scheme"] {
        collect(&root().join(directory), &mut files);
    }
    files.sort();
    files.iter().filter_map(|file| std::fs::read_to_string(file).ok()).collect()
}

/// What is put into texts.
const PIECES: [&str; 30] = [
    "(",
    ")",
    "[",
    "]",
    "'",
    "`",
    ",",
    ",@",
    "#~",
    "#$",
    "#'",
    "#`",
    "#,",
    "\"",
    "\\",
    "|",
    "#|",
    ";",
    "#;",
    " . ",
    "...",
    "_",
    "#:key",
    "#\\x",
    "\0",
    "\u{fffd}",
    "-1.5e400",
    "syntax-rules",
    "lambda*",
    "define-syntax",
];

/// A part of a text, spoiled.
fn spoiled(seeds: &[String], numbers: &mut Numbers) -> String {
    let seed = &seeds[numbers.below(seeds.len())];
    let boundary = |text: &str, mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    // Some forms from the middle, so that every part of a long file has its turn.
    let starts: Vec<usize> = seed.match_indices("\n(").map(|(at, _)| at + 1).collect();
    let start = starts.get(numbers.below(starts.len())).copied().unwrap_or(0);
    let end = boundary(seed, start + 200 + numbers.below(3000));
    let mut text = seed[start..end].to_owned();
    for _ in 0..=numbers.below(6) {
        let words = lexemes(&text);
        let Some(word) = words.get(numbers.below(words.len())).copied() else { break };
        let other = words[numbers.below(words.len())];
        match numbers.below(7) {
            0 => text.replace_range(word.start..word.end, ""),
            1 => text.insert_str(word.start, PIECES[numbers.below(PIECES.len())]),
            2 => text.replace_range(word.start..word.end, PIECES[numbers.below(PIECES.len())]),
            3 => {
                let copy = text[other.start..other.end].to_owned();
                text.replace_range(word.start..word.end, &copy);
            }
            4 => {
                let (from, to) = (word.start.min(other.start), word.end.max(other.end));
                let copy = text[from..to].to_owned();
                text.insert_str(from, &copy);
            }
            5 => text.truncate(word.start),
            _ => {
                let at = boundary(&text, numbers.below(text.len()));
                let to = boundary(&text, at + numbers.below(20));
                text.replace_range(at..to, "");
            }
        }
    }
    text
}

#[test]
fn no_text_makes_reader_or_expander_panic() {
    let number = |name: &str| std::env::var(name).ok().and_then(|value| value.parse::<u64>().ok());
    let cases = match number("TINTYPE_FUZZ_CASE") {
        Some(case) => case..case + 1,
        None => 0..number("TINTYPE_FUZZ_CASES").unwrap_or(CASES),
    };
    with_stack(move || {
        let seeds = seeds();
        assert!(seeds.len() > 100, "the programs of this checkout");
        let at = Arc::new(AtomicU64::new(u64::MAX));
        let mut interpreter = Interpreter::new(Box::new(Library), Vec::new());
        for case in cases {
            if case % CASES_OF_ONE == 0 {
                interpreter = Interpreter::new(Box::new(Library), Vec::new());
            }
            let text = spoiled(&seeds, &mut Numbers(case));
            at.store(case, Ordering::SeqCst);
            let (interrupt, looked_at) = (interpreter.interrupt(), at.clone());
            interrupt.clear();
            std::thread::spawn(move || {
                std::thread::sleep(PATIENCE);
                while looked_at.load(Ordering::SeqCst) == case {
                    interrupt.raise();
                    std::thread::sleep(Duration::from_millis(20));
                }
            });
            let outcome = catch_unwind(AssertUnwindSafe(|| {
                is_complete(&text);
                interpreter.check("spoiled.scm", &text, &[], &[])
            }));
            at.store(u64::MAX, Ordering::SeqCst);
            let Ok(found) = outcome else { panic!("case {case}:\n{text}") };
            for diagnostic in found {
                assert!(!diagnostic.message.is_empty(), "case {case}:\n{text}");
                assert!(!diagnostic.message.contains("engine failed"), "case {case}: {diagnostic}");
            }
        }
    });
}
