//! Operating systems from a definition alone: their packages come from the Debian archive that the host
//! knows, and what is built boots to a login prompt, where somebody logs in.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use tintype_tests::fixture::{self, guix_sources, workspace};
use tintype_tests::lacking::Need::{self, Root, Tool};
use tintype_tests::lacking::met;
use tintype_tests::machine::{Attended, BIOS_NEEDS, Firmware, Machine, UEFI_NEEDS};
use tintype_tests::podman::Podman;
use tintype_tests::program;
use tintype_tests::scratch::Scratch;
use tintype_tests::tintype;

/// The program, with a cache of packages that lasts as long as the build directory.
fn image() -> Command {
    let mut command = tintype::command();
    command.env("XDG_CACHE_HOME", fixture::directory().join("cache")).arg("image");
    command
}

fn example(name: &str) -> PathBuf {
    workspace().join("images/examples").join(name)
}

/// Builds `definition` with `options` and returns the image.
#[track_caller]
fn build(scratch: &Scratch, definition: &Path, options: &[&str]) -> PathBuf {
    let image_file = scratch.join("image");
    program::run(image().args(options).arg("-o").arg(&image_file).arg(definition)).ok();
    image_file
}

/// Somebody who is logged in at a machine's serial line.
struct Session(Attended);

/// What the shell says when it waits for a command.
const PROMPT: &str = "ready> ";

impl Session {
    /// Waits for the machine's prompt and logs in.
    #[track_caller]
    fn log_in(mut attended: Attended, user: &str, password: Option<&str>) -> Session {
        let terminal = &mut attended.terminal;
        terminal.wait_for(" login: ");
        terminal.enter(user);
        if let Some(password) = password {
            terminal.wait_for("Password: ");
            terminal.enter(password);
        }
        terminal.wait_for(if user == "root" { "# " } else { "$ " });
        terminal.enter("bind 'set enable-bracketed-paste off'; stty -echo; PS1='ready''> '");
        terminal.wait_for(PROMPT);
        Session(attended)
    }

    /// What a command says, until the shell is ready again.
    #[track_caller]
    fn said(&mut self, command: &str) -> String {
        self.0.terminal.enter(command);
        self.0.terminal.until(PROMPT).replace('\r', "").trim().to_owned()
    }
}

fn machine(firmware: Firmware, image: &Path) -> Machine {
    let options = ["-m", "1024", "-nic", "user,model=virtio-net-pci"].map(str::to_owned).to_vec();
    Machine { options, ..Machine::new(firmware, image) }
}

#[test]
fn a_definition_becomes_a_disk_on_which_its_user_logs_in() {
    if !met("the example bare-bones boots to a login", &UEFI_NEEDS) {
        return;
    }
    let scratch = Scratch::new("systems");
    let disk = build(&scratch, &example("bare-bones.scm"), &[]);
    let machine = machine(Firmware::Uefi, &disk).attended();
    let mut session = Session::log_in(machine, "nicephore", Some("heliography"));
    assert_eq!(session.said("systemctl is-system-running --wait"), "running");
    let id = session.said("id");
    assert!(id.starts_with("uid=1000(nicephore) gid=100(users)") && id.contains("(wheel)"), "{id}");
    assert_eq!(session.said("hostname"), "niepce");
    assert!(session.said("date +%Z").starts_with("CE"), "Paris");
    session.0.terminal.enter("sudo -k id -un");
    session.0.terminal.wait_for("password for nicephore: ");
    session.0.terminal.enter("heliography");
    assert!(session.0.terminal.until(PROMPT).contains("root"));
    assert!(session.said("ip -4 -br address show scope global").contains("10.0.2.15/24"));
    assert!(session.said("findmnt -no SOURCE,FSTYPE /").contains("ext4"));
    assert_eq!(session.said("dpkg --audit"), "");
    assert!(
        session
            .said("echo heliography | sudo -S -p '' apt-get check -qq && echo clean")
            .ends_with("clean")
    );
    assert!(!session.said("dpkg -V").contains("missing"));
    // No image has the identity of a machine: this one was made at boot.
    assert_eq!(session.said("wc -c < /etc/machine-id"), "33");
}

/// The example bare-bones for another machine, started as `tintype boot` says.
#[cfg(feature = "full")]
#[track_caller]
fn bare_bones_on(machine: &str, options: &[&str]) {
    let scratch = Scratch::new("systems");
    let system = format!("{machine}-linux");
    let options = [&["-s", &system], options].concat();
    let disk = build(&scratch, &example("bare-bones.scm"), &options);
    let mut command = tintype::command();
    command.args(["boot", "--exec"]).arg(&disk).args(["--", "-m", "1024"]);
    let attended = Attended::at(command);
    let mut session = Session::log_in(attended, "nicephore", Some("heliography"));
    assert_eq!(session.said("uname -m"), machine);
    assert_eq!(session.said("systemctl is-system-running --wait"), "running");
}

#[cfg(feature = "full")]
#[test]
fn the_same_definition_for_arm() {
    let needs = [Tool("qemu-system-aarch64"), Need::File("/usr/share/AAVMF/AAVMF_CODE.fd")];
    if met("the example bare-bones boots on aarch64", &needs) {
        bare_bones_on("aarch64", &[]);
    }
}

/// Debian has this machine from its release 13 on: an archive that is named beside the host's own release.
#[cfg(feature = "full")]
#[test]
fn the_same_definition_for_risc_v() {
    let firmware = Need::File("/usr/lib/u-boot/qemu-riscv64_smode/u-boot.bin");
    let needs = [Tool("qemu-system-riscv64"), Tool("apt-get"), firmware];
    if !met("the example bare-bones boots on riscv64", &needs) {
        return;
    }
    bare_bones_on("riscv64", &["--package-source", &trixie()]);
}

/// Debian 13, at the archive that the host knows.
#[cfg(feature = "full")]
fn trixie() -> String {
    let mut apt = program::command("apt-get");
    apt.args(["indextargets", "--format", "$(REPO_URI)", "Created-By: Packages", "Origin: Debian"]);
    let addresses = program::run(&mut apt).ok().text();
    let address = addresses.lines().find(|line| !line.contains("security")).expect("an archive");
    format!("deb {address} trixie main")
}

/// A board with an Allwinner H3, from the ROM on: its ROM finds U-Boot's first part on the card, that finds
/// the menu, and the kernel finds the card by a driver of the RAM disk.
#[cfg(feature = "full")]
#[test]
fn a_board_starts_from_its_card() {
    if !met("a board boots", &[Tool("qemu-system-arm"), Tool("apt-get")]) {
        return;
    }
    let scratch = Scratch::new("systems");
    let definition = workspace().join("tests/fixtures/board.scm");
    let options = ["-t", "raw-with-offset", "-s", "armhf-linux", "--package-source"];
    let card = build(&scratch, &definition, &[&options[..], &[&trixie()]].concat());
    // QEMU's cards are as large as a power of two.
    let file = fs::File::options().write(true).open(&card).expect("the card");
    file.set_len(4 << 30).expect("a larger card");
    let mut command = tintype::command();
    command.args(["boot", "--exec"]).arg(&card);
    let mut session = Session::log_in(Attended::at(command), "vignole", Some("collodion"));
    assert_eq!(session.said("uname -m"), "armv7l");
    let model = session.said("tr -d '\\0' < /proc/device-tree/model");
    assert!(model.contains("Orange Pi PC"), "{model}");
    // Its processor is emulated more slowly than systemd's own time limits allow for: that everything is
    // up, other machines show.
}

/// Packages whose scripts are not known: the first boot runs them, before the init starts.
#[cfg(feature = "full")]
#[test]
fn the_first_boot_configures_what_is_left() {
    if !met("packages are configured at the first boot", &BIOS_NEEDS) {
        return;
    }
    let scratch = Scratch::new("systems");
    let text = fs::read_to_string(example("web-server.scm")).expect("the example");
    let text =
        text.replace("(use-modules (gnu))", "(use-modules (gnu) (tintype services packages))");
    let service = "(cons* (service debian-packages-service-type '(\"ssl-cert\" \"ed\"))";
    let text = text.replace("(cons* ", service);
    let definition = scratch.write("left.scm", &text);
    let disk = scratch.join("disk");
    let mut command = image();
    command.args(["-t", "mbr-raw", "-o"]).arg(&disk).arg(&definition);
    let outcome = program::run(&mut command).ok();
    assert!(outcome.stderr.contains("the first boot runs scripts of packages"), "{outcome}");
    assert!(outcome.stderr.contains("ssl-cert"), "{outcome}");
    let machine = machine(Firmware::Bios, &disk).attended();
    let mut session = Session::log_in(machine, "louis", Some("silver"));
    assert_eq!(session.said("dpkg --audit"), "");
    assert_eq!(session.said("dpkg-query -W -f '${db:Status-Status}' ssl-cert"), "installed");
    assert_eq!(session.said("readlink /sbin/init"), "/lib/systemd/systemd");
    assert_eq!(session.said("systemctl is-system-running --wait"), "running");
}

/// Notes in the superblock of the root of an MBR disk, its first partition, that there are errors in it.
#[track_caller]
fn spoil_root(disk: &Path) {
    let mut command = program::command("sfdisk");
    let table = program::run(command.arg("--dump").arg(disk)).ok().text();
    let start = table.split("start=").nth(1).and_then(|rest| rest.split(',').next());
    let sectors: u64 = start.and_then(|start| start.trim().parse().ok()).expect("a start");
    let volume = format!("{}?offset={}", disk.display(), sectors * 512);
    let mut command = program::command("debugfs");
    program::run(command.args(["-w", "-R", "set_super_value state 2", &volume])).ok();
}

/// The original's own definition, unchanged. Its root is checked before it is written to.
#[test]
fn the_originals_bare_bones_boots() {
    let needs = [&BIOS_NEEDS[..], &[Tool("debugfs"), Tool("sfdisk")]].concat();
    if !met("the original's bare-bones boots to a login", &needs) {
        return;
    }
    let scratch = Scratch::new("systems");
    let definition = guix_sources().join("gnu/system/examples/bare-bones.tmpl");
    let disk = build(&scratch, &definition, &["-t", "mbr-raw"]);
    spoil_root(&disk);
    let mut session = Session::log_in(machine(Firmware::Bios, &disk).attended(), "root", None);
    assert_eq!(session.said("systemctl is-system-running --wait"), "running");
    assert_eq!(session.said("hostname"), "komputilo");
    assert!(session.said("ss -Hltn").contains(":2222"), "the port that the definition asks for");
    assert!(session.said("id alice").contains("(wheel)"));
    let state = session.said("dumpe2fs -h /dev/vda1 2>/dev/null | grep state");
    assert!(state.ends_with(" clean"), "the root was not checked: {state}");
}

/// A port of this host that nobody listens at.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

/// What a server answers to a request for its first page.
fn page(port: u16) -> Option<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
    stream.write_all(b"GET / HTTP/1.0\r\nHost: daguerre\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    (!answer.is_empty()).then_some(answer)
}

/// The web server's disk, switched on: asked by HTTP and by SSH, where it shows its keys and its identity.
#[track_caller]
fn serve(disk: &Path, key: &Path) -> String {
    let (http, ssh) = (free_port(), free_port());
    let forwarded = format!(
        "user,model=virtio-net-pci,hostfwd=tcp:127.0.0.1:{http}-:80,hostfwd=tcp:127.0.0.1:{ssh}-:22"
    );
    let options = ["-m", "1024", "-nic", &forwarded].map(str::to_owned).to_vec();
    let disks = vec![(disk.to_owned(), "qcow2")];
    let machine = Machine { options, disks, keeps: true, ..Machine::new(Firmware::Bios, disk) };
    let mut attended = machine.attended();
    attended.terminal.wait_for("daguerre login: ");
    let start = Instant::now();
    let answer = loop {
        match page(http) {
            Some(answer) => break answer,
            None => assert!(start.elapsed() < Duration::from_secs(120), "no answer by HTTP"),
        }
        std::thread::sleep(Duration::from_secs(1));
    };
    assert!(answer.contains("200 OK") && answer.contains("Struck on metal"), "{answer}");
    let shell = |script: &str| {
        let mut command = program::command("ssh");
        command.args(["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"]);
        command.args(["-o", "LogLevel=ERROR", "-o", "BatchMode=yes", "-p", &ssh.to_string(), "-i"]);
        program::run(command.arg(key).args(["louis@127.0.0.1", script])).ok().text()
    };
    assert_eq!(shell("systemctl is-system-running --wait").trim(), "running");
    let identity = shell("cat /etc/machine-id /etc/ssh/ssh_host_*_key.pub; sync");
    assert!(identity.contains("ssh-ed25519"), "{identity}");
    identity
}

/// A server keeps its keys, and two have different ones.
#[test]
fn a_web_server_answers_and_has_keys_of_its_own() {
    let needs = [&BIOS_NEEDS[..], &[Tool("ssh"), Tool("ssh-keygen")]].concat();
    if !met("the example web-server answers", &needs) {
        return;
    }
    let scratch = Scratch::new("systems");
    let key = scratch.join("key");
    let keygen = ["-q", "-t", "ed25519", "-N", "", "-f"];
    program::run(program::command("ssh-keygen").args(keygen).arg(&key)).ok();
    let text = fs::read_to_string(example("web-server.scm")).expect("the example");
    let authorized = format!(
        "(permit-root-login #f) (authorized-keys `((\"louis\" ,(local-file {:?}))))",
        scratch.join("key.pub")
    );
    let changed = text.replace("(permit-root-login #f)", &authorized);
    assert_ne!(text, changed);
    let definition = scratch.write("web-server.scm", &changed);
    let image = build(&scratch, &definition, &["-t", "qcow2"]);
    let disks = ["one", "other"].map(|name| {
        let disk = scratch.join(name);
        fs::copy(&image, &disk).expect("copy");
        disk
    });
    let first = serve(&disks[0], &key);
    assert_eq!(serve(&disks[0], &key), first, "after another boot");
    let other = serve(&disks[1], &key);
    let common: Vec<&str> =
        first.lines().filter(|line| other.lines().any(|other| other == *line)).collect();
    assert_eq!(common, Vec::<&str>::new());
}

/// The original's own definition for containers, unchanged: its init runs, and its user is there.
#[test]
fn the_originals_container_runs() {
    let needs: Vec<Need> = vec![Root, Tool("podman"), Tool("runc"), Tool("skopeo")];
    if !met("the original's docker-image runs", &needs) {
        return;
    }
    let scratch = Scratch::new("systems");
    let definition = guix_sources().join("gnu/system/examples/docker-image.tmpl");
    let archive = build(&scratch, &definition, &["-t", "oci"]);
    let podman = Podman::new();
    podman.said(&["load", "-i", archive.to_str().expect("UTF-8")]);
    let id = podman.said(&["images", "--format", "{{.ID}}"]);
    let told =
        |program: &[&str]| podman.run(&["--entrypoint", program[0]], id.trim(), &program[1..]);
    let said = told(&["/bin/su", "-l", "alice", "-c", "id; dpkg --audit"]);
    assert!(said.starts_with("uid=1000(alice) gid=100(users)"), "{said}");
    assert_eq!(told(&["/bin/readlink", "-f", "/sbin/init"]).trim(), "/usr/lib/systemd/systemd");
}

/// One lock file and two hosts that differ in all that could matter: the same bytes. Nothing is fetched the
/// second time.
#[test]
fn the_same_lock_gives_the_same_bytes() {
    if !met("a system is the same on every host", &[Tool("apt-get")]) {
        return;
    }
    let scratch = Scratch::new("systems");
    let (definition, lock) = (example("container.scm"), scratch.join("lock"));
    let options = ["-t", "tarball", "--lock"];
    let one = scratch.join("one");
    program::run(image().args(options).arg(&lock).arg("-o").arg(&one).arg(&definition)).ok();
    let locked = fs::read_to_string(&lock).expect("a lock file");
    assert!(locked.contains("\nPackage: curl\n"), "{locked}");
    let other = scratch.join("other");
    let mut command = image();
    command.args(options).arg(&lock).arg("--offline").arg("-o").arg(&other).arg(&definition);
    command.env("TZ", "Pacific/Apia").env("LC_ALL", "fr_FR.UTF-8").env("HOME", "/nonexistent");
    let mut shell = program::command("sh");
    shell.args(["-c", "umask 077; exec \"$@\"", "sh", "taskset", "-c", "0"]);
    shell.arg(command.get_program()).args(command.get_args());
    shell.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    program::run(&mut shell).ok();
    let read = |path: &Path| fs::read(path).expect("the image");
    assert!(read(&one) == read(&other), "the images differ");
    assert_eq!(fs::read_to_string(&lock).expect("a lock file"), locked);
}

/// What a definition adds to essential services is in the system, beside what packages bring.
#[test]
fn what_a_definition_adds_is_there() {
    if !met("additions to essential services", &[Tool("tar"), Tool("apt-get")]) {
        return;
    }
    let scratch = Scratch::new("systems");
    let definition = workspace().join("tests/fixtures/additions.scm");
    let archive = build(&scratch, &definition, &["-t", "tarball"]);
    let tar = |options: &[&str]| {
        let mut command = program::command("tar");
        program::run(command.arg(options[0]).arg(&archive).args(&options[1..])).ok().text()
    };
    let list = tar(&["-tvvf", "--xattrs", "--xattrs-include=*"]);
    let entry = |path: &str| {
        let path = format!("./{path}");
        let has = |line: &&str| line.split_whitespace().nth(5) == Some(&path);
        list.lines().find(has).unwrap_or_else(|| panic!("no {path}")).to_owned()
    };
    let text = |path: &str| tar(&["-xOf", &format!("./{path}")]);
    assert_eq!(text("home/alice/.hello"), "hi\n");
    assert!(entry("home/alice/.hello").contains(" alice/users "));
    assert_eq!(
        text("etc/crypttab"),
        "vault\tUUID=11111111-2222-3333-4444-555555555555\tnone\tluks\n"
    );
    assert_eq!(text("etc/modules-load.d/definition.conf"), "dummy\n");
    assert!(text("etc/security/limits.d/50-definition.conf").contains("nofile"));
    assert_eq!(text("etc/udev/rules.d/99-leds.rules"), "SUBSYSTEM==\"leds\"\n");
    assert!(text("etc/group").contains("\nleds:"));
    assert_eq!(text("etc/environment"), "COLOUR=sepia\n");
    assert_eq!(text("etc/profile.d/hello.sh"), "export HELLO=1\n");
    assert_eq!(text("etc/pam.d/darkroom"), "auth required pam_deny.so\n");
    assert_eq!(
        text("etc/tmpfiles.d/directory.conf"),
        "d /var/lib/plates 0700 root root\nL /var/lib/glass - - - - plates\n"
    );
    let font = text("etc/systemd/system/console-font-tty2.service");
    assert!(font.contains("=-/usr/bin/setfont -C /dev/tty2 Lat15-Terminus16\n"), "{font}");
    entry("usr/share/consolefonts/Lat15-Terminus16.psf.gz");
    assert!(text("etc/systemd/system/mcron.service").contains("ExecStart=/usr/bin/mcron /gnu/"));
    assert!(text("etc/systemd/system/wireguard-wg0.service").contains("/usr/bin/wg-quick"));
    assert!(text("usr/share/tintype/manifest").contains(" cryptsetup\n"));
    let link = text("etc/tmpfiles.d/privileged-as-root.conf");
    let program = link.split_whitespace().nth(6).expect("a path").trim_start_matches('/');
    assert!(entry(program).starts_with("-r-sr-xr-x"), "{}", entry(program));
    assert!(list.contains("security.capability"), "iproute has no capability");
    // Debian has it as an alternative, which no package owns.
    let interpreter = text(program).lines().next().expect("a first line").replace("#!/", "");
    let interpreter = interpreter.split(' ').next().expect("a path");
    assert!(list.contains(&format!("./{interpreter} -> /usr/bin/guile")), "{interpreter}");

    let text = fs::read_to_string(&definition).expect("the definition");
    let newer = text.replace("(version \"1\")", "(version \"999\")");
    let newer = scratch.write("newer.scm", &newer);
    let outcome = program::run(image().args(["-t", "tarball", "-o", "x"]).arg(newer));
    let refusal = tintype::refused(&outcome);
    assert!(refusal.contains("no package nginx@999; there is 1."), "{refusal}");
}

/// What nothing can realise is told at once, before anything is fetched.
#[test]
fn what_nothing_realises_is_an_error() {
    let scratch = Scratch::new("systems");
    let lightweight = guix_sources().join("gnu/system/examples/lightweight-desktop.tmpl");
    let refused = |definition: &Path, options: &[&str]| {
        let mut command = image();
        command.args(options).arg("-o").arg(scratch.join("image")).arg(definition);
        let outcome = program::run(&mut command);
        tintype::refused(&outcome).to_owned()
    };
    let told = refused(&lightweight, &[]);
    assert!(told.contains("emacs-desktop-environment: Debian has no such software"), "{told}");
    assert!(told.contains("--allow-unrealised"), "{told}");
    let text = fs::read_to_string(example("bare-bones.scm")).expect("the example");
    let text = text
        .replace("networking)", "networking web)")
        .replace("(service dhcpcd-service-type)", "(service agate-service-type)");
    let definition = scratch.write("agate.scm", &text);
    let told = refused(&definition, &[]);
    assert!(told.contains("nothing realises the services agate"), "{told}");
    // Nothing is left behind, and nothing was fetched for it.
    assert!(!scratch.join("image").exists());
    let told = refused(&example("bare-bones.scm"), &["--package-source", "deb nonsense"]);
    assert!(told.contains("--package-source:1: a source has an address and a suite"), "{told}");
}
