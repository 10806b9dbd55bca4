# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class BazaarNews(models.Model):
    """A direct binding: there is no other record"""

    _name = "bazaar.news"
    _inherit = "bazaar.binding"
    _description = "Bazaar News"

    name = fields.Char()
