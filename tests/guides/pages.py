# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The pages of the documentation, and the blocks of code on them.

The first word after the fence is the language; what follows it says more about the
block, and no reader sees it:

``file=NAME``
    a file of an addon that is made of the page; blocks of one name are joined
``unrun="REASON"``
    checked as far as it can be without running it, for this reason

A comment ``<!-- hidden LANGUAGE ...`` is a block that no reader sees: what a page takes
for granted, and whether what it promises came true.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).resolve().parents[2]
HIDDEN = re.compile(r"<!-- hidden\b *([^\n]*)\n(.*?)\s*-->", re.DOTALL)
#: Pages whose blocks another test runs.
ELSEWHERE = {"docs/tutorial.md"}


class PageError(Exception):
    """A block that nobody can run, with its place."""


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of code on a page."""

    page: Path
    #: Number of its first line of code, from 1.
    line: int
    language: str
    code: str
    file: str = ""
    unrun: str = ""

    @property
    def place(self) -> str:
        """Return page and line, as editors take them."""
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def all_pages() -> list[Path]:
    """Return every page with code that is run here, in a fixed order."""
    found = [ROOT / "README.md", *ROOT.glob("docs/*.md")]
    for folder in ("docs/how-to", "docs/explanation", "*/readme"):
        found += ROOT.glob(f"{folder}/*.md")
    pages = {str(page.relative_to(ROOT)): page for page in found}
    return [pages[name] for name in sorted(pages) if name not in ELSEWHERE]


def name_of(page: Path) -> str:
    """Return a page's name as part of that of an addon."""
    return re.sub(r"\W+", "_", str(page.relative_to(ROOT).with_suffix(""))).lower()


def blocks_of(page: Path) -> list[Block]:
    """Return the blocks of a page, in their order.

    :raises PageError: when a block is written in a way that would go unnoticed
    """
    tokens = MarkdownIt().parse(page.read_text(encoding="utf-8"))
    return [block for token in tokens for block in _blocks(page, token)]


def _blocks(page: Path, token: Token) -> Iterator[Block]:
    line = token.map[0] + 1 if token.map else 0
    if token.type == "fence":
        yield _block(page, line + 1, token.info, token.content)
    elif token.type == "code_block":
        raise PageError(f"{page}:{line}: code needs a fence, not an indent")
    elif token.type == "html_block":
        for found in HIDDEN.finditer(token.content):
            above = token.content[: found.start(2)].count("\n")
            yield _block(page, line + above, found[1], f"{found[2]}\n")


def _block(page: Path, line: int, info: str, code: str) -> Block:
    language, *rest = shlex.split(info) or [""]
    said = dict(word.partition("=")[::2] for word in rest)
    if not language or (unknown := set(said) - {"file", "unrun"}):
        detail = "a language" if not language else f"no {', '.join(unknown)}"
        raise PageError(f"{page}:{line}: after the fence there is to be {detail}")
    return Block(page, line, language, code, **said)
