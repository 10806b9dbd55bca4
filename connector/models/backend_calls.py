# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The calls of a backend: their client, their rate and their log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.tools import str2bool

from ..http.pool import client_pool
from ..http.safety import UrlPolicy, same_origin
from .backend_throttle import BackendThrottle
from .connector_call_log import CallRecorder

if TYPE_CHECKING:
    from odoo.addons.component.core import WorkContext

    from ..http.client import HttpClient

__all__ = ["ConnectorBackendCalls"]


class ConnectorBackendCalls(models.AbstractModel):
    """What a backend that makes calls needs; part of ``connector.backend.mixin``."""

    _name = "connector.backend.calls"
    _inherit = "connector.backend"
    _description = "Connector Backend that Makes Calls"

    #: Fields with the addresses that credentials are sent to, and with the credentials.
    _address_fields: tuple[str, ...] = ()
    _secret_fields: tuple[str, ...] = ()

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    rate_limit = fields.Integer(
        string="Calls Allowed",
        help="How many calls all the workers together make in a period. 0 for as many "
        "as there are.",
    )
    rate_period = fields.Float(
        string="Period (s)", default=1.0, help="Seconds of the period."
    )
    rate_burst = fields.Integer(
        string="At Once",
        default=1,
        help="Calls that may follow each other without a pause after a quiet time.",
    )
    call_log = fields.Selection(
        [("none", "Nothing"), ("errors", "Failed Calls"), ("all", "All Calls")],
        string="Log",
        required=True,
        default="errors",
    )
    call_log_days = fields.Integer(
        string="Keep for (days)", default=14, help="Days the logged calls are kept."
    )

    _rate_positive = models.Constraint(
        "CHECK (rate_limit >= 0 AND (rate_limit = 0 OR rate_period > 0))",
        "A rate needs a period longer than 0 seconds.",
    )

    def write(self, vals: dict[str, Any]) -> bool:
        """Write backends.

        :raises AccessError: who may not read the credentials would send them elsewhere
        """
        self._check_credentials_stay(vals)
        return super().write(vals)

    def _check_credentials_stay(self, vals: dict[str, Any]) -> None:
        if self.env.is_system():
            return
        addresses = [name for name in self._address_fields if name in vals]
        # sudo: that there is a secret is all that is looked at
        for backend in self.sudo() if addresses else ():
            if any(backend[name] for name in self._secret_fields) and not all(
                same_origin(backend[name] or "", vals[name] or "") for name in addresses
            ):
                raise AccessError(
                    self.env._(
                        "The credentials of %s are for administrators: only they may "
                        "have them sent to another server.",
                        backend.display_name,
                    )
                )

    @contextmanager
    def work_on(self, model_name: str, **kwargs: Any) -> Iterator[WorkContext]:
        """Yield a work context, with ``work.http_client`` when there is one.

        The client comes from a pool: connections are kept from job to job.
        """
        self.ensure_one()
        if kwargs.get("http_client") is not None:
            with super().work_on(model_name, **kwargs) as work:
                yield work
            return
        with self._leased_client() as client:
            kwargs["http_client"] = client
            with super().work_on(model_name, **kwargs) as work:
                yield work

    @contextmanager
    def _leased_client(self) -> Iterator[HttpClient | None]:
        """Yield a client that keeps to the rate of the backend, and is logged."""
        key = (self.env.cr.dbname, self._name, self.id)
        with client_pool.lease(key, self._http_client) as client:
            if client is None:
                yield None
                return
            recorder = None
            if self.call_log != "none":
                recorder = CallRecorder(self, errors_only=self.call_log == "errors")
            client.on_call = recorder
            client.throttle = BackendThrottle(self) if self.rate_limit else None
            try:
                yield client
            finally:
                # The next one who has it may be another user, in another transaction.
                client.on_call = client.throttle = None
                if recorder:
                    recorder.write()

    def _http_client(self) -> HttpClient | None:
        """Return a new client for this backend, None when it does not speak HTTP."""
        return None

    def _url_policy(self) -> UrlPolicy:
        """Return which addresses may be called.

        Not those of this network where the system parameter
        ``connector.refuse_private_addresses`` is set: on a hosted Odoo, whose users,
        and whose shops, type the addresses.
        """
        parameters = self.env["ir.config_parameter"].sudo()
        refused = parameters.get_param("connector.refuse_private_addresses")
        return UrlPolicy(allow_private=not str2bool(refused or "0"))

    def action_view_calls(self) -> dict[str, Any]:
        """Open the calls that were logged."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "connector.action_connector_call_log"
        )
        domain = [("backend_model", "=", self._name), ("backend_id", "=", self.id)]
        return {**action, "domain": domain, "context": {}}
