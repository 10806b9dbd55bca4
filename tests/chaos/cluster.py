# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A PostgreSQL server that a test may stop, starve and cut off."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Final

import psycopg2

#: Few, so that a test can take them all.
MAX_CONNECTIONS: Final = 40
_STRICT: Final = ("-q", "-v", "ON_ERROR_STOP=1")


class Cluster:
    """A private server on TCP, for its user ``chaos`` from any address.

    :param settings: of PostgreSQL, before the usual ones
    """

    def __init__(self, **settings: object) -> None:
        self._settings = settings
        # PostgreSQL refuses to run as root, and its user may not enter root's folders.
        self._folder = Path(tempfile.mkdtemp(prefix="chaos-pg-"))
        self._owner = pwd.getpwnam("postgres") if not os.getuid() else None
        if self._owner:
            os.chown(self._folder, self._owner.pw_uid, self._owner.pw_gid)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = str(probe.getsockname()[1])
        self._run(
            *("initdb", "-D", "data", "--no-sync", "--auth=trust", "--locale=C.UTF-8"),
            *("--encoding=UTF8", "--username=chaos"),
        )
        with self._folder.joinpath("data/pg_hba.conf").open("a") as rules:
            rules.write("host all all all trust\n")

    @property
    def server(self) -> dict[str, str]:
        """Return how psycopg2 reaches the server."""
        return {"host": "127.0.0.1", "port": self.port, "user": "chaos"}

    def start(self) -> None:
        """Start the server and return when it answers."""
        settings = {
            "listen_addresses": "*",
            "port": self.port,
            "unix_socket_directories": str(self._folder),
            "max_connections": MAX_CONNECTIONS,
            # Only a crash of the machine could lose what was written.
            "fsync": "off",
            "full_page_writes": "off",
            "timezone": "UTC",
            **self._settings,
        }
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        self._run("pg_ctl", "start", "-w", "-D", "data", "-l", "log", "-o", options)

    def stop(self, mode: str) -> None:
        """Stop the server; ``immediate`` is a crash, ``fast`` a restart by hand."""
        self._run("pg_ctl", "stop", "-w", "-D", "data", "-m", mode)

    def adopt(self, template: str) -> None:
        """Copy a database of the usual server, once."""
        with psycopg2.connect(dbname="postgres", **self.server) as connection:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT 1 FROM pg_database WHERE datname = %s", (template,)
                )
                if cursor.fetchone():
                    return
        target = ["-h", "127.0.0.1", "-p", self.port, "-U", "chaos"]
        self._run("createdb", *target, template)
        with subprocess.Popen(
            [self._program("pg_dump"), "--no-owner", "--no-acl", template],
            stdout=subprocess.PIPE,
        ) as dump:
            subprocess.run(
                [self._program("psql"), *target, *_STRICT, template],
                stdin=dump.stdout,
                stdout=subprocess.DEVNULL,
                check=True,
            )
        # Workers that serve every database of the server must leave this one alone.
        rule = f'ALTER DATABASE "{template}" IS_TEMPLATE true'
        self._run("psql", *target, *_STRICT, "-c", rule, "postgres")

    def remove(self) -> None:
        """Stop the server if it runs, and delete it."""
        if self._folder.joinpath("data/postmaster.pid").exists():
            self.stop("immediate")
        shutil.rmtree(self._folder)

    def _run(self, program: str, *arguments: str) -> None:
        # pg_ctl hands its output on to the server: a pipe would never end.
        log = self._folder / "commands.log"
        with log.open("ab") as output:
            done = subprocess.run(
                [*self._become(), self._program(program), *arguments],
                cwd=self._folder,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        if done.returncode:
            raise RuntimeError(f"{program} failed:\n{log.read_text()}")

    def _become(self) -> list[str]:
        if not self._owner:
            return []
        ids = f"--reuid={self._owner.pw_uid}", f"--regid={self._owner.pw_gid}"
        return ["setpriv", *ids, "--init-groups", "--"]

    def _program(self, name: str) -> str:
        found = sorted(
            Path("/usr/lib/postgresql").glob(f"*/bin/{name}"),
            key=lambda path: int(path.parts[-3]),
        )
        return str(found[-1]) if found else name
