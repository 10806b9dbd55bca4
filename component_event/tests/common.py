# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Base of the tests of events: a registry that holds the event components."""

from __future__ import annotations

from typing import Any

from odoo.addons.component.core import AbstractComponent, Component
from odoo.addons.component.tests.common import TransactionComponentRegistryCase


class EventCase(TransactionComponentRegistryCase):
    """Listeners of a test note their calls in ``calls``."""

    def setUp(self) -> None:
        super().setUp()
        self._load_module_components("component_event")
        self.calls: list[tuple[Any, ...]] = []

    def _listener(self, name: str, *events: str, **attributes: Any) -> type:
        """Build a listener that notes its name and what it is called with."""
        calls = self.calls

        def listener(component: AbstractComponent, *args: Any, **kwargs: Any) -> None:
            calls.append((component._name, *args, *kwargs.values()))

        attributes = {
            "__module__": __name__,
            "_name": name,
            "_inherit": "base.event.listener",
            **dict.fromkeys(events, listener),
            **attributes,
        }
        definition = type(Component)(name, (Component,), attributes)
        self._build_components(definition)
        return definition
