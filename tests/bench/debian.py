"""The Debian root of the suites: as an archive, as a directory, and as a definition."""

import os
import shutil
import subprocess

from measure import TARGET, TOP

FIXTURES = os.path.join(TARGET, "fixtures")
ARCHIVE = os.path.join(FIXTURES, "debian-root.tar")
TREE = os.path.join(FIXTURES, "debian-root")


def archive():
    """Makes the archive, if it is not there."""
    subprocess.run([os.path.join(TOP, "tests/fixtures/debian-root"), ARCHIVE], check=True)


def fixtures():
    """Makes the archive and the directory, if they are not there."""
    archive()
    if not os.path.isdir(TREE):
        part = TREE + ".part"
        shutil.rmtree(part, ignore_errors=True)
        os.mkdir(part)
        subprocess.run(
            ["tar", "-xpf", ARCHIVE, "--same-owner", "--numeric-owner", "--xattrs", "--xattrs-include=*", "-C", part],
            check=True,
        )
        os.rename(part, TREE)


def definition(directory, local_file, link_to):
    """The definition of the suites, with the root beside it under the name that it uses."""
    os.mkdir(directory)
    with open(os.path.join(TOP, "tests/fixtures/debian-root.scm"), encoding="utf-8") as file:
        text = file.read()
    path = os.path.join(directory, "debian.scm")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace('(local-file "rootfs.tar")', local_file))
    os.symlink(link_to, os.path.join(directory, local_file.split('"')[1]))
    return path


def image(path, fields):
    """An image of the archive, which must lie beside `path` as rootfs.tar; `fields` says which, `os` what of."""
    with open(os.path.join(TOP, "tests/fixtures/debian-root.scm"), encoding="utf-8") as file:
        head, system = file.read().split("(operating-system", 1)
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"{head}(use-modules (gnu image) (gnu system image))\n")
        file.write(f"(define os (operating-system{system})\n(image {fields} (operating-system os))\n")
    return path


def guess_kib(tree):
    """The size that the original gives to mke2fs."""
    total = 0
    for path, directories, files in os.walk(tree):
        total += sum(os.lstat(os.path.join(path, name)).st_size for name in directories + files)
    return int(total * 1.25 / 1024) + 1
