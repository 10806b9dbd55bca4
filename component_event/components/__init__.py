# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What listeners inherit, and who finds those that hear an event."""

from . import event
