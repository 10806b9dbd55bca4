# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from decimal import Decimal
from typing import Any

from odoo.tests import tagged

from odoo.addons.connector_ecommerce.core import LineKind, ShopShipment
from odoo.addons.queue_job.tests.common import trap_jobs

from .common import MemoryShopCase

ORDER = "test.shop.sale.order"
SHIPMENT = "test.shop.stock.picking"


@tagged("post_install", "-at_install")
class TestShipment(MemoryShopCase):
    def _lines(self) -> list[dict[str, Any]]:
        line = self._mug(
            external_id="L1", quantity=3, total_excluded=3000, total_included=3600
        )
        pen = {**self._mug(external_id="L2"), "product_external_id": "p2"}
        return [line, pen]

    def _deliver(self, picking: Any, quantities: dict[str, float] | None = None) -> Any:
        for move in picking.move_ids:
            ref = move.sale_line_id.shop_line_ref
            wanted = (quantities or {}).get(ref, 0 if quantities else None)
            move.quantity = move.product_uom_qty if wanted is None else wanted
            move.picked = bool(move.quantity)
        picking._action_done()
        return self.env[SHIPMENT].search([("odoo_id", "=", picking.id)])

    def _shipments(self) -> list[dict[str, Any]]:
        return list(self.shop.shipments.values())

    # Odoo ships

    def test_delivery_is_told_with_its_number(self) -> None:
        sale = self._import(lines=self._lines())
        sale.picking_ids.carrier_tracking_ref = "1Z"
        with trap_jobs() as trap:
            shipment = self._deliver(sale.picking_ids)
            trap.assert_jobs_count(1, only=shipment.export_record)
            trap.perform_enqueued_jobs()
        self.assertEqual(
            self._shipments(), [{"tracking": "1Z", "lines": {"L1": 3, "L2": 1}}]
        )
        self.assertEqual(shipment.external_id, "ship1")

    def test_partial_delivery_is_told_then_the_rest(self) -> None:
        sale = self._import(lines=self._lines())
        first = sale.picking_ids
        with trap_jobs() as trap:
            self._deliver(first, {"L1": 2})
            self._deliver(sale.picking_ids - first)
            trap.perform_enqueued_jobs()
        told = [shipment["lines"] for shipment in self._shipments()]
        self.assertEqual(told, [{"L1": 2}, {"L1": 1, "L2": 1}])

    def test_number_given_later_is_told(self) -> None:
        sale = self._import(lines=self._lines())
        with trap_jobs() as trap:
            self._deliver(sale.picking_ids)
            trap.perform_enqueued_jobs()
        with trap_jobs() as trap:
            sale.picking_ids.carrier_tracking_ref = "1Z"
            trap.perform_enqueued_jobs()
        self.assertEqual(self._shipments()[0]["tracking"], "1Z")
        self.assertEqual(self._shipments()[0]["lines"], {"L1": 3, "L2": 1})

    def test_shipment_that_the_shop_has_is_taken_over(self) -> None:
        """A worker died between the answer of the shop and the commit."""
        sale = self._import(lines=self._lines())
        self.shop.shipments["mine"] = {"tracking": "", "lines": {"L1": 3.0, "L2": 1.0}}
        with trap_jobs() as trap:
            shipment = self._deliver(sale.picking_ids)
            trap.perform_enqueued_jobs()
        self.assertEqual(shipment.external_id, "mine")
        self.assertEqual(len(self._shipments()), 1)

    def test_delivery_of_another_order_is_not_told(self) -> None:
        sale = self._import(lines=self._lines())
        other = sale.copy()
        other.action_confirm()
        with trap_jobs() as trap:
            self.assertFalse(self._deliver(other.picking_ids))
            trap.assert_jobs_count(0)

    def test_return_fires_its_event_and_is_no_shipment(self) -> None:
        sale = self._import(lines=self._lines())
        with trap_jobs():
            self._deliver(sale.picking_ids)
        picking = sale.picking_ids
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        wizard.product_return_moves.quantity = 1
        returned = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        self.assertEqual(returned._done_event_name(), "on_picking_return_done")
        with trap_jobs() as trap:
            self._deliver(returned)
            trap.assert_jobs_count(0)

    # The shop has shipped

    def _shipped(self, *shipments: ShopShipment) -> Any:
        return self._import(lines=self._lines(), shipments=shipments)

    def test_order_that_arrives_shipped_is_delivered(self) -> None:
        with trap_jobs() as trap:
            sale = self._shipped(ShopShipment(tracking="1Z"))
            trap.assert_jobs_count(0)
        self.assertEqual(sale.picking_ids.state, "done")
        self.assertEqual(sale.picking_ids.carrier_tracking_ref, "1Z")
        self.assertEqual(sale.order_line.mapped("qty_delivered"), [3, 1])

    def test_partial_shipments_of_the_shop(self) -> None:
        first = ShopShipment(quantities={"L1": Decimal(2)})
        sale = self._shipped(first)
        self.assertEqual(sale.order_line.mapped("qty_delivered"), [2, 0])
        self.assertEqual(len(sale.picking_ids), 2)
        second = ShopShipment(quantities={"L1": Decimal(1), "L2": Decimal(1)})
        for _again in range(2):
            self._shipped(first, second)
            self.assertEqual(sale.order_line.mapped("qty_delivered"), [3, 1])
        self.assertEqual(set(sale.picking_ids.mapped("state")), {"done"})

    def test_shipment_told_to_the_shop_is_not_delivered_twice(self) -> None:
        sale = self._import(lines=self._lines())
        with trap_jobs():
            self._deliver(sale.picking_ids, {"L1": 2})
        self._shipped(ShopShipment(quantities={"L1": Decimal(2)}))
        self.assertEqual(sale.order_line.mapped("qty_delivered"), [2, 0])

    def test_carrier_is_not_ordered_again(self) -> None:
        carrier = self.env["delivery.carrier"].create(
            {
                "name": "Post",
                "fixed_price": 9,
                "product_id": self.env["product.product"].create({"name": "P"}).id,
                "integration_level": "rate_and_ship",
            }
        )
        self.backend.warehouse_id.out_type_id.print_label = True
        self.backend.carrier_mapping_ids = [
            (0, 0, {"shop_code": "post", "target_id": carrier.id})
        ]
        shipping = {
            "kind": LineKind.SHIPPING,
            "name": "Post",
            "carrier_code": "POST",
            "total_excluded": 500,
            "total_included": 600,
        }
        lines = [*self._lines(), shipping]
        shipped = self._import("1", lines=lines, shipments=(ShopShipment(),))
        self.assertEqual(shipped.picking_ids.state, "done")
        self.assertEqual(shipped.picking_ids.carrier_id, carrier)
        self.assertEqual(shipped.picking_ids.carrier_price, 0)
        ours = self._import("2", lines=lines)
        with trap_jobs():
            self._deliver(ours.picking_ids)
        self.assertEqual(ours.picking_ids.carrier_price, 9)

    def test_steps_of_the_warehouse_are_done_in_turn(self) -> None:
        self.backend.warehouse_id.delivery_steps = "pick_ship"
        sale = self._shipped(ShopShipment())
        self.assertEqual(len(sale.picking_ids), 2)
        self.assertEqual(set(sale.picking_ids.mapped("state")), {"done"})
        self.assertEqual(sale.order_line.mapped("qty_delivered"), [3, 1])

    def test_returned_goods_are_not_delivered_again(self) -> None:
        sale = self._shipped(ShopShipment())
        wizard = self.env["stock.return.picking"].create(
            {"picking_id": sale.picking_ids.id}
        )
        wizard.product_return_moves.write({"quantity": 1, "to_refund": True})
        returned = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        self._deliver(returned)
        self._shipped(ShopShipment())
        self.assertEqual(len(sale.picking_ids), 2)
