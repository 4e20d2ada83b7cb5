//! A store of Guix's as source of packages, read as it is; and the one in an image, with its database.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use tintype_tests::disk::{check_ext4, extract, partitions};
use tintype_tests::fixture;
use tintype_tests::guix_store::{
    ALIAS, GuixStore, LENS, LIBRARY, NEEDS, NOTES, PLATE, archive, plates, query,
};
use tintype_tests::lacking::Need::{Root, Tool};
use tintype_tests::lacking::met;
use tintype_tests::program::{self, Outcome, names_in};
use tintype_tests::scratch::Scratch;
use tintype_tests::tintype::{self, refused};

/// A definition of a system with packages of a store.
fn definition(packages: &str, services: &str) -> String {
    format!(
        "(use-modules (gnu) (guix gexp) (guix packages))

(define (from-store name version)
  (package (inherit (specification->package \"hello\"))
           (name name)
           (version version)))

(operating-system
  (host-name \"daguerre\")
  (timezone \"Etc/UTC\")
  (bootloader (bootloader-configuration
               (bootloader grub-efi-bootloader)
               (targets '(\"/boot/efi\"))))
  (file-systems %base-file-systems)
  (packages {packages})
  (services {services}))
"
    )
}

/// The archive of a system's root, made with a store as source.
#[track_caller]
fn built(scratch: &Scratch, source: &Path, definition: &str) -> (PathBuf, Outcome) {
    let definition = scratch.write("system.scm", definition);
    let archive = scratch.join("root.tar.gz");
    let mut image = tintype::command();
    image.args(["image", "-t", "tarball", "-o"]).arg(&archive);
    image.arg("--package-source").arg(source).arg(definition);
    (archive, program::run(&mut image))
}

#[track_caller]
fn unpacked(scratch: &Scratch, archive: &Path) -> PathBuf {
    let root = scratch.join("root");
    fs::create_dir(&root).expect("mkdir");
    program::run(program::command("tar").arg("-C").arg(&root).arg("-xpf").arg(archive)).ok();
    root
}

#[test]
fn packages_of_a_store_are_there_with_all_that_they_refer_to() {
    if !met("packages of a store", &[&NEEDS[..], &[Root, Tool("cc"), Tool("chroot")]].concat()) {
        return;
    }
    let scratch = Scratch::new("guix-store");
    let store = plates(&scratch);
    let before = names_in(store.database().parent().expect("a directory"));
    let definition = definition(
        "(list (from-store \"plate\" \"1.10\") (from-store \"lens\" \"3.0\")
               (file-union \"more\"
                 `((\"etc/profile.d/x.sh\" ,(plain-file \"x\" \"\"))
                   (\"usr/lib/tmpfiles.d/x.conf\" ,(plain-file \"x\" \"\"))
                   (\"etc/run\" ,(mixed-text-file \"run\" (file-append (from-store \"plate\" \"1.10\")
                                                                   \"/bin/plate\"))))))",
        "'()",
    );
    let (archive, outcome) = built(&scratch, &store.root, &definition);
    let outcome = outcome.ok();
    let told = &outcome.stderr;
    assert!(told.contains(&format!("lens: the store has no 3.0; it is {LENS}")), "{outcome}");
    let collision =
        format!("earlier packages have files of these names: /gnu/store/{LENS}/share/doc/dir\n");
    assert!(told.contains(&collision), "{outcome}");
    assert_eq!(names_in(store.database().parent().expect("a directory")), before);

    let root = unpacked(&scratch, &archive);
    let there = names_in(&root.join("gnu/store"));
    let made = |name: &String| !name.ends_with("-profile") && !name.ends_with("-system");
    let there: Vec<_> = there.into_iter().filter(made).collect();
    assert_eq!(there, [LIBRARY, PLATE, LENS, NOTES, ALIAS]);

    let program = root.join("gnu/store").join(PLATE).join("bin/plate");
    let metadata = fs::metadata(&program).expect("a program");
    assert_eq!(
        (metadata.permissions().mode() & 0o7777, metadata.uid(), metadata.mtime()),
        (0o555, 0, 1)
    );
    let library = root.join("gnu/store").join(LIBRARY).join("lib/glass.so");
    let metadata = fs::metadata(library).expect("a library");
    assert_eq!((metadata.permissions().mode() & 0o7777, metadata.nlink()), (0o444, 1));
    let text = fs::read_to_string(root.join("etc/run")).expect("a text");
    assert_eq!(text, format!("/gnu/store/{PLATE}/bin/plate"));

    let path = ". /etc/profile.d/guix-system.sh; echo $PATH";
    let path = path.replace("/etc", root.join("etc").to_str().expect("a path"));
    let path = program::run(program::command("sh").arg("-c").arg(path)).ok().text();
    assert!(path.starts_with("/run/current-system/profile/bin:"), "{path}");
    let systemd = fs::read_to_string(root.join("usr/lib/tmpfiles.d/guix-system.conf"));
    assert_eq!(systemd.unwrap(), "L+ /run/current-system - - - - /var/guix/profiles/system\n");

    let mut show = tintype::command();
    show.args(["packages", "show", "plate", "--package-source"]).arg(&store.root);
    let shown = program::run(show.env("XDG_CACHE_HOME", fixture::directory().join("cache"))).ok();
    let shown = shown.text();
    let place = store.item(PLATE).display().to_string();
    for line in
        ["versions: 1.10, 1.9\n", "depends: alias, glass-2.41\n", &format!("source: {place}\n")]
    {
        assert!(shown.contains(line), "{shown}");
    }

    // What a profile has of one package alone is a link to it.
    let profile = root.join("run/current-system");
    assert_eq!(fs::read_link(profile).expect("a link"), Path::new("/var/guix/profiles/system"));
    let said = |arguments: &[&str]| {
        program::run(program::command("chroot").arg(&root).args(arguments)).ok().text()
    };
    let program = "/run/current-system/profile/bin/plate";
    assert_eq!(said(&[program, "x"]), format!("{program} of 2\n"));
    let generation = fs::read_link(root.join("var/guix/profiles/system-1-link")).expect("a link");
    let generation = root.join(generation.strip_prefix("/").expect("an absolute link"));
    let profile = fs::read_link(generation.join("profile")).expect("a link");
    let profile = root.join(profile.strip_prefix("/").expect("an absolute link"));
    assert_eq!(names_in(&profile), ["bin", "etc", "share"]);
    assert_eq!(
        fs::read_link(profile.join("bin")).unwrap(),
        Path::new(&format!("/gnu/store/{PLATE}/bin"))
    );
    assert_eq!(names_in(&profile.join("share/doc")), ["dir", "lens", "notes"]);
    let dir = fs::read_link(profile.join("share/doc/dir")).expect("a link");
    assert_eq!(dir, Path::new(&format!("/gnu/store/{PLATE}/share/doc/dir")));
}

/// All that the tables of a database are, but for the words that say so.
const SHAPE: &str = "
SELECT m.name, p.name, upper(p.type), p.[notnull], p.pk
  FROM sqlite_master AS m, pragma_table_info(m.name) AS p WHERE m.type = 'table' ORDER BY 1, 2;
SELECT m.name, p.[table], p.[from], p.[to], p.on_delete
  FROM sqlite_master AS m, pragma_foreign_key_list(m.name) AS p ORDER BY 1, 2, 3;
SELECT m.name, p.name, p.[unique], p.origin, i.name
  FROM sqlite_master AS m, pragma_index_list(m.name) AS p, pragma_index_info(p.name) AS i ORDER BY 1, 2, 5;
SELECT type, name, tbl_name FROM sqlite_master WHERE type = 'trigger';
";

/// Checks that the database of a system's root knows each item of its store, as Guix's own code sees it, and that
/// none of them is garbage. Returns their names.
#[track_caller]
fn check_database(scratch: &Scratch, root: &Path) -> Vec<String> {
    let database = root.join("var/guix/db/db.sqlite");
    assert_eq!(query(&database, "PRAGMA integrity_check; PRAGMA foreign_key_check"), "ok\n");
    let empty = GuixStore::new(scratch.join("empty"));
    empty.finish();
    assert_eq!(query(&database, SHAPE), query(&empty.database(), SHAPE));

    let names = names_in(&root.join("gnu/store"));
    let known = query(
        &database,
        "SELECT substr(path, 12), hash, narSize, registrationTime FROM ValidPaths ORDER BY 1",
    );
    let seen = names.iter().map(|name| {
        let (hash, len) = archive(&root.join("gnu/store").join(name));
        format!("{name}|sha256:{hash}|{len}|1\n")
    });
    assert_eq!(known, seen.collect::<String>());

    let roots = names_in(&root.join("var/guix/gcroots/image"));
    let roots: Vec<String> = roots.iter().map(|name| format!("('/gnu/store/{name}')")).collect();
    let alive = format!(
        "WITH RECURSIVE alive(item) AS (
           SELECT id FROM ValidPaths WHERE path IN (VALUES {})
           UNION SELECT reference FROM Refs JOIN alive ON referrer = item)
         SELECT substr(path, 12) FROM ValidPaths JOIN alive ON id = item ORDER BY 1",
        roots.join(", ")
    );
    assert_eq!(query(&database, &alive).lines().collect::<Vec<_>>(), names);
    names
}

#[test]
fn a_database_knows_the_items_of_an_image() {
    let needs = [&NEEDS[..], &[Root, Tool("cc"), Tool("e2fsck"), Tool("debugfs"), Tool("sfdisk")]];
    if !met("the database of an image's store", &needs.concat()) {
        return;
    }
    let scratch = Scratch::new("guix-store");
    let store = plates(&scratch);
    let packages = "(list (from-store \"plate\" \"1.10\")
      (computed-file \"darkroom\"
        #~(begin
            (mkdir #$output)
            (mkdir (string-append #$output \"/opt\"))
            (chdir (string-append #$output \"/opt\"))
            (symlink #$(plain-file \"recipe\" \"silver nitrate\") \"recipe\")
            (call-with-output-file \"run\"
              (lambda (port) (format port \"#!~a/opt/sh~%\" #$output)))
            (chmod \"run\" #o755)
            (call-with-output-file \"empty\" (const #t)))))";
    let definition = definition(packages, "%base-services");
    let (archive, outcome) = built(&scratch, &store.root, &definition);
    outcome.ok();
    let root = unpacked(&scratch, &archive);
    let names = check_database(&scratch, &root);
    assert_eq!(names.len(), 8, "{names:?}");
    let has = |end: &str| names.iter().any(|name| name.ends_with(end));
    assert!(has("-recipe") && has("-darkroom") && has("-profile") && has("-system"), "{names:?}");
    let references = "SELECT substr(other.path, 45) FROM Refs
        JOIN ValidPaths AS one ON one.id = referrer JOIN ValidPaths AS other ON other.id = reference
        WHERE one.path LIKE '%-darkroom' OR one.path LIKE '%-plate-1.10' ORDER BY 1";
    let database = root.join("var/guix/db/db.sqlite");
    assert_eq!(query(&database, references), "alias\ndarkroom\nglass-2.41\nrecipe\n");
    let mode = fs::metadata(root.join("gnu/store")).expect("a store").mode();
    assert_eq!(mode & 0o7777, 0o1775);

    // A disk has the same database, bit for bit.
    let disk = scratch.join("disk.img");
    let mut image = tintype::command();
    image.args(["image", "-o"]).arg(&disk).arg("--package-source").arg(&store.root);
    program::run(image.arg(scratch.join("system.scm"))).ok();
    let partition = scratch.join("partition");
    let last = partitions(&disk).pop().expect("a partition");
    extract(&disk, &last, &partition).expect("a partition");
    check_ext4(&partition);
    let copy = scratch.join("db.sqlite");
    let dump = format!("dump /var/guix/db/db.sqlite {}", copy.display());
    program::run(program::command("debugfs").arg("-R").arg(dump).arg(partition)).ok();
    assert!(fs::read(&copy).unwrap() == fs::read(&database).unwrap());

    // A root that has a store is given more: what its database knew, the new one knows too.
    query(&database, "PRAGMA journal_mode = wal");
    let more = "(list (local-file \"root\" #:recursive? #t)
                      (file-union \"more\" `((\"etc/text\" ,(plain-file \"text\" \"developer\")))))";
    let more = more
        .replace("(plain-file", "(mixed-text-file")
        .replace("\"developer\"", "(plain-file \"developer\" \"pyrogallol\")");
    let (archive, outcome) = built(&scratch, &store.root, &self::definition(&more, "'()"));
    outcome.ok();
    fs::rename(&root, scratch.join("before")).expect("a directory");
    let again = check_database(&scratch, &unpacked(&scratch, &archive));
    let new: Vec<_> = again.iter().filter(|name| !names.contains(name)).collect();
    assert!(new.len() == 1 && new[0].ends_with("-developer"), "{again:?}");
}

#[test]
fn an_image_has_a_database_or_items_only_where_it_is_to() {
    if !met("images with and without Guix", &[&NEEDS[..], &[Tool("cc")]].concat()) {
        return;
    }
    let scratch = Scratch::new("guix-store");
    let store = plates(&scratch);
    let list = |services: &str, shared: &str| {
        let system = definition("(list (from-store \"plate\" \"1.10\"))", services);
        scratch.write("system.scm", &system);
        let image = format!(
            "(use-modules (gnu image) (gnu system image))
             (image (inherit (image-with-os docker-image (load \"system.scm\")))
                    (shared-store? {shared}))"
        );
        let image = scratch.write("image.scm", &image);
        let archive = scratch.join("image.tar.gz");
        let mut command = tintype::command();
        command.args(["image", "-o"]).arg(&archive).arg("--package-source").arg(&store.root);
        let outcome = program::run(command.arg(image)).ok();
        let mut list = program::command("sh");
        list.arg("-c").arg("tar -xOf \"$0\" --wildcards '*/layer.tar' | tar -t").arg(&archive);
        (program::run(&mut list).ok().text(), outcome.stderr)
    };
    let database = "var/guix/db/db.sqlite\n";
    let (without, _) = list("'()", "#f");
    assert!(!without.contains(database) && without.contains(PLATE), "{without}");
    let (with, _) = list("(list (service guix-service-type))", "#f");
    assert!(with.contains(database) && with.contains(PLATE), "{with}");
    let (shared, told) = list("(list (service guix-service-type))", "#t");
    assert!(shared.contains(database) && shared.contains("-profile"), "{shared}");
    assert!(!shared.contains(&format!("gnu/store/{PLATE}")), "{shared}");
    assert!(told.contains("the host's store are not in the image"), "{told}");
}

#[test]
fn a_definition_names_the_store_that_its_packages_come_from() {
    if !met("a store that a definition names", &[&NEEDS[..], &[Tool("cc")]].concat()) {
        return;
    }
    let scratch = Scratch::new("guix-store");
    let store = plates(&scratch);
    fs::rename(&store.root, scratch.join("beside")).expect("a directory");
    let service = |source: &str| {
        let service = format!("(service package-sources-service-type (list {source}))");
        definition("(list (from-store \"plate\" \"1.10\"))", &format!("(list {service})"))
            .replace("(gnu)", "(gnu) (tintype services packages)")
    };
    let build = |source: &str| {
        let definition = scratch.write("system.scm", &service(source));
        let mut image = tintype::command();
        image.args(["image", "-t", "docker", "-o"]).arg(scratch.join("image.tar.gz"));
        program::run(image.arg(definition))
    };
    build("(local-file \"beside\" #:recursive? #t)").ok();
    let mut gzip = program::command("tar");
    let list = program::run(
        gzip.arg("-xOf").arg(scratch.join("image.tar.gz")).args(["--wildcards", "*/layer.tar"]),
    );
    let layer = list.ok().stdout;
    assert!(layer.windows(PLATE.len()).any(|window| window == PLATE.as_bytes()));

    let outcome = build("\"/no/such/root\"");
    let told = tintype::refused_at(&outcome);
    assert!(
        told.text.starts_with("/no/such/root: not a directory; a package source is"),
        "{outcome}"
    );
}

#[test]
fn the_log_of_a_database_in_use_is_read() {
    if !met("a store whose database is in use", &[&NEEDS[..], &[Tool("cc")]].concat()) {
        return;
    }
    let scratch = Scratch::new("guix-store");
    let store = plates(&scratch);
    let copy = scratch.join("copy");
    // Copied while the last transaction is in the log only.
    let database = store.database();
    let later = format!("{}-plate-1.20", "9".repeat(32));
    fs::create_dir(store.item(&later)).expect("mkdir");
    let mut sqlite = program::command("sqlite3");
    sqlite.arg(&database).arg(format!(
        "PRAGMA journal_mode = wal; PRAGMA wal_autocheckpoint = 0;
         INSERT INTO ValidPaths (path, hash, registrationTime, narSize)
           SELECT '/gnu/store/{later}', hash, 10, narSize FROM ValidPaths LIMIT 1;"
    ));
    let (from, to) = (store.root.display(), copy.display());
    program::run(sqlite.arg(format!(".shell cp -r '{from}' '{to}'"))).ok();
    let log = copy.join("var/guix/db/db.sqlite-wal");
    assert!(fs::metadata(log).expect("a log").len() > 0);
    let (archive, outcome) =
        built(&scratch, &copy, &definition("(list (from-store \"plate\" \"2\"))", "'()"));
    outcome.ok();
    let list = program::run(program::command("tar").arg("-tf").arg(archive)).ok().text();
    assert!(list.contains(&later) && !list.contains(PLATE), "{list}");
}

#[test]
fn a_store_that_is_damaged_is_refused() {
    if !met("a damaged store", &[&NEEDS[..], &[Tool("cc")]].concat()) {
        return;
    }
    let scratch = Scratch::new("guix-store");
    let store = plates(&scratch);
    let system = definition("(list (from-store \"plate\" \"1.10\"))", "'()");
    fs::remove_dir_all(store.item(LIBRARY)).expect("an item");
    let (_, outcome) = built(&scratch, &store.root, &system);
    let told = refused(&outcome);
    assert!(told.contains(LIBRARY) && told.contains("it is not there"), "{told}");

    query(&store.database(), "UPDATE ValidPaths SET hash = 'md5:1'");
    let (_, outcome) = built(&scratch, &store.root, &system);
    assert!(refused(&outcome).contains("md5:1: not a hash that a store has"), "{outcome}");

    query(&store.database(), "DROP TABLE ValidPaths");
    let (_, outcome) = built(&scratch, &store.root, &system);
    let told = refused(&outcome);
    assert!(told.contains("db.sqlite: no such table: ValidPaths"), "{told}");

    fs::write(store.database(), "a daguerreotype").expect("a file");
    let (_, outcome) = built(&scratch, &store.root, &system);
    assert!(refused(&outcome).contains("db.sqlite: file is not a database"), "{outcome}");
}
