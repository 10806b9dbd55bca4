# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Nothing outlives the command that started it, and two commands do not collide."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from locks import only_one
from ports import claim
from processes import Child
from workspace import SetupError

Python = Callable[..., "subprocess.Popen[str]"]
#: Prints the ids of itself and of a child of its own, and waits for good.
FAMILY = (
    "import os, subprocess, sys; "
    "wait = [sys.executable, '-c', 'import signal; signal.pause()']; "
    "child = subprocess.Popen(wait); "
    "print(os.getpid(), child.pid, flush=True); child.wait()"
)


def wait_end(pid: int) -> None:
    """Wait until a process has ended, which need not be a child of ours."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    readable, *_rest = select.select([handle], [], [], 30)
    os.close(handle)
    assert readable, f"process {pid} still runs"


def family(log: Path) -> list[int]:
    """Return the ids that FAMILY printed."""
    return [int(word) for word in log.read_text().split()]


def test_stop_ends_the_whole_group(tmp_path: Path) -> None:
    """What the process started ends with it."""
    log = tmp_path / "log"
    child = Child("family", [sys.executable, "-c", FAMILY], dict(os.environ), log)
    child.wait_until(lambda: len(family(log)) == 2, 30)
    pids = family(log)
    child.stop()
    for pid in pids:
        wait_end(pid)


def test_killed_outright(python: Python, tmp_path: Path) -> None:
    """A command that is killed takes its processes along."""
    code = (
        "import os, sys, pathlib; from processes import Child; "
        "child = Child('x', [sys.executable, '-c', 'import signal; signal.pause()'],"
        f" dict(os.environ), pathlib.Path({str(tmp_path / 'log')!r}));"
        "print(child.process.pid, flush=True); child.process.wait()"
    )
    command = python(code)
    assert command.stdout
    pid = int(command.stdout.readline())
    command.kill()
    command.communicate()
    wait_end(pid)


def test_a_process_that_ends_early_shows_its_log(tmp_path: Path) -> None:
    """The end of the log stands in the message."""
    argv = [sys.executable, "-c", "print('port in use'); raise SystemExit(3)"]
    child = Child("server", argv, dict(os.environ), tmp_path / "log")
    with pytest.raises(SetupError, match="(?s)server ended with status 3.*port in use"):
        child.wait_until(lambda: False, 30)


def test_port_taken() -> None:
    """A port that was asked for is not silently replaced."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        with pytest.raises(SetupError) as caught:
            claim(port, "Odoo")
    report = caught.value.report()
    assert f"port {port} for Odoo cannot be used: Address already in use" in report
    assert "-> give another port" in report


@pytest.mark.parametrize("text", ["http", "0", "70000", "-1"])
def test_no_port(text: str) -> None:
    """What is no port is said to be none."""
    with pytest.raises(SetupError, match="no port"):
        claim(text, "Odoo")


def test_free_port() -> None:
    """Without a wish a free one is found."""
    port = claim(None, "Odoo")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", port))


def test_command_runs_already(python: Python) -> None:
    """The second is told the process of the first; after its end it may run."""
    name = f"setup/probe-{os.getpid()}"
    code = (
        "import sys; from locks import only_one\n"
        f"with only_one({name!r}): print('held', flush=True); sys.stdin.read()"
    )
    first = python(code)
    assert first.stdout
    assert first.stdout.readline() == "held\n"
    with pytest.raises(SetupError, match=f"runs in this clone already.*{first.pid}"):
        with only_one(name):
            pass
    first.send_signal(signal.SIGKILL)
    first.communicate()
    with only_one(name):
        pass


def test_interrupted_where_a_shell_ignores_it(python: Python) -> None:
    """A script's background command ignores Ctrl-C by default; ours does not."""
    code = (
        "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "from processes import interrupt_on_signals\n"
        "interrupt_on_signals()\n"
        "print('ready', flush=True)\n"
        "try: signal.pause()\n"
        "except KeyboardInterrupt: print('unwound')\n"
    )
    command = python(code)
    assert command.stdout
    assert command.stdout.readline() == "ready\n"
    command.send_signal(signal.SIGINT)
    rest, _err = command.communicate(timeout=30)
    assert rest == "unwound\n"
