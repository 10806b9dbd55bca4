# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# the super() that pylint sees is in classes inside the tests
# pylint: disable=missing-return
"""Who is called for an event, in which order, with what."""

from __future__ import annotations

from odoo.addons.component.core import AbstractComponent, Component, ComponentRegistry
from odoo.addons.component_event import skip_if
from odoo.addons.component_event.components.event import (
    CollectedEvents,
    EventListener,
)

from .common import EventCase


class TestEvent(EventCase):
    def _names(self, **how: object) -> list[str]:
        """Return who is called for the event on partners."""
        self.calls.clear()
        self.env["res.partner"]._event("on_test", **how).notify("x")
        return [name for name, *_args in self.calls]

    def test_arguments(self) -> None:
        self._listener("one", "on_test")
        self.env["res.partner"]._event("on_test").notify("record", fields=["a"])
        self.assertEqual(self.calls, [("one", "record", ["a"])])

    def test_registration_order_each_once(self) -> None:
        names = [f"listener.{rank}" for rank in (5, 3, 9, 1, 7, 2)]
        for name in names:
            self._listener(name, "on_test")
        for _time in range(3):
            self.assertEqual(self._names(), names)

    def test_extension_of_a_listener_is_called_once(self) -> None:
        self._listener("one", "on_test")
        self._listener("one", "on_test", "on_other", _inherit="one")
        self.assertEqual(self._names(), ["one"])
        self.assertTrue(self.comp_registry["one"].has_event("on_other"))

    def test_models(self) -> None:
        self._listener("partner", "on_test", _apply_on="res.partner")
        self._listener("users", "on_test", _apply_on=["res.users"])
        self._listener("any", "on_test")
        self.assertEqual(self._names(), ["partner", "any"])

    def test_collections(self) -> None:
        self._listener("company", "on_test", _collection="res.company")
        self._listener("lang", "on_test", _collection="res.lang")
        self._listener("any", "on_test")
        self.assertEqual(self._names(), ["company", "lang", "any"])
        company = self.env.company
        self.assertEqual(self._names(collection=company), ["company", "any"])

    def test_other_events(self) -> None:
        self._listener("other", "on_other")
        self.assertEqual(self._names(), [])
        with self.assertRaisesRegex(ValueError, "'test'.*'on_'"):
            self.env["res.partner"]._event("test")

    def test_abstract_listener_is_not_called(self) -> None:
        class Parent(AbstractComponent):
            _name = "parent"
            _inherit = "base.event.listener"

            def on_test(self, record: object) -> None:
                raise AssertionError("an abstract listener was called")

        self._build_components(Parent)
        self.assertEqual(self._names(), [])

    def test_listener_added_later_is_called(self) -> None:
        self.assertEqual(self._names(), [])
        self._listener("late", "on_test")
        self.assertEqual(self._names(), ["late"])

    def test_registry_argument_and_not_ready(self) -> None:
        self._listener("one", "on_test")
        partner = self.env["res.partner"].with_context(components_registry=None)
        other = ComponentRegistry()
        other.load_components("component")
        other.load_components("component_event")
        partner = self.env(context={})["res.partner"]
        self.assertEqual(
            len(
                partner._event("on_test", components_registry=self.comp_registry).events
            ),
            1,
        )
        self.assertFalse(other.ready)
        self.assertEqual(
            partner._event("on_test", components_registry=other).events, []
        )
        self.comp_registry.ready = False
        self.addCleanup(setattr, self.comp_registry, "ready", True)
        self.assertEqual(self._names(), [])

    def test_exception_propagates_and_stops(self) -> None:
        def fail(component: AbstractComponent, record: object) -> None:
            raise RuntimeError("listener failed")

        self._listener("one", on_test=fail)
        self._listener("two", "on_test")
        with self.assertRaisesRegex(RuntimeError, "listener failed"):
            self._names()
        self.assertEqual(self.calls, [])

    def test_skip_if(self) -> None:
        seen = []

        def condition(component: EventListener, record: str, fields: object = None):
            seen.append((component._name, record, fields))
            return record == "skipped"

        calls = self.calls

        class Skipping(Component):
            _name = "skipping"
            _inherit = "base.event.listener"

            @skip_if(condition)
            def on_test(self, record: str, fields: object = None) -> str:
                """Documented."""
                calls.append(record)
                return "called"

        self._build_components(Skipping)
        events = self.env["res.partner"]._event("on_test")
        events.notify("skipped", fields=["a"])
        events.notify("kept", fields=["b"])
        self.assertEqual(calls, ["kept"])
        self.assertEqual(
            seen, [("skipping", "skipped", ["a"]), ("skipping", "kept", ["b"])]
        )
        (listener,) = events.events
        self.assertIsNone(listener("skipped"))
        self.assertEqual(listener("kept"), "called")
        self.assertEqual(listener.__doc__, "Documented.")

    def test_collected_events_once_each_in_order(self) -> None:
        calls = []
        events = CollectedEvents([calls.append, print, calls.append])
        self.assertEqual(events.events, [calls.append, print])

    def test_collecter_can_be_extended(self) -> None:
        self._listener("one", "on_test")
        calls = self.calls

        class Collecter(Component):
            _inherit = "base.event.collecter"

            def collect_events(self, name: str) -> CollectedEvents:
                """Call somebody else first."""
                events = super().collect_events(name).events
                return CollectedEvents(
                    [lambda record: calls.append(("extra",)), *events]
                )

        self._build_components(Collecter)
        self.assertEqual(self._names(), ["extra", "one"])
