# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from urllib.error import HTTPError

from odoo.addons.component.core import AbstractComponent, Component
from odoo.addons.connector.exception import (
    IDMissingInBackend,
    ManyIDSInBackend,
    NetworkRetryableError,
)
from odoo.addons.queue_job.exception import RetryableJobError


class BazaarAdapter(AbstractComponent):
    _name = "bazaar.adapter"
    _inherit = ["base.backend.adapter", "base.bazaar"]
    _usage = "backend.adapter"

    _resource = None

    def _request(self, *args):
        try:
            return self.work.market.request(args[0], self._resource, *args[1:])
        except HTTPError as err:
            if err.code == 404:
                raise IDMissingInBackend(f"{self._resource} {args[1]}") from err
            if err.code == 300:
                raise ManyIDSInBackend(f"{self._resource} {args[1]}") from err
            if err.code == 429:
                raise RetryableJobError("Too many requests", seconds=5) from err
            raise NetworkRetryableError(str(err)) from err


class BazaarCrudAdapter(AbstractComponent):
    _name = "bazaar.crud.adapter"
    _inherit = ["bazaar.adapter", "base.backend.adapter.crud"]

    def search(self, filters=None):
        return self._request("list")

    def read(self, external_id):
        return self._request("get", external_id)

    def search_read(self, filters=None):
        return [self.read(external_id) for external_id in self.search(filters)]

    def create(self, data):
        return self._request("post", None, data)

    def write(self, external_id, data):
        return self._request("put", external_id, data)

    def delete(self, external_id):
        return self._request("delete", external_id)


class CategoryAdapter(Component):
    _name = "bazaar.category.adapter"
    _inherit = "bazaar.crud.adapter"
    _apply_on = ["bazaar.category"]
    _resource = "categories"


class SellerAdapter(Component):
    _name = "bazaar.seller.adapter"
    _inherit = "bazaar.crud.adapter"
    _apply_on = ["bazaar.seller"]
    _resource = "sellers"


class NewsAdapter(Component):
    """Not finished: news are only created"""

    _name = "bazaar.news.adapter"
    _inherit = ["base.backend.adapter.crud", "base.bazaar"]
    _apply_on = "bazaar.news"

    def create(self, data):
        return self.work.market.request("post", "news", None, data)
