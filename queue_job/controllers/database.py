# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The database that a request without a session is about."""

from __future__ import annotations

from odoo import http
from odoo.http import request
from odoo.modules.registry import Registry


def asked_registry(db: str | None) -> Registry | None:
    """Return the registry of the database asked for, if it has the job queue.

    None as well for a database that this server does not show to this host: callers
    answer alike, so that nobody learns which databases there are.

    :param db: name of the database, for requests that no session or host ties to one
    """
    dbname = request.db or (db if db and db in http.db_list(force=True) else None)
    registry = Registry(dbname) if dbname else None
    return registry if registry is not None and "queue.job" in registry else None
