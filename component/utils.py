# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Access to the component registry of a database by name."""

from __future__ import annotations

from .registry import ComponentRegistry, _component_databases


def get_component_registry(dbname: str) -> ComponentRegistry | None:
    """Return the component registry of a database, None when it has none yet."""
    return _component_databases.get(dbname)


def is_component_registry_ready(dbname: str) -> bool:
    """Return whether the components of a database can be used."""
    registry = get_component_registry(dbname)
    return registry is not None and registry.ready
