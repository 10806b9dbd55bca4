# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The job in memory and its record."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from unittest import mock

from odoo.tools import mute_logger

from odoo.addons.queue_job import identity_exact
from odoo.addons.queue_job.exception import (
    FailedJobError,
    RetryableJobError,
)
from odoo.addons.queue_job.job import (
    CANCELLED,
    DONE,
    ENQUEUED,
    FAILED,
    PENDING,
    RETRY_INTERVAL,
    STARTED,
    WAIT_DEPENDENCIES,
    Job,
    identity_exact_hasher,
)

from .common import JobCase


class TestJob(JobCase):
    def reload(self, job: Job) -> Job:
        self.env.flush_all()
        self.env.invalidate_all()
        return Job.load(self.env, job.uuid)

    def test_defaults(self) -> None:
        job = Job(self.record.echo)
        self.assertEqual(
            (job.state, job.priority, job.max_retries, job.retry, job.eta),
            (PENDING, 10, 5, 0, None),
        )
        self.assertEqual((job.args, job.kwargs, job.graph_uuid), ((), {}, None))
        self.assertEqual(job.model_name, "test.queue.job")
        self.assertEqual(job.method_name, "echo")
        self.assertEqual(job.job_function_name, "<test.queue.job>.echo")
        self.assertEqual(job.user_id, self.env.uid)
        self.assertEqual(job.company_id, self.env.company.id)
        self.assertFalse(job.db_record())

    def test_description(self) -> None:
        for method, expected in (
            (self.record.echo, "Return what it was called with."),
            (self.record.undescribed, "test.queue.job.undescribed"),
        ):
            self.assertEqual(Job(method).description, expected)
        self.assertEqual(Job(self.record.echo, description="x").description, "x")

    def test_only_methods_of_models(self) -> None:
        for func in (print, lambda: None, JobCase.edges, self.edges, Job.load, None):
            with (
                self.subTest(func=func),
                self.assertRaisesRegex(TypeError, "only methods of models"),
            ):
                Job(func)

    def test_wrong_arguments(self) -> None:
        for options, message in (
            ({"args": "ab"}, "args 'ab' must be a list or a tuple"),
            ({"kwargs": [1]}, r"kwargs \[1\] must be a dict"),
            ({"eta": "tomorrow"}, "eta 'tomorrow' is a str"),
            ({"identity_key": 5}, "identity_key 5 is a int"),
            ({"priority": "high"}, "priority 'high' is a str"),
            ({"max_retries": 1.5}, "max_retries 1.5 is a float"),
            ({"channel": 5}, "channel 5 is a int"),
        ):
            with self.subTest(options), self.assertRaisesRegex(TypeError, message):
                Job(self.record.echo, **options)
        # What PostgreSQL would refuse at the flush, far from the call.
        for options, message in (
            ({"max_retries": -1}, "max_retries -1"),
            ({"priority": 2**31}, "priority 2147483648 is out of range"),
            ({"description": "a\0b"}, "description .* NUL"),
            ({"channel": "root.\ud800"}, "channel .* not valid Unicode"),
            ({"identity_key": "a\0"}, "identity_key .* NUL"),
        ):
            with self.subTest(options), self.assertRaisesRegex(ValueError, message):
                Job(self.record.echo, **options)

    def test_identity_key_function_must_return_a_text(self) -> None:
        job = Job(self.record.echo, identity_key=lambda job: 5)
        with self.assertRaisesRegex(TypeError, "identity_key 5 is a int"):
            job.store()
        self.assertIsNone(
            Job(self.record.echo, identity_key=lambda job: None).identity_key
        )

    def test_channel_is_the_one_of_the_function_unless_given(self) -> None:
        job = self.record.with_delay().configured()
        self.assertEqual(job.channel, "root.test")
        self.assertEqual(Job.load(self.env, job.uuid).channel, "root.test")
        given = self.record.with_delay(channel="root.other").configured()
        self.assertEqual(given.channel, "root.other")
        self.assertEqual(self.record.with_delay().echo(1).channel, "root")

    def test_list_of_args_becomes_tuple(self) -> None:
        self.assertEqual(Job(self.record.echo, args=[1, 2]).args, (1, 2))

    def test_eta(self) -> None:
        job = Job(self.record.echo)
        before = datetime.utcnow().replace(microsecond=0)
        for value in (60, timedelta(minutes=1)):
            job.eta = value
            self.assertLessEqual(before + timedelta(minutes=1), job.eta)
            self.assertLessEqual(job.eta, datetime.utcnow() + timedelta(minutes=1))
        job.eta = None
        self.assertIsNone(job.eta)

    def test_equality_is_that_of_the_uuid(self) -> None:
        job = Job(self.record.echo, job_uuid="same")
        self.assertEqual(job, Job(self.record.append, job_uuid="same"))
        self.assertEqual(len({job, Job(self.record.append, job_uuid="same")}), 1)
        self.assertNotEqual(job, Job(self.record.echo))

    # -- storing -----------------------------------------------------------------------

    def test_identity_exact(self) -> None:
        job = Job(self.records[1::-1].echo, args=(1, "x"), kwargs={"b": 1, "a": 2})
        hasher = hashlib.sha1(usedforsecurity=False)
        for part in (
            "test.queue.job",
            "echo",
            str(sorted(self.records[:2].ids)),
            "(1, 'x')",
            "[('a', 2), ('b', 1)]",
        ):
            hasher.update(part.encode())
        self.assertEqual(identity_exact(job), hasher.hexdigest())
        extended = identity_exact_hasher(job)
        extended.update(b"more")
        self.assertNotEqual(extended.hexdigest(), identity_exact(job))

    def test_identity_key_function_is_called_when_needed(self) -> None:
        function = mock.Mock(return_value="computed")
        job = Job(self.record.echo, identity_key=function)
        function.assert_not_called()
        self.assertEqual((job.identity_key, job.identity_key), ("computed",) * 2)
        function.assert_called_once_with(job)

    def test_holder_of_an_identity_key(self) -> None:
        holder = Job(self.record.echo, identity_key="held")
        holder.store()
        other = Job(self.record.append, identity_key="held")
        for state, is_active in (
            (PENDING, True),
            (WAIT_DEPENDENCIES, True),
            (ENQUEUED, True),
            (STARTED, False),
            (DONE, False),
            (FAILED, False),
            (CANCELLED, False),
        ):
            with self.subTest(state):
                holder.db_record().state = state
                found = other.job_record_with_same_identity_key()
                self.assertEqual(bool(found), is_active)
        self.assertFalse(Job(self.record.echo).job_record_with_same_identity_key())

    def test_enqueue(self) -> None:
        job = Job.enqueue(self.record.echo, args=(1,), identity_key="once")
        self.assertEqual(job.db_record().args, [1])
        twin = Job.enqueue(self.record.echo, args=(2,), identity_key="once")
        self.assertEqual(twin, job.db_record())

    # -- running -----------------------------------------------------------------------

    def test_perform(self) -> None:
        job = Job(self.record.echo, args=(1,), kwargs={"a": 2})
        self.assertEqual(job.perform(), (self.record, (1,), {"a": 2}))
        self.assertEqual(job.result, (self.record, (1,), {"a": 2}))
        self.assertEqual(job.retry, 1)

    def test_perform_a_stored_job(self) -> None:
        job = Job(self.records.append, args=("!",))
        job.store()
        self.reload(job).perform()
        self.assertEqual(self.records.mapped("name"), ["a!", "b!", "c!", "d!", "e!"])

    def test_context_and_user_of_the_method(self) -> None:
        record = self.record.with_user(self.user).with_context(tz="UTC", lost=True)
        job = Job(record.read_context)
        job.store()
        context = self.reload(job).perform()
        self.assertEqual(context["job_uuid"], job.uuid)
        self.assertEqual(context["tz"], "UTC")
        self.assertNotIn("lost", context)

    def test_retry(self) -> None:
        job = Job(self.record.retry, max_retries=2)
        with self.assertRaises(RetryableJobError):
            job.perform()
        with self.assertRaisesRegex(FailedJobError, r"Max\. retries \(2\) reached"):
            job.perform()

    def test_postpone(self) -> None:
        now = datetime(2026, 1, 1)
        path = "odoo.addons.queue_job.core.lifecycle.utc_now"
        with mock.patch(path, return_value=now):
            for method, retry, seconds, low, high in (
                (self.record.echo, 1, None, RETRY_INTERVAL, RETRY_INTERVAL),
                (self.record.echo, 1, 5, 5, 5),
                (self.record.echo, 1, 0, 0, 0),
                (self.record.echo, 1, (3, 6), 3, 6),
                (self.record.configured, 0, None, RETRY_INTERVAL, RETRY_INTERVAL),
                (self.record.configured, 2, None, 60, 60),
                (self.record.configured, 4, None, 10, 20),
                (self.record.marked, 1, None, 11, 11),
                (self.record.marked, 2, None, 100, 200),
                (self.record.marked_and_configured, 1, None, 7, 7),
            ):
                job = Job(method)
                job.retry = retry
                job.postpone(result="later", seconds=seconds)
                with self.subTest(job.func_string, retry=retry):
                    waited = (job.eta - now).total_seconds()
                    self.assertLessEqual(low, waited)
                    self.assertLessEqual(waited, high)
                    self.assertEqual(job.result, "later")

    def test_on_fail(self) -> None:
        values = {"exc_name": "E", "exc_message": "m", "exc_info": "t", "other": 1}
        Job(self.record.configured).on_fail(values)
        self.assertEqual(self.record.name, "E: m (t)")
        Job(self.records[1].echo).on_fail(values)
        self.assertEqual(self.records[1].name, "b")

    def test_allow_commit(self) -> None:
        self.env.cr.execute("SELECT pg_backend_pid()")
        [here] = self.env.cr.fetchone()
        job = Job(self.env["test.queue.job"].commits)
        self.assertEqual(job.perform(), here, "not stored: in the caller's transaction")
        job.store()
        recordset = job.recordset
        self.assertNotEqual(job.perform(), here)
        self.assertIs(job.recordset, recordset)

    def test_temporary_env_rebinds_all_records(self) -> None:
        user_record = self.record.with_user(self.user).with_context(lang="en_US")
        job = Job(
            self.record.echo,
            args=(user_record, [self.record], {"a": (self.record,)}, 5),
            kwargs={"x": {"y": [self.record.sudo()]}},
        )
        with job.in_temporary_env() as env:
            self.assertIsNot(env.cr, self.env.cr)
            first, [second], nested, number = job.args
            self.assertEqual(number, 5)
            for record in (
                job.recordset,
                first,
                second,
                nested["a"][0],
                job.kwargs["x"]["y"][0],
            ):
                self.assertIs(record.env.cr, env.cr)
                self.assertEqual(record.ids, self.record.ids)
            self.assertEqual(first.env.uid, self.user.id)
            self.assertFalse(first.env.su)
            self.assertEqual(first.env.context, user_record.env.context)
        self.assertEqual(job.args[0].env, user_record.env)

    def test_lock(self) -> None:
        job = Job(self.record.echo)
        job.store()
        self.assertFalse(job.lock(), "no row to lock yet")
        job.add_lock_record()
        job.add_lock_record()
        self.assertTrue(job.lock())

    # -- states ------------------------------------------------------------------------

    def test_states(self) -> None:
        job = Job(self.record.echo)
        job.set_enqueued()
        self.assertEqual(job.state, ENQUEUED)
        self.assertTrue(job.date_enqueued)
        job.set_started()
        self.assertEqual(job.state, STARTED)
        self.assertTrue(job.date_started and job.worker_pid)
        job.set_failed(exc_name="E", exc_message="m", exc_info=None)
        self.assertEqual((job.state, job.exc_name), (FAILED, "E"))
        job.retry = 3
        job.set_pending(result="again")
        self.assertEqual((job.state, job.retry, job.result), (PENDING, 0, "again"))
        self.assertFalse(job.date_enqueued or job.date_started or job.worker_pid)
        job.retry = 3
        job.set_pending(reset_retry=False)
        self.assertEqual(job.retry, 3)
        job.set_started()
        job.set_done()
        self.assertEqual((job.state, job.exc_name), (DONE, None))
        self.assertGreaterEqual(job.exec_time, 0)
        job.set_cancelled(result="enough")
        self.assertEqual((job.state, job.result), (CANCELLED, "enough"))
        self.assertTrue(job.date_cancelled)

    # -- related action ----------------------------------------------------------------

    def test_related_action(self) -> None:
        for method, expected in (
            (self.record.configured, {"type": "test", "view": "list"}),
            (self.record.without_action, None),
            (self.record.marked, {"type": "test", "view": "marked"}),
            (self.record.marked_without_action, None),
            (self.record.marked_and_configured, {"type": "test", "view": "form"}),
        ):
            job = Job(method)
            job.store()
            with self.subTest(job.func_string):
                if expected:
                    expected["job"] = job.uuid
                self.assertEqual(job.related_action(), expected)

    def test_default_related_action(self) -> None:
        job = Job(self.record.echo)
        job.store()
        action = job.related_action()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("test.queue.job", self.record.id)
        )
        with mute_logger("odoo.models.unlink"):
            self.record.unlink()
        self.assertIsNone(job.related_action())
