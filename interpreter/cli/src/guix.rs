//! `guix system image`'s spellings and options: what is meant by them here.

use crate::arguments::ImageArguments;
use crate::render::{self, CommandError};
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use std::ffi::OsString;

/// What becomes of an option that has no meaning here.
#[derive(Clone, Copy, Debug)]
enum Fate {
    /// It is taken, and a note says why nothing comes of it.
    Noted(&'static str),
    /// What was asked for would be missing from the image.
    Refused(&'static str),
}

const NOTHING_IS_BUILT: Fate = Fate::Noted("packages are taken as they are, none is built");
const OTHER_ACTION: Fate = Fate::Noted("it is for other actions of 'guix system'");

/// An option of `guix system`.
#[derive(Debug)]
struct GuixOption {
    name: &'static str,
    alias: Option<&'static str>,
    letter: Option<char>,
    value: Value,
    fate: Fate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Value {
    None,
    Required,
    Optional,
}

const fn flag(name: &'static str, fate: Fate) -> GuixOption {
    GuixOption { name, alias: None, letter: None, value: Value::None, fate }
}

const fn valued(name: &'static str, fate: Fate) -> GuixOption {
    GuixOption { value: Value::Required, ..flag(name, fate) }
}

const OPTIONS: [GuixOption; 27] = [
    GuixOption { letter: Some('K'), ..flag("keep-failed", NOTHING_IS_BUILT) },
    GuixOption { letter: Some('k'), ..flag("keep-going", NOTHING_IS_BUILT) },
    flag("fallback", NOTHING_IS_BUILT),
    flag("no-substitutes", NOTHING_IS_BUILT),
    valued("substitute-urls", NOTHING_IS_BUILT),
    flag("no-grafts", NOTHING_IS_BUILT),
    GuixOption { alias: Some("no-build-hook"), ..flag("no-offload", NOTHING_IS_BUILT) },
    valued("max-silent-time", NOTHING_IS_BUILT),
    valued("timeout", NOTHING_IS_BUILT),
    valued("debug", NOTHING_IS_BUILT),
    GuixOption { letter: Some('M'), ..valued("max-jobs", NOTHING_IS_BUILT) },
    valued("rounds", Fate::Noted("the same definition gives the same bytes")),
    GuixOption {
        letter: Some('c'),
        ..valued("cores", Fate::Noted("all cores are used; taskset(1) limits them"))
    },
    valued("on-error", Fate::Noted("errors are always told with the calls that led there")),
    GuixOption { alias: Some("no-grub"), ..flag("no-bootloader", OTHER_ACTION) },
    flag("allow-downgrades", OTHER_ACTION),
    flag("no-kexec", OTHER_ACTION),
    flag("persistent", OTHER_ACTION),
    flag("full-boot", OTHER_ACTION),
    flag("no-graphic", OTHER_ACTION),
    flag("skip-checks", OTHER_ACTION),
    valued("share", OTHER_ACTION),
    valued("expose", OTHER_ACTION),
    valued("graph-backend", OTHER_ACTION),
    GuixOption {
        letter: Some('I'),
        value: Value::Optional,
        ..flag("list-installed", OTHER_ACTION)
    },
    GuixOption {
        letter: Some('d'),
        ..flag(
            "derivation",
            Fate::Refused("there are no derivations; --dry-run prints what would be built"),
        )
    },
    flag(
        "save-provenance",
        Fate::Refused("an image holds no record of channels here; leave the option out"),
    ),
];

impl GuixOption {
    fn arg(&self) -> Arg {
        let arg = Arg::new(self.name).long(self.name).hide(true);
        let arg = match self.alias {
            Some(alias) => arg.alias(alias),
            None => arg,
        };
        let arg = match self.letter {
            Some(letter) => arg.short(letter),
            None => arg,
        };
        match self.value {
            Value::None => arg.action(ArgAction::SetTrue),
            Value::Required => arg.action(ArgAction::Append),
            Value::Optional => arg.action(ArgAction::Append).num_args(0..=1).require_equals(true),
        }
    }
}

/// Options of `guix system` that have no meaning here.
#[derive(Debug)]
pub struct Meaningless(Vec<&'static GuixOption>);

impl Args for Meaningless {
    fn augment_args(command: Command) -> Command {
        command.args(OPTIONS.iter().map(GuixOption::arg))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Meaningless::augment_args(command)
    }
}

impl FromArgMatches for Meaningless {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Meaningless, clap::Error> {
        let is_given = |option: &&GuixOption| {
            matches.value_source(option.name) == Some(clap::parser::ValueSource::CommandLine)
        };
        Ok(Meaningless(OPTIONS.iter().filter(is_given).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Meaningless::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Meaningless {
    /// Tells of each why nothing comes of it.
    ///
    /// # Errors
    /// When one asks for what the image would not have.
    pub fn tell(&self) -> Result<(), CommandError> {
        for option in &self.0 {
            match option.fate {
                Fate::Noted(why) => {
                    render::say(None, "note", &format!("--{} has no effect: {why}", option.name));
                }
                Fate::Refused(why) => {
                    return Err(CommandError::Other(format!("--{}: {why}", option.name)));
                }
            }
        }
        Ok(())
    }
}

/// Actions of `guix system` that make an image, and the type that those force.
const IMAGE_ACTIONS: [(&str, Option<&str>); 4] = [
    ("image", None),
    ("disk-image", None),
    ("vm-image", Some("qcow2")),
    ("docker-image", Some("docker")),
];

/// What stands for other actions.
const OTHER_ACTIONS: [(&str, &str); 16] = [
    ("build", "'tintype image --dry-run' shows what would be in an image"),
    ("container", "'tintype image -t oci' makes a container"),
    ("delete-generations", NOT_RUNNING),
    ("describe", NOT_RUNNING),
    ("edit", "the services are in Guix's own sources"),
    ("extension-graph", "'tintype show' lists the services"),
    ("init", "'tintype image' makes a whole disk"),
    ("installer", NOT_RUNNING),
    ("list-generations", NOT_RUNNING),
    ("reconfigure", NOT_RUNNING),
    ("roll-back", NOT_RUNNING),
    ("search", "'tintype repl' completes and describes services"),
    ("shepherd-graph", "'tintype show' lists the services"),
    ("switch-generation", NOT_RUNNING),
    ("test", NOT_RUNNING),
    ("vm", "'tintype image -t qcow2' and 'tintype boot' do that"),
];

const NOT_RUNNING: &str = "Tintype makes images and does not change a running system";

/// Options that end the command line of `image` with an answer, and the command that gives it.
const ANSWERS: [(&str, &str); 4] = [
    ("--list-image-types", "types"),
    ("--list-systems", "list-systems"),
    ("--list-targets", "list-targets"),
    ("--help-docker-format", "help-docker-format"),
];

/// The words of a command line with Guix's spellings: `tintype system [OPTION]... image ...` is
/// `tintype image ...`, and `tintype image --list-image-types` is `tintype types`.
///
/// # Errors
/// What is meant instead of an action that there is not.
pub fn words(words: impl Iterator<Item = OsString>) -> Result<Vec<OsString>, String> {
    let mut words: Vec<OsString> = words.collect();
    if words.get(1).is_some_and(|word| word == "system") {
        words.remove(1);
        let forced = match action(&words) {
            Some(at) => {
                let name = words.remove(at).to_string_lossy().into_owned();
                image_action(&name)?
            }
            None => None,
        };
        words.insert(1, "image".into());
        words.extend(forced.into_iter().flat_map(|name| ["-t", name]).map(OsString::from));
    }
    let answer = |word: &OsString| ANSWERS.iter().find(|(option, _)| word == option);
    if words.get(1).is_some_and(|word| word == "image")
        && let Some((_, command)) = words.iter().find_map(answer)
    {
        let mut kept = vec![words[0].clone(), OsString::from(command)];
        if *command == "types" {
            kept.extend(library_words(&words));
        }
        words = kept;
    }
    Ok(words)
}

/// The type that an action forces.
fn image_action(name: &str) -> Result<Option<&'static str>, String> {
    if let Some((_, forced)) = IMAGE_ACTIONS.iter().find(|(action, _)| *action == name) {
        return Ok(*forced);
    }
    match OTHER_ACTIONS.iter().find(|(action, _)| *action == name) {
        Some((_, instead)) => Err(format!("there is no 'tintype system {name}': {instead}")),
        None => {
            Err(format!("'{name}' is no action of 'guix system'; 'tintype system image' is one"))
        }
    }
}

/// Where the action is among the words: the first that is neither an option nor an option's value.
fn action(words: &[OsString]) -> Option<usize> {
    let command = ImageArguments::augment_args(Command::new("image"));
    let mut at = 1;
    while let Some(word) = words.get(at).map(|word| word.to_string_lossy()) {
        if !word.starts_with('-') {
            return Some(at);
        }
        at += 1 + usize::from(takes_next(&command, &word));
    }
    None
}

/// Whether the value of the option `word` is the next word.
fn takes_next(command: &Command, word: &str) -> bool {
    let is_meant = |arg: &&Arg| match word.strip_prefix("--") {
        Some(name) => arg.get_long() == Some(name),
        None => word.len() == 2 && arg.get_short() == word.chars().nth(1),
    };
    let found = command.get_arguments().find(is_meant);
    found.is_some_and(|arg| arg.get_action().takes_values() && !arg.is_require_equals_set())
}

/// The words that say where modules come from, and how to answer.
fn library_words(words: &[OsString]) -> Vec<OsString> {
    let mut kept = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let text = word.to_string_lossy();
        if text == "-L" || text == "--load-path" {
            kept.push(word.clone());
            kept.extend(words.next().cloned());
        } else if text == "--json" || text.starts_with("-L") || text.starts_with("--load-path=") {
            kept.push(word.clone());
        }
    }
    kept
}
