# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo.tests import HttpCase, tagged

from .common import run_jobs
from .recorded_shop import KEY, RecordedShop


@tagged("post_install", "-at_install")
class TestTour(HttpCase):
    def test_from_nothing_to_an_imported_order(self) -> None:
        """Connect a shop, import its orders and open one, in a browser."""
        admin = self.env.ref("base.user_admin")
        admin.group_ids |= self.env.ref("connector.group_connector_manager")
        shop = self.enterContext(RecordedShop().open())
        self.start_tour("/odoo", "vendure_connect", login="admin")
        backend = self.env["vendure.backend"].search([("name", "=", "My Vendure")])
        self.assertEqual(backend.state, "active")
        self.assertEqual(backend.sudo().api_key, KEY)
        backend.create_missing_taxes = True

        # The jobs that the button made are stored: run them as a worker does.
        order_jobs = self.env["queue.job"].search([("state", "=", "pending")])
        self.assertEqual(
            order_jobs.mapped("channel_method_name"),
            ["<vendure.sale.order>.import_since_last"],
        )
        run_jobs(
            self.env["vendure.sale.order"].import_since_last,
            backend,
            skip=("import_image",),
        )
        self.start_tour("/odoo", "vendure_order", login="admin")
        self.assertTrue(shop.requests)
