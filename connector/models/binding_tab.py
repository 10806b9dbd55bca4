# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The bindings of a record on its form, without a view for each connector."""

from __future__ import annotations

from typing import Any

from lxml import etree
from lxml.builder import E

from odoo import api, models

__all__ = ["Base", "add_binding_tab"]


class Base(models.AbstractModel):
    """A tab on the forms of the models that have bindings."""

    _inherit = "base"

    @api.model
    def _get_view(
        self, view_id: int | None = None, view_type: str = "form", **options: Any
    ) -> tuple[etree._Element, models.BaseModel]:
        """Return the view; forms have the bindings that no view shows."""
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "form":
            add_binding_tab(self, arch)
        return arch, view


def add_binding_tab(model: models.BaseModel, arch: etree._Element) -> None:
    """Show the bindings of ``model`` in the form ``arch``, those that it lacks.

    In the page ``connector`` when there is one, else in a page of its own. A form that
    has neither notebook nor sheet is a dialog, and is left alone.
    """
    shown = {node.get("name") for node in arch.iter("field")}
    names = [name for name in _binding_fields(model) if name not in shown]
    page = _page(model, arch) if names else None
    if page is None:
        return
    for name in names:
        field = model._fields[name]
        page.append(E.separator(string=model.env[field.comodel_name]._description))
        page.append(E.field(_list(model.env[field.comodel_name]), name=name))


def _binding_fields(model: models.BaseModel) -> list[str]:
    """Return the fields that have the bindings of a record."""
    return [
        name
        for name, field in model._fields.items()
        if field.type == "one2many"
        and not field.inherited
        and field.comodel_name in model.env
        and field.inverse_name == "odoo_id"
        and hasattr(model.env[field.comodel_name], "action_retry")
        and "sync_state" in model.env[field.comodel_name]._fields
    ]


def _page(model: models.BaseModel, arch: etree._Element) -> etree._Element | None:
    """Return the page for the bindings, made when there is none."""
    pages = arch.xpath("//page[@name='connector'][not(ancestor::field)]")
    if pages:
        pages[0].attrib.pop("invisible", None)
        pages[0].set("groups", "connector.group_connector_manager")
        return pages[0]
    page = E.page(
        name="connector",
        string=model.env._("Connectors"),
        groups="connector.group_connector_manager",
    )
    notebooks = arch.xpath("//notebook[not(ancestor::field)]")
    if notebooks:
        notebooks[-1].append(page)
        return page
    sheet = arch.find("sheet")
    if sheet is None:
        return None
    sheet.append(E.notebook(page))
    return page


def _list(bindings: models.BaseModel) -> etree._Element:
    """Return the list of bindings: a status and what can be done about it."""
    state = E.field(
        {
            "name": "sync_state",
            "widget": "badge",
            "decoration-success": "sync_state == 'synced'",
            "decoration-info": "sync_state == 'pending'",
            "decoration-danger": "sync_state == 'failed'",
            "decoration-warning": "sync_state in ('gone', 'conflict')",
        }
    )
    return E.list(
        E.field(name="backend_id"),
        E.field(name="external_id", readonly="1"),
        state,
        E.field(name="sync_direction", optional="hide"),
        E.field(name="sync_date", optional="show"),
        E.field(name="last_error", optional="show"),
        _button(bindings, "action_retry", "fa-refresh", "sync_state == 'conflict'"),
        _button(
            bindings, "action_keep_backend", "fa-download", "sync_state != 'conflict'"
        ),
        _button(bindings, "action_keep_odoo", "fa-upload", "sync_state != 'conflict'"),
        editable="bottom",
    )


def _button(
    bindings: models.BaseModel, method: str, icon: str, invisible: str
) -> etree._Element:
    titles = {
        "action_retry": bindings.env._("Synchronize Again"),
        "action_keep_backend": bindings.env._("Keep What the Backend Has"),
        "action_keep_odoo": bindings.env._("Keep What Odoo Has"),
    }
    return E.button(
        name=method, type="object", icon=icon, title=titles[method], invisible=invisible
    )
