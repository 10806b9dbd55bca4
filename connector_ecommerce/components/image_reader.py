# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo.tools.mimetypes import guess_mimetype

from odoo.addons.component.core import Component
from odoo.addons.connector.exception import InvalidDataError
from odoo.addons.connector.http.client import HttpClient
from odoo.addons.connector.http.safety import UrlPolicy

#: Bytes; Odoo scales images down to 1920 pixels
MAX_SIZE = 30 * 1024 * 1024


class ImageReader(Component):
    """Read the images of a shop, from wherever it keeps them: without its key."""

    _name = "ecommerce.image.reader"
    _inherit = "base.http.adapter"
    _usage = "image.reader"

    def read(self, url: str) -> bytes:
        """Return the content of an image.

        Raises InvalidDataError when it is none, and the errors of HTTP adapters.
        """
        with self.connector_errors(), self._client(url) as client:
            content = client.get("").content
        kind = guess_mimetype(content, default="")
        if not kind.startswith("image/") or len(content) > MAX_SIZE:
            raise InvalidDataError(
                self.env._(
                    "%(url)s is not an image of less than %(size)s MB (%(kind)s, "
                    "%(bytes)s bytes): change it in the shop.",
                    url=url,
                    size=MAX_SIZE // 1024**2,
                    kind=kind or "?",
                    bytes=len(content),
                )
            )
        return content

    def _client(self, url: str) -> HttpClient:
        # The shop says where: what its backend may not call, it may not have called.
        policy = getattr(self.backend_record, "_url_policy", UrlPolicy)()
        return HttpClient(url, policy=policy)
