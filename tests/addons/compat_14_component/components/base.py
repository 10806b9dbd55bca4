# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.addons.component.core import AbstractComponent, Component


class Base(AbstractComponent):
    """Every component of the database gets this: an extension in place."""

    _inherit = "base"

    def doc_label(self):
        return f"{self._name} for {self.model._name}"


class DocBase(AbstractComponent):
    _name = "doc.base"
    _collection = "doc.exchange"

    def note(self, text):
        self.work.sent.append(text)


class DocFormatMixin(AbstractComponent):
    _name = "doc.format.mixin"

    _format = None

    @classmethod
    def _component_match(cls, work, usage=None, model_name=None, **kw):
        fmt = kw.get("fmt")
        return super()._component_match(
            work, usage=usage, model_name=model_name, **kw
        ) and (not fmt or cls._format == fmt)


class DocVersioned(Component):
    """An old override: without the arguments of the lookup."""

    _name = "doc.versioned"
    _inherit = "doc.base"
    _usage = "version.reader"

    @classmethod
    def _component_match(cls, work):
        return work.collection.version.startswith("1.")


class DocVersionedTwo(Component):
    _name = "doc.versioned.two"
    _inherit = "doc.base"
    _usage = "version.reader"

    @classmethod
    def _component_match(cls, work):
        return work.collection.version.startswith("2.")


class DocCatalog(Component):
    """Computes something when its final class is built."""

    _name = "doc.catalog"
    _usage = "catalog"

    _entries = ()

    @classmethod
    def _complete_component_build(cls):
        super()._complete_component_build()
        cls._entries = sorted(
            name.removeprefix("entry_") for name in dir(cls) if name[:6] == "entry_"
        )

    def entry_invoice(self):
        return "invoice"


class DocCatalogOrders(Component):
    _inherit = "doc.catalog"

    def entry_order(self):
        return "order"
