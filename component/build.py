# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Inheritance: how definitions become the final classes of a database.

The rules are those of Odoo's models. Take these definitions, in loading order:

    A1: _name = "a"                                      base
    B1: _name = "b", _inherit = "a"                       |
    A2: _inherit = "a"       (late extension)       A2   A1
                                                      \\ /
    a.__bases__ = (A2, A1, base)                B1    a
    b.__bases__ = (B1, a, base)                   \\ /
                                                    b

``b`` inherits from the *final class* of ``a``, so it sees A2 although A2 came later.
Each new definition goes first, hence the MRO starts with the one declared last. Every
component but "base" ends with the final class of "base".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from .exception import ComponentDefinitionError

if TYPE_CHECKING:
    from .definition import AbstractComponent
    from .registry import ComponentRegistry

#: name of the abstract component all others inherit from
BASE = "base"


def describe(definition: type[AbstractComponent]) -> str:
    """Return how errors name a class: Python class and addon."""
    return (
        f"component class {definition.__module__}.{definition.__qualname__} "
        f"(addon {definition._module!r})"
    )


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a sentence with the known names close to a wrong one, else nothing."""
    near = get_close_matches(name, list(known), n=3)
    return f" Did you mean {' or '.join(map(repr, near))}?" if near else ""


def parents_of(definition: type[AbstractComponent]) -> list[str]:
    """Return the declared parents of a definition."""
    inherit = definition._inherit
    if not inherit:
        return []
    return [inherit] if isinstance(inherit, str) else list(inherit)


def name_of(definition: type[AbstractComponent], parents: list[str]) -> str:
    """Return the component the definition creates or extends."""
    if definition._name:
        return definition._name
    if len(parents) == 1:
        return parents[0]
    raise ComponentDefinitionError(
        f"The {describe(definition)} has no name: give it a _name, "
        f"or exactly one parent in _inherit to extend it in place."
    )


def build_component(
    definition: type[AbstractComponent], registry: ComponentRegistry
) -> type[AbstractComponent]:
    """Add a definition to the registry and return its final class."""
    parents = parents_of(definition)
    name = name_of(definition, parents)
    for parent in parents:
        if parent not in registry:
            raise ComponentDefinitionError(
                f"The {describe(definition)} inherits from component {parent!r}, "
                f"which does not exist.{did_you_mean(parent, registry)} Is the addon "
                f"that declares it missing in the manifest's depends?"
            )
    if name != BASE and BASE in registry:
        parents.append(BASE)
    if name in parents:
        final = _extend(name, definition, parents, registry)
    else:
        final = _create(name, definition, parents, registry)
    # the order: parents are complete before their children
    for child in _lineage(name, registry):
        child._complete_component_build()
    return final


def check_extension(
    final: type[AbstractComponent], definition: type[AbstractComponent]
) -> None:
    """Refuse a concrete definition that extends an abstract component in place."""
    if final._abstract and not definition._abstract:
        raise ComponentDefinitionError(
            f"The {describe(definition)} turns the abstract component "
            f"{final._name!r} into a concrete one: inherit from AbstractComponent, "
            f"or give the new component a _name of its own."
        )


def check_parent(
    component: type[AbstractComponent],
    definition: type[AbstractComponent],
    parent: type[AbstractComponent],
) -> None:
    """Refuse an abstract component that inherits from a concrete one."""
    if component._abstract and not parent._abstract:
        raise ComponentDefinitionError(
            f"The {describe(definition)} is abstract and cannot inherit from the "
            f"concrete component {parent._name!r}."
        )


def _create(
    name: str,
    definition: type[AbstractComponent],
    parents: list[str],
    registry: ComponentRegistry,
) -> type[AbstractComponent]:
    """Create the final class of a new component."""
    if name in registry:
        raise ComponentDefinitionError(
            f"The {describe(definition)} declares component {name!r} again, it exists "
            f"already in addon {registry[name]._original_module!r}: add _inherit to "
            f"extend it, or choose another _name."
        )
    bases: dict[type, None] = {definition: None}
    for parent_name in parents:
        parent = registry[parent_name]
        definition._build_component_check_parent(definition, parent)
        _add_last(bases, parent)
    # what the definition says need not be repeated: a registry has thousands of
    # these classes, and up to five attributes fit into the smallest dictionary
    attributes: dict[str, Any] = {
        "__module__": definition.__module__,
        "_name": name,
        "_original_module": definition._module,
    }
    final = _make_class(definition, name, tuple(bases), attributes)
    for parent_name in parents:
        _add_child(registry[parent_name], name)
    registry[name] = final
    return final


def _extend(
    name: str,
    definition: type[AbstractComponent],
    parents: list[str],
    registry: ComponentRegistry,
) -> type[AbstractComponent]:
    """Put a definition in front of those an existing component has."""
    final = registry[name]
    final._build_component_check_base(definition)
    abstract = final._abstract
    bases: dict[type, None] = {definition: None}
    for parent_name in parents:
        parent = registry[parent_name]
        if parent is final:
            for base in final.__bases__:
                _add_last(bases, base)
        else:
            final._build_component_check_parent(definition, parent)
            _add_last(bases, parent)
    try:
        final.__bases__ = tuple(bases)
    except TypeError as error:
        raise _order_error(definition, name, error) from error
    if final._abstract != abstract:
        final._abstract = abstract
    for parent_name in parents:
        if parent_name != name:
            _add_child(registry[parent_name], name)
    registry[name] = final
    return final


def _make_class(
    definition: type[AbstractComponent],
    name: str,
    bases: tuple[type, ...],
    attributes: dict[str, Any],
) -> type[AbstractComponent]:
    """Create a class; an inconsistent order of parents is a definition error."""
    meta = type(definition)
    try:
        # without __init__, which records what addons declare
        return meta.__new__(meta, name, bases, attributes)
    except TypeError as error:
        raise _order_error(definition, name, error) from error


def _order_error(
    definition: type[AbstractComponent], name: str, error: TypeError
) -> ComponentDefinitionError:
    """Return the error for parents whose order Python cannot linearize."""
    return ComponentDefinitionError(
        f"The {describe(definition)} gives component {name!r} parents whose order "
        f"contradicts the one they have elsewhere: {error}"
    )


def children_of(component: type[AbstractComponent]) -> Iterable[str]:
    """Return the names of the components that inherit directly from a final class."""
    return vars(component).get("_inherit_children", ())


def _add_child(parent: type[AbstractComponent], name: str) -> None:
    """Note that a component inherits from a parent; only parents pay for the note."""
    if "_inherit_children" not in vars(parent):
        parent._inherit_children = {}
    parent._inherit_children[name] = None


def _add_last(bases: dict[type, None], base: type) -> None:
    """Add a base; the last mention of a base decides its place, as in Odoo."""
    bases.pop(base, None)
    bases[base] = None


def _lineage(
    name: str, registry: ComponentRegistry
) -> Iterator[type[AbstractComponent]]:
    """Return a component and all that inherit from it, parents first."""
    names = dict.fromkeys([name, *names_below(name, registry)])
    if len(names) == 1:
        return iter((registry[name],))
    # the registration order is a topological one, unless a late extension added a
    # parent: the depth of the MRO is right in both cases
    classes = [registry[each] for each in names]
    return iter(sorted(classes, key=lambda cls: len(cls.__mro__)))


def names_below(name: str, registry: ComponentRegistry) -> list[str]:
    """Return the names of all components that inherit from one, each once."""
    found: dict[str, None] = {}
    queue = list(children_of(registry[name]))
    while queue:
        child = queue.pop()
        if child not in found:
            found[child] = None
            queue.extend(children_of(registry[child]))
    return list(found)
