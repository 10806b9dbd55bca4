# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from .common import ConnectorCase


class TestOnce(ConnectorCase):
    """What an import asks more than once is looked up once, and never remembered."""

    def setUp(self) -> None:
        super().setUp()
        self.asked: list[str] = []
        model = type(self.env["test.item"])

        def found(items: Any, code: str) -> Any:
            self.asked.append(code)
            return items.search([("code", "=", code)], limit=1)

        model._found_by_test = found
        self.addCleanup(delattr, model, "_found_by_test")

    def _importer(self, work: Any) -> Any:
        importer = work.component(usage="record.importer")
        importer.external_id = "any"
        return importer

    def _ask(self, importer: Any, code: str = "a") -> Any:
        return importer.once(self.env["test.item"]._found_by_test, code)

    def test_in_an_import(self) -> None:
        item = self.env["test.item"].create({"name": "A", "code": "a"})
        with self.work_on("test.item.binding") as work:
            importer = self._importer(work)
            with importer._guard_against_cycles():
                other = self._importer(work.work_on("test.order"))
                self.assertEqual(self._ask(importer), item)
                self.assertEqual(self._ask(other), item)
                self._ask(importer, "b")
        self.assertEqual(self.asked, ["a", "b"])

    def test_the_next_import_asks_again(self) -> None:
        with self.work_on("test.item.binding") as work:
            importer = self._importer(work)
            self._ask(importer)
            for _run in range(2):
                with importer._guard_against_cycles():
                    self._ask(importer)
                    self._ask(importer)
        self.assertEqual(self.asked, ["a"] * 3)

    def test_a_rollback_forgets(self) -> None:
        with self.work_on("test.item.binding") as work:
            importer = self._importer(work)
            with importer._guard_against_cycles():
                savepoint = self.env.cr.savepoint()
                self.env["test.item"].create({"name": "A", "code": "a"})
                self.assertTrue(self._ask(importer))
                savepoint.close(rollback=True)
                self.assertFalse(self._ask(importer))
