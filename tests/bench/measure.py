"""Runs commands, weighs them, and lays the medians out in a table."""

import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass

MIB = 1024 * 1024
TOP = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
TARGET = os.environ.get("CARGO_TARGET_DIR", os.path.join(TOP, "target"))


@dataclass
class Weight:
    """What one run of a command took, its children included.

    A peak below some 16 MiB is that of this script itself, from which the command was forked. What a
    daemon takes, such as fakeroot's, is not in it: it errs in favour of the original.
    """

    wall: float  # seconds
    cpu: float  # seconds, user and system
    peak: int  # bytes, the largest resident set of any of its processes


def need(*tools):
    """Installs what is missing."""
    subprocess.run([os.path.join(TOP, "tests/need"), *tools], check=True)


def release_binary():
    """The program as it is shipped, built if need be."""
    subprocess.run(["cargo", "build", "--quiet", "--release", "--package", "tintype"], cwd=TOP, check=True)
    return os.path.join(TARGET, "release/tintype")


def weigh(command, environment=None):
    """Runs `command` to its end. One that fails ends the bench: its time would mean nothing."""
    os.sync()  # what others have written is not written at this one's expense
    start = time.monotonic()
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment
    )
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: exit {process.returncode}\n{said.decode(errors='replace')}")
    return Weight(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def median(weights):
    return Weight(
        statistics.median(weight.wall for weight in weights),
        statistics.median(weight.cpu for weight in weights),
        max(weight.peak for weight in weights),
    )


def take_turns(candidates, runs, look):
    """Runs all of `candidates`, {name: (command, output)}, `runs` times in turn, after one turn that does not
    count, in which `look(name, output)` is called: {name: Weight}, medians. Without any `runs` that turn is all
    there is, and counts."""
    weights = {name: [] for name in candidates}
    for turn in range(runs + 1):
        for name, (command, output) in candidates.items():
            weight = weigh(command)
            if turn == 0:
                look(name, output)
            if turn > 0 or runs == 0:
                weights[name].append(weight)
            os.remove(output)
    return {name: median(found) for name, found in weights.items()}


def table(rows):
    """Rows of texts, the first of them the head, as a Markdown table."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |" for row in rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def machine():
    """One line on where this ran: figures of two machines do not compare."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        models = [line.split(":")[1].strip() for line in file if line.startswith("model name")]
    load = os.getloadavg()[0]
    return f"{len(os.sched_getaffinity(0))} cores ({models[0] if models else os.uname().machine}), load {load:.1f}"


def by_kind(medians, sizes):
    """A table of candidates named "KIND: WHO" with their sizes, each kind beside tintype's of that kind."""
    rows = [["", "wall s", "CPU s", "peak MiB", "size MiB", "wall / tintype", "size / tintype"]]
    for name, weight in medians.items():
        ours = f"{name.split(':')[0]}: tintype"
        rows.append([name, f"{weight.wall:.2f}", f"{weight.cpu:.2f}", f"{weight.peak / MIB:.0f}",
                     f"{sizes[name] / MIB:.1f}", f"{weight.wall / medians[ours].wall:.2f}",
                     f"{sizes[name] / sizes[ours]:.4f}"])
    return table(rows)
