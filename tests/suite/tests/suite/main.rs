//! The suites: what a user would see, judged by programs that are not ours. One file a subject.

mod comparison;

// Each of these stands for one sentence of what the program must show, and needs the whole way
// from a definition to a disk.
mod archives;
mod bad_input;
mod bootloaders;
mod boots;
mod build_side;
mod channels;
mod command_line;
mod containers;
mod debian_efi_raw;
mod determinism;
mod disks;
mod guix_modules;
mod guix_options;
mod guix_sources;
mod guix_store;
mod hostile;
mod image_types;
mod iso9660;
mod manual;
mod oracle;
mod oracle_dumps;
mod output_faults;
mod packages_command;
mod readme;
mod record_defaults;
mod repl;
mod robustness;
mod scheme_programs;
mod systems;
mod third_party;
mod types_cli;
