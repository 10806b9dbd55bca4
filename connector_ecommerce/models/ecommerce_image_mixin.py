# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import base64

from odoo import fields, models

from odoo.addons.queue_job import identity_exact


class EcommerceImageMixin(models.AbstractModel):
    """A binding whose image is downloaded by a job of its own."""

    _name = "ecommerce.image.mixin"
    _description = "Binding with an Image of a Shop"

    #: field that holds the image
    _image_field = "image_1920"

    image_url = fields.Char(string="Image in the Shop", readonly=True, copy=False)
    image_imported_url = fields.Char(string="Imported Image", readonly=True, copy=False)

    def schedule_image_import(self) -> None:
        """Have the images that changed in the shop imported, by a job for each."""
        self.check_access("write")
        self.env["queue.job"].delay_many(
            binding.delayable(identity_key=identity_exact).import_image()
            for binding in self
            if binding.image_url and binding.image_url != binding.image_imported_url
        )

    def import_image(self) -> None:
        """Import the image of the record"""
        self.ensure_one()
        self.check_access("write")
        url = self.image_url
        if not url:
            return
        with self.backend_id.work_on(self._name) as work:
            content = work.component(usage="image.reader").read(url)
        self.with_context(connector_no_export=True).write(
            {self._image_field: base64.b64encode(content), "image_imported_url": url}
        )
