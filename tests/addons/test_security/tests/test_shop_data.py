# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Answers of a real shop with something wrong in them, through the whole import."""

from __future__ import annotations

import copy
from contextlib import suppress
from typing import Any, Final

import psycopg2
from hypothesis import given
from hypothesis import strategies as st

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.connector.exception import ConnectorException, MappingError
from odoo.addons.connector.http.errors import HttpError
from odoo.addons.connector_example.tests.common import VendureCase
from odoo.addons.queue_job.exception import BaseQueueJobError
from odoo.addons.queue_job.tests.fuzz import examples

#: What an import may raise: errors that say what is wrong, and with which record.
TOLD: Final = (
    BaseQueueJobError,
    ConnectorException,
    HttpError,
    MappingError,
    UserError,
    psycopg2.IntegrityError,  # that names table and column
)
MODELS: Final = (
    "vendure.product.template",
    "vendure.res.partner",
    "vendure.sale.order",
)
WRONG: Final = (None, "", 0, -1, "x", 10**30, [], {}, [None], {"id": None}, "\0", True)


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the way to each part of an answer."""
    found = [path] if path else []
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for key, item in items:
        found += _paths(item, (*path, key))
    return found


class _Undo(Exception):
    """Take back what an example imported."""


@tagged("post_install", "-at_install")
class TestShopData(VendureCase):
    @examples(30)
    @given(st.sampled_from(MODELS), st.randoms(use_true_random=False), st.data())
    def test_a_wrong_answer_is_imported_or_told(
        self, model: str, random: Any, data: st.DataObject
    ) -> None:
        wrong = data.draw(st.sampled_from((*WRONG, ...)), "wrong")
        changed: list[tuple[Any, ...]] = []

        def answer(query: str, variables: dict[str, Any]) -> Any:
            try:
                found = copy.deepcopy(self.shop.recorded(query, variables))
            except AssertionError:  # a wrong answer led to a question nobody asked
                return {"errors": [{"message": "no such thing"}], "data": None}
            path = random.choice(_paths(found["data"]))
            changed.append(path)
            target = found["data"]
            for key in path[:-1]:
                target = target[key]
            if wrong is ...:
                del target[path[-1]]
            else:
                target[path[-1]] = wrong
            return found

        self.shop.override = answer
        with (
            mute_logger("odoo.sql_db", "odoo.addons.connector"),
            suppress(_Undo, *TOLD),
            self.env.cr.savepoint(),
        ):
            try:
                self.env[model].import_record(self.backend, "1")
            except TOLD:
                raise
            except Exception as error:
                self.fail(f"{model}, {changed} = {wrong!r}: {error!r}")
            raise _Undo
