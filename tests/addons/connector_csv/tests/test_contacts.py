# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import csv
import shutil
import tempfile
from pathlib import Path

from odoo.tests import tagged

from odoo.addons.connector.exception import NetworkRetryableError
from odoo.addons.connector.testing.case import ConnectorCase
from odoo.addons.queue_job.tests.common import trap_jobs

CONTACT = "csv.res.partner"


@tagged("post_install", "-at_install")
class TestContacts(ConnectorCase):
    backend_model = "csv.backend"
    backend_values = {"folder": "/nowhere"}

    def setUp(self) -> None:
        super().setUp()
        self.folder = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.backend.folder = str(self.folder)
        self.write("1,Ada,ada@example.com,,", "2,Grace,,+1 555,")

    def write(self, *lines: str) -> None:
        """Write the file as the other program does."""
        text = "\n".join(["id,name,email,phone,key", *lines, ""])
        (self.folder / "contacts.csv").write_text(text)

    def lines(self) -> dict[str, dict[str, str]]:
        """Read the file as the other program does."""
        with (self.folder / "contacts.csv").open(newline="") as file:
            return {row["id"]: row for row in csv.DictReader(file)}

    def import_all(self) -> None:
        """Import what changed."""
        self.env[CONTACT].import_since_last(self.backend)

    def test_connection(self) -> None:
        self.backend.action_test_connection()
        self.assertEqual(self.backend.state, "tested")
        self.backend.folder = "/nowhere"
        result = self.backend.action_test_connection()
        self.assertIn("not a folder", result["params"]["message"])

    def test_import_what_changed(self) -> None:
        self.import_all()
        ada, grace = (self.binding_of(CONTACT, id_) for id_ in "12")
        self.assertEqual((ada.email, grace.phone), ("ada@example.com", "+1 555"))
        self.assertFalse(grace.email)
        grace.odoo_id.with_context(connector_no_export=True).phone = "mine"
        self.write("1,Ada King,ada@example.com,,", "2,Grace,,+1 555,")
        self.import_all()
        self.assertEqual(ada.name, "Ada King")
        self.assertEqual(grace.phone, "mine", "its line did not change")

    def test_export_a_change(self) -> None:
        self.import_all()
        with trap_jobs() as trap:
            self.binding_of(CONTACT, 2).odoo_id.phone = "+1 556"
            trap.perform_enqueued_jobs()
        self.assertEqual(self.lines()["2"]["phone"], "+1 556")
        self.assertEqual(self.lines()["1"]["name"], "Ada")

    def test_create_once(self) -> None:
        contact = self.create_binding(CONTACT, name="Alan")
        with self.env.cr.savepoint() as savepoint:
            contact.export_record()
            savepoint.rollback()  # the worker died before it could commit
        self.env.invalidate_all()
        contact.export_record()
        self.assertEqual(contact.external_id, "3")
        names = [line["name"] for line in self.lines().values()]
        self.assertEqual(names, ["Ada", "Grace", "Alan"])

    def test_deleted_line(self) -> None:
        self.import_all()
        self.write("1,Ada,ada@example.com,,")
        with trap_jobs() as trap:
            self.env[CONTACT].import_deletions(self.backend)
            trap.perform_enqueued_jobs()
        self.assertFalse(self.binding_of(CONTACT, 2).active)
        self.assertTrue(self.binding_of(CONTACT, 1).active)

    def test_file_that_is_away(self) -> None:
        (self.folder / "contacts.csv").unlink()
        with self.assertRaises(NetworkRetryableError):
            self.import_all()
