# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import base64
import io
from dataclasses import replace
from decimal import Decimal
from typing import Any

from PIL import Image

from odoo.tests import tagged

from odoo.addons.connector.exception import InvalidDataError
from odoo.addons.connector_ecommerce.core import (
    ShopAttribute,
    ShopPrice,
    ShopProduct,
    ShopVariant,
)
from odoo.addons.queue_job.tests.common import trap_jobs

from .common import MemoryShopCase

TEMPLATE = "test.shop.product.template"
VARIANT = "test.shop.product.product"


def _price(amount: str, **values: Any) -> ShopPrice:
    return ShopPrice(amount=Decimal(amount), **values)


def _shirt(**values: Any) -> ShopProduct:
    """A shirt in two sizes, of which the shop sells two of four combinations."""
    defaults = {
        "external_id": "t1",
        "name": "Shirt",
        "description": "Cotton",
        "attributes": (
            ShopAttribute(name="Shop size", values=("S", "M")),
            ShopAttribute(name="Shop colour", values=("Red", "Blue")),
        ),
        "variants": (
            ShopVariant(
                external_id="v1",
                sku="SH-S-RED",
                options={"Shop size": "S", "Shop colour": "Red"},
                prices=(_price("10"), _price("8", min_quantity=Decimal(5))),
                weight=Decimal("0.2"),
            ),
            ShopVariant(
                external_id="v2",
                sku="SH-M-BLUE",
                options={"Shop size": "M", "Shop colour": "Blue"},
                prices=(_price("12"),),
            ),
        ),
        "tax_rate": Decimal(20),
    }
    return ShopProduct(**{**defaults, **values})


def _png() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(content, "PNG")
    return content.getvalue()


@tagged("post_install", "-at_install")
class TestProductImport(MemoryShopCase):
    def setUp(self) -> None:
        super().setUp()
        self.backend.pricelist_id = self.env["product.pricelist"].create(
            {"name": "Shop"}
        )

    def _import_shirt(self, **values: Any) -> Any:
        self.shop.templates["t1"] = _shirt(**values)
        self._run("t1", model=TEMPLATE)
        return self._find("t1", model=TEMPLATE)

    def _variant(self, external_id: str) -> Any:
        return self._find(external_id, model=VARIANT)

    def test_variants_are_those_that_the_shop_sells(self) -> None:
        shirt = self._import_shirt()
        variants = shirt.product_variant_ids
        self.assertEqual(
            set(variants.mapped("default_code")), {"SH-S-RED", "SH-M-BLUE"}
        )
        self.assertEqual(self._variant("v1").odoo_id.weight, 0.2)
        red = self._variant("v1").product_template_attribute_value_ids
        self.assertEqual(set(red.mapped("name")), {"S", "Red"})
        self.assertEqual(shirt.taxes_id, self.tax_excluded)
        self.assertTrue(shirt.is_storable)
        self.assertEqual(shirt.list_price, 10)

    def test_prices_are_on_the_pricelist(self) -> None:
        self._import_shirt()
        pricelist = self.backend.pricelist_id
        product = self._variant("v1").odoo_id
        self.assertEqual(pricelist._get_product_price(product, 1), 10)
        self.assertEqual(pricelist._get_product_price(product, 5), 8)
        cheaper = replace(_shirt().variants[0], prices=(_price("9"),))
        self._import_shirt(variants=(cheaper,))
        self.assertEqual(pricelist._get_product_price(product, 5), 9)
        self.assertEqual(len(pricelist.item_ids), 2)

    def test_price_of_a_mapped_price_list(self) -> None:
        trade = self.env["product.pricelist"].create({"name": "Trade"})
        self.backend.write(
            {
                "pricelist_mapping_ids": [
                    (0, 0, {"shop_code": "B2B", "target_id": trade.id})
                ]
            }
        )
        prices = (
            _price("10"),
            _price("7", pricelist_code="b2b"),
            _price("1", pricelist_code="unknown"),
        )
        variant = replace(_shirt().variants[0], prices=prices)
        self._import_shirt(variants=(variant,))
        product = self._variant("v1").odoo_id
        self.assertEqual(trade._get_product_price(product, 1), 7)
        self.assertEqual(self.backend.pricelist_id._get_product_price(product, 1), 10)

    def test_import_again_adds_what_is_new(self) -> None:
        shirt = self._import_shirt()
        before = shirt.product_variant_ids
        new = ShopVariant(
            external_id="v3",
            sku="SH-L-RED",
            options={"Shop size": "L", "Shop colour": "Red"},
        )
        sizes = ShopAttribute(name="Shop size", values=("S", "M", "L"))
        self._import_shirt(
            attributes=(sizes, _shirt().attributes[1]),
            variants=(*_shirt().variants, new),
        )
        self.assertLess(before, shirt.product_variant_ids)
        self.assertEqual(len(shirt.product_variant_ids), 3)
        self.assertEqual(len(shirt.attribute_line_ids), 2)

    def test_variant_that_the_shop_gave_up_is_no_longer_published(self) -> None:
        self._import_shirt()
        self._import_shirt(variants=_shirt().variants[:1])
        self.assertTrue(self._variant("v1").shop_published)
        self.assertFalse(self._variant("v2").shop_published)
        self.assertTrue(self._variant("v2").odoo_id.active)

    def test_attributes_are_shared_by_the_products(self) -> None:
        shirt = self._import_shirt()
        self.shop.templates["t2"] = _shirt(
            external_id="t2",
            variants=tuple(
                replace(v, external_id=f"x{v.external_id}", sku="")
                for v in _shirt().variants
            ),
        )
        self._run("t2", model=TEMPLATE)
        other = self._find("t2", model=TEMPLATE)
        self.assertNotEqual(other.odoo_id, shirt.odoo_id)
        self.assertEqual(
            other.attribute_line_ids.attribute_id, shirt.attribute_line_ids.attribute_id
        )

    def test_product_of_the_same_sku_is_bound(self) -> None:
        known = self.env["product.template"].create(
            {"name": "Known cup", "default_code": "CUP", "is_storable": False}
        )
        cup = ShopVariant(external_id="c1", sku="CUP", prices=(_price("3"),))
        shirt = self._import_shirt(name="Cup", attributes=(), variants=(cup,))
        self.assertEqual(shirt.odoo_id, known)
        self.assertEqual(self._variant("c1").odoo_id, known.product_variant_id)
        self.assertFalse(known.is_storable)

    def test_attributes_never_replace_a_known_variant(self) -> None:
        known = self.env["product.template"].create(
            {"name": "Plain", "default_code": "SH-S-RED"}
        )
        self.assertNotEqual(self._import_shirt().odoo_id, known)
        self.assertTrue(known.product_variant_id.active)

    def test_combination_that_odoo_refuses_is_told(self) -> None:
        variant = ShopVariant(external_id="v9", options={"Shop size": "XXL"})
        with self.assertRaisesRegex(InvalidDataError, "XXL"):
            self._import_shirt(variants=(*_shirt().variants, variant))

    def test_translation_without_an_id_has_the_imported_one(self) -> None:
        self.shop.templates["t9"] = {"name": "Cap", "variants": []}
        self.env[TEMPLATE].import_record(self.backend, "t9")
        cap = self.env[TEMPLATE].search([("external_id", "=", "t9")])
        self.assertEqual(cap.odoo_id.name, "Cap")

    def test_translations_of_installed_languages(self) -> None:
        self.env["res.lang"]._activate_lang("fr_FR")
        shirt = self._import_shirt(
            translations={"fr_FR": {"name": "Chemise"}, "xx_XX": {"name": "?"}}
        )
        self.assertEqual(shirt.name, "Shirt")
        self.assertEqual(shirt.with_context(lang="fr_FR").name, "Chemise")

    def test_categories_come_with_their_parents(self) -> None:
        self.shop.categories.update(
            {
                "1": {"name": "Clothes"},
                "2": {"name": "Shirts", "parent": "1"},
            }
        )
        shirt = self._import_shirt(category_ids=("2",))
        self.assertEqual(shirt.category_ids.complete_name, "Clothes / Shirts")

    def test_image_is_downloaded_once(self) -> None:
        self.shop.images["http://shop/1.png"] = _png()
        with trap_jobs() as trap:
            shirt = self._import_shirt(image_url="http://shop/1.png")
            trap.assert_jobs_count(1, only=shirt.import_image)
            trap.perform_enqueued_jobs()
        self.assertTrue(base64.b64decode(shirt.image_1920))
        with trap_jobs() as trap:
            self._import_shirt(image_url="http://shop/1.png")
            trap.assert_jobs_count(0)

    def test_what_is_no_image_is_refused(self) -> None:
        self.shop.images["http://shop/1.png"] = b"<html>Not found</html>"
        shirt = self._import_shirt(image_url="http://shop/1.png")
        with self.assertRaisesRegex(InvalidDataError, "1.png"):
            shirt.import_image()

    def test_order_brings_the_product_of_its_variant(self) -> None:
        self.shop.templates["t1"] = _shirt()
        line = self._mug(
            product_external_id="v2", template_external_id="t1", sku="", name="Shirt"
        )
        sale = self._import(lines=[line])
        self.assertEqual(sale.order_line.product_id, self._variant("v2").odoo_id)
