//! One function a command.

use crate::arguments::{
    Arguments, CheckArguments, Command, DefinitionArguments, ImageArguments, LibraryArguments,
    RunArguments, ShowArguments, TypesArguments,
};
use crate::interrupt::{attended, building};
use crate::render::{self, CommandError};
use crate::{manual, packages, repl};
use indicatif::{HumanBytes, ProgressBar, ProgressState, ProgressStyle};
use std::cell::RefCell;
use std::fmt;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tintype_dsl::{
    BuildSide, Changes, Datum, Diagnostic, Input, Kind, Library, Session, SessionError, Settings,
    StandardInput, Value, set_input, sexp,
};
use tintype_image::{Built, Plan};
use tintype_packages::PackageSources;

/// Does what the arguments say.
pub fn run(arguments: &Arguments) -> Result<(), CommandError> {
    match &arguments.command {
        Command::Image(arguments) => image(arguments),
        Command::Types(arguments) => types(arguments),
        Command::Show(arguments) => show(arguments),
        Command::Check(arguments) => check(arguments),
        Command::Run(arguments) => run_program(arguments),
        Command::Boot(arguments) => crate::boot::boot(arguments),
        Command::Packages(command) => packages::run(command),
        Command::Repl(arguments) => repl::run(arguments),
        Command::Completions(arguments) => manual::completions(arguments),
        Command::Man(arguments) => manual::man(arguments),
        Command::ListSystems => platforms(Session::systems),
        Command::ListTargets => platforms(Session::targets),
        Command::HelpDockerFormat => {
            render::answer(DOCKER_FORMAT);
            Ok(())
        }
    }
}

/// What `--help-docker-format` says, in Guix the options of docker archives.
const DOCKER_FORMAT: &str = "  --max-layers=N  divide a docker archive into at most N layers";

/// The load path: `-L` first, the last of them before the others, then `GUIX_PACKAGE_PATH` and `TINTYPE_LOAD_PATH`.
pub fn library(arguments: &LibraryArguments) -> Library {
    let mut load_path: Vec<PathBuf> = arguments.load_path.iter().rev().cloned().collect();
    for variable in ["GUIX_PACKAGE_PATH", "TINTYPE_LOAD_PATH"] {
        if let Some(value) = std::env::var_os(variable) {
            load_path
                .extend(std::env::split_paths(&value).filter(|path| !path.as_os_str().is_empty()));
        }
    }
    let load_path = Rc::new(RefCell::new(load_path));
    Library { load_path, standard: std::env::var_os("TINTYPE_STDLIB").map(PathBuf::from) }
}

pub fn session(definition: &DefinitionArguments) -> Session {
    Session::new(Settings {
        library: library(&definition.library),
        system: definition.system.clone(),
        target: definition.target.clone(),
    })
}

pub fn input(definition: &DefinitionArguments) -> Input<'_> {
    match (&definition.file, &definition.expression) {
        (Some(file), _) => Input::File(file),
        (None, expression) => Input::Expression(expression.as_deref().unwrap_or_default()),
    }
}

pub fn changes(definition: &DefinitionArguments) -> Changes {
    Changes {
        image_type: definition.image_type.clone(),
        image_size: definition.image_size,
        label: definition.label.clone(),
        volatile: definition.volatile,
        shared_network: definition.shared_network,
        max_layers: definition.max_layers,
    }
}

/// Tells what the session heard from running code.
pub fn tell_warnings(session: &mut Session) {
    for failed in session.take_failed_modules() {
        render::diagnostic("warning", &failed);
    }
    for warning in session.take_warnings() {
        render::line(&warning);
    }
}

fn image(arguments: &ImageArguments) -> Result<(), CommandError> {
    arguments.meaningless.tell()?;
    let definition = &arguments.definition;
    let packages = packages::sources(&arguments.packages)?;
    let mut session = session(definition);
    let (datum, mut plan) = planned(&mut session, input(definition), &changes(definition))?;
    if arguments.dry_run {
        render::answer(&print(&datum, definition.json));
    }
    let builder = session.build_side();
    drop(session);
    for file in &arguments.more {
        let datum = join(&mut plan, file, definition)?;
        if arguments.dry_run {
            render::answer(&print(&datum, definition.json));
        }
    }
    if arguments.dry_run {
        return Ok(());
    }
    if let Some(seconds) = source_date_epoch()? {
        plan.cap_times(seconds);
    }
    let target = arguments.output.as_deref();
    let built = build(&plan, &packages, &builder, target, arguments.verbosity > 0)?;
    if let Some(link) = &arguments.root {
        link_to(&built.path, link)?;
    }
    if definition.json {
        let path = built.path.to_string_lossy();
        render::answer(&serde_json::json!({ "path": path, "size": built.len }).to_string());
    } else {
        render::answer(&built.path.to_string_lossy());
    }
    Ok(())
}

/// Makes `link` a symbolic link to `result`, in the place of another link.
fn link_to(result: &Path, link: &Path) -> Result<(), CommandError> {
    let make = || {
        let result = result.canonicalize()?;
        if link.is_symlink() {
            std::fs::remove_file(link)?;
        }
        std::os::unix::fs::symlink(result, link)
    };
    make().map_err(|error| {
        let (result, link) = (result.display(), link.display());
        CommandError::Other(format!("{result} is made, but {link} cannot be a link to it: {error}"))
    })
}

/// Adds what another definition plans: a container image for another machine.
fn join(
    plan: &mut Plan,
    file: &Path,
    definition: &DefinitionArguments,
) -> Result<Datum, CommandError> {
    let mut session = session(definition);
    let (datum, other) = planned(&mut session, Input::File(file), &changes(definition))?;
    plan.join(other).map_err(|_| {
        let file = file.display();
        CommandError::Other(format!(
            "{file}: a second definition goes with the first one in an OCI image only (--image-type=oci)"
        ))
    })?;
    Ok(datum)
}

/// The time that no file of an archive may be younger than, as the reproducible-builds.org
/// specification of `SOURCE_DATE_EPOCH` has it.
fn source_date_epoch() -> Result<Option<i64>, CommandError> {
    let Some(value) = std::env::var_os("SOURCE_DATE_EPOCH") else { return Ok(None) };
    let seconds = value.to_str().and_then(|text| text.parse::<u32>().ok());
    match seconds {
        Some(seconds) => Ok(Some(seconds.into())),
        None => Err(CommandError::Other(format!(
            "SOURCE_DATE_EPOCH is {:?}, not a number of seconds since 1970",
            value.to_string_lossy()
        ))),
    }
}

/// Evaluates a definition and tells its warnings: what is to be built for it.
pub fn planned(
    session: &mut Session,
    input: Input,
    changes: &Changes,
) -> Result<(Datum, Plan), CommandError> {
    let planned = attended(session, |session| {
        let value = session.evaluate(input)?;
        plan(session, input, &value, changes)
    });
    tell_warnings(session);
    planned
}

/// What is to be built for a value.
pub fn plan(
    session: &mut Session,
    input: Input,
    value: &Value,
    changes: &Changes,
) -> Result<(Datum, Plan), CommandError> {
    let image = session.image(input, value, changes)?;
    Ok(session.plan(&image)?)
}

/// Builds an image at `target`, or under its own name here.
pub fn build(
    plan: &Plan,
    packages: &PackageSources,
    builder: &BuildSide,
    target: Option<&Path>,
    shows_progress: bool,
) -> Result<Built, CommandError> {
    let target = target.map_or_else(|| PathBuf::from(plan.name()), Path::to_path_buf);
    let bar = match shows_progress {
        true => progress_bar(packages.fetched.clone()),
        false => ProgressBar::hidden(),
    };
    let built = building(|look| {
        tintype_image::build(plan, packages, builder, &target, &mut |done, total| {
            look();
            bar.set_length(total);
            bar.set_position(done);
        })
    });
    bar.finish_and_clear();
    let built = built.ok_or(CommandError::Interrupted)??;
    for note in &built.notes {
        render::say(None, "note", note);
    }
    Ok(built)
}

/// A bar on a terminal; elsewhere it draws nothing. Before it come the bytes that were fetched, if any.
pub fn progress_bar(fetched: Arc<AtomicU64>) -> ProgressBar {
    let shown = move |_: &ProgressState, out: &mut dyn fmt::Write| {
        let bytes = fetched.load(Ordering::Relaxed);
        if bytes > 0 {
            let _ = write!(out, "fetched {} ", HumanBytes(bytes));
        }
    };
    let style = ProgressStyle::with_template("{fetched}{wide_bar} {bytes}/{total_bytes}")
        .expect("the template is right");
    let bar = ProgressBar::new(0).with_style(style.with_key("fetched", shown));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

fn print(datum: &Datum, json: bool) -> String {
    if json { sexp::json(datum).to_string() } else { sexp::pretty(datum) }
}

fn types(arguments: &TypesArguments) -> Result<(), CommandError> {
    let library = library(&arguments.library);
    let mut session = Session::new(Settings { library, ..Settings::default() });
    let names = attended(&mut session, Session::image_types);
    tell_warnings(&mut session);
    let names = names?;
    if arguments.json {
        render::answer(&serde_json::json!(names).to_string());
    } else {
        names.iter().for_each(|name| render::answer(name));
    }
    Ok(())
}

/// Prints one of the session's lists of names.
fn platforms(
    list: fn(&mut Session) -> Result<Vec<String>, SessionError>,
) -> Result<(), CommandError> {
    let mut session = Session::new(Settings::default());
    for name in attended(&mut session, list)? {
        render::answer(&name);
    }
    Ok(())
}

fn show(arguments: &ShowArguments) -> Result<(), CommandError> {
    let definition = &arguments.definition;
    let mut session = session(definition);
    let input = input(definition);
    let shown = attended(&mut session, |session| {
        let value = session.evaluate(input)?;
        session.show(input, &value, &changes(definition))
    });
    tell_warnings(&mut session);
    render::answer(&print(&shown?, definition.json));
    Ok(())
}

fn check(arguments: &CheckArguments) -> Result<(), CommandError> {
    let mut errors = Vec::new();
    for file in &arguments.files {
        let found = check_file(file, &arguments.library);
        if !arguments.json {
            for error in &found {
                render::failure(error);
            }
        }
        errors.extend(found);
    }
    if arguments.json {
        let all: Vec<_> = errors.iter().map(render::json).collect();
        render::answer(&serde_json::Value::from(all).to_string());
    }
    let interrupted = |error: &CommandError| match error {
        CommandError::Session(SessionError::Scheme(found)) => found.kind == Kind::Interrupted,
        _ => false,
    };
    match errors.iter().find(|error| interrupted(error)) {
        Some(_) => Err(CommandError::Exit(crate::interrupt::STATUS)),
        None if errors.is_empty() => Ok(()),
        None => Err(CommandError::Said),
    }
}

/// What is wrong with a definition.
fn check_file(file: &Path, arguments: &LibraryArguments) -> Vec<CommandError> {
    let input = Input::File(file);
    let new_session =
        || Session::new(Settings { library: library(arguments), ..Settings::default() });
    let found = match attended(&mut new_session(), |session| session.check(input)) {
        Ok(found) => found,
        Err(error) => return vec![error.into()],
    };
    let errors = |found: Vec<Diagnostic>| -> Vec<CommandError> {
        found.into_iter().map(|found| SessionError::from(found).into()).collect()
    };
    if !found.is_empty() {
        return errors(found);
    }
    // What checking has compiled was not run: evaluation begins anew.
    let mut session = new_session();
    match planned(&mut session, input, &Changes::default()) {
        Ok((_, plan)) => errors(session.build_side().check(&plan)),
        Err(error) => vec![error],
    }
}

fn run_program(arguments: &RunArguments) -> Result<(), CommandError> {
    let library = library(&arguments.library);
    let mut session = Session::new(Settings { library, ..Settings::default() });
    set_input(StandardInput::new(Box::new(std::io::stdin())));
    let outcome = attended(&mut session, |session| {
        session.run(Input::File(&arguments.file), &arguments.arguments)
    });
    tell_warnings(&mut session);
    Ok(outcome?)
}
