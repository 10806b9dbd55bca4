# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Exceptions of the component system; each docstring is the default message."""

from __future__ import annotations

import inspect
from collections.abc import Callable


class ComponentException(Exception):
    """The component system cannot do what was asked."""

    def __init__(self, *args: object) -> None:
        super().__init__(*(args or (inspect.getdoc(type(self)),)))


class RegistryNotReadyError(ComponentException):
    """The database has no component registry yet.

    Components exist once Odoo has loaded all modules: do not build a WorkContext
    while modules are being installed, or pass it a registry of your own.
    """


class ComponentDefinitionError(ComponentException, TypeError):
    """A component class is declared in a way that can never work."""


class LookupFailure(ComponentException):
    """No single component answers the lookup.

    The explanation (candidates and why each was rejected) is worked out when the
    error is shown, so that code which catches it pays nothing for the text.
    """

    def __init__(self, *args: object, explain: Callable[[], str] | None = None) -> None:
        super().__init__(*args)
        self._explain = explain

    def __str__(self) -> str:
        message = super().__str__()
        return f"{message}\n{self._explain()}" if self._explain else message

    def __reduce__(self) -> tuple[type[LookupFailure], tuple[str]]:
        # the explanation holds recordsets: only its text may leave the process
        return type(self), (str(self),)


class NoComponentError(LookupFailure):
    """No component matches."""


class SeveralComponentError(LookupFailure):
    """Several components match, and nothing makes one of them the best."""
