# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from copy import deepcopy
from typing import Any

import requests
import responses

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.connector.exception import BackendRefusedError, NetworkRetryableError
from odoo.addons.queue_job.tests.common import trap_jobs

from .common import VendureCase, run_jobs
from .recorded_shop import URL, RecordedShop


class Fulfilments:
    """The part of a shop that ships the lines of one order, once."""

    def __init__(self, shop: RecordedShop, order_id: str) -> None:
        self.shop, self.order_id = shop, order_id
        self.made: list[dict[str, Any]] = []

    def __call__(self, query: str, variables: dict[str, Any]) -> dict | None:
        if "addFulfillmentToOrder" in query:
            return {"data": {"addFulfillmentToOrder": self._add(variables["input"])}}
        if "transitionFulfillmentToState" in query:
            (done,) = (f for f in self.made if f["id"] == variables["id"])
            done["state"] = "Shipped"
            return {"data": {"transitionFulfillmentToState": done}}
        if "fulfillments { external_id" not in query:
            return None
        answer = deepcopy(self.shop.recorded(query, variables))
        for order in answer["data"]["orders"]["items"]:
            if order["id"] == self.order_id:
                order["fulfillments"] = [
                    {
                        "external_id": fulfilment["id"],
                        "tracking": fulfilment["trackingCode"],
                        "state": fulfilment["state"],
                        "lines": fulfilment["lines"],
                    }
                    for fulfilment in self.made
                ]
        return answer

    def _add(self, data: dict[str, Any]) -> dict[str, Any]:
        if any(f["lines"] == data["lines"] for f in self.made):
            message = "One or more OrderItems are already part of a Fulfillment"
            return {"errorCode": "ITEMS_ALREADY_FULFILLED_ERROR", "message": message}
        arguments = {a["name"]: a["value"] for a in data["handler"]["arguments"]}
        self.made.append(
            {
                "id": str(len(self.made) + 1),
                "state": "Pending",
                "lines": data["lines"],
                "trackingCode": arguments["trackingCode"],
            }
        )
        return self.made[-1]


@tagged("post_install", "-at_install")
class TestShipment(VendureCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.backend.stock_delay = 0
        cls.order = cls.import_order("2")
        cls.picking = cls.order.picking_ids

    def setUp(self) -> None:
        super().setUp()
        self.fulfilments = self.shop.override = Fulfilments(self.shop, "2")

    def deliver(self) -> None:
        """Deliver all of the order, as somebody does in the transfer."""
        self.picking.carrier_tracking_ref = "1Z999"
        for move in self.picking.move_ids:
            move.quantity = move.product_uom_qty
        self.picking.move_ids.picked = True
        self.picking.button_validate()

    def deliver_and_trap(self) -> Any:
        """Deliver, and return the binding of the shipment, not exported yet."""
        with trap_jobs() as trap:
            self.deliver()
            shipment = self.picking.vendure_bind_ids
            trap.assert_enqueued_job(shipment.export_record)
        return shipment

    def test_delivery_is_told_with_its_tracking_number(self) -> None:
        run_jobs(self.deliver, skip=("export_stock",))
        self.assertEqual(
            self.fulfilments.made,
            [
                {
                    "id": "1",
                    "state": "Shipped",
                    "trackingCode": "1Z999",
                    "lines": [
                        {"orderLineId": "2", "quantity": 2},
                        {"orderLineId": "3", "quantity": 3},
                    ],
                }
            ],
        )
        self.assertEqual(self.picking.vendure_bind_ids.external_id, "1")
        self.assertEqual(self.picking.vendure_bind_ids.sync_state, "synced")

    def test_worker_killed_after_the_answer_ships_once(self) -> None:
        """The shop has the fulfilment, shipped or not, and we lost its id."""
        shipment = self.deliver_and_trap()
        for state in ("Pending", "Shipped"):
            with (
                self.subTest(state=state),
                self.env.cr.savepoint(flush=True) as savepoint,
            ):
                self.fulfilments.made.clear()
                shipment.export_record()
                savepoint.rollback()
                self.env.invalidate_all()
                self.assertFalse(shipment.external_id)
                self.fulfilments.made[0]["state"] = state
                shipment.export_record()
                self.assertEqual(len(self.fulfilments.made), 1)
                self.assertEqual(self.fulfilments.made[0]["state"], "Shipped")
                self.assertEqual(shipment.external_id, "1")
                savepoint.rollback()

    def test_shipped_by_somebody_else_is_refused(self) -> None:
        """The shop's refusal fails the job, with its code and words."""
        shipment = self.deliver_and_trap()
        shipment.export_record()
        other = shipment.copy({"external_id": False, "odoo_id": self.picking.copy().id})
        lines = [
            {"orderLineId": "2", "quantity": 2},
            {"orderLineId": "3", "quantity": 3},
        ]
        with (
            self.backend.work_on("vendure.stock.picking") as work,
            self.assertRaises(BackendRefusedError) as refused,
        ):
            exporter = work.component(usage="record.exporter")
            exporter.binding = other
            exporter._create(
                {
                    "lines": lines,
                    "handler": {"code": "manual-fulfillment", "arguments": []},
                }
            )
        self.assertEqual(refused.exception.code, "ITEMS_ALREADY_FULFILLED_ERROR")
        self.assertEqual(len(self.fulfilments.made), 1)

    @mute_logger("odoo.addons.connector.http.client")
    def test_shop_down_is_retried(self) -> None:
        shipment = self.deliver_and_trap()
        with responses.RequestsMock() as mock:
            error = requests.ConnectionError("down")
            mock.add("POST", f"{URL}/admin-api", body=error)
            with self.assertRaises(NetworkRetryableError):
                shipment.export_record()

    def test_number_given_later_needs_a_person(self) -> None:
        shipment = self.deliver_and_trap()
        shipment.export_record()
        self.picking.carrier_tracking_ref = "OTHER"
        checkpoint = self.env["connector.checkpoint"].search([])
        self.assertEqual(checkpoint.record, shipment)

    def test_import_ships_nothing_back(self) -> None:
        with trap_jobs() as trap:
            self.env["vendure.sale.order"].import_record(self.backend, "4")
            trap.assert_jobs_count(
                0, only=self.env["vendure.stock.picking"].export_record
            )
        self.assertFalse(self.fulfilments.made)
