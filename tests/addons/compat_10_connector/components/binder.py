# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.addons.component.core import Component


class KassaModelBinder(Component):
    """Bind records and give odoo/kassa ids correspondence"""

    _name = "kassa.binder"
    _inherit = ["base.binder", "base.kassa.connector"]
    _apply_on = ["kassa.res.partner"]
