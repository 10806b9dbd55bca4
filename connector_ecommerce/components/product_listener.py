# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import TYPE_CHECKING

from odoo.addons.component.core import AbstractComponent
from odoo.addons.component_event import skip_if
from odoo.addons.queue_job.job import identity_exact

if TYPE_CHECKING:
    from odoo.models import BaseModel


class ProductListener(AbstractComponent):
    """What changes of a product goes to the shops that leave it to Odoo."""

    _name = "ecommerce.product.listener"
    _inherit = "ecommerce.listener"
    _apply_on = ["product.template", "product.product"]

    #: fields by model whose change is exported; prices and stock have listeners
    _exported = {
        "product.template": {"name", "description_sale"},
        "product.product": {"default_code"},
    }

    @skip_if(lambda self, record, **kwargs: self.no_connector_export(record))
    def on_record_write(
        self, record: BaseModel, fields: list[str] | None = None
    ) -> None:
        """Export what changed, where the product is known."""
        changed = self._exported[record._name].intersection(fields or ())
        if not changed:
            return
        for binding in self._bindings(record).filtered("external_id"):
            if binding.backend_id.export_products:
                delayed = binding.with_delay(identity_key=identity_exact)
                delayed.export_record(fields=sorted(changed))


class ProductBindingListener(AbstractComponent):
    """A product that somebody adds to a shop is created there.

    A connector makes it concrete, with `_apply_on` the binding model of products.
    """

    _name = "ecommerce.product.binding.listener"
    _inherit = "ecommerce.listener"

    #: fields of the binding whose change is exported
    _exported = {"category_ids", "shop_published"}

    @skip_if(lambda self, record, **kwargs: self.no_connector_export(record))
    def on_record_create(
        self, record: BaseModel, fields: list[str] | None = None
    ) -> None:
        """Create the product in the shop, by a job."""
        if not record.external_id:
            record.with_delay().export_record()

    @skip_if(lambda self, record, **kwargs: self.no_connector_export(record))
    def on_record_write(
        self, record: BaseModel, fields: list[str] | None = None
    ) -> None:
        """Export what this shop shows of the product."""
        changed = self._exported.intersection(fields or ())
        if changed and record.external_id:
            record.with_delay().export_record(fields=sorted(changed))
