# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.addons.connector.components.binder import Binder

from .common import BazaarCase


class TestBinder(BazaarCase):
    def test_other_field(self):
        category = self.quiet("bazaar.category", name="Books", bazaar_ref="0")
        with self.working("bazaar.category") as work:
            binder = work.component(usage="binder")
            self.assertIsInstance(binder, Binder)
            self.assertEqual(binder.to_internal(0), category)
            self.assertEqual(binder.to_internal("0", unwrap=True), category.odoo_id)
            self.assertEqual(binder.to_external(category), "0")
            self.assertEqual(binder.to_external(category.id), "0")
            self.assertEqual(binder.to_external(category.odoo_id, wrap=True), "0")
            self.assertEqual(binder.to_external(category.odoo_id.id, wrap=True), "0")
            self.assertEqual(binder.unwrap_binding(category.id), category.odoo_id)
            unknown = binder.to_internal("9")
            self.assertFalse(unknown)
            self.assertEqual(unknown._name, "bazaar.category")
            self.assertEqual(
                binder.to_internal("9", unwrap=True)._name, "res.partner.category"
            )
            other = self.env["res.partner.category"].create({"name": "Other"})
            self.assertIsNone(binder.to_external(other, wrap=True))
            names = work.component(usage="name.binder")
            self.assertEqual(names.to_internal("Books"), category)
            with self.assertRaises(ValueError):
                binder.to_external(
                    category.search([])
                    + category.create({"name": "two", "backend_id": self.backend.id})
                )

    def test_inactive(self):
        seller = self.quiet("bazaar.seller", name="Gone", bazaar_ref="3")
        seller.odoo_id.with_context(connector_no_export=True).active = False
        with self.working() as work:
            found = work.component(usage="binder").to_internal("3")
            self.assertEqual(found, seller)
            self.assertNotIn("active_test", found.env.context)

    def test_bind(self):
        seller = self.quiet("bazaar.seller", name="New")
        counter = self.job_counter()
        with self.working() as work:
            binder = work.component(usage="binder")
            binder.bind("12", seller)
            with self.assertRaises(AssertionError):
                binder.bind("", seller)
            with self.assertRaises(AssertionError):
                binder.bind("13", self.env["bazaar.seller"])
        self.assertEqual(seller.bazaar_ref, "12")
        self.assertTrue(seller.sync_date)
        self.assertFalse(counter.count_created())
        self.assertEqual(self.sent("bound"), [("bound", "12", "bazaar.seller", None)])

    def test_direct(self):
        news = self.quiet("bazaar.news", name="Opening", bazaar_ref="5")
        with self.working("bazaar.news") as work:
            binder = work.component(usage="binder")
            self.assertEqual(binder.to_internal("5"), news)
            with self.assertRaises(ValueError):
                binder.unwrap_binding(news)
            with self.assertRaises(ValueError):
                binder.unwrap_model()

    def test_ambiguous(self):
        other = self.env["bazaar.backend"].create({"name": "other"})
        for backend in (self.backend, other):
            self.quiet("bazaar.seller", name="S", bazaar_ref="8", backend_id=backend.id)
        with self.working() as work:
            binder = work.component(usage="binder")
            self.assertEqual(binder.to_internal("8").backend_id, self.backend)
