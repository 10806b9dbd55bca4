# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo.addons.connector.exception import (
    BackendPausedError,
    NetworkRetryableError,
)
from odoo.addons.queue_job.exception import FailedJobError
from odoo.addons.queue_job.tests.common import trap_jobs

from .common import ConnectorCase


class TestDeletion(ConnectorCase):
    def setUp(self) -> None:
        super().setUp()
        for id_ in range(5):
            self.memory.put("items", id_, name=f"{id_}")
            self.import_item(id_)

    def _policy(self, policy: str) -> None:
        cls = self._components_registry["generic.deletion.importer"]
        self.patch(cls, "_on_deletion", policy)

    def _find(self, **kwargs: Any) -> list[list[str]]:
        """Compare, do what the jobs do, and return their ids."""
        with trap_jobs() as trap:
            self.items.import_deletions(self.backend, **kwargs)
            ids = [job.args[1] for job in trap.enqueued_jobs]
            trap.perform_enqueued_jobs()
        return ids

    def test_archived(self) -> None:
        binding = self.binding_of(3)
        del self.memory.records["items"]["3"]
        self.assertEqual(self._find(), [["3"]])
        self.assertFalse(binding.odoo_id.active)
        self.assertEqual(binding.sync_state, "gone")
        self.assertEqual(self._find(), [], "it is found once")

    def test_a_record_that_comes_back(self) -> None:
        record = self.memory.records["items"].pop("3")
        self._find()
        self.memory.records["items"]["3"] = record
        binding = self.import_item(3, force=True)
        self.assertEqual(binding.sync_state, "synced")

    def test_unbound(self) -> None:
        self._policy("unbind")
        binding = self.binding_of(3)
        item = binding.odoo_id
        del self.memory.records["items"]["3"]
        self._find()
        self.assertFalse(binding.exists())
        self.assertTrue(item.exists())

    def test_direct_binding_unbound(self) -> None:
        self._policy("unbind")
        self.memory.put("groups", "g", name="G")
        self.groups.import_record(self.backend, "g")
        group = self.groups.search([("external_id", "=", "g")])
        del self.memory.records["groups"]["g"]
        self.groups.import_deleted(self.backend, ["g"])
        self.assertFalse(group.external_id)

    def test_deleted(self) -> None:
        self._policy("delete")
        item = self.binding_of(3).odoo_id
        del self.memory.records["items"]["3"]
        self._find()
        self.assertFalse(item.exists())

    def test_checkpoint(self) -> None:
        self._policy("checkpoint")
        item = self.binding_of(3).odoo_id
        del self.memory.records["items"]["3"]
        self._find()
        self._find()
        checkpoint = self.env["connector.checkpoint"].search(
            [("model_id.model", "=", "test.item"), ("record_id", "=", item.id)]
        )
        self.assertEqual(len(checkpoint), 1)
        self.assertTrue(item.active)

    def test_unknown_policy(self) -> None:
        self._policy("forget")
        del self.memory.records["items"]["4"]
        with self.assertRaisesRegex(ValueError, "'forget'.*archive, unbind"):
            self.items.import_deleted(self.backend, ["4"])

    def test_empty_answer_deletes_nothing(self) -> None:
        self.memory.records["items"].clear()
        with self.assertRaisesRegex(FailedJobError, "lists 0 .* 5 of the 5"):
            self._find()
        self.assertTrue(self.binding_of(1).odoo_id.active)

    def test_short_answer_deletes_nothing_unless_forced(self) -> None:
        cls = self._components_registry["generic.deletion.importer"]
        self.patch(cls, "_max_count", 1)
        for id_ in "12":
            del self.memory.records["items"][id_]
        with self.assertRaisesRegex(FailedJobError, "with force"):
            self._find()
        self.assertEqual(self._find(force=True), [["1", "2"]])

    def test_what_the_list_forgot_is_kept(self) -> None:
        """Pages shift while they are read: what seems gone is read again."""
        self.patch(self.memory, "search", lambda resource, filters: [0, 1, 2, 3])
        self.assertEqual(self._find(), [["4"]])
        self.assertTrue(self.binding_of(4).odoo_id.active)

    def test_no_network_is_no_deletion(self) -> None:
        self.memory.offline = True
        with self.assertRaises(NetworkRetryableError):
            self.items.import_deleted(self.backend, ["1"])
        with self.assertRaises(NetworkRetryableError):
            self._find()

    def test_chunks(self) -> None:
        cls = self._components_registry["generic.deletion.importer"]
        self.patch(cls, "_chunk_size", 2)
        for id_ in "123":
            del self.memory.records["items"][id_]
        self.assertEqual(self._find(), [["1", "2"], ["3"]])

    def test_other_backends_are_left_alone(self) -> None:
        other = self.backend.copy()
        self.items.create({"backend_id": other.id, "external_id": "9", "name": "9"})
        self.assertEqual(self._find(), [])

    def test_paused(self) -> None:
        self.backend.state = "paused"
        for method, args in (
            (self.items.import_deletions, ()),
            (self.items.import_deleted, (["1"],)),
        ):
            with self.assertRaises(BackendPausedError):
                method(self.backend, *args)
