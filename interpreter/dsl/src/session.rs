//! One run of the interpreter over a user's definitions.

use crate::build_side::BuildSide;
use crate::channel;
use crate::host::{self, Heard};
use crate::library::{Library, image_modules};
use crate::plan::{self, PlanError};
use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;
use tintype_image::Plan;
use tintype_image::plan::Step;
use tintype_scheme::{Datum, Diagnostic, Interpreter, Value, decode};

/// What a definition sees without importing it, as in Guix.
pub(crate) const USER_IMPORTS: [&str; 3] = ["gnu system", "gnu services", "gnu system shadow"];

/// The Scheme side of the commands.
const COMMANDS: &str = "tintype commands";

/// What a session is made with.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Where modules come from.
    pub library: Library,
    /// The system that images are for, in Guix's words; the host's own by default.
    pub system: Option<String>,
    /// The GNU triplet to cross-build for.
    pub target: Option<String>,
}

/// Where a definition stands.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    /// In a file.
    File(&'a Path),
    /// On the command line.
    Expression(&'a str),
}

impl Input<'_> {
    pub(crate) fn name(&self) -> String {
        match self {
            Input::File(path) => path.to_string_lossy().into_owned(),
            Input::Expression(_) => "expression".to_owned(),
        }
    }

    pub(crate) fn text(&self) -> Result<String, SessionError> {
        match self {
            Input::Expression(text) => Ok((*text).to_owned()),
            Input::File(path) => {
                let bytes = std::fs::read(path)
                    .map_err(|error| SessionError::Read(format!("{}: {error}", path.display())))?;
                Ok(decode(&self.name(), bytes)?)
            }
        }
    }
}

/// How large a root partition is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImageSize {
    /// Just what it holds.
    Minimum,
    /// Bytes.
    Bytes(u64),
}

/// What the command line changes in an image. Guix's command sets all of these, whatever the file
/// says.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// The image type for an operating system.
    pub image_type: Option<String>,
    /// The size of the root partition, where the definition leaves it to be guessed.
    pub image_size: Option<ImageSize>,
    /// Label of the first partition.
    pub label: Option<String>,
    /// Whether the root is volatile.
    pub volatile: bool,
    /// Whether a container shares the host's network.
    pub shared_network: bool,
    /// At most so many layers in a container archive.
    pub max_layers: Option<u64>,
}

/// Why a session gives no answer.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The definition's file cannot be read.
    #[error("{0}")]
    Read(String),
    /// The definition is wrong.
    #[error(transparent)]
    Scheme(Box<Diagnostic>),
    /// The standard library gave something else than a plan.
    #[error(transparent)]
    Plan(#[from] PlanError),
}

impl From<Diagnostic> for SessionError {
    fn from(diagnostic: Diagnostic) -> SessionError {
        SessionError::Scheme(Box::new(diagnostic))
    }
}

/// A running interpreter with the standard library at hand.
pub struct Session {
    pub(crate) interpreter: Interpreter,
    pub(crate) library: Rc<Library>,
    heard: Rc<RefCell<Heard>>,
    system: String,
    target: Option<String>,
    /// Whether the system was named by whoever asked.
    names_system: bool,
    failed_modules: Vec<Diagnostic>,
}

impl Session {
    /// Starts an interpreter.
    pub fn new(settings: Settings) -> Session {
        let library = settings.library;
        for directory in library.load_path.borrow_mut().iter_mut() {
            *directory = channel::module_directory(directory);
        }
        let library = Rc::new(library);
        let heard = Rc::new(RefCell::new(Heard::default()));
        let names_system = settings.system.is_some();
        let system = settings.system.unwrap_or_else(|| host_system().to_owned());
        let procedures = host::procedures(&library, &system, &heard);
        let interpreter = Interpreter::new(Box::new((*library).clone()), procedures);
        let target = settings.target;
        let failed_modules = Vec::new();
        Session { interpreter, library, heard, system, target, names_system, failed_modules }
    }

    /// Warnings that running code gave since the last call.
    pub fn take_warnings(&mut self) -> Vec<String> {
        std::mem::take(&mut self.heard.borrow_mut().warnings)
    }

    /// Image modules that could not be loaded, since the last call.
    pub fn take_failed_modules(&mut self) -> Vec<Diagnostic> {
        std::mem::take(&mut self.failed_modules)
    }

    /// The value of the definition's last form.
    ///
    /// # Errors
    /// When the file cannot be read, the definition is wrong, or there is no such system or target.
    pub fn evaluate(&mut self, input: Input) -> Result<Value, SessionError> {
        self.check_platform()?;
        let text = input.text()?;
        Ok(self.interpreter.load_program(&input.name(), &text, &USER_IMPORTS)?)
    }

    /// Runs a program that imports what it needs itself; `arguments` is its command line.
    ///
    /// # Errors
    /// When the file cannot be read or the program is wrong.
    pub fn run(&mut self, input: Input, arguments: &[String]) -> Result<(), SessionError> {
        let text = input.text()?;
        let line: Vec<Datum> = std::iter::once(input.name())
            .chain(arguments.iter().cloned())
            .map(Datum::String)
            .collect();
        let line = self.interpreter.from_datum(&Datum::List(line));
        let set = self.interpreter.module_ref("guile", "set-program-arguments")?;
        self.interpreter.call(&set, &[line])?;
        self.interpreter.load_program(&input.name(), &text, &[])?;
        Ok(())
    }

    /// The names of all image types, sorted.
    ///
    /// # Errors
    /// When the standard library itself fails.
    pub fn image_types(&mut self) -> Result<Vec<String>, SessionError> {
        self.load_image_modules();
        self.names("image-type-list")
    }

    /// The systems that images can be built for, sorted.
    ///
    /// # Errors
    /// When the standard library itself fails.
    pub fn systems(&mut self) -> Result<Vec<String>, SessionError> {
        self.names("system-list")
    }

    /// The triplets that images can be cross-built for, sorted.
    ///
    /// # Errors
    /// When the standard library itself fails.
    pub fn targets(&mut self) -> Result<Vec<String>, SessionError> {
        self.names("target-list")
    }

    /// The names, strings or symbols, that a procedure lists.
    fn names(&mut self, procedure: &str) -> Result<Vec<String>, SessionError> {
        let names = self.command(procedure, &[])?;
        let names = self.interpreter.to_datum(&names);
        let name = |datum: &Datum| datum.symbol().or(datum.string()).map(str::to_owned);
        Ok(names.list().unwrap_or_default().iter().filter_map(name).collect())
    }

    /// Looks whether the system and the target that were asked for exist.
    fn check_platform(&mut self) -> Result<(), SessionError> {
        let named = |name: Option<&String>| match name {
            Some(name) => Datum::String(name.clone()),
            None => Datum::Bool(false),
        };
        let system = named(self.names_system.then_some(&self.system));
        let target = named(self.target.as_ref());
        if system.is_true() || target.is_true() {
            let arguments = [Argument::Datum(system), Argument::Datum(target)];
            self.command("check-platform", &arguments)?;
        }
        Ok(())
    }

    /// The image that `value` stands for, an `<operating-system>` or an `<image>`.
    ///
    /// # Errors
    /// When it is neither, or there is no such image type.
    pub fn image(
        &mut self,
        input: Input,
        value: &Value,
        changes: &Changes,
    ) -> Result<Value, SessionError> {
        self.load_image_modules();
        let arguments = changes_list(changes, &input.name());
        self.command("value->image*", &[Argument::Value(value), Argument::Datum(arguments)])
    }

    /// What is to be built for `image`, as data and as a plan.
    ///
    /// # Errors
    /// When the image cannot be planned.
    pub fn plan(&mut self, image: &Value) -> Result<(Datum, Plan), SessionError> {
        let plan = self.command("image->plan", &[Argument::Value(image)])?;
        let datum = self.interpreter.to_datum(&plan);
        let plan = plan::read(&datum)?;
        Ok((shown(&datum, &plan), plan))
    }

    /// Who runs the build-side code of the plans that this session made.
    pub fn build_side(&self) -> BuildSide {
        BuildSide {
            library: self.library.clone(),
            system: self.system.clone(),
            texts: self.interpreter.source_texts(),
        }
    }

    /// The records behind `value`, as data.
    ///
    /// # Errors
    /// When a thunked field fails.
    pub fn show(
        &mut self,
        input: Input,
        value: &Value,
        changes: &Changes,
    ) -> Result<Datum, SessionError> {
        self.load_image_modules();
        let arguments = changes_list(changes, &input.name());
        let shown = self.command("show*", &[Argument::Value(value), Argument::Datum(arguments)])?;
        Ok(self.interpreter.to_datum(&shown))
    }

    /// Loads every image module. One that fails is remembered, and the rest go on.
    fn load_image_modules(&mut self) {
        for module in self.library.modules_under(&image_modules()) {
            if let Err(diagnostic) = self.interpreter.load_module(&module.join(" ")) {
                let failure = (module, diagnostic.message.clone());
                self.heard.borrow_mut().load_failures.push(failure);
                self.failed_modules.push(diagnostic);
            }
        }
    }

    /// Calls a procedure of `(tintype commands)` for this session's system and target.
    fn command(&mut self, name: &str, arguments: &[Argument]) -> Result<Value, SessionError> {
        let procedure = self.interpreter.module_ref(COMMANDS, name)?;
        let call = self.interpreter.module_ref(COMMANDS, "call-for-platform")?;
        let system = self.interpreter.from_datum(&Datum::String(self.system.clone()));
        let target = match &self.target {
            Some(target) => Datum::String(target.clone()),
            None => Datum::Bool(false),
        };
        let mut all = vec![system, self.interpreter.from_datum(&target), procedure];
        for argument in arguments {
            all.push(match argument {
                Argument::Value(value) => (*value).clone(),
                Argument::Datum(datum) => self.interpreter.from_datum(datum),
            });
        }
        Ok(self.interpreter.call(&call, &all)?)
    }
}

/// A plan as people see it: with the computations to come.
fn shown(datum: &Datum, plan: &Plan) -> Datum {
    let mut datum = plan::without_places(datum);
    let steps = plan.steps();
    if let (Datum::List(fields), false) = (&mut datum, steps.is_empty()) {
        let field =
            |name: &str, value: Datum| Datum::List(vec![Datum::Symbol(name.to_owned()), value]);
        let step = |step: Step| {
            let place = step.place.map_or(Datum::Bool(false), |place| Datum::String(place.0));
            let fields = [field("makes", Datum::String(step.shown)), field("location", place)];
            let head = Datum::Symbol("computation".to_owned());
            Datum::List(std::iter::once(head).chain(fields).collect())
        };
        fields.push(field("steps", Datum::List(steps.into_iter().map(step).collect())));
    }
    datum
}

/// An argument of a command.
enum Argument<'a> {
    Value(&'a Value),
    Datum(Datum),
}

/// The changes as the property list that the Scheme side applies its procedures to.
fn changes_list(changes: &Changes, file_name: &str) -> Datum {
    let number =
        |value: Option<u64>| value.map_or(Datum::Bool(false), |n| Datum::Integer(n.into()));
    let size = match changes.image_size {
        Some(ImageSize::Minimum) => Datum::Symbol("minimum".to_owned()),
        Some(ImageSize::Bytes(bytes)) => number(Some(bytes)),
        None => number(None),
    };
    let name = |value: &Option<String>, make: fn(String) -> Datum| {
        value.clone().map_or(Datum::Bool(false), make)
    };
    let mut list = Vec::new();
    for (keyword, value) in [
        ("image-type", name(&changes.image_type, Datum::Symbol)),
        ("image-size", size),
        ("label", name(&changes.label, Datum::String)),
        ("volatile?", Datum::Bool(changes.volatile)),
        ("shared-network?", Datum::Bool(changes.shared_network)),
        ("max-layers", number(changes.max_layers)),
        ("file-name", Datum::String(file_name.to_owned())),
    ] {
        list.push(Datum::Keyword(keyword.to_owned()));
        list.push(value);
    }
    Datum::List(list)
}

/// The host's system in Guix's words.
pub fn host_system() -> &'static str {
    if cfg!(target_arch = "x86_64") {
        "x86_64-linux"
    } else if cfg!(target_arch = "aarch64") {
        "aarch64-linux"
    } else if cfg!(target_arch = "arm") {
        "armhf-linux"
    } else if cfg!(target_arch = "riscv64") {
        "riscv64-linux"
    } else if cfg!(target_arch = "powerpc64") {
        "powerpc64le-linux"
    } else {
        "i686-linux"
    }
}
