# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from odoo.tests import tagged

from odoo.addons.connector_ecommerce.core import ShopRefund
from odoo.addons.queue_job.tests.common import trap_jobs

from .common import MemoryShopCase

INVOICE = "test.shop.account.move"


@tagged("post_install", "-at_install")
class TestInvoiceExport(MemoryShopCase):
    def setUp(self) -> None:
        super().setUp()
        self.backend.invoice_export = "validated"
        line = self._mug(
            external_id="L1", quantity=2, total_excluded=2000, total_included=2401
        )
        self.sale = self._import(lines=[line])

    def _post(self, invoice: Any) -> list[dict[str, Any]]:
        with trap_jobs() as trap:
            invoice.action_post()
            trap.perform_enqueued_jobs()
        return list(self.shop.invoices.values())

    def _credit(self, invoice: Any, quantity: float = 2) -> Any:
        note = invoice._reverse_moves([{"ref": "Broken"}])
        note.invoice_line_ids.quantity = quantity
        return note

    def test_posted_invoice_is_sent_with_its_document(self) -> None:
        invoice = self.sale._create_invoices()
        (sent,) = self._post(invoice)
        self.assertEqual(sent["kind"], "invoice")
        self.assertEqual(sent["number"], invoice.name)
        self.assertEqual(
            (sent["total_excluded"], sent["total_tax"], sent["total_included"]),
            (20, 4.01, 24.01),
        )
        self.assertEqual(sent["lines"]["L1"]["quantity"], 2)
        self.assertEqual(sent["other_amount"], 0)
        self.assertTrue(sent["pdf"])
        self.assertIn(invoice.name.replace("/", "_"), sent["filename"])

    def test_invoice_may_be_sent_once_paid(self) -> None:
        self.backend.invoice_export = "paid"
        invoice = self.sale._create_invoices()
        self.assertFalse(self._post(invoice))
        with trap_jobs() as trap:
            self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=invoice.ids
            ).create({})._create_payments()
            if invoice.payment_state != "paid":
                invoice._invoice_paid_hook()
            trap.perform_enqueued_jobs()
        self.assertEqual(len(self.shop.invoices), 1)

    def test_invoices_may_be_kept(self) -> None:
        self.backend.invoice_export = "never"
        self.assertFalse(self._post(self.sale._create_invoices()))

    def test_credit_note_is_sent(self) -> None:
        invoice = self.sale._create_invoices()
        self._post(invoice)
        sent = self._post(self._credit(invoice, quantity=1))[-1]
        self.assertEqual(sent["kind"], "credit_note")
        self.assertEqual(sent["reason"], "Broken")
        self.assertEqual(sent["lines"]["L1"]["quantity"], 1)
        self.assertEqual(sent["total_included"], 12)

    def test_credit_notes_may_be_kept(self) -> None:
        invoice = self.sale._create_invoices()
        self._post(invoice)
        self.backend.refund_export = False
        self.assertEqual(len(self._post(self._credit(invoice))), 1)

    def test_refund_of_the_shop_is_never_sent_back(self) -> None:
        """Also when a person posts the draft that it made."""
        self._post(self.sale._create_invoices())
        refund = ShopRefund(
            external_id="R1", amount=Decimal(5), date=datetime(2026, 11, 3)
        )
        self._import(lines=[self._mug(external_id="L1")], refunds=(refund,))
        note = self.env["account.move"].search([("shop_refund_ref", "=", "R1")])
        self.assertEqual(note.state, "draft")
        self.assertEqual(len(self._post(note)), 1)

    def test_document_that_the_shop_has_is_taken_over(self) -> None:
        invoice = self.sale._create_invoices()
        invoice.name = "TAKEN/1"
        self.shop.invoices["mine"] = {"number": "TAKEN/1"}
        self.assertEqual(len(self._post(invoice)), 1)
        binding = self.env[INVOICE].search([("odoo_id", "=", invoice.id)])
        self.assertEqual(binding.external_id, "mine")

    def test_invoice_of_several_orders_goes_to_a_person(self) -> None:
        other = self._import("2")
        invoice = (self.sale | other)._create_invoices()
        self.assertEqual(len(invoice), 1)
        self.assertFalse(self._post(invoice))
        checkpoints = self.env["connector.checkpoint"].search(
            [("record_id", "=", invoice.id), ("model_id.model", "=", "account.move")]
        )
        self.assertIn("several orders", checkpoints.reason)
