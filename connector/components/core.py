# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The component every component of a connector descends from."""

from __future__ import annotations

from types import MethodType
from typing import TYPE_CHECKING, Any

from odoo import models

from odoo.addons.component.core import AbstractComponent

from ..database import pg_try_advisory_lock
from ..exception import GaveWayError
from .import_path import ImportPath

if TYPE_CHECKING:
    from odoo.models import BaseModel

    from .backend_adapter import BackendAdapter
    from .binder import Binder

__all__ = ["BaseConnectorComponent"]


class BaseConnectorComponent(AbstractComponent):
    """What the components of a connector share: backend, binder and locks."""

    _name = "base.connector"

    @property
    def backend_record(self) -> BaseModel:
        """The backend we work with, the collection of the work context."""
        return self.work.collection

    def binder_for(self, model: str | BaseModel | None = None) -> Binder:
        """Return the binder of ``model``, by default of the working model.

        :raises NoComponentError: when the backend has no binder for it
        """
        return self.component(usage="binder", model_name=model)

    def adapter_for(self, model: str | BaseModel) -> BackendAdapter:
        """Return the adapter of ``model``, in a component that works on another one.

        :raises NoComponentError: when the backend has no adapter for it
        """
        return self.component(usage="backend.adapter", model_name=model)

    def once(self, function: MethodType, *args: Any) -> Any:
        """Return ``function(*args)``, called once for these arguments in an import.

        An import of many records calls it once for all of them; outside of imports it
        is called each time. For what is looked up, and does not change on the way: a
        tax, a country, the meaning of a code.

        :param function: a method of a record or of a component
        """
        owner: Any = function.__self__
        if isinstance(owner, models.BaseModel):
            place: Any = owner
        else:
            place = (owner._name, owner.work.model_name)
        path = ImportPath.of(self.work)
        result = path.remember(
            self.env.cr, (function.__name__, place, args), lambda: function(*args)
        )
        if isinstance(result, models.BaseModel):
            return result.with_env(self.env)
        return result

    def advisory_lock_or_retry(self, lock: object, retry_seconds: int = 1) -> None:
        """Take the advisory lock named ``lock``, until the transaction ends.

        :param retry_seconds: when to try the job again if the lock is taken
        :raises GaveWayError: another transaction has it; the attempt is
            not counted
        """
        if not pg_try_advisory_lock(self.env, lock):
            raise GaveWayError(
                f"Could not acquire advisory lock {lock!r}: another transaction "
                f"works on the same thing",
                seconds=retry_seconds,
            )
