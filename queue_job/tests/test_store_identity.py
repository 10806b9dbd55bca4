# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""At most one active job per identity key, under any interleaving."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial

import psycopg2.errors

from odoo import SUPERUSER_ID, api
from odoo.exceptions import ConcurrencyError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..store.enqueue import insert_jobs
from .store_common import StoreCase

KEY = "import 42"


@tagged("post_install", "-at_install")
class TestIdentity(StoreCase):
    def setUp(self) -> None:
        super().setUp()
        self.one, self.two = self._env(), self._env()

    def _env(self) -> api.Environment:
        # Made here, as threads may not look up the registry.
        stack = ExitStack()
        self.addCleanup(stack.close)
        cr = stack.enter_context(self.transaction())
        return api.Environment(cr, SUPERUSER_ID, {})

    def _store(
        self, env: api.Environment, key: str | None = KEY, state: str = "pending"
    ) -> None:
        vals = {
            "uuid": str(uuid.uuid4()),
            "state": state,
            "identity_key": key,
            "date_created": "2026-01-01 00:00:00",
            "channel": "root",
        }
        insert_jobs(env, [vals])
        # The workers of the real queue have nothing to do with these jobs.
        env.cr.postcommit.clear()

    def _try_to_store(self, env: api.Environment) -> str:
        try:
            self._store(env)
        except ConcurrencyError as error:
            return str(error)
        env.cr.commit()
        return "stored"

    def _end_when_blocked(
        self, end: Callable[[], None], rival: api.Environment
    ) -> None:
        self.wait_until_blocked(rival.cr._cnx.info.backend_pid)
        end()

    def _active(self) -> int:
        return len(self.sql("SELECT 1 FROM queue_job WHERE identity_key = %s", KEY))

    @mute_logger("odoo.sql_db")
    def test_rival_that_commits(self) -> None:
        self.two.cr.execute("SELECT 1")  # takes the snapshot
        self._store(self.one)
        outcome, _none = self.together(
            partial(self._try_to_store, self.two),
            partial(self._end_when_blocked, self.one.cr.commit, self.two),
        )
        self.assertIn(KEY, outcome)
        # The transaction goes on: only the INSERT was refused.
        self.two.cr.execute("SELECT 1")
        self.two.cr.commit()
        self.assertEqual(self._active(), 1)

    def test_rival_that_rolls_back(self) -> None:
        self._store(self.one)
        outcome, _none = self.together(
            partial(self._try_to_store, self.two),
            partial(self._end_when_blocked, self.one.cr.rollback, self.two),
        )
        self.assertEqual(outcome, "stored")
        self.assertEqual(self._active(), 1)

    @mute_logger("odoo.sql_db")
    def test_rival_committed_after_the_snapshot(self) -> None:
        """The second one does not see the first one's job, and is refused."""
        self.two.cr.execute("SELECT 1")
        self._store(self.one)
        self.one.cr.commit()
        with self.assertRaises(ConcurrencyError):
            self._store(self.two)
        self.two.cr.rollback()
        self.assertEqual(self._active(), 1)

    @mute_logger("odoo.sql_db")
    def test_many_transactions_at_once(self) -> None:
        envs = [self._env() for _number in range(6)]
        for env in envs:
            env.cr.execute("SELECT 1")
        outcomes = self.together(*(partial(self._try_to_store, env) for env in envs))
        self.assertEqual(outcomes.count("stored"), 1)
        self.assertEqual(self._active(), 1)

    def test_other_keys_and_none_do_not_meet(self) -> None:
        self._store(self.one)
        self._store(self.two, "import 43")
        self._store(self.two, None)
        self._store(self.one, None)
        self._store(self.one, "")
        self._store(self.two, "")
        self.two.cr.commit()
        self.one.cr.commit()
        self.assertEqual(len(self.sql("SELECT 1 FROM queue_job")), 6)

    @mute_logger("odoo.sql_db")
    def test_same_key_twice_in_one_transaction(self) -> None:
        self._store(self.one)
        with self.assertRaises(ConcurrencyError):
            self._store(self.one)
        self.one.cr.commit()
        self.assertEqual(self._active(), 1)

    def test_states_that_hold_a_key(self) -> None:
        self._store(self.one, "waits", "wait_dependencies")
        self._store(self.one, "over", "done")
        self.one.cr.commit()
        self._store(self.two, "over")
        with (
            self.assertRaises(psycopg2.errors.UniqueViolation),
            mute_logger("odoo.sql_db"),
            self.two.cr.savepoint(flush=False),
        ):
            self.two.cr.execute(
                "INSERT INTO queue_job (uuid, state, identity_key)"
                " VALUES ('by hand', 'pending', 'waits')"
            )
        self.two.cr.commit()
        self.assertEqual(
            self.sql("SELECT identity_key FROM queue_job_identity ORDER BY 1"),
            [("over",), ("waits",)],
        )
