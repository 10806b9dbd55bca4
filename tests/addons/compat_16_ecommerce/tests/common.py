# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.addons.component.tests.common import SavepointComponentCase

from .. import consumers
from ..components.listener import WebshopListener


class WebshopCase(SavepointComponentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.backend = cls.env["webshop.backend"].create({"name": "Shop"})
        cls.partner = cls.env["res.partner"].create({"name": "Ada"})
        cls.product = cls.env["product.product"].create(
            {
                "name": "Mug",
                "list_price": 10,
                "taxes_id": [(5,)],
                "is_storable": True,
                "invoice_policy": "order",
            }
        )

    def setUp(self):
        super().setUp()
        WebshopListener.told.clear()
        consumers.told.clear()
        self.told = WebshopListener.told

    def source(self, number="100", **values):
        return {
            "number": number,
            "partner": self.partner,
            "payment": "Card of the Webshop",
            "lines": [(self.product, 3)],
            **values,
        }

    def order(self, source=None, **values):
        with self.backend.work_on("webshop.sale.order") as work:
            mapper = work.component(usage="import.mapper")
            values = {**mapper.map_record(source or self.source()).values(), **values}
            return work.model.create(values)
