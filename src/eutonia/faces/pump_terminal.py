"""A plan for a pump in the terminal: the same parts in the same order as on the page."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from eutonia.knowledge.library import Conflict
from eutonia.plan.pump.answer import PumpAnswer
from eutonia.report.pump_words import Section, number_words, pump_sections, pump_title

__all__ = ["print_pump"]

_BOLD = {"before-after", "second-look", "refusal"}


def print_pump(answer: PumpAnswer, console: Console) -> None:
    """Print every part of the answer; nothing here is computed."""
    _head(pump_title(answer), console, style="bold underline")
    for section in pump_sections(answer):
        _head(section.title, console, style="bold")
        _section(section, console)
    then = answer.then
    if then is not None and then.problems:
        _head("What the rules say with this plan done", console, style="bold")
        _lines((f"{f.word.value}: {f.title} ({f.rule})" for f in then.problems), console)


def _section(section: Section, console: Console) -> None:
    sign = "☐" if section.key == "checklist" else "•"
    _lines(section.lines, console, style="bold" if section.key in _BOLD else "", sign=sign)
    _lines((number_words(number) for number in section.numbers), console, style="dim")
    _lines((limit.says for limit in section.limits), console, style="dim")
    for conflict in section.conflicts:
        _conflict(conflict, console)


def _conflict(conflict: Conflict, console: Console) -> None:
    _lines([f"{conflict.question} ({conflict.id})"], console)
    for side in conflict.sides:
        console.print(Padding(Text(f"– {side.says}", style="dim"), (0, 0, 0, 6)))
    console.print(Padding(Text(f"What is done here: {conflict.policy}", style="dim"), (0, 0, 0, 6)))


def _head(text: str, console: Console, *, style: str) -> None:
    console.print()
    console.print(Text(text, style=style))


def _lines(lines: Iterable[str], console: Console, style: str = "", sign: str = "•") -> None:
    for line in lines:
        console.print(Padding(Text(f"{sign} {line}", style=style), (0, 0, 0, 2)))
