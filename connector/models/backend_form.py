# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The form of a backend that defines none.

An abstract model can have no view to inherit from, so the form is made from the
fields: those of ``connector.backend.mixin`` have their place, the others of the
concrete model follow in the first group.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lxml.builder import E

from odoo import models

if TYPE_CHECKING:
    from lxml import etree

__all__ = ["backend_form"]

_WEBHOOK = (
    "webhook_enabled",
    "webhook_url",
    "webhook_scheme",
    "webhook_secret",
    "webhook_header",
    "webhook_topic_header",
    "webhook_tolerance",
)
_PLACED = frozenset(
    (
        "active",
        "call_log",
        "call_log_days",
        "checkpoint_count",
        "checkpoint_user_id",
        "company_id",
        "last_test_date",
        "last_test_message",
        "name",
        "rate_burst",
        "rate_limit",
        "rate_period",
        "state",
        "sync_cursor_ids",
        "sync_model_ids",
        *_WEBHOOK,
    )
)


def backend_form(backend: models.BaseModel) -> etree._Element:
    """Return the arch of the form of ``backend``, with all its own fields."""
    mixin = set(backend.env["mail.thread"]._fields) | set(models.MAGIC_COLUMNS)
    own: list[Any] = []
    lists: list[Any] = []
    for name, field in backend._fields.items():
        if name in _PLACED or name in mixin or name == "display_name":
            continue
        # secrets of a backend are known by their names, as in its class
        secret = any(part in name for part in ("password", "secret", "key", "token"))
        options = {"password": "True"} if secret and field.type == "char" else {}  # nosec B105
        (lists if field.type in ("one2many", "many2many") else own).append(
            E.field(name=name, **options)
        )
    return E.form(
        _header(),
        E.sheet(
            _button_box(),
            E.div(E.h1(E.field(name="name", placeholder="Name")), **_class("oe_title")),
            E.group(
                E.group(*own, string="Connection"),
                E.group(
                    E.field(name="company_id", groups="base.group_multi_company"),
                    E.field(name="last_test_date"),
                    E.field(name="last_test_message"),
                    E.field(name="checkpoint_user_id"),
                ),
                E.group(
                    E.field(name="rate_limit"),
                    E.field(name="rate_period", invisible="not rate_limit"),
                    E.field(name="rate_burst", invisible="not rate_limit"),
                    string="Rate",
                ),
                E.group(
                    E.field(name="call_log"),
                    E.field(name="call_log_days", invisible="call_log == 'none'"),
                    string="Log of Calls",
                ),
                *_webhook(backend),
            ),
            *(E.group(field) for field in lists),
            E.separator(string="Synchronized Models"),
            E.field(name="sync_model_ids", readonly="1"),
            E.separator(string="Last Imports"),
            E.field(name="sync_cursor_ids", readonly="1"),
        ),
        E.chatter(),
    )


def _webhook(backend: models.BaseModel) -> list[etree._Element]:
    """Return the group about webhooks, for a backend that receives them."""
    if "webhook_enabled" not in backend._fields:
        return []
    hidden = {"invisible": "not webhook_enabled"}
    options = {
        "webhook_enabled": {},
        "webhook_url": {**hidden, "widget": "CopyClipboardChar"},
        "webhook_secret": {**hidden, "password": "True"},  # nosec B105
    }
    fields = [E.field(name=name, **options.get(name, hidden)) for name in _WEBHOOK]
    return [E.group(*fields, string="Webhooks")]


def _class(name: str) -> dict[str, str]:
    return {"class": name}


def _button(method: str, string: str, **attributes: Any) -> etree._Element:
    return E.button(name=method, type="object", string=string, **attributes)


def _header() -> etree._Element:
    return E.header(
        _button(
            "action_test_connection",
            "Test Connection",
            invisible="state == 'paused'",
        ),
        _button(
            "action_activate", "Activate", invisible="state in ('draft', 'active')"
        ),
        _button("action_pause", "Pause", invisible="state != 'active'"),
        _button("action_reset_draft", "Back to Draft", invisible="state == 'draft'"),
        E.field(name="state", widget="statusbar"),
    )


def _button_box() -> etree._Element:
    return E.div(
        E.button(
            name="action_view_sync_models",
            type="object",
            string="Models",
            icon="fa-refresh",
            groups="connector.group_connector_manager",
            **_class("oe_stat_button"),
        ),
        E.button(
            name="action_view_calls",
            type="object",
            string="Calls",
            icon="fa-exchange",
            groups="connector.group_connector_manager",
            **_class("oe_stat_button"),
        ),
        E.button(
            E.field(name="checkpoint_count", widget="statinfo", string="Checkpoints"),
            name="action_view_checkpoints",
            type="object",
            icon="fa-check-square-o",
            invisible="not checkpoint_count",
            **_class("oe_stat_button"),
        ),
        name="button_box",
        **_class("oe_button_box"),
    )
