# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The private server and one that is named, with real servers."""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import postgres
import pytest
from conftest import ROOT
from workspace import SetupError

Python = Callable[..., "subprocess.Popen[str]"]
#: Holds the server until its input ends, printing where it is and who keeps it.
USE = """
import sys
import postgres
with postgres.server() as env:
    postgres.connect(env).close()
    print(env["PGHOST"], postgres.KEEPER_NOTE.read_text(), flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def deep_clone(tmp_path: Path) -> Iterator[Path]:
    """Return a clone whose path is too long for a socket in it."""
    root = tmp_path / ("deep" * 20) / ("er" * 20)
    shutil.copytree(ROOT / "setup", root / "setup")
    (root / ".local" / "venv").parent.mkdir()
    (root / ".local" / "venv").symlink_to(ROOT / ".local" / "venv")
    yield root
    shutil.rmtree(root)


def use(python: Python, root: Path) -> tuple[subprocess.Popen[str], Path, int]:
    """Start a command that uses the server of a clone; return socket and keeper."""
    command = python(USE, root, PGHOST="")
    assert command.stdout
    for line in command.stdout:
        if line.startswith("/"):
            folder, keeper = line.split()
            return command, Path(folder), int(keeper)
    raise AssertionError("the server did not start")


def wait_end(pid: int) -> None:
    """Wait until a process, which need not be a child, has ended."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    readable, *_rest = select.select([handle], [], [], 60)
    os.close(handle)
    assert readable, f"process {pid} still runs"


def test_shared_and_stopped_with_its_last_user(
    python: Python, deep_clone: Path
) -> None:
    """Two commands share it; the last to end stops it and waits for its end."""
    first, folder, keeper = use(python, deep_clone)
    assert len(str(folder)) < 50, "the socket had to go to a short path"
    second, same_folder, same_keeper = use(python, deep_clone)
    assert (same_folder, same_keeper) == (folder, keeper)
    first.communicate()
    assert (folder / ".s.PGSQL.5432").exists()
    second.communicate()
    assert not second.returncode
    assert not folder.exists()
    wait_end(keeper)


def test_stopped_when_its_user_was_killed(python: Python, deep_clone: Path) -> None:
    """No signal handler runs in a killed command; the server ends all the same."""
    command, folder, keeper = use(python, deep_clone)
    command.send_signal(signal.SIGKILL)
    command.communicate()
    wait_end(keeper)
    assert not folder.exists()


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Return the server the tests run against, as a named one, with a poor role."""
    if not os.environ.get("PGHOST"):
        pytest.fail("PGHOST is not set: run this suite by `setup/test setup`")
    env = {
        name: os.environ.get(name, "")
        for name in ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD")
    }
    connection = postgres.connect(env)
    cursor = connection.cursor()
    role = f"poor_{os.getpid()}"
    cursor.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'poor'")
    monkeypatch.setenv("PGUSER", role)
    monkeypatch.setenv("PGPASSWORD", "poor")
    yield env
    cursor.execute(f"DROP ROLE {role}")
    connection.close()


def test_named_server(named: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that PGHOST names is used as it is."""
    monkeypatch.setenv("PGUSER", named["PGUSER"])
    monkeypatch.setenv("PGPASSWORD", named["PGPASSWORD"])
    with postgres.server() as env:
        assert env == {**named, "PGPORT": named["PGPORT"] or "5432"}


def test_named_server_where_no_database_may_be_made(named: dict[str, str]) -> None:
    """The statement for its administrator is ready to be copied."""
    with pytest.raises(SetupError) as caught:
        postgres.check_named_server()
    assert f'ALTER ROLE "poor_{os.getpid()}" CREATEDB' in caught.value.report()


def test_no_server_where_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where and as whom it was tried is told."""
    monkeypatch.setenv("PGHOST", "/nowhere")
    monkeypatch.setenv("PGUSER", "someone")
    with pytest.raises(SetupError) as caught:
        postgres.check_named_server()
    report = caught.value.report()
    assert "no PostgreSQL answers at /nowhere:" in report
    assert "unset PGHOST" in report


def test_too_old() -> None:
    """The version found, the version needed and what to do are told."""
    with pytest.raises(SetupError, match="PostgreSQL 12 .* too old: Odoo 19 needs 13"):
        postgres.need_version(12, "here", "install a newer one")
