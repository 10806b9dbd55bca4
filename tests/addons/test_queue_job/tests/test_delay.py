# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""``with_delay`` and ``delayable`` of single jobs."""

from __future__ import annotations

import gc
import os
import threading
from datetime import datetime, timedelta
from unittest import mock

from odoo import api
from odoo.exceptions import ConcurrencyError
from odoo.modules.registry import Registry
from odoo.tests.common import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

from odoo.addons.queue_job import identity_exact
from odoo.addons.queue_job.delay import Delayable, DelayableRecordset, delay_many
from odoo.addons.queue_job.exception import NotSerializableJobError
from odoo.addons.queue_job.job import Job
from odoo.addons.queue_job.utils import must_run_without_delay

from .common import JobCase


class TestWithDelay(JobCase):
    def test_stores_one_job(self) -> None:
        counter = self.job_counter()
        job = self.record.with_delay().echo(1, key="x")
        self.assertIsInstance(job, Job)
        self.assertEqual(counter.search_created(), job.db_record())
        self.assertEqual(job.db_record().args, [1])
        self.assertEqual(job.db_record().kwargs, {"key": "x"})
        self.assertFalse(job.db_record().graph_uuid)

    def test_options(self) -> None:
        record = (
            self.record.with_delay(
                priority=7,
                eta=datetime(2030, 1, 1),
                max_retries=0,
                description="Described",
                channel="root.test",
                identity_key="key",
            )
            .echo()
            .db_record()
        )
        self.assertEqual(
            (
                record.priority,
                record.eta,
                record.max_retries,
                record.name,
                record.channel,
                record.identity_key,
            ),
            (7, datetime(2030, 1, 1), 0, "Described", "root.test", "key"),
        )

    def test_eta_from_now(self) -> None:
        for eta in (3600, timedelta(hours=1)):
            before = datetime.utcnow().replace(microsecond=0)
            record = self.record.with_delay(eta=eta).echo().db_record()
            self.assertLessEqual(before + timedelta(hours=1), record.eta)
            self.assertLessEqual(record.eta, datetime.utcnow() + timedelta(hours=1))

    def test_empty_recordset(self) -> None:
        job = self.env["test.queue.job"].with_delay().echo()
        self.assertEqual(job.db_record().records, self.env["test.queue.job"])

    def test_private_method_and_method_of_the_orm(self) -> None:
        self.assertTrue(self.record.with_delay()._compute_display_name().db_record())
        self.assertTrue(self.record.with_delay().write({"name": "x"}).db_record())

    def test_method_named_as_an_option_of_the_builder(self) -> None:
        with self.assertRaisesRegex(AttributeError, "has no method 'set'"):
            self.record.with_delay().set(priority=1)

    def test_field(self) -> None:
        with self.assertRaisesRegex(AttributeError, "test.queue.job.name is a field"):
            self.record.with_delay().name()
        delayable = self.record.delayable()
        with self.assertRaisesRegex(AttributeError, "test.queue.job.name is a field"):
            delayable.name()
        delayable.echo().delay()

    def test_unknown_method(self) -> None:
        with self.assertRaisesRegex(
            AttributeError, "no method 'apend'. Did you mean 'append'?"
        ):
            self.record.with_delay().apend("x")

    def test_not_a_method(self) -> None:
        with self.assertRaisesRegex(TypeError, "only methods of models"):
            self.record.with_delay()._name()

    def test_argument_that_cannot_be_stored(self) -> None:
        with self.assertRaisesRegex(NotSerializableJobError, "argument 'value'"):
            self.record.with_delay().undescribed(print)

    def test_unknown_option(self) -> None:
        with self.assertRaises(TypeError):
            self.record.with_delay(prioriti=1)

    def test_rollback_forgets_the_job(self) -> None:
        counter = self.job_counter()
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.record.with_delay().echo()
            1 / 0  # noqa: B018
        self.assertEqual(counter.count_created(), 0)

    def test_runs_as_the_user_and_in_the_mode_of_the_records(self) -> None:
        for records in (
            self.record.with_user(self.user),
            self.record.with_user(self.user).sudo(),
        ):
            job = records.with_delay().echo()
            self.assertEqual(job.db_record().user_id, self.user)
            loaded = Job.load(self.env, job.uuid)
            self.assertEqual(
                (loaded.env.uid, loaded.env.su), (self.user.id, records.env.su)
            )

    def test_context_hook_of_arguments(self) -> None:
        argument = self.record.with_context(active_test=False, other=1)
        job = self.env["test.queue.job"].with_delay().echo([argument])
        loaded = Job.load(self.env, job.uuid).args[0][0].env.context
        self.assertEqual(loaded.get("active_test"), False)
        self.assertNotIn("other", loaded)

    # -- identity ----------------------------------------------------------------------

    def test_same_identity_key(self) -> None:
        counter = self.job_counter()
        first = self.record.with_delay(identity_key=identity_exact).append("x")
        twin = self.record.with_delay(identity_key=identity_exact).append("x")
        other = self.record.with_delay(identity_key=identity_exact).append("y")
        self.assertEqual(counter.count_created(), 2)
        self.assertEqual(twin, first.db_record())
        self.assertEqual(twin.uuid, first.uuid)
        self.assertEqual(twin.db_record(), first.db_record())
        self.assertNotEqual(other.uuid, first.uuid)

    def test_identity_key_is_free_again(self) -> None:
        first = self.record.with_delay(identity_key="key").append("x")
        first.db_record().state = "done"
        self.assertIsInstance(self.record.with_delay(identity_key="key").echo(), Job)

    # -- no delay ----------------------------------------------------------------------

    def test_no_delay_by_context(self) -> None:
        counter = self.job_counter()
        for key in ("queue_job__no_delay", "test_queue_job_no_delay"):
            record = self.record.with_context(**{key: True})
            job = record.with_delay().append("!")
            self.assertIsInstance(job, Job)
            self.assertEqual(job.state, "done")
            self.assertTrue(must_run_without_delay(record.env))
        self.assertEqual(self.record.name, "a!!")
        self.assertEqual(counter.count_created(), 0)
        self.assertIsNone(must_run_without_delay(self.env))

    def test_no_delay_by_environment(self) -> None:
        for name in ("QUEUE_JOB__NO_DELAY", "TEST_QUEUE_JOB_NO_DELAY"):
            with mock.patch.dict(os.environ, {name: "1"}):
                self.record.with_delay().append("!")
        self.assertEqual(self.record.name, "a!!")
        with mock.patch.dict(os.environ, {"QUEUE_JOB__NO_DELAY": ""}):
            self.assertTrue(self.record.with_delay().append("!").db_record())

    # -- what others replace -----------------------------------------------------------

    def test_names_that_tests_of_others_replace(self) -> None:
        with mock.patch("odoo.addons.queue_job.delay.Job") as job_class:
            job = self.record.with_delay(priority=1).echo(2)
        self.assertIs(job, job_class.return_value)
        self.assertEqual(job_class.call_args.kwargs["priority"], 1)
        job.store.assert_called_once_with()
        with mock.patch(
            "odoo.addons.queue_job.models.base.DelayableRecordset"
        ) as recordset_class:
            self.record.with_delay(priority=1)
        self.assertEqual(recordset_class.call_args.args, (self.record,))
        self.assertEqual(recordset_class.call_args.kwargs["priority"], 1)

    def test_legacy_import(self) -> None:
        from odoo.addons.queue_job.job import DelayableRecordset as legacy

        self.assertIs(legacy, DelayableRecordset)


class TestDelayable(JobCase):
    def test_nothing_is_stored_before_delay(self) -> None:
        counter = self.job_counter()
        delayable = self.record.delayable(priority=3).append("x")
        self.assertIsInstance(delayable, Delayable)
        self.assertEqual(counter.count_created(), 0)
        delayable.delay()
        self.assertEqual(counter.search_created(), delayable._generated_job.db_record())
        delayable.delay()
        self.assertEqual(counter.count_created(), 1)

    def test_set(self) -> None:
        delayable = self.record.delayable().append("x")
        self.assertIs(delayable.set({"priority": 3}, description="d"), delayable)
        delayable.delay()
        record = delayable._generated_job.db_record()
        self.assertEqual((record.priority, record.name), (3, "d"))

    def test_set_unknown_property(self) -> None:
        delayable = self.record.delayable().append("x")
        with self.assertRaisesRegex(
            ValueError, "no property 'prioritty'. Did you mean 'priority'?"
        ):
            delayable.set(prioritty=1)
        delayable.delay()

    def test_without_method(self) -> None:
        delayable = self.record.delayable()
        with self.assertRaisesRegex(ValueError, "No method was called on Delayable"):
            delayable.delay()

    def test_second_method(self) -> None:
        delayable = self.record.delayable().append("x")
        with self.assertRaisesRegex(ValueError, "called on .* already"):
            delayable.echo()
        delayable.delay()

    def test_never_delayed_is_logged(self) -> None:
        delayable = self.record.delayable().append("x")
        with self.assertLogs("odoo.addons.queue_job.delay", "WARNING") as logs:
            del delayable
            gc.collect()
        self.assertIn("was prepared but never delayed", logs.output[0])

    def test_delayed_is_not_logged(self) -> None:
        with self.assertNoLogs("odoo.addons.queue_job.delay", "WARNING"):
            delayable = self.record.delayable().append("x")
            delayable.delay()
            del delayable
            parts = self.records.delayable().append("x").split(2)
            parts.delay()
            del parts
            with self.assertRaises(TypeError):
                self.record.delayable(prioriti=1)
            gc.collect()

    def test_delay_many(self) -> None:
        held = self.record.with_delay(identity_key="held").echo()
        nodes = [
            self.record.delayable(identity_key="held").echo(),
            self.records[1].delayable(identity_key="new").echo(),
            self.records[2].delayable(identity_key="new").echo(),
            self.records[3].delayable().echo(),
        ]
        counter = self.job_counter()
        results = self.env["queue.job"].delay_many(nodes)
        self.assertEqual(counter.count_created(), 2)
        self.assertEqual(results[0], held.db_record())
        self.assertIs(results[2], results[1])
        self.assertFalse(any(job.graph_uuid for job in results[1:]))
        parent = self.record.delayable().echo().on_done(nodes[3])
        with self.assertRaisesRegex(ValueError, "part of a graph"):
            delay_many([parent])
        parent.delay()
        self.assertTrue(all(job.db_record() for job in results[1:]))


@tagged("post_install", "-at_install")
class TestIdentityRace(BaseCase):
    """Two transactions that do not see each other's job."""

    def test_only_one_is_stored(self) -> None:
        registry = Registry(get_db_name())
        first, second = registry.cursor(), registry.cursor()
        try:
            envs = [api.Environment(cr, api.SUPERUSER_ID, {}) for cr in (first, second)]
            for env in envs:
                env["queue.job"].search_count([])  # takes the snapshot
            envs[0]["queue.job"].with_delay(identity_key="race")._test_job()
            first.flush()
            errors: list[Exception] = []
            began = threading.Event()

            def insert_second() -> None:
                began.set()
                try:
                    with mute_logger("odoo.sql_db"):
                        job = envs[1]["queue.job"].with_delay(identity_key="race")
                        job._test_job()
                        second.flush()
                except ConcurrencyError as error:
                    errors.append(error)

            thread = threading.Thread(target=insert_second)
            thread.start()
            began.wait()
            first.commit()
            thread.join()
            self.assertEqual(len(errors), 1, "the request of the second one is retried")
            second.rollback()
            twin = envs[1]["queue.job"].with_delay(identity_key="race")._test_job()
            self.assertEqual(twin._name, "queue.job", "the retry finds the first job")
        finally:
            second.rollback()
            second.close()
            first.rollback()
            first.execute("DELETE FROM queue_job WHERE identity_key = 'race'")
            first.commit()
            first.close()
