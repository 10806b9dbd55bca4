# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from odoo.addons.connector.components.graphql_adapter import document


class VendureBackend(models.Model):
    """A Vendure shop: how it is reached, and what comes from it how often."""

    _name = "vendure.backend"
    _inherit = [
        "connector.http.backend.mixin",
        "connector.webhook.mixin",
        "ecommerce.backend.mixin",
    ]
    _description = "Vendure shop"
    _import_schedules = {
        "vendure.product.category": (1, "days"),
        "vendure.product.template": (1, "hours"),
        "vendure.res.partner": (1, "hours"),
        "vendure.sale.order": (5, "minutes"),
    }

    auth_type = fields.Selection(default="api_key")
    auth_header = fields.Char(default="vendure-api-key")
    poll_interval = fields.Integer(default=10)
    # The shop counts what is on hand, and knows what its own orders reserve.
    stock_field = fields.Selection(default="qty_available")

    def _http_address(self) -> str:
        return f"{self.location}/admin-api?languageCode={self._language_code()}"

    def _test_connection(self) -> str:
        with self._leased_client() as client:
            answer = client.graphql(document("connector_example/graphql", "shop"))
        return self._keep_shop_settings(
            **answer["activeChannel"],
            products=answer["products"]["totalItems"],
            orders=answer["orders"]["totalItems"],
        )

    def _stock_shipment_model(self) -> str:
        """The shop takes what it ships off its stock itself."""
        return "vendure.stock.picking"
