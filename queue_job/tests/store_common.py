# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The store in a schema of its own, where several connections commit.

The engine's tables are installed beside the real ones, by the same code. No worker
looks there, and dropping the schema leaves nothing behind.
"""

from __future__ import annotations

import os
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from odoo.sql_db import Cursor, db_connect
from odoo.tests.common import BaseCase, get_db_name

from ..core.channels import parse_channels
from ..runtime.settings import Settings
from ..store import schema
from ..store.control import Claim, Control
from ..store.finish import finish

#: Columns, keys and indexes of the ORM's tables come along; triggers do not.
_CLONE = """
    DROP SCHEMA IF EXISTS {schema} CASCADE;
    CREATE SCHEMA {schema};
    SET search_path TO {schema}, public;
    CREATE TABLE {schema}.queue_job (LIKE public.queue_job INCLUDING ALL);
    CREATE TABLE {schema}.queue_job_channel
        (LIKE public.queue_job_channel INCLUDING ALL);
    CREATE TABLE {schema}.queue_job_worker
        (LIKE public.queue_job_worker INCLUDING ALL);
    CREATE TABLE {schema}.queue_job_attempt
        (LIKE public.queue_job_attempt INCLUDING ALL);
    CREATE SEQUENCE {schema}.worker_id_seq START {first_worker}
        OWNED BY {schema}.queue_job_worker.id;
    INSERT INTO {schema}.queue_job_channel
    SELECT * FROM public.queue_job_channel WHERE complete_name = 'root';
"""
#: Nothing in these tests takes this long unless it hangs.
_PATIENCE = 30.0  # seconds
_STATE_TABLES = ("ready", "slot", "identity", "dependency", "outbox", "throttle")


class StoreCase(BaseCase):
    """Test case with jobs, workers and as many connections as a test wants."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.dbname = get_db_name()
        cls.schema = f"queue_job_test_{os.getpid()}"
        with db_connect(cls.dbname).cursor() as cr:
            # Worker ids name advisory locks, which know no schema.
            first_worker = 1_000_000_000 + os.getpid() * 100
            cr.execute(_CLONE.format(schema=cls.schema, first_worker=first_worker))
            schema.install(cr)
        cls.addClassCleanup(cls._drop_schema)

    @classmethod
    def _drop_schema(cls) -> None:
        with db_connect(cls.dbname).cursor() as cr:
            cr.execute(f"DROP SCHEMA {cls.schema} CASCADE")

    def setUp(self) -> None:
        super().setUp()
        self.control = self.connect()
        self.addCleanup(self._clean)

    def _clean(self) -> None:
        self.control = self.connect()
        self.sql("DELETE FROM queue_job")
        self.sql("DELETE FROM queue_job_worker")
        self.sql("DELETE FROM queue_job_channel WHERE name <> 'root'")
        for table in _STATE_TABLES:
            self.sql(f"DELETE FROM queue_job_{table}")
        self.control.override_channels([])

    # -- connections -------------------------------------------------------------------

    def connect(self) -> Control:
        """Return a control connection: autocommit, READ COMMITTED."""
        parameters = Settings().connection_parameters(self.dbname)
        search_path = f"-c search_path={self.schema},public"
        control = Control({**parameters, "options": search_path}, "test")
        self.addCleanup(control.close)
        return control

    def worker(self) -> Control:
        """Return the control connection of a new worker."""
        control = self.connect()
        control.register(os.getpid(), "dedicated")
        return control

    def kill(self, worker: Control) -> None:
        """End the connection of a worker as when it is killed: nothing is said."""
        worker.close()
        name = "SELECT pg_advisory_lock(hashtext('queue_job'), %s)"
        self.sql(name, worker.worker_id)  # waits until PostgreSQL has noticed
        self.sql(name.replace("lock(", "unlock("), worker.worker_id)

    @contextmanager
    def transaction(self) -> Iterator[Cursor]:
        """Open a cursor as jobs and users have, committed at the end."""
        with db_connect(self.dbname).cursor() as cr:
            cr.execute(f"SET search_path TO {self.schema}, public")
            yield cr

    def sql(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Run a statement by itself, as somebody does in psql."""
        return self.control._execute(query, *parameters)

    def together(self, *actions: Callable[[], Any]) -> list[Any]:
        """Call the functions at the same moment, each in a thread; return what they do.

        Threads may not look up a registry: a server under test holds its lock.
        """
        start = threading.Barrier(len(actions))
        results: dict[int, Any] = {}

        def call(number: int, action: Callable[[], Any]) -> None:
            start.wait(_PATIENCE)
            results[number] = action()

        threads = [
            threading.Thread(target=call, args=args, daemon=True)
            for args in enumerate(actions)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(_PATIENCE)
        self.assertEqual(len(results), len(actions), "an action raised or hangs")
        return [results[number] for number in range(len(actions))]

    def wait_until_blocked(self, pid: int) -> None:
        """Return once the connection, used by another thread, waits for a lock."""
        deadline = time.monotonic() + _PATIENCE
        query = "SELECT 1 FROM pg_locks WHERE pid = %s AND NOT granted"
        while not self.sql(query, pid):
            self.assertLess(time.monotonic(), deadline, "it does not wait")

    # -- jobs --------------------------------------------------------------------------

    def configure(self, channels: str) -> None:
        """Put channels in force, as the configuration file does."""
        self.control.override_channels(parse_channels(channels))

    def job(
        self, channel: str | None = "root", eta: float | None = None, **values: Any
    ) -> int:
        """Store a job, committed, and return its id.

        :param eta: seconds from now
        """
        values = {"state": "pending", "priority": 10, "max_retries": 5, **values}
        columns = ["uuid", "channel", *values]
        query = (
            f"INSERT INTO queue_job (date_created, eta, {', '.join(columns)})"
            " SELECT '2026-01-01', now() AT TIME ZONE 'UTC' + %s * interval '1 s',"
            f" {', '.join(['%s'] * len(columns))} RETURNING id"
        )
        return self.sql(query, eta, str(uuid.uuid4()), channel, *values.values())[0][0]

    def state(self, job_id: int) -> str:
        """Return the state of a job."""
        return self.sql("SELECT state FROM queue_job WHERE id = %s", job_id)[0][0]

    def start(self, worker: Control) -> Claim:
        """Claim the job that ``worker`` must run next."""
        [claim] = worker.claim(1)
        return claim

    def end(self, claim: Claim, state: str = "done", **values: Any) -> None:
        """End an attempt the way the executor does."""
        with self.transaction() as cr:
            finish(cr, claim, {"state": state, **values})

    def ran(self, worker: Control, wanted: int = 50) -> list[int]:
        """Claim and end jobs, and return their ids."""
        claims = worker.claim(wanted)
        for claim in claims:
            self.end(claim)
        return [claim.job_id for claim in claims]

    def claimed(self, worker: Control, wanted: int = 50) -> list[int]:
        """Claim and return the ids of the jobs."""
        return [claim.job_id for claim in worker.claim(wanted)]
