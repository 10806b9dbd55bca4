# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Components inherit exactly as Odoo's models do, for any graph of inheritance."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.models import AbstractModel
from odoo.modules.registry import Registry
from odoo.orm.model_classes import add_to_registry
from odoo.tests import BaseCase

from odoo.addons.component.core import AbstractComponent, ComponentRegistry

NAMES = [f"c{rank}" for rank in range(6)]


class Declaration(NamedTuple):
    """A class statement: the name it gives and the parents it names."""

    name: str
    inherit: tuple[str, ...]


class Models(dict):
    """What Odoo's functions need of a registry."""

    descendants = Registry.descendants


@st.composite
def declarations(draw: st.DrawFn) -> list[Declaration]:
    """Draw class statements that create components and extend them, in any order."""
    result: list[Declaration] = []
    ancestors: dict[str, set[str]] = {}
    for _rank in range(draw(st.integers(1, 12))):
        known = list(ancestors)
        extend = bool(known) and (len(known) == len(NAMES) or draw(st.booleans()))
        name = draw(st.sampled_from(known)) if extend else NAMES[len(known)]
        # no circles here: they have a test of their own
        others = [
            other for other in known if other != name and name not in ancestors[other]
        ]
        parents: list[str] = []
        if others:
            parents = draw(st.lists(st.sampled_from(others), unique=True, max_size=3))
        gained = set(parents).union(*(ancestors[parent] for parent in parents))
        for known_ancestors in ancestors.values():
            if name in known_ancestors:
                known_ancestors |= gained
        ancestors[name] = ancestors.get(name, set()) | gained
        if extend:
            parents.insert(draw(st.integers(0, len(parents))), name)
        result.append(Declaration(name, tuple(parents)))
    return result


def model_chains(declared: list[Declaration]) -> tuple[int, dict[str, list[str]]]:
    """Build models; return how many statements were accepted, and the MROs."""
    models = Models()
    _declare_model(models, Declaration("base", ()), "base")
    for rank, declaration in enumerate(declared):
        try:
            _declare_model(models, declaration, f"D{rank}")
        except (TypeError, RecursionError):  # the latter for a circle
            return rank, {}
    return len(declared), {name: _chain(cls) for name, cls in models.items()}


def component_chains(declared: list[Declaration]) -> tuple[int, dict[str, list[str]]]:
    """Build components; return the same as model_chains()."""
    registry = ComponentRegistry()
    _declare_component(registry, Declaration("base", ()), "base")
    for rank, declaration in enumerate(declared):
        try:
            _declare_component(registry, declaration, f"D{rank}")
        except TypeError:
            return rank, {}
    return len(declared), {name: _chain(registry[name]) for name in registry}


def _declare_model(models: Models, declaration: Declaration, label: str) -> None:
    """Add a model definition, and give its class the bases Odoo determined."""
    definition = type(AbstractModel)(
        label,
        (AbstractModel,),
        {
            "__module__": "odoo.addons.test_component.tests.test_mro",
            "_name": declaration.name,
            "_inherit": list(declaration.inherit),
            "_description": label,
            "_register": False,
            "_module": "test_component",
        },
    )
    model = add_to_registry(models, definition)
    model.__bases__ = model._base_classes__


def _declare_component(
    registry: ComponentRegistry, declaration: Declaration, label: str
) -> None:
    """Build a component definition."""
    definition = type(AbstractComponent)(
        label,
        (AbstractComponent,),
        {
            "__module__": __name__,
            "_name": declaration.name,
            "_inherit": list(declaration.inherit) or None,
        },
    )
    definition._build_component(registry)


def _chain(cls: type) -> list[str]:
    """Return the MRO as the names given above, without the framework's classes."""
    names = [base.__name__ for base in cls.__mro__]
    framework = ("AbstractModel", "BaseModel", "AbstractComponent", "object")
    return [name for name in names if name not in framework]


class TestMro(BaseCase):
    @settings(
        max_examples=300,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(declarations())
    def test_same_mro_as_models(self, declared: list[Declaration]) -> None:
        self.assertEqual(component_chains(declared), model_chains(declared))

    def test_circles_are_refused(self) -> None:
        declared = [
            Declaration("c0", ()),
            Declaration("c1", ("c0",)),
            Declaration("c0", ("c0", "c1")),
        ]
        self.assertEqual(component_chains(declared), (2, {}))
        self.assertEqual(model_chains(declared), (2, {}))

    def test_strategy_reaches_deep_graphs(self) -> None:
        # a graph of all kinds at once, as proof that the comparison sees something
        declared = [
            Declaration("c0", ()),
            Declaration("c1", ("c0",)),
            Declaration("c0", ("c0",)),
            Declaration("c2", ("c1", "c0")),
            Declaration("c1", ("c1", "c0")),
        ]
        accepted, chains = component_chains(declared)
        self.assertEqual(accepted, 5)
        self.assertEqual(
            chains["c2"],
            ["c2", "D3", "c1", "D4", "D1", "c0", "D2", "D0", "base", "base"],
        )
        self.assertEqual((accepted, chains), model_chains(declared))
