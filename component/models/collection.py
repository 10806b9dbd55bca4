# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The abstract model of what owns components, such as a backend."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from odoo import models

from ..core import WorkContext


class Collection(models.AbstractModel):
    """A record that components are grouped under and work for."""

    _name = "collection.base"
    _description = "Base Abstract Collection"

    @contextmanager
    def work_on(self, model_name: str, **kwargs: Any) -> Iterator[WorkContext]:
        """Open a work context for this record and a model.

        Override it to open and close what components share, such as an API client,
        and hand it on as keyword argument. ValueError unless self is one record.
        """
        self.ensure_one()
        yield WorkContext(model_name=model_name, collection=self, **kwargs)
