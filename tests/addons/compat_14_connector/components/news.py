# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A synchronizer that looks for everything by itself."""

from odoo.addons.component.core import Component


class NewsExportMapper(Component):
    _name = "bazaar.news.export.mapper"
    _inherit = ["base.bazaar", "base.mapper"]
    _apply_on = "bazaar.news"
    _usage = "news.mapper"

    direct = [("name", "headline")]

    def _map_direct(self, record, from_attr, to_attr):
        return record[from_attr]


class NewsExporter(Component):
    _name = "bazaar.news.exporter"
    _inherit = ["base.exporter", "base.bazaar"]
    _apply_on = "bazaar.news"
    _usage = "record.exporter"

    _base_mapper_usage = "news.mapper"
    _base_backend_adapter_usage = "backend.adapter"

    def run(self, binding, fields=None):
        self.component(usage="record.locker").lock(binding, seconds=3)
        data = self.mapper.map_record(binding).values(fields=fields)
        external_id = self.backend_adapter.create(data)
        self.binder.bind(external_id, binding)
        return external_id
