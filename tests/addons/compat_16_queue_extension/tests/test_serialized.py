# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from datetime import date, datetime
from decimal import Decimal

from lxml import etree

from odoo import models
from odoo.tests.common import TransactionCase, tagged
from odoo.tools.func import lazy

from odoo.addons.queue_job.exception import NotReadableJobError
from odoo.addons.queue_job.fields import JobDecoder, JobEncoder, JobSerialized
from odoo.addons.queue_job.job import Job


@tagged("post_install", "-at_install")
class TestSerialized(TransactionCase):
    def dumps(self, value):
        return json.loads(json.dumps(value, cls=JobEncoder))

    def loads(self, value):
        return json.loads(json.dumps(value), cls=JobDecoder, env=self.env)

    def test_recordset(self):
        partner = self.env.ref("base.main_partner").with_context(lang="en_US")
        encoded = self.dumps([partner])[0]
        self.assertEqual(encoded["_type"], "odoo_recordset")
        self.assertEqual(encoded["model"], "res.partner")
        self.assertEqual(encoded["ids"], partner.ids)
        decoded = self.loads([encoded])[0]
        self.assertEqual(decoded, partner)
        self.assertEqual(decoded.env.uid, partner.env.uid)

    def test_old_row(self):
        old = {"_type": "odoo_recordset", "model": "res.users", "ids": [1, 2], "uid": 1}
        self.assertEqual(self.loads(old), self.env["res.users"].browse([1, 2]))

    def test_dates(self):
        moment, day = datetime(2022, 2, 2, 2, 2, 2, 20), date(2022, 2, 2)
        encoded = self.dumps({"moment": moment, "day": day})
        self.assertEqual(
            encoded["moment"],
            {"_type": "datetime_isoformat", "value": "2022-02-02T02:02:02.000020"},
        )
        self.assertEqual(
            encoded["day"], {"_type": "date_isoformat", "value": "2022-02-02"}
        )
        self.assertEqual(self.loads(encoded), {"moment": moment, "day": day})

    def test_element(self):
        element = etree.fromstring("<a><b>text</b></a>")
        encoded = self.dumps(element)
        self.assertEqual(
            encoded, {"_type": "etree_element", "value": "<a><b>text</b></a>"}
        )
        self.assertEqual(etree.tostring(self.loads(encoded)), etree.tostring(element))

    def test_lazy(self):
        self.assertEqual(self.dumps([lazy(lambda: "computed")]), ["computed"])

    def test_field(self):
        partner = self.env.ref("base.main_partner")
        report = self.env["team.report"].create(
            {
                "payload": {"when": date(2022, 1, 1), "to": partner},
                "rows": [1, (2, 3)],
                "pair": ("a", "b"),
                "targets": partner,
            }
        )
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(report.payload, {"when": date(2022, 1, 1), "to": partner})
        self.assertEqual(report.rows, [1, [2, 3]])
        self.assertEqual(list(report.pair), ["a", "b"])
        self.assertEqual(report.targets, partner)
        self.env.cr.execute(
            "SELECT pg_typeof(payload)::text FROM team_report WHERE id = %s",
            [report.id],
        )
        self.assertEqual(self.env.cr.fetchone()[0], "jsonb")
        field = self.env["ir.model.fields"]._get("team.report", "payload")
        self.assertEqual(field.ttype, "job_serialized")
        empty = self.env["team.report"].create({})
        self.assertEqual(empty.payload, {})
        self.assertEqual(empty.rows, [])

    def test_wrong_base_type(self):
        with self.assertRaises(Exception) as caught:

            class Wrong(models.AbstractModel):
                _module = None
                _name = "team.wrong"
                _description = "Wrong"

                value = JobSerialized(base_type=set)

        error = caught.exception
        # Python wraps it before 3.12
        self.assertIsInstance(error.__cause__ or error, ValueError)

    def test_what_is_not_json(self):
        with self.assertRaises(TypeError):
            self.env["team.report"].with_delay().archive_it(object())

        # welcome in a superset, and then they come back as they were
        for value in (b"bytes", Decimal("1.10"), {1, 2}):
            try:
                job = self.env["team.report"].with_delay().archive_it(value)
            except TypeError:
                continue
            self.env.flush_all()
            self.env.invalidate_all()
            self.assertEqual(Job.load(self.env, job.uuid).args, (value,))

    def test_forged(self):
        forged = {"_type": "odoo_recordset", "model": "res.users", "ids": [1], "su": 1}
        job = self.env["team.report"].with_delay().archive_it(forged)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(Job.load(self.env, job.uuid).args, (forged,))

    def test_not_readable(self):
        self.assertTrue(issubclass(NotReadableJobError, Exception))
