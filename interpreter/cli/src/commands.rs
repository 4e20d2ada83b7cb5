//! One function a command.

use crate::arguments::{
    Arguments, CheckArguments, Command, DefinitionArguments, ImageArguments, LibraryArguments,
    RunArguments, ShowArguments, TypesArguments,
};
use crate::render::{self, CommandError};
use indicatif::{ProgressBar, ProgressStyle};
use std::path::{Path, PathBuf};
use tintype_dsl::{Changes, Input, Library, Session, Settings, sexp};
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
    }
}

/// The load path: `-L` first, then `GUIX_PACKAGE_PATH` and `TINTYPE_LOAD_PATH`.
fn library(arguments: &LibraryArguments) -> Library {
    let mut load_path = arguments.load_path.clone();
    for variable in ["GUIX_PACKAGE_PATH", "TINTYPE_LOAD_PATH"] {
        if let Some(value) = std::env::var_os(variable) {
            load_path
                .extend(std::env::split_paths(&value).filter(|path| !path.as_os_str().is_empty()));
        }
    }
    Library { load_path, standard: std::env::var_os("TINTYPE_STDLIB").map(PathBuf::from) }
}

fn session(definition: &DefinitionArguments) -> Session {
    Session::new(Settings {
        library: library(&definition.library),
        system: definition.system.clone(),
        target: definition.target.clone(),
    })
}

fn input(definition: &DefinitionArguments) -> Input<'_> {
    match (&definition.file, &definition.expression) {
        (Some(file), _) => Input::File(file),
        (None, expression) => Input::Expression(expression.as_deref().unwrap_or_default()),
    }
}

fn changes(definition: &DefinitionArguments) -> Changes {
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
fn tell_warnings(session: &mut Session) {
    for failed in session.take_failed_modules() {
        render::diagnostic("warning", &failed);
    }
    for warning in session.take_warnings() {
        render::say(None, "warning", &warning);
    }
}

fn image(arguments: &ImageArguments) -> Result<(), CommandError> {
    let definition = &arguments.definition;
    let mut packages = PackageSources::default();
    for source in &arguments.package_source {
        packages.add(source).map_err(|error| CommandError::Other(error.to_string()))?;
    }
    let mut session = session(definition);
    let planned = plan(&mut session, definition);
    tell_warnings(&mut session);
    let (datum, plan) = planned?;
    if arguments.dry_run {
        render::answer(&print(&datum, definition.json));
        return Ok(());
    }
    let builder = session.build_side();
    drop(session);
    let target = arguments.output.clone().unwrap_or_else(|| PathBuf::from(plan.name()));
    let bar = progress_bar();
    let built = tintype_image::build(&plan, &packages, &builder, &target, &mut |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    let built = built?;
    for note in &built.notes {
        render::say(None, "note", note);
    }
    if definition.json {
        let path = built.path.to_string_lossy();
        render::answer(&serde_json::json!({ "path": path, "size": built.len }).to_string());
    } else {
        render::answer(&built.path.to_string_lossy());
    }
    Ok(())
}

fn plan(
    session: &mut Session,
    definition: &DefinitionArguments,
) -> Result<(tintype_dsl::Datum, tintype_image::Plan), CommandError> {
    let input = input(definition);
    let value = session.evaluate(input)?;
    let image = session.image(input, &value, &changes(definition))?;
    Ok(session.plan(&image)?)
}

/// A bar on a terminal; elsewhere it draws nothing.
fn progress_bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{wide_bar} {bytes}/{total_bytes}")
        .expect("the template is right");
    ProgressBar::new(0).with_style(style)
}

fn print(datum: &tintype_dsl::Datum, json: bool) -> String {
    if json { sexp::json(datum).to_string() } else { sexp::pretty(datum) }
}

fn types(arguments: &TypesArguments) -> Result<(), CommandError> {
    let library = library(&arguments.library);
    let mut session = Session::new(Settings { library, ..Settings::default() });
    let names = session.image_types();
    tell_warnings(&mut session);
    let names = names?;
    if arguments.json {
        render::answer(&serde_json::json!(names).to_string());
    } else {
        names.iter().for_each(|name| render::answer(name));
    }
    Ok(())
}

fn show(arguments: &ShowArguments) -> Result<(), CommandError> {
    let definition = &arguments.definition;
    let mut session = session(definition);
    let input = input(definition);
    let shown =
        session.evaluate(input).and_then(|value| session.show(input, &value, &changes(definition)));
    tell_warnings(&mut session);
    render::answer(&print(&shown?, definition.json));
    Ok(())
}

fn check(arguments: &CheckArguments) -> Result<(), CommandError> {
    let mut failed = false;
    for file in &arguments.files {
        failed |= !check_file(file, &arguments.library)?;
    }
    if failed { Err(CommandError::Said) } else { Ok(()) }
}

/// Whether nothing is wrong with the definition; what is wrong has then been told.
fn check_file(file: &Path, arguments: &LibraryArguments) -> Result<bool, CommandError> {
    let input = Input::File(file);
    let mut session = Session::new(Settings { library: library(arguments), ..Settings::default() });
    let found = session.check(input)?;
    for diagnostic in &found {
        render::diagnostic("error", diagnostic);
    }
    if !found.is_empty() {
        return Ok(false);
    }
    // What checking has compiled was not run: evaluation begins anew.
    let mut session = Session::new(Settings { library: library(arguments), ..Settings::default() });
    let planned = session
        .evaluate(input)
        .and_then(|value| session.image(input, &value, &Changes::default()))
        .and_then(|image| session.plan(&image));
    tell_warnings(&mut session);
    match planned {
        Ok(_) => Ok(true),
        Err(error) => {
            render::failure(&error.into());
            Ok(false)
        }
    }
}

fn run_program(arguments: &RunArguments) -> Result<(), CommandError> {
    let library = library(&arguments.library);
    let mut session = Session::new(Settings { library, ..Settings::default() });
    let outcome = session.run(Input::File(&arguments.file), &arguments.arguments);
    tell_warnings(&mut session);
    Ok(outcome?)
}
