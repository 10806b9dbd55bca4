# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.queue_job.job import Job, job, related_action

from .common import KassaCase


# @job creates its records when the registry is loaded.
@tagged("post_install", "-at_install")
class TestJobDecorator(KassaCase):
    def function(self, method):
        return self.env["queue.job.function"].search(
            [("name", "=", f"<kassa.res.partner>.{method}")]
        )

    def test_marks(self):
        method = type(self.model).export_record
        self.assertTrue(method.delayable)
        self.assertEqual(method.default_channel, "root.kassa.export")
        self.assertFalse(method.retry_pattern)

    def test_delay_attribute(self):
        with self.assertRaises(AttributeError):
            self.model.export_record.delay(1)

    def test_wrong_decorator(self):
        with self.assertRaises(AssertionError):
            job(default_channel="kassa")(lambda self: None)
        with self.assertRaises(AssertionError):
            job(retry_pattern=[1, 2])(lambda self: None)

    def test_records(self):
        for method, channel in [
            ("import_batch", "root.kassa"),
            ("import_record", "root.kassa"),
            ("export_record", "root.kassa.export"),
            ("export_delete_record", "root.kassa.delete"),
        ]:
            self.assertEqual(self.function(method).channel, channel, method)
        channel = self.function("export_delete_record").channel_id
        self.assertEqual(channel.parent_id.complete_name, "root.kassa")
        self.assertEqual(channel.parent_id.parent_id.name, "root")

    def test_record_is_kept(self):
        function = self.function("import_record")
        function.channel_id = self.env.ref("queue_job.channel_root")
        self.model._register_hook()
        self.assertEqual(self.function("import_record"), function)
        self.assertEqual(function.channel, "root")

    def test_retry_pattern(self):
        new = self.model.with_delay().import_record(self.backend, "7")
        stored = Job.load(self.env, new.uuid)
        stored.retry = 1
        self.assertEqual(stored._get_retry_seconds(), 20)
        stored.retry = 6
        self.assertEqual(stored._get_retry_seconds(), 120)

    def test_related_action_of_decorator(self):
        new = self.model.with_delay().import_record(self.backend, "7")
        action = new.db_record().open_related_action()
        self.assertEqual(action["url"], "https://till-1/customers/7")
        function = related_action(action="open_it", limit=2)(lambda self: None)
        self.assertEqual(function.related_action, "open_it")
        self.assertEqual(function.kwargs, {"limit": 2})

    def test_related_action_disabled(self):
        new = self.model.with_delay().export_delete_record(self.backend, "7")
        self.assertIsNone(new.related_action())

    def test_related_action_of_record_wins(self):
        self.function("import_record").related_action = {"enable": False}
        new = self.model.with_delay().import_record(self.backend, "7")
        self.assertIsNone(new.related_action())

    def test_undecorated(self):
        new = self.backend.with_delay().import_customers()
        self.assertEqual(new.channel, "root")
