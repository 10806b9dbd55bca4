# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo.tests import TransactionCase, tagged

from odoo.addons.queue_job.tests.common import trap_jobs

from .recorded_shop import KEY, URL, RecordedShop


def run_jobs(action: Any, *args: Any, skip: tuple[str, ...] = ()) -> list[Any]:
    """Call something, and run the jobs it makes and those that these make.

    Return the jobs, those of the methods to skip being left.
    """
    done = []
    with trap_jobs() as trap:
        action(*args)
        while trap.enqueued_jobs:
            job = trap.enqueued_jobs.pop(0)
            done.append(job)
            if job.method_name not in skip:
                job.perform()
                job.set_done()
    return done


@tagged("post_install", "-at_install")
class VendureCase(TransactionCase):
    """A backend connected to the recorded shop."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.shop = RecordedShop()
        cls.enterClassContext(cls.shop.open())
        cls.backend = cls.env["vendure.backend"].create(
            {
                "name": "Test shop",
                "location": URL,
                "auth_secret": KEY,
                "create_missing_taxes": True,
            }
        )
        cls.backend.action_test_connection()
        cls.backend.action_activate()

    def setUp(self) -> None:
        super().setUp()
        self.shop.override = None
        self.shop.requests.clear()

    @classmethod
    def import_all(cls, *models: str) -> None:
        """Import these models, without images."""
        for model in models:
            run_jobs(cls.backend.import_since_last, model, skip=("import_image",))

    @classmethod
    def import_order(cls, external_id: str) -> Any:
        """Import an order and what it needs, without images; return its binding."""
        import_record = cls.env["vendure.sale.order"].import_record
        run_jobs(import_record, cls.backend, external_id, skip=("import_image",))
        return cls.binding("vendure.sale.order", external_id)

    @classmethod
    def binding(cls, model: str, external_id: str) -> Any:
        """Return the binding of an object of the shop."""
        domain = [("backend_id", "=", cls.backend.id)]
        return cls.env[model].search([*domain, ("external_id", "=", external_id)])
