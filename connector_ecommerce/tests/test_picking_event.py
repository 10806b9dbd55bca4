# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo.tests import tagged

from odoo.addons.component.core import Component

from .common import ShopCase


class PickingListener(Component):
    _name = "test.ecommerce.picking.listener"
    _inherit = "base.event.listener"
    _apply_on = "stock.picking"

    def on_picking_out_done(self, record: Any, method: str) -> None:
        self.heard.append(("out", record, method, record.state))

    def on_picking_dropship_done(self, record: Any, method: str) -> None:
        self.heard.append(("dropship", record, method, record.state))

    def on_tracking_number_added(self, record: Any) -> None:
        self.heard.append(("tracking", record, record.carrier_tracking_ref))


@tagged("post_install", "-at_install")
class TestPickingEvent(ShopCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls._listen(PickingListener)

    def setUp(self) -> None:
        super().setUp()
        self.order = self._create_order()
        self.order.action_confirm()
        self.picking = self.order.picking_ids

    def test_whole_transfer_is_complete(self) -> None:
        self._ship(self.picking)
        self.assertEqual(self.heard, [("out", self.picking, "complete", "done")])

    def test_transfer_with_backorder_is_partial_and_its_rest_complete(self) -> None:
        self._ship(self.picking, {self.mug: 2})
        backorder = self.picking.backorder_ids
        self.assertEqual(self.heard, [("out", self.picking, "partial", "done")])
        self._ship(backorder)
        self.assertEqual(self.heard[1:], [("out", backorder, "complete", "done")])

    def test_user_validation_without_backorder_is_complete(self) -> None:
        mug_move = self.picking.move_ids.filtered(lambda m: m.product_id == self.mug)
        mug_move.write({"quantity": 2, "picked": True})
        self.picking.with_context(
            skip_backorder=True, picking_ids_not_to_backorder=self.picking.ids
        ).button_validate()
        self.assertEqual(self.heard, [("out", self.picking, "complete", "done")])

    def test_transfer_done_move_by_move_is_told_once(self) -> None:
        for move in self.picking.move_ids:
            move.write({"quantity": move.product_uom_qty, "picked": True})
            move._action_done()
        told = [picking for event, picking, *rest in self.heard]
        self.assertEqual(len(told), len(set(told)))
        self.assertEqual(set(told), set(self.order.picking_ids))
        self.assertTrue(all(p.state == "done" for p in self.order.picking_ids))

    def test_transfer_ended_by_a_cancelled_move_is_told(self) -> None:
        first, second = self.picking.move_ids
        first.write({"quantity": first.product_uom_qty, "picked": True})
        first._action_done(cancel_backorder=True)
        self.assertEqual(self.heard, [])
        second._action_cancel()
        self.assertEqual(self.picking.state, "done")
        self.assertEqual(self.heard, [("out", self.picking, "complete", "done")])

    def test_cancelled_transfer_is_not_told(self) -> None:
        self.picking.action_cancel()
        self.assertEqual(self.picking.state, "cancel")
        self.assertEqual(self.heard, [])

    def test_receipt_is_not_told(self) -> None:
        self._receive(self.warehouse.lot_stock_id)
        self.assertEqual(self.heard, [])

    def test_receipt_at_the_customer_is_a_dropship(self) -> None:
        customers = self.env.ref("stock.stock_location_customers")
        picking = self._receive(customers)
        self.assertEqual(self.heard, [("dropship", picking, "complete", "done")])

    def test_rollback_forgets_that_it_was_told(self) -> None:
        class Undo(Exception):
            pass

        with self.assertRaises(Undo), self.env.cr.savepoint():
            self._ship(self.picking)
            raise Undo
        self.assertFalse(self.picking.done_event_fired)
        self._ship(self.picking)
        self.assertEqual(len(self.heard), 2)

    def test_tracking_number_written(self) -> None:
        self.picking.carrier_tracking_ref = "1Z999"
        self.assertEqual(self.heard, [("tracking", self.picking, "1Z999")])

    def test_tracking_number_removed_is_not_told(self) -> None:
        self.picking.carrier_tracking_ref = False
        self.assertEqual(self.heard, [])

    def test_tracking_number_of_many_is_told_for_each(self) -> None:
        other = self._create_order()
        other.action_confirm()
        both = self.picking | other.picking_ids
        both.write({"carrier_tracking_ref": "1Z1"})
        self.assertEqual([heard[1] for heard in self.heard], list(both))

    def test_quantities_are_given_by_line_of_the_shop(self) -> None:
        mug_line = self.order.order_line[0]
        mug_line.shop_line_ref = "L1"
        self._ship(self.picking, {self.mug: 1, self.pen: 5})
        self.assertEqual(self.picking._shop_line_quantities(), {"L1": 1.0})

    def _receive(self, destination: Any) -> Any:
        suppliers = self.env.ref("stock.stock_location_suppliers")
        places = {"location_id": suppliers.id, "location_dest_id": destination.id}
        picking = self.env["stock.picking"].create(
            {"picking_type_id": self.warehouse.in_type_id.id, **places}
        )
        self.env["stock.move"].create(
            {
                "product_id": self.mug.id,
                "product_uom_qty": 3,
                "picking_id": picking.id,
                **places,
            }
        )
        picking.action_confirm()
        self._ship(picking)
        return picking
