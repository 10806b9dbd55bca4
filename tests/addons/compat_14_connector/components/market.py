# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Client of the API of the marketplace, which is in memory."""

from urllib.error import HTTPError


class Market:
    all = {}

    def __init__(self):
        self.tables = {}
        self.calls = []
        self.closed = 0
        self.fail_with = None

    @classmethod
    def open(cls, name):
        return cls.all.setdefault(name, cls())

    def table(self, resource):
        return self.tables.setdefault(resource, {})

    def request(self, method, resource, key=None, data=None):
        self.calls.append((method, resource, key, data))
        if self.fail_with:
            raise HTTPError(resource, self.fail_with, "market", None, None)
        table = self.table(resource)
        if method == "list":
            return sorted(table, key=int)
        if method == "post":
            key = str(1 + max(map(int, table), default=0))
            table[key] = {"ref": key, **data}
            return key
        if key not in table:
            raise HTTPError(resource, 404, "market", None, None)
        if method == "get":
            return dict(table[key])
        if method == "put":
            table[key].update(data)
        if method == "delete":
            del table[key]
        return True
