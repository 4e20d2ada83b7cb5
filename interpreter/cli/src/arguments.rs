//! The command line, defined once.

use crate::guix;
use crate::size;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use tintype_dsl::ImageSize;

/// Makes disk images from Guix-style definitions.
#[derive(Debug, Parser)]
#[command(
    name = "tintype",
    version,
    propagate_version = true,
    // As in Guix, the last of several counts.
    args_override_self = true,
    max_term_width = 100
)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Build the image that a definition describes and print the path of the result
    Image(ImageArguments),
    /// List every image type, sorted by name
    Types(TypesArguments),
    /// Print the records that a definition evaluates to
    Show(ShowArguments),
    /// Look for errors in definitions, and plan their images, without writing anything
    Check(CheckArguments),
    /// Run a Scheme program
    Run(RunArguments),
    /// Evaluate what is typed
    Repl(ReplArguments),
    /// Print a script that completes this command line in a shell
    Completions(CompletionsArguments),
    /// Print a manual page
    Man(ManArguments),
    /// Print the command that boots an image with QEMU, or run it
    Boot(BootArguments),
    /// Look at what the package sources have, or fetch what a definition needs
    #[command(subcommand)]
    Packages(PackagesCommand),
    /// List the systems to build for
    #[command(hide = true)]
    ListSystems,
    /// List the triplets to cross-build for
    #[command(hide = true)]
    ListTargets,
    /// Describe the options of docker archives
    #[command(hide = true)]
    HelpDockerFormat,
}

/// An image to boot.
#[derive(Debug, Args)]
pub struct BootArguments {
    /// The image
    #[arg(value_name = "IMAGE")]
    pub image: PathBuf,
    /// What starts the machine [default: the first of these that the image is for]
    #[arg(long, value_enum, value_name = "FIRMWARE")]
    pub firmware: Option<FirmwareArgument>,
    /// Run the command instead of printing it
    #[arg(long)]
    pub exec: bool,
    /// Answer in JSON
    #[arg(long, conflicts_with = "exec")]
    pub json: bool,
    /// Further options for QEMU
    #[arg(last = true, value_name = "OPTION")]
    pub options: Vec<String>,
}

/// What starts a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FirmwareArgument {
    /// The BIOS of a PC
    Bios,
    /// UEFI
    Uefi,
}

/// Where definitions and modules come from.
#[derive(Clone, Debug, Args)]
pub struct LibraryArguments {
    /// Look for modules in DIR before the standard library (repeatable; the last one goes first)
    #[arg(short = 'L', long = "load-path", value_name = "DIR")]
    pub load_path: Vec<PathBuf>,
}

/// A definition, and the image wanted of it.
#[derive(Debug, Args)]
pub struct DefinitionArguments {
    /// The definition: a file whose last form is an operating-system or an image
    #[arg(value_name = "FILE", required_unless_present = "expression")]
    pub file: Option<PathBuf>,
    /// The definition: an expression
    #[arg(short, long, value_name = "EXPR", conflicts_with = "file")]
    pub expression: Option<String>,
    /// Image type for an operating-system (see `tintype types`) [default: efi-raw]
    #[arg(short = 't', long, value_name = "TYPE")]
    pub image_type: Option<String>,
    /// Size of the root partition, such as 2G, 500MiB or minimum, where the definition leaves it open
    #[arg(long, value_name = "SIZE", value_parser = size::parse)]
    pub image_size: Option<ImageSize>,
    /// Make the root file system volatile
    #[arg(long)]
    pub volatile: bool,
    /// Label of the first partition
    #[arg(long, value_name = "LABEL")]
    pub label: Option<String>,
    /// Let a container share the host's network
    #[arg(short = 'N', long = "network")]
    pub shared_network: bool,
    /// At most N layers in a container archive
    #[arg(long, value_name = "N")]
    pub max_layers: Option<u64>,
    /// The system to build for, such as aarch64-linux (see --list-systems) [default: this one]
    #[arg(short, long, value_name = "SYSTEM")]
    pub system: Option<String>,
    /// The GNU triplet to cross-build for (see --list-targets)
    #[arg(long, value_name = "TRIPLET")]
    pub target: Option<String>,
    /// Where modules come from.
    #[command(flatten)]
    pub library: LibraryArguments,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

/// What to do with package sources.
#[derive(Debug, Subcommand)]
pub enum PackagesCommand {
    /// List the packages whose name or summary has all of the words
    Search(SearchArguments),
    /// Print what names of packages stand for: in Debian, where, and how far it is configured
    Show(ShowPackagesArguments),
    /// Fetch the packages that a definition needs into the cache, and list them
    Fetch(FetchArguments),
}

/// Arguments of `tintype packages search`.
#[derive(Debug, Args)]
pub struct SearchArguments {
    /// The words, in upper or lower case
    #[arg(value_name = "WORD", required = true)]
    pub words: Vec<String>,
    /// Where to look.
    #[command(flatten)]
    pub offers: OfferArguments,
}

/// Arguments of `tintype packages show`.
#[derive(Debug, Args)]
pub struct ShowPackagesArguments {
    /// Names of packages, Guix's or a source's own
    #[arg(value_name = "NAME", required = true)]
    pub names: Vec<String>,
    /// Where to look.
    #[command(flatten)]
    pub offers: OfferArguments,
}

/// Arguments of `tintype packages fetch`.
#[derive(Debug, Args)]
pub struct FetchArguments {
    /// The definition.
    #[command(flatten)]
    pub definition: DefinitionArguments,
    /// Where packages come from.
    #[command(flatten)]
    pub packages: PackageArguments,
}

/// Which packages are looked at.
#[derive(Debug, Args)]
pub struct OfferArguments {
    /// Where packages come from.
    #[command(flatten)]
    pub sources: SourceArguments,
    /// The system that packages are for, such as aarch64-linux [default: this one]
    #[arg(short, long, value_name = "SYSTEM")]
    pub system: Option<String>,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

/// Where packages come from.
#[derive(Clone, Debug, Args)]
pub struct SourceArguments {
    /// Look for packages in SOURCE: a directory of trees, archives and .deb files, the root of a system
    /// that has Guix's store, or an archive as in apt's sources.list, "deb http://ADDRESS SUITE
    /// COMPONENT..." (repeatable) [default: the host's archives]
    #[arg(long, value_name = "SOURCE")]
    pub package_source: Vec<PathBuf>,
    /// Fetch nothing: take packages from the cache
    #[arg(long)]
    pub offline: bool,
}

/// Where packages come from, and which.
#[derive(Clone, Debug, Args)]
pub struct PackageArguments {
    /// Where they come from.
    #[command(flatten)]
    pub sources: SourceArguments,
    /// Keep in FILE which packages were chosen, and choose the same again
    #[arg(long, value_name = "FILE")]
    pub lock: Option<PathBuf>,
    /// Build without the packages and services that nothing can realise
    #[arg(long)]
    pub allow_unrealised: bool,
}

/// Arguments of `tintype image`.
#[derive(Debug, Args)]
#[command(
    disable_help_subcommand = true,
    after_help = "'tintype system image' is the same. Options of 'guix system image' that have no meaning here are taken \
                  with a note. --list-image-types, --list-systems and --list-targets list what there is."
)]
pub struct ImageArguments {
    /// The definition.
    #[command(flatten)]
    pub definition: DefinitionArguments,
    /// Further definitions: an OCI image holds one image for each machine
    #[arg(value_name = "FILE", requires = "file")]
    pub more: Vec<PathBuf>,
    /// Where to write the image [default: the image's name, in this directory]
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
    /// Where packages come from.
    #[command(flatten)]
    pub packages: PackageArguments,
    /// Print what would be built, and build nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Make FILE a symbolic link to the result
    #[arg(short, long, value_name = "FILE")]
    pub root: Option<PathBuf>,
    /// How much is told: 0 shows no progress
    #[arg(short, long, value_name = "LEVEL", default_value_t = 1, hide_default_value = true)]
    pub verbosity: u8,
    /// Options of Guix's.
    #[command(flatten)]
    pub meaningless: guix::Meaningless,
}

/// Arguments of `tintype types`.
#[derive(Debug, Args)]
pub struct TypesArguments {
    /// Where modules come from.
    #[command(flatten)]
    pub library: LibraryArguments,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `tintype show`.
#[derive(Debug, Args)]
pub struct ShowArguments {
    /// The definition.
    #[command(flatten)]
    pub definition: DefinitionArguments,
}

/// Arguments of `tintype check`.
#[derive(Debug, Args)]
pub struct CheckArguments {
    /// The definitions
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Where modules come from.
    #[command(flatten)]
    pub library: LibraryArguments,
    /// Answer in JSON: what is wrong, an empty list if nothing is
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `tintype run`.
#[derive(Debug, Args)]
pub struct RunArguments {
    /// Where modules come from.
    #[command(flatten)]
    pub library: LibraryArguments,
    /// The program
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// What the program finds in (command-line)
    #[arg(value_name = "ARG", trailing_var_arg = true, allow_hyphen_values = true)]
    pub arguments: Vec<String>,
}

/// Arguments of `tintype repl`.
#[derive(Debug, Args)]
pub struct ReplArguments {
    /// Where modules come from.
    #[command(flatten)]
    pub library: LibraryArguments,
    /// Where packages come from.
    #[command(flatten)]
    pub packages: PackageArguments,
    /// A file to load first, as `,load` does
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
}

/// Arguments of `tintype completions`.
#[derive(Debug, Args)]
pub struct CompletionsArguments {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

/// Arguments of `tintype man`.
#[derive(Debug, Args)]
pub struct ManArguments {
    /// The command that the page is about [default: all of them in short]
    #[arg(value_name = "COMMAND")]
    pub command: Option<String>,
}
