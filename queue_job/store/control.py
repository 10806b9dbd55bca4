# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A worker's own connection to one database, apart from the cursors its jobs use.

Autocommit and READ COMMITTED, because claims under Odoo's REPEATABLE READ would fail
instead of skipping; ``synchronous_commit`` off, because a claim lost in a crash of the
server is made again. The session advisory lock it holds is what says "alive".
"""

from __future__ import annotations

import contextlib
import logging
import os
import socket
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg2

from ..core.channels import ChannelConfig
from .connection import connect

_logger = logging.getLogger(__name__)

#: Channel of LISTEN and NOTIFY.
NOTIFY_CHANNEL: Final = "queue_job"
#: Held by the leader of a database; the same key as earlier job runners use, so that
#: one of those and ours never serve the same database together.
LEADER_LOCK: Final = 2293787760715711918


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that this worker has taken, and the number that fences its end."""

    job_id: int
    attempt: int
    #: Columns of the job, as they were when it was taken; None: not read.
    row: Any = field(default=None, compare=False, repr=False)


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

    def _named(self, rows: Iterable[tuple[Any, ...]]) -> Iterator[dict[str, Any]]:
        names = [column.name for column in self._cursor.description]
        return (dict(zip(names, row, strict=True)) for row in rows)

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
        """Make these channels win over the channel records; none ends an override.

        Moves the jobs that wait in channels which change, however many those are.
        """
        with self._unhurried(), self._transaction():
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
    def _unhurried(self) -> Iterator[None]:
        patience, self._connection.patience = self._connection.patience, None
        try:
            yield
        finally:
            self._connection.patience = patience

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
            "INSERT INTO queue_job_worker (id, name, host, pid, mode, date_start)"
            " VALUES (%s, %s, %s, %s, %s, now() AT TIME ZONE 'UTC')",
            worker_id,
            f"{host}:{pid}",
            host,
            pid,
            mode,
        )
        self._execute(f"LISTEN {NOTIFY_CHANNEL}")
        self.worker_id = worker_id

    def unregister(self, running: Sequence[Claim] = ()) -> None:
        """Give back what was not begun and leave.

        Jobs that have begun and not ended keep the worker's row: without its lock the
        leader takes the worker for dead, and rescues them.
        """
        self.give_back(running)
        for table, column in (
            ("queue_job_slot", "worker_id"),
            ("queue_job_worker", "id"),
        ):
            self._execute(
                f"DELETE FROM {table} AS mine WHERE"  # nosec B608
                f" mine.{column} = %s AND NOT EXISTS"
                " (SELECT FROM queue_job_lease AS lease WHERE lease.worker_id = %s)",
                self.worker_id,
                self.worker_id,
            )

    def claim(self, wanted: int) -> list[Claim]:
        """Take up to ``wanted`` jobs, mark them started, return them in their order.

        What this worker took before and has not ended goes back untouched.
        """
        rows = self._execute(
            "SELECT * FROM queue_job_claim(%s, %s, %s)",
            self.worker_id,
            wanted,
            os.getpid(),
        )
        return [Claim(job["id"], job["attempt"], job) for job in self._named(rows)]

    def join(self, claim: Claim, wanted: int) -> list[Claim]:
        """Take up to ``wanted`` jobs more that differ from a held one only in records.

        All run as one call. Those that this worker holds already are among them.
        """
        rows = self._execute(
            "SELECT * FROM queue_job_join(%s, %s, %s, %s)",
            claim.job_id,
            claim.attempt,
            wanted,
            os.getpid(),
        )
        return [Claim(job["id"], job["attempt"], job) for job in self._named(rows)]

    def together(self) -> dict[str, int]:
        """Return how many jobs of a function may run as one call, by its name."""
        return dict(
            self._execute(
                "SELECT name, coalesce_limit FROM queue_job_function"
                " WHERE coalesce_limit > 1"
            )
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

    def give_back(self, kept: Sequence[Claim] = ()) -> None:
        """Return what this worker holds, untouched, but for the jobs it runs."""
        self._execute(
            "SELECT queue_job_give_back(attempt, %s::integer[]) FROM queue_job_slot"
            " WHERE worker_id = %s",
            [claim.job_id for claim in kept],
            self.worker_id,
        )

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

    def move_lines(self) -> None:
        """Look at the first of those who wait for a token, once more."""
        self._execute("SELECT queue_job_move_lines()")

    def try_lead(self) -> bool:
        """Take the leadership of the database if it is free."""
        return self._value("SELECT pg_try_advisory_lock(%s)", LEADER_LOCK)

    def compact(self) -> list[str]:
        """Rewrite the small tables that are full of dead rows; return their names."""
        return [name for (name,) in self._execute("SELECT queue_job_compact()")]

    def rescue(self) -> list[tuple[str, str, str]]:
        """Put the jobs of dead workers back.

        :return: (uuid, new state, worker) of each job that was running
        """
        return self._execute("SELECT uuid, state, worker FROM queue_job_rescue()")
