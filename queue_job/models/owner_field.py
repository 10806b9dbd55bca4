# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The user and the company of a job: references that lock nothing.

With a foreign key each job that is stored share-locks the row of its user and of its
company until the transaction ends. Transactions that store jobs at the same time, all
for one user, then write that row again and again (a "multixact" each), and the two
checks took a sixth of what storing a job costs.
"""

from __future__ import annotations

from typing import Any

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.sql import drop_constraint, get_foreign_keys


class OwnerField(fields.Many2one):
    """A many2one without foreign key; whoever is deleted is cleared by its model."""

    def update_db_foreign_key(self, model: models.BaseModel, _column: Any) -> None:
        """Drop the foreign key that another implementation has left."""
        cr, owner = model.env.cr, model.env[self.comodel_name]
        reference = (model._table, self.name, owner._table, "id")
        for name in get_foreign_keys(cr, *reference, self.ondelete or "set null"):
            drop_constraint(cr, model._table, name)


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.ondelete(at_uninstall=True)
    def _unlink_owned_jobs(self) -> None:
        _forget(self, "user_id")


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.ondelete(at_uninstall=True)
    def _unlink_owned_jobs(self) -> None:
        _forget(self, "company_id")


def _forget(owners: models.BaseModel, name: str) -> None:
    """Leave the jobs of users or companies without one, as a foreign key would."""
    jobs = owners.env["queue.job"]
    jobs.flush_model([name])
    owners.env.cr.execute(
        SQL(
            "UPDATE queue_job SET %(column)s = NULL WHERE %(column)s = ANY(%(ids)s)",
            column=SQL.identifier(name),
            ids=list(owners.ids),
        )
    )
    jobs.invalidate_model([name])
