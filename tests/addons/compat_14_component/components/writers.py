# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.addons.component.core import AbstractComponent, Component


class Writer(AbstractComponent):
    _name = "doc.writer"
    _inherit = ["doc.base", "doc.format.mixin"]
    _usage = "writer"

    def write(self, record):  # pylint: disable=method-required-super
        line = self.component(usage="line").text(record)
        self.note(self._name)
        return f"{self._format}:{line}"


class XmlWriter(Component):
    _name = "doc.writer.xml"
    _inherit = "doc.writer"
    _format = "xml"


class CsvWriter(Component):
    _name = "doc.writer.csv"
    _inherit = "doc.writer"
    _format = "csv"


class PartnerCsvWriter(Component):
    _name = "doc.writer.csv.partner"
    _inherit = "doc.writer.csv"
    _format = "csv-partner"
    _apply_on = ["res.partner", "res.users"]


class Line(Component):
    """For any collection and any model."""

    _name = "doc.line"
    _usage = "line"

    def text(self, record):
        return record.display_name


class PartnerLine(Component):
    _name = "doc.line.partner"
    _inherit = "doc.line"
    _apply_on = "res.partner"

    def text(self, record):
        country = self.component(usage="line", model_name="res.country")
        return f"{super().text(record)}/{country.text(record.country_id)}"


class ExchangeLine(Component):
    _name = "doc.line.exchange"
    _inherit = ["doc.line", "doc.base"]
    _collection = "doc.exchange"
    _apply_on = "res.country"

    def text(self, record):
        return record.code or ""
