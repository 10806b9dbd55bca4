# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import tempfile
from pathlib import Path
from unittest.mock import patch

from odoo.addons.connector.exception import IDMissingInBackend
from odoo.addons.connector.testing.case import ConnectorCase
from odoo.addons.connector.testing.http_server import Answer, HttpServer
from odoo.addons.connector.testing.recording import RECORD, recorded_calls
from odoo.addons.queue_job.tests.common import trap_jobs


class TestConnectorCase(ConnectorCase):
    """A connector tested with what the kit has, and nothing else."""

    backend_model = "test.backend"

    def test_backend_in_memory(self) -> None:
        memory = self.use_memory("test.item.binding", "test.group")
        memory.put("test.group", "g", name="Group")
        memory.put("test.item.binding", 7, name="Seven", group="g")
        binding = self.import_record("test.item.binding", 7)
        self.assertEqual(binding.group_id.name, "Group")
        self.assertFalse(self.binding_of("test.item.binding", 8))
        with self.assertRaises(IDMissingInBackend):
            self.import_record("test.item.binding", 8)

    def test_export_to_memory(self) -> None:
        memory = self.use_memory("test.item.binding")
        with trap_jobs() as trap:
            binding = self.create_binding("test.item.binding", name="Mine")
            trap.assert_jobs_count(0)
        binding.export_record()
        record = memory.records["test.item.binding"][binding.external_id]
        self.assertEqual(record["name"], "Mine")

    def test_mapping(self) -> None:
        values = self.map_record("test.item.binding", {"name": "x"}, for_create=True)
        self.assertEqual(values["note"], "created by the import")

    def test_binding_with_id(self) -> None:
        binding = self.create_binding("test.item.binding", 0, name="Zero")
        self.assertEqual(self.binding_of("test.item.binding", 0), binding)


class TestCaseWithoutBackend(ConnectorCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.backend_model = "test.backend"
        super().setUpClass()

    def test_says_what_is_missing(self) -> None:
        class Forgotten(ConnectorCase):
            pass

        with (
            patch(
                "odoo.addons.component.tests.common.TransactionComponentCase.setUpClass"
            ),
            self.assertRaisesRegex(ValueError, "backend_model"),
        ):
            Forgotten.setUpClass()


class TestRecordedCalls(ConnectorCase):
    backend_model = "test.http.backend"
    backend_values = {
        "location": "http://recorded.example.com",
        "auth_type": "bearer",
        "auth_secret": "secret-of-the-shop",
        "call_log": "none",
    }

    def call(self) -> dict[str, int]:
        with self.work_on("res.partner") as work:
            adapter = work.component(usage="backend.adapter")
            return adapter.call("POST", "things", json={"password": "hidden-one"})

    def test_recorded_once_and_played_since(self) -> None:
        path = Path(self.enterContext(tempfile.TemporaryDirectory()), "things.yaml")
        with HttpServer() as server:
            self.backend.location = server.url
            server.answer(Answer(json={"id": 7, "access_token": "hidden-two"}))
            with patch.dict("os.environ", {RECORD: "1"}), recorded_calls(path):
                self.assertEqual(self.call()["id"], 7)
        with recorded_calls(path) as cassette:  # the server is gone
            self.assertEqual(self.call()["id"], 7)
            self.assertEqual(cassette.play_count, 1)
        text = path.read_text()
        for secret in ("secret-of-the-shop", "hidden-one", "hidden-two"):
            self.assertNotIn(secret, text)

    def test_recording_beside_the_test(self) -> None:
        with self.recorded_calls("thing"):
            self.assertEqual(self.call(), {"id": 7})

    def test_what_is_not_recorded_is_an_error(self) -> None:
        path = Path(self.enterContext(tempfile.TemporaryDirectory()), "none.yaml")
        with self.assertRaisesRegex(Exception, "Can't play back"):
            with recorded_calls(path):
                type(self)._records_calls = True
                self.addCleanup(setattr, type(self), "_records_calls", False)
                self.call()
