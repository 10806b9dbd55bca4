# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Why a lookup finds what it finds, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .build import did_you_mean
from .lookup import narrow, rejections

if TYPE_CHECKING:
    from odoo.models import BaseModel

    from .definition import AbstractComponent
    from .registry import ComponentRegistry

#: components listed in the message of a failed lookup
SHOWN = 20


class Verdict(NamedTuple):
    """A component near a lookup, and why it was rejected (nothing: it answers)."""

    component: type[AbstractComponent]
    reasons: list[str]

    def __str__(self) -> str:
        cls = self.component
        how = f"rejected, {' and '.join(self.reasons)}" if self.reasons else "answers"
        return f"- {cls._name!r} (addon {cls._original_module!r}): {how}"


def judge(
    registry: ComponentRegistry,
    collection: str | None,
    usage: str | None,
    model: str | None,
) -> list[Verdict]:
    """Return the verdict on each component near a lookup, the nearest first.

    Near are the concrete components that have the usage asked for; without a usage,
    those that fail on one filter only.
    """
    verdicts = [
        Verdict(cls, rejections(cls, collection, usage, model))
        for cls in registry.values()
        if not cls._abstract and (usage is None or cls._usage == usage)
    ]
    if usage is None:
        verdicts = [verdict for verdict in verdicts if len(verdict.reasons) <= 1]
    return sorted(verdicts, key=lambda verdict: len(verdict.reasons))


def explain_lookup(
    registry: ComponentRegistry,
    collection: str | None,
    usage: str | None,
    model: str | None,
) -> str:
    """Return the candidates of a failed lookup and why each was rejected."""
    verdicts = judge(registry, collection, usage, model)
    lines = []
    for verdict in verdicts[:SHOWN]:
        reasons = verdict.reasons or ["its _component_match refuses"]
        lines.append(str(Verdict(verdict.component, reasons)))
    if len(verdicts) > SHOWN:
        lines.append(f"- and {len(verdicts) - SHOWN} more")
    if lines:
        return "\n".join(["Candidates:", *lines])
    usages = {cls._usage for cls in registry.values() if cls._usage}
    hint = did_you_mean(usage, usages) if usage else ""
    return f"No component has the usage {usage!r}.{hint}"


def explain_name(
    registry: ComponentRegistry, name: str, collection: BaseModel, model: str | None
) -> str:
    """Return why a component cannot be had by name, nothing when it can."""
    cls = registry.get(name)
    if cls is None:
        return f"No component named {name!r}.{did_you_mean(name, registry)}"
    if cls._collection and cls._collection != collection._name:
        return (
            f"The component {name!r} belongs to collection {cls._collection!r}, "
            f"not to {collection._name!r}."
        )
    models = cls.apply_on_models
    if models is not None and model not in models:
        return (
            f"The component {name!r} cannot work on model {model!r}, it applies on: "
            f"{', '.join(models) or 'no model'}. Give one of them as model_name."
        )
    return ""


def explain_choice(
    registry: ComponentRegistry,
    collection: str | None,
    usage: str | None,
    model: str | None,
) -> str:
    """Return the full account of a lookup: verdicts, then which component wins."""
    lines = [str(verdict) for verdict in judge(registry, collection, usage, model)]
    if not lines:
        return explain_lookup(registry, collection, usage, model)
    selection = registry.select(collection, usage, model)
    best = [cls._name for cls in narrow(selection.candidates, collection, model)]
    asked = [cls._name for cls in selection.matchers]
    if asked:
        lines.append(f"Asked again at each lookup (_component_match): {asked}")
    if not best:
        lines.append("component() raises NoComponentError")
    elif len(best) == 1:
        lines.append(f"component() returns {best[0]!r}")
    else:
        lines.append(f"component() raises SeveralComponentError for {best}")
    return "\n".join(lines)
