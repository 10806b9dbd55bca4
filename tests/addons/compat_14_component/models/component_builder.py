# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ComponentBuilder(models.AbstractModel):
    """Keeps the order in which addons were loaded, for a screen of its own."""

    _inherit = "component.builder"

    def load_components(self, module, components_registry=None):
        loaded = super().load_components(module, components_registry)
        registry = components_registry
        if registry is not None:
            order = registry.__dict__.setdefault("compat_load_order", [])
            if module not in order:
                order.append(module)
        return loaded
