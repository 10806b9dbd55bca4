# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestQueueJobFunction(TransactionCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.functions = cls.env["queue.job.function"]
        cls.partner_model = cls.env.ref("base.model_res_partner")
        cls.channel = cls.env["queue.job.channel"]._find_or_create("root.test")
        cls.function = cls.functions.create(
            {
                "model_id": cls.partner_model.id,
                "method": "export",
                "channel_id": cls.channel.id,
                "retry_pattern": {1: 10, 5: (60, 120)},
                "related_action": {"func_name": "open_it", "kwargs": {"a": 1}},
                "allow_commit": True,
                "on_fail_method": "on_fail",
            }
        )

    def test_name_from_model_and_method(self) -> None:
        self.assertEqual(self.function.name, "<res.partner>.export")
        self.assertEqual(self.functions.job_function_name("a.b", "c"), "<a.b>.c")

    def test_model_and_method_from_name(self) -> None:
        function = self.functions.create({"name": "<res.users>.sync_2"})
        self.assertEqual(function.model_id.model, "res.users")
        self.assertEqual(function.method, "sync_2")
        self.assertEqual(function.channel, "root")

    def test_bad_names_are_refused(self) -> None:
        cases = (
            ("res.partner.export", "angle brackets"),
            ("<res.partner>.", "angle brackets"),
            ("<res.parner>.export", "Did you mean “res.partner”"),
        )
        for name, message in cases:
            with (
                self.subTest(name),
                self.assertRaisesRegex(UserError, message),
                self.env.cr.savepoint(),
            ):
                self.functions.create({"name": name})

    def test_configuration(self) -> None:
        config = self.functions.job_config("<res.partner>.export")
        self.assertEqual(
            config,
            self.functions.JobConfig(
                channel="root.test",
                retry_pattern={1: 10, 5: (60, 120)},
                related_action_enable=True,
                related_action_func_name="open_it",
                related_action_kwargs={"a": 1},
                job_function_id=self.function.id,
                allow_commit=True,
                on_fail_method_name="on_fail",
            ),
        )

    def test_configuration_of_other_methods(self) -> None:
        config = self.functions.job_config("<res.partner>.unknown")
        self.assertEqual(config, self.functions.job_default_config())
        self.assertEqual(config.channel, "root")
        self.assertTrue(config.related_action_enable)

    def test_configuration_is_cached_until_it_changes(self) -> None:
        name = "<res.partner>.export"
        self.functions.job_config(name)
        with self.assertQueryCount(0):
            self.functions.job_config(name)
        self.function.allow_commit = False
        self.assertFalse(self.functions.job_config(name).allow_commit)
        self.function.unlink()
        self.assertIsNone(self.functions.job_config(name).job_function_id)
        self.functions.create({"name": name, "allow_commit": True})
        self.assertTrue(self.functions.job_config(name).allow_commit)

    def test_retry_pattern_as_text(self) -> None:
        self.assertEqual(self.function.edit_retry_pattern, "{1: 10, 5: (60, 120)}")
        self.function.edit_retry_pattern = "{2: 20, 4: (1, 2)}"
        config = self.functions.job_config(self.function.name)
        self.assertEqual(config.retry_pattern, {2: 20, 4: (1, 2)})
        self.function.edit_retry_pattern = ""
        config = self.functions.job_config(self.function.name)
        self.assertEqual(config.retry_pattern, {})

    def test_related_action_as_text(self) -> None:
        self.function.edit_related_action = '{"enable": False}'
        config = self.functions.job_config(self.function.name)
        self.assertFalse(config.related_action_enable)
        self.function.edit_related_action = ""
        config = self.functions.job_config(self.function.name)
        self.assertTrue(config.related_action_enable)

    def test_bad_texts_are_refused(self) -> None:
        cases = (
            ("edit_retry_pattern", "often", "not a Python literal"),
            ("edit_retry_pattern", "[1, 2]", "not a dict"),
            ("edit_retry_pattern", "{'x': 10}", "'x' is not an attempt number"),
            ("edit_retry_pattern", "{1: 'soon'}", "'soon' of key 1"),
            ("edit_retry_pattern", "__import__('os')", "not a Python literal"),
            ("edit_related_action", "open", "<res.partner>.export"),
            ("edit_related_action", "[1]", "is not a dict"),
            ("edit_related_action", '{"fun_name": "x"}', "did you mean “func_name”"),
            ("edit_related_action", '{"enable": 1}', "neither True nor False"),
            ("edit_related_action", '{"kwargs": [1]}', "not a dict"),
            ("edit_related_action", '{"func_name": 3}', "not the name of a method"),
        )
        for field, text, message in cases:
            with (
                self.subTest(field=field, text=text),
                self.assertRaisesRegex(UserError, message),
                self.env.cr.savepoint(),
            ):
                self.function[field] = text

    def test_bad_values_of_data_files_are_refused(self) -> None:
        for vals in (
            {"retry_pattern": {"x": 1}},
            {"related_action": {"func": "x"}},
        ):
            with (
                self.subTest(**vals),
                self.assertRaises(UserError),
                self.env.cr.savepoint(),
            ):
                self.functions.create({"name": "<res.partner>.other", **vals})

    def test_module_data_take_over_a_function_that_exists(self) -> None:
        installing = self.functions.with_context(install_mode=True)
        same = installing.create(
            {
                "model_id": self.partner_model.id,
                "method": "export",
                "channel_id": self.env.ref("queue_job.channel_root").id,
            }
        )
        self.assertEqual(same, self.function)
        self.assertEqual(self.function.channel, "root")
        self.assertEqual(installing.create({"name": "<res.partner>.export"}), same)

    def test_decorated_method_gets_records_once(self) -> None:
        def decorated() -> None:
            """Stand in for a method marked with ``@job``."""

        decorated.default_channel = "root.decorated.deep"
        decorated.retry_pattern = {1: 5}
        partners = self.env["res.partner"]
        function = self.functions._register_job(partners, decorated)
        self.assertEqual(function.name, "<res.partner>.decorated")
        self.assertEqual(function.channel, "root.decorated.deep")
        function.channel_id = self.channel
        self.assertEqual(self.functions._register_job(partners, decorated), function)
        self.assertEqual(function.channel_id, self.channel)
