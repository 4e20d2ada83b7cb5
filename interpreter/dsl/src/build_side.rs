//! Build-side code, run: each computation in a session of its own that sees its inputs and a stage, and
//! nothing of the host.

mod loader;
mod stage;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::{self, Write};
use std::rc::Rc;

use crate::host::{self, Heard};
use crate::library::Library;
use loader::BuildLoader;
use stage::{Stage, StageWorld};
use tintype_image::Plan;
use tintype_image::computation::{Builder, CodeError, Computation, Task};
use tintype_image::plan::{Code as PlanCode, Place, PlannedCode};
use tintype_image::store::STORE;
use tintype_scheme::runtime::{
    Sink, StandardInput, enter_world, set_error_output, set_input, set_output,
};
use tintype_scheme::{
    Code, Datum, Diagnostic, HostProcedure, Interpreter, Kind, Location, Replacement,
};
use tintype_tree::Tree;

/// The directory that an initializer fills.
const ROOT: &str = "/tmp/image-root";

/// What an initializer's caller tells it, as in Guix. There is no store database to fill and no
/// installer to run.
const INITIALIZER_KEYWORDS: &str = "#:references-graphs '() #:deduplicate? #f #:copy-closures? #t \
     #:system-directory #f #:bootloader-package #f #:bootloader-installer #f #:bootcfg #f \
     #:bootcfg-location #f";

/// What initializers see without importing it, as in Guix.
pub(crate) const INITIALIZER_IMPORTS: [&str; 3] =
    ["gnu build hurd-boot", "gnu build image", "guix build utils"];

/// The way to the code in `(begin (define initializer CODE) ...)`.
const CODE_IN_BEGIN: [usize; 2] = [1, 2];

/// So much of what code prints is kept.
const OUTPUT_AT_MOST: usize = 16 << 10;

/// Runs build-side code.
#[derive(Clone)]
pub struct BuildSide {
    pub(crate) library: Rc<Library>,
    pub(crate) system: String,
    /// Texts of the definition and of the modules that it loaded, by file name.
    pub(crate) texts: BTreeMap<Rc<str>, Rc<str>>,
}

impl fmt::Debug for BuildSide {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("BuildSide").field("system", &self.system).finish_non_exhaustive()
    }
}

/// Why build-side code failed.
#[derive(Debug, thiserror::Error)]
#[error("{}", diagnostic.message)]
pub struct BuildFailure {
    /// What is wrong, and where.
    pub diagnostic: Diagnostic,
    /// The last of what the code printed.
    pub output: String,
}

impl Builder for BuildSide {
    fn run(&self, computation: &Computation) -> Result<Vec<Tree>, CodeError> {
        let printed = Printed::default();
        let result = self.run_printing(computation, &printed);
        result.map_err(|diagnostic| {
            let place = diagnostic.location.as_ref().map(|place| Place(place.to_string()));
            let output = String::from_utf8_lossy(&printed.0.borrow()).into_owned();
            CodeError { place, error: Box::new(BuildFailure { diagnostic: *diagnostic, output }) }
        })
    }
}

fn failed(message: impl Into<String>) -> Box<Diagnostic> {
    Box::new(Diagnostic::new(Kind::Runtime, message))
}

fn io_failed(error: &io::Error) -> Box<Diagnostic> {
    failed(error.to_string())
}

impl BuildSide {
    fn run_printing(
        &self,
        computation: &Computation,
        printed: &Printed,
    ) -> Result<Vec<Tree>, Box<Diagnostic>> {
        let outputs: &[(String, String)] = match &computation.task {
            Task::Outputs(outputs) => outputs,
            Task::Directory { .. } => &[],
        };
        let base = |path: &str| path.rsplit('/').next().unwrap_or(path).as_bytes().to_vec();
        let names: BTreeSet<Vec<u8>> = outputs.iter().map(|(_, path)| base(path)).collect();
        let name = outputs.first().and_then(|(_, path)| path.get(STORE.len() + 34..));
        let spool = computation.spool_directory.to_owned();
        let mut stage = Stage::new(name.unwrap_or("image"), computation.items, names, spool)
            .map_err(|error| io_failed(&error))?;
        for (name, path) in outputs {
            stage.set_variable(name, path);
        }
        if let Task::Directory { .. } = computation.task {
            stage.give_directory(ROOT).map_err(|error| io_failed(&error))?;
        }
        let stage = Rc::new(RefCell::new(stage));
        self.run_in(computation, outputs, &stage, printed)?;
        let mut stage = stage.borrow_mut();
        let mut trees = Vec::new();
        match &computation.task {
            Task::Directory { .. } => {
                trees.extend(stage.given_tree().map_err(|error| io_failed(&error))?);
            }
            Task::Outputs(_) => {
                for (name, path) in outputs {
                    let made = stage.output(path).map_err(|error| io_failed(&error))?;
                    trees.push(made.ok_or_else(|| unmade(name))?);
                }
            }
        }
        Ok(trees)
    }

    fn run_in(
        &self,
        computation: &Computation,
        outputs: &[(String, String)],
        stage: &Rc<RefCell<Stage>>,
        printed: &Printed,
    ) -> Result<(), Box<Diagnostic>> {
        let world = StageWorld(stage.clone());
        let modules = computation.code.modules.iter().filter_map(|(name, input)| {
            Some((name.clone(), computation.inputs.get(*input)?.clone()))
        });
        let loader = BuildLoader {
            library: self.library.clone(),
            world: world.clone(),
            modules: modules.collect(),
        };
        let procedures = self.procedures(computation, stage);
        let _visit = enter_world(Rc::new(world));
        let _capture = Capture::start(printed);
        let mut interpreter = Interpreter::new(Box::new(loader), procedures);
        let is_initializer = matches!(computation.task, Task::Directory { .. });
        let program = Program::new(computation.code, is_initializer);
        let replace = |head: &str, argument: &Datum| match (head, argument) {
            ("*input*", Datum::Integer(number)) => {
                computation.inputs.get(*number as usize).cloned().map(Datum::String)
            }
            ("*output*", Datum::String(name)) => outputs
                .iter()
                .find(|(output, _)| output == name)
                .map(|(_, path)| Datum::String(path.clone())),
            _ => None,
        };
        let replace: &Replacement = &replace;
        let text_of = |file: &str| self.texts.get(file).cloned();
        match interpreter.run_code(
            &program.code(computation.shown),
            program.imports,
            &text_of,
            replace,
        ) {
            Ok(_) => Ok(()),
            Err(diagnostic) => match diagnostic.kind {
                Kind::Exit(0) => Ok(()),
                Kind::Exit(status) => Err(Box::new(Diagnostic {
                    message: format!("the code ended with exit status {status}"),
                    ..diagnostic
                })),
                _ => Err(Box::new(diagnostic)),
            },
        }
    }

    /// What is wrong with the code that a plan will run, with all that is inserted into it, told without
    /// running it.
    pub fn check(&self, plan: &Plan) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for PlannedCode { shown, code, is_initializer } in plan.code() {
            let heard = Rc::new(RefCell::new(Heard::default()));
            let mut procedures = host::procedures(&self.library, &self.system, &heard);
            procedures.push(("stage-tree", Box::new(|_| Ok(Datum::Unspecified))));
            let mut interpreter = Interpreter::new(Box::new((*self.library).clone()), procedures);
            let (program, modules) = (Program::new(code, is_initializer), &code.modules);
            let replace = |head: &str, _: &Datum| {
                let is_path = matches!(head, "*input*" | "*output*");
                is_path.then(|| Datum::String(STORE.to_owned()))
            };
            let text_of = |file: &str| self.texts.get(file).cloned();
            let code = program.code(&shown);
            for wrong in interpreter.check_code(&code, program.imports, &text_of, &replace) {
                // What modules that are yet to be made will bind is not known.
                let is_certain = modules.is_empty() || wrong.kind == Kind::Syntax;
                if is_certain && !found.contains(&wrong) {
                    found.push(wrong);
                }
            }
        }
        found
    }

    /// The procedures of `(tintype host)`: those that look at the host's files are refused.
    fn procedures(
        &self,
        computation: &Computation,
        stage: &Rc<RefCell<Stage>>,
    ) -> Vec<(&'static str, HostProcedure)> {
        let heard = Rc::new(RefCell::new(Heard::default()));
        let mut procedures = host::procedures(&self.library, &self.system, &heard);
        for (name, procedure) in &mut procedures {
            if *name == "load-path" {
                *procedure = Box::new(|_| Ok(Datum::List(Vec::new())));
            } else if name.starts_with("host-") && !host::KNOWN_WITHOUT_FILES.contains(name) {
                *procedure = Box::new(|_| Err("build-side code sees nothing of the host".into()));
            }
        }
        let trees: BTreeMap<String, Tree> = match &computation.task {
            Task::Directory { trees } => {
                trees.iter().map(|(name, tree)| ((*name).to_owned(), (*tree).clone())).collect()
            }
            Task::Outputs(_) => BTreeMap::new(),
        };
        let stage = stage.clone();
        let pour: HostProcedure = Box::new(move |arguments| {
            let (Some(name), Some(directory)) = (
                arguments.first().and_then(Datum::symbol),
                arguments.get(1).and_then(Datum::string),
            ) else {
                return Err("a name and a directory are needed".into());
            };
            let Some(tree) = trees.get(name) else {
                return Err(format!("{name}: only an initializer of a partition can call this"));
            };
            let poured = stage.borrow_mut().pour(tree, directory);
            poured.map(|()| Datum::Unspecified).map_err(|error| format!("{directory}: {error}"))
        });
        procedures.push(("stage-tree", pour));
        procedures
    }
}

/// The program that a computation is.
struct Program {
    text: String,
    imports: &'static [&'static str],
    origins: Vec<(Vec<usize>, Location)>,
}

impl Program {
    fn new(code: &PlanCode, is_initializer: bool) -> Program {
        let (text, imports, to_code) = if is_initializer {
            let call = format!("(initializer {ROOT:?} {INITIALIZER_KEYWORDS})");
            let text = format!("(begin (define initializer {}) {call})", code.text);
            (text, &INITIALIZER_IMPORTS[..], &CODE_IN_BEGIN[..])
        } else {
            (code.text.clone(), &[][..], &[][..])
        };
        let mut origins: Vec<(Vec<usize>, Location)> = Vec::new();
        for (way, place) in &code.origins {
            let Some(location) = location(place) else { continue };
            if is_initializer && origins.is_empty() {
                // The call, too, is shown where the code is.
                origins.push((Vec::new(), location.clone()));
            }
            origins.push(([to_code, way].concat(), location));
        }
        Program { text, imports, origins }
    }

    fn code<'a>(&'a self, name: &'a str) -> Code<'a> {
        Code { name, text: &self.text, origins: &self.origins }
    }
}

fn unmade(output: &str) -> Box<Diagnostic> {
    failed(match output {
        "out" => "the code makes no #$output".to_owned(),
        other => format!("the code makes no #$output:{other}"),
    })
}

/// A place as the interpreter takes it.
fn location(Place(text): &Place) -> Option<Location> {
    let (rest, column) = text.rsplit_once(':')?;
    let (file, line) = rest.rsplit_once(':')?;
    Some(Location { file: file.to_owned(), line: line.parse().ok()?, column: column.parse().ok()? })
}

/// The end of what code printed.
#[derive(Clone, Default)]
struct Printed(Rc<RefCell<Vec<u8>>>);

impl Write for Printed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut printed = self.0.borrow_mut();
        printed.extend_from_slice(bytes);
        if printed.len() > 2 * OUTPUT_AT_MOST {
            let excess = printed.len() - OUTPUT_AT_MOST;
            printed.drain(..excess);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What programs print goes elsewhere, and there is nothing for them to read, until this is dropped.
struct Capture {
    output: Option<Sink>,
    error: Option<Sink>,
    input: Option<StandardInput>,
}

impl Capture {
    fn start(printed: &Printed) -> Capture {
        let sink = || -> Option<Sink> { Some(Box::new(printed.clone())) };
        let nothing = StandardInput::new(Box::new(io::empty()));
        Capture {
            output: set_output(sink()),
            error: set_error_output(sink()),
            input: Some(set_input(nothing)),
        }
    }
}

impl Drop for Capture {
    fn drop(&mut self) {
        set_output(self.output.take());
        set_error_output(self.error.take());
        self.input.take().map(set_input);
    }
}
