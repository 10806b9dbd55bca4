# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from odoo.tools import split_every

from odoo.addons.component.core import AbstractComponent, Component
from odoo.addons.connector.components.synchronizer.version import content_version

# A request with a key costs the shop 0.25 s of its processor (bcrypt), however small:
# objects are read by many, and their jobs carry them.
READ_TOGETHER = 100
# Shorter than the overlap of the cursors: what changes in the shop while a job waits
# is read again, by the job when it waited longer or by the next batch.
FRESH = timedelta(minutes=1)


class VendureImporter(AbstractComponent):
    """Import one object of the shop.

    Its dates of change tell too little, so that its content is compared instead.
    """

    _name = "vendure.importer"
    _inherit = ["generic.importer", "vendure.base"]

    def run(self, external_id: str, force: bool = False, **kwargs: Any) -> str:
        """Import the object: ``external_record`` when ``read_at`` is fresh."""
        self.force = force
        read_at = kwargs.get("read_at")
        if read_at and datetime.now() - read_at > FRESH:
            kwargs["external_record"] = None
        return super().run(external_id, force=force, **kwargs)

    def _external_version(self) -> str:
        return content_version(self.external_record)


class VendureBatchReader(AbstractComponent):
    """Read the objects to import by many, and hand each one to its importer."""

    _name = "vendure.batch.reader"
    _inherit = ["generic.batch.importer", "vendure.base"]

    def _search_changes(
        self, since: str | None, filters: dict[str, Any] | None
    ) -> Iterator[tuple[str, str | None]]:
        changes = dict(super()._search_changes(since, filters))
        for ids in split_every(READ_TOGETHER, changes, list):
            self._read_at = datetime.now()
            records = self.backend_adapter.read_many(ids)
            self._records = {record["id"]: record for record in records}
            yield from ((id_, changes[id_]) for id_ in ids)

    def _import_record(self, external_id: str, **kwargs: Any) -> Any:
        kwargs["external_record"] = self._records.get(external_id)
        kwargs["read_at"] = self._read_at
        return super()._import_record(external_id, **kwargs)


class VendureBatchImporter(Component):
    """Import what changed in the shop, by a job for each object."""

    _name = "vendure.batch.importer"
    _inherit = ["vendure.batch.reader", "generic.delayed.batch.importer"]
    _usage = "batch.importer"
