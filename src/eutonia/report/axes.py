"""Drawing by numbers: scales, round ticks, labels that do not collide, and SVG elements as text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil, floor, log10

import numpy as np
from markupsafe import escape
from numpy.typing import NDArray

from eutonia.report.typography import bind
from eutonia.show import show_date

FloatArray = NDArray[np.float64]

#: The tokens of the page that pictures use; a test holds them equal to the style sheet's.
INK, PAPER = "#212B32", "#FFFFFF"
LINE_1, LINE_2, LINE_3 = "#005EB8", "#D55E00", "#4C6272"
BAND, GRID = "#AEB7BD", "#D8DDE0"
FONT = "Arial, 'Liberation Sans', sans-serif"

_DAY_STEPS = (1, 2, 3, 7, 14, 28, 56)


@dataclass(frozen=True, slots=True)
class Scale:
    """From values to pixels, linearly."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


def round_ticks(highest: float, wanted: int = 5) -> tuple[float, ...]:
    """Round numbers from 0 until one reaches ``highest``: about ``wanted`` steps of 1, 2 or 5 times ten."""
    if highest <= 0:
        return (0.0, 1.0)
    power = 10.0 ** floor(log10(highest / wanted))
    step = next(power * m for m in (1, 2, 5, 10) if highest / (power * m) <= wanted)
    return tuple(step * k for k in range(ceil(highest / step - 1e-9) + 1))


def day_ticks(start: datetime, end: datetime, most: int) -> tuple[datetime, ...]:
    """Midnights at an even number of days apart, no more than ``most``."""
    days = (end - start).days
    every = next((n for n in _DAY_STEPS if days / n + 1 <= most), _DAY_STEPS[-1])
    return tuple(start + timedelta(days=n) for n in range(0, days + 1, every))


def thin(x: FloatArray, y: FloatArray, most: int = 900) -> tuple[FloatArray, FloatArray]:
    """At most about ``most`` points: of each bucket its smallest and largest value, in order, so that no
    peak or trough is lost; the first and last point stay."""
    if len(x) <= most:
        return x, y
    kept = {0, len(x) - 1}
    for bucket in np.array_split(np.arange(len(x)), most // 2):
        kept.add(int(bucket[np.argmin(y[bucket])]))
        kept.add(int(bucket[np.argmax(y[bucket])]))
    index = np.array(sorted(kept))
    return x[index], y[index]


_NARROW, _WIDE = frozenset("ijl.,:;|'"), frozenset("mwMW%")


def text_width(text: str, size: float) -> float:
    """About how wide a text is in Arial, rather too wide than too narrow."""
    return size * sum(map(_em, text))


def _em(letter: str) -> float:
    if letter in _NARROW:
        return 0.26
    if letter in " frt()-":
        return 0.33
    if letter in _WIDE:
        return 0.86
    return 0.7 if letter.isupper() else 0.56


@dataclass(frozen=True, slots=True)
class Label:
    """A text that wants to stand around ``x``; row and left edge are found by ``pack``."""

    x: float
    text: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A label with its left edge and its row, counted from the axis outwards."""

    x: float
    text: str
    left: float
    row: int


def pack(labels: Iterable[Label], left: float, right: float, size: float, gap: float = 10) -> list[Placed]:
    """Put each label in the first row in which it touches no other and no line to another runs through it.

    A label stands centred on its ``x`` where it can, else to the right or to the left of it.
    """
    wanted = sorted(labels, key=lambda item: item.x)
    placed: list[Placed] = []
    taken: list[tuple[int, float, float]] = []
    for label in wanted:
        width = text_width(label.text, size)
        others = [other.x for other in wanted if other is not label]
        edges = [label.x - width / 2, label.x - 4, label.x - width + 4]
        edges = [min(max(edge, left), max(right - width, left)) for edge in edges]
        clear = [e for e in edges if not any(e - 2 < x < e + width + 2 for x in others)]
        row, edge = next(
            (row, edge)
            for row in range(len(wanted))
            for edge in clear or edges
            if all(r != row or edge + width + gap <= a or b + gap <= edge for r, a, b in taken)
        )
        taken.append((row, edge, edge + width))
        placed.append(Placed(label.x, label.text, edge, row))
    return placed


def spread(wanted: Sequence[float], apart: float, lowest: float, highest: float) -> list[float]:
    """Heights as near to ``wanted`` as they can be with ``apart`` between them, in the same order of size."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    found = [0.0] * len(wanted)
    previous = lowest - apart
    for i in order:
        previous = found[i] = max(wanted[i], previous + apart)
    limit = highest + apart
    for i in reversed(order):
        limit = found[i] = min(found[i], limit - apart)
    return found


def element(name: str, content: str = "", **attributes: str | float | None) -> str:
    """One SVG element. Underscores in names become hyphens; numbers get one decimal."""
    shown = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_attribute(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{shown}>{content}</{name}>" if content else f"<{name}{shown}/>"


def _attribute(value: str | float | None) -> str:
    if isinstance(value, str):
        return str(escape(value))
    return f"{value:.1f}".removesuffix(".0")


def line(x1: float, y1: float, x2: float, y2: float, stroke: str = GRID, width: float = 1) -> str:
    """A straight line; light as a grid unless told otherwise."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=stroke, stroke_width=width)


def text(
    x: float, y: float, content: str, *, anchor: str = "start", size: float = 12, weight: str | None = None
) -> str:
    """A label: escaped, numbers bound to units."""
    return element(
        "text",
        str(escape(bind(content))),
        x=x,
        y=y,
        text_anchor=anchor,
        font_size=size,
        font_weight=weight,
        fill=INK,
    )


def path(xs: Iterable[float], ys: Iterable[float]) -> str:
    """The ``d`` of a line through the points."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in zip(xs, ys, strict=True))


def date_axis(ticks: Iterable[datetime], x: Scale, origin: datetime, top: float, base: float) -> str:
    """Light verticals at midnights and, below, the weekday over the full date."""
    parts = []
    for at in ticks:
        px = x((at - origin) / timedelta(hours=1))
        parts.append(line(px, top, px, base))
        parts.append(line(px, base, px, base + 4, INK))
        weekday, day = show_date(_day_of(at), weekday=True).split(" ")
        parts.append(text(px, base + 16, weekday, anchor="middle", size=11))
        parts.append(text(px, base + 29, day, anchor="middle", size=11))
    return "".join(parts)


def _day_of(at: datetime) -> date:
    return at.date()


def picture(key: str, size: tuple[float, float], title: str, desc: str, body: str) -> str:
    """A whole SVG with its name and description for those who do not see it. key: unique on the page."""
    return element(
        "svg",
        element("title", str(escape(bind(title))), id=f"{key}-title")
        + element("desc", str(escape(bind(desc))), id=f"{key}-desc")
        + body,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {size[0]:.0f} {size[1]:.0f}",
        role="img",
        aria_labelledby=f"{key}-title {key}-desc",
        font_family=FONT,
    )
