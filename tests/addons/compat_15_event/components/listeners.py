# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError

from odoo.addons.component.core import Component
from odoo.addons.component_event.components.event import skip_if


class TrailListener(Component):
    """Base of our listeners"""

    _name = "trail.listener"
    _inherit = "base.event.listener"
    _apply_on = ["trail.document"]

    def _line(self, name, detail=None):
        # a listener may create records: nobody listens to these
        return self.env["trail.line"].create({"name": name, "detail": detail})


class RecordListener(Component):
    _name = "trail.record.listener"
    _inherit = "trail.listener"

    def on_record_create(self, record, fields=None):
        self._line("create", f"{record.name}: {fields}")

    @skip_if(lambda self, record, fields=None: self.env.context.get("no_trail"))
    def on_record_write(self, record, fields=None):
        if record.name == "forbidden":
            raise UserError(self.env._("This name is forbidden."))
        self._line("write", f"{record.name}: {fields}")

    def on_record_unlink(self, record):
        # the record is still there
        self._line("unlink", record.name)


class BookListener(Component):
    """Only for the collection of books, when the notifier has one"""

    _name = "trail.book.listener"
    _inherit = "trail.listener"
    _collection = "trail.book"

    def on_document_done(self, record, by=None):
        self._line("book", by.login)
        try:
            collection = self.collection
        except ValueError:
            return
        numbers = self.component(usage="numbers")
        self._line("number", str(numbers.next()))
        with collection.work_on("trail.line") as work:
            assert work.component(usage="numbers").work.model_name == "trail.line"


class ArchiveListener(Component):
    _name = "trail.archive.listener"
    _inherit = "trail.listener"
    _collection = "trail.archive"

    def on_document_done(self, record, by=None):
        self._line("archive")


class LastListener(Component):
    """For any model, so it is told of all documents, too"""

    _name = "trail.last.listener"
    _inherit = "base.event.listener"

    def on_document_done(self, record, by=None):
        self.env["trail.line"].create({"name": "last", "detail": self._name})


class Numbers(Component):
    _name = "trail.numbers"
    _collection = "trail.book"
    _usage = "numbers"

    def next(self):
        return self.env["trail.line"].search_count([])
