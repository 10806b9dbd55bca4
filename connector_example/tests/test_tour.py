# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo.tests import HttpCase, tagged

from .common import run_jobs
from .recorded_shop import KEY, URL, RecordedShop
from .test_shipment import Fulfilments

ORDER = "2"  # 4,046.61


class TourCase(HttpCase):
    """From an empty database to a shipment that the shop knows, in a browser."""

    def connect_and_ship(self, url: str, key: str) -> Any:
        """Do all that the tours do, and the jobs; return the shipment."""
        admin = self.env.ref("base.user_admin")
        admin.group_ids |= self.env.ref("connector.group_connector_manager")
        page = f"/odoo?shop={url}&key={key}"
        self.start_tour(page, "vendure_connect", login="admin")
        backend = self.env["vendure.backend"].search([("name", "=", "My Vendure")])
        self.assertEqual(backend.state, "active")
        self.assertEqual(backend.sudo().auth_secret, key)
        # The jobs that the button made are stored: they are run as a worker does.
        made = self.env["queue.job"].search([("model_name", "=like", "vendure.%")])
        self.assertEqual(set(made.mapped("method_name")), {"import_since_last"})
        for model in backend._import_schedules:
            import_all = self.env[model].import_since_last
            run_jobs(import_all, backend, skip=("import_image",))
        run_jobs(backend.import_stock)
        self.start_tour("/odoo", "vendure_ship", login="admin")
        (order,) = self.env["vendure.sale.order"].search(
            [("backend_id", "=", backend.id), ("external_id", "=", ORDER)]
        )
        shipment = order.picking_ids.vendure_bind_ids
        shipment.export_record()
        return shipment


@tagged("post_install", "-at_install")
class TestTour(TourCase):
    def test_from_nothing_to_a_shipment(self) -> None:
        shop = self.enterContext(RecordedShop().open())
        fulfilments = shop.override = Fulfilments(shop, ORDER)
        shipment = self.connect_and_ship(URL, KEY)
        self.assertEqual(shipment.external_id, "1")
        self.assertEqual(fulfilments.made[0]["trackingCode"], "1Z999")
