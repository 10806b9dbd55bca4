# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The pages that the form of every shop has, whoever made the form.

No view can be inherited by an abstract model. A connector puts an empty
`<notebook name="ecommerce"/>` in its form, or defines none: the pages come into it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lxml.builder import E

if TYPE_CHECKING:
    from lxml import etree

    from odoo.models import BaseModel

#: Titles and fields of the pages, in groups side by side
PAGES = {
    "Orders": (
        ("team_id", "sale_prefix", "workflow_id", "unpaid_order_policy"),
        (
            "totals_policy",
            "totals_tolerance",
            "create_missing_taxes",
            "edited_order_policy",
            "refund_policy",
            "import_cancelled",
        ),
    ),
    "Customers and Products": (
        ("match_customers", "share_customers"),
        ("match_products",),
    ),
    "Stock and Prices": (
        ("warehouse_id", "stock_warehouse_ids", "stock_field"),
        ("stock_safety", "stock_rounding", "stock_delay", "pricelist_id"),
    ),
    "Invoices": (("invoice_export", "refund_export"),),
}
#: Tables of codes, each on a page of its own, with the fields beside code and meaning
TABLES = {
    "payment_mapping_ids": ("import_rule",),
    "carrier_mapping_ids": (),
    "pricelist_mapping_ids": (),
    "warehouse_mapping_ids": (),
    "tax_mapping_ids": (),
}


def add_shop_pages(backend: BaseModel, arch: etree._Element, is_default: bool) -> None:
    """Put the pages in the notebook that waits for them, if there is one.

    The form that no connector wrote (`is_default`) gets one. A field that the form
    has elsewhere is left out.
    """
    if is_default:
        _move_settings(arch)
        sheet = arch.find(".//sheet")
        separator = sheet.find("separator")
        separator.addprevious(E.notebook(name="ecommerce"))
    for notebook in arch.iterfind(".//notebook[@name='ecommerce']"):
        shown = {node.get("name") for node in arch.iter("field")}
        for title, groups in PAGES.items():
            page = _page(title, groups, shown)
            if page is not None:
                notebook.append(page)
        for name, more in TABLES.items():
            if name not in shown:
                notebook.append(_table_page(backend, name, more))


def _move_settings(arch: etree._Element) -> None:
    """Take out of the default form what the pages show."""
    paged = {name for groups in PAGES.values() for group in groups for name in group}
    for node in [*arch.iter("field")]:
        if node.get("name") in paged | TABLES.keys():
            node.getparent().remove(node)
    for group in [*arch.iter("group")]:
        if not len(group) and group.getparent() is not None:
            group.getparent().remove(group)


def _page(
    title: str, groups: tuple[tuple[str, ...], ...], shown: set[str | None]
) -> etree._Element | None:
    columns = [
        E.group(*(_setting(name) for name in names if name not in shown))
        for names in groups
    ]
    if not any(len(column) for column in columns):
        return None
    return E.page(E.group(*columns), string=title, name=title.lower().replace(" ", "_"))


def _setting(name: str) -> etree._Element:
    options: dict[str, Any] = {"name": name}
    if name == "stock_warehouse_ids":
        options["widget"] = "many2many_tags"
    if name == "totals_tolerance":
        options["invisible"] = "totals_policy != 'adjust'"
    return E.field(**options)


def _table_page(backend: BaseModel, name: str, more: tuple[str, ...]) -> etree._Element:
    columns = [E.field(name="shop_code"), E.field(name="target_id")]
    columns += [E.field(name=field) for field in more]
    title = backend._fields[name]._description_string(backend.env)
    table = E.field(E.list(*columns, editable="bottom"), name=name, nolabel="1")
    return E.page(table, string=title, name=name)
