//! Guix's own image modules, unchanged, on this interpreter: they are read, their macros by
//! `syntax-case` are expanded, and they define the image types that ours define.

use std::fs;
use std::path::{Path, PathBuf};

use tintype_tests::fixture;
use tintype_tests::lacking::Need::Tool;
use tintype_tests::lacking::met;
use tintype_tests::program::{self, names_in};
use tintype_tests::scratch::Scratch;
use tintype_tests::tintype::command;

/// The modules that are Guix's; everything that they import is ours.
const MODULES: [&str; 3] = ["guix/records.scm", "gnu/image.scm", "gnu/system/image.scm"];

/// Prints what decides about images of each type that both have, and of a type made by inheriting.
/// Not their partition tables: there Guix has changed since ours was fixed.
const PROGRAM: &str = r#"
(use-modules (gnu image) (gnu system image) (srfi srfi-26))

(define (describe-partition partition)
  (list (partition-label partition)
        (partition-size partition)
        (partition-offset partition)
        (partition-file-system partition)
        (partition-flags partition)))

(define (describe image)
  (list (image-name image)
        (image-format image)
        (image-size image)
        (image-volatile-root? image)
        (image-compression? image)
        (map describe-partition (image-partitions image))))

(define (show object)
  (write object)
  (newline))

(for-each (lambda (type) (show (image-type-name type)))
          (list efi-raw-image-type efi32-raw-image-type mbr-raw-image-type mbr-hybrid-raw-image-type
                qcow2-image-type qcow2-gpt-image-type iso-image-type uncompressed-iso-image-type
                docker-image-type tarball-image-type wsl2-image-type raw-with-offset-image-type))
(for-each (lambda (image) (show (describe image)))
          (list efi-disk-image iso9660-image docker-image tarball-image (raw-with-offset-disk-image)
                (image (inherit efi-disk-image) (format 'compressed-qcow2) (volatile-root? #t))))

(define appliance
  (image-type (name 'appliance)
              (constructor (cut image-with-os (image (inherit efi-disk-image)
                                                     (partition-table-type 'gpt)) <>))))
(show (list (image-type? appliance) (image-type-name appliance)))

(define (failure thunk)
  (catch #t thunk (lambda (key . arguments) key)))
(show (failure (lambda () (image (inherit efi-disk-image) (format 'cassette)))))
(show (failure (lambda () (partition (size 'huge) (label "huge")))))
(show (failure (lambda () (eval '(partition (sise 1)) (current-module)))))
"#;

#[test]
fn the_original_image_modules_run_unchanged_and_say_the_same() {
    if !met("Guix's own image modules", &[Tool("apt-get"), Tool("dpkg-deb")]) {
        return;
    }
    let sources = fixture::guix_sources();
    let scratch = Scratch::new("guix-sources");
    for module in MODULES {
        let place = scratch.join("original").join(module);
        fs::create_dir_all(place.parent().expect("a directory")).expect("mkdir");
        fs::copy(sources.join(module), place).expect("a module of Guix's");
    }
    scratch.write("program.scm", PROGRAM);
    let mut ours = command();
    ours.arg("run").arg(scratch.join("program.scm"));
    let ours = program::run(&mut ours).ok().text();
    let mut theirs = command();
    theirs.arg("run").arg("-L").arg(scratch.join("original")).arg(scratch.join("program.scm"));
    let theirs = program::run(&mut theirs).ok().text();
    assert_eq!(theirs.lines().count(), 22, "{theirs}");
    assert_eq!(ours, theirs);
}

#[test]
fn the_original_examples_and_our_images_check_clean() {
    let mut definitions: Vec<PathBuf> = Vec::new();
    for directory in ["images", "images/examples"] {
        definitions.extend(files(&fixture::workspace().join(directory), "scm"));
    }
    // A library of types has no value.
    definitions.retain(|definition| !definition.ends_with("images/oci.scm"));
    if met("Guix's own examples", &[Tool("apt-get"), Tool("dpkg-deb")]) {
        definitions.extend(files(&fixture::guix_sources().join("gnu/system/examples"), "tmpl"));
    }
    assert!(definitions.len() > 20, "{definitions:?}");
    program::run(command().arg("check").args(&definitions)).ok();
}

/// The files of a directory whose names end so.
fn files(directory: &Path, extension: &str) -> Vec<PathBuf> {
    let names = names_in(directory).into_iter().map(|name| directory.join(name));
    names.filter(|path| path.extension().is_some_and(|found| found == extension)).collect()
}
