# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tests.common import TransactionCase

from odoo.addons.queue_job.exception import FailedJobError, RetryableJobError
from odoo.addons.queue_job.job import RETRY_INTERVAL, Job


@tagged("post_install", "-at_install")
class TestJobFunction(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.functions = cls.env["queue.job.function"]
        cls.label = cls.env["parcel.label"].create({"name": "One", "weight": 2})
        cls.express = cls.env["parcel.express.label"].create({"name": "Two"})

    def ref(self, name):
        return self.env.ref(f"compat_13_job_function.{name}")

    def test_config_from_data(self):
        config = self.functions.job_config("<parcel.label>.order_label")
        self.assertEqual(config.channel, "root.parcel.label")
        self.assertEqual(config.retry_pattern, {1: 10, 3: (30, 60), 5: 600})
        self.assertTrue(config.related_action_enable)
        self.assertEqual(config.related_action_func_name, "related_action_parcel")
        self.assertEqual(config.related_action_kwargs, {"tab": "history"})
        self.assertEqual(
            config.job_function_id, self.ref("job_function_parcel_label_order").id
        )
        self.assertFalse(config.allow_commit)
        self.assertEqual(config.on_fail_method_name, "label_failed")

    def test_rebind_on_install(self):
        self.assertEqual(
            self.ref("job_function_parcel_label_order"),
            self.ref("job_function_parcel_label_order_twice"),
        )
        self.assertEqual(self.ref("channel_parcel"), self.ref("channel_parcel_again"))

    def test_data_by_name(self):
        function = self.ref("job_function_parcel_label_archive")
        self.assertEqual(function.model_id.model, "parcel.label")
        self.assertEqual(function.method, "archive_labels")
        self.assertEqual(function.channel, "root")
        self.assertTrue(function.allow_commit)
        config = self.functions.job_config(function.name)
        self.assertEqual(config.retry_pattern, {1: 5})
        self.assertEqual(config.related_action_func_name, "related_action_labels")

    def test_wrong_values(self):
        function = self.ref("job_function_parcel_label_print")
        for values in (
            {"edit_retry_pattern": "{1: 'soon'}"},
            {"edit_retry_pattern": "every minute"},
            {"edit_related_action": "{'function': 'x'}"},
            {"name": "parcel.label.print_label"},
            {"name": "<parcel.lable>.print_label"},
        ):
            with self.assertRaises(UserError, msg=str(values)):
                function.write(values)

    def test_one_function_per_concrete_model(self):
        job_ = self.express.with_delay().order_label()
        self.assertEqual(job_.db_record().channel, "root.parcel")
        self.assertEqual(job_.job_config.on_fail_method_name, None)

    def test_decorator_fills_gaps(self):
        # the channel comes from the record, which data created before the hook
        self.assertEqual(self.label.with_delay().print_label().channel, "root")
        config = self.functions.job_config("<parcel.label>.track")
        self.assertEqual(config.channel, "root.parcel.quick")
        job_ = self.label.with_delay().track()
        self.assertEqual(job_.job_config.retry_pattern, {1: 1, 2: 2})

    def test_cache(self):
        name = self.functions.job_function_name("parcel.label", "order_label")
        self.assertEqual(name, "<parcel.label>.order_label")
        function = self.ref("job_function_parcel_label_order")
        function.channel_id = self.ref("channel_parcel")
        self.assertEqual(self.functions.job_config(name).channel, "root.parcel")
        function.unlink()
        self.assertEqual(
            self.functions.job_config(name), self.functions.job_default_config()
        )

    def test_legacy_creation(self):
        channel = self.functions._find_or_create_channel("root.parcel.by_hand")
        self.assertEqual(channel.complete_name, "root.parcel.by_hand")
        self.assertEqual(
            self.functions._find_or_create_channel("root.parcel.by_hand"), channel
        )
        method = type(self.label).track
        function = self.functions.search([("name", "=", "<parcel.label>.track")])
        function.unlink()
        self.functions._register_job(self.env["parcel.label"], method)
        function = self.functions.search([("name", "=", "<parcel.label>.track")])
        self.assertEqual(function.channel, "root.parcel.quick")

    def test_retry_pattern(self):
        job_ = self.label.with_delay(max_retries=0).order_label()
        for tries, low, high in ((1, 10, 10), (3, 30, 60), (4, 30, 60), (9, 600, 600)):
            stored = Job.load(self.env, job_.uuid)
            stored.retry = tries
            before = fields.Datetime.now()
            stored.postpone(result="later")
            self.assertGreaterEqual(stored.eta, before + timedelta(seconds=low - 1))
            after = fields.Datetime.now() + timedelta(seconds=high + 1)
            self.assertLessEqual(stored.eta, after)
            self.assertEqual(stored.result, "later")
        job_ = self.label.with_delay().print_label()
        job_.retry = 1
        job_.postpone()
        self.assertGreater(
            job_.eta, fields.Datetime.now() + timedelta(seconds=RETRY_INTERVAL - 60)
        )

    def test_max_retries(self):
        job_ = self.label.with_delay(max_retries=2).track(since=None)
        with self.assertRaises(RetryableJobError):
            job_.perform()
        with self.assertRaisesRegex(FailedJobError, r"Max. retries \(2\) reached"):
            job_.perform()
        self.assertEqual(job_.retry, 2)

    def test_ignore_retry(self):
        self.label.weight = 0
        job_ = self.label.with_delay(max_retries=1).order_label()
        for _try in range(3):
            with self.assertRaises(RetryableJobError) as caught:
                job_.perform()
            self.assertEqual(caught.exception.seconds, 30)
        self.assertEqual(job_.retry, 0)

    def test_on_fail(self):
        self.label.weight = -1
        job_ = self.label.with_delay().order_label()
        with self.assertRaises(FailedJobError):
            job_.perform()
        values = {"exc_name": "FailedJobError", "exc_message": "no", "exc_info": "..."}
        job_.set_failed(**values)
        job_.on_fail(values)
        self.assertEqual(self.label.failure, "FailedJobError: no")

    def test_channel_records(self):
        root = self.env.ref("queue_job.channel_root")
        self.assertEqual(self.ref("channel_parcel_label").removal_interval, 7)
        self.assertEqual(self.ref("channel_parcel").removal_interval, 30)
        self.assertIn(
            self.ref("job_function_parcel_label_order"),
            self.ref("channel_parcel_label").job_function_ids,
        )
        with self.assertRaises(UserError):
            root.name = "leaf"
        with self.assertRaises(UserError):
            root.unlink()
        with self.assertRaises(UserError):
            self.env["queue.job.channel"].create({"name": "orphan"})
        self.assertEqual(
            self.env["queue.job.channel"].name_search("root.parcel.lab")[0],
            (self.ref("channel_parcel_label").id, "root.parcel.label"),
        )
