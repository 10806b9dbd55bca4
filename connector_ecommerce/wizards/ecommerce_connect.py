# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo import fields, models


class EcommerceConnectMixin(models.AbstractModel):
    """What a shop is asked on its first connection.

    To be named before `connector.connect.mixin` by the wizard of a connector.
    """

    _name = "ecommerce.connect.mixin"
    _description = "Settings of a Shop on its First Connection"

    backend_id = fields.Many2one("ecommerce.backend.mixin")
    # Not in superuser mode: who opens a wizard may name any backend in it.
    lang_id = fields.Many2one(
        related="backend_id.lang_id", related_sudo=False, readonly=False
    )
    warehouse_id = fields.Many2one(
        related="backend_id.warehouse_id", related_sudo=False, readonly=False
    )
    pricelist_id = fields.Many2one(
        related="backend_id.pricelist_id", related_sudo=False, readonly=False
    )
    create_missing_taxes = fields.Boolean(
        related="backend_id.create_missing_taxes", related_sudo=False, readonly=False
    )
    import_orders_since = fields.Datetime(
        related="backend_id.import_orders_since", related_sudo=False, readonly=False
    )

    def _backend_values(self) -> dict[str, Any]:
        """Let the first import create the taxes that it needs."""
        return {**super()._backend_values(), "create_missing_taxes": True}
