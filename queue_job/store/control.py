# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A worker's own connection to one database, apart from the cursors its jobs use.

Autocommit and READ COMMITTED, because claims under Odoo's REPEATABLE READ would fail
instead of skipping; ``synchronous_commit`` off, because a claim lost in a crash of the
server is made again. The session advisory lock it holds is what says "alive".
"""

from __future__ import annotations

import contextlib
import logging
import socket
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import psycopg2
import psycopg2.extensions

from ..core.channels import ChannelConfig

_logger = logging.getLogger(__name__)

#: Channel of LISTEN and NOTIFY.
NOTIFY_CHANNEL: Final = "queue_job"
#: Held by the leader of a database; the same key as earlier job runners use, so that
#: one of those and ours never serve the same database together.
LEADER_LOCK: Final = 2293787760715711918
# Either side finds the other one's silent host dead after 4 + 4 x 2 = 12 seconds.
_KEEPALIVE: Final = {
    "keepalives": 1,
    "keepalives_idle": 4,
    "keepalives_interval": 2,
    "keepalives_count": 4,
    "tcp_user_timeout": 12000,  # milliseconds
    "connect_timeout": 5,
}
# The server's own wait two hours, and the worker's lock is held until then.
_SERVER_KEEPALIVE: Final = """
    SET tcp_keepalives_idle = 4; SET tcp_keepalives_interval = 2;
    SET tcp_keepalives_count = 4; SET tcp_user_timeout = 12000
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that this worker has taken, and the token that fences its end."""

    job_id: int
    attempt: int


@dataclass(frozen=True, slots=True)
class Begun:
    """What is known of a job that begins."""

    #: Whether a job waits for it.
    has_children: bool
    #: As many jobs that differ only in their records may run as one call.
    together: int


@dataclass(frozen=True, slots=True)
class Companion:
    """A job that has begun together with another one, from which its records differ."""

    claim: Claim
    #: Ids of its records.
    ids: tuple[int, ...]
    #: Attempts counted before.
    retry: int
    #: It was tried before, or requeued.
    has_past: bool
    #: Whether a job waits for it.
    has_children: bool


def connect(parameters: Mapping[str, Any], role: str) -> Any:
    """Open a connection for the engine: autocommit, READ COMMITTED, no fsync."""
    connection = psycopg2.connect(
        **{**_KEEPALIVE, **parameters, "application_name": f"queue_job {role}"}
    )
    connection.set_session(
        isolation_level=psycopg2.extensions.ISOLATION_LEVEL_READ_COMMITTED,
        autocommit=True,
    )
    with connection.cursor() as cursor:
        cursor.execute(_SERVER_KEEPALIVE)
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SET lock_timeout = '5s'")
        # The engine's plans live as long as the session: one made while a table was
        # small must not scan it once it has grown. Forbidden plans look expensive,
        # and compiling them (measured: 0.6 s a claim) would be the next trap.
        cursor.execute("SET enable_seqscan = off; SET enable_hashjoin = off")
        cursor.execute("SET enable_mergejoin = off; SET jit = off")
    return connection


class Control:
    """Claims, liveness, wake-ups and rescue of one worker in one database."""

    def __init__(self, parameters: Mapping[str, Any], role: str) -> None:
        self.worker_id: int | None = None
        self._connection = connect(parameters, role)
        self._cursor = self._connection.cursor()

    # -- plumbing --

    def fileno(self) -> int:
        """Return the socket to select on: readable when a notification came."""
        return self._connection.fileno()

    def drain(self) -> bool:
        """Read the notifications that came; return whether there was one."""
        self._connection.poll()
        notified = bool(self._connection.notifies)
        self._connection.notifies.clear()
        return notified

    def close(self) -> None:
        """Close the connection; PostgreSQL frees the worker's lock with it."""
        with contextlib.suppress(psycopg2.Error):
            self._connection.close()

    def _execute(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        self._cursor.execute(query, parameters)
        return self._cursor.fetchall() if self._cursor.description else []

    def _value(self, query: str, *parameters: Any) -> Any:
        return self._execute(query, *parameters)[0][0]

    # -- the database --

    def is_served(self) -> bool:
        """Return whether jobs may run: the addon is installed, no module changes."""
        if not self._value(
            "SELECT to_regclass('queue_job_lane') IS NOT NULL"
            " AND to_regclass('ir_module_module') IS NOT NULL"
        ):
            return False
        return self._value(
            "SELECT bool_or(name = 'queue_job' AND state = 'installed')"
            " AND NOT bool_or(state IN ('to install', 'to upgrade', 'to remove'))"
            " FROM ir_module_module"
        )

    def override_channels(self, channels: Iterable[ChannelConfig]) -> None:
        """Make these channels win over the channel records; none ends an override."""
        with self._transaction():
            self._execute("DELETE FROM queue_job_lane_override")
            for channel in channels:
                self._execute(
                    "INSERT INTO queue_job_lane_override VALUES (%s, %s, %s, %s, %s)",
                    channel.name,
                    channel.capacity,
                    channel.sequential,
                    channel.throttle,
                    channel.paused,
                )
            self._execute("SELECT queue_job_sync_lanes()")

    @contextlib.contextmanager
    def _transaction(self) -> Any:
        self._execute("BEGIN")
        try:
            yield
        except BaseException:
            self._execute("ROLLBACK")
            raise
        self._execute("COMMIT")

    # -- the worker --

    def register(self, pid: int, mode: str) -> None:
        """Announce this worker: take its lock, then its row, then listen."""
        worker_id = self._value(
            "SELECT nextval(pg_get_serial_sequence('queue_job_worker', 'id'))::integer"
        )
        self._execute("SELECT pg_advisory_lock(hashtext('queue_job'), %s)", worker_id)
        host = socket.gethostname()
        self._execute(
            "INSERT INTO queue_job_worker (id, name, host, pid, mode, idle, date_start)"
            " VALUES (%s, %s, %s, %s, %s, false, now() AT TIME ZONE 'UTC')",
            worker_id,
            f"{host}:{pid}",
            host,
            pid,
            mode,
        )
        self._execute(f"LISTEN {NOTIFY_CHANNEL}")
        self.worker_id = worker_id

    def unregister(self) -> None:
        """Give back what was not begun and leave.

        A job that has begun and not ended keeps the worker's row: without its lock the
        leader takes the worker for dead, and rescues the job.
        """
        self.give_back()
        self._execute(
            "DELETE FROM queue_job_worker AS worker WHERE worker.id = %s AND NOT EXISTS"
            " (SELECT FROM queue_job_lease AS lease WHERE lease.worker_id = worker.id)",
            self.worker_id,
        )

    def set_idle(self, idle: bool) -> None:
        """Say whether an enqueuing transaction has to wake this worker."""
        self._execute(
            "UPDATE queue_job_worker SET idle = %s WHERE id = %s", idle, self.worker_id
        )

    def claim(self, wanted: int) -> list[Claim]:
        """Take up to ``wanted`` jobs, in the order they must run."""
        rows = self._execute(
            "SELECT job_id, attempt FROM queue_job_claim(%s, %s)",
            self.worker_id,
            wanted,
        )
        return [Claim(*row) for row in rows]

    def begin(self, claim: Claim, pid: int) -> Begun | None:
        """Mark a claimed job started; None when it is not to be run any more."""
        rows = self._execute(
            "SELECT has_children, together FROM queue_job_begin(%s, %s, %s)",
            claim.job_id,
            claim.attempt,
            pid,
        )
        return Begun(*rows[0]) if rows else None

    def begin_alike(self, claim: Claim, pid: int, wanted: int) -> list[Companion]:
        """Mark up to ``wanted`` jobs started that differ from it only in records."""
        rows = self._execute(
            "SELECT job_id, attempt, ids, retry, has_past, has_children"
            "  FROM queue_job_begin_alike(%s, %s, %s, %s)",
            *(claim.job_id, self.worker_id, pid, wanted),
        )
        return [
            Companion(Claim(job_id, attempt), tuple(ids or ()), *details)
            for job_id, attempt, ids, *details in rows
        ]

    def unbegin(self, claims: Sequence[Claim]) -> None:
        """Return jobs whose method was not called, though they have begun."""
        self._execute(
            "SELECT queue_job_unbegin(%s, %s)",
            [claim.job_id for claim in claims],
            [claim.attempt for claim in claims],
        )

    def cancel_requests(self, claims: Sequence[Claim]) -> dict[Claim, str | None]:
        """Return those of the attempts that a user wants stopped, and why."""
        rows = self._execute(
            "SELECT job_id, attempt, reason FROM queue_job_cancel"
            " WHERE job_id = ANY(%s)",
            [claim.job_id for claim in claims],
        )
        asked = {Claim(job_id, attempt): reason for job_id, attempt, reason in rows}
        return {claim: asked[claim] for claim in claims if claim in asked}

    def abandon(self, claim: Claim) -> None:
        """Let go of a job whose end could not be written; it is tried again."""
        self._execute("SELECT queue_job_abandon(%s, %s)", claim.job_id, claim.attempt)

    def give_back(self) -> int:
        """Return claimed jobs that were not begun, untouched; how many."""
        return self._value("SELECT queue_job_give_back(%s)", self.worker_id)

    def next_due(self) -> float | None:
        """Return the seconds until something that waits for time is due."""
        return self._value("SELECT queue_job_next_due()")

    def add_statistics(self, rows: str) -> None:
        """Add how attempts ended; ``rows``: JSON, see ``store/statistics.sql``."""
        self._execute("SELECT queue_job_add_statistics(%s::jsonb)", rows)

    def has_news(self) -> bool:
        """Return whether a job is over of which somebody is to be told."""
        return self._value("SELECT queue_job_has_news()")

    # -- graphs and leadership --

    def release(self) -> int:
        """Release the children of parents that are done; return how many."""
        return self._value("SELECT queue_job_release()")

    def try_lead(self) -> bool:
        """Take the leadership of the database if it is free."""
        return self._value("SELECT pg_try_advisory_lock(%s)", LEADER_LOCK)

    def rescue(self) -> list[tuple[str, str, str]]:
        """Put the jobs of dead workers back.

        :return: (uuid, new state, worker) of each job that was running
        """
        return self._execute("SELECT uuid, state, worker FROM queue_job_rescue()")
