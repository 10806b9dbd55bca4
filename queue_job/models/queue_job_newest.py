# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The first page of a list of jobs, without looking at all that are open."""

from __future__ import annotations

from typing import Any, Final

from odoo import models
from odoo.fields import Domain
from odoo.orm.domains import DomainAnd, DomainCondition
from odoo.tools import Query

from .job_state_field import NEWEST_KEY, Newest

#: As lists of jobs are sorted.
_ORDER: Final = "date_created desc, id desc"
#: Jobs among which one of a page is looked for: filters may leave a third.
_CANDIDATES: Final = 3
_MAX_PAGE: Final = 200


class QueueJob(models.Model):
    """Searches for a page of jobs in some states, the newest first."""

    _inherit = "queue.job"

    def _search(
        self,
        domain: Any,
        offset: int = 0,
        limit: int | None = None,
        order: str | None = None,
        **kwargs: Any,
    ) -> Query:
        """Look among the newest open jobs first: they fill a page as a rule.

        A full page of them is that of all jobs: what is left out was created before.
        """
        if not limit or offset + limit > _MAX_PAGE or not _is_for_page(domain, order):
            return super()._search(domain, offset, limit, order, **kwargs)
        newest = Newest(_CANDIDATES * (offset + limit))
        among_newest = self.with_context(**{NEWEST_KEY: newest})
        query = super(QueueJob, among_newest)._search(
            domain, offset, limit, order, **kwargs
        )
        if not newest.is_used:
            return query
        ids = query.get_result_ids()
        if len(ids) == limit:
            return self.browse(ids)._as_query()
        return super()._search(domain, offset, limit, order, **kwargs)


def _is_for_page(domain: Any, order: str | None) -> bool:
    if order is None or " ".join(order.lower().split()) != _ORDER:
        return False
    return _has_states_under_and(Domain(domain))


def _has_states_under_and(domain: Domain) -> bool:
    """Return whether every condition on the state has to hold by itself."""
    if isinstance(domain, DomainAnd):
        return all(map(_has_states_under_and, domain.children))
    if isinstance(domain, DomainCondition):
        return True
    return all(leaf.field_expr != "state" for leaf in domain.iter_conditions())
