# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Listeners that cannot be called are found before the event is fired."""

from __future__ import annotations

from unittest.mock import patch

from odoo.addons.component.core import Component
from odoo.addons.component_event import declare_event, skip_if
from odoo.addons.component_event.events import EVENTS
from odoo.addons.component_event.validation import listener_problems

from .common import EventCase


class TestValidation(EventCase):
    def test_good_listeners(self) -> None:
        class Good(Component):
            _name = "good"
            _inherit = "base.event.listener"

            @skip_if(lambda self, record, fields=None: True)
            def on_record_create(self, record, fields=None):
                """Takes what is given."""

            def on_record_write(self, record, **kwargs):
                """Takes any keyword."""

            def on_record_unlink(self, *args, **kwargs):
                """Takes anything."""

            def on_own_event(self, whatever, is_needed):
                """Of an event nobody declared."""

        self._build_components(Good)
        self.assertEqual(list(listener_problems(self.comp_registry)), [])

    def test_wrong_signature(self) -> None:
        class Wrong(Component):
            _name = "wrong"
            _inherit = "base.event.listener"

            def on_record_create(self, record):
                """Lacks fields."""

            def on_record_unlink(self):
                """Lacks the record."""

        class Child(Component):
            _name = "child"
            _inherit = "wrong"

        self._build_components(Wrong, Child)
        create, unlink = listener_problems(self.comp_registry)
        self.assertTrue(create.mistake and unlink.mistake)
        for word in (
            "on_record_create",
            "Wrong",
            "addon 'component_event'",
            "'fields'",
            "def on_record_create(self, record, fields=None).",
        ):
            self.assertIn(word, create.message)
        self.assertIn("def on_record_unlink(self, record).", unlink.message)

    def test_not_a_method(self) -> None:
        self._listener("wrong", on_record_create=None)
        (problem,) = listener_problems(self.comp_registry)
        self.assertIn("not a method", problem.message)

    def test_misspelt_event(self) -> None:
        self._listener("slip", "on_record_writes")
        (problem,) = listener_problems(self.comp_registry)
        self.assertFalse(problem.mistake)
        self.assertIn("Did you mean 'on_record_write'", problem.message)

    def test_declared_event(self) -> None:
        patcher = patch.dict(EVENTS)
        patcher.start()
        self.addCleanup(patcher.stop)

        @declare_event
        def on_order_paid(record, amount, currency=None):
            """An order was paid."""

        class Paid(Component):
            _name = "paid"
            _inherit = "base.event.listener"

            def on_order_paid(self, record, currency=None):
                """Lacks the amount."""

        self._build_components(Paid)
        (problem,) = listener_problems(self.comp_registry)
        self.assertIn(
            "def on_order_paid(self, record, amount, currency", problem.message
        )

    def test_declared_event_needs_the_prefix(self) -> None:
        with self.assertRaisesRegex(ValueError, "'on_'"):

            @declare_event
            def paid(record):
                """An order was paid."""
