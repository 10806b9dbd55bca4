# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What every backend has had to write for itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..exception import BackendPausedError
from ..http.errors import HttpError
from .backend_form import backend_form

if TYPE_CHECKING:
    from typing import Self

    from lxml import etree

__all__ = ["ConnectorBackendMixin"]

PAUSED_RETRY_SECONDS = 600


class ConnectorBackendMixin(models.AbstractModel):
    """State, connection test, checkpoints and form of a backend.

    A concrete backend inherits from it instead of ``connector.backend``, defines
    ``_test_connection()``, and ``_http_client()`` when it speaks HTTP.
    """

    _name = "connector.backend.mixin"
    _inherit = ["connector.backend.imports", "mail.thread"]
    _description = "Connector Backend with State and Imports"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("tested", "Tested"),
            ("active", "Active"),
            ("paused", "Paused"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
        help="Draft: the connection was never tested.\n"
        "Tested: it works, imports and exports are started by hand.\n"
        "Active: schedules and listeners run.\n"
        "Paused: no job runs, they wait.",
    )
    last_test_date = fields.Datetime(
        string="Last Connection Test", readonly=True, copy=False
    )
    last_test_message = fields.Char(
        string="Result of the Test", readonly=True, copy=False
    )
    sync_cursor_ids = fields.Many2many(
        "connector.sync.cursor",
        string="Last Imports",
        compute="_compute_sync_cursor_ids",
    )
    sync_model_ids = fields.Many2many(
        "connector.sync.model",
        string="Synchronized Models",
        compute="_compute_sync_model_ids",
    )
    checkpoint_user_id = fields.Many2one(
        "res.users",
        string="Reviews By",
        domain=lambda self: [
            (
                "all_group_ids",
                "in",
                self.env.ref("connector.group_connector_manager").id,
            )
        ],
        help="Who gets the activities of the records to review. Empty: a connector "
        "manager.",
    )
    checkpoint_count = fields.Integer(
        string="Checkpoints", compute="_compute_checkpoint_count"
    )

    def _compute_sync_cursor_ids(self) -> None:
        cursors = self.env["connector.sync.cursor"].search(
            [("backend_model", "=", self._name), ("backend_id", "in", self.ids)]
        )
        for backend in self:
            backend.sync_cursor_ids = cursors.filtered(
                lambda cursor, backend=backend: cursor.backend_id == backend.id
            )

    def _compute_sync_model_ids(self) -> None:
        lines = self.env["connector.sync.model"]._of(self)
        for backend in self:
            backend.sync_model_ids = lines.filtered(
                lambda line, backend=backend: line.backend_id == backend.id
            )

    @api.model_create_multi
    def create(self, vals_list: list[dict[str, Any]]) -> Self:
        """Create backends, with a line for each of their models."""
        backends = super().create(vals_list)
        for backend in backends:
            self.env["connector.sync.model"]._ensure_for(backend)
        return backends

    def write(self, vals: dict[str, Any]) -> bool:
        """Write backends; their lines, cursors and checkpoints follow the company."""
        result = super().write(vals)
        if "company_id" in vals:
            self._move_to_company()
        return result

    def _move_to_company(self) -> None:
        """Show what is kept about a backend in its company, and in no other."""
        for backend in self.sudo():  # who may write the backend may not write these
            domain = [
                ("backend_model", "=", self._name),
                ("backend_id", "=", backend.id),
            ]
            for model in ("connector.sync.model", "connector.sync.cursor"):
                kept = self.env[model].sudo().search(domain)
                kept.company_id = backend.company_id
            checkpoints = self.env["connector.checkpoint"].sudo()
            reference = f"{self._name},{backend.id}"
            checkpoints.search([("backend_id", "=", reference)])._compute_company_id()

    def unlink(self) -> bool:
        """Delete backends, with their lines and their cursors."""
        self.check_access("unlink")
        domain = [("backend_model", "=", self._name), ("backend_id", "in", self.ids)]
        for model in ("connector.sync.model", "connector.sync.cursor"):
            self.env[model].sudo().search(domain).unlink()
        return super().unlink()

    def _compute_checkpoint_count(self) -> None:
        # Who sees the backend sees how many there are; to open them takes more.
        checkpoint = self.env["connector.checkpoint"].sudo()
        for backend in self:
            backend.checkpoint_count = checkpoint.search_count(
                backend._checkpoint_domain()
            )

    # State

    def action_test_connection(self) -> dict[str, Any]:
        """Test the connection, keep the result and show it."""
        self.ensure_one()
        self.check_access("write")  # before the call, that its result is kept after
        try:
            message = self._test_connection() or self.env._("The connection works.")
        except (UserError, HttpError) as exc:
            return self._connection_tested(str(exc), success=False)
        return self._connection_tested(message, success=True)

    def action_activate(self) -> None:
        """Let schedules and listeners run.

        :raises UserError: a connection was never tested
        """
        self.check_access("write")
        for backend in self:
            if backend.state == "draft":
                raise UserError(
                    self.env._(
                        "Test the connection of %s before you activate it.",
                        backend.display_name,
                    )
                )
            # An update of the connector may have brought models.
            self.env["connector.sync.model"]._ensure_for(backend)
        self.write({"state": "active"})

    def action_pause(self) -> None:
        """Make all jobs of the backend wait until it is activated again."""
        self.write({"state": "paused"})

    def action_reset_draft(self) -> None:
        """Go back to draft, for instance because the address changed."""
        self.write({"state": "draft"})

    def _test_connection(self) -> str | None:
        """Try to reach the backend and return a message, like its version.

        :raises UserError: it does not work; the message says why
        """
        with self._leased_client() as client:
            if client is None:
                raise UserError(
                    self.env._("%s has no connection to test.", self._description)
                )
            client.get("/")
        return None

    def _connection_tested(self, message: str, success: bool) -> dict[str, Any]:
        values = {
            "last_test_date": fields.Datetime.now(),
            "last_test_message": message,
        }
        if success and self.state == "draft":
            values["state"] = "tested"
        self.write(values)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.display_name,
                "message": message,
                "type": "success" if success else "danger",
                "sticky": not success,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _check_sync_allowed(self) -> None:
        """Refuse a synchronization while the backend is paused.

        :raises BackendPausedError: the job waits, its attempts are not counted
        """
        for backend in self:
            if backend.state == "paused":
                raise BackendPausedError(
                    f"{backend.display_name!r} ({backend!r}) is paused: activate it "
                    f"to let its jobs run",
                    seconds=PAUSED_RETRY_SECONDS,
                    ignore_retry=True,
                )

    # Checkpoints

    def _checkpoint_domain(self) -> list[Any]:
        return [
            ("backend_id", "=", f"{self._name},{self.id}"),
            ("state", "=", "need_review"),
        ]

    def action_view_sync_models(self) -> dict[str, Any]:
        """Open what is done with each model, to change it."""
        self.ensure_one()
        lines = self.env["connector.sync.model"]._ensure_for(self)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "connector.action_connector_sync_model"
        )
        return {**action, "domain": [("id", "in", lines.ids)], "context": {}}

    def action_view_checkpoints(self) -> dict[str, Any]:
        """Open what is to be reviewed for this backend."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "connector.action_connector_checkpoint"
        )
        return {**action, "domain": self._checkpoint_domain(), "context": {}}

    # Views

    @api.model
    def _get_default_form_view(self) -> etree._Element:
        """Return the form of a backend that defines none."""
        return backend_form(self)
