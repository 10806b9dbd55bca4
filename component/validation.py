# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Mistakes in components that only show once all models are known.

Two degrees. A *mistake* can never work: it fails the installation or upgrade that
brings it, where its author sees it, and is logged as an error when a server starts,
because a server must not refuse to start over a class nobody may use. A *doubt* may be
right in another database, such as a component for the model of an addon that is not
installed: it is logged as a warning.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from .build import describe, did_you_mean
from .definition import as_names
from .exception import ComponentDefinitionError

if TYPE_CHECKING:
    from .definition import AbstractComponent
    from .registry import ComponentRegistry

_logger = logging.getLogger(__name__)

#: likeness above which an unknown name is taken for a slip: one or two letters differ
#: ("res.partnr", "sale.orders"), which the names of two real models hardly ever do
SLIP = 0.9


class Problem(NamedTuple):
    """Something wrong with a component class, in a sentence."""

    message: str
    #: it can never work, see the module
    mistake: bool


def unknown_models(
    registry: ComponentRegistry, known: Collection[str]
) -> Iterator[Problem]:
    """Find the unknown models of ``_apply_on`` and ``_collection``.

    Each is reported once, for the class that names it and not for its children.
    """
    reported: set[tuple[type, str, str]] = set()
    for component in registry.values():
        for attribute in ("_apply_on", "_collection"):
            owner = owner_of(component, attribute)
            for model in as_names(getattr(component, attribute)):
                key = (owner, attribute, model)
                if model not in known and key not in reported:
                    reported.add(key)
                    yield _unknown_model(owner, attribute, model, known)


def report(problems: Iterable[Problem], strict: bool) -> None:
    """Log the problems; with strict, raise ComponentDefinitionError for mistakes."""
    mistakes = []
    for problem in problems:
        if not problem.mistake:
            _logger.warning("%s", problem.message)
        elif strict:
            mistakes.append(problem.message)
        else:
            _logger.error("%s", problem.message)
    if mistakes:
        raise ComponentDefinitionError("\n".join(mistakes))


def is_slip(name: str, known: Iterable[str]) -> bool:
    """Return whether a wrong name is nearly a known one."""
    return bool(get_close_matches(name, list(known), n=1, cutoff=SLIP))


def owner_of(
    component: type[AbstractComponent], attribute: str
) -> type[AbstractComponent]:
    """Return the definition a final class has an attribute from."""
    for cls in component.__mro__:
        if attribute in cls.__dict__:
            return cls
    return component


def _unknown_model(
    owner: type[AbstractComponent], attribute: str, model: str, known: Collection[str]
) -> Problem:
    """Return the problem of a class that names an unknown model."""
    slip = is_slip(model, known)
    hint = did_you_mean(model, known)
    if not slip:
        hint += (
            " If the model comes with an addon that is not installed, move the class "
            "to an addon that depends on it."
        )
    return Problem(
        f"The {describe(owner)} names the unknown model {model!r} in "
        f"{attribute}.{hint}",
        mistake=slip,
    )
