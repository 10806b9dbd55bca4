# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From the job in memory to its record, and back."""

from __future__ import annotations

from datetime import datetime
from unittest import mock

from odoo.addons.queue_job.exception import (
    NoSuchJobError,
    NotReadableJobError,
    NotSerializableJobError,
)
from odoo.addons.queue_job.job import (
    CANCELLED,
    DONE,
    PENDING,
    Job,
)

from .common import JobCase


class TestJobStorage(JobCase):
    def reload(self, job: Job) -> Job:
        self.env.flush_all()
        self.env.invalidate_all()
        return Job.load(self.env, job.uuid)

    def test_store_and_load(self) -> None:
        records = self.records.with_user(self.user).with_context(lang="en_US", x=1)
        job = Job(
            records.echo,
            args=(1, self.record),
            kwargs={"key": [self.user]},
            priority=3,
            eta=datetime(2030, 1, 1),
            max_retries=7,
            description="Described",
            channel="root.test",
            identity_key="key",
        )
        job.store()
        loaded = self.reload(job)
        self.assertEqual(loaded, job)
        for name in (
            "args kwargs recordset priority eta max_retries description channel "
            "identity_key state user_id company_id date_created func_string uuid "
            "graph_uuid retry result exc_name date_started date_done exec_time "
            "model_name method_name job_function_name worker_pid"
        ).split():
            with self.subTest(name):
                self.assertEqual(getattr(loaded, name), getattr(job, name))
        self.assertEqual(loaded.env.uid, self.user.id)
        self.assertFalse(loaded.env.su)
        self.assertEqual(loaded.env.context.get("lang"), "en_US")
        self.assertNotIn("x", loaded.env.context)
        self.assertEqual(loaded.func.__self__.env.context["job_uuid"], job.uuid)

    def test_loading_reads_the_row_alone(self) -> None:
        job = Job(self.record.echo, args=(self.records,))
        job.store()
        record = job.db_record()
        self.env.flush_all()
        self.env.invalidate_all()
        # The config of the job function is cached for all jobs.
        self.env["queue.job.function"].job_config(job.job_function_name)
        with self.assertQueryCount(1):
            loaded = Job._load_from_db_record(record)
            loaded.func  # noqa: B018
            loaded.args  # noqa: B018
            loaded.job_config  # noqa: B018

    def test_loading_sees_what_is_not_written_yet(self) -> None:
        job = Job(self.record.echo)
        job.store()
        record = job.db_record()
        self.env.flush_all()
        self.env.invalidate_all()
        self.env["queue.job"].browse(record.id).state = "cancelled"
        self.assertEqual(Job._load_from_db_record(record).state, CANCELLED)

    def test_loading_many_is_one_query(self) -> None:
        uuids = [self.record.with_delay().append(str(i)).uuid for i in range(5)]
        records = Job.db_records_from_uuids(self.env, uuids)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(1):
            jobs = [Job._load_from_db_record(record) for record in records]
        self.assertEqual({job.uuid for job in jobs}, set(uuids))

    def test_loading_a_record_that_is_gone(self) -> None:
        job = Job(self.record.echo)
        job.store()
        record = job.db_record()
        record.unlink()
        for gone in (record, record.browse()):
            with self.assertRaisesRegex(
                NoSuchJobError, "Job with id .* does not exist"
            ):
                Job._load_from_db_record(gone)

    def test_loading_with_the_orm_gives_the_same(self) -> None:
        job = Job(self.record.echo, args=(b"x", self.user), identity_key="k", eta=60)
        job.store()
        by_query = self.reload(job)
        record = job.db_record()
        record.mapped("uuid")
        by_orm = Job._load_from_db_record(record)
        self.assertIsNone(by_orm._stored)
        self.assertIsNotNone(by_query._stored)
        self.assertEqual((by_orm.args, by_orm.kwargs), (by_query.args, by_query.kwargs))
        self.assertEqual(by_orm.recordset, by_query.recordset)
        compared = {"args", "kwargs", "recordset", "_record", "_stored"}
        left, right = (
            {name: value for name, value in vars(j).items() if name not in compared}
            for j in (by_orm, by_query)
        )
        self.assertEqual(left, right)

    def test_record(self) -> None:
        job = Job(self.record.configured)
        job.store()
        record = job.db_record()
        self.assertEqual(record.uuid, job.uuid)
        self.assertEqual(record.state, "pending")
        self.assertEqual(record.name, "Have a job function with all options.")
        self.assertEqual(record.channel, "root.test")
        self.assertEqual(record.channel_method_name, "<test.queue.job>.configured")
        self.assertEqual(record.func_string, f"{self.record!r}.configured()")
        self.assertEqual(
            record.job_function_id,
            self.env.ref("test_queue_job.job_function_configured"),
        )
        self.assertEqual(record.records, self.record)
        self.assertFalse(record.message_ids)
        self.assertFalse(record.message_follower_ids)

    def test_values_of_the_model(self) -> None:
        job = Job(self.record.echo)
        job.store()
        self.assertEqual(job.db_record().additional_info, "info of echo")
        self.assertEqual(job.db_record().model_name, "test.queue.job")
        job = Job(self.record.undescribed)
        job.store()
        self.assertEqual(job.db_record().additional_info, "specific")

    def test_values_for_a_field_that_does_not_exist(self) -> None:
        self.patch(
            type(self.record),
            "_job_store_values_for_undescribed",
            lambda self, job: {"aditional_info": "x"},
        )
        with self.assertRaisesRegex(
            ValueError,
            "no stored field 'aditional_info'. Did you mean 'additional_info'",
        ):
            self.record.with_delay().undescribed()

    def test_company_of_the_context(self) -> None:
        company = self.env["res.company"].create({"name": "Other"})
        for key, value in (
            ("company_id", company.id),
            ("allowed_company_ids", [company.id]),
        ):
            job = Job(self.record.with_context(**{key: value}).echo)
            job.store()
            self.assertEqual(job.db_record().company_id, company)

    def test_argument_that_cannot_be_stored_is_named(self) -> None:
        for args, kwargs, message in (
            ((object(),), {}, r"undescribed cannot be delayed: argument 'value': <obj"),
            (([1, {2}, {"a": print}],), {}, r"argument 'value'\[2\]\['a'\]: <built-in"),
            ((), {"value": {"x": print}}, r"argument 'value'\['x'\]: <built-in"),
            ((1, print), {}, "argument 1: <built-in"),
        ):
            with (
                self.subTest(message),
                self.assertRaisesRegex(NotSerializableJobError, message),
            ):
                Job(self.record.undescribed, args=args, kwargs=kwargs).store()

    def test_long_func_string_is_shortened(self) -> None:
        job = Job(self.record.echo, args=("x" * 5000,))
        self.assertEqual(len(job.func_string), 1000)

    def test_store_through_an_extended_create(self) -> None:
        # Where a module extends create(), the store calls it instead of its INSERT.
        for module in ("job.storage", "store.enqueue"):
            path = f"odoo.addons.queue_job.{module}.is_extended"
            self.startPatcher(mock.patch(path, return_value=True))
        jobs = [
            Job(self.record.echo, args=(b"x", self.user), kwargs={"a": 1}),
            self.records.with_delay(identity_key="extended").append("y"),
        ]
        jobs[0].store()
        for job in jobs:
            loaded = self.reload(job)
            self.assertEqual(loaded.args, job.args)
            self.assertEqual(loaded.kwargs, job.kwargs)
            self.assertEqual(loaded.recordset, job.recordset)
            self.assertEqual(loaded.identity_key, job.identity_key)
            self.assertFalse(loaded.db_record().message_ids)

    def test_store_again_updates(self) -> None:
        job = Job(self.record.echo)
        job.store()
        job.set_started()
        job.set_done(result="fine")
        job.store()
        loaded = self.reload(job)
        self.assertEqual((loaded.state, loaded.result), (DONE, "fine"))
        self.assertEqual(loaded.exec_time, job.exec_time)
        self.assertEqual(loaded.db_record().exec_time, job.exec_time)
        loaded.set_pending()
        loaded.priority = 1
        loaded.store()
        loaded = self.reload(job)
        self.assertEqual((loaded.state, loaded.priority), (PENDING, 1))
        self.assertIsNone(loaded.date_done)
        self.env.cr.execute("SELECT count(*) FROM queue_job WHERE uuid=%s", [job.uuid])
        self.assertEqual(self.env.cr.fetchone(), (1,))

    def test_job_built_with_the_uuid_of_a_stored_one(self) -> None:
        Job(self.record.echo, job_uuid="11").store()
        again = Job(self.record.echo, job_uuid="11", priority=2)
        self.assertEqual(again.db_record().priority, 10)
        again.store()
        self.assertEqual(again.db_record().priority, 2)

    def test_load_errors(self) -> None:
        with self.assertRaisesRegex(NoSuchJobError, "Job nope does not exist"):
            Job.load(self.env, "nope")
        job = Job(self.record.echo)
        job.store()
        self.assertEqual(Job.load_many(self.env, [job.uuid, "nope"]), {job})
        self.assertEqual(
            Job.db_records_from_uuids(self.env, [job.uuid, "nope"]), job.db_record()
        )
        self.assertEqual(Job.db_record_from_uuid(self.env, job.uuid), job.db_record())

    def test_model_that_is_not_installed(self) -> None:
        job = Job(self.record.echo)
        job.store()
        self.env.cr.execute(
            "UPDATE queue_job SET model_name = 'no.model' WHERE id = %s",
            [job.db_record().id],
        )
        loaded = self.reload(job)
        with self.assertRaisesRegex(NotReadableJobError, "no.model is not installed"):
            loaded.perform()

    def test_stored_as_a_user_without_rights_on_jobs(self) -> None:
        job = Job(self.record.with_user(self.user).echo)
        job.store()
        self.assertEqual(job.db_record().user_id, self.user)

    # -- identity ----------------------------------------------------------------------
