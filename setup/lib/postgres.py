"""The PostgreSQL server: the one that PGHOST names, or a private cluster in .local/pg.

The private cluster is on a Unix socket only. It is shared by the commands that run in
this clone: each holds a shared lock on a file, and a keeper process stops the server
when the last lock is gone, however its holder ended (postgres_keeper.py).
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import psycopg2
from locks import locked
from workspace import LOCAL, LOG, PYTHON, ROOT, RUN, SETUP, SetupError

PG = LOCAL / "pg"
DATA = PG / "data"
SOCKET_NOTE = PG / "socket"
USERS_LOCK = RUN / "postgres.users"
KEEPER_NOTE = RUN / "postgres.keeper"
PORT = "5432"  # part of the socket's name only
MINIMUM = 13  # what Odoo 19 asks for
START_SECONDS = 30
#: sockaddr_un.sun_path holds 108 bytes with the closing zero.
LONGEST_SOCKET = 107


@contextlib.contextmanager
def server() -> Iterator[dict[str, str]]:
    """Give the PG* variables of a server that answers, for the time of the block.

    Raises SetupError when there is none to be had, or when it is too old.
    """
    if os.environ.get("PGHOST"):
        yield check_named_server()
        return
    RUN.mkdir(parents=True, exist_ok=True)
    with USERS_LOCK.open("w") as lock:
        # Waits for a keeper that is just stopping the server.
        fcntl.flock(lock, fcntl.LOCK_SH)
        with locked("postgres.start"):
            make_cluster()
            if not answers():
                start()
        try:
            yield private_env()
        finally:
            stop_if_last(lock)


def stop_if_last(lock: IO[str]) -> None:
    """Stop the server unless another command uses it; return when it has ended."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    pid = int(KEEPER_NOTE.read_text())
    if is_keeper(pid):
        os.kill(pid, signal.SIGTERM)
        while is_keeper(pid):
            time.sleep(0.05)


def is_keeper(pid: int) -> bool:
    """Tell whether the process is a keeper that still runs."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    try:
        return b"postgres_keeper" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def private_env() -> dict[str, str]:
    """Return how to reach the private cluster."""
    return {
        "PGHOST": SOCKET_NOTE.read_text().strip(),
        "PGPORT": PORT,
        "PGUSER": "odoo",
        "PGPASSWORD": "",
    }


def check_named_server() -> dict[str, str]:
    """Return how to reach the server PGHOST names, after trying it."""
    named = {
        "PGHOST": os.environ["PGHOST"],
        "PGPORT": os.environ.get("PGPORT") or "5432",
        "PGUSER": os.environ.get("PGUSER") or pwd.getpwuid(os.getuid()).pw_name,
        "PGPASSWORD": os.environ.get("PGPASSWORD", ""),
    }
    where = "{PGHOST}:{PGPORT}, user {PGUSER}".format(**named)
    private = "or unset PGHOST: the setup then makes a private server in .local/pg"
    try:
        with contextlib.closing(connect(named)) as connection:
            version = connection.server_version // 10000
            with connection.cursor() as cr:
                cr.execute(
                    "SELECT rolcreatedb OR rolsuper FROM pg_roles"
                    " WHERE rolname = current_user"
                )
                (may_create,) = cr.fetchone()
    except psycopg2.OperationalError as error:
        raise SetupError(
            f"no PostgreSQL answers at {where}: {str(error).strip()}",
            "set PGHOST, PGPORT, PGUSER and PGPASSWORD as for psql",
            private,
        ) from error
    need_version(version, where, "name a newer server in PGHOST", private)
    if named["PGUSER"] == "postgres":
        raise SetupError("Odoo refuses the user postgres", "name another in PGUSER")
    if not may_create:
        raise SetupError(
            f"{where} may not create databases",
            f'as its administrator:  ALTER ROLE "{named["PGUSER"]}" CREATEDB',
            private,
        )
    return named


def need_version(version: int, where: str, *remedies: str) -> None:
    """Raise SetupError when a server is too old for Odoo 19."""
    if version < MINIMUM:
        raise SetupError(
            f"PostgreSQL {version} ({where}) is too old: Odoo 19 needs {MINIMUM}",
            *remedies,
        )


def connect(
    env: dict[str, str], database: str = "postgres"
) -> psycopg2.extensions.connection:
    """Open a connection in autocommit mode, as database commands need it."""
    connection = psycopg2.connect(
        host=env["PGHOST"],
        port=env["PGPORT"],
        user=env["PGUSER"],
        password=env["PGPASSWORD"] or None,
        dbname=database,
        connect_timeout=5,
    )
    connection.autocommit = True
    return connection


def answers() -> bool:
    """Tell whether the private cluster takes connections."""
    if not SOCKET_NOTE.exists():
        return False
    try:
        connect(private_env()).close()
    except psycopg2.OperationalError:
        return False
    return True


def programs() -> Path:
    """Return the folder of the newest server's programs."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda path: int(path.parts[-3]),
    )
    other = shutil.which("initdb")
    if not found and not other:
        raise SetupError(
            "PostgreSQL's server programs are missing",
            "apt-get install postgresql, or name a server in PGHOST",
        )
    return found[-1].parent if found else Path(other or "").parent


def as_owner() -> list[str]:
    """Return what to put before a command of PostgreSQL, which refuses root.

    Root's clone may lie where the user postgres cannot go (/root is one): then the
    server gets the right to pass through folders, and no other.
    """
    if os.getuid():
        return []
    try:
        owner = pwd.getpwnam("postgres")
    except KeyError as error:
        raise SetupError(
            "PostgreSQL refuses to run as root, and there is no user postgres",
            "useradd --system postgres, or run the setup as another user",
        ) from error
    become = ["setpriv", f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}"]
    become += ["--init-groups"]
    for rights in (
        [],
        ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"],
    ):
        command = [*become, *rights, "--"]
        # Not access(2), as `test -x` does: it looks away from such rights.
        probe = subprocess.run([*command, "stat", f"{PG}/."], capture_output=True)
        if not probe.returncode:
            return command
    raise SetupError(
        f"the user postgres cannot enter {PG}, and PostgreSQL refuses to run as root",
        f"let others pass through the folders above {ROOT} (chmod o+x), or clone to"
        " another place, for example below /opt",
        "or run the setup as another user than root",
        "or name a server in PGHOST",
    )


def make_cluster() -> None:
    """Make the data folder, once; complete or not at all."""
    if not DATA.exists():
        need_version(binary_version(), str(programs()), "install a newer postgresql")
        print(
            "PostgreSQL: a private cluster in .local/pg, on a Unix socket only",
            flush=True,
        )
        shutil.rmtree(PG, ignore_errors=True)
        PG.mkdir(parents=True)
        owner = as_owner()
        if owner:
            shutil.chown(PG, "postgres")
        options = [
            "--username=odoo",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
        ]
        run([*owner, programs() / "initdb", "-D", PG / "new", "--no-sync", *options])
        (PG / "new").rename(DATA)
    made_by = (DATA / "PG_VERSION").read_text().strip()
    if made_by != str(binary_version()):
        raise SetupError(
            f".local/pg was made by PostgreSQL {made_by}, this machine now has"
            f" {binary_version()}",
            "delete .local/pg: it is made again (demo and test databases are lost)",
        )


def binary_version() -> int:
    """Return the major version of the server's programs."""
    command = [str(programs() / "postgres"), "--version"]
    answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return int(answer.split()[2].split(".")[0])


def start() -> None:
    """Start the keeper, which starts the server; return when it answers."""
    SOCKET_NOTE.write_text(str(socket_folder()))
    log = LOG / "postgres.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        keeper = subprocess.Popen(
            [
                str(PYTHON),
                str(SETUP / "lib" / "postgres_keeper.py"),
                str(USERS_LOCK),
                *as_owner(),
                str(programs() / "postgres"),
                *server_options(),
            ],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            start_new_session=True,
        )
    deadline = time.monotonic() + START_SECONDS
    while not answers():
        if keeper.poll() is not None or time.monotonic() > deadline:
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-10:])
            raise SetupError(
                f"PostgreSQL did not start; the end of {log}:\n{tail}",
                "if the cluster is damaged, delete .local/pg: it is made again",
            )
        time.sleep(0.05)
    KEEPER_NOTE.write_text(str(keeper.pid))


def server_options() -> list[str]:
    """Return the settings of the server: safe against a crash of any process.

    fsync is off: only a crash of the machine could lose data, and it is test data.
    """
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": SOCKET_NOTE.read_text().strip(),
        "port": PORT,
        "fsync": "off",
        "max_connections": "200",
        "shared_buffers": "256MB",
        "max_wal_size": "2GB",
        "log_min_messages": "warning",
        "timezone": "UTC",
    }
    options = ["-D", str(DATA)]
    for name, value in settings.items():
        options += ["-c", f"{name}={value}"]
    return options


def socket_folder() -> Path:
    """Return the folder for the socket: a short temporary one when ours is too deep."""
    folder = PG / "sock"
    if len(os.fsencode(folder / f".s.PGSQL.{PORT}")) > LONGEST_SOCKET:
        folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
        print(
            f"PostgreSQL: its socket is in {folder}, this clone's path is too long",
            flush=True,
        )
    folder.mkdir(mode=0o700, exist_ok=True)
    if not os.getuid():
        shutil.chown(folder, "postgres")
    return folder


def run(command: list[str | Path]) -> None:
    """Run a command; SetupError with its output when it fails."""
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, cwd="/"
    )
    if done.returncode:
        raise SetupError(f"{command[-1]} failed:\n{done.stdout}{done.stderr}")
