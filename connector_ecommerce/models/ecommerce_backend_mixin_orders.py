# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How the shop is spoken with, and how soon its orders come."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from odoo import api, fields, models

if TYPE_CHECKING:
    from odoo.addons.product.models.product_pricelist import ProductPricelist


class EcommerceBackendMixin(models.AbstractModel):
    # a concept of its own, in a file of its own
    _inherit = "ecommerce.backend.mixin"  # pylint: disable=consider-merging-classes-inherited

    lang_id = fields.Many2one(
        "res.lang",
        string="Language",
        default=lambda self: self.env["res.lang"].search(
            [("code", "=", self.env.lang or "en_US")]
        ),
        help="Language of the texts that come from the shop and go to it.",
    )
    prices_include_tax = fields.Boolean(
        readonly=True, help="As told by the shop when the connection was tested."
    )
    export_products = fields.Boolean(
        default=True,
        help="Names, descriptions, prices and SKUs changed in Odoo go to the shop. "
        "Otherwise the shop decides, and the next import takes them back.",
    )
    import_orders_since = fields.Datetime(help="Older orders stay in the shop alone.")
    poll_interval = fields.Integer(
        "New Orders Every (s)",
        help="Seconds between two looks for new orders, 0 to leave it to the schedule.",
    )

    def work_on(self, model_name: str, **kwargs: Any) -> Any:
        """Work in the language of the shop."""
        backend = self.with_context(lang=self.lang_id.code or self.env.lang)
        return super(EcommerceBackendMixin, backend).work_on(model_name, **kwargs)

    def _language_code(self) -> str:
        """Return the language of the shop as ISO 639 has it: "en"."""
        return (self.lang_id.code or "en").partition("_")[0]

    def _usual_pricelist(self, currency_code: str) -> ProductPricelist:
        """Return the pricelist of the backend, created in a currency without one."""
        if not self.pricelist_id:
            currencies = self.env["res.currency"].with_context(active_test=False)
            currency = currencies.search([("name", "=", currency_code)])
            currency.active = True
            values = {"name": self.name, "currency_id": currency.id}
            pricelist = self.env["product.pricelist"].create(
                {**values, "company_id": self.company_id.id}
            )
            self.write({"pricelist_id": pricelist.id})
        return self.pricelist_id

    def _keep_shop_settings(
        self, *, currency: str, prices_include_tax: bool, products: int, orders: int
    ) -> str:
        """Keep what the shop told of itself, for the test of its connection.

        `currency` is a code of ISO 4217. Return in words how much the shop has.
        """
        self.prices_include_tax = prices_include_tax
        self._usual_pricelist(currency)
        return self.env._(
            "Connected: %(products)s products, %(orders)s orders.",
            products=products,
            orders=orders,
        )

    # New orders, within seconds

    @api.model
    def _scheduler_poll_orders(self) -> None:
        """Keep the looks for new orders going, also after all jobs were lost."""
        for backend in self.search([("state", "=", "active")]):
            backend._delay_poll()

    def _delay_poll(self) -> None:
        """Have one job look at the next multiple of the interval."""
        if self.poll_interval > 0:
            slot = int(time.time()) // self.poll_interval + 1
            delayed = self.with_delay(
                eta=slot * self.poll_interval - int(time.time()),
                identity_key=f"ecommerce.poll:{self._name}:{self.id}:{slot}",
            )
            delayed.poll_orders()

    def poll_orders(self) -> str:
        """Import the orders placed in the last seconds"""
        self._check_may_import()
        if self.state != "active":
            return self.env._("The shop is not active.")
        with self.work_on(self._binding_model("sale.order")) as work:
            result = work.component(usage="batch.importer").run_new()
        self._delay_poll()
        return result
