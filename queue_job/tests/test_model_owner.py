# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The user and company of a job, which no foreign key ties to it."""

from __future__ import annotations

from odoo.tests import TransactionCase, new_test_user
from odoo.tools import SQL


class TestOwner(TransactionCase):
    def test_storing_a_job_locks_neither_its_user_nor_its_company(self) -> None:
        self.env.cr.execute(
            """
            SELECT confrelid::regclass::text FROM pg_constraint
             WHERE conrelid = 'queue_job'::regclass AND contype = 'f'
            """
        )
        referenced = {table for (table,) in self.env.cr.fetchall()}
        self.assertFalse(referenced & {"res_users", "res_company"}, referenced)

    def test_a_foreign_key_of_before_is_dropped(self) -> None:
        self.env.cr.execute(
            "ALTER TABLE queue_job ADD CONSTRAINT queue_job_user_id_fkey"
            " FOREIGN KEY (user_id) REFERENCES res_users ON DELETE SET NULL"
        )
        jobs = self.env["queue.job"]
        jobs._fields["user_id"].update_db_foreign_key(jobs, None)
        self.test_storing_a_job_locks_neither_its_user_nor_its_company()

    def test_jobs_of_a_deleted_user_and_company_stay_without(self) -> None:
        company = self.env["res.company"].create({"name": "Gone"})
        user = new_test_user(self.env, "gone", company_id=self.env.company.id)
        partner = self.env["res.partner"].with_user(user)
        job = partner.with_company(self.env.company).with_delay().name_search("x")
        record = job.db_record()
        self.env.cr.execute(
            SQL(
                "UPDATE queue_job SET company_id = %s WHERE id = %s",
                company.id,
                record.id,
            )
        )
        record.invalidate_recordset()
        self.assertEqual((record.user_id, record.company_id), (user, company))
        user.unlink()
        company.unlink()
        self.assertTrue(record.exists())
        self.assertFalse(record.user_id)
        self.assertFalse(record.company_id)
