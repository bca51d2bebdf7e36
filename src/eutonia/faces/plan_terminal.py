"""What goes with a plan, and what could happen, in the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from eutonia.plan.outcome import Plan
from eutonia.plan.what_if import Expected
from eutonia.report import plan_words
from eutonia.show import show_date, show_number

__all__ = ["print_plan_details", "print_what_if"]


def print_plan_details(plan: Plan, console: Console) -> None:
    """The conflict, the figures of a way down, the other medicine, the checks and what goes with the plan."""
    if plan.conflict:
        _lines([plan.conflict], console, style="bold")
    _lines(plan.remarks, console)
    for item in plan.rejected:
        _lines([f"{plan_words.mg(item.daily_mg)} a day {item.why}."], console)
    if plan.fall is not None:
        _lines([*plan_words.fall_lines(plan.fall), *plan_words.tone_lines(plan.fall)], console)
    if plan.partner is not None:
        _head(f"{plan.partner.medicine.capitalize()}, by its own steps", console)
        for step in plan.partner.steps:
            until = f"to {show_date(step.last)}" if step.last else "and goes on"
            total = show_number(float(step.daily_mg), 4)
            _lines(
                [f"from {show_date(step.first)} {until}: {plan_words.partner_doses(step)}; {total} mg a day"],
                console,
            )
        _lines([f"Watch: {plan.partner.watch}."], console)
    if plan.checks:
        _head("What to check, and when", console)
        _lines([f"{plan_words.check_days(c)}: {c.what} ({c.why})" for c in plan.checks], console)
    if plan.open_checks:
        _lines([f"Not dated: {c.what} (for: {c.for_whom})" for c in plan.open_checks], console, style="dim")
    _head("What goes with this plan", console)
    _lines([f"{g.kind}: {g.says}" for g in plan.guidance], console)


def print_what_if(happenings: Sequence[Expected], console: Console) -> None:
    """Each thing that could happen: from which hour to which, and what the rules would say then."""
    for one in happenings:
        _head(f"What if: {plan_words.expected_title(one)}", console)
        _lines(plan_words.expected_lines(one), console)
        for finding in one.findings:
            console.print(
                Padding(
                    Text.assemble((f"{finding.word.value}: {finding.title} ", "bold"), (finding.rule, "dim")),
                    (0, 0, 0, 2),
                )
            )
        _lines(one.assumptions, console, style="dim")


def _head(text: str, console: Console) -> None:
    console.print()
    console.print(Text(text, style="bold underline"))


def _lines(lines: Iterable[str], console: Console, style: str = "") -> None:
    for line in lines:
        console.print(Padding(Text(f"• {line}", style=style), (0, 0, 0, 2)))
