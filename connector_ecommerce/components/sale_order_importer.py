# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from odoo import fields

from odoo.addons.component.core import AbstractComponent
from odoo.addons.connector.exception import MappingError
from odoo.addons.queue_job.exception import RetryableJobError

from ..core import LineKind, PaymentState, ShopLine, ShopOrder, quantize
from .order_line_maker import LineContext

if TYPE_CHECKING:
    from odoo.models import BaseModel

    from odoo.addons.account.models.account_payment_method import (
        AccountPaymentMethodLine,
    )
    from odoo.addons.component.core import WorkContext
    from odoo.addons.connector.components.mapper import MapRecord
    from odoo.addons.product.models.product_pricelist import ProductPricelist
    from odoo.addons.sale.models.sale_order import SaleOrder

#: Seconds before an order that waits for its payment is looked at again
PAYMENT_RETRY = 3600

#: Payment states that satisfy each import rule
ACCEPTED_PAYMENTS = {
    "always": frozenset(PaymentState),
    "paid": frozenset({PaymentState.PAID}),
    "authorized": frozenset({PaymentState.PAID, PaymentState.AUTHORIZED}),
}


class SaleOrderImporter(AbstractComponent):
    """Import one order of a shop. A connector writes `_shop_order()`, no more.

    An order is created once, with the customer, lines and totals of the shop. Importing
    it again never touches its lines: it brings the state of payment, confirms the
    order when its payment now lets it in, or cancels it when the shop did.

    A mapper of the binding model is optional; its values win over those made here.
    """

    _name = "ecommerce.sale.order.importer"
    _inherit = "generic.importer"

    #: binding model of the customers, None when they are only matched
    _partner_binding_model: str | None = None
    #: binding model of the products (variants), None when only SKUs are known
    _product_binding_model: str | None = None
    #: binding model of the products that bring their variants along, None when each
    #: variant is imported by itself
    _template_binding_model: str | None = None

    def __init__(self, work: WorkContext) -> None:
        super().__init__(work)
        self._translated: ShopOrder | None = None
        self._method: AccountPaymentMethodLine | None = None
        self._created = self._edited = False

    # What a connector writes

    def _shop_order(self) -> ShopOrder:
        """Translate `self.external_record` to the neutral form."""
        raise NotImplementedError(
            f"{self._name}: write _shop_order() to translate self.external_record "
            "to a connector_ecommerce.core.ShopOrder"
        )

    @property
    def shop_order(self) -> ShopOrder:
        """The order in its neutral form, translated once."""
        if self._translated is None:
            self._translated = self._shop_order()
        return self._translated

    # Whether the order is imported, and when

    def run(self, external_id: Any, force: bool = False, **kwargs: Any) -> str:
        """Import the order; see `generic.importer`.

        Raises RetryableJobError as long as the payment does not let the order in.
        """
        self._translated = self._method = None
        self._created = self._edited = False
        return super().run(external_id, force=force, **kwargs)

    def _must_skip(self) -> str | None:
        skip = super()._must_skip()
        if skip or self._get_binding():
            return skip
        order = self.shop_order
        if order.cancelled:
            if self.backend_record.import_cancelled:
                return None
            return self.env._("Order %s was cancelled in the shop.", order.name)
        return self._payment_obstacle()

    def _payment_obstacle(self) -> str | None:
        """Return why a new order is given up, None when it is imported now.

        Raises RetryableJobError when it has to wait: the try is not counted.
        """
        method = self._payment_method()
        if method.import_rule == "never":
            return self.env._(
                "Orders paid by %s are never imported: see its import rule.",
                method.name,
            )
        if self._is_payment_accepted(method):
            return None
        if self.backend_record.unpaid_order_policy == "quotation":
            return None
        return self._wait_for_payment(method)

    def _wait_for_payment(self, method: AccountPaymentMethodLine) -> str:
        order = self.shop_order
        limit = order.date + timedelta(days=method.days_before_cancel)
        if fields.Datetime.now() > limit:
            return self.env._(
                "Order %(name)s was not paid in %(days)s days: it is given up.",
                name=order.name,
                days=method.days_before_cancel,
            )
        raise RetryableJobError(
            self.env._(
                "Order %(name)s waits for its payment (rule %(rule)s of %(method)s, "
                "the payment is %(state)s).",
                name=order.name,
                rule=method.import_rule,
                method=method.name,
                state=order.payment_state.value,
            ),
            seconds=PAYMENT_RETRY,
            ignore_retry=True,
        )

    def _is_payment_accepted(self, method: AccountPaymentMethodLine) -> bool:
        """Return whether the payment satisfies the import rule of its method.

        To be extended for the rules that a connector adds.
        """
        rule = method.import_rule or "always"
        accepted = ACCEPTED_PAYMENTS.get(rule, frozenset())
        return self.shop_order.payment_state in accepted

    def _payment_method(self) -> AccountPaymentMethodLine:
        """Return the payment method of the order, empty when the shop names none."""
        if self._method is None:
            code = self.shop_order.payment_method
            self._method = self.backend_record._payment_method_of(code)
        return self._method

    # What the order needs

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

    def _map_data(self) -> MapRecord | None:
        usage = self._base_mapper_usage
        return super()._map_data() if self.many_components(usage=usage) else None

    def _create_data(
        self, map_record: MapRecord | None, **kwargs: Any
    ) -> dict[str, Any]:
        """Return the values of the order. An order is never matched to another one."""
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

    def _create(self, data: dict[str, Any]) -> BaseModel:
        self._created = True
        return super()._create(data)

    def _update(self, binding: BaseModel, data: dict[str, Any]) -> None:
        self._edited = self._has_new_total(binding)
        return super()._update(binding, data)

    def _has_new_total(self, binding: BaseModel) -> bool:
        """Return whether the shop changed the order since it was imported."""
        if self.shop_order.cancelled or "shop_amount_total" not in binding._fields:
            return False
        known = Decimal(repr(binding.shop_amount_total))
        return quantize(known) != quantize(self.shop_order.total_included)

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
        pricelist = self._pricelist()
        position = self._fiscal_position(partners)
        method = self._payment_method()
        values = {
            **partners,
            "company_id": backend.company_id.id,
            "warehouse_id": backend._warehouse_of(order.warehouse_code).id,
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
        context = LineContext(
            currency=pricelist.currency_id or backend.company_id.currency_id,
            fiscal_position=position,
            date=order.date.date(),
            product_binding_model=self._product_binding_model,
        )
        maker = self.component(usage="order.line.maker")
        values["order_line"] = maker.commands(self._lines(), context)
        return values

    def _lines(self) -> tuple[ShopLine, ...]:
        """Return the lines to import: all of them, unless a connector knows better."""
        return self.shop_order.lines

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

    def _pricelist(self) -> ProductPricelist:
        """Return a pricelist of the order's currency, empty for the company's own.

        The one that the shop names comes first. Raises MappingError when no pricelist
        has the currency.
        """
        backend, code = self.backend_record, self.shop_order.currency
        pricelist = backend._pricelist_of(self.shop_order.pricelist_code)
        pricelist = pricelist or backend.pricelist_id
        if pricelist.currency_id.name == code:
            return pricelist
        if backend.company_id.currency_id.name == code:
            return pricelist.browse()
        found = pricelist.search(
            [
                ("currency_id.name", "=", code),
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
                    currency=code,
                )
            )
        return found

    def _fiscal_position(self, partners: dict[str, int]) -> BaseModel:
        partner = self.env["res.partner"].browse(partners["partner_id"])
        delivery = partner.browse(partners["partner_shipping_id"])
        company = self.backend_record.company_id
        model = self.env["account.fiscal.position"].with_company(company)
        return model._get_fiscal_position(partner, delivery=delivery)

    def _carrier_id(self) -> int | bool:
        """Return the delivery method of the shop's code, if any."""
        for line in self.shop_order.lines_of(LineKind.SHIPPING):
            if line.carrier_code:
                return self.backend_record._carrier_of(line.carrier_code).id
        return False

    # Once it is imported

    def _after_import(self, binding: BaseModel) -> None:
        """Check the totals of a new order, then confirm or cancel it.

        The lines of an order that was edited in the shop are left alone: somebody has
        to look at it, until its totals agree again.
        """
        sale = self._sale_order(binding)
        order = self.shop_order
        checker = self.component(usage="order.totals.checker")
        if self._created:
            checker.check(sale, order)
            if order.coupons:
                coupons = ", ".join(order.coupons)
                sale.message_post(body=self.env._("Coupons of the shop: %s", coupons))
        elif self._edited or sale.shop_totals_differ:
            checker.check(sale, order, policy="checkpoint")
        if order.cancelled:
            sale.canceled_in_backend = True
        elif sale.workflow_id and self._is_payment_accepted(self._payment_method()):
            sale.workflow_id._run(sale)
        if order.shipments and sale.state == "sale":
            self.component(usage="order.shipped").run(sale, order)
        return super()._after_import(binding)

    def _sale_order(self, binding: BaseModel) -> SaleOrder:
        field = self.binder._odoo_field
        return binding[field] if field in binding._fields else binding
