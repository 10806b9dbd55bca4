# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from odoo.addons.queue_job.exception import FailedJobError, RetryableJobError
from odoo.addons.queue_job.job import job


class ParcelLabelMixin(models.AbstractModel):
    """A job function of an abstract model: one record for each concrete model."""

    _name = "parcel.label.mixin"
    _description = "Parcel Label (mixin)"

    name = fields.Char(required=True)
    number = fields.Char(readonly=True)
    weight = fields.Float()
    failure = fields.Char(readonly=True)
    state = fields.Selection(
        [("draft", "Draft"), ("ordered", "Ordered"), ("done", "Printed")],
        default="draft",
    )

    # 13.0 warned that the decorator is not needed any more
    @job
    def order_label(self, carrier="post"):
        """Order a label at the carrier

        The second line is no description.
        """
        self.ensure_one()
        if self.weight < 0:
            raise FailedJobError("The weight is negative.")
        if not self.weight:
            raise RetryableJobError("Not weighed yet.", seconds=30, ignore_retry=True)
        self.write({"number": f"{carrier}-{self.id}", "state": "ordered"})
        return self.number

    def label_failed(self, exc_name, exc_message, exc_info):
        self.failure = f"{exc_name}: {exc_message}"

    def print_label(self):
        self.write({"state": "done"})

    def save_half(self):
        """Commit what is done so far, which jobs must not"""
        self.env.cr.commit()

    def archive_labels(self, keep=10):
        """Archive printed labels"""

    def button_order(self):
        for record in self:
            record.with_delay(max_retries=4).order_label(carrier="post")


class ParcelLabel(models.Model):
    _name = "parcel.label"
    _inherit = "parcel.label.mixin"
    _description = "Parcel Label"

    courier_ref = fields.Char()

    @job(default_channel="root.parcel.print")
    def print_label(self):
        """Print a label"""
        return super().print_label()

    @job(default_channel="root.parcel.quick", retry_pattern={1: 1, 2: 2})
    def track(self, days=1, since=None):
        """Ask the carrier where the parcel is"""
        raise RetryableJobError("The carrier does not answer.")


class ParcelExpressLabel(models.Model):
    _name = "parcel.express.label"
    _inherit = "parcel.label.mixin"
    _description = "Parcel Label (express)"
