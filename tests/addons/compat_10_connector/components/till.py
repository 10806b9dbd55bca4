# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The till: what would be a library of its manufacturer."""


class TillDown(Exception):
    pass


class Till:
    """A session with a till. The tills are in memory."""

    tills = {}
    down = False

    def __init__(self, location):
        self.customers = self.tills.setdefault(location, {})
        self.is_open = False

    def __enter__(self):
        self.is_open = True
        return self

    def __exit__(self, *exc_info):
        self.is_open = False

    def call(self, verb, key=None, values=None):
        assert self.is_open, "the session is closed"
        if self.down:
            raise TillDown("no answer from the till")
        if verb == "list":
            return sorted(self.customers)
        if verb == "new":
            key = str(max(map(int, self.customers), default=-1) + 1)
            self.customers[key] = dict(values, id=key)
            return key
        if verb == "get":
            return dict(self.customers[key])
        if verb == "set":
            return self.customers[key].update(values)
        return self.customers.pop(key)
