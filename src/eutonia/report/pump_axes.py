"""What the pictures of a pump share: a frame from nothing upwards, an axis of hours or days, names beside lines."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from eutonia.report.axes import (
    INK,
    PAPER,
    Label,
    Scale,
    element,
    line,
    pack,
    round_ticks,
    spread,
    text,
    text_width,
)
from eutonia.show import show_number

__all__ = ["LEFT", "RIGHT", "WIDTH", "Frame", "Mark", "Name", "marks", "names", "stairs", "time_axis"]

WIDTH, LEFT, RIGHT = 720.0, 46.0, 566.0
_SMALL = 11.0
_LOW = 80.0  # a panel as low as this has few ticks
_ROW = 15.0
_HOUR_STEPS = (1, 2, 3, 4, 6, 12, 24, 48)
_DAY_STEPS = (1, 2, 5, 7, 14, 28, 56, 112)
_MOST_TICKS = 10


@dataclass(frozen=True, slots=True)
class Frame:
    """A panel: scales for both axes, and the round numbers beside it."""

    x: Scale
    y: Scale
    ticks: tuple[float, ...]

    @classmethod
    def of(
        cls, low: float, high: float, most: float, *, top: float, base: float, right: float = RIGHT
    ) -> Frame:
        """From ``low`` to ``high`` across, from 0 to at least ``most`` upwards."""
        ticks = round_ticks(most, 5 if base - top > _LOW else 2)
        return cls(Scale(low, high, LEFT, right), Scale(0, ticks[-1], base, top), ticks)

    @property
    def top(self) -> float:
        return self.y.end

    @property
    def base(self) -> float:
        return self.y.start

    def drawn(self, title: str, title_y: float) -> str:
        """The title with the unit, the light grid, its numbers, and the line at nothing."""
        parts = [text(0, title_y, title, weight="bold")]
        for value in self.ticks:
            parts.append(line(LEFT, self.y(value), self.x.end, self.y(value)))
            parts.append(text(LEFT - 6, self.y(value) + 4, show_number(value), anchor="end", size=_SMALL))
        parts.append(line(LEFT, self.base, self.x.end, self.base, INK))
        return "".join(parts)


def time_axis(frame: Frame, words: str, *, in_days: bool) -> str:
    """Round hours or days under a frame, and what they count from."""
    low, high = frame.x.low, frame.x.high
    span = high - low
    steps = _DAY_STEPS if in_days else _HOUR_STEPS
    step = next((s for s in steps if span / s <= _MOST_TICKS), steps[-1])
    parts = []
    for count in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1):
        px = frame.x(count * step)
        parts.append(line(px, frame.base, px, frame.base + 4, INK))
        parts.append(text(px, frame.base + 17, show_number(count * step), anchor="middle", size=_SMALL))
    parts.append(text(frame.x.start, frame.base + 33, words, size=_SMALL))
    return "".join(parts)


@dataclass(frozen=True, slots=True)
class Name:
    """What a line is called: one or two rows of words, its colour, and the value at its end."""

    words: tuple[str, ...]
    colour: str
    value: float


def names(frame: Frame, wanted: Sequence[Name]) -> str:
    """Names right of the ends of their lines, pushed apart where they would touch."""
    ordered = sorted(wanted, key=lambda one: -one.value)
    apart = 32 if any(len(one.words) > 1 for one in ordered) else 17
    heights = spread([frame.y(one.value) for one in ordered], apart, frame.top + 4, frame.base - 12)
    parts = []
    for one, height in zip(ordered, heights, strict=True):
        parts.append(element("rect", x=frame.x.end + 8, y=height - 5, width=14, height=2.5, fill=one.colour))
        for row, words in enumerate(one.words):
            parts.append(text(frame.x.end + 27, height + 13 * row, words, size=_SMALL))
    return "".join(parts)


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happens at a place across, with its words."""

    at: float
    words: str


def marks(frame: Frame, wanted: Sequence[Mark]) -> tuple[str, int]:
    """Dashed verticals with their words in rows over the frame; and how many rows that takes."""
    placed = pack([Label(frame.x(m.at), m.words) for m in wanted], LEFT, WIDTH, _SMALL)
    rows = max((p.row for p in placed), default=-1) + 1
    parts = []
    for item in placed:
        height = frame.top - 8 - _ROW * item.row
        parts.append(
            element(
                "line", x1=item.x, y1=height + 3, x2=item.x, y2=frame.base, stroke=INK, stroke_dasharray="2 3"
            )
        )
    for item in placed:
        height = frame.top - 8 - _ROW * item.row
        width = text_width(item.text, _SMALL)
        parts.append(element("rect", x=item.left - 1, y=height - 10, width=width + 2, height=13, fill=PAPER))
        parts.append(text(item.left, height, item.text, size=_SMALL))
    return "".join(parts), rows


def stairs(edges: Sequence[float], values: Sequence[float]) -> tuple[list[float], list[float]]:
    """The corners of a line that keeps each value from its edge to the next; one edge more than values."""
    xs = [edge for pair in pairwise(edges) for edge in pair]
    ys = [value for value in values for _ in range(2)]
    return xs, ys
