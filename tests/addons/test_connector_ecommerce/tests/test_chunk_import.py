# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Products and orders imported by chunks: as one, with the queries of the ORM alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.connector_ecommerce.core import (
    PaymentState,
    ShopAttribute,
    ShopPayment,
    ShopPrice,
    ShopProduct,
    ShopVariant,
)
from odoo.addons.queue_job.tests.common import trap_jobs

from .common import MemoryShopCase

TEMPLATE = "test.shop.product.template"
VARIANT = "test.shop.product.product"
ORDER = "test.shop.sale.order"


def _shirt(number: int) -> ShopProduct:
    """A shirt in two sizes."""
    variants = tuple(
        ShopVariant(
            external_id=f"{number}-{size}",
            sku=f"SHIRT-{number}-{size}",
            options={"Shop size": size},
            prices=(ShopPrice(amount=Decimal(number)),),
        )
        for size in "SM"
    )
    return ShopProduct(
        external_id=f"shirt {number}",
        name=f"Shirt {number}",
        attributes=(ShopAttribute(name="Shop size", values=("S", "M")),),
        variants=variants,
        tax_rate=Decimal(20),
    )


@tagged("post_install", "-at_install")
class TestChunkImport(MemoryShopCase):
    def setUp(self) -> None:
        super().setUp()
        self.backend.pricelist_id = self.env["product.pricelist"].create(
            {"name": "Shop"}
        )

    # What is asked of the shop, and of the ORM alone

    def _import_shirts(self, numbers: Iterable[int]) -> None:
        shirts = [_shirt(number) for number in numbers]
        self.shop.templates.update({shirt.external_id: shirt for shirt in shirts})
        ids = [shirt.external_id for shirt in shirts]
        message = self.env[TEMPLATE].import_chunk(self.backend, ids)
        self.assertEqual(message, f"{len(ids)} imported")

    def _values(self, model: str, records: dict[str, Any]) -> list[dict[str, Any]]:
        """Return what an import would create for these records of the shop."""
        values = []
        with self.backend.work_on(model) as work:
            for external_id, record in records.items():
                importer = work.component(usage="record.importer")
                importer._start(external_id, record, None, {})
                data = importer._values(importer.model.browse())
                values.append(importer._complete(data))
        return values

    def _create_shirts(self, numbers: Iterable[int]) -> Callable[[], None]:
        shirts = {f"shirt {number}": _shirt(number) for number in numbers}
        values = self._values(TEMPLATE, shirts)

        def create() -> None:
            quiet = self.env(context={**self.env.context, "connector_no_export": True})
            templates = quiet[TEMPLATE].create(values)
            variants = quiet[VARIANT].create(
                [
                    {
                        "backend_id": self.backend.id,
                        "external_id": f"{value.name} {template.id}",
                        "default_code": value.name,
                        "product_tmpl_id": template.odoo_id.id,
                        "product_template_attribute_value_ids": [
                            Command.set(value.ids)
                        ],
                    }
                    for template in templates
                    for value in template.attribute_line_ids.product_template_value_ids
                ]
            )
            quiet["product.pricelist.item"].create(
                [
                    {
                        "pricelist_id": self.backend.pricelist_id.id,
                        "product_id": variant.odoo_id.id,
                        "product_tmpl_id": variant.product_tmpl_id.id,
                        "compute_price": "fixed",
                        "fixed_price": 1,
                    }
                    for variant in variants
                ]
            )

        return create

    def _place_orders(self, numbers: Iterable[int]) -> list[str]:
        ids = [str(number) for number in numbers]
        for id_ in ids:
            self._place(id_)
        return ids

    def _import_orders(self, numbers: Iterable[int]) -> None:
        ids = self._place_orders(numbers)
        message = self.env[ORDER].import_chunk(self.backend, ids)
        self.assertEqual(message, f"{len(ids)} imported")

    def _create_orders(self, numbers: Iterable[int]) -> Callable[[], None]:
        ids = self._place_orders(numbers)
        values = self._values(ORDER, {id_: self.shop.orders[id_] for id_ in ids})

        def create() -> None:
            for order in self.env[ORDER].create(values):
                order.odoo_id.action_confirm()

        return create

    def _queries(self, function: Callable[..., Any], *args: Any) -> int:
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        function(*args)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_queries_of_products(self) -> None:
        """Each product costs what it costs the ORM, no more."""
        self._import_shirts(range(1, 3))
        few = self._queries(self._import_shirts, range(10, 15))
        many = self._queries(self._import_shirts, range(20, 45))
        orm_few = self._queries(self._create_shirts(range(50, 55)))
        orm_many = self._queries(self._create_shirts(range(60, 85)))
        self.assertLess(many - few, orm_many - orm_few + 20, "not one more for each")
        self.assertLess(few - orm_few, 30, "what a chunk costs once")

    def test_queries_of_orders(self) -> None:
        """Each order costs what creating and confirming it costs, no more."""
        self._import_orders(range(100, 102))
        few = self._queries(self._import_orders, range(10, 15))
        many = self._queries(self._import_orders, range(20, 45))
        orm_few = self._queries(self._create_orders(range(50, 55)))
        orm_many = self._queries(self._create_orders(range(60, 85)))
        self.assertLess(many - few, orm_many - orm_few + 20, "not one more for each")
        self.assertLess(few - orm_few, 30, "what a chunk costs once")

    # As when they are imported one by one

    def test_products_are_complete(self) -> None:
        self._import_shirts(range(1, 4))
        for number in range(1, 4):
            shirt = self._find(f"shirt {number}", model=TEMPLATE)
            self.assertEqual(shirt.taxes_id, self.tax_excluded)
            small = self._find(f"{number}-S", model=VARIANT)
            self.assertEqual(small.product_tmpl_id, shirt.odoo_id)
            self.assertEqual(small.default_code, f"SHIRT-{number}-S")
            self.assertEqual(small.sync_state, "synced")
            price = self.backend.pricelist_id._get_product_price(small.odoo_id, 1)
            self.assertEqual(price, number)
            self.assertEqual(len(shirt.product_variant_ids), 2)

    def test_known_products_are_found_by_their_skus(self) -> None:
        known = self.env["product.product"].create(
            {"name": "Known", "default_code": "KNOWN"}
        )
        variant = ShopVariant(external_id="k", sku="KNOWN")
        self.shop.templates["known"] = ShopProduct(
            external_id="known", name="Mug", variants=(variant,)
        )
        self.shop.templates["shirt 1"] = _shirt(1)
        self.env[TEMPLATE].import_chunk(self.backend, ["known", "shirt 1"])
        self.assertEqual(self._find("k", model=VARIANT).odoo_id, known)
        self.assertEqual(len(self._find("shirt 1", model=TEMPLATE)), 1)

    def test_pictures_get_a_job_each(self) -> None:
        for number in (1, 2):
            url = f"https://shop.example/{number}.png"
            shirt = replace(_shirt(number), image_url=url)
            self.shop.templates[shirt.external_id] = shirt
        with trap_jobs() as trap:
            self.env[TEMPLATE].import_chunk(self.backend, ["shirt 1", "shirt 2"])
            trap.assert_jobs_count(2, only=self.env[TEMPLATE].import_image)

    def test_product_that_fails_takes_nothing_along(self) -> None:
        self.shop.templates["shirt 1"] = _shirt(1)
        odd = replace(_shirt(2).variants[0], options={"Shop size": "XXL"})
        self.shop.templates["shirt 2"] = replace(_shirt(2), variants=(odd,))
        with trap_jobs() as trap:
            message = self.env[TEMPLATE].import_chunk(
                self.backend, ["shirt 1", "shirt 2"]
            )
            trap.assert_jobs_count(1, only=self.env[TEMPLATE].import_record)
        self.assertEqual(message, "1 imported, 1 have a job of their own")
        self.assertTrue(self._find("1-M", model=VARIANT))
        self.assertFalse(self._find("shirt 2", model=TEMPLATE))

    def test_orders_are_confirmed_and_received(self) -> None:
        self.backend.import_cancelled = False
        self._place("1")
        self._place("2", cancelled=True)
        message = self.env[ORDER].import_chunk(self.backend, ["1", "2"])
        self.assertEqual(message, "1 imported, 1 skipped or up-to-date")
        self.assertEqual(self._find("1").state, "sale")
        receipts = self.env["ecommerce.order.receipt"].search(
            self.backend._receipts_domain()
        )
        states = {receipt.external_id: receipt.state for receipt in receipts}
        self.assertEqual(states, {"1": "imported", "2": "skipped"})
        again = self.env[ORDER].import_chunk(self.backend, ["1", "2"], force=True)
        self.assertEqual(again, message)
        self.assertEqual(len(receipts.search(self.backend._receipts_domain())), 2)

    def test_unpaid_order_waits_alone(self) -> None:
        """It is set apart before anything is written: the others are not done twice."""
        method = self.env["account.payment.method.line"]
        method.get_or_create_payment_method("card").import_rule = "paid"
        unpaid = ShopPayment(
            method="card", amount=Decimal(12), state=PaymentState.PENDING
        )
        self._place("1")
        self._place("2", payments=(unpaid,), date=fields.Datetime.now())
        chunk_importer = self._components_registry["generic.chunk.importer"]
        self.patch(chunk_importer, "_import_one_by_one", self._never)
        with trap_jobs() as trap:
            message = self.env[ORDER].import_chunk(self.backend, ["1", "2"])
            trap.assert_enqueued_job(
                self.env[ORDER].import_record,
                args=(self.backend, "2"),
                kwargs={"force": False},
            )
        self.assertEqual(message, "1 imported, 1 have a job of their own")
        self.assertFalse(self._find("2"))

    def _never(self, *args: Any) -> None:
        self.fail("the chunk was done twice")
