# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a model knows of components: a collection, and the components of a database."""

from . import base, collection, component_registry_entry
