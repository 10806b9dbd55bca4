# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from datetime import datetime
from typing import Any

from odoo.addons.component.core import Component
from odoo.addons.connector.components.mapper import (
    convert,
    external_to_m2o,
    mapping,
    only_create,
)
from odoo.addons.connector.exception import InvalidDataError


class AnswerAdapter(Component):
    _name = "feedback.answer.adapter"
    _inherit = "feedback.adapter"
    _apply_on = "feedback.answer"
    _resource = "answers"


class AnswerImportMapper(Component):
    _name = "feedback.answer.import.mapper"
    _inherit = ["base.import.mapper", "base.feedback"]
    _apply_on = "feedback.answer"

    direct = [
        ("text", "name"),
        (convert("score", int), "score"),
        ("author", "binding_id"),
        (external_to_m2o("author", binding="feedback.partner"), "partner_id"),
        (convert("date", datetime.fromisoformat), "backend_date"),
    ]

    @only_create
    @mapping
    def backend_id(self, record: dict[str, Any]) -> dict[str, Any]:
        """Return the backend."""
        return {"backend_id": self.backend_record.id}


class AnswerImporter(Component):
    _name = "feedback.answer.importer"
    _inherit = ["generic.importer", "base.feedback"]
    _usage = "record.importer"
    _apply_on = "feedback.answer"

    def _must_skip(self) -> str | None:
        if self.external_record.get("draft"):
            return "A draft is not imported."
        return super()._must_skip()

    def _is_uptodate(self, binding: Any) -> bool:
        date = self.external_record.get("date")
        return bool(
            binding
            and date
            and binding.backend_date
            and binding.backend_date >= datetime.fromisoformat(date)
        )

    def _before_import(self) -> None:
        super()._before_import()
        self.work.service.data.setdefault("seen", {})[self.external_id] = {}

    def _import_dependencies(self) -> None:
        self._import_dependency(self.external_record["author"], "feedback.partner")

    def _validate_data(self, data: dict[str, Any]) -> None:
        super()._validate_data(data)
        if data.get("score", 0) > 10:
            raise InvalidDataError("At most 10.")

    def _create_data(self, map_record: Any, **kwargs: Any) -> dict[str, Any]:
        data = super()._create_data(map_record, **kwargs)
        return {**data, "name": data["name"] or "nothing said"}

    def _update_data(self, map_record: Any, **kwargs: Any) -> dict[str, Any]:
        data = super()._update_data(map_record, **kwargs)
        return {key: value for key, value in data.items() if key != "binding_id"}

    def _create(self, data: dict[str, Any]) -> Any:
        assert self.env.context.get("connector_no_export") or data
        return super()._create(data)

    def _update(self, binding: Any, data: dict[str, Any]) -> None:
        return super()._update(binding, data)

    def _after_import(self, binding: Any) -> None:
        super()._after_import(binding)
        if not binding.score:
            binding._review()
