# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A runner that serves the databases of one customer only."""

from odoo.addons.queue_job.jobrunner.runner import (
    ERROR_RECOVERY_DELAY,
    SELECT_TIMEOUT,
    START_DELAY,
    QueueJobRunner,
)


class CustomerRunner(QueueJobRunner):
    prefix = "customer_"

    def get_db_names(self):
        return [name for name in super().get_db_names() if name.startswith(self.prefix)]

    @staticmethod
    def patience():
        return START_DELAY + SELECT_TIMEOUT + ERROR_RECOVERY_DELAY
