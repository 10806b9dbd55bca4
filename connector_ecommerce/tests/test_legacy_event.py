# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo.tests import tagged

from odoo.addons.connector_ecommerce import event
from odoo.addons.connector_ecommerce.models import event as event_of_10
from odoo.addons.connector_ecommerce.models.event import Event

from .common import ShopCase


@tagged("post_install", "-at_install")
class TestLegacyEvent(ShopCase):
    """Functions of connectors for 10.0 and before."""

    def _subscribe(self, event: Event, **options: Any) -> list[tuple[Any, ...]]:
        heard = []

        def consumer(env: Any, *args: Any) -> None:
            heard.append(args)

        event.subscribe(consumer, **options)
        self.addCleanup(event.unsubscribe, consumer, options.get("model_names"))
        return heard

    def test_both_paths_have_the_same_events(self) -> None:
        for name, legacy in event.EVENTS.items():
            self.assertIs(getattr(event_of_10, name), legacy)
            self.assertIs(getattr(event, name), legacy)

    def test_delivery_and_its_number(self) -> None:
        done = self._subscribe(event.on_picking_out_done)
        number = self._subscribe(event.on_tracking_number_added)
        order = self._create_order()
        order.action_confirm()
        picking = order.picking_ids
        picking.carrier_tracking_ref = "1Z"
        self._ship(picking, {self.mug: 1})
        self.assertEqual(number, [("stock.picking", picking.id)])
        self.assertEqual(done, [("stock.picking", picking.id, "partial")])

    def test_invoice(self) -> None:
        posted = self._subscribe(event.on_invoice_validated)
        paid = self._subscribe(event.on_invoice_paid, model_names="account.move")
        order = self._create_order()
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.action_post()
        invoice._invoice_paid_hook()
        self.assertEqual(posted, [("account.move", invoice.id)])
        self.assertEqual(paid, posted)

    def test_price(self) -> None:
        heard = self._subscribe(event.on_product_price_changed)
        self.mug.list_price = 12
        self.assertEqual(heard, [("product.product", self.mug.id)])

    def test_only_the_models_asked_for(self) -> None:
        legacy = Event()
        heard = self._subscribe(legacy, model_names=["account.move"])
        legacy.fire(self.env, "sale.order", 1)
        legacy.fire(self.env, "account.move", 2)
        self.assertEqual(heard, [("account.move", 2)])
        self.assertTrue(legacy.has_consumer_for(self.env, "account.move"))
        self.assertFalse(legacy.has_consumer_for(self.env, "sale.order"))

    def test_decorator_with_and_without_arguments(self) -> None:
        legacy = Event()

        @legacy
        def first(env: Any, model_name: str, record_id: int) -> None:
            heard.append(("first", record_id))

        @legacy(model_names="sale.order", replacing=None)
        def second(env: Any, model_name: str, record_id: int) -> None:
            heard.append(("second", record_id))

        heard: list[Any] = []
        legacy.fire(self.env, "sale.order", 1)
        self.assertEqual(heard, [("first", 1), ("second", 1)])

    def test_function_that_replaces_another(self) -> None:
        legacy = Event()
        heard = self._subscribe(legacy)
        (old,) = legacy._consumers_for(self.env, "sale.order")
        legacy.subscribe(lambda env, *args: heard.append("new"), replacing=old)
        legacy.fire(self.env, "sale.order", 1)
        self.assertEqual(heard, ["new"])

    def test_addon_that_is_not_installed_is_not_called(self) -> None:
        legacy = Event()

        def consumer(env: Any, *args: Any) -> None:
            self.fail("called though its addon is not installed")

        consumer.__module__ = "odoo.addons.not_installed.consumer"
        legacy.subscribe(consumer)
        legacy.fire(self.env, "sale.order", 1)
        self.assertFalse(legacy.has_consumer_for(self.env, "sale.order"))
