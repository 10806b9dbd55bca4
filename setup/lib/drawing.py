"""Draws houses of rooms on floors, and arrows from those above to those below, as SVG.

A house is laid out in layers: an arrow that passes a floor gets a slot of its own on
it, the slots are sorted until arrows cross little, and curves lead from slot to slot.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from statistics import mean

Arrow = tuple[str, str]
Plan = Sequence[Sequence[Sequence[str]]]

# Sizes in pixels.
ROOM, HEIGHT, GAP, BETWEEN_FLOORS = 170, 66, 12, 32
PASSAGE = 16  # the width an arrow takes on a floor that it passes
PADDING, HEAD, BETWEEN_HOUSES = 18, 46, 34
LINE = 12  # between lines of a caption
ROOM_LETTERS, ROOM_LINES = 31, 3  # that a caption has place for
CAPTION_LETTER = 6  # the width of one under the name of a house

STYLE = """
text { font-family: 'Segoe UI', 'Helvetica Neue', Arial, sans-serif; fill: #1f2933 }
.house { fill: #f5f7fa; stroke: #cbd2d9 }
.house-name { font-size: 17px; font-weight: 600 }
.house-caption { font-size: 12px; fill: #616e7c }
.room { fill: #fff; stroke: #9aa5b1 }
.room-name { font-size: 13px; font-weight: 600; text-anchor: middle }
.caption { font-size: 10.5px; fill: #616e7c; text-anchor: middle }
.arrow { fill: none; stroke: #829ab1; stroke-width: 1.1 }
.depends { fill: none; stroke: #486581; stroke-width: 2.4 }
"""


@dataclass(frozen=True, slots=True)
class Room:
    """A module or package: its name, and what it is for."""

    name: str
    caption: str


@dataclass(slots=True)
class House:
    """An addon: its rooms on their floors from the top, and the arrows among them."""

    name: str
    caption: str
    floors: list[list[Room]]
    arrows: list[Arrow]


@dataclass(slots=True, eq=False)
class _Slot:
    """A place on a floor, of a room or of an arrow that passes."""

    room: Room | None = None
    above: list[_Slot] = field(default_factory=list)
    below: list[_Slot] = field(default_factory=list)
    x: float = 0
    y: float = 0

    @property
    def width(self) -> int:
        return ROOM if self.room else PASSAGE

    @property
    def center(self) -> float:
        return self.x + self.width / 2

    def port(self, other: _Slot) -> float:
        """Return where on its edge the line to a slot above or below begins."""
        lines = self.below if other in self.below else self.above
        lines = sorted(lines, key=lambda slot: slot.center)
        share = (lines.index(other) + 1) / (len(lines) + 1)
        return self.x + self.width * (0.2 + 0.6 * share if self.room else 0.5)


def draw(houses: Iterable[House], dependencies: Iterable[Arrow], plan: Plan) -> str:
    """Return the picture of the houses, placed as the plan says, from the top."""
    drawn = {house.name: _DrawnHouse(house) for house in houses}
    width = max(
        sum(max(drawn[name].width for name in column) for column in band)
        + BETWEEN_HOUSES * (len(band) - 1)
        for band in plan
    )
    bottom = 0.0
    for band in plan:
        bottom = _place(band, drawn, width, bottom) + BETWEEN_HOUSES
    parts = [house.svg() for house in drawn.values()]
    parts += [_dependency(drawn[user], drawn[used]) for user, used in dependencies]
    size = f"{width + 2 * PADDING:.0f} {bottom + PADDING:.0f}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-PADDING} {-PADDING} '
        f'{size}">\n<style>{STYLE}</style>\n{_heads()}'
        f'<rect x="{-PADDING}" y="{-PADDING}" width="100%" height="100%" '
        f'fill="#fff"/>\n{"".join(parts)}</svg>\n'
    )


def _place(
    band: Sequence[Sequence[str]],
    drawn: dict[str, _DrawnHouse],
    width: float,
    top: float,
) -> float:
    """Give the houses of a band their places; return where the band ends."""
    columns = [[drawn[name] for name in column] for column in band]
    widths = [max(house.width for house in column) for column in columns]
    gaps = BETWEEN_HOUSES * (len(columns) - 1)
    left = (width - sum(widths) - gaps) / 2
    heights = [
        sum(house.height for house in column) + BETWEEN_HOUSES * (len(column) - 1)
        for column in columns
    ]
    for column, column_width, height in zip(columns, widths, heights, strict=True):
        y = top + (max(heights) - height) / 2
        for house in column:
            house.x, house.y = left + (column_width - house.width) / 2, y
            y += house.height + BETWEEN_HOUSES
        left += column_width + BETWEEN_HOUSES
    return top + max(heights)


class _DrawnHouse:
    """A house with a place for each of its rooms and arrows."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.x = self.y = 0.0
        self.floors = _with_passages(house)
        _untangle(self.floors)
        self.width = (
            max(*map(_line_up, self.floors), len(house.caption) * CAPTION_LETTER)
            + 2 * PADDING
        )
        for number, floor in enumerate(self.floors):
            for slot in floor:
                slot.x += self.width / 2
                slot.y = HEAD + number * (HEIGHT + BETWEEN_FLOORS)
        self.height = self.floors[-1][0].y + HEIGHT + PADDING

    def svg(self) -> str:
        """Return its drawing."""
        slots = [slot for floor in self.floors for slot in floor]
        lines = [self._curve(slot, below) for slot in slots for below in slot.below]
        passages = [_passage(slot) for slot in slots if not slot.room]
        rooms = [_room(slot, slot.room) for slot in slots if slot.room]
        return (
            f'<g transform="translate({self.x:.1f} {self.y:.1f})">\n'
            f'<rect class="house" width="{self.width:.1f}" '
            f'height="{self.height:.1f}" rx="10"/>\n'
            f'<text class="house-name" x="{PADDING}" y="22">{self.house.name}</text>\n'
            f'<text class="house-caption" x="{PADDING}" y="37">'
            f"{escape(self.house.caption)}</text>\n"
            f"{''.join([*lines, *passages, *rooms])}</g>\n"
        )

    @staticmethod
    def _curve(slot: _Slot, below: _Slot) -> str:
        x, y = slot.port(below), slot.y + HEIGHT
        end_x, end_y = below.port(slot), below.y
        head = ' marker-end="url(#head)"' if below.room else ""
        middle = (y + end_y) / 2
        return (
            f'<path class="arrow" d="M{x:.1f} {y:.1f}C{x:.1f} {middle:.1f} '
            f'{end_x:.1f} {middle:.1f} {end_x:.1f} {end_y:.1f}"{head}/>\n'
        )


def _with_passages(house: House) -> list[list[_Slot]]:
    """Return a slot for each room, and one on each floor that an arrow passes."""
    floors = [[_Slot(room) for room in floor] for floor in house.floors]
    places = {
        slot.room.name: (number, slot)
        for number, floor in enumerate(floors)
        for slot in floor
        if slot.room
    }
    for user, used in house.arrows:
        (start, slot), (end, last) = places[user], places[used]
        for number in range(start + 1, end):
            passage = _Slot()
            floors[number].append(passage)
            _join(slot, passage)
            slot = passage
        _join(slot, last)
    return floors


def _join(above: _Slot, below: _Slot) -> None:
    above.below.append(below)
    below.above.append(above)


def _untangle(floors: list[list[_Slot]], rounds: int = 12) -> None:
    """Sort each floor by where its neighbours stand, downwards and upwards in turn."""
    for number in range(rounds):
        downwards = number % 2 == 0
        for floor in floors:
            _line_up(floor)
        for floor in floors if downwards else reversed(floors):
            wanted = {}
            for slot in floor:
                near = slot.above if downwards else slot.below
                wanted[slot] = mean(other.center for other in near or [slot])
            floor.sort(key=wanted.__getitem__)
            _line_up(floor)


def _line_up(floor: list[_Slot]) -> float:
    """Put the slots of a floor side by side, around 0; return how wide it is."""
    width = sum(slot.width for slot in floor) + GAP * (len(floor) - 1)
    x = -width / 2
    for slot in floor:
        slot.x = x
        x += slot.width + GAP
    return width


def _passage(slot: _Slot) -> str:
    return f'<path class="arrow" d="M{slot.center:.1f} {slot.y:.1f}v{HEIGHT}"/>\n'


def _room(slot: _Slot, room: Room) -> str:
    middle = slot.center
    lines = textwrap.wrap(
        room.caption, ROOM_LETTERS, max_lines=ROOM_LINES, placeholder=" …"
    )
    captions = "".join(
        f'<text class="caption" x="{middle:.1f}" y="{slot.y + 31 + LINE * number:.1f}">'
        f"{escape(line)}</text>\n"
        for number, line in enumerate(lines)
    )
    return (
        f'<g><title>{escape(room.caption)}</title>\n<rect class="room" '
        f'x="{slot.x:.1f}" y="{slot.y:.1f}" width="{slot.width}" height="{HEIGHT}" '
        f'rx="6"/>\n<text class="room-name" x="{middle:.1f}" y="{slot.y + 17:.1f}">'
        f"{room.name}</text>\n{captions}</g>\n"
    )


def _dependency(user: _DrawnHouse, used: _DrawnHouse) -> str:
    left, right = max(user.x, used.x), min(user.x + user.width, used.x + used.width)
    x = (left + right) / 2
    return (
        f'<path class="depends" marker-end="url(#depends-head)" '
        f'd="M{x:.1f} {user.y + user.height:.1f}V{used.y - 2:.1f}"/>\n'
    )


def _heads() -> str:
    """Return the heads of the two kinds of arrows."""
    kinds = (("head", 6, "#829ab1"), ("depends-head", 5, "#486581"))
    heads = "".join(
        f'<marker id="{name}" viewBox="0 0 8 8" refX="7" refY="4" '
        f'markerWidth="{size}" markerHeight="{size}" orient="auto">'
        f'<path d="M0 0L8 4L0 8z" fill="{color}"/></marker>'
        for name, size, color in kinds
    )
    return f"<defs>{heads}</defs>\n"
