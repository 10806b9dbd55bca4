# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a final class is made of, for people."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, TypeGuard

if TYPE_CHECKING:
    from .definition import AbstractComponent


def is_final(cls: type) -> TypeGuard[type[AbstractComponent]]:
    """Return whether a class was generated for a database."""
    return "_original_module" in cls.__dict__


def parents(component: type[AbstractComponent]) -> list[str]:
    """Return the names of the components a final class inherits from directly."""
    bases = component.__bases__
    return [base._name for base in bases if is_final(base) and base._name]


def chain(component: type[AbstractComponent]) -> list[str]:
    """Return the names of the components in the MRO, itself first."""
    return [cls._name for cls in component.__mro__ if is_final(cls) and cls._name]


def definitions(component: type[AbstractComponent]) -> list[str]:
    """Return the Python class statements in the MRO, as ``module.Class (addon)``."""
    mro: tuple[Any, ...] = component.__mro__
    return [
        f"{cls.__module__}.{cls.__qualname__} ({cls._module})"
        for cls in mro
        if getattr(cls, "_register", False) and not is_final(cls)
    ]


def documentation(component: type[AbstractComponent]) -> str | None:
    """Return the docstring of the definition that comes first and has one."""
    for cls in component.__mro__:
        if not is_final(cls) and "__doc__" in cls.__dict__ and cls.__doc__:
            return inspect.cleandoc(cls.__doc__)
    return None
