# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the form would fill in, for values that come from a shop.

In Odoo 19 most of it are computed fields that can be edited; what is left are
onchange methods. Both are played on a new record that is never saved.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from odoo.fields import Command

from odoo.addons.component.core import Component

if TYPE_CHECKING:
    from odoo.models import BaseModel

#: Fields that every model has and that no form fills in
NOT_PLAYED = {"id", "display_name", "create_uid", "create_date", "write_uid"}


class OnChangeManager(Component):
    """Play the onchanges and the computed editable fields of any model."""

    _name = "ecommerce.onchange.manager"
    _inherit = "base.connector"
    _usage = "ecommerce.onchange.manager"

    def get_new_values(
        self,
        record: dict[str, Any],
        on_change_result: dict[str, Any],
        model: str | None = None,
    ) -> dict[str, Any]:
        """Return the values of an onchange's result that `record` does not have.

        (id, name) pairs of Many2one fields are reduced to their id. False is a value.
        """
        fields = self.env[model]._fields if model else {}
        new_values = {}
        for name, value in (on_change_result.get("value") or {}).items():
            if name in record:
                continue
            is_pair = isinstance(value, (list, tuple)) and len(value) == 2
            field = fields.get(name)
            if is_pair and (field.type == "many2one" if field else _is_name(value)):
                value = value[0]
            new_values[name] = value
        return new_values

    def play_onchanges(
        self, model: str, values: dict[str, Any], onchange_fields: Iterable[str]
    ) -> dict[str, Any]:
        """Return `values` with what entering `onchange_fields` in a form would add.

        The values given are never overwritten; keys that the model has not are kept.
        """
        played = [name for name in onchange_fields if name in values]
        known = {k: v for k, v in values.items() if k in self.env[model]._fields}
        blank = {k: v for k, v in known.items() if k not in played}
        before = self._snapshot(self.env[model].new(blank), values)
        record = self.env[model].new(known)
        for name in played:
            for method in record._onchange_methods.get(name, ()):
                method(record)
        after = self._snapshot(record, values)
        changed = {k: v for k, v in after.items() if v != before[k]}
        # what was given may have been changed by an onchange method: it wins
        return {**changed, **values}

    def _snapshot(self, record: BaseModel, given: dict[str, Any]) -> dict[str, Any]:
        """Return, ready to be written, what a form may fill in."""
        snapshot = {}
        for name, field in record._fields.items():
            if name in given or name in NOT_PLAYED or field.type == "one2many":
                continue
            if not field.store or (field.readonly and field.compute):
                continue
            value = record[name]
            snapshot[name] = _to_write(field, value)
        return snapshot


class SaleOrderOnChange(Component):
    """Play the onchanges of an order and of its lines."""

    _name = "ecommerce.onchange.manager.sale.order"
    _inherit = "ecommerce.onchange.manager"
    _usage = "ecommerce.onchange.manager.sale.order"

    order_onchange_fields = [
        "partner_id",
        "partner_shipping_id",
        "preferred_payment_method_line_id",
        "workflow_id",
    ]
    line_onchange_fields = ["product_id"]

    def play(self, order: dict[str, Any], order_lines: list[Any]) -> dict[str, Any]:
        """Return the order with what the form would add, to it and to its lines.

        `order_lines` and `order["order_line"]` are lists of commands: those that create
        or update a line are played and replaced in place, the others are kept.
        """
        lines = order.pop("order_line", None)
        order = self.play_onchanges("sale.order", order, self.order_onchange_fields)
        for commands in (order_lines, lines):
            for index, command in enumerate(commands or ()):
                commands[index] = self._play_command(command, order)
        if lines is not None:
            order["order_line"] = lines
        return order

    def _play_command(self, command: Any, order: dict[str, Any]) -> Any:
        if not isinstance(command, (list, tuple)) or len(command) < 3:
            return command
        if command[0] not in (Command.CREATE, Command.UPDATE):
            return command
        played = self._play_line(command[2], order)
        return (command[0], command[1], played)

    def _play_line(
        self, values: dict[str, Any], order: dict[str, Any]
    ) -> dict[str, Any]:
        known = self.env["sale.order"]._fields
        parent = {k: v for k, v in order.items() if k in known}
        with_order = {**values, "order_id": self.env["sale.order"].new(parent)}
        played = self.play_onchanges(
            "sale.order.line", with_order, self.line_onchange_fields
        )
        played.pop("order_id")
        if "order_id" in values:
            played["order_id"] = values["order_id"]
        return played


def _is_name(pair: Iterable[Any]) -> bool:
    first, second = pair
    return isinstance(first, int) and isinstance(second, str)


def _to_write(field: Any, value: Any) -> Any:
    if field.type == "many2many":
        return [Command.set(value.ids)]
    if field.type == "many2one":
        return value.id
    return value
