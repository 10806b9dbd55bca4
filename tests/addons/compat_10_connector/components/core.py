# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.addons.component.core import AbstractComponent


class BaseKassaConnectorComponent(AbstractComponent):
    """Base Kassa Connector Component

    All components of this connector should inherit from it
    """

    _name = "base.kassa.connector"
    _inherit = "base.connector"
    _collection = "kassa.backend"
