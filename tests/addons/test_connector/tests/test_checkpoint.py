# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user

from odoo.addons.connector.checkpoint.checkpoint import add_checkpoint as add_9
from odoo.addons.connector.models.checkpoint import add_checkpoint

from .common import ConnectorCase


class TestCheckpoint(ConnectorCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env, "checkpoint-manager", "connector.group_connector_manager"
        )
        cls.user = new_test_user(cls.env, "checkpoint-user", "base.group_user")

    def _checkpoint(self, **values: Any) -> Any:
        self.item = self.env["test.item"].create({"name": "To see", **values})
        return add_checkpoint(
            self.env, "test.item", self.item.id, self.backend._name, self.backend.id
        )

    def test_create(self) -> None:
        checkpoint = self._checkpoint()
        self.assertEqual(checkpoint.record, self.item)
        self.assertEqual(checkpoint.name, "To see")
        self.assertEqual(checkpoint.state, "need_review")
        self.assertEqual(checkpoint.backend_id, self.backend)
        self.assertEqual(checkpoint.company_id, self.backend.company_id)
        self.assertEqual(add_9, add_checkpoint)

    def test_managers_are_told(self) -> None:
        checkpoint = self._checkpoint()
        self.assertIn(self.manager.partner_id, checkpoint.message_partner_ids)
        self.assertNotIn(self.user.partner_id, checkpoint.message_partner_ids)
        bodies = " ".join(checkpoint.message_ids.mapped("body"))
        self.assertIn("needs a review", bodies)
        self.assertIn("To see", bodies)
        self.assertEqual(len(checkpoint.activity_ids), 1)

    def test_reason_of_the_backend(self) -> None:
        item = self.env["test.item"].create({"name": "x"})
        checkpoint = self.backend.add_checkpoint(item, reason="No tax of 7 %")
        self.assertEqual(checkpoint.reason, "No tax of 7 %")
        self.assertEqual(self.backend.checkpoint_count, 1)
        action = self.backend.action_view_checkpoints()
        model = self.env["connector.checkpoint"]
        self.assertEqual(model.search(action["domain"]), checkpoint)

    def test_reviewed(self) -> None:
        checkpoint = self._checkpoint().with_user(self.manager)
        checkpoint.reviewed()
        self.assertEqual(checkpoint.state, "reviewed")
        self.assertFalse(checkpoint.activity_ids)
        domain = checkpoint._needaction_domain_get()
        self.assertNotIn(checkpoint, checkpoint.search(domain))

    def test_the_responsible_of_the_backend_has_the_activity(self) -> None:
        self.backend.checkpoint_user_id = self.manager
        self.assertEqual(self._checkpoint().activity_ids.user_id, self.manager)
        self.manager.active = False
        self.assertNotEqual(self._checkpoint().activity_ids.user_id, self.manager)

    def test_bulk_review_with_a_note(self) -> None:
        checkpoints = self._checkpoint() + self._checkpoint()
        wizard = self.env["connector.checkpoint.review"].with_context(
            active_model=checkpoints._name, active_ids=checkpoints.ids
        )
        form = Form(wizard)
        form.note = "prices are right"
        form.save().review()
        self.assertEqual(set(checkpoints.mapped("state")), {"reviewed"})
        for checkpoint in checkpoints:
            self.assertIn("prices are right", checkpoint.message_ids[0].body)
            self.assertFalse(checkpoint.activity_ids)

    def test_wizard(self) -> None:
        checkpoints = self._checkpoint() + self._checkpoint()
        wizard = (
            self.env["connector.checkpoint.review"]
            .with_user(self.manager)
            .with_context(active_model=checkpoints._name, active_ids=checkpoints.ids)
        )
        form = Form(wizard)
        self.assertEqual(form.checkpoint_ids.ids, checkpoints.ids)
        form.save().review()
        self.assertEqual(set(checkpoints.mapped("state")), {"reviewed"})

    def test_wizard_opened_elsewhere_takes_nothing(self) -> None:
        wizard = self.env["connector.checkpoint.review"].with_context(
            active_model="res.partner", active_ids=[1]
        )
        self.assertFalse(wizard.create({}).checkpoint_ids)

    def test_deleted_record_can_be_read(self) -> None:
        checkpoint = self._checkpoint()
        self.item.unlink()
        self.env.invalidate_all()
        values = checkpoint.read()[0]
        self.assertFalse(values["record"])
        self.assertFalse(values["name"])
        self.assertFalse(checkpoint.action_open_record())
        checkpoint.reviewed()

    def test_search_by_name(self) -> None:
        checkpoint = self._checkpoint(name="Zanzibar")
        group = self.groups.create({"name": "Zanzibar as well"})
        other = self.backend.add_checkpoint(group)
        self._checkpoint(name="Else")
        model = self.env["connector.checkpoint"]
        self.assertEqual(
            model.search([("name", "ilike", "zanzi")], order="id"), checkpoint + other
        )
        self.assertEqual(model.search([("name", "=", "Zanzibar")]), checkpoint)
        found = model.search([("name", "not ilike", "zanzi")])
        self.assertNotIn(checkpoint, found)
        self.assertTrue(found)

    def test_unknown_model(self) -> None:
        with self.assertRaisesRegex(AssertionError, "no.such.model"):
            add_checkpoint(self.env, "no.such.model", 1, self.backend._name, 1)

    def test_open_record(self) -> None:
        action = self._checkpoint().action_open_record()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("test.item", self.item.id)
        )

    def test_rights(self) -> None:
        checkpoint = self._checkpoint()
        with self.assertRaises(AccessError):
            checkpoint.with_user(self.user).read(["state"])
        checkpoint.with_user(self.manager).unlink()

    def test_companies(self) -> None:
        company = self.env["res.company"].create({"name": "Other"})
        backend = self.env["test.backend"].create(
            {"name": "Other", "company_id": company.id}
        )
        checkpoint = backend.add_checkpoint(self.groups.create({"name": "G"}))
        self.assertEqual(checkpoint.company_id, company)
        model = self.env["connector.checkpoint"].with_user(self.manager)
        self.assertNotIn(checkpoint, model.search([]))
        self.assertNotIn(self.manager.partner_id, checkpoint.message_partner_ids)
        self.manager.company_ids += company
        model = model.with_context(allowed_company_ids=[company.id])
        self.assertIn(checkpoint, model.search([]))

    def test_queue_job_manager_is_a_connector_manager(self) -> None:
        user = new_test_user(self.env, "jobs", "queue_job.group_queue_job_manager")
        self.assertTrue(user.has_group("connector.group_connector_manager"))
