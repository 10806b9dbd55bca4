# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.addons.component.core import Component


class CustomerAdapter(Component):
    _name = "vendure.res.partner.adapter"
    _inherit = "vendure.adapter"
    _apply_on = "vendure.res.partner"
    _dated_parts = ("addresses",)


class CustomerMapper(Component):
    _name = "vendure.res.partner.mapper"
    _inherit = ["ecommerce.customer.mapper", "vendure.base"]
    _apply_on = "vendure.res.partner"

    children = [("addresses", "address_ids", "vendure.address")]


class CustomerImporter(Component):
    _name = "vendure.res.partner.importer"
    _inherit = ["vendure.importer", "ecommerce.customer.importer"]
    _apply_on = "vendure.res.partner"


class AddressMapper(Component):
    _name = "vendure.address.mapper"
    _inherit = ["ecommerce.address.mapper", "vendure.base"]
    _apply_on = "vendure.address"


class AddressMapChild(Component):
    _name = "vendure.address.map.child.import"
    _inherit = ["ecommerce.address.map.child", "vendure.base"]
    _apply_on = "vendure.address"
