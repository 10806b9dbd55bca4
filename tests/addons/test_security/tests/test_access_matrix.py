# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What each group may do with each model, in its company and in another one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from odoo.exceptions import AccessError
from odoo.models import BaseModel
from odoo.tests import new_test_user, tagged

from .common import ADDONS, GROUPS, SecurityCase

OPERATIONS: Final = {"r": "read", "w": "write", "c": "create", "d": "unlink"}

#: Model -> what each group of ``GROUPS`` may do: r(ead) w(rite) c(reate) d(elete).
RIGHTS: Final = """
                              portal user batches jobs queue shops sales managers  root
component.event.listener      -      -    -       -    -     -     -     -         r
component.registry.entry      -      -    -       -    -     -     -     -         r
connector.call.log            -      -    -       -    r     r     -     -         -
connector.checkpoint          -      -    -       -    rwcd  rwcd  -     -         -
connector.checkpoint.review   -      -    -       -    rwcd  rwcd  -     -         -
connector.mapping.preview     -      -    -       -    rwcd  rwcd  -     -         -
connector.mapping.preview.line -      -    -       -    rwcd  rwcd  -     -         -
connector.sync.cursor         -      r    r       r    rw    rw    r     r         r
connector.sync.model          -      r    r       r    rw    rw    r     r         r
connector.webhook.event       -      -    -       -    r     r     -     -         -
ecommerce.carrier.mapping     -      -    -       -    rwcd  rwcd  r     r         -
ecommerce.order.funnel        -      -    -       -    r     r     r     r         -
ecommerce.order.receipt       -      -    -       -    rd    rd    r     r         -
ecommerce.order.workflow      -      r    r       r    rwcd  rwcd  r     rwcd      r
ecommerce.payment.mapping     -      -    -       -    rwcd  rwcd  r     r         -
ecommerce.pricelist.mapping   -      -    -       -    rwcd  rwcd  r     r         -
ecommerce.tax.mapping         -      -    -       -    rwcd  rwcd  r     r         -
ecommerce.warehouse.mapping   -      -    -       -    rwcd  rwcd  r     r         -
queue.job                     -      -    -       r    rw    -     -     -         -
queue.job.attempt             -      -    -       r    r     -     -     -         -
queue.job.batch               -      -    r       r    r     -     -     -         -
queue.job.channel             -      -    -       r    rwcd  -     -     -         r
queue.job.function            -      -    -       r    rwcd  -     -     -         -
queue.job.lock                -      -    -       -    r     -     -     -         -
queue.job.stat                -      -    -       -    r     -     -     -         -
queue.job.subscription        -      -    -       -    rwcd  -     -     -         -
queue.job.worker              -      -    -       -    r     -     -     -         -
queue.jobs.to.cancelled       -      -    -       rwcd rwcd  -     -     -         -
queue.jobs.to.done            -      -    -       -    rwcd  -     -     -         -
queue.requeue.job             -      -    -       rwcd rwcd  -     -     -         -
sale.blocking.rule            -      -    -       -    rwcd  rwcd  -     rwcd      -
sale.ignore.cancel            -      -    -       -    rwcd  rwcd  rwcd  rwcd      -
vendure.account.move          -      -    -       -    rwcd  rwcd  r     r         -
vendure.address               -      r    r       r    rwcd  rwcd  r     r         r
vendure.backend               -      r    r       r    rwcd  rwcd  r     r         r
vendure.connect               -      -    -       -    rwcd  rwcd  -     -         -
vendure.product.category      -      r    r       r    rwcd  rwcd  r     r         r
vendure.product.product       -      r    r       r    rwcd  rwcd  r     r         r
vendure.product.template      -      r    r       r    rwcd  rwcd  r     r         r
vendure.res.partner           -      r    r       r    rwcd  rwcd  r     r         r
vendure.sale.order            -      -    -       -    rwcd  rwcd  r     r         -
vendure.stock.picking         -      -    -       -    rwcd  rwcd  r     r         -
"""

#: Models without companies.
SHARED: Final = frozenset(
    (
        # of the server: capacities, workers and code are the same for all companies
        "component.event.listener",
        "component.registry.entry",
        "queue.job.channel",
        "queue.job.function",
        "queue.job.lock",
        "queue.job.subscription",
        "queue.job.worker",
    )
)
#: Figures, made of the records of others: their rule is looked at, not their rows.
FIGURES: Final = frozenset(("ecommerce.order.funnel", "queue.job.stat"))
#: Of which these groups see what runs as, or was started by, themselves alone.
OWN: Final = {
    "queue.job": {"jobs"},
    "queue.job.attempt": {"jobs"},
    "queue.job.batch": {"batches", "jobs"},
}
#: Where Odoo's own rules of the wrapped record let a group see less than its company.
RULES_OF_ODOO: Final = {
    ("vendure.sale.order", "sales"),
    ("vendure.account.move", "sales"),
}
#: Wizards that are made by others.
FILLED: Final = frozenset(("connector.mapping.preview.line",))
#: Values of wizards.
OPENED: Final[dict[str, dict[str, Any]]] = {
    "vendure.connect": {"location": "https://shop.example.com"},
    "queue.requeue.job": {},
    "queue.jobs.to.done": {},
    "queue.jobs.to.cancelled": {},
    "connector.checkpoint.review": {},
    "sale.ignore.cancel": {"reason": "x"},
}


def _rights() -> dict[str, dict[str, str]]:
    header, *lines = RIGHTS.strip().splitlines()
    columns = header.split()
    found = {}
    for line in lines:
        model, *rights = line.split()
        found[model] = dict(zip(columns, rights, strict=True))
    return found


@tagged("post_install", "-at_install")
class TestRights(SecurityCase):
    maxDiff = None

    def test_the_table_is_what_the_rights_are(self) -> None:
        """A model without a line fails, and so does a right that is not in it."""
        found = [
            (model._name, *(self._letters(model, name) for name in GROUPS))
            for model in self.our_models()
        ]
        table = _rights()
        expected = [(name, *map(row.get, GROUPS)) for name, row in table.items()]
        self.assertEqual(
            "\n".join(map(" ".join, found)), "\n".join(map(" ".join, expected))
        )

    def _letters(self, model: BaseModel, user: str) -> str:
        model = model.with_user(self.users[user])
        allowed = [char for char, name in OPERATIONS.items() if model.has_access(name)]
        return "".join(allowed) or "-"

    def test_the_table_has_every_group_of_ours(self) -> None:
        names = self.env["ir.model.data"].search(
            [("model", "=", "res.groups"), ("module", "in", list(ADDONS))]
        )
        self.assertLessEqual(
            {f"{name.module}.{name.name}" for name in names}, set(GROUPS.values())
        )

    def test_what_figures_are_made_of_is_of_companies(self) -> None:
        for name in FIGURES:
            rules = self.env["ir.rule"].search([("model_id.model", "=", name)])
            with self.subTest(name):
                self.assertIn("company_ids", rules.domain_force)


@tagged("post_install", "-at_install")
class TestCompanies(SecurityCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.own = cls.make_records(cls.here)
        cls.foreign = cls.make_records(cls.there)
        cls.env.flush_all()

    def _readers(self, name: str) -> Iterator[tuple[str, BaseModel]]:
        for user, letters in _rights()[name].items():
            if "r" in letters:
                yield user, self.env[name].with_user(self.users[user])

    def test_a_record_of_each_model_that_has_companies_is_tried(self) -> None:
        """A new model needs a line in ``make_records``, or in ``SHARED``."""
        models = {model._name for model in self.our_models() if not model._transient}
        self.assertEqual(models - SHARED - FIGURES, set(self.own))

    def test_own_records_are_read(self) -> None:
        for name, record in self.own.items():
            for user, model in self._readers(name):
                expected = user not in OWN.get(name, ())
                if (name, user) in RULES_OF_ODOO:
                    continue
                with self.subTest(model=name, user=user):
                    found = model.search([("id", "=", record.id)])
                    self.assertEqual(bool(found), expected)
                    self.assertEqual(
                        model.browse(record.id).has_access("read"), expected
                    )

    def test_those_of_another_company_are_out_of_reach_in_every_way(self) -> None:
        for name, record in self.foreign.items():
            for user, model in self._readers(name):
                with self.subTest(model=name, user=user):
                    self._assert_out_of_reach(model, record.id)

    def _assert_out_of_reach(self, model: BaseModel, record_id: int) -> None:
        domain = [("id", "=", record_id)]
        self.assertFalse(model.search(domain))
        self.assertFalse(model.name_search("", domain))
        self.assertEqual(model._read_group(domain, [], ["__count"]), [(0,)])
        record = model.browse(record_id)
        for operation in OPERATIONS.values():
            if operation != "create":
                self.assertFalse(record.has_access(operation), operation)
        with self.assertRaises(AccessError):
            record.read(["id", "display_name", *list(model._fields)[:3]])
        with self.assertRaises(AccessError):
            record.export_data(["display_name"])

    def test_a_user_of_both_companies_sees_those_that_are_switched_on(self) -> None:
        manager = self.users["queue"]
        both = self.here | self.there
        manager.company_ids = both
        for name, record in self.foreign.items():
            model = self.env[name].with_user(manager)
            for companies, expected in ((self.here, False), (both, True)):
                switched = model.with_context(allowed_company_ids=companies.ids)
                with self.subTest(model=name, companies=companies.mapped("name")):
                    found = switched.search([("id", "=", record.id)])
                    self.assertEqual(bool(found), expected)

    def test_what_is_kept_about_a_backend_follows_it(self) -> None:
        backend = self.own["vendure.backend"]
        backend.write({"company_id": self.there.id, "pricelist_id": False})
        kept = ("connector.sync.model", "connector.sync.cursor", "connector.checkpoint")
        for name in kept:
            with self.subTest(name):
                self.assertEqual(self.own[name].company_id, self.there)

    def test_wizards_are_for_those_who_opened_them(self) -> None:
        for model in self.our_models():
            if model._transient and model._name not in FILLED:
                wizard = model.create(self._values(model._name))
                for user, _other in self._readers(model._name):
                    with self.subTest(model=model._name, user=user):
                        other = wizard.with_user(self.users[user])
                        self.assertFalse(other.has_access("read"))

    def test_a_wizard_is_no_way_to_a_backend_of_another_company(self) -> None:
        """Related fields were once read, and searched, in superuser mode."""
        backend = self.foreign["vendure.backend"]
        wizards = self.env["vendure.connect"].with_user(self.users["shops"])
        wizard = wizards.create({**OPENED["vendure.connect"], "backend_id": backend.id})
        self.env.flush_all()
        self.env.invalidate_all()
        related = [field for field in wizard._fields.values() if field.related]
        self.assertIn(wizard._fields["warehouse_id"], related)
        for field in related:
            with self.subTest(field.name):
                if not field.related_field.store:
                    self.assertFalse(wizard[field.name])
                    continue
                with self.assertRaises(AccessError):
                    wizard.read([field.name])
                self.assertFalse(wizards.search([(field.name, "!=", False)]))
                if not field.readonly:
                    with self.assertRaises(AccessError):
                        wizard.write({field.name: False})

    def test_the_key_in_a_wizard_is_for_the_administrator_who_typed_it(self) -> None:
        groups = f"{GROUPS['root']},{GROUPS['shops']}"
        one, other = (
            new_test_user(self.env, name, groups) for name in ("one", "other")
        )
        wizard = (
            self.env["vendure.connect"]
            .with_user(one)
            .create({**OPENED["vendure.connect"], "auth_secret": "s3cr3t"})
        )
        self.assertEqual(wizard.read(["auth_secret"])[0]["auth_secret"], "s3cr3t")
        with self.assertRaises(AccessError):
            wizard.with_user(other).read(["auth_secret"])
        self.assertFalse(wizard.with_user(other).search([("auth_secret", "!=", False)]))
        manager = wizard.with_user(self.users["shops"])
        self.assertNotIn("auth_secret", manager.fields_get())

    def _values(self, wizard: str) -> dict[str, Any]:
        if wizard == "connector.mapping.preview":
            sync_model = self.own["connector.sync.model"]
            return {"sync_model_id": sync_model.id, "external_id": "1"}
        return OPENED[wizard]
