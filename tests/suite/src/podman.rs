//! podman with a storage of its own, as far as it works in a container.

use crate::program;
use crate::scratch::Scratch;

/// A storage of images.
pub struct Podman(Scratch);

/// Options of every run: no network, and limits that a container may set.
const RUN: [&str; 10] = [
    "run",
    "--rm",
    "--pull",
    "never",
    "--network",
    "none",
    "--ulimit",
    "nofile=1024:1024",
    "--ulimit",
    "nproc=1024:1024",
];

impl Podman {
    /// An empty one. Its path is short: podman wants that.
    #[track_caller]
    pub fn new() -> Podman {
        Podman(Scratch::for_every_user("p"))
    }

    /// What podman says to `arguments`, which it has to accept.
    #[track_caller]
    pub fn said(&self, arguments: &[&str]) -> String {
        let mut command = program::command("podman");
        command.arg("--root").arg(self.0.join("s")).arg("--runroot").arg(self.0.join("r"));
        command.args(["--storage-driver", "vfs", "--runtime", "runc"]);
        command.args(["--cgroup-manager", "cgroupfs", "--events-backend", "file"]);
        program::run(command.args(arguments)).ok().text()
    }

    /// What a container of `image` says, run with `options` and `arguments`.
    #[track_caller]
    pub fn run(&self, options: &[&str], image: &str, arguments: &[&str]) -> String {
        self.said(&[&RUN[..], options, &[image], arguments].concat())
    }
}

impl Default for Podman {
    fn default() -> Podman {
        Podman::new()
    }
}
