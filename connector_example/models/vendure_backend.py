# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import time
from typing import Any

from odoo import api, fields, models

from odoo.addons.connector.http.auth import ApiKeyAuth
from odoo.addons.connector.http.client import HttpClient

from ..components.graphql import document

# In the order in which each finds there what it refers to.
IMPORTED_MODELS = {
    "vendure.product.category": "category_count",
    "vendure.product.template": "product_count",
    "vendure.res.partner": "customer_count",
    "vendure.sale.order": "order_count",
}


class VendureBackend(models.Model):
    """A Vendure shop, how to reach it and what to do with its objects."""

    _name = "vendure.backend"
    _inherit = [
        "connector.backend.mixin",
        "connector.webhook.mixin",
        "ecommerce.backend.mixin",
    ]
    _description = "Vendure shop"

    _address_fields = ("url",)
    _secret_fields = ("api_key",)

    url = fields.Char(
        "URL", required=True, tracking=True, help="As https://shop.example.com"
    )
    api_key = fields.Char("API Key", groups="base.group_system", copy=False)
    timeout = fields.Integer(
        "Patience (s)", default=30, help="Seconds to wait for an answer of the shop."
    )
    prices_include_tax = fields.Boolean(
        readonly=True, help="As told by the shop when the connection was tested."
    )
    lang_id = fields.Many2one(
        "res.lang",
        string="Language",
        required=True,
        default=lambda self: self.env["res.lang"].search(
            [("code", "=", self.env.lang or "en_US")]
        ),
        help="Language of the texts that come from the shop and go to it.",
    )
    import_orders_since = fields.Datetime(help="Older orders stay in the shop alone.")
    poll_interval = fields.Integer(
        "New Orders Every (s)",
        default=10,
        help="Seconds between two looks for new orders, 0 to leave it to the schedule.",
    )
    export_products = fields.Boolean(
        default=True,
        help="Names, descriptions, prices and SKUs changed in Odoo go to the shop. "
        "Otherwise the shop decides, and the next import takes them back.",
    )
    # The shop counts what is on hand, and knows what its own orders reserve.
    stock_field = fields.Selection(default="qty_available")
    category_count = fields.Integer("Categories", compute="_compute_counts")
    product_count = fields.Integer("Products", compute="_compute_counts")
    customer_count = fields.Integer("Customers", compute="_compute_counts")
    order_count = fields.Integer("Orders", compute="_compute_counts")
    failed_job_count = fields.Integer("Failed Jobs", compute="_compute_counts")

    def _compute_counts(self) -> None:
        for backend in self:
            for model, name in IMPORTED_MODELS.items():
                domain = [("backend_id", "in", backend.ids)]
                backend[name] = self.env[model].search_count(domain)
            jobs = self.env["queue.job"].sudo()
            backend.failed_job_count = jobs.search_count(self._failed_jobs_domain())

    def _failed_jobs_domain(self) -> list[Any]:
        return [("model_name", "=like", "vendure.%"), ("state", "=", "failed")]

    # Connection

    def _http_client(self) -> HttpClient:
        """Return a client of the Admin API; the key is for the jobs of any user."""
        key = self.sudo().api_key or ""
        return HttpClient(
            f"{self.url}/admin-api?languageCode={self._language_code()}",
            auth=ApiKeyAuth(key, header="vendure-api-key"),
            timeout=(5, self.timeout or 30),
            policy=self._url_policy(),
        )

    def _language_code(self) -> str:
        return (self.lang_id.code or "en").partition("_")[0]

    def work_on(self, model_name: str, **kwargs: Any) -> Any:
        """Work in the language of the shop."""
        backend = self.with_context(lang=self.lang_id.code)
        return super(VendureBackend, backend).work_on(model_name, **kwargs)

    def _test_connection(self) -> str:
        with self._http_client() as client:
            answer = client.graphql(document("shop"))
        channel = answer["activeChannel"]
        self.prices_include_tax = channel["pricesIncludeTax"]
        if not self.pricelist_id:
            self.pricelist_id = self._create_pricelist(channel["defaultCurrencyCode"])
        return self.env._(
            "Connected: %(products)s products, %(orders)s orders.",
            products=answer["products"]["totalItems"],
            orders=answer["orders"]["totalItems"],
        )

    def _create_pricelist(self, code: str) -> models.BaseModel:
        currencies = self.env["res.currency"].with_context(active_test=False)
        currency = currencies.search([("name", "=", code)])
        currency.active = True
        return self.env["product.pricelist"].create(
            {
                "name": self.name,
                "currency_id": currency.id,
                "company_id": self.company_id.id,
            }
        )

    # Stock, as every shop has it

    def _stock_product_models(self) -> list[str]:
        return ["vendure.product.product"]

    def _stock_shipment_model(self) -> str:
        return "vendure.stock.picking"

    def schedule_price_export(self) -> None:
        """Leave the prices to the shops that decide on their products."""
        shops = self.filtered("export_products")
        return super(VendureBackend, shops).schedule_price_export()

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
                identity_key=f"vendure.poll:{self.id}:{slot}",
            )
            delayed.poll_orders()

    def poll_orders(self) -> str:
        """Import the orders placed in the last seconds"""
        self._check_may_import()
        if self.state != "active":
            return self.env._("The shop is not active.")
        with self.work_on("vendure.sale.order") as work:
            result = work.component(usage="batch.importer").run_new()
        self._delay_poll()
        return result

    # Buttons

    def action_import(self) -> dict[str, Any]:
        """Import what changed, or all, of the model in the context or of each."""
        self.ensure_one()
        full = bool(self.env.context.get("vendure_full"))
        only = self.env.context.get("vendure_model")
        for model in [only] if only else IMPORTED_MODELS:
            self.import_since_last(model, full=full)
        return self._notify(self.env._("The import runs in the background."))

    def action_import_deletions(self) -> dict[str, Any]:
        """Find out, by jobs, what the shop has no more."""
        self.check_access("write")
        self._scheduler_import_deletions([("id", "in", self.ids)])
        return self._notify(self.env._("Deletions are searched in the background."))

    @api.model
    def _scheduler_import_deletions(self, domain: list[Any] | None = None) -> None:
        """Compare the catalogue and the customers of each active shop with ours."""
        for backend in self.search([("state", "=", "active"), *(domain or [])]):
            for model in ("vendure.product.template", "vendure.res.partner"):
                self.env[model].with_delay().import_deletions(backend)

    def action_import_stock(self) -> dict[str, Any]:
        """Take the quantities on hand of all the variants from the shop, by jobs."""
        self._check_may_import()
        variants = self.env["vendure.product.product"].search(
            [("backend_id", "=", self.id), ("odoo_id.is_storable", "=", True)]
        )
        variants.delayable().import_stock().split(200).delay()
        return self._notify(self.env._("The stock is taken in the background."))

    def action_open_bindings(self) -> dict[str, Any]:
        """Open the records of the model in the context that come from this shop."""
        self.ensure_one()
        name = self.env.context["vendure_model"].replace(".", "_")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"connector_example.{name}_action"
        )
        return {**action, "domain": [("backend_id", "=", self.id)]}

    def action_open_failed_jobs(self) -> dict[str, Any]:
        """Open the jobs that failed."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "queue_job.action_queue_job"
        )
        return {**action, "domain": self._failed_jobs_domain(), "context": {}}

    def _notify(self, message: str) -> dict[str, Any]:
        params = {"message": message, "type": "info"}
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": params,
        }
