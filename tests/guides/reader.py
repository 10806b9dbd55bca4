# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Does what a page says: Python in Odoo, commands in a shell, SQL in the database."""

from __future__ import annotations

import configparser
import doctest
import os
import re
import shlex
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg2

from .pages import Block, PageError

#: Nothing on a page takes this long unless it is broken.
PATIENCE = 120.0  # seconds
_LOOSELY = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
_WAITING = """
    SELECT count(*) FROM queue_job AS job
     WHERE state NOT IN ('done', 'failed', 'cancelled')
       AND (eta IS NULL OR eta < now() AT TIME ZONE 'UTC')
       AND NOT EXISTS (
           SELECT FROM queue_job_dependency AS edge
             JOIN queue_job AS parent ON parent.id = edge.parent_id
            WHERE edge.child_id = job.id AND parent.state IN ('failed', 'cancelled'))
"""
#: Commands that go on until they are stopped, and what they log when they are ready.
_STAYING = {
    re.compile(r"^odoo queue_job run\b"): "alive",
    re.compile(r"^odoo (server )?-(?!.*stop-after-init)"): "HTTP service",
}


@dataclass
class Workers:
    """The job workers that run beside all pages, unless one stops them."""

    argv: list[str]
    environment: dict[str, str]
    log: Path
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start them, unless they run."""
        if self._process is None:
            with self.log.open("ab") as log:
                self._process = subprocess.Popen(
                    self.argv, stdout=log, stderr=log, env=self.environment
                )

    def stop(self) -> None:
        """Stop them in order."""
        if self._process is not None:
            self._process.terminate()
            status = self._process.wait(PATIENCE)
            assert status == 0, self.log.read_text()
            self._process = None


@dataclass
class Desk:
    """What a reader has in front of them: a database, a folder, programs."""

    database: str
    folder: Path
    #: Runs Odoo; has the addons of all pages on its path.
    odoo: Path
    #: The configuration that readers are taken to have.
    base: configparser.RawConfigParser
    workers: Workers
    env: Any = None
    names: dict[str, Any] = field(default_factory=dict)
    _running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    #: The last job of the pages before.
    _last_job: int = 0

    def __post_init__(self) -> None:
        self.env.cr.execute("SELECT COALESCE(max(id), 0) FROM queue_job")
        (self._last_job,) = self.env.cr.fetchone()
        self.names = {
            "env": self.env,
            "wait_for_jobs": self.wait_for_jobs,
            "workers": self.workers,
        }
        self._write_conf()

    def do(self, block: Block) -> None:
        """Do what a block says, and commit."""
        actions: dict[str, Callable[[Block], None]] = {
            "python": self._python,
            "pycon": self._pycon,
            "console": self._console,
            "ini": self._ini,
            "sql": self._sql,
        }
        if block.language not in actions:
            raise PageError(
                f"{block.place}: {block.language} can't be run: name a file of the "
                "addon (file=...), or say why not (unrun=...)"
            )
        actions[block.language](block)
        self.env.cr.commit()
        self.env.invalidate_all()

    def wait_for_jobs(self) -> None:
        """Commit, and wait until the jobs of the page that are due are over."""
        self.env.cr.commit()
        waiting = f"{_WAITING} AND job.id > {self._last_job}"
        with closing(psycopg2.connect(dbname=self.database)) as connection:
            connection.set_session(autocommit=True)
            with connection.cursor() as cursor:

                def is_over() -> bool:
                    cursor.execute(waiting)
                    return not cursor.fetchone()[0]

                _until(is_over, lambda: "jobs wait for ever")
        self.env.invalidate_all()

    def close(self) -> None:
        """Stop what still runs, each in order: its status is 0."""
        for process in self._running:
            process.terminate()
        statuses = [process.wait(PATIENCE) for process in self._running]
        assert not any(statuses), f"commands ended with {statuses}"

    def _python(self, block: Block) -> None:
        exec(_compiled(block), self.names)

    def _pycon(self, block: Block) -> None:
        test = doctest.DocTestParser().get_doctest(
            block.code, self.names, block.place, str(block.page), block.line - 1
        )
        said: list[str] = []
        runner = doctest.DocTestRunner(optionflags=_LOOSELY)
        assert not runner.run(test, out=said.append, clear_globs=False).failed, said

    def _sql(self, block: Block) -> None:
        with closing(psycopg2.connect(dbname=self.database)) as connection:
            with connection, connection.cursor() as cursor:
                cursor.execute(self._named(block.code))

    def _ini(self, block: Block) -> None:
        self._write_conf(self._named(block.code))

    def _write_conf(self, more: str = "") -> None:
        conf = configparser.RawConfigParser()
        conf.read_dict(self.base)
        conf.read_string(more)
        with (self.folder / "odoo.conf").open("w") as file:
            conf.write(file)

    def _console(self, block: Block) -> None:
        for command, expected in commands(self._named(block.code)):
            ready = next(
                (text for look, text in _STAYING.items() if look.search(command)), None
            )
            if ready:
                self._start(command, ready)
                continue
            said = self._run(command, block)
            if expected and not _agree(expected, said):
                raise AssertionError(
                    f"{block.place}: {command}\nsaid:\n{said}\nnot:\n{expected}"
                )

    def _run(self, command: str, block: Block) -> str:
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder,
            env=self._environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, f"{block.place}: {command}\n{done.stdout}"
        return done.stdout

    def _start(self, command: str, ready: str) -> None:
        """Start what goes on by itself, and wait until it is ready."""
        log = self.folder / f"{len(self._running)}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                ["bash", "-c", f"exec {command}"],
                cwd=self.folder,
                env=self._environment(),
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self._running.append(process)

        def is_ready() -> bool:
            assert process.poll() is None, f"{command} ended:\n{log.read_text()}"
            return ready in log.read_text()

        _until(is_ready, log.read_text)

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "PATH": f"{self.odoo.parent}{os.pathsep}{os.environ['PATH']}",
            "ODOO_RC": str(self.folder / "odoo.conf"),
        }

    def _named(self, code: str) -> str:
        """Put the names of this desk in the place of those of the page."""
        port = self.base.get("options", "http_port")
        return code.replace("DATABASE", self.database).replace(
            "localhost:8069", f"127.0.0.1:{port}"
        )


def commands(code: str) -> list[tuple[str, str]]:
    """Return the commands after ``$``, each with the output that follows it.

    :raises PageError: when text comes before the first command
    """
    joined = code.replace("\\\n", "")
    parts = re.split(r"^\$ (.*)$", joined, flags=re.MULTILINE)
    if parts[0].strip():
        raise PageError(f"a console starts with '$ ': {parts[0].strip()}")
    output = [text.strip("\n") for text in parts[2::2]]
    return list(zip(parts[1::2], output, strict=True))


def words(command: str) -> list[str]:
    """Return the words of a command, without the variables set before it."""
    found = shlex.split(command, comments=True)
    while found and re.fullmatch(r"\w+=.*", found[0]):
        found.pop(0)
    return found


def _until(is_true: Callable[[], bool], complaint: Callable[[], str]) -> None:
    """Wait for what no event tells: it is looked at often."""
    deadline = time.monotonic() + PATIENCE
    while not is_true():
        assert time.monotonic() < deadline, complaint()
        time.sleep(0.05)


def _agree(expected: str, said: str) -> bool:
    return doctest.OutputChecker().check_output(f"{expected}\n", said, _LOOSELY)


def _compiled(block: Block) -> Any:
    """Return the code with the line numbers of the page, for tracebacks."""
    above = "\n" * (block.line - 1)
    return compile(above + block.code, str(block.page), "exec")
