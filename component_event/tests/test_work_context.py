# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The work context of listeners."""

from __future__ import annotations

from odoo.addons.component.core import Component, WorkContext
from odoo.addons.component_event.core import EventWorkContext

from .common import EventCase


class TestEventWorkContext(EventCase):
    def test_exactly_one_of_collection_and_env(self) -> None:
        for arguments in ({}, {"collection": self.env.company, "env": self.env}):
            with self.assertRaisesRegex(ValueError, "one and only one"):
                EventWorkContext("res.users", **arguments)

    def test_with_env(self) -> None:
        work = EventWorkContext("res.users", env=self.env, extra=1)
        self.assertEqual(work.env, self.env)
        self.assertEqual(work.model, self.env["res.users"])
        self.assertEqual(work.extra, 1)
        self.assertIs(work.components_registry, self.comp_registry)
        with self.assertRaises(ValueError):
            work.collection  # noqa: B018
        with self.assertRaises(ValueError):
            work.work_on("res.partner")
        for method, arguments in (
            ("component", {"usage": "x"}),
            ("many_components", {"usage": "x", "extra": 1}),
            ("component_by_name", {"name": "base"}),
        ):
            with self.assertRaisesRegex(TypeError, "work_on"):
                getattr(work, method)(**arguments)

    def test_with_collection(self) -> None:
        company = self.env.company
        work = EventWorkContext("res.users", collection=company)
        self.assertEqual(work.collection, company)
        self.assertEqual(work.env, self.env)

    def test_work_on_returns_a_plain_context(self) -> None:
        company = self.env.company
        work = EventWorkContext("res.users", env=self.env, extra=1)
        plain = work.work_on("res.partner", collection=company)
        self.assertIs(type(plain), WorkContext)
        self.assertEqual(plain.model_name, "res.partner")
        self.assertEqual(plain.collection, company)
        self.assertEqual(plain.extra, 1)
        self.assertEqual(work.work_on(collection=company).model_name, "res.users")

    def test_work_on_refuses_another_environment(self) -> None:
        work = EventWorkContext("res.users", env=self.env)
        other = self.env.company.with_context(lang="fr_FR")
        with self.assertRaisesRegex(ValueError, "environment"):
            work.work_on("res.partner", collection=other)

    def test_lookups_with_a_collection(self) -> None:
        for rank in range(2):
            name = f"helper.{rank}"
            attributes = {"__module__": __name__, "_name": name, "_usage": "helper"}
            self._build_components(type(Component)(name, (Component,), attributes))
        work = EventWorkContext("res.users", collection=self.env.company)
        found = work.many_components(usage="helper", extra=True)
        self.assertEqual([c._name for c in found], ["helper.0", "helper.1"])
        helper = work.component_by_name("helper.1", model_name="res.partner")
        self.assertEqual(helper.model, self.env["res.partner"])
        self.assertIs(type(helper.work), WorkContext)
