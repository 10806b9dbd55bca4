# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from odoo import fields
from odoo.tools import mute_logger

from odoo.addons.connector.database import advisory_lock_key
from odoo.addons.connector.exception import (
    BackendPausedError,
    GaveWayError,
    InvalidDataError,
    NetworkRetryableError,
)
from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.queue_job.tests.common import trap_jobs

from .common import ConnectorCase

LOGGER = "odoo.addons.connector.components.synchronizer"


class TestChunkedBatch(ConnectorCase):
    def _batch(self, usage: str = "chunked.batch.importer", **kwargs: Any) -> str:
        with self.work_on("test.order") as work:
            return work.component(usage=usage).run(**kwargs)

    def test_a_job_for_each_chunk(self) -> None:
        for id_ in range(7):
            self.memory.put("orders", id_, name=f"{id_}")
        with trap_jobs() as trap:
            self.assertIn("7", self._batch())
            self.assertEqual(
                [job.args[1] for job in trap.enqueued_jobs],
                [[0, 1, 2], [3, 4, 5], [6]],
            )
            trap.perform_enqueued_jobs()
        orders = self.orders.search([("backend_id", "=", self.backend.id)])
        self.assertEqual(set(orders.mapped("name")), set("0123456"))
        reads = [call for call in self.memory.calls if call[0] == "read_many"]
        self.assertEqual(len(reads), 3)

    def test_the_same_chunk_waits_once(self) -> None:
        self.memory.put("orders", 1, name="1")
        jobs = self.env["queue.job"].search([])
        self._batch()
        self._batch()
        created = self.env["queue.job"].search([]) - jobs
        self.assertEqual(len(created), 1)
        self.assertIn("1 records of Test Order", created.name)

    def test_options_of_the_jobs(self) -> None:
        self.memory.put("orders", 1, name="1")
        with trap_jobs() as trap:
            self._batch(job_options={"priority": 3}, force=True)
            (job,) = trap.enqueued_jobs
            self.assertEqual(job.priority, 3)
            self.assertEqual(job.kwargs, {"force": True})

    def test_paused_in_the_middle_of_a_batch(self) -> None:
        """What was imported stays, the other chunks wait, nothing is half written."""
        for id_ in range(5):
            self.memory.put("orders", id_, name=f"{id_}")
        with trap_jobs() as trap:
            self._batch()
            first, second = trap.enqueued_jobs
        first.perform()
        self.backend.state = "active"
        self.backend.action_pause()
        with self.assertRaises(BackendPausedError) as caught:
            second.perform()
        self.assertTrue(caught.exception.ignore_retry)
        self.assertEqual(second.retry, 0, "the attempt is not counted")
        domain = [("backend_id", "=", self.backend.id)]
        self.assertEqual(self.orders.search_count(domain), 3)
        self.backend.action_activate()
        second.perform()
        self.assertEqual(self.orders.search_count(domain), 5)

    def test_chunks_of_what_changed_since_the_last_time(self) -> None:
        for id_ in range(4):
            self.memory.put("orders", id_, name=f"{id_}")
        self.memory.tick(minutes=60)
        with trap_jobs() as trap:
            self.orders.import_since_last(self.backend)
            chunks = [job.args[1] for job in trap.enqueued_jobs]
        self.assertEqual(chunks, [[0, 1, 2], [3]])
        self.memory.put("orders", 9, name="9")
        with trap_jobs() as trap:
            self.orders.import_since_last(self.backend)
            chunks = [job.args[1] for job in trap.enqueued_jobs]
        self.assertEqual(chunks, [[9]])

    def test_two_that_match_the_same_record(self) -> None:
        """The first one is bound to it; the second one is another record."""
        item = self.env["test.item"].create({"name": "Mine", "code": "same"})
        for id_ in (1, 2):
            self.memory.put("items", id_, name=f"{id_}", sku="same")
        with mute_logger("odoo.sql_db"):
            self.items.import_chunk(self.backend, [1, 2])
        self.assertEqual(self.binding_of(1).odoo_id, item)
        self.assertNotEqual(self.binding_of(2).odoo_id, item)

    def test_records_read_together_go_with_the_jobs(self) -> None:
        for id_ in range(3):
            self.memory.put("orders", id_, name=f"{id_}")
        with trap_jobs() as trap:
            self._batch("reading.batch.importer")
            trap.assert_jobs_count(3, only=self.orders.import_record)
            trap.perform_enqueued_jobs()
        calls = [call[0] for call in self.memory.calls]
        self.assertEqual(calls, ["search", "read_many", "read_many"])
        names = self.orders.search([("backend_id", "=", self.backend.id)])
        self.assertEqual(len(names), 3)

    def test_a_record_that_waited_is_read_again(self) -> None:
        self.memory.put("orders", 1, name="New")
        old = fields.Datetime.now() - timedelta(minutes=2)
        record = {"id": 1, "name": "Old"}
        self.orders.import_record(self.backend, 1, external_record=record, read_at=old)
        order = self.orders.search([("backend_id", "=", self.backend.id)])
        self.assertEqual(order.name, "New")


class TestChunk(ConnectorCase):
    def _bound(self, *ids: Any, **values: Any) -> None:
        for id_ in ids:
            self.memory.put("items", id_, **{"name": f"{id_}", **values})

    def _import(self, *ids: Any, **kwargs: Any) -> str:
        return self.items.import_chunk(self.backend, list(ids), **kwargs)

    def _names(self) -> set[str]:
        domain = [("backend_id", "=", self.backend.id)]
        return set(self.items.search(domain).mapped("name"))

    def test_new_known_and_skipped(self) -> None:
        self._bound(1, 2)
        self.memory.put("items", 3, name="draft", draft=True)
        self.import_item(1)
        self.import_item(2)
        self.memory.put("items", 2, name="two")
        self.memory.put("items", 4, name="new", group="g")
        self.memory.put("groups", "g", name="Group")
        message = self._import(1, 2, 3, 4)
        self.assertEqual(message, "2 imported, 2 skipped or up-to-date")
        self.assertEqual(self._names(), {"1", "two", "new"})
        self.assertEqual(self.binding_of(4).group_id.name, "Group")
        self.assertEqual(self.binding_of(4).sync_state, "synced")
        self.assertEqual(
            self.binding_of(4).external_version,
            self.memory.records["items"]["4"]["updatedAt"],
        )

    def test_an_id_twice_is_imported_once(self) -> None:
        self._bound(1)
        self.assertEqual(self._import(1, 1), "1 imported")

    def test_one_that_fails_takes_nothing_along(self) -> None:
        self._bound(1, 3)
        self.memory.put("items", 2, name="bad", cents="no number")
        with trap_jobs() as trap:
            message = self._import(1, 2, 3, force=True)
            trap.assert_enqueued_job(
                self.items.import_record,
                args=(self.backend, 2),
                kwargs={"force": True},
            )
        self.assertEqual(message, "2 imported, 1 have a job of their own")
        self.assertEqual(self._names(), {"1", "3"})

    def test_what_a_failed_record_wrote_is_undone(self) -> None:
        self._bound(1)
        self.memory.put("items", 2, name="bad", cents="no number", group="g")
        self.memory.put("groups", "g", name="Only for the bad one")
        with trap_jobs():
            self._import(1, 2)
        group = self.groups.search([("backend_id", "=", self.backend.id)])
        self.assertFalse(group)

    def test_refused_by_the_database(self) -> None:
        self._bound(1, 2)
        cls = self._components_registry["test.item.importer"]
        after_import = cls._after_import

        def break_transaction(importer: Any, binding: Any) -> None:
            after_import(importer, binding)
            if importer.external_id == 2:
                importer.env.cr.execute("SELECT 1 / 0")

        self.patch(cls, "_after_import", break_transaction)
        with trap_jobs() as trap, self.assertLogs("odoo.sql_db", "ERROR"):
            message = self._import(1, 2)
            trap.assert_jobs_count(1, only=self.items.import_record)
        self.assertEqual(message, "1 imported, 1 have a job of their own")

    def test_deleted_in_the_backend_meanwhile(self) -> None:
        self._bound(1)
        self.assertEqual(
            self._import(1, 2), "1 imported, 1 deleted in the backend meanwhile"
        )
        self.memory.put("orders", 1, name="1")
        message = self.orders.import_chunk(self.backend, [1, 2])
        self.assertEqual(message, "1 imported, 1 deleted in the backend meanwhile")

    def test_missing_dependency_is_no_deletion(self) -> None:
        self.memory.put("items", 1, name="1", group="nowhere")
        with trap_jobs() as trap:
            self.assertEqual(self._import(1), "1 have a job of their own")
            trap.assert_jobs_count(1, only=self.items.import_record)

    def test_one_that_another_one_needs_is_created_once(self) -> None:
        self.memory.put("groups", "leaf", name="Leaf", parent="root")
        self.memory.put("groups", "root", name="Root")
        self.groups.import_chunk(self.backend, ["root", "leaf"])
        groups = self.groups.search([("backend_id", "=", self.backend.id)])
        self.assertEqual(len(groups), 2)
        leaf = groups.filtered(lambda group: group.name == "Leaf")
        self.assertEqual(leaf.parent_id.name, "Root")

    def test_too_early_is_no_failure(self) -> None:
        """What another transaction is about to create keeps the chunk together."""
        self._bound(1, 2)

        def wait(importer: Any) -> None:
            raise RetryableJobError("being created", seconds=1, ignore_retry=True)

        cls = self._components_registry["test.item.importer"]
        self.patch(cls, "_import_dependencies", wait)
        with trap_jobs() as trap:
            with self.assertRaisesRegex(RetryableJobError, "being created"):
                self._import(1, 2)
            trap.assert_jobs_count(0)

    def test_backend_that_is_gone_from_the_start(self) -> None:
        self._bound(1)
        self.memory.offline = True
        with self.assertRaises(NetworkRetryableError):
            self._import(1)

    def test_backend_that_goes_away_in_the_middle(self) -> None:
        """What is done stays done; the rest has a new job, that waits."""
        self._bound(1, 2, 3)
        memory, read = self.memory, self.memory.read

        def read_until_two(resource: str, id_: Any) -> Any:
            memory.offline = id_ == 2
            return read(resource, id_)

        self.patch(memory, "read", read_until_two)
        with trap_jobs() as trap:
            message = self._import(1, 2, 3)
            trap.assert_enqueued_job(
                self.items.import_chunk,
                args=(self.backend, [2, 3]),
                kwargs={"force": False},
            )
            (job,) = trap.enqueued_jobs
            self.assertTrue(job.eta)
        self.assertIn("1 imported, 2 wait for the backend", message)
        self.assertEqual(self._names(), {"1"})

    def test_paused_backend(self) -> None:
        self._bound(1)
        self.backend.state = "paused"
        with self.assertRaises(BackendPausedError):
            self._import(1)
        self.assertEqual(self.memory.calls, [])

    def test_locked_by_another_transaction(self) -> None:
        self._bound(1, 2)
        with self.work_on("test.item.binding") as work:
            name = work.component(usage="record.importer")._lock_name(2)
        with self.env.registry.cursor() as cr, trap_jobs() as trap:
            cr.execute("SELECT pg_advisory_xact_lock(%s)", [advisory_lock_key(name)])
            message = self._import(1, 2)
            trap.assert_jobs_count(1, only=self.items.import_record)
        self.assertEqual(message, "1 imported, 1 have a job of their own")

    def test_gives_way_to_who_imports_a_dependency(self) -> None:
        """All of it comes back once the other transaction is over, nothing is apart."""
        self._bound(1)
        self.memory.put("items", 2, name="2", group="g")
        self.memory.put("groups", "g", name="Group")
        with self.work_on("test.group") as work:
            name = work.component(usage="record.importer")._lock_name("g")
        with self.env.registry.cursor() as cr, trap_jobs() as trap:
            cr.execute("SELECT pg_advisory_xact_lock(%s)", [advisory_lock_key(name)])
            with self.assertRaises(GaveWayError) as caught:
                self._import(1, 2)
            trap.assert_jobs_count(0)
        self.assertTrue(caught.exception.ignore_retry)
        self.assertEqual(self._import(1, 2), "2 imported")

    def test_queries_do_not_grow_with_the_records(self) -> None:
        counts = []
        self.memory.put("orders", "warm", name="caches")
        self.orders.import_chunk(self.backend, ["warm"])
        for ids in (range(10), range(10, 90)):
            for id_ in ids:
                self.memory.put("orders", id_, name=f"{id_}")
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.orders.import_chunk(self.backend, list(ids))
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_records_that_match_are_found_together(self) -> None:
        values = [{"name": f"Mine {i}", "code": f"C{i}"} for i in range(40)]
        mine = self.env["test.item"].create([*values, {"name": "Twin", "code": "C7"}])
        few = self._queries_of_chunk(range(8, 13))
        with self.assertLogs(f"{LOGGER}.matching", "WARNING") as logs:
            many = self._queries_of_chunk([*range(8), *range(13, 40)])
        self.assertEqual(self.binding_of(3).odoo_id, mine[3])
        self.assertEqual(self.binding_of(30).odoo_id, mine[30])
        self.assertNotIn(self.binding_of(7).odoo_id, mine, "two match: none is taken")
        self.assertIn("several records by code", "".join(logs.output))
        self.assertLess(many - few, 30, "not one query for each")

    def _queries_of_chunk(self, ids: Iterable[int]) -> int:
        for id_ in ids:
            self.memory.put("items", id_, name=f"{id_}", sku=f"C{id_}")
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        self.items.import_chunk(self.backend, list(ids))
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_importer_with_a_way_of_its_own(self) -> None:
        cls = self._components_registry["test.item.importer"]
        run = cls.run
        ran = []

        def own_run(importer: Any, external_id: Any, **kwargs: Any) -> str:
            ran.append(external_id)
            return run(importer, external_id, **kwargs)

        self.patch(cls, "run", own_run)
        self._bound(1, 2)
        self.assertEqual(self._import(1, 2), "2 imported")
        self.assertEqual(ran, [1, 2])

    def test_unknown_argument(self) -> None:
        with self.assertRaisesRegex(TypeError, "'forced', did you mean 'force'"):
            self.items.import_record(self.backend, 1, forced=True)
        cls = self._components_registry["test.item.importer"]
        self.patch(cls, "_run_options", ("mode",))
        self._bound(1)
        self.import_item(1, mode="quick")

    def test_bad_values_name_the_record(self) -> None:
        self.memory.put("items", 1, name="1")
        cls = self._components_registry["test.item.import.mapper"]
        self.patch(cls, "finalize", lambda mapper, record, values: {"nmae": "x"})
        with self.assertRaisesRegex(InvalidDataError, "record 1: .*'nmae'"):
            self.import_item(1)
