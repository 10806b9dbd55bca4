# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .shop_form import add_shop_pages

if TYPE_CHECKING:
    from lxml import etree


class EcommerceBackendMixin(models.AbstractModel):
    """Settings that every shop has. To be inherited beside the connector's backend."""

    _name = "ecommerce.backend.mixin"
    _inherit = "connector.backend"
    _description = "Settings of a Shop Backend"

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        help="Company that sells in the shop.",
    )
    warehouse_id = fields.Many2one(
        comodel_name="stock.warehouse",
        compute="_compute_warehouse_id",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
        help="Ships the orders of the shop.",
    )
    team_id = fields.Many2one("crm.team", string="Sales Team", check_company=True)
    pricelist_id = fields.Many2one(
        comodel_name="product.pricelist",
        check_company=True,
        help="Set on the imported orders of its currency. The prices of an order are "
        "always the shop's.",
    )
    sale_prefix = fields.Char(
        string="Order Prefix",
        help="Imported orders are numbered by the shop after this prefix. Empty: "
        "they are numbered by Odoo, the shop's number is their source.",
    )
    workflow_id = fields.Many2one(
        comodel_name="ecommerce.order.workflow",
        string="Automatic Workflow",
        check_company=True,
        default=lambda self: self.env.ref(
            "connector_ecommerce.workflow_confirm", raise_if_not_found=False
        ),
        help="For orders whose payment method has none.",
    )
    unpaid_order_policy = fields.Selection(
        selection=[
            ("wait", "Wait, and import it once paid"),
            ("quotation", "Import it as a quotation, confirm it once paid"),
        ],
        string="Orders to be Paid",
        required=True,
        default="wait",
        help="What to do with an order whose payment method does not let it in yet.",
    )
    edited_order_policy = fields.Selection(
        selection=[
            ("update", "Update the order, leave what is done to a person"),
            ("review", "Have the order reviewed"),
        ],
        string="Orders Edited in the Shop",
        required=True,
        default="update",
        help="What to do with lines and addresses that change after the import. What "
        "was delivered or invoiced is never changed.",
    )
    refund_policy = fields.Selection(
        selection=[
            ("draft", "Create a draft credit note"),
            ("post", "Create and post a credit note"),
            ("review", "Have the order reviewed"),
        ],
        string="Refunds of the Shop",
        required=True,
        default="draft",
        help="What to do with what the shop gave back for an invoiced order.",
    )
    invoice_export = fields.Selection(
        selection=[
            ("never", "Never"),
            ("validated", "Once posted"),
            ("paid", "Once paid"),
        ],
        string="Send Invoices to the Shop",
        required=True,
        default="never",
    )
    refund_export = fields.Boolean(
        string="Send Credit Notes to the Shop",
        default=True,
        help="Have the shop pay back what is credited here, where it is able to.",
    )
    import_cancelled = fields.Boolean(
        string="Import Cancelled Orders",
        default=True,
        help="Import an order that was cancelled before it ever came to Odoo.",
    )
    match_customers = fields.Boolean(
        default=True,
        help="Recognize the customers by their VAT number or e-mail address before "
        "creating new ones.",
    )
    match_products = fields.Boolean(
        default=True,
        help="Recognize the products by the SKUs of their variants before creating "
        "new ones.",
    )
    share_customers = fields.Boolean(
        default=True, help="Customers of the shop are shared by all companies."
    )
    partner_company_id = fields.Many2one(
        comodel_name="res.company", compute="_compute_partner_company_id"
    )
    create_missing_taxes = fields.Boolean(
        help="Create a sale tax for a rate that only the shop knows. Otherwise the "
        "import fails and says which one is missing."
    )
    totals_policy = fields.Selection(
        selection=[
            ("adjust", "Adjust by a rounding line"),
            ("checkpoint", "Import, and have it reviewed"),
            ("refuse", "Refuse the order"),
        ],
        string="When Totals Differ",
        required=True,
        default="adjust",
        help="What to do with an order whose total here is not the shop's.",
    )
    totals_tolerance = fields.Float(
        string="Rounding up to",
        default=0.05,
        digits=(16, 2),
        help="Largest difference, in the order's currency, that a rounding line may "
        "hide. An order that differs by more has to be reviewed.",
    )

    @api.depends("company_id")
    def _compute_warehouse_id(self) -> None:
        for backend in self:
            if backend.warehouse_id.company_id == backend.company_id:
                continue
            backend.warehouse_id = self.env["stock.warehouse"].search(
                [("company_id", "=", backend.company_id.id)], limit=1
            )

    @api.depends("share_customers", "company_id")
    def _compute_partner_company_id(self) -> None:
        for backend in self:
            shared = backend.share_customers
            backend.partner_company_id = False if shared else backend.company_id

    def _get_view(
        self, view_id: int | None = None, view_type: str = "form", **options: Any
    ) -> tuple[etree._Element, models.BaseModel]:
        """Add the pages of shops to the form, see `shop_form`."""
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "form":
            add_shop_pages(self, arch, is_default=not view)
        return arch, view

    def action_view_orders(self) -> dict[str, Any]:
        """Open the orders received from this shop."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "connector_ecommerce.action_ecommerce_order_receipt"
        )
        return {**action, "domain": self._receipts_domain(), "context": {}}

    @api.ondelete(at_uninstall=False)
    def _unlink_receipts(self) -> None:
        """Forget the orders received from the shop: nobody can import them again."""
        for backend in self:
            receipts = self.env["ecommerce.order.receipt"].sudo()
            receipts.search(backend._receipts_domain()).unlink()

    def _receipts_domain(self) -> list[Any]:
        return [("backend_model", "=", self._name), ("backend_id", "=", self.id)]

    @api.constrains("totals_tolerance")
    def _check_totals_tolerance(self) -> None:
        self._check_not_negative("totals_tolerance")

    def _check_not_negative(self, *names: str) -> None:
        for backend in self:
            for name in names:
                if backend[name] < 0:
                    label = backend._fields[name]._description_string(self.env)
                    raise ValidationError(
                        self.env._("%s can't be negative: set zero or more.", label)
                    )

    def _is_listening(self) -> bool:
        """Tell whether what changes in Odoo is to be told to the shop.

        Also while it is paused: the jobs wait.
        """
        self.ensure_one()
        if "state" not in self._fields:
            return True
        return self.state in ("active", "paused")
