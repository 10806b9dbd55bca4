# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Records tell what became of them: created, written, unlinked."""

from . import base, component_builder, component_event_listener
