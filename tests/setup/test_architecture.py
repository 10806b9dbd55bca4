# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The picture of the architecture: what it shows, and that old ones are found."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT
from drawing import House, Room, draw

SVG = "{http://www.w3.org/2000/svg}"


def house(name: str = "shop") -> House:
    """Return a house of three floors; one arrow passes the second."""
    names = [["screen", "cart"], ["order"], ["price"]]
    floors = [[Room(name, f"About <{name}>") for name in floor] for floor in names]
    arrows = [("screen", "order"), ("order", "price"), ("cart", "price")]
    return House(name, "Sells & ships", floors, arrows)


def parse(*houses: House, plan: list[list[list[str]]]) -> ElementTree.Element:
    """Return the drawing of houses, each of which uses the next."""
    names = [house.name for house in houses]
    uses = list(zip(names, names[1:], strict=False))
    return ElementTree.fromstring(draw(houses, uses, plan))


def texts(picture: ElementTree.Element, kind: str) -> list[str]:
    """Return the texts of a kind."""
    found = picture.iter(f"{SVG}text")
    return [text.text or "" for text in found if text.get("class") == kind]


def boxes(picture: ElementTree.Element) -> Iterator[tuple[float, ...]]:
    """Yield the place of each room: left, top, right, bottom."""
    for box in picture.iter(f"{SVG}rect"):
        if box.get("class") == "room":
            x, y, width, height = (
                float(box.attrib[name]) for name in ("x", "y", "width", "height")
            )
            yield x, y, x + width, y + height


def test_every_room_is_shown() -> None:
    """Each room has its name and what it says of itself; nothing breaks the XML."""
    picture = parse(house(), plan=[[["shop"]]])
    assert sorted(texts(picture, "room-name")) == ["cart", "order", "price", "screen"]
    assert "About <order>" in texts(picture, "caption")
    assert texts(picture, "house-caption") == ["Sells & ships"]


def test_rooms_do_not_overlap() -> None:
    """No room covers another, and arrows end at rooms only."""
    picture = parse(house(), plan=[[["shop"]]])
    places = list(boxes(picture))
    for number, (left, top, right, bottom) in enumerate(places):
        for other in places[number + 1 :]:
            apart = right <= other[0] or other[2] <= left
            assert apart or bottom <= other[1] or other[3] <= top
    heads = [path for path in picture.iter(f"{SVG}path") if path.get("marker-end")]
    assert len(heads) == len(house().arrows)


def test_houses_stand_on_those_they_use() -> None:
    """A house is drawn above those it depends on, with an arrow down to each."""
    picture = parse(house("upper"), house("lower"), plan=[[["upper"]], [["lower"]]])
    [line] = (
        path for path in picture.iter(f"{SVG}path") if path.get("class") == "depends"
    )
    start, end = line.attrib["d"].partition(" ")[2].split("V")
    assert float(start) < float(end)


def test_the_same_code_gives_the_same_picture() -> None:
    """Nothing in it depends on the order of sets, or on the time."""
    code = "import architecture; print(architecture.picture())"
    pictures = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONPATH": str(ROOT / "setup" / "lib"), "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(pictures) == 1


def test_an_old_picture_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the code does not import any more is told, with the remedy."""
    import architecture

    monkeypatch.setattr(architecture, "PICTURE", tmp_path / "picture.svg")
    monkeypatch.setattr(architecture, "picture", lambda: "now")
    architecture.PICTURE.write_text("then")
    assert architecture.main(["--check"]) == 1
    assert "setup/dev architecture" in capsys.readouterr().out
    assert architecture.main([]) == 0
    assert architecture.main(["--check"]) == 0


PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
PLACES = re.findall(r"`([\w/]+\.(?:py|sql)):([\w.]+)`", PAGE)


@pytest.mark.parametrize(("path", "name"), PLACES)
def test_places_of_the_page_exist(path: str, name: str) -> None:
    """Each place that the page names is in the code."""
    source = (ROOT / path).read_text(encoding="utf-8")
    if path.endswith(".sql"):
        assert f"FUNCTION {name}(" in source
        return
    scope: ast.AST = ast.parse(source)
    for part in name.split("."):
        found = [
            node
            for node in ast.iter_child_nodes(scope)
            if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name == part
        ]
        assert found, f"{path} has no {name}"
        scope = found[0]


def test_the_page_walks_through_the_code() -> None:
    """The ways of a job and of an order name places in every addon they cross."""
    job, order = re.split(r"^## ", PAGE, flags=re.MULTILINE)[2:4]
    assert job.startswith("The way of one job")
    assert order.startswith("The way of one order")
    assert {path.split("/")[0] for path, _name in PLACES if path in order} == {
        "connector",
        "connector_ecommerce",
        "connector_example",
    }
    assert "architecture.svg" in PAGE
