# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from typing import Any

from odoo.addons.component.core import AbstractComponent, Component


class VendureBase(AbstractComponent):
    """Everything here works for one shop only: its components share a collection."""

    _name = "vendure.base"
    _inherit = "base.connector"
    _collection = "vendure.backend"

    def _translations(self, **texts: str) -> dict[str, Any]:
        """Return texts as the shop takes them, in the language of the backend."""
        code = self.backend_record._language_code()
        return {"translations": [{"languageCode": code, **texts}]}


class VendureBinder(Component):
    """Find records by their id in the shop, and the reverse."""

    _name = "vendure.binder"
    _inherit = ["base.binder", "vendure.base"]


class VendureAdapter(Component):
    """Speak the Admin API of the shop: what it reads and writes is in `graphql/`."""

    _name = "vendure.adapter"
    _inherit = ["base.graphql.adapter", "vendure.base"]

    _documents = "connector_example/graphql"
    _objects = {
        "product.attribute": "ProductOptionGroup",
        "vendure.account.move": "Refund",
        "vendure.product.category": "Collection",
        "vendure.product.product": "ProductVariant",
        "vendure.product.template": "Product",
        "vendure.res.partner": "Customer",
        "vendure.sale.order": "Order",
        "vendure.stock.picking": "Fulfillment",
    }

    def _page(
        self, fields: str, filters: dict[str, Any], position: int
    ) -> tuple[list[dict[str, Any]], int]:
        name = self._object
        objects = f"{name[0].lower()}{name[1:]}s"
        query = (
            f"query ($o: {name}ListOptions) {{ {objects}(options: $o) "
            f"{{ totalItems items {{ {fields} }} }} }}"
        )
        conditions = {key: _condition(key, value) for key, value in filters.items()}
        options = {"skip": position, "take": 1000, "sort": {"id": "ASC"}}
        page = self._query(query, o={**options, "filter": conditions})
        return page["items"], page["totalItems"]

    def _changed_since(self, since: str) -> dict[str, Any]:
        return {"updatedAt": {"after": since}}

    def _refusal(self, answer: Any) -> tuple[str, str] | None:
        if isinstance(answer, dict) and "errorCode" in answer:
            return answer["errorCode"], answer["message"]
        return None


def _condition(name: str, value: Any) -> Any:
    """Return a condition of the shop, where values and lists stand for themselves."""
    if isinstance(value, str):
        return {"eq": value}
    if isinstance(value, list) and not name.startswith("_"):  # _and, _or
        return {"in": value}
    return value


class VendureImporter(AbstractComponent):
    """Import one object of the shop.

    Its dates of change tell too little, so that its content is compared instead.
    """

    _name = "vendure.importer"
    _inherit = ["generic.importer", "vendure.base"]

    _minor_digits = 2  # amounts are in cents
    _compares_content = True


class VendureBatchImporter(Component):
    """Import what changed in the shop, by a job for each hundred objects.

    A request with a key costs the shop 0.25 s of its processor (bcrypt), however small,
    and Odoo creates a hundred products in the time of ten: both are done by many.
    """

    _name = "vendure.batch.importer"
    _inherit = ["generic.chunked.batch.importer", "vendure.base"]
    _usage = "batch.importer"
    _chunk_size = 100
