# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Jobs delayed one by one are inserted together, and nobody notices."""

from __future__ import annotations

from typing import Any

from odoo.tests.common import TransactionCase

from odoo.addons.queue_job.job import Job, pending

from .common import JobCase


class TestPending(JobCase):
    def setUp(self) -> None:
        super().setUp()
        self.record.with_delay().append("")  # reads the configuration
        self.env.cr.flush()

    def count_rows(self) -> int:
        """Count without the ORM, which would flush."""
        self.env.cr.execute("SELECT count(*) FROM queue_job")
        return self.env.cr.fetchone()[0]

    def delay(self, count: int) -> list[Job]:
        return [self.record.with_delay().append(str(i)) for i in range(count)]

    def test_a_loop_is_one_insert(self) -> None:
        before = self.count_rows()
        with self.assertQueryCount(1):
            jobs = self.delay(20)
            self.env.cr.flush()
        self.assertEqual(self.count_rows(), before + 20)
        ids = [job.db_record().id for job in jobs]
        self.assertEqual(ids, sorted(ids), "in the order they were delayed")

    def test_identity_keys(self) -> None:
        def delay(key: str) -> Any:
            return self.record.with_delay(identity_key=key).append(key)

        before = self.count_rows()
        first, other = delay("one"), delay("two")
        self.assertEqual(self.count_rows(), before)
        twin = delay("one")
        self.assertEqual(twin, first.db_record())
        self.assertEqual(delay("two"), other.db_record())
        self.assertEqual(self.count_rows(), before + 2)

    def test_many_do_not_wait_for_the_flush(self) -> None:
        self.patch(pending, "_LIMIT", 10)
        before = self.count_rows()
        self.delay(25)
        self.assertEqual(self.count_rows(), before + 20)

    def test_who_looks_finds_them(self) -> None:
        model = self.env["queue.job"]
        for look in (
            lambda job: model.search([("uuid", "=", job.uuid)]),
            lambda job: model.search([]).filtered(lambda r: r.uuid == job.uuid),
            lambda job: model._read_group([("uuid", "=", job.uuid)], ["state"]),
            lambda job: job.db_record(),
            lambda job: Job.load(self.env, job.uuid),
            lambda job: Job.load_many(self.env, [job.uuid]),
        ):
            [job] = self.delay(1)
            self.assertTrue(look(job))
        before = model.search_count([])
        self.delay(1)
        self.assertEqual(model.search_count([]), before + 1)

    def test_savepoint_keeps_those_before_and_forgets_those_inside(self) -> None:
        counter = self.job_counter()
        [before] = self.delay(1)
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            [inside] = self.delay(1)
            1 / 0  # noqa: B018
        [after] = self.delay(1)
        self.assertEqual(
            counter.search_created(), before.db_record() | after.db_record()
        )
        self.assertFalse(inside.db_record())

    def test_savepoint_that_succeeds(self) -> None:
        counter = self.job_counter()
        with self.env.cr.savepoint():
            [inside] = self.delay(1)
        self.assertEqual(counter.search_created(), inside.db_record())

    def test_store_again(self) -> None:
        [job] = self.delay(1)
        job.priority = 3
        job.store()
        self.assertEqual(job.db_record().priority, 3)
        self.assertEqual(Job.load(self.env, job.uuid).priority, 3)

    def test_graph_comes_after_those_delayed_before(self) -> None:
        [first] = self.delay(1)
        delayable = self.record.delayable().append("x")
        delayable.on_done(self.record.delayable().append("y"))
        delayable.delay()
        [last] = self.delay(1)
        ids = [job.db_record().id for job in (first, delayable._generated_job, last)]
        self.assertEqual(ids, sorted(ids))

    def test_job_waiting_for_a_pending_one(self) -> None:
        [parent] = self.delay(1)
        child = Job(self.record.echo)
        child.add_depends([parent])
        child.store()
        self.assertEqual(self.edges(parent, child), {(parent, child)})

    def test_error_is_raised_at_the_call(self) -> None:
        with self.assertRaises(TypeError):
            self.record.with_delay().undescribed(print)
        self.env.cr.flush()


class TestCommit(TransactionCase):
    def test_commit_stores(self) -> None:
        with self.registry.cursor() as cursor:
            env = self.env(cr=cursor)
            job = env["queue.job"].with_delay()._test_job()
            cursor.commit()
            try:
                cursor.execute("SELECT FROM queue_job WHERE uuid = %s", [job.uuid])
                self.assertEqual(cursor.rowcount, 1)
                lost = env["queue.job"].with_delay()._test_job()
                cursor.rollback()
                self.assertFalse(lost.db_record())
                self.assertTrue(job.db_record())
            finally:
                cursor.execute("DELETE FROM queue_job WHERE uuid=%s", [job.uuid])
                cursor.commit()
