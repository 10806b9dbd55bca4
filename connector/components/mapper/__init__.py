# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From the fields of a backend to those of Odoo, and back."""

# Components are registered in the order of these imports: parents first.
# isort: off
from .decorators import MappingDefinition, changed_by, mapping, only_create
from .modifiers import (
    convert,
    external_to_m2o,
    follow_m2o_relations,
    m2o_to_external,
    none,
)
from .explain import Explanation
from .record import MapOptions, MapRecord
from .mapper import Mapper
from .importer import ImportMapper
from .exporter import ExportMapper
from .child import ExportMapChild, ImportMapChild, MapChild
from .child_sync import ImportMapChildSync

# isort: on

__all__ = [
    "Explanation",
    "ExportMapChild",
    "ExportMapper",
    "ImportMapChild",
    "ImportMapChildSync",
    "ImportMapper",
    "MapChild",
    "MapOptions",
    "MapRecord",
    "Mapper",
    "MappingDefinition",
    "changed_by",
    "convert",
    "external_to_m2o",
    "follow_m2o_relations",
    "m2o_to_external",
    "mapping",
    "none",
    "only_create",
]
