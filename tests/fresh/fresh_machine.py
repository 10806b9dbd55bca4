# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The README's two commands on an empty Debian 12: timed, repeated, killed half-way.

    sudo python3 tests/fresh/fresh_machine.py [--suites NAME...] [--only clean|killed]

Needs root, debootstrap and git, the network and 6 GB; any Python from 3.11 on. Takes
the commit that is checked out. Prints how long each step took, what the second run of
each command takes, and where SIGKILL hit the demo before the run that completed it.
Status 0: all of it worked.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import tempfile
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from machine import Command, Line, Machine, machine, make_base

_MB: Final = 1 << 20
#: What the steps of the commands begin with.
_STEP: Final = re.compile(
    r"(?:\[ *\d+ s\]|\[demo\]) +(?P<step>\S.*)|(?P<bare>(Database|Shop server): .*)"
)
_READY: Final = r"Odoo is at (?P<url>\S+)/odoo"
_SHORTEST: Final = 0.5  # seconds; shorter steps are not shown


@dataclass(frozen=True)
class Kill:
    """A moment at which the demo is killed."""

    name: str
    #: Whether it has come, by the machine, the command, and what the command has
    #: written to the log of the installation.
    has_come: Callable[[Machine, Command, str], bool]


def _files(pattern: str, number: int) -> Callable[[Machine, Command, str], bool]:
    return lambda machine, _command, _log: machine.count(pattern) >= number


def _log(pattern: str, number: int) -> Callable[[Machine, Command, str], bool]:
    return lambda _machine, _command, log: len(re.findall(pattern, log)) >= number


def _odoo_loads(log: str, module: str) -> Callable[[Machine, Command, str], bool]:
    return lambda machine, _command, _log: (
        f"Loading module {module} " in machine.read(f"log/{log}.log")
    )


_SITE: Final = "venvs/*/lib/python3*/site-packages/*"
#: In the order in which they come.
_KILLS: Final = (
    Kill("Debian packages are fetched", _log(r"(?m)^Get:", 40)),
    Kill("Debian packages are unpacked", _log(r"(?m)^Unpacking ", 40)),
    Kill("Debian packages are set up", _log(r"(?m)^Setting up ", 40)),
    Kill(
        "Odoo is fetched",
        lambda machine, _command, _log: (
            machine.size("cache/apt/archives/**/odoo-19_*") > 20 * _MB
        ),
    ),
    Kill("Odoo is unpacked", _files("odoo.new/usr/lib/*/*/odoo/addons/*", 200)),
    Kill("Python packages are fetched", _log(r"(?m)^ *Downloading ", 40)),
    Kill("Python packages are installed", _files(_SITE, 60)),
    Kill("Node is installed", _files("node/lib/python3*/site-packages/nodejs*", 1)),
    Kill("npm installs the shop", _files("shop/server.new/node_modules/*", 100)),
    Kill("Odoo installs base", _odoo_loads("template-base", "web")),
    Kill("Odoo installs the suite", _odoo_loads("template-suite", "connector")),
    Kill(
        "the shop gets its catalogue",
        lambda machine, command, _log: (
            command.has_printed("making its catalogue")
            and bool(machine.read("log/shop-populate.log"))
        ),
    ),
    Kill(
        "the demo imports",
        lambda _machine, command, _log: command.has_printed(r"\[demo\] +the shop: "),
    ),
)


@dataclass
class Report:
    """What was found."""

    #: Command, step, seconds.
    steps: list[tuple[str, str, float]] = field(default_factory=list)
    #: Command, seconds.
    runs: list[tuple[str, float]] = field(default_factory=list)
    #: Where the demo was killed, after how many seconds.
    kills: list[tuple[str, float]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def add_run(self, name: str, command: Command, seconds: float) -> None:
        """Note a command that ended, and its steps."""
        self.runs.append((name, seconds))
        self.steps += [(name, *step) for step in _steps(command.lines, seconds)]

    def expect(self, is_good: bool, problem: str, command: Command) -> None:
        """Note a problem, with the end of what the command printed."""
        if not is_good:
            tail = "\n    ".join(line.text for line in command.lines[-15:])
            self.problems.append(f"{problem}:\n    {tail}")


def _steps(lines: list[Line], end: float) -> list[tuple[str, float]]:
    """Return what the commands said they do, with the seconds until the next."""
    said = [
        (line.at, match["step"] or match["bare"])
        for line in lines
        if (match := _STEP.match(line.text))
    ]
    ends = [*(at for at, _text in said[1:]), end]
    return [
        (text, until - at)
        for (at, text), until in zip(said, ends, strict=True)
        if until - at >= _SHORTEST
    ]


def clean(machine: Machine, report: Report, suites: list[str]) -> None:
    """Run the README's two commands, and both once more.

    A second run of all tests takes as long as they do: of one suite it shows what is
    installed again, which is nothing.
    """
    _show_demo(machine, report)
    _run_to_end(machine, report, " ".join(["setup/test", *suites]), "first")
    _run_to_end(machine, report, "setup/demo --check", "second")
    _run_to_end(machine, report, "setup/test imports-layers", "second")


def _show_demo(machine: Machine, report: Report) -> None:
    """Run the demo as a user does: look at Odoo, press Ctrl-C."""
    with machine.run("setup/demo") as command:
        is_ready = command.wait_until(lambda: command.has_printed(_READY))
        report.add_run("setup/demo, first", command, command.seconds)
        report.expect(is_ready, "the demo did not come up", command)
        if not is_ready:
            return
        texts = (re.search(_READY, line.text) for line in command.lines)
        url = next(found["url"] for found in texts if found)
        with urllib.request.urlopen(f"{url}/web/login", timeout=60) as page:
            report.expect(page.status == 200, "no login page", command)
        command.interrupt()
        report.expect(command.wait() == 0, "Ctrl-C did not end it well", command)


def _run_to_end(machine: Machine, report: Report, script: str, which: str) -> None:
    with machine.run(script) as command:
        status = command.wait()
        report.add_run(f"{script}, {which}", command, command.seconds)
        report.expect(status == 0, f"{script} ended with {status}", command)


def killed(machine: Machine, report: Report) -> None:
    """Kill the demo, with all it started, again and again; then let it end."""
    for moment in _KILLS:
        before = len(machine.read("log/install.log"))
        with machine.run("setup/demo --check") as command:
            has_come = command.wait_until(
                lambda command=command, moment=moment, before=before: moment.has_come(
                    machine, command, machine.read("log/install.log")[before:]
                )
            )
            report.kills.append((moment.name, command.seconds))
            report.expect(has_come, f"ended before {moment.name}", command)
        print(f"... killed while {moment.name}", file=sys.stderr, flush=True)
        if not has_come:
            return
    _run_to_end(machine, report, "setup/demo --check", "after the kills")


def show(report: Report) -> None:
    """Print what was found."""
    for name, seconds in report.runs:
        print(f"\n{name}: {seconds:.0f} s")
        for command, step, took in report.steps:
            if command == name:
                print(f"  {took:6.1f} s  {step[:100]}")
    if report.kills:
        print("\nkilled while ...")
        for moment, seconds in report.kills:
            print(f"  {moment}, after {seconds:.0f} s")
    for problem in report.problems:
        print(f"\nPROBLEM: {problem}")
    print("\nall well" if not report.problems else f"\n{len(report.problems)} problems")


def main() -> int:
    """Read the command line; return the exit status."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--suites", nargs="+", default=[], help="default: all")
    options.add_argument("--only", choices=("clean", "killed"))
    options.add_argument("--base", type=Path, help="where debootstrap's result is kept")
    options.add_argument("--json", type=Path)
    args = options.parse_args()
    if os.getuid():
        raise SystemExit("only root can make a machine in a folder")
    report = Report()
    scenarios: dict[str, Callable[[Machine], Any]] = {
        "clean": lambda fresh: clean(fresh, report, args.suites),
        "killed": lambda fresh: killed(fresh, report),
    }
    # Not below /tmp, which may be memory.
    with tempfile.TemporaryDirectory(prefix="fresh-", dir="/var/tmp") as folder:
        base = args.base or Path(folder, "base")
        if not base.exists():
            print("... debootstrap", file=sys.stderr, flush=True)
            make_base(base)
        for name in [args.only] if args.only else scenarios:
            with machine(base, Path(folder, name)) as fresh:
                scenarios[name](fresh)
    show(report)
    if args.json:
        args.json.write_text(json.dumps(vars(report), indent=1) + "\n")
    return 1 if report.problems else 0


if __name__ == "__main__":
    sys.exit(main())
