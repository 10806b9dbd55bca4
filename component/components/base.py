# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The component all others inherit from."""

from __future__ import annotations

from ..core import AbstractComponent


class BaseComponent(AbstractComponent):
    """Extend this one to add an attribute or a method to every component."""

    _name = "base"
