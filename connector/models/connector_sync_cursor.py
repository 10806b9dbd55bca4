# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How far each backend was imported, model by model."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import psycopg2

from odoo import api, fields, models

from odoo.addons.queue_job.exception import RetryableJobError

from ..components.synchronizer.version import parse_datetime

if TYPE_CHECKING:
    from typing import Self

__all__ = ["ConnectorSyncCursor"]

OVERLAP = 5  # minutes; longer than a transaction of a backend should last


class ConnectorSyncCursor(models.Model):
    """The date up to which the changes of a backend were imported.

    It is written as the backend writes dates, and compared with nothing else.
    """

    _name = "connector.sync.cursor"
    _description = "Connector Import Cursor"
    _order = "backend_model, backend_id, model_name, name"

    backend_model = fields.Char(required=True, readonly=True)
    backend_id = fields.Many2oneReference(
        model_field="backend_model",
        required=True,
        readonly=True,
    )
    model_name = fields.Char(string="Model", required=True, readonly=True)
    name = fields.Char(
        string="Purpose",
        required=True,
        readonly=True,
        default="import",
    )
    value = fields.Char(
        string="Imported Up To",
        help="Date of change of the last record, by the clock of the backend. "
        "Empty it to import everything again.",
    )
    overlap = fields.Integer(
        string="Overlap (min)",
        default=OVERLAP,
        required=True,
        help="The next import starts this long before, because a backend may not "
        "publish changes in the order of their dates.",
    )
    last_date = fields.Datetime(string="Last Run", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True, index=True)

    _backend_model_name_uniq = models.Constraint(
        "UNIQUE (backend_model, backend_id, model_name, name)",
        "There is already a cursor for this backend and this model.",
    )
    _overlap_positive = models.Constraint(
        "CHECK (overlap >= 0)", "The overlap cannot be negative."
    )

    @api.depends("backend_model", "backend_id", "model_name", "name")
    def _compute_display_name(self) -> None:
        """Name model and backend as their users know them."""
        for cursor in self:
            model = self.env.get(cursor.model_name)
            what = cursor.model_name if model is None else model._description
            if cursor.name != "import":
                what = f"{what} ({cursor.name})"
            backend = cursor._backend()
            cursor.display_name = f"{what}, {backend.display_name}" if backend else what

    def _backend(self) -> models.BaseModel | None:
        """Return the backend, None once it or its model is gone."""
        model = self.env.get(self.backend_model)
        return None if model is None else model.browse(self.backend_id).exists()

    @api.model
    def _get(
        self, backend: models.BaseModel, model_name: str, name: str = "import"
    ) -> Self:
        """Return the cursor of a backend and a model, created when missing.

        :raises RetryableJobError: another transaction creates it
        """
        backend.ensure_one()
        cursors = self.sudo()  # only the managers may edit what every import moves
        values = {
            "backend_model": backend._name,
            "backend_id": backend.id,
            "model_name": model_name,
            "name": name,
        }
        cursor = cursors.search([(key, "=", value) for key, value in values.items()])
        if cursor:
            return cursor
        if "company_id" in backend._fields:
            values["company_id"] = backend.company_id.id
        try:
            with self.env.cr.savepoint():
                return cursors.create(values)
        except psycopg2.errors.UniqueViolation as exc:
            raise RetryableJobError(
                f"Another transaction created the cursor of {model_name}",
                seconds=5,
                ignore_retry=True,
            ) from exc

    def _lock_for_batch(self) -> None:
        """Keep other batches from running until the transaction ends.

        :raises RetryableJobError: one is running
        """
        if not self.try_lock_for_update():
            raise RetryableJobError(
                f"Another batch imports {self.model_name} of {self.backend_model} "
                f"({self.backend_id})",
                seconds=60,
                ignore_retry=True,
            )

    def _since(self) -> str | None:
        """Return the date to import from, None for everything."""
        self.ensure_one()
        if not self.value:
            return None
        try:
            since = parse_datetime(self.value)
        except ValueError:
            return self.value  # a mark of the backend, not a date
        since -= timedelta(minutes=self.overlap)
        return f"{since.isoformat()}Z"

    def _advance(self, reached: str | None, force: bool = False) -> None:
        """Move the cursor forward, in the transaction of the caller.

        :param reached: date written by the backend, None when nothing changed
        :param force: move it even backward
        """
        self.ensure_one()
        values = {"last_date": fields.Datetime.now()}
        if reached and (force or not self.value or self._is_before(reached)):
            values["value"] = reached
        self.write(values)

    def _is_before(self, reached: str) -> bool:
        try:
            return parse_datetime(self.value) < parse_datetime(reached)
        except ValueError:
            return self.value != reached
