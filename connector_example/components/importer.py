# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo.addons.component.core import AbstractComponent, Component
from odoo.addons.connector.components.synchronizer.version import content_version


class VendureImporter(AbstractComponent):
    """Import one object of the shop.

    Its dates of change tell too little, so that its content is compared instead.
    """

    _name = "vendure.importer"
    _inherit = ["generic.importer", "vendure.base"]

    _minor_digits = 2  # amounts are in cents

    def _external_version(self) -> str:
        return content_version(self.external_record)


class VendureBatchImporter(Component):
    """Import what changed in the shop, by a job for each hundred objects.

    A request with a key costs the shop 0.25 s of its processor (bcrypt), however small,
    and Odoo creates a hundred products in the time of ten: both are done by many.
    """

    _name = "vendure.batch.importer"
    _inherit = ["generic.chunked.batch.importer", "vendure.base"]
    _usage = "batch.importer"
    _chunk_size = 100
