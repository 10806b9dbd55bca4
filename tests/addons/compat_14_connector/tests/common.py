# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager

from odoo.addons.component.tests.common import SavepointComponentCase
from odoo.addons.queue_job.tests.common import JobMixin

from ..components.market import Market


class BazaarCase(SavepointComponentCase, JobMixin):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.backend = cls.env["bazaar.backend"].create({"name": "bazaar"})

    def setUp(self):
        super().setUp()
        Market.all.clear()
        self.market = Market.open("bazaar")
        self.market.tables = {
            "categories": {
                "1": {"ref": "1", "title": "Books", "color": "4"},
                "2": {"ref": "2", "title": "Toys", "color": ""},
            },
            "sellers": {
                "7": {
                    "ref": "7",
                    "name": "Ada & sons",
                    "vat": "be0477472701",
                    "rating": "4",
                    "fee": 0.0,
                    "since": "2020-02-02",
                    "category": "1",
                    "contacts": [
                        {"label": "Ada", "mail": "ada@x.test", "role": "CEO"},
                        {"label": "Bob", "mail": "bob@x.test", "gone": True},
                    ],
                },
            },
        }

    @contextmanager
    def working(self, model="bazaar.seller"):
        with self.backend.work_on(model) as work:
            yield work

    def import_seller(self, external_id="7"):
        return self.env["bazaar.seller"].import_record(self.backend, external_id)

    def quiet(self, model, **values):
        values = {"backend_id": self.backend.id, **values}
        records = self.env[model].with_context(connector_no_export=True)
        return records.create(values).with_context(connector_no_export=False)

    def sent(self, method):
        return [call for call in self.market.calls if call[0] == method]
