# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo.addons.component.core import Component
from odoo.addons.connector.exception import InvalidDataError


class TestWebhookImporter(Component):
    _name = "test.webhook.importer"
    _inherit = "generic.webhook.importer"
    _collection = "test.backend"

    _imports = {"item.*": "test.item.binding"}
    _deletions = {"item.deleted": "test.item.binding"}


class TestWebhookHandler(Component):
    _name = "test.webhook.handler"
    _inherit = "base.webhook.handler"
    _collection = "test.backend"

    _topics = ("broken.*",)

    def run(self, event: Any) -> str:
        raise InvalidDataError(f"cannot handle {event.json['id']}")
