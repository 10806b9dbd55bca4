# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Two transactions at a time, that really commit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests.common import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

from odoo.addons.connector.database import pg_try_advisory_lock
from odoo.addons.connector.exception import NetworkRetryableError
from odoo.addons.connector.testing.memory import MemoryBackend
from odoo.addons.queue_job.exception import RetryableJobError


@tagged("post_install", "-at_install")
class TestConcurrency(BaseCase):
    """What is written here is committed, and deleted at the end."""

    def setUp(self) -> None:
        super().setUp()
        MemoryBackend._instances.clear()
        with self.transaction() as env:
            backend = env["test.backend"].create({"name": "Concurrent"})
            self.backend_id = backend.id
            self.memory = backend._memory()
            self.memory.put("items", 7, name="Seven")
        self.addCleanup(self._clean)

    def _clean(self) -> None:
        with self.transaction() as env:
            mine = [("backend_id", "=", self.backend_id)]
            env["queue.job"].search([("model_name", "=like", "test.%")]).sudo().unlink()
            bindings = env["test.item.binding"].search(mine)
            items = bindings.odoo_id
            bindings.unlink()
            items.unlink()
            env["test.group"].search(mine).unlink()
            self._cursor(env).unlink()
            env["test.backend"].browse(self.backend_id).unlink()

    def _cursor(self, env: api.Environment) -> Any:
        """Return the cursor of the backend, if it has one."""
        cursors = env["connector.sync.cursor"].sudo()
        return cursors.search([("backend_id", "=", self.backend_id)])

    @contextmanager
    def transaction(self) -> Iterator[api.Environment]:
        """A transaction that commits at its end, or rolls back."""
        with Registry(get_db_name()).cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})

    def _import(self, env: api.Environment) -> str:
        backend = env["test.backend"].browse(self.backend_id)
        return env["test.item.binding"].import_record(backend, 7)

    @property
    def _seven(self) -> list[Any]:
        return [("backend_id", "=", self.backend_id), ("external_id", "=", "7")]

    def _bindings(self) -> int:
        with self.transaction() as env:
            return env["test.item.binding"].search_count(self._seven)

    def test_two_imports_at_the_same_time(self) -> None:
        with self.transaction() as first:
            self._import(first)
            with self.assertRaisesRegex(RetryableJobError, "advisory lock"):
                with self.transaction() as second:
                    self._import(second)
        self.assertEqual(self._bindings(), 1)

    @mute_logger("odoo.sql_db")
    def test_import_after_one_that_it_could_not_see(self) -> None:
        """The lock is free again, but the snapshot is older than the binding."""
        with self.assertRaises(RetryableJobError) as caught:
            with self.transaction() as second:
                second.cr.execute("SELECT 1 FROM test_item_binding")
                with self.transaction() as first:
                    self._import(first)
                self._import(second)
        self.assertIn("retried", str(caught.exception))
        self.assertEqual(self._bindings(), 1)
        with self.transaction() as again:
            self.assertIn("up-to-date", self._import(again))

    @mute_logger("odoo.sql_db")
    def test_chunk_after_an_import_that_it_could_not_see(self) -> None:
        """None of its records is at fault: the chunk is tried again as one."""
        with self.assertRaises(RetryableJobError):
            with self.transaction() as second:
                second.cr.execute("SELECT 1 FROM test_item_binding")
                with self.transaction() as first:
                    self._import(first)
                backend = second["test.backend"].browse(self.backend_id)
                second["test.item.binding"].import_chunk(backend, [7])
        self.assertEqual(self._bindings(), 1)

    def test_two_exports_at_the_same_time(self) -> None:
        with self.transaction() as env:
            values = {"name": "New", "backend_id": self.backend_id}
            binding_id = env["test.item.binding"].create(values).id

        def export(env: api.Environment) -> Any:
            return env["test.item.binding"].browse(binding_id).export_record()

        with self.transaction() as first:
            with (
                first["test.backend"]
                .browse(self.backend_id)
                .work_on("test.item.binding") as work
            ):
                exporter = work.component(usage="record.exporter")
                exporter.binding = first["test.item.binding"].browse(binding_id)
                exporter._lock()
                with self.assertRaisesRegex(RetryableJobError, "concurrent job"):
                    with self.transaction() as second:
                        export(second)
        self.assertEqual(len(self.memory.records["items"]), 1)
        with self.transaction() as env:
            export(env)
        self.assertEqual(len(self.memory.records["items"]), 2)

    def test_two_batches_at_the_same_time(self) -> None:
        def batch(env: api.Environment) -> None:
            backend = env["test.backend"].browse(self.backend_id)
            env["test.item.binding"].import_since_last(backend)

        with self.transaction() as env:
            batch(env)
        with self.transaction() as first:
            batch(first)
            with self.assertRaisesRegex(RetryableJobError, "Another batch"):
                with self.transaction() as second:
                    batch(second)

    def test_batch_that_crashes_after_its_jobs_advances_nothing(self) -> None:
        class Crash(Exception):
            """Of the worker."""

        with self.assertRaises(Crash):
            with self.transaction() as env:
                backend = env["test.backend"].browse(self.backend_id)
                env["test.item.binding"].import_since_last(backend)
                raise Crash
        with self.transaction() as env:
            self.assertFalse(self._cursor(env).value)
            jobs = env["queue.job"].search([("model_name", "=like", "test.%")])
            self.assertFalse(jobs)

    def test_error_is_kept_when_the_transaction_is_rolled_back(self) -> None:
        with self.transaction() as env:
            self._import(env)
        self.memory.offline = True
        with self.assertRaises(NetworkRetryableError):
            with self.transaction() as env:
                self._import(env)
        with self.transaction() as env:
            binding = env["test.item.binding"].search(self._seven)
            self.assertEqual(binding.sync_state, "failed")
            self.assertEqual(binding.sync_direction, "import")
            self.assertIn("the backend is offline", binding.last_error)

    def test_giving_way_is_no_error(self) -> None:
        with self.transaction() as env:
            self._import(env)
        self.memory.put("items", 7, name="Sept")
        with self.transaction() as first:
            pg_try_advisory_lock(
                first, f"import(test.backend, {self.backend_id}, test.item.binding, 7)"
            )
            with self.assertRaises(RetryableJobError):
                with self.transaction() as second:
                    self._import(second)
        with self.transaction() as env:
            binding = env["test.item.binding"].search(self._seven)
            self.assertEqual(binding.sync_state, "synced")

    def test_nothing_half_written(self) -> None:
        self.memory.put("groups", "g", name="G")
        self.memory.put("items", 7, name="Seven", group="g", cents="no number")
        with self.assertRaises(TypeError):
            with self.transaction() as env:
                self._import(env)
        with self.transaction() as env:
            mine = [("backend_id", "=", self.backend_id)]
            self.assertFalse(env["test.group"].search(mine))
            self.assertFalse(env["test.item.binding"].search(mine))
