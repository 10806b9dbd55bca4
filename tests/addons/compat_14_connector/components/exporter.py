# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.addons.component.core import Component
from odoo.addons.connector.exception import InvalidDataError, NoExternalId


class CategoryExporter(Component):
    _name = "bazaar.category.exporter"
    _inherit = ["generic.exporter", "base.bazaar"]
    _usage = "record.exporter"
    _apply_on = "bazaar.category"


class SellerExporter(Component):
    _name = "bazaar.seller.exporter"
    _inherit = ["generic.exporter", "base.bazaar"]
    _usage = "record.exporter"
    _apply_on = "bazaar.seller"
    _default_binding_field = "bazaar_bind_ids"

    def _should_import(self):
        if not self.external_id:
            return False
        record = self.backend_adapter.read(self.external_id)
        return bool(record.get("changed_there"))

    def _has_to_skip(self):
        return self.binding.name == "Skipped seller"

    def _export_dependencies(self):
        self._export_dependency(
            self.binding.category_main_id,
            "bazaar.category",
            binding_extra_vals={"color": 3},
        )
        if self.binding.parent_id.bazaar_bind_ids.filtered(lambda b: not b.bazaar_ref):
            raise NoExternalId("Export the parent first.")

    def _validate_create_data(self, data):
        if not data.get("name"):
            raise InvalidDataError("A seller has a name.")

    def _validate_update_data(self, data):
        if data.get("rating", 0) > 5:
            raise InvalidDataError("At most 5 stars.")

    def _create_data(self, map_record, fields=None, **kwargs):
        return super()._create_data(map_record, fields=fields, author="14.0", **kwargs)

    def _after_export(self):
        self.work.market.calls.append(("after", self.external_id, None, None))


class Deleter(Component):
    _name = "bazaar.deleter"
    _inherit = ["base.deleter", "base.bazaar"]
    _usage = "record.exporter.deleter"
    _apply_on = ["bazaar.seller", "bazaar.category"]

    def run(self, external_id):
        self.backend_adapter.delete(external_id)
        return "deleted"
