# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What can be called remotely: every public method, by those who have no rights."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any, Final

from odoo import models
from odoo.exceptions import AccessError
from odoo.service.model import get_public_method
from odoo.tests import tagged

from .common import SecurityCase, is_ours

#: What anybody may call: it opens a list, whose rights and rules decide what is in it,
#: or tells users about themselves. Nobody without rights gets further than an
#: AccessError with any other method.
HARMLESS: Final = frozenset(
    (
        ("account.tax", "get_tax_from_rate"),  # searches with the rights of the user
        ("connector.sync.model", "action_preview"),
        ("connector.sync.model", "action_view_bindings"),
        ("queue.job", "get_my_jobs"),
        ("queue.job.channel", "open_jobs"),
        ("queue.job.function", "job_function_name"),
        ("queue.job.function", "open_jobs"),
        ("queue.job.worker", "open_jobs"),
        ("res.config.settings", "get_values"),  # capacity and days of the root channel
        ("sale.order", "action_ignore_cancellation"),
        ("sale.order", "action_view_parent"),
        ("vendure.backend", "action_view_calls"),
        ("vendure.backend", "action_view_checkpoints"),
        ("vendure.backend", "action_view_failed_jobs"),
        ("vendure.backend", "action_view_orders"),
        ("vendure.backend", "action_view_sync_models"),
        ("vendure.connect", "action_refresh"),
        ("vendure.backend", "work_on"),  # a context manager that nobody enters
    )
)
#: Arguments of the methods that need some: of a model, or of all that have the method.
ARGUMENTS: Final[dict[str, tuple[Any, ...]]] = {
    "base_import.import.execute_import": ([], [], {}),
    "connector.checkpoint.create_from_name": ("res.users", 2, "vendure.backend", 1),
    "export_batch": ("vendure.sale.order",),
    "import_batch": ("vendure.sale.order",),
    "import_deletions": ("vendure.sale.order",),
    "import_since_last": ("vendure.sale.order",),
    "queue.job.dashboard.open_jobs": ("failed",),
    "queue.job.dashboard.retry_failures": (False,),
    "queue.job.function.job_function_name": ("res.partner", "write"),
    "sale.order.ignore_cancellation": ("because",),
    "work_on": ("vendure.sale.order",),
}
#: Whose arguments are records, which no remote call can give.
NEED_RECORDS: Final = frozenset((("vendure.backend", "add_checkpoint"),))
#: Models of Odoo, whose own rights decide who gets there.
UPLOADS: Final = frozenset((("base_import.import", "execute_import"),))


@tagged("post_install", "-at_install")
class TestRemoteMethods(SecurityCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.records = cls.make_records(cls.here)
        cls.env.flush_all()

    def _methods(self) -> Iterator[tuple[models.BaseModel, str]]:
        """Return the public methods that the addons define, on the models they have.

        Without those of all models, like ``write``: access rights are about them.
        """
        for name, model in sorted(self.env.items()):
            if model._abstract and name not in WITHOUT_RECORDS:
                continue
            for method in sorted(_defined_by_us(type(model))):
                try:
                    get_public_method(model, method)
                except AccessError:
                    continue
                yield model, method

    def test_nobody_without_rights_gets_anything_done(self) -> None:
        for model, method in self._methods():
            called = (model._name, method)
            if called in HARMLESS | NEED_RECORDS | UPLOADS:
                continue
            arguments = ARGUMENTS.get(f"{model._name}.{method}", ARGUMENTS.get(method))
            for user in ("portal", "user"):
                record = self._record(model).with_user(self.users[user])
                with self.subTest(model=model._name, method=method, user=user):
                    with self.assertRaises(AccessError), self.env.cr.savepoint():
                        getattr(record, method)(*(arguments or ()))

    def test_no_line_is_about_a_method_that_is_gone(self) -> None:
        found = {(model._name, method) for model, method in self._methods()}
        self.assertLessEqual(HARMLESS | NEED_RECORDS | UPLOADS, found)

    def _record(self, model: models.BaseModel) -> models.BaseModel:
        if model._name in self.records or model._name in WITHOUT_RECORDS:
            return self.records.get(model._name, model)
        if model._name == "sale.order":
            return self.records["vendure.sale.order"].odoo_id
        if model._name == "vendure.connect":
            wizard = model.create({"location": "https://shop.example.com"})
            wizard.backend_id = self.records["vendure.backend"]
            return wizard
        if model._name == "connector.mapping.preview":
            line = self.records["connector.sync.model"]
            return model.create({"sync_model_id": line.id, "external_id": "1"})
        if model._name == "sale.ignore.cancel":
            order = self.records["vendure.sale.order"].odoo_id
            return model.with_context(active_ids=order.ids).create({"reason": "x"})
        if model._transient:
            return model.create({})
        return model.search([], limit=1)

    def test_methods_that_take_any_values_are_private(self) -> None:
        """By ``get_new_batch`` a portal user could once write any job, as anybody."""
        portal = self.users["portal"]
        for name, method in (
            ("queue.job.batch", "get_new_batch"),
            ("queue.job.function", "job_config"),
            ("vendure.sale.order", "import_record"),
            ("vendure.sale.order", "import_chunk"),
            ("vendure.sale.order", "export_delete_record"),
            ("connector.webhook.event", "process"),
            ("ecommerce.order.receipt", "note"),
        ):
            with self.subTest(model=name, method=method):
                with self.assertRaises(AccessError):
                    get_public_method(self.env[name].with_user(portal), method)


#: Abstract models that are asked by the web client, or given their own record.
WITHOUT_RECORDS: Final = frozenset(("queue.job.dashboard", "queue.job.doctor"))


def _defined_by_us(model_class: type) -> set[str]:
    return {
        name
        for cls in model_class.mro()
        if is_ours(cls) and getattr(cls, "_name", None) != "base"
        for name, value in vars(cls).items()
        if not name.startswith("_")
        and inspect.isfunction(getattr(value, "__func__", value))
        and not hasattr(models.BaseModel, name)
    }
