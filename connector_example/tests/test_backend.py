# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.connector.exception import BackendPausedError

from .common import VendureCase


@tagged("post_install", "-at_install")
class TestBackend(VendureCase):
    def test_connection_sets_what_the_shop_tells(self) -> None:
        self.assertEqual(self.backend.state, "active")
        self.assertFalse(self.backend.prices_include_tax)
        self.assertEqual(self.backend.pricelist_id.currency_id.name, "USD")
        self.assertIn("54 products", self.backend.last_test_message)

    def test_connection_with_a_wrong_key(self) -> None:
        backend = self.backend.copy({"auth_secret": "wrong"})
        result = backend.action_test_connection()
        self.assertEqual(result["params"]["type"], "danger")
        self.assertIn("not currently authorized", result["params"]["message"])
        self.assertEqual(backend.state, "draft")

    def test_key_is_for_administrators(self) -> None:
        groups = "connector.group_connector_manager,sales_team.group_sale_manager"
        manager = new_test_user(self.env, "connector manager", groups=groups)
        backend = self.backend.with_user(manager)
        self.assertEqual(backend.name, "Test shop")
        with self.assertRaises(AccessError):
            backend.auth_secret  # noqa: B018
        # Their jobs use the key all the same.
        self.assertEqual(backend.action_test_connection()["params"]["type"], "success")

    def test_users_read_and_do_not_write(self) -> None:
        user = new_test_user(
            self.env, "salesman", groups="sales_team.group_sale_salesman"
        )
        self.assertEqual(self.backend.with_user(user).name, "Test shop")
        with self.assertRaises(AccessError):
            self.backend.with_user(user).name = "Mine"

    def test_jobs_wait_while_paused(self) -> None:
        self.backend.action_pause()
        orders = self.env["vendure.sale.order"]
        with self.assertRaises(BackendPausedError):
            orders.import_since_last(self.backend)

    def test_jobs_run_in_the_channel_of_the_connector(self) -> None:
        function = self.env["queue.job.function"]
        for name, channel in {
            "<vendure.sale.order>.import_record": "root.vendure",
            "<vendure.product.template>.import_image": "root.vendure.image",
        }.items():
            self.assertEqual(function.job_config(name).channel, channel)
        export = function.job_config("<vendure.stock.picking>.export_record")
        self.assertTrue(export.allow_commit)
