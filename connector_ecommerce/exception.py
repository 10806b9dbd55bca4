# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The causes for which an order is not imported yet."""

from odoo.addons.queue_job.exception import RetryableJobError


class OrderNotPaidError(RetryableJobError):
    """The order waits for its payment: see the import rule of its method."""
