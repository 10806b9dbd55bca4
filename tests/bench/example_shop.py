# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A large shop: the seeded one with all that it has copied, in its database.

What the shop serves for a copy is what it serves for the original, but for ids, codes,
SKUs, slugs and addresses of mail: the rows of every table that belong to a product, a
customer or an order are copied.
5,000 products and 2,000 orders take some seconds that way, and are kept as a template
of databases: the next run copies it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import psycopg2

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "setup/lib"))

# ruff: noqa: E402
# pylint: disable=wrong-import-position
from processes import Child
from shop import Shop
from workspace import CLONE_ID, content_hash

OFFSET = 10_000  # more than the ids of the seed
PRODUCTS_OF_SEED, CUSTOMERS_OF_SEED, ORDERS_OF_SEED = 54, 10, 24

#: tables of a product, a customer and an order, parents first: the columns with its ids
PRODUCT_TABLES = {
    "product": ("id",),
    "product_translation": ("id", "baseId"),
    "product_channels_channel": ("productId",),
    "product_option_groups_product_option_group": ("productId",),
    "product_variant": ("id", "productId"),
    "product_variant_translation": ("id", "baseId"),
    "product_variant_price": ("id", "variantId"),
    "product_variant_channels_channel": ("productVariantId",),
    "product_variant_options_product_option": ("productVariantId",),
    "stock_level": ("id", "productVariantId"),
    "collection_product_variants_product_variant": ("productVariantId",),
}
CUSTOMER_TABLES = {
    "customer": ("id",),
    "customer_channels_channel": ("customerId",),
    "customer_groups_customer_group": ("customerId",),
    "address": ("id", "customerId"),
}
ORDER_TABLES = {
    "order": ("id",),
    "order_channels_channel": ("orderId",),
    "shipping_line": ("id", "orderId"),
    "order_line": ("id", "orderId", "shippingLineId"),
    "payment": ("id", "orderId"),
    "fulfillment": ("id",),
    "order_fulfillments_fulfillment": ("orderId", "fulfillmentId"),
    "order_line_reference": ("id", "fulfillmentId", "orderLineId"),
}
#: what the database or the shop wants to be another one, as SQL
OTHERS = {
    "code": "{} || '-' || copy",
    "sku": "{} || '-' || copy",
    "slug": "{} || '-' || copy",
    "emailAddress": "copy || '-' || {}",
    "userId": "NULL",  # a copied customer has no account
}


class LargeShop(Shop):
    """A shop server with so many products, customers and orders."""

    products = PRODUCTS_OF_SEED
    customers = CUSTOMERS_OF_SEED
    orders = ORDERS_OF_SEED

    def start(self) -> Child:
        """Start it in the state of its template, which is made when it is missing."""
        self.seed()
        code = content_hash([Path(__file__).resolve()])
        size = f"{self.products}_{self.customers}_{self.orders}"
        # Not tpl_shop_...: those are Odoo's, dropped when they are made anew.
        name = f"tpl_large_shop_{CLONE_ID}_{code}_{size}"
        if not self.databases.exists(name):
            work = f"making_shop_large_{CLONE_ID}"
            self.databases.copy(self._seed_database(), work)
            self._multiply(work)
            self.databases.execute("ALTER DATABASE {} RENAME TO {}", work, name)
        database = f"{self.name}_{CLONE_ID}"
        self.databases.copy(name, database)
        return self._serve(database, self.name)

    def _multiply(self, database: str) -> None:
        """Copy the objects of the seed until there are as many as asked."""
        pg = self.databases.odoo.pg
        connection = psycopg2.connect(
            host=pg["PGHOST"],
            port=pg["PGPORT"],
            user=pg["PGUSER"],
            password=pg["PGPASSWORD"] or None,
            dbname=database,
        )
        with connection, connection.cursor() as cursor:
            for tables, wanted, seeded in (
                (PRODUCT_TABLES, self.products, PRODUCTS_OF_SEED),
                (CUSTOMER_TABLES, self.customers, CUSTOMERS_OF_SEED),
                (ORDER_TABLES, self.orders, ORDERS_OF_SEED),
            ):
                for table, ids in tables.items():
                    _copy_rows(cursor, table, ids, max(0, -(-wanted // seeded) - 1))
        connection.close()


def _copy_rows(cursor: Any, table: str, ids: tuple[str, ...], times: int) -> None:
    """Copy the rows of the seed, their ids and what must differ being others."""
    cursor.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = %s AND table_schema = 'public'",
        (table,),
    )
    columns = [name for (name,) in cursor.fetchall()]
    values = []
    for name in columns:
        value = f's."{name}"'
        if name in ids:
            value += f" + copy * {OFFSET}"
        elif name in OTHERS:
            value = OTHERS[name].format(value)
        values.append(value)
    names = ", ".join(f'"{name}"' for name in columns)
    cursor.execute(
        f'INSERT INTO "{table}" ({names}) SELECT {", ".join(values)}'
        f' FROM "{table}" s, generate_series(1, {times}) copy'
        f' WHERE s."{ids[0]}" < {OFFSET}'
    )
