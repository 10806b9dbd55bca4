# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class TrailBook(models.Model):
    """Collection of the listeners that keep lines."""

    _name = "trail.book"
    _inherit = "collection.base"
    _description = "Trail Book"

    name = fields.Char(required=True)


class TrailArchive(models.Model):
    """Another collection."""

    _name = "trail.archive"
    _inherit = "collection.base"
    _description = "Trail Archive"

    name = fields.Char()


class TrailLine(models.Model):
    _name = "trail.line"
    _description = "Trail Line"
    _order = "id"

    name = fields.Char()
    detail = fields.Char()


class TrailDocument(models.Model):
    _name = "trail.document"
    _description = "Trail Document"

    name = fields.Char()
    state = fields.Selection([("draft", "Draft"), ("done", "Done")], default="draft")
    book_id = fields.Many2one("trail.book")

    def action_done(self):
        self.write({"state": "done"})
        for record in self:
            record._event("on_document_done", collection=record.book_id or None).notify(
                record, by=record.env.user
            )
