# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Holes that there were: each of them as somebody would have used it."""

from __future__ import annotations

from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.connector.http.client import HttpClient
from odoo.addons.connector.http.errors import UnsafeUrlError
from odoo.addons.queue_job.job import Job

from .common import SecurityCase


@tagged("post_install", "-at_install")
class TestManagersOfTheQueue(SecurityCase):
    """They see and move jobs, but choose neither what runs nor as whom."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.manager = cls.users["queue"]
        cls.function = (
            cls.env["queue.job.function"]
            .with_user(cls.manager)
            .create({"name": "<res.partner>.name_get"})
        )
        cls.job = cls.make_job(cls.here, job_function_id=cls.function.id)

    def test_a_related_action_is_no_way_to_call_any_method(self) -> None:
        """It runs in superuser mode: ``write`` would change as whom the job runs."""
        admin = self.env.ref("base.user_admin")
        for name, kwargs in (
            ("write", {"vals": {"user_id": admin.id}}),
            ("_rebind_records", {"user_id": admin.id}),
            ("_write_multi", {"vals_list": [{"user_id": admin.id}]}),
            ("unlink", {}),
            ("message_post", {"body": "x"}),
            ("autovacuum", {}),
            ("button_done", {}),
            ("no_such_method", {}),
        ):
            action = {"func_name": name, "kwargs": kwargs}
            self.function.edit_related_action = str(action)
            with self.subTest(name):
                with self.assertRaisesRegex(AccessError, "no related action"):
                    self.job.with_user(self.manager).open_related_action()
        self.assertEqual(self.job.user_id, self.env.user)

    def test_related_actions_of_addons_are_called(self) -> None:
        partner = self.env["res.partner"].create({"name": "It"})
        job = Job(partner.create, args=[[{}]])
        job.store()
        self.env["queue.job.function"].create(
            {
                "name": "<res.partner>.create",
                "related_action": {"func_name": "related_action_open_record"},
            }
        )
        action = job.db_record().with_user(self.manager).open_related_action()
        self.assertEqual(action["res_id"], partner.id)

    def test_names_of_code_are_for_administrators(self) -> None:
        for name in ("rate_key", "on_fail_method"):
            with self.subTest(name), self.assertRaises(AccessError):
                self.function.write({name: "unlink"})
            with self.subTest(name), self.assertRaises(AccessError):
                self.function.read([name])
        root = self.function.with_user(self.users["root"]).sudo()
        root.rate_key = "company_id"
        self.function.write({"method": "read"})  # checked again, not read by them


@tagged("post_install", "-at_install")
class TestManagersOfShops(SecurityCase):
    """They set up shops, but read no credentials."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.backend = cls.make_backend(cls.here)
        cls.managed = cls.backend.with_user(cls.users["shops"])

    def test_credentials_are_sent_to_no_address_of_a_manager(self) -> None:
        with self.assertRaises(AccessError):
            self.managed.read(["auth_secret"])
        for values in (
            {"location": "https://evil.example.com"},
            {"location": "http://shop.example.com"},
            {"location": "https://shop.example.com:8443"},
            {"auth_token_url": "https://evil.example.com/token"},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                self.managed.write(values)
        self.managed.write({"location": "https://shop.example.com/v2"})
        self.backend.with_user(self.users["root"]).sudo().write(
            {"location": "https://x.y"}
        )
        self.backend.auth_secret = False
        self.managed.write({"location": "https://mine.example.com"})

    def test_a_copy_has_no_credentials(self) -> None:
        self.assertFalse(self.managed.copy().sudo().auth_secret)

    def test_images_are_read_from_where_the_backend_may_read(self) -> None:
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("connector.refuse_private_addresses", "1")
        with self.backend.work_on("vendure.product.template") as work:
            reader = work.component(usage="image.reader")
            client = reader._client("http://169.254.169.254/latest/meta-data")
        self.assertFalse(client.settings.policy.allow_private)
        with self.assertRaises(UnsafeUrlError):
            client.settings.policy.check_peer("10.0.0.1", "shop.example.com")

    def test_a_checkpoint_names_nothing_its_reader_may_not_read(self) -> None:
        secret = self.env["ir.config_parameter"].create({"key": "k3y", "value": "x"})
        checkpoint = (
            self.env["connector.checkpoint"]
            .with_user(self.users["shops"])
            .create_from_name(
                secret._name, secret.id, "vendure.backend", self.backend.id
            )
        )
        self.assertNotIn("k3y", checkpoint.name)
        self.assertNotIn("k3y", checkpoint.message_ids.mapped("body"))
        self.assertIn("k3y", checkpoint.sudo().name)

    def test_words_of_a_shop_are_no_html(self) -> None:
        checkpoint = self.backend.add_checkpoint(
            self.backend, reason="<a href='https://evil.example.com'>Pay here</a>"
        )
        notes = checkpoint.activity_ids.mapped("note")
        bodies = checkpoint.message_ids.mapped("body")
        for text in (*notes, *bodies):
            self.assertNotIn("<a", text)


@tagged("post_install", "-at_install")
class TestReaders(SecurityCase):
    """Who may only read a backend, or not even what a binding wraps."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.records = cls.make_records(cls.here)
        cls.env.flush_all()

    def test_a_binding_is_no_way_around_the_rights_of_its_record(self) -> None:
        for name, field in (
            ("vendure.sale.order", "amount_total"),
            ("vendure.account.move", "amount_total"),
            ("vendure.stock.picking", "state"),
        ):
            bindings = self.env[name].with_user(self.users["user"])
            with self.subTest(name):
                with self.assertRaises(AccessError):
                    bindings.search([(field, "!=", False)])
                with self.assertRaises(AccessError):
                    bindings._read_group([], [], ["__count"])
                with self.assertRaises(AccessError):
                    bindings.browse(self.records[name].id).read([field])

    def test_nothing_is_sent_before_the_rights_are_asked(self) -> None:
        user = self.users["user"]
        backend = self.records["vendure.backend"].with_user(user)
        template = self.records["vendure.product.template"].with_user(user)
        order = self.records["vendure.sale.order"].with_user(self.users["sales"])
        variant = self.records["vendure.product.product"].with_user(user)
        with patch.object(HttpClient, "_send") as send:
            for call in (
                backend.action_test_connection,
                backend.export_stock,
                backend.export_prices,
                template.export_record,
                template.import_image,
                variant.import_stock,
                order.export_cancellation,
            ):
                with self.subTest(call.__name__), self.assertRaises(AccessError):
                    call()
        send.assert_not_called()
