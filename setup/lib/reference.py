"""The reference of the addons, made of the docstrings in their code.

`setup/dev reference` writes it; with --check it only says whether it is up to date.
Nothing is imported: the code is read by griffe.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import griffe
from generated import write_or_check
from workspace import ROOT

FOLDER = ROOT / "docs" / "reference"
#: The front doors of each addon: what other addons import from, or inherit.
DOORS: dict[str, tuple[str, ...]] = {
    "component": (
        "core",
        "exception",
        "models.collection",
        "tests.common",
    ),
    "component_event": ("components.event", "events", "models.base"),
    "queue_job": (
        "models.base",
        "delay",
        "job",
        "exception",
        "fields",
        "store.rate",
        "tests.common",
    ),
    "connector": (
        "models.connector_backend_mixin",
        "models.connector_http_backend_mixin",
        "models.connector_webhook_mixin",
        "models.external_binding_mixin",
        "components.core",
        "components.backend_adapter",
        "components.http_adapter",
        "components.binder",
        "components.mapper",
        "components.synchronizer",
        "components.listener",
        "components.locker",
        "components.webhook",
        "exception",
        "http",
        "testing.case",
        "testing.memory",
        "testing.http_server",
        "testing.recording",
    ),
    "connector_ecommerce": (
        "core",
        "models.ecommerce_backend_mixin",
        "models.ecommerce_backend_mixin_stock",
        "models.ecommerce_product_mixin",
        "models.ecommerce_category_mixin",
        "models.ecommerce_sale_order_mixin",
        "models.ecommerce_shipment_mixin",
        "models.ecommerce_invoice_mixin",
        "components.sale_order_importer",
        "components.product_importer",
        "components.stock_exporter",
        "components.stock_importer",
        "components.price_exporter",
        "components.shipment_exporter",
        "components.invoice_exporter",
        "components.order_canceller",
        "components.partner_matcher",
        "components.tax_resolver",
        "components.line_builder",
    ),
}
#: What the frameworks call; nobody else does.
_KNOWN = {"create", "write", "unlink", "default_get", "_register_hook"}
_LITERAL = re.compile(r"``([^`]+)``")
#: Field lists of docstrings, and how their lines begin here.
_SECTIONS = {
    griffe.DocstringSectionKind.parameters: "- `{0.name}`: {0.description}",
    griffe.DocstringSectionKind.raises: "- raises `{0.annotation}`: {0.description}",
    griffe.DocstringSectionKind.returns: "- returns {0.description}",
}
_STARS: dict[griffe.ParameterKind | None, str] = {
    griffe.ParameterKind.var_positional: "*",
    griffe.ParameterKind.var_keyword: "**",
}


def main(arguments: list[str]) -> int:
    """Write the reference, or compare it with what it would be; return the status."""
    files = {FOLDER / name: text for name, text in pages().items()}
    return write_or_check(files, arguments, "setup/dev reference")


def pages() -> dict[str, str]:
    """Return the text of each page by the name of its file."""
    addons = griffe.GriffeLoader(
        search_paths=[ROOT], docstring_parser=griffe.Parser("sphinx")
    )
    texts = {f"{addon}.md": _page(addons, addon) for addon in DOORS}
    lines = ["# Reference", "", "Made of the docstrings by `setup/dev reference`.", ""]
    lines += [f"- [{addon}]({addon}.md)" for addon in DOORS]
    return {"README.md": "\n".join([*lines, ""]), **texts}


def _page(addons: griffe.GriffeLoader, addon: str) -> str:
    package = addons.load(addon, try_relative_path=False)
    lines = [f"# {addon}", ""]
    for door in DOORS[addon]:
        lines += _module(package[door])
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).rstrip() + "\n"


def _module(module: griffe.Module) -> Iterator[str]:
    yield from (f"## {module.path}", "")
    yield from _text(module)
    for member in _members(module):
        match member:
            case griffe.Class():
                yield from _class(member)
            case griffe.Function():
                yield from _function(member, "### ")
            case griffe.Attribute():
                yield from _attribute(member)


def _members(module: griffe.Module) -> Iterator[griffe.Object]:
    """Yield what others may use of a module, as defined there or further inside."""
    for name, member in module.members.items():
        if module.exports is not None and name not in module.exports:
            continue
        if isinstance(member, griffe.Alias):
            # What is of another addon is told there.
            if module.exports is None or member.target_path.startswith("odoo."):
                continue
            member = member.final_target
        if not member.is_module and (not name.startswith("_") and _is_told(member)):
            yield member


def _is_told(member: griffe.Object) -> bool:
    if isinstance(member, griffe.Class) and _constant(member, "_inherit"):
        return True
    return bool(member.docstring or _comment(member) or _constant(member, "_name"))


def _class(cls: griffe.Class) -> Iterator[str]:
    names = [_constant(cls, key) for key in ("_name", "_inherit", "_usage")]
    title, inherit, usage = names
    bases = ", ".join(map(str, cls.bases))
    yield from (f"### {title or cls.name}", "")
    about = [f"class `{cls.name}({bases})`" if bases else f"class `{cls.name}`"]
    about += [f"inherits `{inherit}`"] if inherit and inherit != title else []
    about += [f"usage `{usage}`"] if usage else []
    yield from (", ".join(about), "")
    yield from _text(cls)
    # What is inherited by name is there to be overridden, down to its hooks.
    is_open = any(names)
    for name, member in cls.members.items():
        if name in _KNOWN or name.startswith("__") or member.is_alias:
            continue
        if name.startswith("_") and not is_open:
            continue
        if isinstance(member, griffe.Function) and member.docstring:
            yield from _function(member, "#### ")
        elif isinstance(member, griffe.Attribute):
            yield from _attribute(member, "dataclass" in cls.labels)


def _function(function: griffe.Function, level: str) -> Iterator[str]:
    yield from (f"{level}{function.name}", "", "```python", _signature(function))
    yield from ("```", "", *_text(function))


def _signature(function: griffe.Function) -> str:
    """Return how it is called; long ones on a line for each parameter."""
    if "property" in function.labels:
        return f"{function.name}: {function.returns}"
    kinds = griffe.ParameterKind
    shown: list[str] = []
    is_starred = False
    for parameter in function.parameters:
        if parameter.name in ("self", "cls") and not shown:
            continue
        if parameter.kind is kinds.var_positional:
            is_starred = True
        elif parameter.kind is kinds.keyword_only and not is_starred:
            shown.append("*")
            is_starred = True
        shown.append(_parameter(parameter))
    returns = f" -> {function.returns}" if function.returns else ""
    line = f"{function.name}({', '.join(shown)}){returns}"
    if len(line) <= 88:
        return line
    return "\n".join(
        [f"{function.name}(", *(f"    {one}," for one in shown), f"){returns}"]
    )


def _parameter(parameter: griffe.Parameter) -> str:
    stars = _STARS.get(parameter.kind, "")
    annotation = f": {parameter.annotation}" if parameter.annotation else ""
    if parameter.default is None or stars:
        return f"{stars}{parameter.name}{annotation}"
    equals = " = " if annotation else "="
    return f"{parameter.name}{annotation}{equals}{parameter.default}"


def _attribute(attribute: griffe.Attribute, is_data: bool = False) -> Iterator[str]:
    text = _comment(attribute) or _help(attribute)
    annotation = f": {attribute.annotation}" if attribute.annotation else ""
    if text or (is_data and annotation):
        told = f": {_inline(text)}" if text else ""
        yield from (f"- `{attribute.name}{annotation}`{told}", "")


def _help(attribute: griffe.Attribute) -> str:
    """Return what a field of a model tells the user who points at it."""
    call = ast.parse(str(attribute.value or "None"), mode="eval").body
    if not isinstance(call, ast.Call) or not ast.unparse(call.func).startswith(
        "fields."
    ):
        return ""
    arguments = {keyword.arg: keyword.value for keyword in call.keywords}
    match arguments.get("help"):
        case ast.Constant(value=str(text)):
            return f"({ast.unparse(call.func).removeprefix('fields.')}) {text}"
    return ""


def _comment(member: griffe.Object) -> str:
    """Return the text of the lines `#:` above an attribute."""
    if not isinstance(member, griffe.Attribute) or not member.lineno:
        return ""
    path = member.module.filepath
    assert isinstance(path, Path)  # only a namespace has several
    lines = path.read_text(encoding="utf-8").splitlines()
    found: list[str] = []
    for line in reversed(lines[: member.lineno - 1]):
        if not line.strip().startswith("#:"):
            break
        found.insert(0, line.strip().removeprefix("#:").strip())
    return " ".join(found)


def _text(member: griffe.Object) -> Iterator[str]:
    """Yield a docstring as Markdown."""
    for section in member.docstring.parsed if member.docstring else ():
        if section.kind is griffe.DocstringSectionKind.text:
            yield from (*_prose(section.value.splitlines()), "")
        elif line := _SECTIONS.get(section.kind):
            yield from (_inline(line.format(item)) for item in section.value)
            yield ""


def _prose(lines: Iterable[str]) -> Iterator[str]:
    """Yield lines of text; an indented block after `::` is code."""
    is_code = False
    announced = False
    for line in lines:
        if is_code and line and not line.startswith(" "):
            yield from ("```", "")
            is_code = False
        if announced and line.startswith("    "):
            yield "```python"
            is_code, announced = True, False
        if is_code:
            yield line.removeprefix("    ")
            continue
        if line.endswith("::"):
            announced = True
            line = line.removesuffix(":")
        yield _inline(line)
    if is_code:
        yield "```"


def _inline(text: str) -> str:
    return _LITERAL.sub(r"`\1`", " ".join(text.split()))


def _constant(member: griffe.Object, name: str) -> str:
    """Return the text, or the joined texts, that a class gives a name."""
    attribute = member.members.get(name) if isinstance(member, griffe.Class) else None
    if not isinstance(attribute, griffe.Attribute) or attribute.value is None:
        return ""
    try:
        value = ast.literal_eval(str(attribute.value))
    except ValueError:
        return ""
    return value if isinstance(value, str) else ", ".join(map(str, value or ()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
