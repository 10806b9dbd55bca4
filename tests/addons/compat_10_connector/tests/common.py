# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.addons.component.tests.common import SavepointComponentCase

from ..components.till import Till


class KassaCase(SavepointComponentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.backend = cls.env["kassa.backend"].create(
            {"name": "Front shop", "location": "till-1"}
        )
        cls.model = cls.env["kassa.res.partner"]

    def setUp(self):
        super().setUp()
        Till.tills.clear()
        self.customers = Till.tills["till-1"] = {
            "0": {"id": "0", "label": "Walk-in", "mail": "", "points": 0},
            "7": {"id": "7", "label": "Ada", "mail": "ada@example.com", "points": 12},
        }
