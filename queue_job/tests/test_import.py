# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo import models
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, new_test_user, tagged

from ..job import Job
from ..wizards import base_import_import
from ..wizards.base_import_import import ImportChunkError

OPTIONS = {
    "quoting": '"',
    "separator": ";",
    "encoding": "utf-8",
    "has_headers": True,
    "use_queue": True,
    "chunk_size": 2,
    "limit": 2000,
    "skip": 0,
    "date_format": "",
    "datetime_format": "",
    "float_thousand_separator": ",",
    "float_decimal_separator": ".",
}


@tagged("post_install", "-at_install")
class TestImportInBackground(TransactionCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.user = new_test_user(
            cls.env, "importer", "base.group_user,base.group_partner_manager"
        )
        cls.partners = cls.env["res.partner"]

    def execute(
        self, text: str, fields: list[Any], dryrun: bool = False, **options: Any
    ) -> dict[str, Any]:
        """Import a file as the user, from the screen."""
        wizard = (
            self.env["base_import.import"]
            .with_user(self.user)
            .with_context(tracking_disable=True, default_comment="imported")
            .create(
                {
                    "res_model": "res.partner",
                    "file": text.encode(),
                    "file_type": "text/csv",
                    "file_name": "people.csv",
                }
            )
        )
        columns = text.splitlines()[0].split(";")
        return wizard.execute_import(fields, columns, {**OPTIONS, **options}, dryrun)

    def jobs(self, result: dict[str, Any]) -> list[Job]:
        """Return the jobs of an import, in their order."""
        batch = self.env["queue.job.batch"].browse(result["batch_id"])
        records = batch.job_ids.sorted("id")
        return [Job.load(self.env, record.uuid) for record in records]

    def found(self, *names: str) -> models.BaseModel:
        return self.partners.search([("name", "in", names)], order="id")

    def test_some_records_a_job(self) -> None:
        result = self.execute("Name\nA1\nA2\nA3\nA4\nA5\n", ["name"])
        self.assertEqual((result["messages"], result["nextrow"]), ([], 0))
        self.assertEqual(result["job_count"], 3)
        self.assertFalse(self.found("A1", "A5"), "nothing is imported yet")
        jobs = self.jobs(result)
        self.assertEqual([len(job.args[4]) for job in jobs], [2, 2, 1])
        self.assertIn("rows 2 to 3", jobs[0].description)
        self.assertIn("row", jobs[2].description)
        self.assertEqual({job.channel for job in jobs}, {"root.base_import"})
        self.assertEqual({job.priority for job in jobs}, {100})
        self.assertEqual({job.user_id for job in jobs}, {self.user.id})
        for job in jobs:
            self.assertIn("records imported", job.perform())
        found = self.found("A1", "A2", "A3", "A4", "A5")
        self.assertEqual(len(found), 5)
        self.assertEqual(found.create_uid, self.user)
        self.assertIn("imported", found[0].comment, "defaults of the screen hold")

    def test_its_batch_is_the_users(self) -> None:
        result = self.execute("Name\nA1\n", ["name"])
        batch = self.env["queue.job.batch"].browse(result["batch_id"])
        self.assertEqual(batch.user_id, self.user)
        self.assertIn("people.csv", batch.name)
        self.assertFalse(result["batch_may_be_read"])
        self.user.group_ids += self.env.ref("queue_job.group_queue_job_batch_user")
        result = self.execute("Name\nA1\n", ["name"])
        self.assertTrue(result["batch_may_be_read"])

    def test_the_lines_of_a_record_stay_together(self) -> None:
        text = "Name;Child\nA1;B1\n;B2\n;B3\nA2;B4\nA3;B5\n;B6\n"
        result = self.execute(text, ["name", "child_ids/name"])
        jobs = self.jobs(result)
        self.assertEqual([len(job.args[4]) for job in jobs], [4, 2])
        for job in jobs:
            job.perform()
        children = [len(partner.child_ids) for partner in self.found("A1", "A2", "A3")]
        self.assertEqual(children, [3, 1, 2])

    def test_the_rows_that_are_wrong_are_named(self) -> None:
        text = "Name;Country\nA1;Belgium\nA2;Nowhere\nA3;France\nA4;Neverland\n"
        result = self.execute(text, ["name", "country_id"])
        first, second = self.jobs(result)
        with self.assertRaisesRegex(ImportChunkError, "3 .*Nowhere"):
            first.perform()
        with self.assertRaisesRegex(ImportChunkError, "5 .*Neverland"):
            second.perform()
        self.assertFalse(self.found("A1", "A2", "A3", "A4"))

    def test_many_errors_are_cut(self) -> None:
        self.patch(base_import_import, "_MAX_ERRORS", 1)
        text = "Name;Color\nA1;red\nA2;blue\n"
        (job,) = self.jobs(self.execute(text, ["name", "color"]))
        with self.assertRaisesRegex(ImportChunkError, "and 1 more errors"):
            job.perform()

    def test_skipped_rows_and_columns_without_field(self) -> None:
        text = 'Name;Nothing;City\nA1;x;Rome\n;y;\n"A2";"x ""y""\n";Oslo\nA3;;Paris\n'
        result = self.execute(text, ["name", False, "city"], skip=1, chunk_size=10)
        (job,) = self.jobs(result)
        job.perform()
        self.assertFalse(self.found("A1"))
        self.assertEqual(self.found("A2", "A3").mapped("city"), ["Oslo", "Paris"])

    def test_columns_are_remembered(self) -> None:
        for job in self.jobs(self.execute("Wer\nA1\nA2\nA3\n", ["name"])):
            job.perform()
        mapping = self.env["base_import.mapping"].search([("column_name", "=", "Wer")])
        self.assertEqual(mapping.field_name, "name")

    def test_a_test_run_is_at_once(self) -> None:
        result = self.execute("Name\nA1\n", ["name"], dryrun=True)
        self.assertNotIn("batch_id", result)
        self.assertTrue(result["ids"])
        self.assertFalse(self.found("A1"))

    def test_without_the_option_as_ever(self) -> None:
        result = self.execute("Name\nA1\n", ["name"], use_queue=False)
        self.assertEqual(result["ids"], self.found("A1").ids)

    def test_a_file_that_does_not_fit(self) -> None:
        result = self.execute("Name\nA1\n", ["name", "city"])
        self.assertTrue(result["messages"][0]["message"])
        result = self.execute("Name\nA1\n", [False])
        self.assertIn("at least one field", result["messages"][0]["message"])

    def test_a_chunk_size_that_is_wrong(self) -> None:
        for wrong in (-1, 100_000, "many"):
            with self.assertRaisesRegex(UserError, "A job imports 1 to"):
                self.execute("Name\nA1\n", ["name"], chunk_size=wrong)

    def test_large_cells_end_a_chunk(self) -> None:
        self.patch(base_import_import, "_MAX_CHUNK_CELLS", 10)
        text = "Name\n" + "\n".join(f"A{number} {'x' * 8}" for number in range(4))
        result = self.execute(text, ["name"], chunk_size=100)
        self.assertEqual(result["job_count"], 4)
