# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from odoo.addons.component.core import AbstractComponent

from ..core import neutral

if TYPE_CHECKING:
    from odoo.addons.component.core import WorkContext
    from odoo.addons.connector.components.mapper import MapRecord


class NeutralImporter(AbstractComponent):
    """Import what a connector translates to a neutral form, once.

    Its `external_id` is the one that is imported, when the translation has none.

    A mapper of the binding model is optional: it adds what only this shop has.
    """

    _name = "ecommerce.neutral.importer"
    _inherit = "generic.importer"

    #: the neutral form
    _form: type[Any]
    #: digits of amounts that the shop gives as integers, 2 for cents; None: in units
    _minor_digits: int | None = None

    def __init__(self, work: WorkContext) -> None:
        super().__init__(work)
        self._translated: Any = None

    def _translate(self) -> Any:
        """Return the record in the neutral form, or a mapping of its fields."""
        raise NotImplementedError(f"{self._name}: write _translate()")

    @property
    def translated(self) -> Any:
        """The record in the neutral form."""
        if self._translated is None:
            found = self._translate()
            if isinstance(found, Mapping):
                whole = {"external_id": str(self.external_id), **found}
                found = neutral(self._form, whole, self._minor_digits)
            self._translated = found
        return self._translated

    def read_translated(self, external_id: Any) -> Any:
        """Return what the shop has now in the neutral form, and import nothing."""
        self._start(external_id, None, None, {})
        self.external_record = self._read()
        return self.translated

    def _start(self, *args: Any) -> None:
        self._translated = None
        return super()._start(*args)

    def _map_data(self) -> MapRecord | None:
        usage = self._base_mapper_usage
        return super()._map_data() if self.many_components(usage=usage) else None
