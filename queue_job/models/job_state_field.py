# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The state of a job, searched fast although no index may name it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo import fields
from odoo.tools import SQL

from ..store import open_jobs

if TYPE_CHECKING:
    from odoo.models import BaseModel
    from odoo.tools import Query


class JobStateField(fields.Selection):
    """Selection of ``queue.job.state``; a search starts from the engine's tables."""

    def _condition_to_sql(
        self,
        field_expr: str,
        operator: str,
        value: Any,
        model: BaseModel,
        alias: str,
        query: Query,
    ) -> SQL:
        condition = super()._condition_to_sql(
            field_expr, operator, value, model, alias, query
        )
        if operator != "in":
            return condition
        candidates = open_jobs.narrow(model.env.cr, value)
        if candidates is None:
            return condition
        return SQL(
            "(%s AND %s IN (%s))", condition, SQL.identifier(alias, "id"), candidates
        )
