# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Connect a first shop, step by step, until its products are in Odoo."""

from . import vendure_connect
