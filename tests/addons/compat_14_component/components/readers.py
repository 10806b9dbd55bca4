# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.addons.component.core import Component


class PartnerReader(Component):
    _name = "doc.reader.partner"
    _inherit = "doc.base"
    _usage = "reader"
    _apply_on = "res.partner"


class PartnerReaderStrict(Component):
    _name = "doc.reader.partner.strict"
    _inherit = "doc.base"
    _usage = "reader"
    _apply_on = "res.partner"
