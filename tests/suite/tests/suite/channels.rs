//! Checkouts of channels, given by `-L`: their packages, kernels and services are used as Guix's own.

use tintype_tests::fixture::workspace;
use tintype_tests::program;
use tintype_tests::scratch::Scratch;
use tintype_tests::sexp::Sexp;
use tintype_tests::tintype::{command, refused_at, run};

const SYSTEM: &str = r#";; A system with the kernel of a channel.
(use-modules (gnu) (darkroom packages kernels) (darkroom services lantern))

(operating-system
  (host-name "laterna")
  (kernel linux-exposed)
  (kernel-loadable-modules (list laterna-module))
  (initrd developed-initrd)
  (firmware (list laterna-firmware))
  (bootloader (bootloader-configuration
               (bootloader grub-bootloader)
               (targets '("/dev/sda"))))
  (file-systems (cons (file-system
                        (device (file-system-label "root"))
                        (mount-point "/")
                        (type "ext4"))
                      %base-file-systems))
  (packages (cons* (specification->package "laterna-module@20250101")
                   (specification->package "hello")
                   %base-packages))
  (services (cons* (service lantern-service-type
                            (lantern-configuration (lumens 1200)))
                   (simple-service 'slides lantern-service-type '("moon"))
                   %base-services)))
"#;

#[test]
fn packages_kernels_and_services_of_a_channel_are_used() {
    let scratch = Scratch::new("channel");
    let file = scratch.write("system.scm", SYSTEM);
    let channel = workspace().join("tests/fixtures/channel");
    let mut by_flag = command();
    by_flag.args(["show", "-L"]).arg(&channel).arg(&file);
    let by_flag = program::run(&mut by_flag).ok();
    let mut by_variable = command();
    by_variable.arg("show").arg(&file).env("GUIX_PACKAGE_PATH", &channel);
    assert_eq!(program::run(&mut by_variable).ok().stdout, by_flag.stdout);

    let shown = Sexp::read_all(&by_flag.text()).expect("it reads").remove(0);
    let os = shown.find("operating-system").expect("an operating system");
    let field = |name: &str| os.field(name).unwrap_or_else(|| panic!("no {name}")).to_string();
    assert_eq!(field("kernel"), r#"(package "linux-exposed")"#);
    assert_eq!(field("firmware"), r#"((package "laterna-firmware"))"#);
    assert_eq!(field("kernel-loadable-modules"), r#"((package "laterna-module"))"#);
    assert!(
        field("packages").starts_with(r#"("laterna-module" "hello" "#),
        "{}",
        field("packages")
    );
    assert!(field("all-services").starts_with("(lantern slides "), "{}", field("all-services"));
}

/// Sources are not built: who wants the package is told where packages come from.
#[test]
fn a_package_that_would_have_to_be_built_is_refused() {
    let scratch = Scratch::new("channel-build");
    let file = scratch.write("system.scm", SYSTEM);
    let image = scratch.join("disk.img");
    let mut build = command();
    build.args(["image", "-t", "tarball", "-L"]).arg(workspace().join("tests/fixtures/channel"));
    let outcome = program::run(build.arg("-o").arg(&image).arg(&file));
    assert_eq!(outcome.status.code(), Some(1), "{outcome}");
    for words in ["laterna-module", "--package-source"] {
        assert!(outcome.stderr.contains(words), "it does not say {words}: {outcome}");
    }
    assert!(!image.exists());
}

#[test]
fn a_module_that_is_nowhere_is_named_with_where_it_was_looked_for() {
    let scratch = Scratch::new("channel-lost");
    let file = scratch.write("system.scm", SYSTEM);
    let place = scratch.join("elsewhere");
    let arguments = ["show".as_ref(), "-L".as_ref(), place.as_os_str(), file.as_os_str()];
    let outcome = run(&arguments);
    let found = refused_at(&outcome);
    assert_eq!((found.line, found.column), (2, 19), "{outcome}");
    assert_eq!(found.text.trim(), "no code for module (darkroom packages kernels)");
    let looked_for = format!("darkroom/packages/kernels.scm was looked for in {}", place.display());
    assert!(outcome.stderr.contains(&looked_for), "{outcome}");
    assert!(outcome.stderr.contains("-L"), "{outcome}");
}
