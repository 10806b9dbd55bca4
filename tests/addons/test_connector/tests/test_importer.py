# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo.addons.connector.exception import (
    IDMissingInBackend,
    InvalidDataError,
    MappingError,
    NetworkRetryableError,
)
from odoo.addons.queue_job.tests.common import trap_jobs

from .common import ConnectorCase


class TestGenericImporter(ConnectorCase):
    def test_import_creates_and_binds(self) -> None:
        self.memory.put("items", 7, name="Seven", sku="S7", qty=0, cents=1250)
        binding = self.import_item(7)
        self.assertRecordValues(
            binding,
            [
                {
                    "backend_id": self.backend.id,
                    "external_id": "7",
                    "name": "Seven",
                    "code": "S7",
                    "price": 12.5,
                    "note": "created by the import",
                    "sync_state": "synced",
                    "sync_direction": "import",
                    "external_version": "2026-01-01T12:01:00Z",
                }
            ],
        )
        self.assertTrue(binding.sync_date)

    def test_import_twice_is_import_once(self) -> None:
        self.memory.put("items", 7, name="Seven")
        binding = self.import_item(7)
        message = self.items.import_record(self.backend, 7)
        self.assertIn("up-to-date", message)
        self.items.import_record(self.backend, 7, force=True)
        domain = [("backend_id", "=", self.backend.id), ("external_id", "=", "7")]
        self.assertEqual(self.items.search(domain), binding)

    def test_failure_is_forgotten_when_nothing_changed(self) -> None:
        """The backend was away for a while; what an export failed by stays."""
        self.memory.put("items", 1, name="One")
        binding = self.import_item(1)
        for direction, state in (("import", "synced"), ("export", "failed")):
            with self.subTest(direction):
                failure = {"sync_state": "failed", "last_error": "away"}
                binding.write({**failure, "sync_direction": direction})
                self.import_item(1)
                self.assertEqual(binding.sync_state, state)
                self.assertEqual(bool(binding.last_error), state == "failed")

    def test_a_new_version_is_written(self) -> None:
        self.memory.put("items", 7, name="Seven")
        binding = self.import_item(7)
        binding.odoo_id.note = "by hand"
        self.memory.put("items", 7, name="Sept")
        self.import_item(7)
        self.assertEqual(binding.name, "Sept")
        self.assertEqual(binding.note, "by hand", "only_create")

    def test_a_version_is_compared_for_equality(self) -> None:
        """The clock of the backend may be wrong: older than ours, or going back."""
        self.memory.put("items", 7, name="Seven", updatedAt="2031-01-01T00:00:00Z")
        binding = self.import_item(7)
        self.memory.put("items", 7, name="Back", updatedAt="1999-01-01T00:00:00Z")
        self.import_item(7)
        self.assertEqual(binding.name, "Back")

    def test_content_is_compared_where_nothing_dates_it(self) -> None:
        self.memory.put("items", 7, name="Seven")
        with self.work_on("test.item.binding") as work:
            importer = work.component(usage="record.importer")
            self.patch(importer, "_version_field", None)
            importer.external_record = {"id": 7, "name": "Seven"}
            self.assertIsNone(importer._external_version())
            self.patch(importer, "_compares_content", True)
            versions = [importer._external_version()]
            for record in ({"name": "Seven", "id": 7}, {"id": 7, "name": "Sept"}):
                importer.external_record = record
                versions.append(importer._external_version())
        self.assertEqual(versions[0], versions[1])
        self.assertNotEqual(versions[0], versions[2])

    def test_skip(self) -> None:
        self.memory.put("items", 7, name="Seven", draft=True)
        self.assertEqual(self.items.import_record(self.backend, 7), "It is a draft.")
        self.assertFalse(self.binding_of(7))

    def test_dependencies_come_first(self) -> None:
        self.memory.put("groups", "g1", name="Root")
        self.memory.put("groups", "g2", name="Leaf", parent="g1")
        self.memory.put("items", 7, name="Seven", group="g2")
        binding = self.import_item(7)
        self.assertEqual(binding.group_id.name, "Leaf")
        self.assertEqual(binding.group_id.parent_id.name, "Root")
        reads = [call for call in self.memory.calls if call[0] == "read"]
        self.import_item(7, force=True)
        again = [call for call in self.memory.calls if call[0] == "read"][len(reads) :]
        self.assertEqual(again, [("read", "items", "7")], "known ones are not read")

    def test_a_cycle_is_told(self) -> None:
        self.memory.put("groups", "a", name="A", parent="b")
        self.memory.put("groups", "b", name="B", parent="a")
        with self.assertRaisesRegex(
            InvalidDataError, "test.group a -> test.group b -> test.group a"
        ):
            self.groups.import_record(self.backend, "a")

    def test_missing_dependency(self) -> None:
        self.memory.put("items", 7, name="Seven", group="nowhere")
        with self.assertRaises(IDMissingInBackend):
            self.import_item(7)
        self.assertFalse(self.binding_of(7))

    def test_mapping_of_an_unbound_id_names_the_rule_and_the_record(self) -> None:
        with self.work_on("test.item.binding") as work:
            mapper = work.component(usage="import.mapper")
            with self.assertRaises(MappingError) as caught:
                mapper.map_record({"id": 7, "group": "nowhere"}).values()
        message = str(caught.exception)
        for part in (
            "test.item.import.mapper",
            "direct 'group' -> 'group_id'",
            "record with id 7",
            "value 'nowhere'",
            "test.group",
        ):
            self.assertIn(part, message)

    def test_unknown_field_is_told_with_the_near_one(self) -> None:
        with self.work_on("test.item.binding") as work:
            importer = work.component(usage="record.importer")
            importer.external_id = 7
            with self.assertRaisesRegex(
                InvalidDataError, "'nmae', did you mean 'name'"
            ):
                importer._validate_data({"nmae": "x"})

    def test_bind_to_what_exists(self) -> None:
        existing = self.env["test.item"].create({"name": "Mine", "code": "S7"})
        self.memory.put("items", 7, name="Seven", sku="S7")
        binding = self.import_item(7)
        self.assertEqual(binding.odoo_id, existing)
        self.assertEqual(existing.name, "Seven")

    def test_do_not_guess_between_two_that_exist(self) -> None:
        self.env["test.item"].create([{"code": "S7"}, {"code": "S7"}])
        self.memory.put("items", 7, name="Seven", sku="S7")
        logger = "odoo.addons.connector.components.synchronizer.matching"
        with self.assertLogs(logger, "WARNING") as logs:
            binding = self.import_item(7)
        self.assertIn("matches several records by code", logs.output[0])
        self.assertEqual(self.env["test.item"].search_count([("code", "=", "S7")]), 3)
        self.assertEqual(binding.name, "Seven")

    def test_do_not_take_what_is_bound_already(self) -> None:
        self.memory.put("items", 7, name="Seven", sku="S")
        self.memory.put("items", 8, name="Eight", sku="S")
        self.assertNotEqual(self.import_item(7).odoo_id, self.import_item(8).odoo_id)

    def test_import_does_not_export(self) -> None:
        self.memory.put("items", 7, name="Seven")
        with trap_jobs() as trap:
            self.import_item(7)
            self.memory.put("items", 7, name="Sept")
            self.import_item(7)
            trap.assert_jobs_count(0)
            self.binding_of(7).write({"name": "mine"})
            trap.assert_jobs_count(1)

    def test_network_trouble_goes_through(self) -> None:
        self.memory.offline = True
        with self.assertRaises(NetworkRetryableError) as caught:
            self.import_item(7)
        self.assertEqual(caught.exception.seconds, 30)

    def test_answer_without_record(self) -> None:
        self.memory.records["items"]["7"] = None
        with self.assertRaisesRegex(IDMissingInBackend, "nothing for .* 7"):
            self.import_item(7)

    def test_external_record_given(self) -> None:
        record = self.memory.put("items", 7, name="Seven")
        self.import_item(7, external_record=record)
        self.assertNotIn(("read", "items", "7"), self.memory.calls)


class TestBatchImporter(ConnectorCase):
    def test_delayed(self) -> None:
        for i in range(3):
            self.memory.put("items", i, name=f"{i}", kind="a" if i else "b")
        with trap_jobs() as trap:
            self.items.import_batch(self.backend, filters={"kind": "a"})
            trap.assert_jobs_count(2, only=self.items.import_record)
            trap.assert_enqueued_job(
                self.items.import_record, args=(self.backend, 1), kwargs={}
            )
            trap.perform_enqueued_jobs()
        self.assertTrue(self.binding_of(1))
        self.assertFalse(self.binding_of(0))

    def test_delayed_twice_creates_the_job_once(self) -> None:
        self.memory.put("items", 1, name="1")
        jobs = self.env["queue.job"].search([])
        self.items.import_batch(self.backend)
        self.items.import_batch(self.backend)
        created = self.env["queue.job"].search([]) - jobs
        self.assertEqual(len(created), 1)
        self.assertIn("Memory", created.name)

    def test_direct(self) -> None:
        self.memory.put("groups", 1, name="One")
        self.memory.put("groups", 0, name="Zero")
        message = self.groups.import_batch(self.backend)
        self.assertIn("2", message)
        groups = self.groups.search([("backend_id", "=", self.backend.id)])
        self.assertEqual(set(groups.mapped("external_id")), {"0", "1"})

    def test_direct_finds_all_bindings_at_once(self) -> None:
        for id_ in range(20):
            self.memory.put("groups", id_, name=str(id_))
        self.groups.import_batch(self.backend)
        self.env.flush_all()
        self.env.cr.cache.clear()
        cls = self._components_registry["test.group.importer"]
        self.patch(cls, "_is_uptodate", lambda importer, binding: bool(binding))
        with self.assertQueryCount(2):
            self.groups.import_batch(self.backend)

    def test_batch_of_the_backend_is_a_job(self) -> None:
        with trap_jobs() as trap:
            self.backend.import_batch("test.item.binding", {"kind": "a"})
            trap.assert_enqueued_job(
                self.items.import_batch,
                args=(self.backend,),
                kwargs={"filters": {"kind": "a"}},
            )

    def test_batch_without_way_of_importing_says_so(self) -> None:
        with self.work_on("test.item.binding") as work:
            registry = work.components_registry
            importer = registry["generic.batch.importer"](work)
            with self.assertRaisesRegex(NotImplementedError, "generic.delayed"):
                importer._import_record(1)
