# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A backend at an address, with one of the usual ways to say who calls."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..http.auth import (
    ApiKeyAuth,
    BasicAuth,
    BearerAuth,
    HmacAuth,
    OAuth2ClientCredentials,
)
from ..http.client import HttpClient
from ..http.errors import UnsafeUrlError

if TYPE_CHECKING:
    from requests.auth import AuthBase

    from odoo.api import Environment

__all__ = ["ConnectorHttpBackendMixin", "resolve_secret"]

FROM_ENVIRONMENT = "env:"
#: what the variables of secrets begin with: no form may show the others of the server
PREFIX = "CONNECTOR_"


def resolve_secret(env: Environment, value: str | None) -> str:
    """Return a secret, from the environment of the server when it says so.

    :raises UserError: the variable is not set, or is not one for connectors
    """
    value = value or ""
    if not value.startswith(FROM_ENVIRONMENT):
        return value
    name = value.removeprefix(FROM_ENVIRONMENT).strip()
    if not name.startswith(PREFIX) or name not in os.environ:
        raise UserError(
            env._(
                "The environment of the server has no variable %(name)s for "
                "connectors: set it, with a name that begins with %(prefix)s.",
                name=name,
                prefix=PREFIX,
            )
        )
    return os.environ[name]


class ConnectorHttpBackendMixin(models.AbstractModel):
    """Address, credentials and client of a backend that speaks HTTP.

    To be inherited instead of ``connector.backend.mixin``; a connector then has no
    field to define to reach its backend. Credentials are read by administrators only,
    and by the jobs of any user.
    """

    _name = "connector.http.backend.mixin"
    _inherit = "connector.backend.mixin"
    _description = "Connector Backend over HTTP"

    _address_fields = ("location", "auth_token_url")
    _secret_fields = ("auth_secret",)

    location = fields.Char(
        string="Address", tracking=True, help="As https://shop.example.com/api"
    )
    auth_type = fields.Selection(
        [
            ("none", "None"),
            ("basic", "User and Password"),
            ("bearer", "Bearer Token"),
            ("api_key", "API Key"),
            ("oauth2", "OAuth2 Client Credentials"),
            ("hmac", "HMAC Signature"),
        ],
        string="Authentication",
        required=True,
        default="none",
    )
    auth_user = fields.Char(
        string="User or Client ID", help="User, client id or key id."
    )
    auth_secret = fields.Char(
        string="Password or Secret",
        groups="base.group_system",
        copy=False,
        help="Password, token, key or secret. Or env:CONNECTOR_SHOP, to read it from "
        "that variable of the server's environment, and keep it out of the database.",
    )
    auth_header = fields.Char(string="Header of the Key", default="X-API-Key")
    auth_token_url = fields.Char(string="Address of the Tokens")
    auth_scope = fields.Char(string="Scope")
    http_timeout = fields.Integer(
        string="Time Limit (s)", default=30, help="Seconds to wait for an answer."
    )

    @api.constrains("location", "auth_token_url")
    def _check_addresses(self) -> None:
        for backend in self.sudo():
            for url in filter(None, (backend.location, backend.auth_token_url)):
                try:
                    backend._url_policy().check_url(url)
                except UnsafeUrlError as exc:
                    raise ValidationError(str(exc)) from exc

    def _http_client(self) -> HttpClient | None:
        """Return a client with the credentials; they are for the jobs of any user."""
        if not self.location:
            return None
        return HttpClient(
            self._http_address(),
            auth=self._http_auth(),
            timeout=(5, self.http_timeout or 30),
            policy=self._url_policy(),
        )

    def _http_address(self) -> str:
        """Return the address of the API, which may be below the one of the backend."""
        return self.location

    def _http_auth(self) -> AuthBase | None:
        """Return how a request says who sends it."""
        backend = self.sudo()
        user = backend.auth_user or ""
        secret = resolve_secret(self.env, backend.auth_secret)
        match backend.auth_type:
            case "basic":
                return BasicAuth(user, secret)
            case "bearer":
                return BearerAuth(secret)
            case "api_key":
                return ApiKeyAuth(secret, header=backend.auth_header or "X-API-Key")
            case "oauth2":
                return OAuth2ClientCredentials(
                    backend.auth_token_url or "",
                    user,
                    secret,
                    scope=backend.auth_scope or "",
                    policy=backend._url_policy(),
                )
            case "hmac":
                return HmacAuth(user, secret)
        return None
