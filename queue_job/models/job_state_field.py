# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The state of a job, searched fast although no index may name it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from odoo import fields
from odoo.tools import SQL

from ..store import open_jobs

if TYPE_CHECKING:
    from odoo.models import BaseModel
    from odoo.tools import Query


#: Key of the context under which a search puts a ``Newest``.
NEWEST_KEY: Final = "queue_job_newest"


@dataclass(slots=True, eq=False)
class Newest:
    """A search that may do with the jobs created last."""

    #: So many of each state condition.
    candidates: int
    #: Whether a condition made use of that.
    is_used: bool = False


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
        newest: Newest | None = model.env.context.get(NEWEST_KEY)
        candidates = open_jobs.narrow(
            model.env.cr, value, newest.candidates if newest else None
        )
        if candidates is None:
            return condition
        if newest:
            newest.is_used = True
        return SQL(
            "(%s AND %s IN (%s))", condition, SQL.identifier(alias, "id"), candidates
        )
