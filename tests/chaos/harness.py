# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Real worker processes against a real database, and waiting for what they do."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg2
import psycopg2.extras

#: Nothing in these tests takes this long unless it is broken.
PATIENCE = 60.0  # seconds
#: What the leader of a database holds, as job runners always did.
LEADER_LOCK = 2293787760715711918

_INSERT = """
    INSERT INTO queue_job (
        uuid, state, model_name, method_name, channel_method_name, channel, priority,
        retry, max_retries, date_created, user_id, company_id, name, args, kwargs,
        identity_key, records)
    SELECT
        gen_random_uuid(), 'pending', 'chaos.ledger', %s, %s, %s, 10,
        0, %s, clock_timestamp() AT TIME ZONE 'UTC', 1, 1, %s, %s, '{}',
        %s,
        '{"_type": "odoo_recordset", "model": "chaos.ledger", "ids": [],
          "uid": 1, "su": true, "context": {}}'
      FROM generate_series(1, %s)
    RETURNING id
"""


def _values(
    method: str,
    channel: str,
    name: str,
    arguments: Sequence[Any],
    max_retries: int,
    identity_key: str | None,
) -> tuple[Any, ...]:
    return (
        method,
        f"<chaos.ledger>.{method}",
        channel,
        max_retries,
        name,
        psycopg2.extras.Json(arguments),
        identity_key,
    )


class Process:
    """An Odoo command that runs in a process group of its own."""

    def __init__(
        self,
        command: Sequence[str],
        log: Path,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.log = log
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                command,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env={**os.environ, **(environment or {})},
            )

    def signal(self, number: int) -> None:
        """Send a signal to the first process alone."""
        self.process.send_signal(number)

    def wait_log(self, text: str) -> None:
        """Wait until a text is in the log; no event tells, so it is looked at often."""
        deadline = time.monotonic() + PATIENCE
        while text not in self.log.read_text():
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise AssertionError(f"no {text!r} in:\n{self.log.read_text()}")
            time.sleep(0.05)

    def stop(self) -> int:
        """Stop in order and return the exit status."""
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
        try:
            return self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def kill(self) -> None:
        """Kill the process and its children at once, as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)


class Database:
    """What a test sees of a database, from outside Odoo."""

    def __init__(self, name: str, server: Mapping[str, str] | None = None) -> None:
        self.name = name
        self.server = dict(server or {})
        #: Jobs that the test has stored; jobs of jobs come on top.
        self.enqueued = 0
        #: Seconds from a fault until work went on, the longest if there were several.
        self.recovery: float | None = None
        self.reconnect()

    def reconnect(self) -> None:
        """Open the test's own connection, again after the server was away."""
        self._connection = self.connect()
        self._cursor = self._connection.cursor()
        self._cursor.execute("LISTEN chaos")

    def connect(self, application: str = "") -> Any:
        """Return a new autocommit connection."""
        connection = psycopg2.connect(
            dbname=self.name, application_name=application, **self.server
        )
        connection.set_session(autocommit=True)
        return connection

    @contextmanager
    def recovering(self) -> Iterator[None]:
        """Note how long the block takes: from a fault until work goes on."""
        start = time.monotonic()
        yield
        self.recovery = max(self.recovery or 0.0, time.monotonic() - start)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def rows(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        self._cursor.execute(query, parameters)
        return self._cursor.fetchall()

    def value(self, query: str, *parameters: Any) -> Any:
        """Return the first column of the first row."""
        return self.rows(query, *parameters)[0][0]

    def execute(self, query: str, *parameters: Any) -> int:
        """Run a statement; return the number of rows it touched."""
        self._cursor.execute(query, parameters)
        return self._cursor.rowcount

    def until(self, condition: Callable[[], Any], what: str) -> Any:
        """Return the first true value of ``condition``, looking after each event.

        Events are changes of job states; as not everything is one, a look is taken
        once a second as well.
        """
        deadline = time.monotonic() + PATIENCE
        while True:
            if found := condition():
                return found
            if time.monotonic() > deadline:
                raise AssertionError(
                    f"waited {PATIENCE:.0f} s for {what}: {self.counts()}"
                )
            select.select([self._connection], [], [], 1.0)
            self._connection.poll()
            self._connection.notifies.clear()

    def counts(self) -> dict[str, int]:
        """Return the number of jobs per state."""
        return dict(self.rows("SELECT state, count(*) FROM queue_job GROUP BY state"))

    def state(self, job_id: int) -> str:
        """Return the state of a job."""
        return self.value("SELECT state FROM queue_job WHERE id = %s", job_id)

    def wait_state(self, job_id: int, state: str) -> None:
        """Wait until a job is in a state."""
        self.until(lambda: self.state(job_id) == state, f"job {job_id} to be {state}")

    def wait_all(self, state: str, count: int) -> None:
        """Wait until ``count`` jobs are in a state."""
        self.until(
            lambda: self.counts().get(state, 0) >= count, f"{count} jobs to be {state}"
        )

    @contextmanager
    def gate(self, number: int) -> Iterator[None]:
        """Keep a gate closed: jobs behind it wait until the block ends."""
        connection = self.connect()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", (number,))
        try:
            yield
        finally:
            connection.close()

    @contextmanager
    def hold(self, job_id: int) -> Iterator[None]:
        """Lock a job's row, changing nothing: who wants to write it has to wait."""
        connection = psycopg2.connect(dbname=self.name, **self.server)
        try:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT FROM queue_job WHERE id = %s FOR UPDATE", (job_id,)
                )
            yield
        finally:
            connection.close()

    def wait_blocked(self, application: str) -> None:
        """Wait until a connection of this name waits for a row that is held."""
        self.until(
            lambda: self.value(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"
                " AND wait_event_type = 'Lock' AND application_name LIKE %s"
                " AND wait_event <> 'advisory'",
                self.name,
                application,
            ),
            f"{application} to be blocked",
        )

    def terminate(self, application: str = "%") -> None:
        """End the connections of this name, all by default, but for the test's own."""
        self.rows(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = %s AND pid <> pg_backend_pid()"
            "   AND application_name LIKE %s",
            self.name,
            application,
        )

    def leader(self) -> int | None:
        """Return the PostgreSQL process of who leads, None when nobody does."""
        rows = self.rows(
            "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted"
            " AND objsubid = 1 AND (classid::bigint << 32 | objid::bigint) = %s"
            " AND database ="
            "     (SELECT oid FROM pg_database WHERE datname = current_database())",
            LEADER_LOCK,
        )
        return rows[0][0] if rows else None

    def retries(self, job_id: int) -> int:
        """Return how many attempts of a job were counted."""
        return self.value("SELECT retry FROM queue_job WHERE id = %s", job_id)

    def worker_of(self, job_id: int) -> int:
        """Return the process that runs a job."""
        return self.value("SELECT worker_pid FROM queue_job WHERE id = %s", job_id)

    def wait_idle(self, count: int = 1) -> None:
        """Wait until so many workers have looked for jobs and found none."""
        query = "SELECT count(*) FROM queue_job_idle()"
        self.until(lambda: self.value(query) >= count, f"{count} idle workers")

    def wait_at(self, gate: int, count: int = 1) -> None:
        """Wait until so many jobs wait at a gate."""
        self.until(
            lambda: self.waiting_at(gate) == count, f"{count} jobs at gate {gate}"
        )

    def waiting_at(self, gate: int) -> int:
        """Return how many jobs wait at a gate."""
        return len(self.backends_at(gate))

    def backends_at(self, gate: int) -> list[int]:
        """Return PostgreSQL's processes of the jobs that wait at a gate."""
        rows = self.rows(
            "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            " AND objid = %s AND objsubid = 1 AND database ="
            "     (SELECT oid FROM pg_database WHERE datname = current_database())",
            gate,
        )
        return sorted(pid for (pid,) in rows)

    def enqueue(
        self,
        method: str,
        keys: Sequence[str],
        *arguments: Any,
        channel: str = "root",
        max_retries: int = 5,
        identity_key: str | None = None,
        wake: bool = True,
    ) -> list[int]:
        """Insert jobs the way any SQL client could; the triggers do the rest."""
        ids = []
        for key in keys:
            values = (
                method,
                channel,
                key,
                [key, *arguments],
                max_retries,
                identity_key,
            )
            ids.append(self.value(_INSERT, *_values(*values), 1))
        self.enqueued += len(ids)
        if wake:
            self.value("SELECT queue_job_wake()")
        return ids

    def enqueue_many(self, count: int, channel: str) -> None:
        """Insert a backlog of jobs that do nothing, with one statement."""
        self.execute(
            _INSERT, *_values("noop", channel, "backlog", ["backlog"], 5, None), count
        )
        self.enqueued += count

    def enqueue_graph(
        self, method: str, parents: Sequence[str], child: str, *arguments: Any
    ) -> tuple[list[int], int]:
        """Insert jobs and one that waits for them, in one transaction."""
        self.execute("BEGIN")
        ids = self.enqueue(method, parents, *arguments, wake=False)
        (child_id,) = self.enqueue(method, [child], *arguments, wake=False)
        self.execute(
            "UPDATE queue_job SET state = 'wait_dependencies' WHERE id = %s", child_id
        )
        self.execute(
            "INSERT INTO queue_job_dependency (parent_id, child_id)"
            " SELECT unnest(%s), %s",
            ids,
            child_id,
        )
        self.execute("COMMIT")
        self.value("SELECT queue_job_wake()")
        return ids, child_id

    def set_channels(self, capacities: Mapping[str, int]) -> None:
        """Make channels; the complete name of each is below ``root``, or that."""
        for name, capacity in capacities.items():
            self.execute(
                "INSERT INTO queue_job_channel (name, complete_name, parent_id,"
                " capacity, throttle, removal_interval)"
                " SELECT split_part(%s, '.', 2), %s, id, 1, 0, 30"
                "   FROM queue_job_channel WHERE name = 'root' AND %s <> 'root'",
                *(name, name, name),
            )
            self.execute(
                "UPDATE queue_job_channel SET capacity = %s WHERE complete_name = %s",
                *(capacity, name),
            )

    def last_effect(self) -> int:
        """Return the number of the latest effect in the ledger."""
        return self.value("SELECT COALESCE(max(id), 0) FROM chaos_ledger")

    def effects(self) -> dict[str, int]:
        """Return how many times each key's effect was committed."""
        return dict(self.rows("SELECT key, count(*) FROM chaos_ledger GROUP BY key"))
