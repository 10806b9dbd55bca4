# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which components answer a lookup by collection, usage and model."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from .definition import AbstractComponent

if TYPE_CHECKING:
    from .work_context import WorkContext

ComponentClass = type[AbstractComponent]
#: usage, model or None for any, collection or None for any
Bucket = tuple[str | None, str | None, str | None]

# A class method is a plain function to mypy.
_MATCH_ALL = AbstractComponent._component_match.__func__  # type: ignore[attr-defined]
_MATCH_KEYWORDS = frozenset(("usage", "model_name"))


class Selection(NamedTuple):
    """What is known about a lookup before asking the components themselves."""

    #: components that pass the filters, in registration order
    candidates: tuple[ComponentClass, ...]
    #: the answer when it depends on nothing else, None when it does or there is none
    sole: ComponentClass | None
    #: how to ask each candidate that overrides ``_component_match``
    matchers: dict[ComponentClass, Callable[..., bool]]


class LookupIndex:
    """Concrete components filed by usage, model and collection.

    A lookup that names all three reads four buckets, whatever the number of components.
    """

    def __init__(self, components: Iterable[ComponentClass]) -> None:
        self._components = [cls for cls in components if not cls._abstract]
        #: ranks in the list above
        self._buckets: dict[Bucket, list[int]] = {}
        for rank, cls in enumerate(self._components):
            models = cls.apply_on_models
            for model in (None,) if models is None else dict.fromkeys(models):
                bucket = (cls._usage, model, cls._collection or None)
                self._buckets.setdefault(bucket, []).append(rank)

    def select(
        self, collection: str | None, usage: str | None, model: str | None
    ) -> Selection:
        """Return the candidates of a lookup, and the answer if they decide it."""
        if collection is None or usage is None or model is None:
            candidates = self._scan(collection, usage, model)
        else:
            candidates = self._read_buckets(collection, usage, model)
        matchers = {
            cls: _matcher(cls)
            for cls in candidates
            if cls._component_match.__func__ is not _MATCH_ALL  # type: ignore[attr-defined]
        }
        sole = None
        if candidates and not matchers:
            best = narrow(candidates, collection, model)
            sole = best[0] if len(best) == 1 else None
        return Selection(candidates, sole, matchers)

    def _read_buckets(
        self, collection: str, usage: str, model: str
    ) -> tuple[ComponentClass, ...]:
        """Merge the buckets of exact and generic components."""
        found: list[int] = []
        for key in (
            (usage, model, collection),
            (usage, model, None),
            (usage, None, collection),
            (usage, None, None),
        ):
            found += self._buckets.get(key, ())
        return tuple(self._components[rank] for rank in sorted(found))

    def _scan(
        self, collection: str | None, usage: str | None, model: str | None
    ) -> tuple[ComponentClass, ...]:
        """Filter all components, for lookups that leave something open."""
        return tuple(
            cls
            for cls in self._components
            if not rejections(cls, collection, usage, model)
        )


def rejections(
    cls: ComponentClass,
    collection: str | None,
    usage: str | None,
    model: str | None,
) -> list[str]:
    """Return why a component does not answer a lookup, nothing when it does."""
    abstract = ["it is abstract"] if cls._abstract else []
    return abstract + mismatches(cls, collection, usage, model)


def mismatches(
    cls: ComponentClass,
    collection: str | None,
    usage: str | None,
    model: str | None,
) -> list[str]:
    """Return which filters of a lookup a component fails, abstract or not."""
    reasons = []
    if usage is not None and cls._usage != usage:
        reasons.append(f"its usage is {cls._usage!r}")
    if collection is not None and cls._collection and cls._collection != collection:
        reasons.append(f"it belongs to collection {cls._collection!r}")
    models = cls.apply_on_models
    if model is not None and models is not None and model not in models:
        reasons.append(f"it applies on {', '.join(map(repr, models)) or 'no model'}")
    return reasons


def narrow(
    classes: Sequence[ComponentClass], collection: str | None, model: str | None
) -> Sequence[ComponentClass]:
    """Prefer the components of this collection, then those that name this model.

    A preference nobody meets is ignored.
    """
    if len(classes) > 1:
        classes = [cls for cls in classes if cls._collection == collection] or classes
    if len(classes) > 1:
        classes = [cls for cls in classes if _names(cls, model)] or classes
    return classes


def matching(
    selection: Selection,
    work: WorkContext,
    usage: str | None,
    model_name: str | None,
    keywords: dict[str, Any],
) -> Sequence[ComponentClass]:
    """Return the candidates that accept the lookup in their ``_component_match``."""
    matchers = selection.matchers
    if not matchers:
        return selection.candidates
    keywords = {"usage": usage, "model_name": model_name, **keywords}
    return [
        cls
        for cls in selection.candidates
        if cls not in matchers or matchers[cls](work, keywords)
    ]


def _names(cls: ComponentClass, model: str | None) -> bool:
    """Return whether the component names this model in ``_apply_on``."""
    return model in (cls.apply_on_models or ())


def _matcher(
    cls: ComponentClass,
) -> Callable[[WorkContext, dict[str, Any]], bool]:
    """Return a function that calls an override with the keywords it takes.

    Overrides of old addons take ``work`` alone. The signature is read once, so that a
    TypeError raised by the body of an override is never taken for an old signature.
    """
    method = cls._component_match
    accepted = _accepted_keywords(method)

    def match(work: WorkContext, keywords: dict[str, Any]) -> bool:
        if accepted is not None:
            keywords = {key: keywords[key] for key in keywords if key in accepted}
        return method(work, **keywords)

    return match


def _accepted_keywords(method: Callable[..., bool]) -> Collection[str] | None:
    """Return the keywords a match method takes, None when it takes any."""
    parameters = inspect.signature(method).parameters.values()
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
        return None
    names = {parameter.name for parameter in parameters}
    # an override that takes the lookup, but not its extra keywords, must say so:
    # leaving these out would answer another question than the one asked
    return None if names >= _MATCH_KEYWORDS else names
