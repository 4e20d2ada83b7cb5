//! Every module of Guix's interface can be imported, and has every name that the interface states.

use std::process::Command;

use tintype_tests::fixture::workspace;
use tintype_tests::program;
use tintype_tests::scratch::Scratch;
use tintype_tests::sexp::Sexp;
use tintype_tests::tintype::{command, refused_at};

/// Goes through `modules`, lists of a module and its names, and prints what is missing.
const PROGRAM: &str = "
(define (missing entry)
  (catch #t
    (lambda ()
      (let ((interface (resolve-interface (car entry))))
        (filter (lambda (name) (not (module-defined? interface name))) (cdr entry))))
    (lambda failure (list failure))))

(for-each (lambda (entry)
            (for-each (lambda (name)
                        (write (list (car entry) name))
                        (newline))
                      (missing entry)))
          modules)
";

/// Definitions made from the index are compiled when they are used: some of each kind.
const USES: &str = r#"
(use-modules (gnu) (guix packages) (guix profiles) (gnu home) (guix build-system gnu) ((guix licenses) #:prefix license:))
(use-package-modules emacs gnome games pkg-config)
(use-service-modules cups databases docker monitoring networking web)
(use-system-modules keyboard)
(define (show . things) (for-each (lambda (thing) (write thing) (newline)) things))
(show (package-name emacs) (package-name gnome) (package-name 0ad) (package-name pkg-config)
      (map package-name (list (specification->package "hello")
                              (specification->package "linux-libre@6.12")))
      (map (lambda (found) (package-name (car found))) (specifications->packages '("git" "gcc:lib")))
      (> (fold-packages (lambda (package count) (+ 1 count)) 0) 30000)
      (nginx-configuration? (nginx-configuration (log-directory "/srv")))
      (service-type-name (service-kind (service nginx-service-type)))
      (map manifest-entry-name (manifest-entries (packages->manifest (list emacs))))
      (home-environment? (home-environment (packages (list emacs))))
      (license:license-name license:gpl3+))
;; Defaults of records that nobody wrote: plain ones, packages, other records, and those of a type.
(show (vnstat-configuration-database-directory (vnstat-configuration))
      (tor-configuration-tor (tor-configuration))
      (tor-configuration-socks-socket-type
       (service-value
        (car (modify-services (list (service tor-service-type))
               (tor-service-type config => (tor-configuration (inherit config)))))))
      (catch #t (lambda () (docker-configuration (debug? 3))) (const 'refused)))
;; Short forms.
(define mine
  (package (inherit emacs) (name "mine")
           (source (origin (method #f) (uri "mirror://gnu/x") (hash #f)))))
(show mine (package-source mine) tor-service-type gnu-build-system)
"#;

const SHOWN: &str = r#""emacs"
"gnome"
"0ad"
"pkg-config"
("hello" "linux-libre")
("git" "gcc")
#t
#t
nginx
("emacs")
#t
"GPL 3+"
"/var/lib/vnstat"
#<package tor@0.4.8.18>
tcp
refused
#<package mine@30.2 FILE:27>
#<origin "mirror://gnu/x">
#<service-type tor>
#<build-system gnu>
"#;

#[test]
fn every_module_can_be_imported_and_has_every_name() {
    let index = workspace().join("interpreter/dsl/index/guix-interface.sexp.gz");
    let index = program::run(Command::new("gzip").arg("-dc").arg(index)).ok().text();
    let modules = Sexp::read_all(&index).expect("the index");
    assert_eq!(modules.len(), 1045);
    let mut entries = String::new();
    for module in &modules {
        let [name, exports @ ..] = module.list() else { panic!("{module}") };
        entries += &format!("({name}");
        for export in exports {
            entries += &format!(" {}", export.list()[0]);
        }
        entries += ")\n";
    }
    let scratch = Scratch::new("guix-modules");
    let text = format!("(use-modules (srfi srfi-1))\n(define modules '({entries}))\n{PROGRAM}");
    let file = scratch.write("import.scm", &text);
    let outcome = program::run(command().arg("run").arg(file)).ok();
    assert_eq!(outcome.text(), "", "missing");
}

#[test]
fn what_the_index_states_can_be_used() {
    let scratch = Scratch::new("guix-names");
    let file = scratch.write("use.scm", USES);
    let outcome = program::run(command().arg("run").arg(&file)).ok();
    assert_eq!(outcome.text(), SHOWN.replace("FILE", &file.display().to_string()));
}

/// A value of which the index has only the name is reported where the program refers to it, not where
/// the library stands in for it.
#[test]
fn what_only_the_index_knows_is_refused_where_it_is_used() {
    let scratch = Scratch::new("guix-unknown");
    let header = "(use-modules (gnu services xorg))\n";
    for (text, line) in [
        ("(list 1\n %default-slim-theme)", 3),
        ("(define (theme) %default-slim-theme)\n(list 1\n (theme))", 4),
    ] {
        let file = scratch.write("unknown.scm", &format!("{header}{text}"));
        let outcome = program::run(command().arg("run").arg(&file));
        let found = refused_at(&outcome);
        assert_eq!(found.file, file.display().to_string(), "{outcome}");
        assert_eq!(found.line, line, "{outcome}");
        assert!(outcome.stderr.contains("%default-slim-theme: known to Guix"), "{outcome}");
    }
}
