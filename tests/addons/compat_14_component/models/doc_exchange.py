# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager

from odoo import fields, models


class DocExchange(models.Model):
    """A partner in exchanges of documents: the collection of the components."""

    _name = "doc.exchange"
    _inherit = "collection.base"
    _description = "Document Exchange"

    name = fields.Char(required=True)
    version = fields.Char(default="2.0")

    @contextmanager
    def work_on(self, model_name, **kwargs):
        with super().work_on(model_name, sent=[], **kwargs) as work:
            yield work
            # what happens at the end of the work
            work.sent.append("closed")

    def generate(self, record, fmt=None):
        with self.work_on(record._name) as work:
            return work.component(usage="writer", fmt=fmt).write(record)


class DocMailbox(models.Model):
    """Another collection, which shares the components of no collection."""

    _name = "doc.mailbox"
    _inherit = "collection.base"
    _description = "Document Mailbox"

    name = fields.Char()
