# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.addons.component.core import Component


class BazaarBinder(Component):
    _name = "bazaar.binder"
    _inherit = ["base.binder", "base.bazaar"]
    _apply_on = ["bazaar.category", "bazaar.seller", "bazaar.news"]

    _external_field = "bazaar_ref"

    def bind(self, external_id, binding):
        super().bind(external_id, binding)
        self.work.market.calls.append(("bound", external_id, binding._name, None))


class BazaarUuidBinder(Component):
    """Another binder of the same model, for whoever asks for it"""

    _name = "bazaar.name.binder"
    _inherit = "bazaar.binder"
    _usage = "name.binder"
    _external_field = "name"
