# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from .common import ConnectorCase


class TestAccess(ConnectorCase):
    """Who sees what is kept about a backend, by group and by company."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        other = cls.env["res.company"].create({"name": "Other"})
        groups = "connector.group_connector_manager"
        cls.manager = new_test_user(cls.env, "access-manager", groups)
        cls.plain = new_test_user(cls.env, "access-plain")
        cls.stranger = new_test_user(
            cls.env,
            "access-stranger",
            groups,
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        common = {
            "backend_model": cls.backend._name,
            "backend_id": cls.backend.id,
            "company_id": cls.backend.company_id.id,
        }
        cls.kept = {
            name: cls.env[name].create({**common, **values})
            for name, values in {
                "connector.call.log": {"url": "http://x"},
                "connector.webhook.event": {"topic": "x"},
                "connector.sync.cursor": {"model_name": "x"},
            }.items()
        }
        cls.kept["connector.sync.model"] = cls.backend.sync_model_ids[:1]

    def _found(self, record: Any, user: Any) -> Any:
        return record.with_user(user).search([("id", "=", record.id)])

    def test_managers_see_those_of_their_companies(self) -> None:
        for name, record in self.kept.items():
            with self.subTest(model=name):
                self.assertTrue(self._found(record, self.manager))
                self.assertFalse(self._found(record, self.stranger))

    def test_others_see_no_calls_and_no_events(self) -> None:
        for name in ("connector.call.log", "connector.webhook.event"):
            with self.subTest(model=name), self.assertRaises(AccessError):
                self._found(self.kept[name], self.plain)

    def test_nobody_makes_them_up(self) -> None:
        for name, record in self.kept.items():
            model = record.with_user(self.manager)
            with self.subTest(model=name), self.assertRaises(AccessError):
                model.create({"backend_model": "x", "backend_id": 1})

    def test_credentials_of_backends_are_for_administrators(self) -> None:
        """Every field of a backend whose name sounds secret."""
        for name in ("test.backend", "test.http.backend"):
            for field in self.env[name]._fields.values():
                secret = ("password", "secret", "api_key")
                if field.type == "char" and field.name.endswith(secret):
                    self.assertEqual(field.groups, "base.group_system", field)
