# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations


def escape_like(text: str) -> str:
    """Return the pattern of `=ilike` that matches this text and nothing else."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
