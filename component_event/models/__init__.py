# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import base, component_builder, component_event_listener
