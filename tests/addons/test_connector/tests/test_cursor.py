# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo.addons.connector.exception import BackendPausedError, NetworkRetryableError
from odoo.addons.queue_job.tests.common import trap_jobs

from .common import ConnectorCase


class TestSyncCursor(ConnectorCase):
    def _import(self, **kwargs: bool) -> list[str]:
        """Import what changed and return the ids for which there is a job."""
        with trap_jobs() as trap:
            self.items.import_since_last(self.backend, **kwargs)
            return [str(job.args[1]) for job in trap.enqueued_jobs]

    def test_only_what_changed_since_the_last_time(self) -> None:
        self.memory.put("items", 1, name="1")
        self.memory.tick(minutes=60)
        self.assertEqual(self._import(), ["1"])
        self.memory.put("items", 2, name="2")
        self.memory.tick(minutes=60)
        self.assertEqual(self._import(), ["2"])
        self.assertEqual(self._import(), [], "and never again")
        cursor = self.backend.sync_cursor_ids
        self.assertTrue(cursor.last_date)
        self.assertGreater(cursor.value, self.memory.records["items"]["2"]["updatedAt"])

    def test_overlap(self) -> None:
        """What the backend published late, dated before the cursor, is found."""
        self.memory.put("items", 1, name="1")
        self._import()
        date = self.memory.records["items"]["1"]["updatedAt"]
        late = date.replace("12:01", "11:59")
        self.memory.put("items", 2, name="2", updatedAt=late)
        self.assertEqual(self._import(), ["1", "2"])
        self.backend.sync_cursor_ids.overlap = 0
        self.assertEqual(self._import(), ["1"])

    def test_backend_that_does_not_tell_its_clock(self) -> None:
        adapter = self._components_registry["test.item.adapter"]
        self.patch(adapter, "server_time", lambda adapter: None)
        self.memory.put("items", 1, name="1")
        self.memory.tick(minutes=60)
        self.memory.put("items", 2, name="2")
        self.memory.tick(minutes=60)
        self._import()
        cursor = self.backend.sync_cursor_ids
        date = self.memory.records["items"]["2"]["updatedAt"]
        self.assertEqual(cursor.value, date)
        self.memory.tick(minutes=60)
        self.memory.put("items", 3, name="3")
        self.assertEqual(self._import(), ["2", "3"])
        self.assertEqual(self._import(), ["3"])
        del self.memory.records["items"]["3"]
        value = cursor.value
        self.assertEqual(self._import(), [])
        self.assertEqual(cursor.value, value)

    def test_a_date_in_the_future_hides_nothing(self) -> None:
        self.memory.put("items", 1, name="1", updatedAt="2099-01-01T00:00:00Z")
        self._import()
        self.memory.put("items", 2, name="2")
        self.assertIn("2", self._import())

    def test_the_cursor_never_goes_back(self) -> None:
        self.memory.put("items", 1, name="1")
        self._import()
        value = self.backend.sync_cursor_ids.value
        self.memory.tick(minutes=-30)
        self._import()
        self.assertEqual(self.backend.sync_cursor_ids.value, value)

    def test_full(self) -> None:
        self.memory.put("items", 1, name="1")
        self.memory.tick(minutes=60)
        self.memory.put("items", 2, name="2")
        self._import()
        self.memory.tick(minutes=60)
        self.assertEqual(self._import(full=True), ["1", "2"])

    def test_a_failure_leaves_the_cursor(self) -> None:
        self.memory.put("items", 1, name="1")
        self.memory.tick(minutes=60)
        self._import()
        value = self.backend.sync_cursor_ids.value
        self.memory.tick(minutes=60)
        self.memory.put("items", 2, name="2")
        self.memory.offline = True
        with self.assertRaises(NetworkRetryableError), self.env.cr.savepoint():
            self._import()
        self.assertEqual(self.backend.sync_cursor_ids.value, value)
        self.memory.offline = False
        self.assertEqual(self._import(), ["2"])

    def test_a_mark_that_is_no_date(self) -> None:
        cursor = self.backend._sync_cursor("test.item.binding")
        cursor._advance("seq-9")
        self.assertEqual(cursor._since(), "seq-9")
        cursor._advance("seq-10")
        self.assertEqual(cursor._since(), "seq-10")

    def test_one_cursor_for_each_model_of_each_backend(self) -> None:
        other = self.backend.copy()
        cursors = [
            self.backend._sync_cursor("test.item.binding"),
            self.backend._sync_cursor("test.group"),
            other._sync_cursor("test.item.binding"),
        ]
        self.assertEqual(len({cursor.id for cursor in cursors}), 3)
        again = self.backend._sync_cursor("test.item.binding")
        self.assertEqual(again, cursors[0])

    def test_name(self) -> None:
        cursor = self.backend._sync_cursor("test.item.binding")
        self.assertEqual(cursor.display_name, "Test Item Binding, Memory")
        other = self.backend._sync_cursor("no.such.model", name="prices")
        self.assertEqual(other.display_name, "no.such.model (prices), Memory")

    def test_the_schedule_runs_for_active_backends(self) -> None:
        backends = self.env["test.backend"]
        active = backends.create({"name": "active", "state": "active"})
        paused = backends.create({"name": "paused", "state": "paused"})
        domain = [("id", "in", (active + paused).ids)]
        with trap_jobs() as trap:
            backends._scheduler_import_since_last("test.item.binding", domain)
            self.assertEqual([job.args[0] for job in trap.enqueued_jobs], [active])

    def test_a_paused_backend_makes_the_job_wait(self) -> None:
        self.backend.state = "paused"
        for method in (
            self.items.import_since_last,
            self.items.import_batch,
        ):
            with self.assertRaises(BackendPausedError) as caught:
                method(self.backend)
            self.assertTrue(caught.exception.ignore_retry)
            self.assertIn("Memory", str(caught.exception))
        with self.assertRaises(BackendPausedError):
            self.items.import_record(self.backend, 1)
        self.assertEqual(self.memory.calls, [])
