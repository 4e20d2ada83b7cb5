//! Build-side code runs, and reaches nothing but what it was given.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tintype_tests::disk::{check_ext4, check_fat, extract, partitions};
use tintype_tests::fixture;
use tintype_tests::lacking::Need::Tool;
use tintype_tests::lacking::{Need, met};
use tintype_tests::program::{self, names_in};
use tintype_tests::scratch::Scratch;
use tintype_tests::tintype::{self, refused_at};

const NEEDS: [Need; 3] = [Tool("sfdisk"), Tool("e2fsck"), Tool("debugfs")];

const IMPORTS: &str = "(use-modules (gnu) (gnu image) (gnu system image) (guix gexp))\n";

/// A disk with one partition, which `initializer` fills.
fn disk_of(initializer: &str) -> String {
    format!(
        "{IMPORTS}(image
 (format 'disk-image)
 (operating-system #f)
 (partition-table-type 'gpt)
 (partitions
  (list (partition
         (label \"data\")
         (flags '(boot))
         (file-system \"ext4\")
         (initializer
          {initializer})))))
"
    )
}

/// A system whose packages are the list `packages`, on a disk.
fn system_of(packages: &str) -> String {
    format!(
        "{IMPORTS}(operating-system
  (host-name \"atget\")
  (timezone \"Etc/UTC\")
  (bootloader (bootloader-configuration
               (bootloader grub-efi-bootloader)
               (targets '(\"/boot/efi\"))))
  (file-systems (cons (file-system
                        (device (file-system-label \"Guix_image\"))
                        (mount-point \"/\")
                        (type \"ext4\"))
                      %base-file-systems))
  (packages {packages}))
"
    )
}

#[track_caller]
fn build(scratch: &Scratch, definition: &str) -> PathBuf {
    let file = scratch.write("definition.scm", definition);
    let image = scratch.join("disk.img");
    program::run(tintype::command().args(["image", "-o"]).arg(&image).arg(&file)).ok();
    image
}

/// Partition `index` of the image, checked.
#[track_caller]
fn ext4(scratch: &Scratch, image: &Path, index: usize) -> PathBuf {
    let out = scratch.join(&format!("partition-{index}"));
    extract(image, &partitions(image)[index], &out).expect("a partition");
    check_ext4(&out);
    out
}

#[track_caller]
fn debugfs(file: &Path, request: &str) -> String {
    program::run(program::command("debugfs").args(["-R", request]).arg(file)).ok().text()
}

#[test]
fn initializers_alone_make_a_disk() {
    if !met("a disk from initializers alone", &[&NEEDS[..], &[Tool("fsck.fat")]].concat()) {
        return;
    }
    let scratch = Scratch::new("initializers");
    let definition = format!(
        "{IMPORTS}(image
 (format 'disk-image)
 (operating-system #f)
 (partition-table-type 'gpt)
 (partitions
  (list (partition
         (label \"data\")
         (flags '(boot))
         (file-system \"ext4\")
         (initializer
          #~(lambda* (root #:key #:allow-other-keys)
              (mkdir-p (string-append root \"/srv/www\"))
              (with-directory-excursion (string-append root \"/srv\")
                (call-with-output-file \"www/index.html\"
                  (lambda (port) (format port \"<p>~a</p>~%\" (+ 1 2))))
                (symlink \"www/index.html\" \"first\")
                (copy-file \"first\" \"copy\")
                (link \"copy\" \"linked\")
                (chmod \"copy\" #o4750)
                (chown \"copy\" 12 34))
              (mknod (string-append root \"/null\") 'char-special #o666 259)
              (utime (string-append root \"/srv/www\") 77 78)
              (call-with-output-file (string-append root \"/long\")
                (lambda (port)
                  (let loop ((n 0))
                    (when (< n 30000)
                      (write n port) (newline port)
                      (loop (+ n 1)))))))))
        (partition
         (label \"BOOT\")
         (size (* 8 (expt 2 20)))
         (file-system \"vfat\")
         (initializer
          #~(lambda (root . rest)
              (mkdir root)
              (install-file #$(plain-file \"menu.cfg\" \"timeout 5\\n\")
                            (string-append root \"/boot\"))))))))
"
    );
    let image = build(&scratch, &definition);
    let data = ext4(&scratch, &image, 0);
    assert_eq!(debugfs(&data, "cat /srv/www/index.html"), "<p>3</p>\n");
    assert_eq!(debugfs(&data, "cat /srv/linked"), "<p>3</p>\n");
    let copy = debugfs(&data, "stat /srv/copy");
    assert!(copy.contains("Mode:  04750"), "{copy}");
    assert!(copy.contains("User:    12   Group:    34"), "{copy}");
    assert!(copy.contains("Links: 2"), "{copy}");
    assert!(copy.contains("mtime: 0x00000001"), "{copy}");
    let directory = debugfs(&data, "stat /srv/www");
    assert!(directory.contains("mtime: 0x0000004e"), "{directory}");
    assert!(debugfs(&data, "stat /srv/first").contains("Fast link dest: \"www/index.html\""));
    let null = debugfs(&data, "stat /null");
    assert!(null.contains("Type: character special") && null.contains("01:03"), "{null}");
    let long = debugfs(&data, "cat /long");
    assert_eq!(long.lines().count(), 30_000);
    assert!(long.ends_with("\n29999\n"));

    let boot = scratch.join("boot");
    extract(&image, &partitions(&image)[1], &boot).expect("a partition");
    check_fat(&boot);
    let bytes = fs::read(&boot).expect("read");
    assert!(bytes.windows(10).any(|window| window == b"timeout 5\n"), "no menu.cfg in the ESP");
}

#[test]
fn initializers_of_the_library_can_be_called() {
    if !met("initializers that call others", &[&NEEDS[..], &[Tool("fsck.fat")]].concat()) {
        return;
    }
    let scratch = Scratch::new("initialize");
    scratch.write("rootfs/etc/motd", "from the packages\n");
    let system = system_of("(list (local-file \"rootfs\" #:recursive? #t))");
    let definition = format!(
        "{IMPORTS}(define atget {})
(image
 (inherit efi-disk-image)
 (operating-system atget)
 (partitions
  (list (partition
         (inherit esp-partition)
         (initializer
          #~(lambda* (root #:key #:allow-other-keys)
              (initialize-efi-partition root #:grub-efi \"unused\")
              (mkdir (string-append root \"/extra\")))))
        (partition
         (inherit root-partition)
         (initializer
          #~(lambda* (root #:key copy-closures? #:allow-other-keys)
              (initialize-root-partition root #:copy-closures? copy-closures?)
              (chown (string-append root \"/etc/motd\") 5 6)
              (call-with-output-file (string-append root \"/etc/added\")
                (lambda (port) (write copy-closures? port)))))))))
",
        &system[IMPORTS.len()..]
    );
    let image = build(&scratch, &definition);
    let root = ext4(&scratch, &image, 1);
    assert_eq!(debugfs(&root, "cat /etc/motd"), "from the packages\n");
    assert!(debugfs(&root, "stat /etc/motd").contains("User:     5   Group:     6"));
    assert_eq!(debugfs(&root, "cat /etc/added"), "#t");
    let esp = scratch.join("esp");
    extract(&image, &partitions(&image)[0], &esp).expect("a partition");
    check_fat(&esp);
    let bytes = fs::read(&esp).expect("read");
    let holds = |text: &[u8]| bytes.windows(text.len()).any(|window| window == text);
    assert!(holds(b"EFI        ") && holds(b"EXTRA      "), "{}", esp.display());
}

#[test]
fn computed_files_are_merged_at_the_root() {
    if !met("computed files at the root", &NEEDS) {
        return;
    }
    let scratch = Scratch::new("computed");
    scratch.write("site/index.html", "<h1>Atget</h1>\n");
    scratch.write("site/notes~", "not wanted\n");
    scratch.write("site/a/deep/file", "deep\n");
    let definition = system_of(
        "(list (computed-file
                \"site\"
                #~(begin
                    (use-modules (guix build utils) (ice-9 match))
                    (copy-recursively
                     #$(local-file \"site\" #:recursive? #t
                                   #:select? (lambda (file stat)
                                               (not (string-suffix? \"~\" file))))
                     (string-append #$output \"/srv/site\"))
                    (mkdir-p #$output:doc)
                    (call-with-output-file (string-append #$output:doc \"/manual\")
                      (lambda (port) (display \"read me\" port)))
                    (symlink (string-append #$output:doc \"/manual\")
                             (string-append #$output \"/srv/manual\"))))
               (file-union \"etc\"
                           `((\"etc/motd\" ,(plain-file \"motd\" \"hello\\n\"))
                             (\"etc/paths\" ,(mixed-text-file
                                            \"paths\" \"motd=\" (plain-file \"other\" \"x\")
                                            \"\\n\")))))",
    );
    let image = build(&scratch, &definition);
    let root = ext4(&scratch, &image, 1);
    assert_eq!(debugfs(&root, "cat /srv/site/index.html"), "<h1>Atget</h1>\n");
    assert_eq!(debugfs(&root, "cat /srv/site/a/deep/file"), "deep\n");
    assert!(debugfs(&root, "ls -p /srv/site").lines().all(|line| !line.contains('~')));
    assert_eq!(debugfs(&root, "cat /etc/motd"), "hello\n");

    // What is referred to is in the image's store: by a link, and by a text.
    let link = debugfs(&root, "stat /srv/manual");
    let target = link.split("dest: \"").nth(1).and_then(|rest| rest.split('"').next());
    let target = target.expect("a symbolic link");
    assert!(target.starts_with("/gnu/store/") && target.ends_with("-site-doc/manual"), "{target}");
    assert_eq!(debugfs(&root, &format!("cat {target}")), "read me");
    let paths = debugfs(&root, "cat /etc/paths");
    let other = paths.trim().strip_prefix("motd=").expect("a path");
    assert_eq!(debugfs(&root, &format!("cat {other}")), "x");
    let mode = debugfs(&root, &format!("stat {other}"));
    assert!(mode.contains("Mode:  0444"), "{mode}");
    // What is only read is not.
    let store = debugfs(&root, "ls -p /gnu/store");
    let names: Vec<&str> = store.lines().filter_map(|line| line.split('/').nth(5)).collect();
    assert_eq!(names.iter().filter(|name| name.len() > 33).count(), 2, "{names:?}");
}

#[test]
fn the_build_utilities_do_what_they_say() {
    if !met("the build utilities", &NEEDS) {
        return;
    }
    let scratch = Scratch::new("utilities");
    let definition = disk_of(
        "#~(lambda* (root #:key #:allow-other-keys)
              (use-modules (ice-9 rdelim) (srfi srfi-1))
              (define (write-file name . lines)
                (mkdir-p (dirname name))
                (call-with-output-file name
                  (lambda (port) (for-each (lambda (line) (display line port)) lines))))
              (with-directory-excursion root
                (write-file \"etc/conf\" \"name = @name@\\n\" \"# note\\n\" \"a-1 b-22\\n\")
                (substitute* (list \"etc/conf\")
                  ((\"@(n[a-z]+)@\" all name)
                   (string-append name \" is \" (number->string (string-length all))))
                  ((\"^# (.*)\\n\" _ text)
                   (string-append \";; \" text \"\\n\"))
                  ((\"([a-z])-([0-9]+)\" _ letter digits)
                   (string-append digits \"-\" letter)))
                (chmod \"etc/conf\" #o640)
                (with-atomic-file-replacement \"etc/conf\"
                  (lambda (in out)
                    (display (string-upcase (read-line in)) out)
                    (newline out)
                    (dump-port in out)))
                (write-file \"bin/tool\" \"#!/bin/sh\\n\" \"echo tool\\n\")
                (chmod \"bin/tool\" #o755)
                (wrap-program (string-append root \"/bin/tool\")
                  #:sh \"/bin/sh\"
                  `(\"PATH\" \":\" prefix (\"/opt/bin\" \"/opt/sbin\")))
                (write-file \"gone/deep/er/file\" \"x\")
                (symlink \"../bin\" \"gone/link\")
                (delete-file-recursively \"gone\")
                (write-file \"a/x.txt\" \"x\")
                (write-file \"a/b/y.txt\" \"y\")
                (symlink \"x.txt\" \"a/link\")
                (copy-recursively \"a\" \"c\" #:keep-mtime? #t)
                (call-with-output-file \"found\"
                  (lambda (port)
                    (for-each (lambda (value) (write value port) (newline port))
                              (list (find-files \".\" \"\\\\.txt$\")
                                    (find-files \"c\" (const #t) #:directories? #t)
                                    (find-files \"a\" (lambda (file stat)
                                                      (eq? 'symlink (stat:type stat))))
                                    (map directory-exists? '(\"a\" \"gone\" \"found\"))
                                    (map executable-file? '(\"bin/tool\" \"found\" \"bin\"))
                                    (which \"sh\")
                                    (false-if-file-not-found (stat \"gone\"))
                                    (basename (getcwd))))))))",
    );
    let image = build(&scratch, &definition);
    let root = ext4(&scratch, &image, 0);
    let conf = debugfs(&root, "cat /etc/conf");
    assert_eq!(conf, "NAME = NAME IS 6\n;; note\n1-a 22-b\n");
    assert!(debugfs(&root, "stat /etc/conf").contains("Mode:  0640"));
    assert_eq!(
        debugfs(&root, "cat /bin/tool").lines().take(2).collect::<Vec<_>>(),
        ["#!/bin/sh", "export PATH=\"/opt/bin:/opt/sbin${PATH:+:}$PATH\""]
    );
    assert_eq!(debugfs(&root, "cat /bin/.tool-real"), "#!/bin/sh\necho tool\n");
    assert!(debugfs(&root, "stat /c/link").contains("Fast link dest: \"x.txt\""));
    let found = debugfs(&root, "cat /found");
    assert_eq!(
        found.lines().collect::<Vec<_>>(),
        [
            "(\"./a/b/y.txt\" \"./a/x.txt\" \"./c/b/y.txt\" \"./c/x.txt\")",
            "(\"c\" \"c/b\" \"c/b/y.txt\" \"c/link\" \"c/x.txt\")",
            "(\"a/link\")",
            "(#t #f #f)",
            "(#t #f #f)",
            "#f",
            "#f",
            "\"image-root\""
        ]
    );
}

#[test]
fn the_example_of_computed_partitions_is_made() {
    if !met("the example of computed partitions", &NEEDS) {
        return;
    }
    let scratch = Scratch::new("example");
    let example = fixture::workspace().join("images/examples/computed.scm");
    let definition = fs::read_to_string(example).expect("the example");
    let image = build(&scratch, &definition);
    let site = ext4(&scratch, &image, 1);
    let page = debugfs(&site, "cat /srv/www/about.html");
    let text = "It is struck straight onto the plate.";
    assert_eq!(page, format!("<title>about</title><p class=\"plate\">{text}</p>\n"));
    let www = debugfs(&site, "stat /srv/www");
    assert!(www.contains("Mode:  02755") && www.contains("User:    33   Group:    33"), "{www}");
}

#[test]
fn packages_are_read_and_programs_refer_to_guile() {
    if !met("packages in build-side code", &NEEDS) {
        return;
    }
    let scratch = Scratch::new("packages");
    scratch.write("packages/hello/usr/bin/hello", "#!/bin/sh\necho hello\n");
    scratch.write("packages/guile/usr/bin/guile", "guile\n");
    let definition = format!(
        "{IMPORTS}(use-modules (gnu packages base) (gnu packages guile))\n{}",
        &system_of(
            "(list (computed-file
                    \"tools\"
                    #~(begin
                        (use-modules (guix build utils))
                        (install-file (string-append #$hello \"/bin/hello\")
                                      (string-append #$output \"/usr/local/bin\"))
                        (symlink #$(program-file \"greet\" #~(begin (display \"hi\") (newline)))
                                 (string-append #$output \"/greet\")))))"
        )[IMPORTS.len()..]
    );
    let file = scratch.write("definition.scm", &definition);
    let image = scratch.join("disk.img");
    let mut command = tintype::command();
    command.args(["image", "--package-source"]).arg(scratch.join("packages"));
    program::run(command.arg("-o").arg(&image).arg(&file)).ok();
    let root = ext4(&scratch, &image, 1);
    assert_eq!(debugfs(&root, "cat /usr/local/bin/hello"), "#!/bin/sh\necho hello\n");
    let link = debugfs(&root, "stat /greet");
    let target = link.split('"').nth(1).expect("a link");
    let script = debugfs(&root, &format!("cat {target}"));
    let mut lines = script.lines();
    let first = lines.next().expect("a line");
    assert!(first.starts_with("#!/gnu/store/"), "{script}");
    assert!(first.ends_with("/bin/guile --no-auto-compile"), "{script}");
    assert_eq!(lines.collect::<Vec<_>>(), ["!#", "(begin (display \"hi\") (newline))"]);
    assert!(debugfs(&root, &format!("stat {target}")).contains("Mode:  0555"));
    // The interpreter is there; the package that was only read is not.
    let interpreter = first[2..].split(' ').next().expect("a path");
    assert_eq!(
        debugfs(&root, &format!("cat {}", interpreter.replace("/bin/", "/usr/bin/"))),
        "guile\n"
    );
    assert!(!debugfs(&root, "ls -p /gnu/store").contains("hello"));

    let outcome = program::run(tintype::command().args(["image", "-o"]).arg(&image).arg(&file));
    let stderr = tintype::refused(&outcome);
    assert!(stderr.contains("no package source has: guile hello"), "{stderr}");
}

/// Runs an initializer with `code` in it, which must be refused where it was written.
#[track_caller]
fn refuses(code: &str, words: &[&str]) {
    let scratch = Scratch::new("escapes");
    let outside = scratch.write("outside/secret", "secret\n");
    scratch.write("input/file", "input\n");
    let initializer = format!(
        "#~(lambda (root . rest)
              (use-modules (guix build utils))
              (define input #$(local-file \"input\" #:recursive? #t))
              {}
              (display \"got there\"))",
        code.replace("OUTSIDE", &outside.display().to_string())
    );
    let definition = scratch.write("definition.scm", &disk_of(&initializer));
    let image = scratch.join("disk.img");
    let before = names_in(scratch.path());
    let outcome =
        program::run(tintype::command().args(["image", "-o"]).arg(&image).arg(&definition));
    let found = refused_at(&outcome);
    assert_eq!(found.file, definition.display().to_string(), "{code}: {outcome}");
    // A call in tail position leaves no trace of its own: then the procedure is shown.
    assert!((12..=15).contains(&found.line), "{code}: {outcome}");
    for word in words {
        assert!(outcome.stderr.contains(word), "{code}: it does not say {word:?}: {outcome}");
    }
    assert!(outcome.stderr.contains('^'), "{outcome}");
    assert!(!outcome.stderr.contains("got there"), "{code}: {outcome}");
    assert_eq!(names_in(scratch.path()), before, "{code}: litter");
    assert_eq!(fs::read(&outside).expect("read"), b"secret\n", "{code}");
    assert_eq!(fs::read(scratch.join("input/file")).expect("read"), b"input\n", "{code}");
}

#[test]
fn nothing_is_written_outside_of_the_stage() {
    const OUTSIDE: &[&str] = &["Outside of what is made here"];
    const MISSING: &[&str] = &["No such file or directory"];
    const INPUT: &[&str] = &["cannot be changed"];
    refuses("(mkdir \"/escaped\")", OUTSIDE);
    refuses("(mkdir (string-append root \"/../../escaped\"))", OUTSIDE);
    refuses("(mkdir \"/gnu/store/escaped\")", OUTSIDE);
    refuses("(call-with-output-file \"OUTSIDE\" (lambda (port) (display 1 port)))", MISSING);
    refuses("(begin (symlink \"OUTSIDE\" \"link\") (call-with-output-file \"link\" pk))", MISSING);
    refuses("(begin (symlink \"/\" \"top\") (mkdir \"top/escaped\"))", OUTSIDE);
    refuses("(begin (symlink \"../../../..\" \"up\") (mkdir \"up/escaped\"))", OUTSIDE);
    refuses("(rename-file \"/gnu\" (string-append root \"/gnu\"))", OUTSIDE);
    refuses("(call-with-output-file (string-append input \"/file\") pk)", INPUT);
    refuses("(delete-file (string-append input \"/file\"))", OUTSIDE);
    refuses("(delete-file-recursively input)", OUTSIDE);
    refuses("(chmod (string-append input \"/file\") #o777)", INPUT);
    refuses("(chown input 1 1)", INPUT);
    refuses("(utime input 0 0)", INPUT);
    refuses("(truncate-file (string-append input \"/file\") 0)", INPUT);
    refuses("(link (string-append input \"/file\") (string-append root \"/f\"))", INPUT);
    refuses("(symlink \"x\" (string-append input \"/new\"))", OUTSIDE);
}

#[test]
fn nothing_else_of_the_machine_is_reached() {
    const MISSING: &[&str] = &["No such file or directory"];
    const PROCESS: &[&str] = &["starts no process", "cannot be started"];
    refuses("(call-with-input-file \"OUTSIDE\" read-char)", MISSING);
    refuses("(copy-file \"OUTSIDE\" (string-append root \"/stolen\"))", MISSING);
    refuses("(stat \"/etc/passwd\")", MISSING);
    refuses("(chdir \"/etc\")", MISSING);
    refuses("(opendir \"/proc\")", MISSING);
    refuses("((@ (tintype host) host-read-file) \"OUTSIDE\")", &["sees nothing of the host"]);
    refuses("(system* \"true\")", PROCESS);
    refuses("(invoke \"true\" \"now\")", PROCESS);
    refuses("(system \"true\")", PROCESS);
    refuses("(primitive-fork)", &["starts no process"]);
    refuses("(execl \"true\")", PROCESS);
    refuses("(socket 2 1 0)", &["no network"]);
}

#[test]
fn errors_are_where_the_code_was_written() {
    // In a gexp in a gexp, after something spliced.
    let inner = "(let ((part #~(car (list))))
            #~(lambda (root . rest)
                (for-each display (list #$@(list 1 2) \"printed before\"))
                #$part))";
    let scratch = Scratch::new("places");
    let definition = scratch.write("definition.scm", &disk_of(inner));
    let image = scratch.join("disk.img");
    let run = |definition: &Path| {
        program::run(tintype::command().args(["image", "-o"]).arg(&image).arg(definition))
    };
    let outcome = run(&definition);
    let found = refused_at(&outcome);
    assert_eq!((found.line, found.column), (12, 24), "{outcome}");
    assert!(found.text.starts_with("initializer of partition \"data\": "), "{outcome}");
    assert!(outcome.stderr.contains("#~(car (list))"), "{outcome}");
    assert!(outcome.stderr.contains("12printed before"), "{outcome}");

    let words = |text: &str, words: &[&str], line: u32| {
        let definition = scratch.write("definition.scm", text);
        let outcome = run(&definition);
        let found = refused_at(&outcome);
        assert_eq!(found.line, line, "{outcome}");
        words.iter().for_each(|word| assert!(outcome.stderr.contains(word), "{outcome}"));
    };
    let file = |code: &str| system_of(&format!("(list (computed-file \"f\" {code}))"));
    words(&file("#~(mkdirp #$output)"), &["Unbound variable: mkdirp"], 13);
    words(&file("#~(display 1)"), &["the code makes no #$output"], 13);
    words(&file("#~(exit 3)"), &["exit status 3"], 13);
    words(&file("#~(error \"broken:\" #$output)"), &["broken: \"/gnu/store/"], 13);
    words(&file("#~(list #$car)"), &["invalid G-expression input"], 13);
    words(
        &file("#~(call-with-output-file #$output (lambda (port) (display 1 port)))"),
        &["a file, not a directory", "file-union"],
        13,
    );
}

#[test]
fn the_same_definition_makes_the_same_bytes_anywhere() {
    let definition = system_of(
        "(list (computed-file
                \"all\"
                #~(begin
                    (use-modules (guix build utils))
                    (copy-recursively #$(local-file \"tree\" #:recursive? #t) #$output)
                    (with-output-to-file (string-append #$output \"/log\")
                      (lambda ()
                        (write (list (current-time) (getcwd) (getenv \"HOME\") (environ)
                                     #$(plain-file \"named\" \"x\")))))))
               (file-union \"u\" `((\"one\" ,(local-file \"tree/b\"))
                                 (\"two\" ,(local-file \"tree/run\" #:recursive? #t)))))",
    );
    let images: Vec<Vec<u8>> = [("first", 0o644), ("another/place", 0o664)]
        .into_iter()
        .map(|(place, mode)| {
            let scratch = Scratch::new("determinism");
            let at = |name: &str| format!("{place}/{name}");
            let tree = scratch.write(&at("tree/a/x"), "x\n");
            scratch.write(&at("tree/b"), "b\n");
            let run = scratch.write(&at("tree/run"), "#!/bin/sh\n");
            fs::set_permissions(tree, fs::Permissions::from_mode(mode)).expect("chmod");
            fs::set_permissions(run, fs::Permissions::from_mode(mode | 0o111)).expect("chmod");
            let file = scratch.write(&at("definition.scm"), &definition);
            let image = scratch.join("disk.img");
            let mut command = tintype::command();
            command.current_dir(scratch.path()).env("HOME", place).env("TZ", "Asia/Tokyo");
            program::run(command.args(["image", "-o"]).arg(&image).arg(&file)).ok();
            fs::read(&image).expect("read")
        })
        .collect();
    assert!(images[0] == images[1], "two places, two images");
}

#[test]
fn a_dry_run_shows_the_computations_and_runs_none() {
    let scratch = Scratch::new("steps");
    let definition = scratch.write(
        "definition.scm",
        &system_of(
            "(list (computed-file \"outer\"
                     #~(list #$(computed-file \"inner\" #~(error \"run!\")))))",
        ),
    );
    let outcome = program::run(tintype::command().args(["image", "-n"]).arg(&definition)).ok();
    let plan = outcome.text();
    let steps = &plan[plan.find("(steps").expect("steps")..];
    let inner = steps.find("computed-file \\\"inner\\\"").expect("inner");
    let outer = steps.find("computed-file \\\"outer\\\"").expect("outer");
    assert!(inner < outer, "{steps}");
    assert!(steps.contains("definition.scm:14:"), "{steps}");
    assert!(!plan.contains("*at*"), "{plan}");
}

#[test]
fn programs_of_an_image_find_the_modules_that_they_bring_along() {
    if !met("programs of an image", &[Tool("tar"), Tool("guile")]) {
        return;
    }
    let scratch = Scratch::new("programs");
    scratch.write(
        "modules/my/words.scm",
        "(define-module (my words) #:export (word))\n(define word 'plain)\n",
    );
    let program = r#"(program-file "tell"
     (with-imported-modules
         `(((my number) => ,(scheme-file "number.scm"
                              #~(begin (define-module (my number) #:export (number))
                                       (define number 42))))
           (my words)
           ,@(source-module-closure '((guix build utils))))
       #~(begin
           (use-modules (my number) (my words) (guix build utils) (srfi srfi-34))
           (mkdir-p "made/here")
           (call-with-output-file "made/here/file" (lambda (port) (display "one two" port)))
           (substitute* "made/here/file" (("one") "three"))
           (invoke "true")
           (write (list number word (find-files "made")
                        (call-with-input-file "made/here/file" read)
                        (guard (c ((invoke-error? c) (invoke-error-exit-status c)))
                          (invoke "false")))))))"#;
    let definition =
        system_of(&format!("(list (file-union \"tools\" `((\"bin/tell\" ,{program}))))"))
            .replace("(guix gexp))", "(guix gexp) (guix modules))");
    let file = scratch.write("definition.scm", &definition);
    fs::create_dir_all(scratch.join("packages/guile/bin")).expect("mkdir");
    scratch.write("packages/guile/bin/guile", "stands for the image's own\n");
    let archive = scratch.join("root.tar");
    let mut image = tintype::command();
    image.args(["image", "-t", "tarball", "--package-source"]).arg(scratch.join("packages"));
    image.arg("-L").arg(scratch.join("modules")).arg("-o").arg(&archive).arg(&file);
    program::run(&mut image).ok();
    let root = scratch.join("root");
    fs::create_dir(&root).expect("mkdir");
    program::run(program::command("tar").arg("-xf").arg(&archive).arg("-C").arg(&root)).ok();
    // As if the root were the host's: the paths of the store lead into it.
    let told = fs::read_to_string(
        root.join("bin/tell").canonicalize().unwrap_or_else(|_| store_file(&root, "tell")),
    );
    let told = told.expect("the program");
    let store = root.join("gnu/store");
    let moved = told.replace("/gnu/store", &store.display().to_string());
    let moved = scratch.write("tell.scm", &moved);
    let mut guile = program::command("guile");
    guile.current_dir(scratch.path()).env("GUILE_AUTO_COMPILE", "0").arg("-s").arg(&moved);
    let said = program::run(&mut guile).ok().text();
    assert_eq!(said, "(42 plain (\"made/here/file\") three 1)");
}

/// The item of that name in the store of a tree.
fn store_file(root: &Path, name: &str) -> PathBuf {
    let store = root.join("gnu/store");
    let items = names_in(&store);
    let item = items.iter().find(|item| item.ends_with(&format!("-{name}")));
    store.join(item.unwrap_or_else(|| panic!("no {name} in {items:?}")))
}

#[test]
fn a_program_gets_no_module_that_guile_cannot_run() {
    let scratch = Scratch::new("program-modules");
    let definition = system_of(
        "(list (file-union \"tools\"
        `((\"tell\" ,(program-file \"tell\" (with-imported-modules '((gnu build image)) #~(display 1)))))))",
    );
    let file = scratch.write("definition.scm", &definition);
    let outcome = program::run(tintype::command().args(["image", "--dry-run"]).arg(&file));
    let found = refused_at(&outcome);
    assert!(found.text.contains("(gnu build image) cannot be given to a program"), "{outcome}");
}

#[test]
fn check_sees_what_is_inserted_into_code() {
    let scratch = Scratch::new("check-inserted");
    let part = "(define (part name) #~(no-such-procedure #$name))\n";
    let definition =
        disk_of("#~(lambda* (root #:key #:allow-other-keys) (mkdir-p root) #$(part \"x\"))");
    let definition = definition.replacen(IMPORTS, &format!("{IMPORTS}{part}"), 1);
    let file = scratch.write("definition.scm", &definition);
    let outcome = program::run(tintype::command().arg("check").arg(&file));
    let found = refused_at(&outcome);
    assert_eq!((found.line, found.column), (2, 23), "{outcome}");
    assert_eq!(found.text, "Unbound variable: no-such-procedure");
}
