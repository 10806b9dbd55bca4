# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The decorators of versions 10 to 13."""

from __future__ import annotations

from odoo.addons.queue_job.job import job, related_action

from .common import JobCase


class TestDecorators(JobCase):
    def test_markers(self) -> None:
        func = type(self.record).from_mixin
        self.assertTrue(func.delayable)
        self.assertEqual(func.default_channel, "root.test.mixin")
        self.assertEqual(func.retry_pattern, {1: 5})
        with self.assertRaisesRegex(AttributeError, "with_delay"):
            func.delay(self.record)

    def test_wrong_use(self) -> None:
        with self.assertRaisesRegex(AssertionError, "default_channel 'other'"):
            job(default_channel="other")(lambda self: None)
        with self.assertRaisesRegex(AssertionError, "must be a dict"):
            job(retry_pattern=5)(lambda self: None)

    def test_related_action_marker(self) -> None:
        @job
        @related_action(action="do", a=1)
        def method(self: object) -> None:
            pass

        self.assertEqual((method.related_action, method.kwargs), ("do", {"a": 1}))
        self.assertTrue(method.delayable)

    def test_records_are_created_at_registry_load(self) -> None:
        functions = self.env["queue.job.function"]
        for name, channel in (
            ("<test.queue.job>.marked", "root.test.marked"),
            ("<test.queue.job>.from_mixin", "root.test.mixin"),
            ("<test.queue.job>.marked_without_action", "root"),
        ):
            with self.subTest(name):
                function = functions.search([("name", "=", name)])
                self.assertEqual(function.channel, channel)
        self.assertFalse(functions.search([("name", "=", "<test.queue.job>.echo")]))
        self.assertFalse(functions.search([("name", "like", "test.queue.job.mixin")]))

    def test_existing_record_is_not_changed(self) -> None:
        function = self.env["queue.job.function"].search(
            [("name", "=", "<test.queue.job>.marked")]
        )
        function.channel_id = self.env.ref("queue_job.channel_root")
        self.record._register_hook()
        self.assertEqual(function.channel, "root")

    def test_deleted_record_is_created_again(self) -> None:
        domain = [("name", "=", "<test.queue.job>.marked")]
        functions = self.env["queue.job.function"]
        functions.search(domain).unlink()
        self.record._register_hook()
        self.assertEqual(functions.search(domain).channel, "root.test.marked")
        self.assertEqual(
            self.record.with_delay().marked().db_record().channel, "root.test.marked"
        )
