# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Iterator

from odoo import models


class TestQueueJobTogether(models.Model):
    """Methods whose jobs may run together, or in chunks."""

    _inherit = "test.queue.job"

    def tell_size(self, text: str = "") -> int:
        """Append to each name with how many records it was called; return that."""
        for record in self:
            record.name = f"{record.name} {text}{len(self)}"
        return len(self)

    def tell_size_unless(self, name: str) -> int:
        """Do the same, but fail after it where a record had this name."""
        is_bad = name in self.mapped("name")
        size = self.tell_size()
        if is_bad:
            raise ValueError(f"{name} is bad")
        return size

    def append_each(
        self, letters: str, bad: str = "", position: int | None = None
    ) -> Iterator[int]:
        """Append letter by letter, each in a chunk; fail at a bad one."""
        for number in range(position or 0, len(letters)):
            if letters[number] == bad and position is None:
                raise ValueError(f"{bad} is bad")
            self.name += letters[number]
            yield number + 1
        return len(letters)
