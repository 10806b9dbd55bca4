# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Connections of the engine, on which no statement hangs for ever.

TCP finds out about a host that is gone (``liveness.py``). It does not about a proxy or
pooler that is there, keeps all connections open and moves nothing: a worker would wait
for its answer, and the server keep its lock, as long as that lasts.
"""

from __future__ import annotations

import functools
import logging
import os
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from typing import Any, Final

import psycopg2
import psycopg2.extensions

from odoo.sql_db import connection_info_for

from .liveness import CLIENT, server_side

_logger = logging.getLogger(__name__)

#: More than any statement of the engine takes; its locks are waited for 5 seconds.
_PATIENCE: Final = 20.0  # seconds
_LOOK_INTERVAL: Final = 1.0  # seconds


class Connection(psycopg2.extensions.connection):
    """A connection of the engine."""

    #: Seconds that a statement may take; None: as long as it likes.
    patience: float | None = _PATIENCE
    #: Whether a statement took longer, and the connection was cut off for it.
    is_hung: bool = False
    #: Name of the database and process at the server.
    backend: tuple[str, int] | None = None

    def close(self) -> None:  # pylint: disable=missing-return
        """Close the connection; one that hung is ended at the server as well."""
        super().close()
        if self.is_hung and self.backend:
            _end_backend(*self.backend)
            self.backend = None


class Cursor(psycopg2.extensions.cursor):
    """A cursor whose statements end within the connection's patience."""

    def execute(self, query: Any, vars: Any = None) -> None:
        """Run a statement.

        :raises psycopg2.OperationalError: also when there was no answer in time
        """
        with _deadlines.limit(self.connection):
            return super().execute(query, vars)


class _Deadlines:
    """Cuts off the connections that wait for too long; one thread per process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[Connection, float] = {}
        self._thread: threading.Thread | None = None

    @contextmanager
    def limit(self, connection: Connection) -> Iterator[None]:
        """Let the block use the connection for so long as it is patient."""
        if connection.patience is None:
            yield
            return
        with self._lock:
            self._waiting[connection] = time.monotonic() + connection.patience
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._run, name="queue_job.deadlines", daemon=True
                )
                self._thread.start()
        try:
            yield
        finally:
            with self._lock:
                del self._waiting[connection]

    def _run(self) -> None:
        while True:
            time.sleep(_LOOK_INTERVAL)
            now = time.monotonic()
            with self._lock:
                for connection, until in self._waiting.items():
                    if now > until and not connection.is_hung:
                        _cut_off(connection)


_deadlines: Final = _Deadlines()
# Neither the thread nor what it had locked is of use in a child.
os.register_at_fork(after_in_child=functools.partial(_Deadlines.__init__, _deadlines))


def connect(parameters: Mapping[str, Any], role: str) -> Connection:
    """Open a connection for the engine: autocommit, READ COMMITTED, no fsync.

    :param parameters: of psycopg2
    :param role: what it is for, as PostgreSQL shows it
    """
    connection = psycopg2.connect(
        **{**CLIENT, **parameters, "application_name": f"queue_job {role}"},
        connection_factory=Connection,
        cursor_factory=Cursor,
    )
    connection.backend = (connection.info.dbname, connection.info.backend_pid)
    connection.set_session(
        isolation_level=psycopg2.extensions.ISOLATION_LEVEL_READ_COMMITTED,
        autocommit=True,
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {server_side(connection)}")
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SET lock_timeout = '5s'")
        # The engine's plans live as long as the session: one made while a table was
        # small must not scan it once it has grown. Forbidden plans look expensive,
        # and compiling them (measured: 0.6 s a claim) would be the next trap.
        cursor.execute("SET enable_seqscan = off; SET enable_hashjoin = off")
        cursor.execute("SET enable_mergejoin = off; SET jit = off")
    return connection


def _cut_off(connection: Connection) -> None:
    """Have the thread that waits for an answer get an error now."""
    connection.is_hung = True
    _logger.warning(
        "a statement took longer than %.0f seconds: the connection is cut off",
        connection.patience,
    )
    # A duplicate, as closing the original is the other thread's business.
    with suppress(OSError), socket.socket(fileno=os.dup(connection.fileno())) as other:
        other.shutdown(socket.SHUT_RDWR)


def _end_backend(dbname: str, pid: int) -> None:
    """End a connection at the server, by the way that Odoo's own connections take.

    Where that is the same way it hangs as well, and nothing can be done.
    """
    settings = connection_info_for(dbname)[1]
    try:
        with closing(psycopg2.connect(**{**settings, **CLIENT})) as other:
            with other.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(%s)", (pid,))
    except psycopg2.Error as error:
        _logger.warning("cannot end connection %s of db %s: %s", pid, dbname, error)
