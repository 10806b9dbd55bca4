# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any, ClassVar


class Service:
    """The client of the service, in memory."""

    services: ClassVar[dict[str, Service]] = {}

    def __init__(self) -> None:
        self.data: dict[str, dict[str, dict[str, Any]]] = {"answers": {}, "people": {}}

    @classmethod
    def of(cls, name: str) -> Service:
        """Return the service of this name."""
        return cls.services.setdefault(name, cls())
