# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import Any

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from odoo.addons.connector.http.webhook import WebhookRequest
from odoo.addons.queue_job.tests.common import trap_jobs

from .common import VendureCase, run_jobs
from .recorded_shop import KEY, URL

SECRET = "a secret of the test"


@tagged("post_install", "-at_install")
class TestNearRealTime(VendureCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.order = cls.import_order("2")

    def sign(self, payload: dict[str, Any]) -> WebhookRequest:
        """Return a request as the plugin of the shop sends it."""
        body, now = json.dumps(payload).encode(), str(int(time.time()))
        signed = f"event-1.{now}.".encode() + body
        digest = hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()
        headers = {
            "webhook-id": "event-1",
            "webhook-timestamp": now,
            "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
        }
        return WebhookRequest(body, headers, "192.0.2.1")

    def test_webhook_imports_what_it_is_about(self) -> None:
        self.backend.write({"webhook_enabled": True, "webhook_secret": SECRET})
        request = self.sign({"type": "order", "id": "2"})
        with trap_jobs() as trap:
            self.assertEqual(self.backend._webhook_receive(request)[0], 200)
            trap.perform_enqueued_jobs()
            (job,) = trap.enqueued_jobs
        self.assertEqual(job.method_name, "import_record")
        self.assertEqual(job.args, (self.backend, "2"))

    def test_forged_webhook_is_refused(self) -> None:
        self.backend.write({"webhook_enabled": True, "webhook_secret": "another"})
        request = self.sign({"type": "order", "id": "2"})
        with trap_jobs() as trap:
            self.assertEqual(self.backend._webhook_receive(request)[0], 401)
            trap.assert_jobs_count(0)

    def answer_new(self, query: str, variables: dict[str, Any]) -> dict | None:
        """List one known order and a new one among those just placed."""
        if "items { ...OrderSteps }" not in query:
            return None
        self.asked = variables["o"]["filter"]["_and"][1]["_or"]
        step = {"date": None, "updatedAt": None, "state": "", "total_included": 0}
        step |= {"payments": [], "fulfillments": []}
        items = [{"id": "2", **step}, {"id": "3", **step}]
        return {"data": {"orders": {"totalItems": 2, "items": items}}}

    def test_poll_imports_new_orders_and_looks_again(self) -> None:
        self.shop.override = self.answer_new
        with trap_jobs() as trap:
            self.backend.poll_orders()
            imports = [j for j in trap.enqueued_jobs if j.method_name != "poll_orders"]
            trap.assert_jobs_count(1, only=self.backend.poll_orders)
        self.assertEqual([job.args[1] for job in imports], [["3"]])
        placed = fields.Datetime.to_string(self.order.date_order)
        asked, _these = self.asked
        self.assertLess(asked["orderPlacedAt"]["after"][:10], placed)

    def test_deleted_product_is_archived(self) -> None:
        product = self.binding("vendure.product.template", "5")
        product = product or self.env["vendure.product.template"].search([], limit=1)
        gone = product.external_id

        def answer(query: str, variables: dict[str, Any]) -> dict | None:
            """List no product any more."""
            if "products(" not in query:
                return None
            others = self.env["vendure.product.template"].search([]) - product
            rows = [{"id": id_} for id_ in others.mapped("external_id")]
            wanted = variables["o"]["filter"].get("id", {}).get("in")
            rows = [] if wanted == [gone] else rows
            return {"data": {"products": {"totalItems": len(rows), "items": rows}}}

        self.shop.override = answer
        products = self.env["vendure.product.template"]
        run_jobs(lambda: products.with_delay().import_deletions(self.backend))
        self.assertFalse(product.odoo_id.active)
        self.assertEqual(product.sync_state, "gone")

    def test_tax_of_the_table_comes_first(self) -> None:
        known = self.order.order_line.tax_ids[:1]
        other = known.copy({"name": "20 % of the shop"})
        line = {"shop_code": "20", "target_id": other.id}
        self.backend.tax_mapping_ids = [Command.create(line)]
        self.order.odoo_id.action_cancel()
        self.order.unlink()
        self.env["vendure.sale.order"].import_record(self.backend, "2")
        imported = self.binding("vendure.sale.order", "2")
        self.assertIn(other, imported.order_line.tax_ids)
        self.assertAlmostEqual(imported.amount_total, imported.shop_amount_total, 2)


@tagged("post_install", "-at_install")
class TestWizard(VendureCase):
    def test_wrong_key_leaves_nothing(self) -> None:
        wizard = Form(self.env["vendure.connect"])
        wizard.name, wizard.location, wizard.auth_secret = "New", URL, "wrong"
        before = self.env["vendure.backend"].search_count([])
        with (
            self.assertRaisesRegex(UserError, "not currently authorized"),
            self.env.cr.savepoint(),
        ):
            wizard.save().action_connect()
        self.assertEqual(self.env["vendure.backend"].search_count([]), before)

    def test_ends_with_products(self) -> None:
        wizard = Form(self.env["vendure.connect"])
        wizard.name, wizard.location, wizard.auth_secret = "New", URL, KEY
        wizard = wizard.save()
        wizard.action_connect()
        self.assertEqual(wizard.state, "settings")
        self.assertFalse(wizard.auth_secret, "it is kept on the shop alone")
        with trap_jobs() as trap:
            wizard.action_start()
            trap.assert_jobs_count(4)
        self.assertEqual(wizard.backend_id.state, "active")
        counts = {line.model_name: line.binding_count for line in wizard.sync_model_ids}
        self.assertEqual(counts["vendure.product.template"], 0)
