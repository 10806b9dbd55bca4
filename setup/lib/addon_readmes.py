"""README and description of each addon, made of its manifest and the files in readme/.

`setup/dev readmes` writes them; with --check it only says whether they are up to date.
"""

from __future__ import annotations

import ast
import html
import re
import sys
from pathlib import Path
from typing import Any

from generated import write_or_check
from markdown_it import MarkdownIt
from workspace import ADDONS, ROOT

#: The fragments that community addons have, in their order, and their headings.
FRAGMENTS = {
    "DESCRIPTION": "",
    "CONTEXT": "Use Cases / Context",
    "INSTALL": "Installation",
    "CONFIGURE": "Configuration",
    "USAGE": "Usage",
    "ROADMAP": "Known issues / Roadmap",
    "HISTORY": "Changelog",
    "CONTRIBUTORS": "Contributors",
    "CREDITS": "Other credits",
}
#: What tests read and people do not (see tests/guides/pages.py).
_HIDDEN = re.compile(r"<!-- hidden .*?-->\n*", re.DOTALL)
_INFO = re.compile(r"^(```\w+) .*$", re.MULTILINE)
_HEADING = re.compile(r"^(#+ )", re.MULTILINE)
_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<style>
body {{ font-family: sans-serif; line-height: 1.5; max-width: 60em; margin: 1em auto; }}
pre {{ background: #f4f4f6; padding: .8em; overflow-x: auto; }}
table {{ border-collapse: collapse; }}
th, td {{ border: 1px solid #ccc; padding: .3em .6em; text-align: left; }}
img {{ max-width: 100%; }}
</style>
</head>
<body>
{body}</body>
</html>
"""


def main(arguments: list[str]) -> int:
    """Write the files, or compare them with what they would be; return the status."""
    files: dict[Path, str] = {}
    for addon in ADDONS:
        files |= files_of(ROOT / addon)
    return write_or_check(files, arguments, "setup/dev readmes")


def files_of(folder: Path) -> dict[Path, str]:
    """Return the files of one addon."""
    text = _markdown(folder)
    return {
        folder / "README.md": _relocate(
            text, folder.name, "static/description/", "../"
        ),
        folder / "static" / "description" / "index.html": _html(folder, text),
    }


def _markdown(folder: Path) -> str:
    """Return the fragments as one page, with links as they are in the fragments."""
    manifest = _manifest(folder)
    parts = [f"# {manifest['name']}", f"*{manifest['summary']}*"]
    for name, heading in FRAGMENTS.items():
        path = folder / "readme" / f"{name}.md"
        if path.exists():
            parts += [f"## {heading}"] if heading else []
            parts.append(_fragment(path.read_text(encoding="utf-8")))
    repository = manifest["website"]
    parts += [
        "## Bugs, questions, code",
        f"This addon is part of [{repository.rpartition('/')[2]}]({repository}). "
        f"Author: {manifest['author']}. License: {manifest['license']}. Odoo "
        f"{'.'.join(manifest['version'].split('.')[:2])}, version "
        f"{manifest['version']}, {manifest['development_status'].lower()}.",
    ]
    return "\n\n".join(parts) + "\n"


def _manifest(folder: Path) -> dict[str, Any]:
    text = (folder / "__manifest__.py").read_text(encoding="utf-8")
    return ast.literal_eval(ast.unparse(ast.parse(text)))


def _fragment(text: str) -> str:
    """Return a fragment as people see it, its headings one level lower."""
    pieces = re.split(r"(^```.*?^```$)", _HIDDEN.sub("", text), flags=re.M | re.S)
    # Every second piece is code, where a # is none of a heading.
    pieces[::2] = [_HEADING.sub(r"#\1", piece) for piece in pieces[::2]]
    return _INFO.sub(r"\1", "".join(pieces)).strip()


def _relocate(text: str, addon: str, pictures: str, root: str) -> str:
    """Return a text with links as seen from where it will be."""
    text = text.replace(f"](/{addon}/static/description/", f"]({pictures}")
    return text.replace("](../../", f"]({root}")


def _html(folder: Path, text: str) -> str:
    manifest = _manifest(folder)
    # Shops for addons show this page alone: links lead to the repository.
    text = _relocate(text, folder.name, "", f"{manifest['website']}/blob/main/")
    body = MarkdownIt("commonmark").enable("table").render(text)
    return _PAGE.format(title=html.escape(manifest["name"]), body=body)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
