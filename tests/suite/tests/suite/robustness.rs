//! Whatever a program does, it ends with its value or with a clear error, in bounded time and memory.

use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tintype_tests::program::Outcome;
use tintype_tests::scratch::Scratch;
use tintype_tests::tintype::{self, refused};

/// Address space of a run: stacks are reserved in it, most of which is never touched.
const MEMORY: u64 = 6 << 30;

/// A run that takes longer has no bounds.
const PATIENCE: Duration = Duration::from_secs(180);

fn bounded(command: &mut Command) -> &mut Command {
    // SAFETY: between fork and exec only this system call is made.
    unsafe {
        command.pre_exec(|| {
            let limit = libc::rlimit { rlim_cur: MEMORY, rlim_max: MEMORY };
            match libc::setrlimit(libc::RLIMIT_AS, &limit) {
                0 => Ok(()),
                _ => Err(std::io::Error::last_os_error()),
            }
        })
    }
}

#[track_caller]
fn finish(mut child: Child, what: &str) -> Outcome {
    let start = Instant::now();
    while child.try_wait().expect("the status").is_none() {
        if start.elapsed() > PATIENCE {
            let _ = child.kill();
            panic!("{what} does not end");
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let output = child.wait_with_output().expect("what it wrote");
    Outcome {
        command: what.to_owned(),
        status: output.status,
        stdout: output.stdout,
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Runs a program; what it writes must be short, or the pipe would be full before it ends.
#[track_caller]
fn run(program: &[u8]) -> Outcome {
    let scratch = Scratch::new("robustness");
    let file = scratch.join("program.scm");
    std::fs::write(&file, program).expect("write");
    let mut command = tintype::command();
    command.arg("run").arg(&file).stdout(Stdio::piped()).stderr(Stdio::piped());
    finish(bounded(&mut command).spawn().expect("the program starts"), "tintype run")
}

#[track_caller]
fn fails(program: &[u8], words: &[&str]) {
    let outcome = run(program);
    let stderr = refused(&outcome);
    assert!(stderr.len() < 4000, "short: {outcome}");
    for word in words {
        assert!(stderr.contains(word), "it does not say {word:?}: {outcome}");
    }
}

#[test]
fn a_million_calls_deep() {
    let outcome = run(b"(define (count n) (if (= n 0) 0 (+ 1 (count (- n 1)))))
(define (build n) (if (= n 0) '() (cons n (build (- n 1)))))
(display (list (count 1000000) (length (build 1000000)) (apply + (map 1+ (iota 1000000)))))")
    .ok();
    assert_eq!(outcome.text(), "(1000000 1000000 500000500000)");
}

#[test]
fn calls_without_end() {
    let outcome = run(b"(define (f n) (+ 1 (f n)))\n(f 1)");
    assert_eq!(outcome.code(), Some(1), "{outcome}");
    assert!(outcome.stderr.contains("program.scm:1:19: error: Stack overflow"), "{outcome}");
    assert!(outcome.stderr.len() < 4000, "{outcome}");
}

#[test]
fn ten_megabytes_in_one_datum() {
    let numbers: String = (0..1_500_000).map(|number| format!("{number} ")).collect();
    let outcome = run(format!("(display (length '({numbers})))").as_bytes()).ok();
    assert_eq!(outcome.text(), "1500000");
    let text = "x".repeat(10_000_000);
    let outcome = run(format!("(display (string-length \"{text}\"))").as_bytes()).ok();
    assert_eq!(outcome.text(), "10000000");
}

#[test]
fn parentheses_without_end() {
    let deep = "(".repeat(5_000_000);
    fails(deep.as_bytes(), &["nested more than"]);
    fails(format!("(display '{deep}{})", ")".repeat(5_000_000)).as_bytes(), &["nested more than"]);
    fails("'".repeat(1_000_000).as_bytes(), &["nested more than"]);
    fails("#(".repeat(1_000_000).as_bytes(), &["nested more than"]);
    fails(b"(define x 1)\n(define (f\n  (list 1)\n", &["line 2, column 8 is never closed"]);
    fails(b"(define x 1))", &["program.scm:1:14: error: unexpected \")\""]);
}

#[test]
fn bytes_that_are_no_text() {
    fails(
        b"(display 1)\n(display \"\xff\xfe\")",
        &["program.scm:2:10: error: the file is not UTF-8"],
    );
    fails(b"(display 1)\n\xc3(", &["program.scm:2:0: error: the file is not UTF-8"]);
    fails(b"(list\n a\0b)", &["program.scm:2:", "NUL byte"]);
    assert_eq!(run(b"(display (string-length \"a\0b\")) ; \0").ok().text(), "3");
}

#[test]
fn modules_that_import_each_other() {
    let scratch = Scratch::new("robustness-modules");
    let ping =
        "(define-module (ping) #:use-module (pong) #:export (x f))\n(define x y)\n(define (f) 1)\n";
    scratch.write("ping.scm", ping);
    let pong = "(define-module (pong) #:use-module (ping) #:export (y g))\n(define y x)\n(define (g) (f))\n";
    scratch.write("pong.scm", pong);
    let program = scratch.write("program.scm", "(use-modules (ping))\n(display x)\n");
    let run = || {
        let mut command = tintype::command();
        command.args(["run", "-L"]).arg(scratch.path()).arg(&program);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        finish(bounded(&mut command).spawn().expect("the program starts"), "tintype run")
    };
    let outcome = run();
    let stderr = refused(&outcome);
    assert!(stderr.contains("pong.scm:2:10: error: Unbound variable: x"), "{outcome}");
    assert!(stderr.contains("the modules import each other"), "{outcome}");
    // Procedures may refer to what comes later.
    scratch.write("pong.scm", &pong.replace("(define y x)", "(define y 5)"));
    assert_eq!(run().ok().text(), "5");
}

#[test]
fn macros_that_expand_for_ever() {
    fails(
        b"(define-syntax-rule (go x) (go (x)))\n(go 1)",
        &["program.scm:2:0", "the expansion of go never ends"],
    );
    let wide = b"(define-syntax go (syntax-rules () ((_ x) (begin (go x) (go x)))))\n(go 1)";
    fails(wide, &["the expansion of go never ends"]);
    let growing = b"(define-syntax go (syntax-rules () ((_ x ...) (go x ... x ...))))\n(go 1)";
    fails(growing, &["the expansion of go never ends"]);
    let body = b"(define-syntax go (syntax-rules () ((_ x ...) (go x ... x ...))))\n(define (f) (go 1) 2)\n(f)";
    fails(body, &["never ends"]);
}

#[test]
fn ctrl_c_ends_a_program_with_130() {
    let scratch = Scratch::new("robustness-interrupt");
    let programs = [
        "(display \"going\\n\") (let loop () (loop))",
        "(display \"going\\n\") (let loop ((l '())) (loop (cons 1 (map 1+ (iota 100)))))",
        // A program that catches whatever comes.
        "(display \"going\\n\")
         (let again () (catch #t (lambda () (let loop () (loop))) (lambda args (again))))",
    ];
    for text in programs {
        let program = scratch.write("program.scm", text);
        let mut command = tintype::command();
        command.arg("run").arg(&program).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = bounded(&mut command).spawn().expect("the program starts");
        let mut first = [0; 6];
        let output = child.stdout.as_mut().expect("a pipe");
        std::io::Read::read_exact(output, &mut first).expect("it says that it goes");
        let id = i32::try_from(child.id()).expect("a process number");
        // SAFETY: the child has not been waited for: the number is its own.
        assert_eq!(unsafe { libc::kill(id, libc::SIGINT) }, 0);
        let outcome = finish(child, text);
        assert_eq!(outcome.code(), Some(130), "{outcome}");
        assert!(outcome.stderr.contains("error: interrupted"), "{outcome}");
    }
}
