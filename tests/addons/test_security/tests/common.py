# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The models, groups, users and records that the tests of security walk over."""

from __future__ import annotations

import uuid
from typing import Any, Final

from odoo import fields, models
from odoo.tests import TransactionCase, new_test_user

ADDONS: Final = frozenset(
    (
        "component",
        "component_event",
        "connector",
        "connector_ecommerce",
        "connector_example",
        "queue_job",
    )
)

#: Who the tables have a column for -> their group.
GROUPS: Final = {
    "portal": "base.group_portal",
    "user": "base.group_user",
    "batches": "queue_job.group_queue_job_batch_user",
    "jobs": "queue_job.group_queue_job_user",
    "queue": "queue_job.group_queue_job_manager",
    "shops": "connector.group_connector_manager",
    "sales": "sales_team.group_sale_salesman",
    "managers": "sales_team.group_sale_manager",
    "root": "base.group_system",
}
#: Portal users cannot be given the right to export.
EXPORT: Final = {
    name: "" if name == "portal" else ",base.group_allow_export" for name in GROUPS
}


def is_ours(cls: type) -> bool:
    """Tell whether a class is defined by one of the addons."""
    parts = cls.__module__.split(".")
    return parts[:2] == ["odoo", "addons"] and parts[2] in ADDONS


class SecurityCase(TransactionCase):
    """Two companies, a user of the first one for each group, records of both."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.here = cls.env.company
        cls.there = cls.env["res.company"].create({"name": "There"})
        cls.users = {
            name: new_test_user(cls.env, f"walk_{name}", f"{group}{EXPORT[name]}")
            for name, group in GROUPS.items()
        }

    def our_models(self) -> list[models.BaseModel]:
        """Return the models of the addons that have records."""
        return [
            model
            for _name, model in sorted(self.env.items())
            if model._original_module in ADDONS and not model._abstract
        ]

    @classmethod
    def make_job(cls, company: models.BaseModel, **values: Any) -> models.BaseModel:
        """Store a job that never runs."""
        jobs = cls.env["queue.job"]
        return (
            jobs.with_context(_job_edit_sentinel=jobs.EDIT_SENTINEL)
            .create(
                {
                    "uuid": str(uuid.uuid4()),
                    "name": f"Job of {company.name}",
                    "user_id": cls.env.uid,
                    "company_id": company.id,
                    "model_name": "res.partner",
                    "method_name": "name_get",
                    "channel_method_name": "<res.partner>.name_get",
                    "records": cls.env["res.partner"],
                    "args": [],
                    "kwargs": {},
                    "channel": "root",
                    "date_created": fields.Datetime.now(),
                    "state": "failed",
                    **values,
                }
            )
            .with_env(cls.env)
        )

    @classmethod
    def make_backend(cls, company: models.BaseModel, **values: Any) -> models.BaseModel:
        """Create a shop of a company; nobody answers at its address."""
        return (
            cls.env["vendure.backend"]
            .with_company(company)
            .create(
                {
                    "name": f"Shop of {company.name}",
                    "location": "https://shop.example.com",
                    "auth_secret": "s3cr3t-of-the-shop",
                    "company_id": company.id,
                    **values,
                }
            )
        )

    @classmethod
    def make_records(cls, company: models.BaseModel) -> dict[str, models.BaseModel]:
        """Return a record of each model that is of a company."""
        backend = cls.make_backend(company)
        about = {
            "backend_model": backend._name,
            "backend_id": backend.id,
            "company_id": company.id,
        }
        job = cls.make_job(company)
        return {
            "vendure.backend": backend,
            "queue.job": job,
            "queue.job.attempt": cls.env["queue.job.attempt"].create(
                {"job_id": job.id, "number": 1, "outcome": "failed"}
            ),
            "queue.job.batch": cls.env["queue.job.batch"].create(
                {"name": "Batch", "company_id": company.id}
            ),
            "connector.checkpoint": cls.env["connector.checkpoint"].create_from_name(
                "res.company", company.id, backend._name, backend.id
            ),
            "connector.sync.model": backend.sync_model_ids[:1],
            **{
                name: cls.env[name].create({**about, **values})
                for name, values in {
                    "connector.call.log": {"url": "https://shop.example.com"},
                    "connector.sync.cursor": {"model_name": "res.partner"},
                    "connector.webhook.event": {"topic": "order"},
                    "ecommerce.order.receipt": {
                        "binding_model": "vendure.sale.order",
                        "external_id": "1",
                        "state": "failed",
                    },
                }.items()
            },
            **{
                name: cls.env[name].create({"name": "X", "company_id": company.id})
                for name in ("ecommerce.order.workflow", "sale.blocking.rule")
            },
            **cls._make_mappings(backend),
            **cls._make_bindings(backend),
        }

    @classmethod
    def _make_mappings(cls, backend: models.BaseModel) -> dict[str, models.BaseModel]:
        company = backend.company_id
        journal = cls.env["account.journal"].create(
            {"name": "B", "code": "BBB", "type": "bank", "company_id": company.id}
        )
        method = journal.inbound_payment_method_line_ids[:1]
        product = cls.env["product.product"].create({"name": "D", "type": "service"})
        carrier = cls.env["delivery.carrier"].create(
            {"name": "C", "product_id": product.id, "company_id": company.id}
        )
        pricelist = cls.env["product.pricelist"].create(
            {"name": "P", "company_id": company.id}
        )
        warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", company.id)], limit=1
        )
        group = cls.env["account.tax.group"].create(
            {"name": "G", "company_id": company.id}
        )
        country = company.country_id or cls.env.ref("base.be")
        tax = cls.env["account.tax"].create(
            {
                "name": "T 7",
                "amount": 7,
                "company_id": company.id,
                "country_id": country.id,
                "tax_group_id": group.id,
            }
        )
        targets = {
            "payment": method,
            "carrier": carrier,
            "pricelist": pricelist,
            "warehouse": warehouse,
            "tax": tax,
        }
        found = {}
        for kind, target in targets.items():
            name = f"ecommerce.{kind}.mapping"
            found[name] = cls.env[name].create(
                {
                    "backend_model": backend._name,
                    "backend_id": backend.id,
                    "shop_code": "code",
                    "target_id": target.id,
                }
            )
        return found

    @classmethod
    def _make_bindings(cls, backend: models.BaseModel) -> dict[str, models.BaseModel]:
        company = backend.company_id
        env = cls.env
        partner = env["res.partner"].create({"name": "Somebody"})
        template = env["product.template"].create({"name": "Thing"})
        sale = (
            env["sale.order"]
            .with_company(company)
            .create({"partner_id": partner.id, "company_id": company.id})
        )
        picking_type = env["stock.picking.type"].search(
            [("company_id", "=", company.id), ("code", "=", "outgoing")], limit=1
        )
        picking = env["stock.picking"].create(
            {"partner_id": partner.id, "picking_type_id": picking_type.id}
        )
        journal = env["account.journal"].create(
            {"name": "S", "code": "SSS", "type": "sale", "company_id": company.id}
        )
        move = env["account.move"].create(
            {
                "move_type": "out_invoice",
                "journal_id": journal.id,
                "partner_id": partner.id,
            }
        )
        bindings: dict[str, models.BaseModel] = {}

        def bind(model: str, /, **values: Any) -> models.BaseModel:
            values = {"backend_id": backend.id, "external_id": "1", **values}
            bindings[model] = env[model].create(values)
            return bindings[model]

        bind("vendure.product.category", name="Things")
        bind("vendure.product.template", odoo_id=template.id)
        bind("vendure.product.product", odoo_id=template.product_variant_id.id)
        customer = bind("vendure.res.partner", odoo_id=partner.id)
        bind("vendure.address", name="Street", customer_id=customer.id)
        order = bind("vendure.sale.order", odoo_id=sale.id)
        bind("vendure.stock.picking", odoo_id=picking.id, shop_order_id=order.id)
        bind("vendure.account.move", odoo_id=move.id, shop_order_id=order.id)
        return bindings
