# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.addons.component.core import WorkContext
from odoo.addons.component.tests.common import TransactionComponentCase
from odoo.addons.component_event.core import EventWorkContext


class TestEventWorkContext(TransactionComponentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.book = cls.env["trail.book"].create({"name": "Book"})

    def test_one_of_two(self):
        with self.assertRaises(ValueError):
            EventWorkContext(model_name="res.users")
        with self.assertRaises(ValueError):
            EventWorkContext("res.users", collection=self.book, env=self.env)

    def test_env_only(self):
        work = EventWorkContext(model_name="res.users", env=self.env, origin="test")
        self.assertEqual(work.env, self.env)
        self.assertEqual(work.model, self.env["res.users"])
        self.assertEqual(work.origin, "test")
        with self.assertRaises(ValueError):
            work.collection  # noqa: B018
        with self.assertRaises(ValueError):
            work.work_on()
        for method in ("component", "many_components", "component_by_name"):
            with self.assertRaises(TypeError):
                getattr(work, method)("numbers")

    def test_from_env_to_collection(self):
        work = EventWorkContext(model_name="res.users", env=self.env, origin="test")
        plain = work.work_on(model_name="trail.line", collection=self.book)
        self.assertIs(type(plain), WorkContext)
        self.assertEqual(plain.collection, self.book)
        self.assertEqual(plain.model_name, "trail.line")
        self.assertEqual(plain.origin, "test")
        other_env = self.env(user=self.env.ref("base.user_admin"))
        with self.assertRaises(ValueError):
            work.work_on(collection=self.book.with_env(other_env))

    def test_with_collection(self):
        work = EventWorkContext(
            "trail.line",
            collection=self.book,
            components_registry=self.env.context["components_registry"],
        )
        self.assertEqual(work.component(usage="numbers")._name, "trail.numbers")
        self.assertEqual(len(work.many_components(usage="numbers", some="kw")), 1)
        component = work.component_by_name("trail.numbers")
        self.assertEqual(component.collection, self.book)
