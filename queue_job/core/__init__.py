# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Pure core of queue_job: nothing here imports odoo."""
