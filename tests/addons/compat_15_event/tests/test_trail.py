# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError

from odoo.addons.component.core import Component
from odoo.addons.component.tests.common import (
    SavepointComponentCase,
    TransactionComponentRegistryCase,
)
from odoo.addons.component_event import skip_if
from odoo.addons.component_event.components.event import (
    DEFAULT_EVENT_CACHE_SIZE,
    CollectedEvents,
    EventCollecter,
    EventListener,
)
from odoo.addons.component_event.components.event import skip_if as same_skip_if
from odoo.addons.component_event.core import EventWorkContext


class TestTrail(SavepointComponentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.book = cls.env["trail.book"].create({"name": "Book"})
        cls.documents = cls.env["trail.document"]

    def lines(self):
        lines = self.env["trail.line"].search([])
        found = [(line.name, line.detail) for line in lines]
        lines.unlink()
        return found

    def test_create(self):
        self.documents.create([{"name": "a"}, {"name": "b", "state": "done"}])
        self.assertEqual(
            self.lines(),
            [("create", "a: ['name']"), ("create", "b: ['name', 'state']")],
        )
        self.documents.create([])
        self.documents.create({})
        self.assertEqual(self.lines(), [("create", "False: []")])

    def test_write(self):
        records = self.documents.create([{"name": "a"}, {"name": "b"}])
        self.lines()
        records.write({"state": "done"})
        self.assertEqual(
            self.lines(), [("write", "a: ['state']"), ("write", "b: ['state']")]
        )
        records.with_context(no_trail=True).write({"state": "draft"})
        self.assertEqual(self.lines(), [])

    def test_error_propagates(self):
        record = self.documents.create({"name": "a"})
        self.lines()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            record.name = "forbidden"
        self.assertEqual(record.name, "a")
        self.assertEqual(self.lines(), [])

    def test_unlink(self):
        records = self.documents.create([{"name": "a"}, {"name": "b"}])
        self.lines()
        records.unlink()
        self.assertEqual(self.lines(), [("unlink", "a"), ("unlink", "b")])

    def test_own_event(self):
        record = self.documents.create({"name": "a", "book_id": self.book.id})
        self.lines()
        record.action_done()
        login = self.env.user.login
        self.assertEqual(
            self.lines(),
            [
                ("write", "a: ['state']"),
                ("book", login),
                ("number", "2"),
                ("last", "trail.last.listener"),
            ],
        )
        # without a collection, the listeners of all collections, in their order
        record.book_id = False
        self.lines()
        record.action_done()
        self.assertEqual(
            [name for name, _detail in self.lines()],
            ["write", "book", "archive", "last"],
        )

    def test_other_model(self):
        self.book._event("on_document_done").notify(self.book, by=self.env.user)
        self.assertEqual([name for name, _detail in self.lines()], ["last"])

    def test_collected(self):
        record = self.documents.create({"name": "a"})
        events = record._event("on_document_done")
        self.assertIsInstance(events, CollectedEvents)
        names = [event.__self__._name for event in events.events]
        self.assertEqual(
            names,
            ["trail.book.listener", "trail.archive.listener", "trail.last.listener"],
        )
        registry = self.env.context["components_registry"]
        work = EventWorkContext(
            "trail.document", env=self.env, components_registry=registry
        )
        collecter = registry["base.event.collecter"](work)
        same = collecter.collect_events("on_document_done")
        self.assertEqual([e.__self__._name for e in same.events], names)
        self.assertEqual(list(record._event("on_nothing").events), [])
        with self.assertRaises(ValueError):
            record._event("document_done")

    def test_listener_class(self):
        registry = self.env.context["components_registry"]
        listener = registry["trail.record.listener"]
        self.assertTrue(issubclass(listener, EventListener))
        self.assertEqual(listener._usage, "event.listener")
        self.assertTrue(listener.has_event("on_record_create"))
        self.assertFalse(listener.has_event("on_document_done"))
        self.assertTrue(issubclass(registry["base.event.collecter"], EventCollecter))
        self.assertEqual(DEFAULT_EVENT_CACHE_SIZE, 512)
        self.assertIs(skip_if, same_skip_if)

    def test_registry_not_ready(self):
        self.env.context["components_registry"].ready = False
        record = self.documents.create({"name": "quiet"})
        record._event("on_document_done").notify(record)
        self.assertEqual(self.lines(), [])


class TestSkip(TransactionComponentRegistryCase):
    def setUp(self):
        super().setUp()
        self._load_module_components("component_event")

    def test_conditions(self):
        calls = []

        class Listener(Component):
            _name = "skipping.listener"
            _inherit = "base.event.listener"

            def wants(self, amount):
                return amount > 10

            @skip_if(lambda self, amount, **kw: not self.wants(amount))
            @skip_if(lambda self, amount, urgent=False: urgent)
            def on_amount(self, amount, urgent=False):
                calls.append(amount)

        self._build_components(Listener)
        collected = self.collection._event(
            "on_amount", components_registry=self.comp_registry
        )
        collected.notify(5)
        collected.notify(12)
        collected.notify(13, urgent=True)
        collected.notify(14, urgent=False)
        self.assertEqual(calls, [12, 14])

    def test_each_once(self):
        calls = []

        def listener(value):
            calls.append(value)

        CollectedEvents([listener, listener]).notify(1)
        CollectedEvents({listener}).notify(2)
        CollectedEvents(set()).notify(3)
        self.assertEqual(calls, [1, 2])
