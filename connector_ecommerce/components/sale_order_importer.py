# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from odoo.addons.component.core import AbstractComponent
from odoo.addons.connector.exception import MappingError

from ..core import (
    LineKind,
    PaymentState,
    ShopLine,
    ShopOrder,
    lines_by_ref,
)
from .order_line_maker import LineContext

if TYPE_CHECKING:
    from odoo.models import BaseModel

    from odoo.addons.account.models.partner import AccountFiscalPosition
    from odoo.addons.base.models.res_currency import ResCurrency
    from odoo.addons.component.core import WorkContext
    from odoo.addons.connector.components.mapper import MapRecord
    from odoo.addons.product.models.product_pricelist import ProductPricelist
    from odoo.addons.sale.models.sale_order import SaleOrder


class SaleOrderImporter(AbstractComponent):
    """Import one order of a shop. A connector writes `_shop_order()`, no more.

    An order is created once, with the customer, lines and totals of the shop. Importing
    it again brings what the shop did since: payment, which may confirm it, edits,
    shipments, refunds, cancellation.

    A mapper of the binding model is optional; its values win over those made here.
    """

    _name = "ecommerce.sale.order.importer"
    _inherit = [
        "ecommerce.order.payment.gate",
        "ecommerce.order.follow.up",
        "ecommerce.order.receipt.keeper",
        "ecommerce.neutral.importer",
    ]

    _form = ShopOrder

    def __init__(self, work: WorkContext) -> None:
        super().__init__(work)
        self._created = False

    @property
    def _partner_binding_model(self) -> str | None:
        """Binding model of the customers, None when they are only matched."""
        return self.backend_record._binding_model("res.partner")

    @property
    def _product_binding_model(self) -> str | None:
        """Binding model of the products (variants), None when only SKUs are known."""
        return self.backend_record._binding_model("product.product")

    @property
    def _template_binding_model(self) -> str | None:
        """Binding model of the products that bring their variants along.

        None when each variant is imported by itself.
        """
        return self.backend_record._binding_model("product.template")

    # What a connector writes

    def _shop_order(self) -> ShopOrder | Mapping[str, Any]:
        """Translate `self.external_record` to the neutral form, or to its fields."""
        raise NotImplementedError(
            f"{self._name}: write _shop_order() to translate self.external_record "
            "to a connector_ecommerce.core.ShopOrder"
        )

    def _translate(self) -> ShopOrder | Mapping[str, Any]:
        return self._shop_order()

    @property
    def shop_order(self) -> ShopOrder:
        """The order in its neutral form, translated once."""
        return self.translated

    # Whether the order is imported, and when

    def _start(self, *args: Any) -> None:
        self._method = None
        self._created = False
        return super()._start(*args)

    def _is_placed(self) -> bool:
        """Tell whether somebody ordered it: the shop may list carts and drafts too."""
        return True

    def _must_skip(self) -> str | None:
        if not self._is_placed():
            return self.env._("This order is not placed yet: it is a cart or a draft.")
        skip = super()._must_skip()
        if skip or self._get_binding():
            return skip
        order = self.shop_order
        if order.cancelled:
            if self.backend_record.import_cancelled:
                return None
            return self.env._("Order %s was cancelled in the shop.", order.name)
        return self._payment_obstacle()

    # What the order needs

    def _before_chunk(self, importers: Sequence[SaleOrderImporter]) -> None:
        """Find the customers and the products of all the orders."""
        orders = [importer.shop_order for importer in importers]
        if self._partner_binding_model:
            binder = self.binder_for(self._partner_binding_model)
            binder.prefetch(order.customer.external_id for order in orders)
        if self._product_binding_model:
            binder = self.binder_for(self._product_binding_model)
            binder.prefetch(
                line.product_external_id for order in orders for line in order.lines
            )
        return super()._before_chunk(importers)

    def _import_dependencies(self) -> None:
        """Import the customer and the products that are not in Odoo yet."""
        order = self.shop_order
        if self._partner_binding_model:
            self._import_dependency(
                order.customer.external_id, self._partner_binding_model
            )
        if self._product_binding_model:
            lines = order.lines_of(LineKind.PRODUCT)
            binder = self.binder_for(self._product_binding_model)
            binder.prefetch(line.product_external_id for line in lines)
            for line in lines:
                if not binder.to_internal(line.product_external_id):
                    self._import_product(line)
        return super()._import_dependencies()

    def _import_product(self, line: ShopLine) -> None:
        """Import the product of a line: with all its variants where it has some.

        Also when it is there already: it lacks this variant.
        """
        if self._template_binding_model and line.template_external_id is not None:
            self._import_dependency(
                line.template_external_id, self._template_binding_model, always=True
            )
        else:
            self._import_dependency(
                line.product_external_id, self._product_binding_model
            )

    # Values

    def _create_data(
        self, map_record: MapRecord | None, **kwargs: Any
    ) -> dict[str, Any]:
        """Return the values of the order. An order is never matched to another one."""
        self._created = True
        data = {**self._shop_values(), **self._order_values()}
        if map_record:
            data.update(map_record.values(for_create=True, **kwargs))
        return data

    def _update_data(
        self, map_record: MapRecord | None, **kwargs: Any
    ) -> dict[str, Any]:
        """Return what changes in an order that is imported already."""
        kwargs.pop("binding", None)
        data = self._shop_values()
        if map_record:
            data.update(map_record.values(for_create=False, **kwargs))
        return data

    def _write_model(self) -> BaseModel:
        return super()._write_model().with_company(self.backend_record.company_id)

    def _shop_values(self) -> dict[str, Any]:
        """Return what the binding keeps of the shop, as far as it has the fields."""
        order = self.shop_order
        values = {
            "shop_order_name": order.name,
            "shop_state": order.state,
            "shop_payment_state": order.payment_state.value,
            "shop_coupons": ", ".join(order.coupons) or False,
            "shop_amount_total": float(order.total_included),
            "shop_amount_tax": float(order.total_tax or 0),
        }
        known = self.model._fields
        return {name: value for name, value in values.items() if name in known}

    def _order_values(self) -> dict[str, Any]:
        """Return the values of a new order, with its lines."""
        backend, order = self.backend_record, self.shop_order
        partners = self._partners()
        pricelist = self.once(self._pricelist_of, order.pricelist_code, order.currency)
        position = self._fiscal_position(partners)
        method = self._payment_method()
        currency = pricelist.currency_id or backend.company_id.currency_id
        context = self._line_context(currency, position)
        values = {
            **partners,
            "company_id": backend.company_id.id,
            "warehouse_id": self.once(backend._warehouse_of, order.warehouse_code).id,
            "pricelist_id": pricelist.id,
            "fiscal_position_id": position.id,
            "date_order": order.date,
            "origin": order.name,
            "client_order_ref": order.name,
            "preferred_payment_method_line_id": method.id,
            "workflow_id": (method.workflow_id or backend.workflow_id).id,
            "carrier_id": self._carrier_id(),
        }
        if backend.sale_prefix:
            values["name"] = f"{backend.sale_prefix}{order.name}"
        if backend.team_id:
            values["team_id"] = backend.team_id.id
        if order.note:
            values["note"] = order.note
        maker = self.component(usage="order.line.maker")
        pairs = [
            (ref, line)
            for ref, lines in lines_by_ref(self._lines()).items()
            for line in lines
        ]
        values["order_line"] = maker.commands(pairs, context)
        return {**values, **self._content_versions()}

    def _line_context(
        self, currency: ResCurrency, fiscal_position: AccountFiscalPosition
    ) -> LineContext:
        return LineContext(
            currency=currency,
            fiscal_position=fiscal_position,
            date=self.shop_order.date.date(),
            product_binding_model=self._product_binding_model,
        )

    def _partners(self) -> dict[str, int]:
        matcher = self.component(usage="partner.matcher")
        order = self.shop_order
        customer = matcher.customer(order, bound=self._bound_customer())
        invoice = matcher.address(customer, order.invoice_address, "invoice")
        delivery = matcher.address(customer, order.shipping_address, "delivery")
        return {
            "partner_id": customer.id,
            "partner_invoice_id": invoice.id,
            "partner_shipping_id": delivery.id,
        }

    def _bound_customer(self) -> BaseModel | None:
        external_id = self.shop_order.customer.external_id
        if external_id is None or not self._partner_binding_model:
            return None
        binder = self.binder_for(self._partner_binding_model)
        return binder.to_internal(external_id, unwrap=True)

    def _pricelist_of(self, code: str, currency: str) -> ProductPricelist:
        """Return a pricelist of a currency, empty for the company's own.

        The one that the shop names comes first. Raises MappingError when no pricelist
        has the currency.
        """
        backend = self.backend_record
        pricelist = backend._pricelist_of(code) or backend.pricelist_id
        if pricelist.currency_id.name == currency:
            return pricelist
        if backend.company_id.currency_id.name == currency:
            return pricelist.browse()
        found = pricelist.search(
            [
                ("currency_id.name", "=", currency),
                *pricelist._check_company_domain(backend.company_id),
            ],
            limit=1,
        )
        if not found:
            raise MappingError(
                self.env._(
                    "Order %(name)s is in %(currency)s: activate this currency and "
                    "create a pricelist with it.",
                    name=self.shop_order.name,
                    currency=currency,
                )
            )
        return found

    def _fiscal_position(self, partners: dict[str, int]) -> BaseModel:
        company = self.backend_record.company_id
        model = self.env["account.fiscal.position"].with_company(company)
        partner = self.env["res.partner"].browse(partners["partner_id"])
        delivery = partner.browse(partners["partner_shipping_id"])
        return self.once(model._get_fiscal_position, partner, delivery)

    def _carrier_id(self) -> int | bool:
        """Return the delivery method of the shop's code, if any."""
        for line in self.shop_order.lines_of(LineKind.SHIPPING):
            if line.carrier_code:
                carrier_of = self.backend_record._carrier_of
                return self.once(carrier_of, line.carrier_code).id
        return False

    # Once it is imported

    def _after_import(self, binding: BaseModel) -> None:
        """Bring what the shop did, then take the order as far as its workflow says.

        Refunds are looked at again afterwards: the workflow may have made the invoice
        that they credit.
        """
        sale = self._sale_order(binding)
        order = self.shop_order
        if self._created:
            self._check_new(sale)
        else:
            self._follow_up(sale)
        if order.cancelled:
            sale.canceled_in_backend = True
        elif sale.workflow_id and self._is_paid():
            paid = order.payment_state is PaymentState.PAID
            sale.workflow_id._run(sale, paid=paid)
        if order.shipments and sale.state == "sale":
            self.component(usage="order.shipped").run(sale, order)
        if order.refunds and (self._created or sale.shop_problem):
            self._follow_up(sale)
        return super()._after_import(binding)

    def _after_chunk(
        self, created: Sequence[tuple[SaleOrderImporter, BaseModel]]
    ) -> None:
        """Confirm, deliver and cancel the orders, those to be cancelled at the end.

        A cancellation has a savepoint, which flushes: the first steps of a new order
        are tracked from then on.
        """
        return super()._after_chunk(
            sorted(created, key=lambda pair: pair[0].shop_order.cancelled)
        )

    def _check_new(self, sale: SaleOrder) -> None:
        order = self.shop_order
        self.component(usage="order.totals.checker").check(sale, order)
        if order.coupons:
            coupons = ", ".join(order.coupons)
            sale.message_post(body=self.env._("Coupons of the shop: %s", coupons))

    def _sale_order(self, binding: BaseModel) -> SaleOrder:
        field = self.binder._odoo_field
        return binding[field] if field in binding._fields else binding
