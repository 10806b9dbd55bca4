# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A job that cannot run fails with one clear error, and the others run."""

from __future__ import annotations

from typing import Any

from psycopg2.extras import Json

from .common import EngineCase

NOBODY = 2**31 - 1


class TestBadJobs(EngineCase):
    def check(self, expected: str, **columns: Any) -> None:
        """Change a stored job; check its error, and that the next job runs."""
        bad = self.record.with_delay().append("bad").db_record()
        good = self.record.with_delay().append(" good").db_record()
        self.cr.commit()
        for name, value in columns.items():
            value = Json(value) if name in ("records", "args", "kwargs") else value
            self.cr.execute(
                f"UPDATE queue_job SET {name} = %s WHERE id = %s", [value, bad.id]
            )
        with self.assertLogs("odoo.addons.queue_job.runtime.executor", "ERROR") as logs:
            self.run_jobs()
        self.assertEqual(len(logs.output), 1)
        self.assertEqual((bad.state, bad.retry, good.state), ("failed", 1, "done"))
        self.assertRegex(bad.exc_message, expected)
        self.assertEqual(self.record.name, "engine good")

    def records(self, **parts: Any) -> dict[str, Any]:
        return {
            "_type": "odoo_recordset",
            "model": "test.queue.job",
            "ids": self.record.ids,
            "uid": 1,
            "su": True,
            "context": {},
            **parts,
        }

    def test_model_is_gone(self) -> None:
        self.check(
            r"model no\.such\.model is not installed .* or cancel the job",
            model_name="no.such.model",
            records=self.records(model="no.such.model"),
        )

    def test_method_is_gone(self) -> None:
        self.check(
            "test.queue.job has no method 'apend'. Did you mean 'append'.* cancel",
            method_name="apend",
        )

    def test_method_is_a_field(self) -> None:
        self.check("only|Only methods .*test.queue.job.name", method_name="name")

    def test_record_is_gone(self) -> None:
        self.check(r"does not exist", records=self.records(ids=[NOBODY]))

    def test_records_are_of_another_model(self) -> None:
        self.check(
            "records are none of test.queue.job",
            records=self.records(model="res.partner"),
        )

    def test_records_cannot_be_read(self) -> None:
        for records in ({"_type": "odoo_recordset"}, {"ids": [1]}, None):
            with self.subTest(records=records):
                self.record.name = "engine"
                self.check("records are none of test.queue.job", records=records)

    def test_type_of_an_argument_is_unknown(self) -> None:
        self.check(
            "No codec for .*'elsewhere:thing'.* addon",
            args=[{"_type": "elsewhere:thing", "value": 1}],
        )

    def test_arguments_are_something_else(self) -> None:
        for columns in ({"args": 7}, {"kwargs": [1]}, {"args": {"a": 1}}):
            with self.subTest(columns=columns):
                self.record.name = "engine"
                [name] = columns
                self.check(f"its {name} .* cannot be read back", **columns)

    def test_arguments_do_not_fit_the_method(self) -> None:
        self.check(r"append\(\) takes 2 positional arguments", args=[1, 2, 3])

    def test_channel_is_unknown(self) -> None:
        """It runs in the nearest one that is configured."""
        job = self.record.with_delay(channel="root.no.such").append("!").db_record()
        self.run_jobs()
        self.assertEqual((job.state, job.channel), ("done", "root.no.such"))
