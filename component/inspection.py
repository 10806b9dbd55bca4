# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a final class is made of, for people."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .definition import AbstractComponent


def is_final(cls: type) -> bool:
    """Return whether a class was generated for a database."""
    return "_original_module" in cls.__dict__


def parents(component: type[AbstractComponent]) -> list[str]:
    """Return the names of the components a final class inherits from directly."""
    return [base._name for base in component.__bases__ if is_final(base)]


def chain(component: type[AbstractComponent]) -> list[str]:
    """Return the names of the components in the MRO, itself first."""
    return [cls._name for cls in component.__mro__ if is_final(cls)]


def definitions(component: type[AbstractComponent]) -> list[str]:
    """Return the Python class statements in the MRO, as ``module.Class (addon)``."""
    return [
        f"{cls.__module__}.{cls.__qualname__} ({cls._module})"
        for cls in component.__mro__
        if getattr(cls, "_register", False) and not is_final(cls)
    ]


def documentation(component: type[AbstractComponent]) -> str | None:
    """Return the docstring of the definition that comes first and has one."""
    for cls in component.__mro__:
        if not is_final(cls) and "__doc__" in cls.__dict__ and cls.__doc__:
            return inspect.cleandoc(cls.__doc__)
    return None
