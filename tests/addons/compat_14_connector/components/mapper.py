# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields

from odoo.addons.component.core import AbstractComponent, Component
from odoo.addons.connector.components.mapper import (
    MapOptions,
    changed_by,
    convert,
    external_to_m2o,
    follow_m2o_relations,
    m2o_to_external,
    mapping,
    none,
    only_create,
)
from odoo.addons.connector.exception import MappingError


def upper(field):
    """A modifier of ours, which nests as those of the framework do"""

    def modifier(self, record, to_attr):
        value = field(self, record, to_attr) if callable(field) else record.get(field)
        return value.upper() if value else False

    return modifier


class BazaarImportMapper(AbstractComponent):
    _name = "bazaar.import.mapper"
    _inherit = ["base.bazaar", "base.import.mapper"]

    @only_create
    @mapping
    def backend_id(self, record):
        return {"backend_id": self.backend_record.id}


class CategoryImportMapper(Component):
    _name = "bazaar.category.import.mapper"
    _inherit = "bazaar.import.mapper"
    _apply_on = "bazaar.category"

    direct = [("title", "name"), (convert("color", int), "color")]


class SellerImportMapper(Component):
    _name = "bazaar.seller.import.mapper"
    _inherit = "bazaar.import.mapper"
    _apply_on = "bazaar.seller"

    direct = [
        ("name", "name"),
        (upper("vat"), "vat"),
        (convert("rating", int), "rating"),
        ("fee", "fee"),
        (convert("since", fields.Date.to_date), "since"),
        ("category", "bazaar_category_id"),
        (external_to_m2o("category", binding="bazaar.category"), "category_main_id"),
    ]
    children = [("contacts", "child_ids", "res.partner")]

    @mapping
    def is_company(self, record):
        return {"is_company": True}

    @mapping
    def nothing(self, record):
        return None

    @only_create
    @mapping
    def comment(self, record):
        if record.get("strange"):
            raise MappingError("a strange seller")
        return {"comment": f"Imported as {record['ref']}"}

    def finalize(self, map_record, values):
        values = super().finalize(map_record, values)
        if self.options.tag:
            values["ref"] = f"{self.options.tag}-{map_record.source['ref']}"
        if not map_record.parent:
            values.setdefault("lang", "en_US")
        return values


class ContactImportMapper(Component):
    _name = "bazaar.contact.import.mapper"
    _inherit = ["base.bazaar", "base.import.mapper"]
    _apply_on = "res.partner"

    direct = [("label", "name"), ("mail", "email")]

    @mapping
    def function(self, record):
        return {"function": record.get("role")}


class ContactMapChild(Component):
    """Update the contacts that exist, by their mail address"""

    _name = "bazaar.contact.map.child"
    _inherit = ["base.bazaar", "base.map.child.import"]
    _apply_on = "res.partner"

    def skip_item(self, map_record):
        return map_record.source.get("gone")

    def get_item_values(self, map_record, to_attr, options):
        values = super().get_item_values(map_record, to_attr, options)
        assert map_record.parent.source["ref"]
        binding = options.binding
        if binding:
            known = binding.child_ids.filtered(lambda c: c.email == values["email"])
            if known:
                values["id"] = known.id
        return values

    def format_items(self, items_values):
        commands = []
        for values in items_values:
            if "id" in values:
                commands.append((1, values.pop("id"), values))
            else:
                commands += super().format_items([values])
        return commands


class CategoryExportMapper(Component):
    _name = "bazaar.category.export.mapper"
    _inherit = ["base.bazaar", "base.export.mapper"]
    _apply_on = "bazaar.category"

    direct = [("name", "title"), (convert("color", str), "color")]


class SellerExportMapper(Component):
    _name = "bazaar.seller.export.mapper"
    _inherit = ["base.bazaar", "base.export.mapper"]
    _apply_on = "bazaar.seller"

    direct = [
        ("name", "name"),
        (none("vat"), "vat"),
        ("rating", "rating"),
        ("bazaar_category_id", "category_ref"),
        (m2o_to_external("category_main_id", binding="bazaar.category"), "category"),
        (follow_m2o_relations("country_id.code"), "country"),
    ]

    @property
    def children(self):
        return [("child_ids", "contacts", "res.partner")]

    @mapping
    @changed_by("street", "city")
    def address(self, record):
        return {"address": f"{record.street or ''} {record.city or ''}".strip()}

    @changed_by("zip")
    @only_create
    @mapping
    def created(self, record):
        return {"created_by": self.options.get("author", "odoo")}


class SellerExportMapperAddress(Component):
    """Of another module: an override without decorator stays a mapping"""

    _inherit = "bazaar.seller.export.mapper"

    def address(self, record):
        values = super().address(record)
        values["address"] = values["address"].title()
        return values

    @changed_by("state_id")
    def created(self, record):
        return super().created(record)


class ContactExportMapper(Component):
    _name = "bazaar.contact.export.mapper"
    _inherit = ["base.bazaar", "base.export.mapper"]
    _apply_on = "res.partner"

    direct = [("name", "label"), ("email", "mail")]


class ContactExportMapChild(Component):
    _name = "bazaar.contact.export.map.child"
    _inherit = ["base.bazaar", "base.map.child.export"]
    _apply_on = "res.partner"

    def skip_item(self, map_record):
        return not map_record.source.email


__all__ = ["MapOptions"]
