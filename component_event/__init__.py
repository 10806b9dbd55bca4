# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import components, core, events, models
from .components.event import skip_if
from .events import declare_event

__all__ = ["components", "core", "declare_event", "events", "models", "skip_if"]
