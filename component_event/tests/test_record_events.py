# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Creation, change and deletion of records of any model."""

from __future__ import annotations

from odoo.addons.component.core import AbstractComponent
from odoo.addons.component.tests.common import TransactionComponentCase

from ..components import event as event_module
from ..models import base as base_module
from .common import EventCase


class TestRecordEvents(EventCase):
    def setUp(self) -> None:
        super().setUp()
        self.partners = self.env["res.partner"].create([{"name": "a"}, {"name": "b"}])

    def test_create_once_per_record_with_its_own_fields(self) -> None:
        self._listener("one", "on_record_create", _apply_on="res.partner")
        records = self.env["res.partner"].create(
            [{"name": "c", "ref": "1"}, {"name": "d"}]
        )
        (name_c, record_c, fields_c), (name_d, record_d, fields_d) = self.calls
        self.assertEqual((name_c, name_d), ("one", "one"))
        self.assertEqual(record_c | record_d, records)
        self.assertEqual(record_c, records[0])
        self.assertLessEqual({"name", "ref"}, set(fields_c))
        self.assertIn("name", fields_d)
        self.assertNotIn("ref", fields_d)

    def test_create_with_nothing(self) -> None:
        self._listener("one", "on_record_create", _apply_on="res.partner.category")
        self.assertFalse(self.env["res.partner.category"].create([]))
        self.assertEqual(self.calls, [])

    def test_create_with_an_empty_dict(self) -> None:
        self._listener("one", "on_record_create", _apply_on="change.password.wizard")
        record = self.env["change.password.wizard"].create({})
        self.assertEqual(self.calls, [("one", record, [])])

    def test_write_once_per_record(self) -> None:
        self._listener("one", "on_record_write", _apply_on="res.partner")
        self.partners.write({"ref": "x", "comment": "y"})
        self.assertEqual(
            self.calls,
            [("one", partner, ["ref", "comment"]) for partner in self.partners],
        )
        self.calls.clear()
        self.env["res.partner"].write({"ref": "z"})
        self.assertEqual(self.calls, [])

    def test_write_is_done_when_the_listener_is_called(self) -> None:
        seen = []

        def listen(component: AbstractComponent, record, fields=None) -> None:
            seen.append(record.ref)

        self._listener("one", on_record_write=listen, _apply_on="res.partner")
        self.partners.write({"ref": "written"})
        self.assertEqual(seen, ["written", "written"])

    def test_unlink_before_the_deletion(self) -> None:
        seen = []

        def listen(component: AbstractComponent, record) -> None:
            seen.append((record.id, record.name, bool(record.exists())))

        self._listener("one", on_record_unlink=listen, _apply_on="res.partner")
        ids = self.partners.ids
        self.partners.unlink()
        self.assertEqual(seen, [(ids[0], "a", True), (ids[1], "b", True)])

    def test_listeners_can_change_the_list_of_fields(self) -> None:
        def listen(component: AbstractComponent, record, fields=None) -> None:
            fields.clear()

        self._listener("one", on_record_write=listen)
        self._listener("two", "on_record_write", _apply_on="res.partner")
        self.partners.write({"ref": "x"})
        self.assertEqual([record for _name, record, _f in self.calls], [*self.partners])

    def test_exception_propagates(self) -> None:
        def fail(component: AbstractComponent, record, fields=None) -> None:
            raise RuntimeError("refused")

        self._listener("one", on_record_write=fail, _apply_on="res.partner")
        with self.assertRaisesRegex(RuntimeError, "refused"):
            self.partners.write({"ref": "x"})

    def test_listener_of_all_models(self) -> None:
        self._listener("one", "on_record_write")
        self.env.company.write({"company_details": "x"})
        self.assertIn(self.env.company, [record for _n, record, _f in self.calls])

    def test_nobody_listens_one_question_per_call(self) -> None:
        self._listener("users", "on_record_write", _apply_on="res.users")
        asked = []
        collect = event_module.listener_classes

        def counted(*args: object) -> tuple[type, ...]:
            asked.append(args[2:])
            return collect(*args)

        self.patch(event_module, "listener_classes", counted)
        self.patch(base_module, "listener_classes", counted)
        for _time in range(3):
            self.partners.write({"ref": "x"})
        self.assertEqual(asked.count(("res.partner", "on_record_write")), 1)

    def test_one_collector_per_call(self) -> None:
        self._listener("one", "on_record_write", _apply_on="res.partner")
        built = []
        collecter = self.comp_registry["base.event.collecter"]
        collect_events = collecter.collect_events

        def counted(component: AbstractComponent, name: str):
            built.append(name)
            return collect_events(component, name)

        self.patch(collecter, "collect_events", counted)
        self.partners.write({"ref": "x"})
        self.assertEqual(built, ["on_record_write"])
        self.assertEqual(len(self.calls), 2)


class TestNotReady(TransactionComponentCase):
    def test_nothing_is_called_before_the_registry_is_ready(self) -> None:
        registry = self._components_registry
        partner = self.env["res.partner"].create({"name": "a"})
        key = ("listeners", None, "res.partner", "on_record_write")
        calls = []
        registry.memo.clear()

        class Listener:
            """Stands for a listener class of the registry."""

            def __init__(self, work: object) -> None:
                self.on_record_write = lambda record, fields: calls.append(record)

        registry.memo[key] = (Listener,)
        self.addCleanup(registry.memo.clear)
        partner.write({"ref": "x"})
        self.assertEqual(calls, [partner])
        registry.ready = False
        partner.write({"ref": "y"})
        self.assertEqual(calls, [partner])
        self.assertEqual(partner._event("on_record_write").events, [])

    def test_no_registry(self) -> None:
        partner = self.env["res.partner"].create({"name": "a"})
        partner = partner.with_context(components_registry=None)
        self.patch(self.env.registry["base"], "_components_registry", None)
        partner.write({"ref": "x"})
        self.assertEqual(partner._event("on_record_write").events, [])
