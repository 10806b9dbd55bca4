# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Component classes as addons declare them.

Two kinds of classes exist, as for Odoo's models. A *definition* is a class statement
in an addon; it is static and shared by all databases. A *final class* is generated
for one database by :mod:`.build`, inherits from every definition of the component,
and is what lookups instantiate.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, cast

from . import build

if TYPE_CHECKING:
    from odoo.api import Environment
    from odoo.models import BaseModel

    from .registry import ComponentRegistry
    from .work_context import WorkContext

    # What the addons of a database make of a component is not known to a type checker:
    # neither to who looks one up, nor to a definition whose parents are names.
    _Parents = Any
else:
    _Parents = object


def _get_addon_name(full_name: str) -> str:
    """Return the addon of a Python module: ``odoo.addons.NAME.x`` gives ``NAME``."""
    parts = full_name.split(".")
    if len(parts) > 2 and parts[:2] == ["odoo", "addons"]:
        return parts[2]
    return parts[0]


def as_names(value: str | Iterable[str] | None) -> list[str]:
    """Return a name, several names or nothing as a list of names."""
    if not value:
        return []
    return [value] if isinstance(value, str) else list(value)


class MetaComponent(type):
    """Record each class statement of a component, under the addon it is in."""

    #: {addon: [definition, ...]} in the order of the class statements
    _modules_components: ClassVar[dict[str, list[type[AbstractComponent]]]] = (
        defaultdict(list)
    )

    _module: str
    _register: bool
    _apply_on: str | list[str] | None

    def __init__(
        cls, name: str, bases: tuple[type, ...], attrs: dict[str, Any]
    ) -> None:
        super().__init__(name, bases, attrs)
        if "_register" in attrs:
            if not attrs["_register"]:
                return
        else:
            cls._register = True
        cls._module = _get_addon_name(cls.__module__)
        # a stub of a test must not reach the registry of a real database
        if "tests" not in cls.__module__.split("."):
            definition = cast("type[AbstractComponent]", cls)
            cls._modules_components[cls._module].append(definition)

    @property
    def apply_on_models(cls) -> list[str] | None:
        """Models of ``_apply_on`` as a list, None when it applies on all of them."""
        if cls._apply_on is None:
            return None
        return as_names(cls._apply_on)


class AbstractComponent(_Parents, metaclass=MetaComponent):
    """Base of the components that are only meant to be inherited."""

    __slots__ = ("__dict__", "__weakref__", "work")

    _register = False
    _abstract: ClassVar[bool] = True
    _module: ClassVar[str] = "component"
    #: names of the components that inherit from this one; only final classes that
    #: have children have it
    _inherit_children: ClassVar[dict[str, None]]

    #: technical name, unique per database
    _name: ClassVar[str | None] = None
    #: name, or names, of the parent components
    _inherit: ClassVar[str | list[str] | tuple[str, ...] | None] = None
    #: model of the collection the component belongs to; None: of any collection
    _collection: ClassVar[str | None] = None
    #: model, or models, the component works for; None: any model
    _apply_on: ClassVar[str | list[str] | None] = None
    #: what the component is for, the usual key of a lookup
    _usage: ClassVar[str | None] = None

    work: WorkContext

    def __init__(self, work_context: WorkContext) -> None:
        # the slot's own setter: "self.work =" searches the class of each component,
        # and with thousands of classes CPython's cache of such searches overflows
        # (measured: 40 % slower lookups with 2,000 components, 10 % this way)
        _set_work(self, work_context)

    def __str__(self) -> str:
        return f"Component({self._name})"

    __repr__ = __str__

    @classmethod
    def _component_match(
        cls,
        work: WorkContext,
        usage: str | None = None,
        model_name: str | None = None,
        **kw: Any,
    ) -> bool:
        """Return whether the component answers this lookup; asked at every lookup."""
        return True

    @property
    def collection(self) -> BaseModel:
        """Collection record of the work context."""
        return self.work.collection

    @property
    def env(self) -> Environment:
        """Environment of the work context."""
        return self.work.env

    @property
    def model(self) -> BaseModel:
        """Empty recordset of the model the work context is about."""
        return self.work.model

    def component(
        self,
        usage: str | None = None,
        model_name: str | BaseModel | None = None,
        **kw: Any,
    ) -> Any:
        """Find one component, see :meth:`.WorkContext.component`."""
        return self.work.component(usage=usage, model_name=model_name, **kw)

    def many_components(
        self,
        usage: str | None = None,
        model_name: str | BaseModel | None = None,
        **kw: Any,
    ) -> list[Any]:
        """Find all components, see :meth:`.WorkContext.many_components`."""
        return self.work.many_components(usage=usage, model_name=model_name, **kw)

    def component_by_name(
        self, name: str, model_name: str | BaseModel | None = None
    ) -> Any:
        """Find a component by name, see :meth:`.WorkContext.component_by_name`."""
        return self.work.component_by_name(name, model_name=model_name)

    @classmethod
    def _build_component(cls, registry: ComponentRegistry) -> type[AbstractComponent]:
        """Add this definition to the registry and return the final class.

        Raises ComponentDefinitionError (a TypeError) for a declaration that breaks a
        rule of inheritance.
        """
        return build.build_component(cls, registry)

    @classmethod
    def _build_component_check_base(cls, extend_cls: type[AbstractComponent]) -> None:
        """Check whether this final class may be extended by the definition."""
        build.check_extension(cls, extend_cls)

    @classmethod
    def _build_component_check_parent(
        cls,
        definition: type[AbstractComponent],
        parent_class: type[AbstractComponent],
    ) -> None:
        """Check whether this component may inherit from the parent."""
        build.check_parent(cls, definition, parent_class)

    @classmethod
    def _complete_component_build(cls) -> None:
        """Compute what a final class caches; called after each of its (re)builds.

        Also called when a parent was extended. Overrides must call super.
        """


_set_work = AbstractComponent.work.__set__


class Component(AbstractComponent):
    """Base of the components a lookup can return."""

    _register = False
    _abstract = False
