//! `tintype repl` on a terminal, and through a pipe.

use std::fs;

use tintype_tests::program::{self, Outcome};
use tintype_tests::scratch::Scratch;
use tintype_tests::terminal::Terminal;
use tintype_tests::tintype;

const PROMPT: &str = "tintype@(guile-user)> ";

const SYSTEM: &str = "(use-modules (gnu) (guix gexp))
(operating-system
  (host-name \"daguerre\")
  (timezone \"Etc/UTC\")
  (bootloader (bootloader-configuration
               (bootloader grub-efi-bootloader)
               (targets '(\"/boot/efi\"))))
  (file-systems (cons (file-system
                        (device (file-system-label \"my-root\"))
                        (mount-point \"/\")
                        (type \"ext4\"))
                      %base-file-systems))
  (packages (list (local-file \"tree\" #:recursive? #t))))
";

/// The program on a terminal, with a directory for its history.
#[track_caller]
fn start(state: &Scratch) -> Terminal {
    let mut command = tintype::command();
    command.arg("repl").env("XDG_STATE_HOME", state.path()).current_dir(state.path());
    let mut terminal = Terminal::start(&mut command);
    terminal.ready(PROMPT);
    terminal
}

/// What comes of `input` through a pipe.
#[track_caller]
fn piped(input: &str) -> Outcome {
    program::run_with_input(tintype::command().arg("repl"), input)
}

#[test]
fn values_errors_and_commands_through_a_pipe() {
    let outcome = piped(
        "(+ 1 2)\n(define (f x)\n  \"Doubles X.\"\n  (* 2 x))\n(f $1)\n(values 1 'b)\n(if #f #f)\n\
         ,describe f\n\"a string\"\n",
    )
    .ok();
    assert_eq!(
        outcome.text(),
        "$1 = 3\n$2 = 6\n$3 = 1\n$4 = b\nf: variable of (guile-user), defined at expression:1:0\n  \
         (f x)\n  Doubles X.\n  value: #<procedure f (x)>\n$5 = \"a string\"\n"
    );
    assert_eq!(outcome.stderr, "");

    let outcome = piped("(define x 5)\n(car x)\n(+ x 1)\n");
    assert_eq!(outcome.code(), Some(1), "an entry failed: {outcome}");
    assert_eq!(outcome.text(), "$1 = 6\n", "an error keeps what was there: {outcome}");
    assert!(outcome.stderr.starts_with("expression:1:0: error: "), "{outcome}");
    assert!(!outcome.stderr.contains('\u{1b}'), "{outcome}");

    assert_eq!(piped("(exit 7)\n(display 1)\n").code(), Some(7));
    assert_eq!(piped(",quit\n(car 5)\n").code(), Some(0));
}

#[test]
fn each_command_of_guile() {
    let state = Scratch::new("repl-commands");
    state.write("numbers.scm", "(define seven 7)\n(* 6 seven)\n");
    let mut on = start(&state);
    let mut says = |entry: &str, answers: &[&str]| {
        on.enter(entry);
        for answer in answers {
            on.wait_for(answer);
        }
        on.ready(PROMPT);
    };
    says(",help", &["describe", "apropos", "pretty-print", "build"]);
    says(",help time", &[",time ,t EXPR"]);
    says(",describe cond", &["cond: core syntax"]);
    says(
        ",describe operating-system",
        &[
            "record constructor",
            "fields:",
            "kernel ",
            "default linux-libre",
            "host-name",
            "required",
        ],
    );
    says(",apropos string-appe", &["string-append "]);
    says(",use (srfi srfi-1)", &[]);
    says("(delete-duplicates '(1 1 2))", &["= (1 2)"]);
    says(",module", &["(guile-user)"]);
    says(",expand (when #t 1 2)", &["(if #t (begin 1 2))"]);
    says(",time (+ 20 22)", &["= 42", ";; ", "s real time"]);
    says(",pretty-print (iota 60)", &["(0", "59)"]);
    says(",load numbers.scm", &[]);
    says("(+ seven $3)", &["= 49"]);
    says(",bt", &["no error so far"]);
    says("(define (f) (+ 1 (car 'x)))", &[]);
    says("(+ 1 (f))", &["error: ", "expecting pair", ": in f"]);
    says(",bt", &["expecting pair", ": in f"]);
    says(",nonsense", &["unknown command: ,nonsense"]);
    on.enter(",module (srfi srfi-1)");
    on.ready("tintype@(srfi srfi-1)> ");
    on.enter(",quit");
    assert_eq!(on.end().code(), Some(0));
}

#[test]
fn a_module_is_loaded_again() {
    let state = Scratch::new("repl-reload");
    let module = "(define-module (dark room) #:export (plate))\n(define (plate) 'silver)\n";
    state.write("dark/room.scm", module);
    let mut command = tintype::command();
    command.args(["repl", "-L", "."]).env("XDG_STATE_HOME", state.path());
    let mut on = Terminal::start(command.current_dir(state.path()));
    on.ready(PROMPT);
    on.enter(",use (dark room)");
    on.ready(PROMPT);
    on.enter("(list (plate))");
    on.wait_for("= (silver)");
    on.ready(PROMPT);
    state.write("dark/room.scm", &module.replace("silver", "glass"));
    on.enter(",reload (dark room)");
    on.ready(PROMPT);
    on.enter("(list (plate))");
    on.wait_for("= (glass)");
    on.ready(PROMPT);
    on.type_in("\u{4}");
    assert_eq!(on.end().code(), Some(0), "Ctrl-D leaves");
}

#[test]
fn each_command_of_tintype() {
    let state = Scratch::new("repl-images");
    state.write("disk.scm", SYSTEM);
    state.write("tree/etc/motd", "a still life\n");
    let mut on = start(&state);
    on.enter(",types");
    on.wait_for("efi-raw");
    on.wait_for("qcow2");
    on.ready(PROMPT);
    on.enter(",build");
    on.wait_for("there is no value yet");
    on.ready(PROMPT);
    on.enter(",load disk.scm");
    on.ready(PROMPT);
    on.enter("(operating-system-host-name $1)");
    on.wait_for("$2 = \"daguerre\"");
    on.ready(PROMPT);
    on.enter("$1");
    on.wait_for("#<operating-system");
    on.wait_for("host-name: \"daguerre\"");
    on.ready(PROMPT);
    on.enter(",show");
    on.wait_for("(kind operating-system)");
    on.ready(PROMPT);
    on.enter(",plan -t mbr-raw $1");
    on.wait_for("(partition-table-type mbr)");
    on.ready(PROMPT);
    on.enter(",build -o plate.img $1");
    on.wait_for("plate.img");
    on.wait_for("plate.img");
    on.ready(PROMPT);
    on.enter(",quit");
    assert_eq!(on.end().code(), Some(0));
    let disk = fs::read(state.join("plate.img")).expect("the image");
    assert_eq!(disk[510..512], [0x55, 0xaa], "a partition table");
}

#[test]
fn names_modules_and_fields_are_completed() {
    let state = Scratch::new("repl-completion");
    let mut on = start(&state);
    on.type_in("(call-with-val\t");
    on.wait_for("call-with-values");
    on.type_in("\u{3}");
    on.ready(PROMPT);
    on.type_in("(use-modules (gnu packages inksc\t");
    on.wait_for("inkscape");
    on.type_in("\u{3}");
    on.ready(PROMPT);
    on.type_in("(operating-system (host-n\t");
    on.wait_for("host-name");
    on.type_in("\u{3}");
    on.ready(PROMPT);
    on.type_in(",descr\t car\r");
    on.wait_for("car: variable");
    on.ready(PROMPT);
    // Several ways to go on are listed.
    on.type_in("(string-pad\t\t");
    on.wait_for("string-pad-right");
}

#[test]
fn what_is_unfinished_goes_on_in_the_next_line() {
    let state = Scratch::new("repl-lines");
    let mut on = start(&state);
    on.enter("(define (area width");
    on.enter("              height)");
    on.enter("  (* width height))");
    on.ready(PROMPT);
    on.enter("(area 6 7)");
    on.wait_for("$1 = 42");
    on.ready(PROMPT);
    on.enter("\"a");
    on.enter("b\"");
    on.wait_for("$2 = \"a\\nb\"");
}

#[test]
fn ctrl_c_stops_an_evaluation_and_keeps_the_session() {
    let state = Scratch::new("repl-interrupt");
    let mut on = start(&state);
    on.enter("(define kept 42)");
    on.ready(PROMPT);
    for endless in [
        "(begin (display \"going\") (newline) (let loop () (loop)))",
        "(begin (display \"going\") (newline) (let loop ((l '())) (loop (map 1+ (iota 100)))))",
        "(begin (display \"going\") (newline) (catch #t (lambda () (let loop () (loop))) \
         (lambda args (let loop () (loop)))))",
    ] {
        on.enter(endless);
        on.wait_for("going\r\n");
        on.type_in("\u{3}");
        on.wait_for("error: interrupted");
        on.ready(PROMPT);
    }
    // At the prompt it drops what was typed.
    on.type_in("(car 'nonsense\u{3}");
    on.ready(PROMPT);
    on.enter("(+ kept 1)");
    on.wait_for("= 43");
}

#[test]
fn what_is_typed_while_an_evaluation_runs_is_read_after_it() {
    let state = Scratch::new("repl-ahead");
    let mut on = start(&state);
    // The program says when it runs, and ends when the directory is there.
    on.enter(
        "(begin (display \"going\") (newline) (let wait () (if (file-exists? \"over\") 'first (wait))))",
    );
    on.wait_for("going\r\n");
    on.type_in("(+ 100 23)\r(list 1\r2)\r(begin (display \"unended\") (string-append \"ha");
    fs::create_dir(state.join("over")).expect("mkdir");
    on.wait_for("$1 = first");
    on.wait_for("$2 = 123");
    on.wait_for("$3 = (1 2)");
    on.wait_for("\"ha");
    on.enter("lf\"))");
    on.wait_for("unended$4 = \"half\"");
    on.ready(PROMPT);
    on.enter("(display \"to be seen\")");
    on.wait_for("to be seen\r\n");
    on.ready(PROMPT);
}

#[test]
fn entries_are_remembered_from_one_run_to_the_next() {
    let state = Scratch::new("repl-history");
    let mut on = start(&state);
    on.enter("(string-append \"daguerreo\" \"type\")");
    on.wait_for("\"daguerreotype\"");
    on.ready(PROMPT);
    on.type_in("\u{4}");
    on.end();
    assert!(state.join("tintype/history").is_file());
    let mut on = start(&state);
    on.type_in("\u{1b}[A\r");
    on.wait_for("$1 = \"daguerreotype\"");
}

#[test]
fn colours_are_there_unless_they_are_not_wanted() {
    let state = Scratch::new("repl-colour");
    let mut on = start(&state);
    on.enter("(string-length \"four\")");
    on.wait_for("$1 = 4");
    assert!(on.raw().contains("\u{1b}[32m\"four\""), "a string is green: {:?}", on.raw());
    assert!(on.raw().contains("\u{1b}[1;7m("), "parentheses find each other: {:?}", on.raw());

    let mut command = tintype::command();
    command.arg("repl").env("XDG_STATE_HOME", state.path()).env("NO_COLOR", "1");
    let mut on = Terminal::start(&mut command);
    on.ready(PROMPT);
    on.enter("(car \"four\")");
    on.wait_for("error: ");
    on.ready(PROMPT);
    assert!(
        !on.raw().contains("\u{1b}[32m") && !on.raw().contains("\u{1b}[1;31m"),
        "{:?}",
        on.raw()
    );
}
